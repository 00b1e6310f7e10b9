"""Which kinds of amounts persons put into groups, with who and why; each can be taken back."""

from collections.abc import Hashable, Mapping, Sequence

from PySide6.QtWidgets import QWidget

from x3studio.domain.bookkeeping import TripleDecision
from x3studio.domain.settlements import Triple
from x3studio.gui.page import Desk
from x3studio.gui.settlements.words import day, spaced, triple
from x3studio.gui.states import State
from x3studio.gui.theme import Tone
from x3studio.gui.widgets.buttons import Look
from x3studio.gui.widgets.dialog import Dialog
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.table.columns import Column, Kind
from x3studio.gui.widgets.table.fixed import FixedRows
from x3studio.gui.widgets.table.view import Table

_HEAD, _ROW, _MOST_ROWS = 28, 42, 6
BACK = "back"


class DecisionsDialog(Dialog):
    """`chosen` is the kind of amount whose decision is to go."""

    def __init__(
        self, desk: Desk, parent: QWidget, decided: Sequence[TripleDecision], titles: Mapping[str, str]
    ) -> None:
        super().__init__(desk.theme, parent, "Decisions on kinds of amounts", width=720)
        self.rows = FixedRows[TripleDecision](_columns(titles), key=_key, rows=decided)
        self.table = Table(
            desk.theme, self.rows, name="Decided kinds of amounts", tasks=desk.tasks, row_height=_ROW
        )
        self.table.setFixedHeight(_HEAD + _ROW * min(len(decided), _MOST_ROWS) + 2)
        if not decided:
            self.table.hide()
            self.add(Label(desk.theme, _NONE, tone="text2", wrap=True))
            self.add_button("Close").setFocus()
            return
        self.add(self.table)
        self.say_safety("Settlements that are posted keep their journals", icon="shield-check")
        self.add_button("Close")
        self.add_button("Take back", answer=BACK, look=Look.DANGER, icon="undo-2")
        self.table.choose_first()
        self.table.setFocus()

    @property
    def chosen(self) -> Triple | None:
        """The kind of amount the person is on."""
        current = self.table.current()
        return current.triple if current is not None else None


_NONE = "Nobody has placed a kind of amount yet: all that came so far are known."


def _columns(titles: Mapping[str, str]) -> tuple[Column[TripleDecision], ...]:
    return (
        Column(
            "kind",
            "Amount Amazon reports",
            lambda row: (
                spaced(triple(row.triple)),
                f"{row.triple.transaction_type} / {row.triple.amount_type}",
            ),
            kind=Kind.TWO_LINE,
            width=240,
            stretch=True,
        ),
        Column("group", "Group", lambda row: titles.get(row.group, row.group), width=180),
        Column(
            "who", "Decided by", lambda row: (row.who, day(row.at, year=True)), kind=Kind.TWO_LINE, width=150
        ),
    )


def _key(row: TripleDecision) -> Hashable:
    return row.triple


async def show_decisions(desk: Desk, parent: QWidget) -> bool:
    """Shows them; True where one was taken back."""
    service = desk.host.settlements
    titles = {group.id: group.title for group in service.groups()}
    dialog = DecisionsDialog(desk, parent, await service.decided(), titles)
    answer = await dialog.ask()
    kind = dialog.chosen
    if answer != BACK or kind is None:
        return False
    await service.decide({kind: ""}, who=desk.who)
    desk.notify(State("undo-2", f"{spaced(triple(kind))} is in no group again", Tone.IDLE))
    return True
