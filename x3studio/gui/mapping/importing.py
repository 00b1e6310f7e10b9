"""A file of decisions before it is taken over: what is new, what changes, what both sides changed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPlainTextEdit, QWidget

from x3studio.domain.workbench import Kind as RecordKind
from x3studio.gui.page import Desk
from x3studio.gui.states import State, counted
from x3studio.gui.theme import Tone
from x3studio.gui.typography import Role, font
from x3studio.gui.widgets.buttons import Look
from x3studio.gui.widgets.dialog import Dialog
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, row
from x3studio.gui.widgets.table.columns import Column, Kind
from x3studio.gui.widgets.table.loaded import LoadedRows
from x3studio.gui.widgets.table.view import Table

if TYPE_CHECKING:
    from x3studio.workbench.merge import Difference, Values
    from x3studio.workspace.round_trip import Answer

FILES = "Tables (*.csv *.xlsx)"
_NEW = State("plus", "New", Tone.OK)
_CHANGED = State("refresh-cw", "Changed", Tone.WARN)
_BOTH = State("git-compare", "Both changed", Tone.BAD)
_WIDTH, _TABLE, _PROBLEMS = 860, 252, 92
_EMPTY_DECISION = "Nothing"
_ANSWERS = {"accepted": "", "none": "No X3 record"}


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the file beside what stands today."""

    kind: RecordKind
    difference: "Difference"

    @property
    def place(self) -> tuple[RecordKind, int]:
        """Which row of the file it is."""
        return self.kind, self.difference.row

    @property
    def state(self) -> State:
        """New, changed, or changed on both sides."""
        if self.difference.fate.value == "conflict":
            return _BOTH
        return _CHANGED if self.difference.ours else _NEW


async def ask(
    desk: Desk, parent: QWidget, path: Path, answers: "Sequence[Answer]", domains: Mapping[str, str]
) -> frozenset[tuple[RecordKind, int]] | None:
    """Shows what would change and asks; the conflicts that the file wins, None where it was cancelled."""
    clear = [Change(answer.kind, one) for answer in answers for one in answer.clear]
    conflicts = [Change(answer.kind, one) for answer in answers for one in answer.conflicts]
    problems = [one.why for answer in answers for one in answer.troubled if one.row]
    missing = sum(not one.row for answer in answers for one in answer.troubled)
    dialog = Dialog(desk.theme, parent, f"Import {path.name}", width=_WIDTH)
    _add_figures(desk, dialog, answers, clear, conflicts, len(problems))
    sides: LoadedRows[Change] | None = None
    if conflicts:
        dialog.add(Label(desk.theme, "Changed on both sides: tick where the file is right", role=Role.PANEL))
        sides = await _add_table(desk, dialog, conflicts, domains, name="Changed on both sides", ticked=True)
    if clear:
        if conflicts:
            dialog.add(Label(desk.theme, "Taken over as it is", role=Role.PANEL))
        await _add_table(desk, dialog, clear, domains, name="What would change", ticked=False)
    _add_remarks(desk, dialog, problems, missing, [name for answer in answers for name in answer.strange])
    dialog.say_safety("One step; each decision can be taken back")
    changes = bool(clear or conflicts)
    dialog.add_button("Cancel" if changes else "Close")
    if changes:
        button = dialog.add_button(_action(len(clear)), answer="import", look=Look.FILLED)
        button.setFocus()
        if sides is not None:
            ticks = sides
            ticks.checked_changed.connect(lambda: button.setText(_action(len(clear) + len(ticks.checked))))
    if await dialog.ask() != "import":
        return None
    return frozenset(change.place for change in conflicts if sides and change.place in sides.checked)


def _action(count: int) -> str:
    return f"Import {counted(count, 'decision')}"


def _add_figures(
    desk: Desk,
    dialog: Dialog,
    answers: "Sequence[Answer]",
    clear: Sequence[Change],
    conflicts: Sequence[Change],
    problems: int,
) -> None:
    new = sum(change.state is _NEW for change in clear)
    facts = (
        (new, "new", "text"),
        (len(clear) - new, "changed", "text"),
        (sum(answer.unchanged for answer in answers), "stand already", "text"),
        (len(conflicts), "changed on both sides", "warn"),
        (problems, "not understood", "bad"),
    )
    parts = []
    for count, words, tone in facts:
        number = Label(desk.theme, f"{count:,}", role=Role.COUNT, tone=tone if count else "text")
        parts.append(row(number, Label(desk.theme, words, role=Role.SECONDARY, tone="text2"), gap=6))
    dialog.add(row(*parts, STRETCH, gap=28))


async def _add_table(
    desk: Desk,
    dialog: Dialog,
    changes: Sequence[Change],
    domains: Mapping[str, str],
    *,
    name: str,
    ticked: bool,
) -> LoadedRows[Change]:
    columns = _columns(domains, ticked=ticked)
    rows = LoadedRows(columns, key=lambda change: change.place, tasks=desk.tasks, parent=dialog)
    table = Table(desk.theme, rows, name=name, tasks=desk.tasks)
    table.setFixedHeight(min(30 + 28 * len(changes), _TABLE))
    dialog.add(table)
    await rows.set_rows(changes)
    return rows


def _add_remarks(
    desk: Desk, dialog: Dialog, problems: Sequence[str], missing: int, strange: Sequence[str]
) -> None:
    if problems:
        dialog.add(Label(desk.theme, "Not understood, and left out", role=Role.PANEL))
        dialog.add(_lines(problems))
    for said in (
        f"{counted(missing, 'row')} did not come back; nothing changes for them." if missing else "",
        f"Columns that were added are left alone: {', '.join(strange)}." if strange else "",
    ):
        if said:
            dialog.add(Label(desk.theme, said, role=Role.SECONDARY, tone="text2", wrap=True))


def _lines(problems: Sequence[str]) -> QPlainTextEdit:
    text = QPlainTextEdit("\n".join(problems))
    text.setReadOnly(True)
    text.setProperty("kind", "code")
    text.setFont(font(Role.CODE))
    text.setAccessibleName("Lines that were not understood")
    text.setFixedHeight(_PROBLEMS)
    return text


def _columns(domains: Mapping[str, str], *, ticked: bool) -> Sequence[Column[Change]]:
    def subject(change: Change) -> str:
        return " ".join(filter(None, (domains.get(part, part) for part in change.difference.key))) or "All"

    def side(pick: "Callable[[Difference], Values | None]") -> Callable[[Change], str]:
        return lambda change: words_of(pick(change.difference))

    tick: Sequence[Column[Change]] = (Column("take", "", lambda _: "", kind=Kind.CHECK, width=36),)
    base: Sequence[Column[Change]] = (
        Column("base", "Handed out", side(lambda one: one.base), width=150, tone="text2"),
    )
    return (
        *(tick if ticked else ()),
        Column("state", "Change", lambda change: change.state, kind=Kind.STATE, width=126),
        Column("subject", "Amazon", subject, role=Role.STRONG, stretch=True, sort=subject),
        *(base if ticked else ()),
        Column("before", "Here today", side(lambda one: one.ours), width=150, tone="text2"),
        Column("after", "In the file", side(lambda one: one.theirs), role=Role.STRONG, width=150),
    )


def words_of(values: "Values | None") -> str:
    """Answered cells in one line: the decision only where it is no plain acceptance."""
    if values is None or not any(values):
        return _EMPTY_DECISION
    first = _ANSWERS.get(values[0], values[0])
    return ", ".join(filter(None, (first, *values[1:])))
