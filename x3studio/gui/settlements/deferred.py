"""What Amazon holds back beyond a month's end: what to accrue, what to reverse, and who accepted it."""

from collections.abc import Hashable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from x3studio.gui.page import Desk
from x3studio.gui.settlements.groups import NO_ACCOUNT
from x3studio.gui.settlements.words import day, side
from x3studio.gui.states import State, counted
from x3studio.gui.theme import Tone
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Button, Look
from x3studio.gui.widgets.dialog import Dialog
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, row
from x3studio.gui.widgets.table.columns import Column, Kind
from x3studio.gui.widgets.table.fixed import FixedRows
from x3studio.gui.widgets.table.view import Table
from x3studio.settlement.dates import end_of_month, end_of_month_before

if TYPE_CHECKING:
    from x3studio.domain.settlements import JournalLine
    from x3studio.workspace.settlement_deferred import MonthEnd

_HEAD, _ROW, _MOST_ROWS = 28, 28, 9
KEEP, READ, BEFORE, AFTER = "keep", "read", "before", "after"
_BOOKED = State("circle-check", "In X3", Tone.OK)
_ACCEPTED = State("check", "Accepted", Tone.LIVE)
_OPEN = State("clock", "Not accepted", Tone.WARN)
Row = tuple["MonthEnd", date, "JournalLine"]


def rows_of(ends: Sequence["MonthEnd"]) -> list[Row]:
    """Both journals of every marketplace, line by line."""
    return [
        (end, when, line)
        for end in ends
        for when, lines in (
            (end.accrual.day, end.accrual.lines),
            (end.accrual.reversed_on, end.accrual.reversal),
        )
        for line in lines
    ]


def _standing(end: "MonthEnd") -> State:
    if len(end.numbers) > 1:
        return _BOOKED
    return _ACCEPTED if end.kept is not None else _OPEN


def _group(id: str) -> str:
    return id.replace("-", " ").capitalize()


COLUMNS: tuple[Column[Row], ...] = (
    Column("place", "Marketplace", lambda row: row[0].marketplace or "none", width=120, role=Role.STRONG),
    Column("date", "Date", lambda row: f"{row[1]:%d %b %Y}", width=112, tone="text2"),
    Column("account", "Account", lambda row: row[2].account.code if row[2].account else NO_ACCOUNT, width=96),
    Column("group", "Group", lambda row: _group(row[2].group), width=130, stretch=True),
    Column("debit", "Debit", lambda row: side(row[2].debit, row[0].currency), kind=Kind.NUMBER, width=96),
    Column("credit", "Credit", lambda row: side(row[2].credit, row[0].currency), kind=Kind.NUMBER, width=96),
    Column("state", "", lambda row: _standing(row[0]), kind=Kind.STATE, width=124),
)


class DeferredDialog(Dialog):
    """One month's end; the answers before and after turn to its neighbours."""

    def __init__(self, desk: Desk, parent: QWidget, ends: Sequence["MonthEnd"], last: date) -> None:
        super().__init__(desk.theme, parent, f"Held back by Amazon on {last:%d %B %Y}", width=820)
        theme, over = desk.theme, last < datetime.now(UTC).date()
        found = rows_of(ends)
        self.rows = FixedRows[Row](COLUMNS, key=_key, rows=found)
        self.table = Table(theme, self.rows, name="Accrual and reversal", tasks=desk.tasks)
        self.table.setFixedHeight(_HEAD + _ROW * min(max(len(found), 1), _MOST_ROWS) + 2)
        self.told = Label(theme, _words(ends, over=over), tone="text2", wrap=True)
        self.add(self.told)
        self.add(self.table)
        self.table.setVisible(bool(found))
        before = Button(theme, "Month before", icon="chevron-left")
        after = Button(theme, "Month after", icon="chevron-right")
        read = Button(theme, "Read from Amazon", icon="download")
        self.add(row(before, after, STRETCH, read))
        for button, answer in ((before, BEFORE), (after, AFTER), (read, READ)):
            button.clicked.connect(lambda _on=False, answer=answer: self.close_with(answer))
        after.setEnabled(over)
        close = self.add_button("Close")
        self.keep = self.add_button("Accept", answer=KEEP, look=Look.FILLED)
        self.keep.setEnabled(over and any(end.accrual.lines and end.kept is None for end in ends))
        self.say_safety(
            "Once, with who and when; the next run writes both journals", icon="user", tone="muted"
        )
        close.setFocus()


def _words(ends: Sequence["MonthEnd"], *, over: bool) -> str:
    count = sum(end.transactions for end in ends)
    if not count:
        return "No transaction that was read so far was held back then."
    kept = next((end.kept for end in ends if end.kept is not None), None)
    booked = f" Accepted by {kept.who}, {day(kept.at, year=True)}." if kept is not None else ""
    numbers = [number for end in ends for number in end.numbers]
    booked += f" In X3 as {', '.join(numbers)}." if numbers else ""
    waits = "" if over else " The month is not over: more may be earned or released."
    return f"{counted(count, 'transaction')} earned and not yet let go.{booked}{waits}"


def _key(row: Row) -> Hashable:
    end, when, line = row
    return (end.marketplace, end.currency, when, line.group)


async def show_deferred(desk: Desk, parent: QWidget) -> bool:
    """Shows month's ends until it is closed; True where something was read or accepted."""
    service = desk.host.settlements
    last = end_of_month_before(datetime.now(UTC).date())
    changed = False
    while True:
        dialog = DeferredDialog(desk, parent, await service.month_end(last), last)
        match await dialog.ask():
            case "before":
                last = end_of_month_before(last)
            case "after":
                last = end_of_month(last + timedelta(days=1))
            case "read":
                count = await service.read_deferred()
                desk.notify(State("download", f"{counted(count, 'transaction')} read", Tone.OK))
                changed = True
            case "keep":
                count = await service.keep_accrual(last, who=desk.who)
                desk.notify(State("check", f"{counted(count, 'accrual')} accepted by {desk.who}", Tone.OK))
                changed = True
            case _:
                return changed
