"""Downloaded files on their way into the archive: what each is, how far it is, and why one was refused."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from x3studio.domain.bookkeeping import Taken, Took
from x3studio.domain.errors import StudioError
from x3studio.gui.page import Desk
from x3studio.gui.settlements.words import TOOK, spaced
from x3studio.gui.states import State, counted
from x3studio.gui.theme import Tone
from x3studio.gui.widgets.buttons import Look
from x3studio.gui.widgets.dialog import Dialog
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import boxed, column
from x3studio.gui.widgets.progress import Progress
from x3studio.gui.widgets.quote import Quote
from x3studio.gui.widgets.table.columns import Column, Kind
from x3studio.gui.widgets.table.fixed import FixedRows
from x3studio.gui.widgets.table.view import Table

if TYPE_CHECKING:
    from x3studio.settlement.glance import Glance

_HEAD, _ROW, _MOST_ROWS, _LINES = 28, 42, 4, 6
SHOW = "show"
READING = State("loader-circle", "Reading", Tone.LIVE)
QUEUED = State("circle-dashed", "Queued", Tone.IDLE)
CANCELLED = State("circle-slash", "Cancelled", Tone.IDLE)


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file; `seen` is what its first bytes say, `taken` what became of it."""

    path: Path
    state: State = QUEUED
    seen: "Glance | None" = None
    taken: Taken | None = None

    @property
    def about(self) -> str:
        """The settlement and its period as written, or what is wrong."""
        if self.taken is not None and self.taken.title:
            return self.taken.title
        if self.seen is None:
            return ""
        facts = self.seen.summary
        ends = [facts.get(f"settlement-{end}-date", "").partition(" ")[0] for end in ("start", "end")]
        return ", ".join(
            part for part in (facts.get("settlement-id", ""), " to ".join(filter(None, ends))) if part
        )

    @property
    def total(self) -> str:
        """The total as Amazon writes it; it is not proven yet."""
        facts: Mapping[str, str] = self.seen.summary if self.seen is not None else {}
        return " ".join(filter(None, (facts.get("total-amount", ""), facts.get("currency", ""))))


COLUMNS: tuple[Column[FileRow], ...] = (
    Column(
        "file", "File", lambda row: (row.path.name, row.about), kind=Kind.TWO_LINE, width=300, stretch=True
    ),
    Column("total", "Total as written", lambda row: row.total or None, kind=Kind.NUMBER, width=130),
    Column("state", "State", lambda row: row.state, kind=Kind.STATE, width=140),
)


