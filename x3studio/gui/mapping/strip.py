"""The strip above the workbench: how much is covered, how quickly it goes, and Focus or Grid."""

from datetime import UTC, datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from x3studio.gui.mapping.vocabulary import money, symbol
from x3studio.gui.states import clock
from x3studio.gui.theme import Theme, Tone
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Button, Look
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, boxed, column, row
from x3studio.gui.widgets.progress import Bar, Spinner
from x3studio.gui.widgets.surfaces import line
from x3studio.gui.widgets.switch import Segmented
from x3studio.workbench import Bar as CoverageBar
from x3studio.workbench import Coverage, Pace

HEIGHT, _BUSY = 64, 264
FOCUS, GRID = "focus", "grid"
_MODES = ((FOCUS, "Focus"), (GRID, "Grid"))


class CoveragePart(QWidget):
    """Caption and share above a bar of 6 px, counts below: green by hand, indigo by rule."""

    def __init__(self, theme: Theme, caption: str) -> None:
        super().__init__()
        elide = Qt.TextElideMode.ElideRight
        self._caption = Label(theme, caption, role=Role.SECONDARY, tone="text2", elide=elide)
        self._share = Label(theme, "–", role=Role.PANEL)
        self._bar = Bar(theme)
        self._counts = Label(theme, role=Role.CAPTION, tone="text2", elide=elide)
        head = row(self._caption, self._share, gap=8)
        head.setStretch(0, 1)
        self.setLayout(column(STRETCH, head, self._bar, self._counts, STRETCH, gap=3))
        self.setMinimumWidth(110)

    def show_bar(self, bar: CoverageBar, *, caption: str, unit: str = "") -> None:
        """How much of the whole is done; `unit` makes amounts of minor units."""
        said = money if unit else "{:,}".format
        self._caption.setText(caption)
        self._share.setText(f"{bar.share:.1%}".replace("%", " %") if bar.total else "–")
        total = bar.total or 1
        self._bar.set_parts([(bar.by_hand / total, Tone.OK), (bar.by_rule / total, Tone.LIVE)])
        sign = f"{unit} " if unit else ""
        mapped = bar.by_hand + bar.by_rule
        done, whole, ruled = (said(figure) for figure in (mapped, bar.total, bar.by_rule))
        if unit:
            done, whole, ruled = (text.partition(".")[0] for text in (done, whole, ruled))
        counts = f"{sign}{done} of {whole} · {ruled} by rule" if bar.total else "nothing known yet"
        self._counts.setText(counts)
        self.setAccessibleName(f"{caption}: {self._share.text()}, {counts}")


class Strip(QWidget):
    """64 px high. A busy line takes the place of the pace while something is read or matched."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setProperty("surface", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName("Coverage and pace")
        self._remaining: int | None = None
        self._way = self._whole_way = ""
        self.mode = Segmented(theme, _MODES, name="Focus or Grid")
        self._records = CoveragePart(theme, "Records")
        self._lines = CoveragePart(theme, "Order lines, 90 days")
        self._worth = CoveragePart(theme, "Revenue, 90 days")
        self._rate = Label(theme, "–", role=Role.COUNT)
        self._end = Label(theme, "–", role=Role.COUNT)
        self._end_word = Label(theme, "forecast end", role=Role.SECONDARY, tone="text2")
        self._left = Label(theme, role=Role.CAPTION, tone="text2", elide=Qt.TextElideMode.ElideRight)
        elide = Qt.TextElideMode.ElideRight
        self._busy_words = Label(theme, role=Role.SECONDARY, tone="text2", elide=elide)
        self._busy_bar = Bar(theme)
        self.cancel = Button(theme, "Cancel", look=Look.LINK, small=True)
        self._lay_out()

    def show_coverage(self, coverage: Coverage) -> None:
        """Three bars and the shortest way to 99 %."""
        self._records.show_bar(coverage.records, caption="Records")
        self._lines.show_bar(coverage.lines, caption="Order lines, 90 days")
        caption = "Price x stock, no sales yet" if coverage.worth_is_estimated else "Revenue, 90 days"
        self._worth.show_bar(coverage.worth, caption=caption, unit=symbol(coverage.currency))
        what = "order lines" if coverage.lines.total else "revenue"
        aim = f"{coverage.aim:.0%}".replace("%", " %")
        self._way = f"{coverage.more:,} more reach {aim}" if coverage.more else ""
        self._whole_way = f"{coverage.more:,} more reach {aim} of {what}" if coverage.more else ""
        self._show_left()

    def show_pace(self, pace: Pace) -> None:
        """Decisions a minute, and when it ends at that pace."""
        self._rate.setText(f"{pace.per_minute:.0f}" if pace.per_minute else "–")
        self._end.setText(_ends(pace.ends))
        self._remaining = pace.left
        self._show_left()

    def show_busy(self, words: str, *, share: float | None = None, stoppable: bool = True) -> None:
        """What is going on, instead of the pace; "" shows the pace again."""
        # The one goes before the other comes: both at once would widen a small window.
        for part in (self._pace, self._busy) if words else (self._busy, self._pace):
            part.setVisible((part is self._busy) == bool(words))
        self._busy_words.setText(words)
        self.cancel.setVisible(stoppable)
        if share is None:
            self._busy_bar.set_unknown()
        else:
            self._busy_bar.set_value(share, 1.0)

    def set_narrow(self, width: int) -> None:
        """What gives way first: the words beside the pace, then the pace itself."""
        self._pace_parts.setVisible(width >= 1_150)
        self._worth.setVisible(width >= 760)

    def _show_left(self) -> None:
        left = f"{self._remaining:,} left" if self._remaining is not None else ""
        self._left.setText(" · ".join(filter(None, (left, self._way))))
        whole = ", ".join(filter(None, (left, self._whole_way)))
        self._left.setToolTip(whole)
        self._left.setAccessibleName(whole)

    def _lay_out(self) -> None:
        theme = self._theme
        bars = row(self._records, self._lines, self._worth, gap=16)
        for place in range(3):
            bars.setStretch(place, 1)
        per = Label(theme, "per min", role=Role.SECONDARY, tone="text2")
        last = Label(theme, "last 10 min", role=Role.CAPTION, tone="text2")
        rate = column(STRETCH, row(self._rate, per, STRETCH, gap=5), last, STRETCH, gap=1)
        end = column(STRETCH, row(self._end, self._end_word, STRETCH, gap=5), self._left, STRETCH, gap=1)
        self._pace_parts = boxed(rate)
        forecast = boxed(end)
        forecast.setMinimumWidth(190)
        self._pace = boxed(row(self._pace_parts, forecast, gap=16))
        words = row(Spinner(theme), self._busy_words, self.cancel, gap=8)
        words.setStretch(1, 1)
        self._busy = boxed(column(STRETCH, words, self._busy_bar, STRETCH, gap=5))
        # Cancel stays where it is aimed at, whatever the words beside it say.
        self._busy.setFixedWidth(_BUSY)
        self._busy.hide()
        whole = row(
            bars, line(upright=True), self._pace, self._busy, self.mode, gap=16, margins=(16, 0, 14, 0)
        )
        whole.setStretch(0, 1)
        self.setLayout(column(whole, line(), gap=0))


def _ends(at: datetime | None) -> str:
    """ "15:20", "Tue 15:20" on another day, an en dash while nobody decides."""
    if at is None:
        return "–"
    here, now = at.astimezone(), datetime.now(UTC).astimezone()
    return clock(at) if here.date() == now.date() else f"{here:%a %H:%M}"
