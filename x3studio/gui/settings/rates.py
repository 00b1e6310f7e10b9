"""Exchange rates: those that are known, one more, and away with a wrong one."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence

from x3studio.gui.page import Desk
from x3studio.gui.states import State
from x3studio.gui.theme import Tone
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Button
from x3studio.gui.widgets.chips import StateLabel
from x3studio.gui.widgets.inputs import Input
from x3studio.gui.widgets.layout import STRETCH, column, row
from x3studio.gui.widgets.panels import Pane
from x3studio.gui.widgets.surfaces import Card, line
from x3studio.gui.widgets.table.columns import Column, Kind
from x3studio.gui.widgets.table.fixed import FixedRows
from x3studio.gui.widgets.table.view import Table
from x3studio.rules.rates import Rate

_WORDS = {
    "base": ("From currency", "USD", 62),
    "quote": ("To currency", "EUR", 62),
    "day": ("Day", "2026-11-20", 106),
    "value": ("Rate", "0.9214", 86),
    "source": ("Source", "Source, such as ECB", 0),
}
_COLUMNS: tuple[Column[Rate], ...] = (
    Column("base", "From", lambda rate: rate.base, role=Role.STRONG, width=64, sort=lambda rate: rate.base),
    Column("quote", "To", lambda rate: rate.quote, role=Role.STRONG, width=64, sort=lambda rate: rate.quote),
    Column("day", "From day on", lambda rate: rate.day.isoformat(), width=110, sort=lambda rate: rate.day),
    Column(
        "value",
        "Rate",
        lambda rate: f"{rate.value:,}",
        kind=Kind.NUMBER,
        width=90,
        sort=lambda rate: rate.value,
    ),
    Column("source", "Source", lambda rate: rate.source, stretch=True),
)


class Rates(Card):
    """`added` carries a Rate, `deleted` a list of them."""

    added = Signal(object)
    deleted = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.theme, title="Exchange rates")
        theme = desk.theme
        self._known: Sequence[Rate] = ()
        self._rows = FixedRows(_COLUMNS, key=lambda rate: (rate.base, rate.quote, rate.day))
        self.table = Table(
            theme, self._rows, name="Exchange rates", tasks=desk.tasks, memory=desk.memory, several=True
        )
        self._pane = Pane(theme, self.table)
        self._pane.setFixedHeight(28 * 5 + 2)
        self.inputs = {
            key: Input(theme, name=name, hint=hint) for key, (name, hint, _width) in _WORDS.items()
        }
        for key, (_name, _hint, width) in _WORDS.items():
            if width:
                self.inputs[key].setFixedWidth(width)
            self.inputs[key].returnPressed.connect(self._add)
        self._wrong = StateLabel(theme, State("circle-x", "", Tone.BAD))
        self._wrong.hide()
        self.add_button = Button(theme, "Add rate", icon="plus")
        self.add_button.clicked.connect(self._add)
        self.delete_button = Button(theme, "Delete", small=True)
        self.delete_button.clicked.connect(self._delete)
        self.delete_button.setEnabled(False)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._offer())
        self.table.installEventFilter(self)
        self.add(self._pane)
        self.add(line())
        entry = row(*self.inputs.values(), gap=6)
        press = row(self.add_button, self.delete_button, STRETCH)
        self.add(column(entry, self._wrong, press, gap=8, margins=(14, 10, 14, 12)))

    def show_rates(self, rates: Sequence[Rate]) -> None:
        """The newest day first; the user's own order stays."""
        self._known = rates
        self.set_aside(f"{len(rates):,} known" if rates else "")
        self._rows.set_rows(sorted(rates, key=lambda rate: rate.day, reverse=True))
        self._offer()
        if rates:
            self._pane.show_content()
        else:
            detail = "They are needed only where orders are converted to another currency."
            self._pane.show_state().show_empty("No exchange rates", detail, icon="scale", tone="muted")

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """The Delete key, as long as the table has the keyboard."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.KeyPress
            and event.matches(QKeySequence.StandardKey.Delete)
        ):
            self._delete()
            return True
        return False

    def clear_entry(self) -> None:
        """After a rate was kept: the next one is often of the same source."""
        for key in ("base", "quote", "value"):
            self.inputs[key].clear()
        self.inputs["base"].setFocus()

    def _add(self) -> None:
        rate, field, wrong = self._entered()
        for key, editor in self.inputs.items():
            editor.set_error(key == field)
            editor.setAccessibleDescription(wrong if key == field else "")
        self._wrong.show_state(State("circle-x", wrong, Tone.BAD))
        self._wrong.setVisible(bool(wrong))
        if rate is None:
            self.inputs[field].setFocus()
        else:
            self.added.emit(rate)

    def _entered(self) -> tuple[Rate | None, str, str]:
        """The rate, or the field that is wrong and why."""
        text = {key: editor.text().strip() for key, editor in self.inputs.items()}
        base, quote = text["base"].upper(), text["quote"].upper()
        for key, code in (("base", base), ("quote", quote)):
            if len(code) != 3 or not code.isascii() or not code.isalpha():
                return None, key, "A currency has three letters, such as USD."
        if base == quote:
            return None, "quote", "Enter two different currencies."
        try:
            day = date.fromisoformat(text["day"])
        except ValueError:
            return None, "day", "Enter a day such as 2026-11-20."
        if any((each.base, each.quote, each.day) == (base, quote, day) for each in self._known):
            return None, "day", f"{base} to {quote} of that day is known. Delete it first."
        try:
            value = Decimal(text["value"].replace(",", "."))
        except InvalidOperation:
            value = Decimal(0)
        if not value.is_finite() or value <= 0:
            return None, "value", f"Enter how many {quote} one {base} is worth, such as 0.9214."
        if not text["source"]:
            return None, "source", "Say whose rate it is: documents carry it."
        return Rate(base, quote, day, value, text["source"]), "", ""

    def _offer(self) -> None:
        self.delete_button.setEnabled(bool(self.table.selected()))

    def _delete(self) -> None:
        chosen = self.table.selected()
        if chosen:
            self.deleted.emit(chosen)