class AddingDialog(Dialog):
    """Opens with the files; closing it while they are read cancels what is left. `stopped` says so."""

    stopped = Signal()

    def __init__(self, desk: Desk, parent: QWidget, paths: Sequence[Path]) -> None:
        super().__init__(desk.theme, parent, f"Add {counted(len(paths), 'downloaded file')}", width=640)
        theme = desk.theme
        self.rows = FixedRows[FileRow](COLUMNS, key=_key, rows=[FileRow(path) for path in paths])
        self.table = Table(theme, self.rows, name="Files", tasks=desk.tasks, row_height=_ROW)
        self.table.setFixedHeight(_HEAD + _ROW * min(len(paths), _MOST_ROWS) + 2)
        self.advice = Label(theme, tone="text2", wrap=True, selectable=True)
        self.quote = Quote(theme, speaker="The file's first lines, word for word")
        self.progress = Progress(theme, "Reading")
        self._done = False
        told = boxed(column(self.advice, self.quote, gap=8))
        self.add(self.table)
        self.add(told)
        self.add(self.progress)
        self.progress.set_unknown()
        self.say_safety("The file stays as it is; a copy is archived in the workspace")
        self.cancel = self.add_button("Cancel")
        self.show_it = self.add_button("Show settlement", answer=SHOW, look=Look.FILLED)
        self.show_it.hide()
        self.table.chosen.connect(self._tell)
        self.table.choose_first()
        self.quote.show_words("")
        self.cancel.setFocus()

    @property
    def taken(self) -> list[Taken]:
        """What became of the files so far."""
        return [row.taken for row in self.rows.snapshot() if row.taken is not None]

    @property
    def first_archived(self) -> int | None:
        """The settlement to show."""
        chosen = self.table.current()
        found = [chosen.taken] if chosen is not None and chosen.taken is not None else []
        return next((each.entry for each in [*found, *self.taken] if each.entry is not None), None)

    def show_glance(self, path: Path, seen: "Glance") -> None:
        """What the first bytes of a file say."""
        self._change(path, lambda row: replace(row, seen=seen))

    def show_refused(self, path: Path, fault: StudioError) -> None:
        """Even the first bytes are no settlement."""
        taken = Taken(path.name, Took.REFUSED, title=fault.title, advice=fault.advice)
        self._change(path, lambda row: replace(row, taken=taken, state=TOOK[Took.REFUSED]))

    def say(self, place: int, read: int, of: int) -> None:
        """How far the file in `place` is."""
        row = self.rows.snapshot()[place]
        share = READING.saying(f"Reading, {read / of:.0%}") if of else READING
        if row.taken is None and row.state != share:
            self._change(row.path, lambda each: replace(each, state=share))
        self.progress.set_value(min(place + 1, self.rows.rowCount()), self.rows.rowCount())

    def show_taken(self, taken: Sequence[Taken]) -> None:
        """All files are done."""
        self._done = True
        by_row = zip(self.rows.snapshot(), taken, strict=True)
        self.rows.set_rows([replace(row, taken=each, state=TOOK[each.took]) for row, each in by_row])
        self._finish()

    def show_cancelled(self) -> None:
        """What was not reached stays outside."""
        if self._done:
            return
        self._done = True
        rows = self.rows.snapshot()
        self.rows.set_rows([row if row.taken else replace(row, state=CANCELLED) for row in rows])
        self._finish()

    def done(self, code: int) -> None:
        """Closing it early cancels what is left."""
        if not self._done:
            self._done = True
            self.stopped.emit()
        super().done(code)

    def _finish(self) -> None:
        self.progress.hide()
        self.cancel.setText("Close")
        self.show_it.setVisible(self.first_archived is not None)
        (self.show_it if self.first_archived is not None else self.cancel).setFocus()
        wrong = [row for row in self.rows.snapshot() if row.taken is not None and row.taken.advice]
        if wrong:
            self.table.choose(wrong[0].path)
        self._tell(self.table.current())

    def _change(self, path: Path, change: Callable[[FileRow], FileRow]) -> None:
        rows = [change(row) if row.path == path else row for row in self.rows.snapshot()]
        self.rows.set_rows(rows)
        self._tell(self.table.current())

    def _tell(self, row: FileRow | None) -> None:
        """The words for the file the user is on: advice and line, or its first lines."""
        taken = row.taken if row is not None else None
        if taken is not None and (taken.title or taken.advice):
            line = f" Look at line {taken.line:,}." if taken.line is not None else ""
            self.advice.setText(f"{taken.title} {taken.advice}{line}".strip())
            self.quote.show_words("")
        elif row is not None and row.seen is not None:
            self.advice.setText("")
            self.quote.show_words("\n".join(_first_lines(row.seen)))


def _first_lines(seen: "Glance") -> list[str]:
    found = []
    for cells in seen.rows[:_LINES]:
        parts = [
            seen.cell(cells, "posted-date"),
            seen.cell(cells, "transaction-type"),
            spaced(seen.cell(cells, "amount-description")),
            seen.cell(cells, "sku"),
            seen.cell(cells, "amount"),
        ]
        found.append("  ".join(part for part in parts if part))
    return found


def _key(row: FileRow) -> Hashable:
    return row.path
