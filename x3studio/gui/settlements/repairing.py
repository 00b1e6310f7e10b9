"""The repair of a damaged settlement: each touched line before and after, accepted or taken back."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from x3studio.domain.repairs import Mend, Mending
from x3studio.gui.page import Desk
from x3studio.gui.settlements.words import day
from x3studio.gui.states import State, counted
from x3studio.gui.theme import Tone
from x3studio.gui.typography import Role
from x3studio.gui.widgets.banner import Banner
from x3studio.gui.widgets.buttons import Look
from x3studio.gui.widgets.dialog import Dialog
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.switch import Segmented
from x3studio.gui.widgets.table.columns import Column, Kind
from x3studio.gui.widgets.table.fixed import FixedRows
from x3studio.gui.widgets.table.view import Table

_HEAD, _ROW, _MOST_ROWS = 28, 28, 9
ACCEPT, UNDO = "accept", "undo"


@dataclass(frozen=True, slots=True)
class TouchedCell:
    """One cell of a touched line; `place` counts over all lines."""

    place: int
    line: int
    column: str
    before: str
    after: str


AFTER = "As it should read"


def _columns(after: str) -> tuple[Column[TouchedCell], ...]:
    return (
        Column("line", "Line", lambda row: row.line, kind=Kind.NUMBER, width=64),
        Column("column", "Column", lambda row: row.column, width=170, tone="text2"),
        Column("before", "As it came", lambda row: row.before, width=170, tone="bad", stretch=True),
        Column("after", after, lambda row: row.after, width=210, tone="ok", role=Role.STRONG),
    )


def cells_of(mend: Mend) -> list[TouchedCell]:
    """What a mend changes, line by line."""
    told = [(touch.line, *cell) for touch in mend.touches for cell in touch.told(mend.columns)]
    return [TouchedCell(place, *cell) for place, cell in enumerate(told)]


class RepairDialog(Dialog):
    """Suggestions side by side, or the repair that stands; `mend` is the one that is shown."""

    def __init__(self, desk: Desk, parent: QWidget, found: Mending) -> None:
        standing = found.accepted
        title = f"Repaired lines of {found.file_name}" if standing else f"Repair {found.file_name}"
        super().__init__(desk.theme, parent, title, width=720)
        theme = desk.theme
        self._mends: Sequence[Mend] = (standing.mend,) if standing else found.mends
        self.reason = Label(theme, role=Role.STRONG, wrap=True, selectable=True)
        self.rows = FixedRows[TouchedCell](_columns("As it is read" if standing else AFTER), key=_key)
        self.table = Table(theme, self.rows, name="Touched lines, before and after", tasks=desk.tasks)
        self.proof = Label(theme, role=Role.BODY, tone="text2", wrap=True)
        self.choice = Segmented(theme, _choices(self._mends), name="Suggestion")
        if not self._mends:
            self._say_none(desk)
            return
        if len(self._mends) > 1:
            self.add(Label(theme, _SEVERAL, tone="text2", wrap=True))
            self.add(self.choice)
        for part in (self.reason, self.table, self.proof):
            self.add(part)
        self.choice.chosen.connect(lambda _key: self._show())
        if standing is None:
            self._offer(desk)
        else:
            self._tell(desk, found)
        self._show()

    @property
    def mend(self) -> Mend:
        """The suggestion that is shown."""
        return self._mends[int(self.choice.current)]

    def _offer(self, desk: Desk) -> None:
        self.say_safety(f"The archived file stays as it came; stored as accepted by {desk.who}")
        self.add_button("Cancel")
        accept = self.add_button("Accept repair", answer=ACCEPT, look=Look.FILLED)
        # Nobody accepts by a stray Return: the table has the keyboard first.
        accept.setDefault(False)
        self.table.setFocus()

    def _tell(self, desk: Desk, found: Mending) -> None:
        standing = found.accepted
        assert standing is not None
        words = f"Accepted by {standing.who}, {day(standing.at, year=True)}"
        self.say_safety(words, icon="user", tone="muted")
        close = self.add_button("Close")
        if found.fixed:
            posted = "The settlement is posted: what it was proven with stays."
            self.add(Label(desk.theme, posted, tone="text2", wrap=True))
        else:
            self.add_button("Take back", answer=UNDO, look=Look.DANGER, icon="undo-2")
        close.setFocus()

    def _say_none(self, desk: Desk) -> None:
        self.choice.hide()
        self.add(Banner(desk.theme, Tone.WARN, "Nothing can be suggested", _NONE))
        self.add_button("Close").setFocus()

    def _show(self) -> None:
        mend = self.mend
        cells = cells_of(mend)
        self.reason.setText(mend.reason)
        self.rows.set_rows(cells)
        self.table.setFixedHeight(_HEAD + _ROW * min(len(cells), _MOST_ROWS) + 2)
        self.table.choose_first()
        self.proof.setText(f"Read so, {mend.proof}" if mend.proof else "")


_SEVERAL = "Each of these alone makes the settlement add up; the file does not tell which is right."
_NONE = (
    "No change of single lines is proven by the total: lines are missing, or digits are lost. "
    "Download the settlement again; the better copy takes this one's place."
)


def _choices(mends: Sequence[Mend]) -> list[tuple[str, str]]:
    return [(str(place), f"Suggestion {place + 1}") for place in range(max(len(mends), 1))]


def _key(row: TouchedCell) -> Hashable:
    return row.place


async def repair(desk: Desk, parent: QWidget, entry: int) -> bool:
    """Shows what would mend a settlement; True where a person accepted it or took it back."""
    service = desk.host.settlements
    found = await service.mending(entry)
    dialog = RepairDialog(desk, parent, found)
    match await dialog.ask():
        case "accept":
            mend = dialog.mend
            await service.repair(entry, mend, who=desk.who)
            lines = counted(len(mend.touches), "line")
            desk.notify(State("wrench", f"{lines} repaired by {desk.who}", Tone.OK))
            return True
        case "undo":
            await service.take_back_repair(entry, who=desk.who)
            desk.notify(State("undo-2", "The file is read as it came again", Tone.IDLE))
            return True
    return False
