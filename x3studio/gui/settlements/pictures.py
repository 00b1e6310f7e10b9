"""The two pictures of a settlement: the way from gross sales to the bank line, and the reserve's ladder."""

from collections.abc import Sequence
from decimal import Decimal

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from x3studio.domain.sheets import Bar
from x3studio.gui.settlements.chain import LadderView
from x3studio.gui.settlements.words import money, rounded
from x3studio.gui.theme import Theme, Tone
from x3studio.gui.typography import Role
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.ladder import Ladder
from x3studio.gui.widgets.layout import STRETCH, boxed, column, row
from x3studio.gui.widgets.panels import Pane
from x3studio.gui.widgets.surfaces import Card
from x3studio.gui.widgets.switch import Segmented
from x3studio.gui.widgets.waterfall import Step, Waterfall

_SIDE, _HEIGHT, _BOTH = 296, 292, 830
_ELIDE = Qt.TextElideMode.ElideRight
_TONES = {"rise": Tone.OK, "fall": Tone.BAD, "total": Tone.LIVE}
_LINE = 6
"""Letters of a bar's words that fit one line."""


def steps_of(bars: Sequence[Bar], currency: str) -> list[Step]:
    """The bars as they are drawn, the bank line last and from zero; what is missing between them is said."""
    steps = [
        Step(
            key=bar.id,
            word=in_two(bar.title),
            value=bar.amount,
            figure=rounded(bar.amount),
            tone=_TONES[bar.kind],
            whole=bar.kind == "total",
            spoken=f"{bar.title}: {money(bar.amount, currency)}",
        )
        for bar in bars
    ]
    off = bars[-1].amount - bars[-2].end if len(bars) > 1 else Decimal(0)
    if off:
        told = f"Not in the lines: {money(off, currency)}"
        steps.insert(-1, Step("", "Not in\nthe lines", off, rounded(off), Tone.WARN, spoken=told))
    return steps


def in_two(words: str) -> str:
    """Words of a bar on one line or two, broken where the lines are most even."""
    if len(words) <= _LINE or " " not in words:
        return words
    parts = words.split(" ")
    breaks = [(" ".join(parts[:place]), " ".join(parts[place:])) for place in range(1, len(parts))]
    return "\n".join(min(breaks, key=lambda pair: max(map(len, pair))))


class Deposit(Card):
    """`opened` carries the key of the bar whose rows are wanted."""

    opened = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.title = Label(theme, "Explain my deposit", role=Role.PANEL)
        self.sub = Label(theme, role=Role.SECONDARY, tone="text2", elide=_ELIDE)
        self.total = Label(theme, role=Role.SECTION)
        self.chart = Waterfall(theme, name="From gross sales to the bank line")
        self.chart.opened.connect(self.opened)
        head = row(self.title, self.sub, self.total, margins=(14, 9, 14, 4))
        head.setStretch(1, 1)
        self.pane = Pane(theme, boxed(column(self.chart, gap=0, margins=(8, 0, 8, 4))))
        self.add(head)
        self.add(self.pane, stretch=1)

    def show_bars(self, bars: Sequence[Bar], *, period: str, total: Decimal, currency: str) -> None:
        """Another settlement."""
        self.sub.setText(f"{period}, each bar opens its rows")
        self.total.setText(money(total, currency))
        told = ", ".join(f"{bar.title} {money(bar.amount, currency)}" for bar in bars)
        self.chart.show_steps(steps_of(bars, currency), spoken=told)
        self.pane.show_content()

    def show_none(self, fact: str, detail: str, *, icon: str, tone: str) -> None:
        """There is no way to draw."""
        self.sub.setText("")
        self.total.setText("")
        self.pane.show_state().show_empty(fact, detail, icon=icon, tone=tone)


class Reserve(Card):
    """The ladder with what else must return to zero below it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._theme = theme
        self.chart = Ladder(theme, name="Reserve ladder")
        right = Qt.AlignmentFlag.AlignRight
        self.sub = Label(theme, role=Role.SECONDARY, tone="text2", elide=_ELIDE, align=right)
        self.rests = Label(theme, role=Role.SECONDARY, tone="bad", elide=_ELIDE)
        head = row(Label(theme, "Reserve ladder", role=Role.PANEL), self.sub, margins=(14, 9, 14, 4))
        head.setStretch(1, 1)
        self.pane = Pane(theme, boxed(column(self.chart, self.rests, gap=0, margins=(10, 0, 10, 6))))
        self.add(head)
        self.add(self.pane, stretch=1)

    def show_ladder(self, view: LadderView | None, currency: str) -> None:
        """Another chain."""
        if view is None:
            self.sub.setText("")
            self.pane.show_state().show_empty(
                "No reserve yet", "It is drawn from the first settlement on", icon="scale", tone="muted"
            )
            return
        self.sub.setText(f"{currency}, returns to zero")
        self.chart.show_rises(view.rises, due=view.due, others=view.others, spoken=view.spoken)
        rests = ", ".join(f"{word} {money(amount, currency)}" for word, amount in view.rests)
        self.rests.setText(f"Still open: {rests}" if rests else "")
        self.rests.setVisible(bool(rests))
        self.pane.show_content()


class Pictures(QWidget):
    """Both side by side; on tabs where there is no room for both."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.deposit, self.reserve = Deposit(theme), Reserve(theme)
        self.tabs = Segmented(
            theme, (("deposit", "Deposit"), ("reserve", "Reserve ladder")), name="Which picture"
        )
        self.tabs.chosen.connect(self._show)
        self._tabbed = self._low = False
        self._tabs = boxed(row(self.tabs, STRETCH, gap=0, margins=(0, 0, 0, 6)))
        self._pair = row(self.reserve, self.deposit, gap=12)
        self._pair.setStretch(1, 1)
        self.reserve.setFixedWidth(_SIDE)
        whole = column(self._tabs, self._pair, gap=0)
        whole.setStretch(1, 1)
        self.setLayout(whole)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._tabs.hide()

    @property
    def tabbed(self) -> bool:
        """Whether one of them is shown at a time."""
        return self._tabbed

    def sizeHint(self) -> QSize:
        """292 high, less on tabs."""
        return QSize(800, 226 if self._tabbed else _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """The waterfall alone."""
        return QSize(360, 196 if self._tabbed else 220)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Goes on tabs and back."""
        super().resizeEvent(event)
        self._arrange()

    def set_low(self, low: bool) -> None:
        """The window is too low for both and the book."""
        self._low = low
        self._arrange()

    def _arrange(self) -> None:
        """One at a time, or both."""
        tabbed = self._low or self.width() < _BOTH
        if tabbed == self._tabbed:
            return
        self._tabbed = tabbed
        self._tabs.setVisible(tabbed)
        if tabbed:
            self.reserve.setMinimumWidth(0)
            self.reserve.setMaximumWidth(16_777_215)
        else:
            self.reserve.setFixedWidth(_SIDE)
        self._show(self.tabs.current)
        self.updateGeometry()

    def _show(self, key: str) -> None:
        self.deposit.setVisible(not self._tabbed or key == "deposit")
        self.reserve.setVisible(not self._tabbed or key == "reserve")
