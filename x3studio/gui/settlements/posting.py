"""Posting a settlement: what is written and where, what stands in the way, how far it is, what X3 holds."""

from collections.abc import Hashable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from x3studio.domain.bookkeeping import PlannedPart, Posting
from x3studio.domain.connections import Environment
from x3studio.domain.errors import StudioError
from x3studio.domain.settlements import Check, Verdict
from x3studio.gui.page import Desk
from x3studio.gui.settlements.journal import month_words
from x3studio.gui.settlements.words import figure
from x3studio.gui.states import State, counted
from x3studio.gui.theme import Tone
from x3studio.gui.typography import Role
from x3studio.gui.widgets.banner import Banner
from x3studio.gui.widgets.buttons import Look
from x3studio.gui.widgets.chips import Tag
from x3studio.gui.widgets.dialog import Dialog
from x3studio.gui.widgets.inputs import Field, Input
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, boxed, clear, column, row
from x3studio.gui.widgets.progress import Progress
from x3studio.gui.widgets.table.columns import Column, Kind
from x3studio.gui.widgets.table.fixed import FixedRows
from x3studio.gui.widgets.table.view import Table

_MOST_ROWS, _ROW, _HEAD = 4, 28, 28
POST = "post"
_STAGES = {
    "": State("circle-dashed", "Not written", Tone.IDLE),
    "new": State("circle-dashed", "Not written", Tone.IDLE),
    "intent": State("loader-circle", "Sending", Tone.LIVE),
    "indoubt": State("circle-question-mark", "In doubt", Tone.WARN),
    "rejected": State("circle-x", "Refused", Tone.BAD),
    "conflict": State("octagon-alert", "Conflict", Tone.BAD),
}


def part_state(part: PlannedPart) -> State:
    """How far a part has come: its number once X3 gave one."""
    if part.number:
        return State("circle-check", part.number, Tone.OK)
    return _STAGES.get(part.stage, State("circle-dot", part.stage.capitalize(), Tone.LIVE))


def part_columns(currency: str) -> tuple[Column[PlannedPart], ...]:
    """The preview of the journals."""
    return (
        Column("month", "Journal of", lambda part: month_words(part.month), width=130, role=Role.STRONG),
        Column("day", "Date", lambda part: part.day, width=100, tone="text2"),
        Column("reference", "Reference", lambda part: part.reference, width=130, stretch=True, middle=True),
        Column("lines", "Lines", lambda part: part.lines, kind=Kind.NUMBER, width=62),
        Column(
            "debit",
            f"Debit, {currency}",
            lambda part: figure(part.debit, currency),
            kind=Kind.NUMBER,
            width=110,
        ),
        Column("state", "In X3", part_state, kind=Kind.STATE, width=184),
    )


