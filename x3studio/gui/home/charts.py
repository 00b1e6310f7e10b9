"""The two charts of the morning, each with its sum in words."""

from collections.abc import Sequence
from datetime import date, datetime

from PySide6.QtWidgets import QWidget

from x3studio.gui.theme import Theme, Tone
from x3studio.gui.typography import Role
from x3studio.gui.widgets.charts import BarChart, Bars, Legend, Line, LineChart
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, column, row
from x3studio.gui.widgets.surfaces import Card


class ConfirmedChart(Card):
    """Records read back from X3, by the hour of the last day."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._sum = Label(theme, role=Role.CHIP, tone="text2")
        self._chart = BarChart(theme, name="Confirmed by read-back, records per hour")
        entries = [("records per hour", Tone.LIVE, "bar"), ("hour with exceptions", Tone.WARN, "bar")]
        _fill(self, theme, "Confirmed by read-back", self._sum, Legend(theme, entries), self._chart)

    def show_hours(self, hours: Sequence[tuple[datetime, int]], *, marked: frozenset[datetime]) -> None:
        """Oldest first, the present hour last."""
        total = sum(number for _hour, number in hours)
        self._sum.setText(f"{total:,} in 24 h")
        here = [f"{hour.astimezone():%H:%M}" for hour, _number in hours]
        labels = [(place, here[place]) for place in (0, 6, 12, 18, len(hours) - 1) if 0 <= place < len(hours)]
        bars = Bars(
            [number for _hour, number in hours],
            frozenset(place for place, (hour, _number) in enumerate(hours) if hour in marked),
        )
        most = max(hours, key=lambda entry: entry[1], default=None)
        peak = f", most at {most[0].astimezone():%H:%M} with {most[1]:,}" if most and most[1] else ""
        self._chart.show_bars(bars, labels=labels, spoken=f"{total:,} records confirmed in 24 hours{peak}.")


class ExceptionsChart(Card):
    """Exceptions open at each day's end, and new ones."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._sum = Label(theme, "14 days", role=Role.CHIP, tone="text2")
        self._chart = LineChart(theme, name="Exceptions, open and new per day")
        legend = Legend(theme, [("open", Tone.BAD, "line"), ("new per day", Tone.IDLE, "dashed")])
        _fill(self, theme, "Exceptions", self._sum, legend, self._chart)

    def show_days(self, days: Sequence[tuple[date, int, int]]) -> None:
        """(day, open, new), oldest first, today last."""
        if not days:
            return
        named = [(place, f"{days[place][0].day} {days[place][0]:%b}") for place in (0, len(days) // 2 - 1)]
        labels = [*named, (len(days) - 1, "Today")]
        lines = [
            Line("open", [entry[1] for entry in days], Tone.BAD),
            Line("new per day", [entry[2] for entry in days], Tone.IDLE, dashed=True),
        ]
        last = days[-1]
        spoken = f"{last[1]:,} exceptions open today, {last[2]:,} new; 14 days ago {days[0][1]:,} were open."
        self._chart.show_lines(lines, labels=labels, spoken=spoken)


def _fill(card: Card, theme: Theme, title: str, aside: Label, legend: Legend, chart: QWidget) -> None:
    head = row(Label(theme, title, role=Role.PANEL), STRETCH, aside)
    chart.setMinimumHeight(120)
    card.add(column(head, legend, chart, gap=3, margins=(14, 11, 14, 10)), stretch=1)
