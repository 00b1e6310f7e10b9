"""Two settlements side by side: each group in both, the difference, and what it comes to per order."""

from collections.abc import Callable, Hashable, Sequence
from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from x3studio.domain.sheets import Compared, Comparison
from x3studio.gui.page import Desk
from x3studio.gui.settlements.words import figure, money, spaced
from x3studio.gui.typography import Role
from x3studio.gui.widgets.inputs import Choice
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import boxed, column, row
from x3studio.gui.widgets.panels import Pane
from x3studio.gui.widgets.table.columns import Column, Kind
from x3studio.gui.widgets.table.fixed import FixedRows
from x3studio.gui.widgets.table.view import Table


def comparison_columns(this: str, other: str, currency: str) -> tuple[Column[Compared], ...]:
    """Named by the two periods."""

    def number(amount: Decimal) -> str | None:
        return figure(amount, currency) if amount else None

    def amount(key: str, title: str, value: Callable[[Compared], Decimal]) -> Column[Compared]:
        return Column(key, title, lambda row: number(value(row)), kind=Kind.NUMBER, width=114, sort=value)

    return (
        Column(
            "group", "Group", lambda row: row.title, width=164, role=Role.STRONG, sort=lambda row: row.title
        ),
        Column(
            "kind",
            "Amount",
            lambda row: spaced(row.triple.amount_description),
            width=120,
            stretch=True,
            tone="text2",
        ),
        amount("this", this, lambda row: row.second),
        amount("other", other, lambda row: row.first),
        Column(
            "change",
            "Change",
            lambda row: number(row.change),
            kind=Kind.NUMBER,
            width=94,
            role=Role.STRONG,
            sort=lambda row: abs(row.change),
        ),
        Column("rows", "Rows", lambda row: row.second_rows, kind=Kind.NUMBER, width=54, tone="text2"),
        Column(
            "other_rows", "Rows before", lambda row: row.first_rows, kind=Kind.NUMBER, width=88, tone="text2"
        ),
    )


class Compare(QWidget):
    """`asked` carries the settlement to compare with."""

    asked = Signal(int)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        theme = desk.theme
        self.other = Choice(theme, name="Compare with")
        self.words = Label(theme, role=Role.SECONDARY, tone="text2", elide=Qt.TextElideMode.ElideRight)
        self.rows = FixedRows[Compared](comparison_columns("This", "Other", ""), key=_key)
        self.table = Table(
            theme, self.rows, name="Two settlements", tasks=desk.tasks, memory=desk.memory, several=True
        )
        head = row(Label(theme, "With", tone="text2"), self.other, self.words, margins=(14, 8, 14, 8))
        head.setStretch(2, 1)
        self._body = column(self.table, gap=0)
        self.pane = Pane(theme, boxed(self._body))
        whole = column(boxed(head), self.pane, gap=0)
        whole.setStretch(1, 1)
        self.setLayout(whole)
        self.other.activated.connect(lambda _place: self._ask())

    @property
    def wanted(self) -> int | None:
        """The settlement to compare with, None where there is none."""
        key = self.other.current_key()
        return int(key) if key else None

    def offer(self, others: Sequence[tuple[int, str]]) -> None:
        """Which settlements it can be compared with, the nearest before it first."""
        self.other.set_choices([(str(entry), words) for entry, words in others])
        if not others:
            self.rows.set_rows(())
            self.pane.show_state().show_empty(
                "Nothing to compare with",
                "It is the only settlement of its chain",
                icon="git-compare",
                tone="muted",
            )

    def show_comparison(self, found: Comparison, *, this: str, other: str, currency: str) -> None:
        """The two, the largest change first."""
        self.rows.columns = comparison_columns(this, other, currency)
        self.rows.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.rows.columns) - 1)
        self.rows.set_rows(found.rows)
        change = sum((row.change for row in found.rows), Decimal(0))
        word = "more" if change >= 0 else "less"
        self.words.setText(f"{money(abs(change), currency)} {word} than {other}")
        self.pane.show_content()

    def _ask(self) -> None:
        if self.wanted is not None:
            self.asked.emit(self.wanted)


def _key(row: Compared) -> Hashable:
    return (row.group, row.triple)