class PostingDialog(Dialog):
    """First a question, then the progress, then what X3 gave back; posting goes on if it is closed."""

    confirmed = Signal()

    def __init__(self, desk: Desk, parent: QWidget, posting: Posting, *, title: str, currency: str) -> None:
        super().__init__(desk.theme, parent, title, width=768)
        self._desk, self._posting = desk, posting
        self.rows = FixedRows[PlannedPart](part_columns(currency), key=_key, rows=posting.parts)
        self.table = Table(desk.theme, self.rows, name="Journals", tasks=desk.tasks)
        self.table.setFixedHeight(_HEAD + _ROW * min(max(len(posting.parts), 1), _MOST_ROWS) + 2)
        self.typed = Input(desk.theme, name="Folder to post to", hint=posting.folder)
        self._confirm = Field(
            desk.theme,
            f"{posting.folder} is a live folder: type its name to post",
            self.typed,
        )
        self.progress = Progress(desk.theme, "Posting")
        self.run = Label(desk.theme, role=Role.SECONDARY, tone="text2")
        self._told = column(gap=8)
        self.add(_facts(desk, posting))
        self.add(self.table)
        self.add(self._told)
        self.add(self._confirm)
        self.add(self.progress)
        self.add(self.run)
        self.progress.hide()
        self.run.hide()
        self._confirm.setVisible(not posting.test and not posting.blockers)
        for check in posting.blockers[:3]:
            self._told.addWidget(_blocker(desk, check))
        self.say_safety("Looked up first: what X3 holds already is not written twice")
        self.cancel = self.add_button("Cancel")
        parts = counted(len(posting.parts), "journal")
        self.post = self.add_button(f"Post {parts} to {posting.folder}", answer=POST, look=Look.FILLED)
        self.typed.textChanged.connect(lambda _text: self._may_post())
        self._may_post()
        (self.cancel if posting.blockers else self.post if posting.test else self.typed).setFocus()
        self.asked = False

    def close_with(self, answer: str) -> None:
        """The action does not close it: it shows how far posting is."""
        if answer != POST:
            super().close_with(answer)
        elif not self.asked and self.post.isEnabled():
            self.asked = True
            self.show_posting()
            self.confirmed.emit()

    def show_posting(self) -> None:
        """It is on its way."""
        self._confirm.hide()
        self.post.hide()
        self.cancel.setText("Close")
        self.cancel.setFocus()
        self.progress.show()
        self.progress.set_unknown()
        clear(self._told)

    def say_run(self, run: int) -> None:
        """Which run writes them; its record is among the runs."""
        self.run.setText(f"Run {run:,} looks up, writes and reads back; it goes on if this is closed.")
        self.run.show()

    def show_posted(self, posting: Posting, read_back: Check | None) -> None:
        """What X3 gave back, and whether it reads as on the sheet."""
        self.rows.set_rows(posting.parts)
        self.progress.hide()
        self.run.hide()
        clear(self._told)
        good = read_back is not None and read_back.verdict is Verdict.PASS
        told = read_back.detail if read_back is not None else "It is read back with the next run."
        tone = Tone.OK if good else Tone.WARN
        title = "Posted, read back and equal to the sheet" if good else "Posted, not yet proven"
        icon = "circle-check" if good else "clock"
        self._told.addWidget(Banner(self._desk.theme, tone, title, told, icon=icon))
        self.cancel.setFocus()

    def show_failed(self, fault: StudioError) -> None:
        """What happened and what to do; nothing half-written is hidden."""
        self.progress.hide()
        self.run.hide()
        clear(self._told)
        words = " ".join(part for part in (fault.advice, fault.said) if part)
        self._told.addWidget(Banner(self._desk.theme, Tone.BAD, fault.title, words, icon="circle-x"))
        self.cancel.setFocus()

    def _may_post(self) -> None:
        named = self._posting.test or self.typed.text().strip() == self._posting.folder
        self.post.setEnabled(bool(self._posting.parts) and not self._posting.blockers and named)


def _facts(desk: Desk, posting: Posting) -> QWidget:
    """Where to: connection, folder with its tag, site, kind of entry."""
    theme = desk.theme
    tag = Tag(theme, Environment.TEST if posting.test else Environment.PROD)
    folder = row(Label(theme, posting.folder, role=Role.PANEL), tag, STRETCH, gap=8)
    cells: Sequence[tuple[str, str]] = (
        ("Site", posting.site),
        ("Entry type", posting.entry_type),
        ("Journal", posting.journal),
        ("Written as", posting.mode),
    )
    where = column(Label(theme, posting.connection, role=Role.SECONDARY, tone="muted"), folder, gap=2)
    facts = row(where, gap=24)
    for caption, value in cells:
        words = Label(theme, value or "–", role=Role.STRONG)
        facts.addLayout(column(Label(theme, caption, role=Role.SECONDARY, tone="muted"), words, gap=2))
    facts.addStretch(1)
    return boxed(facts)


def _blocker(desk: Desk, check: Check) -> Banner:
    title = f"{check.id} blocks: {check.title}"
    return Banner(desk.theme, Tone.BAD, title, check.detail, icon="octagon-alert")


def _key(part: PlannedPart) -> Hashable:
    return part.reference
