"""The status bar: each connection's state in words, and when the last change was saved."""

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QWidget

from x3studio.domain.connections import X3Connection
from x3studio.gui.states import CONNECTION, SCHEDULED, State
from x3studio.gui.theme import Theme, Tone
from x3studio.gui.typography import Role
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, clear, column, row
from x3studio.gui.widgets.picture import Picture
from x3studio.gui.widgets.surfaces import line
from x3studio.store import SavedConnection

_WORDS = {
    "ok": "connected",
    "expired": "expired",
    "unreachable": "not reachable",
    "untested": "not tested yet",
}
_ICONS = {"ok": "plug", "expired": "key-round"}


class StatusBar(QWidget):
    """28 px high."""

    def __init__(self, theme: Theme, *, note: str) -> None:
        super().__init__()
        self._theme, self._note = theme, note
        self._shown: tuple[State, ...] = ()
        self._said: tuple[State, ...] = ()
        self.setProperty("surface", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(28)
        self.setAccessibleName("Status bar")
        self._left = row(gap=20)
        self._saved = Label(theme, "All changes saved", role=Role.SECONDARY, tone="text2")
        saved = row(Picture(theme, "database", "text2", size=14), self._saved, gap=6)
        self._of_page = row(gap=20)
        bar = row(self._left, STRETCH, self._of_page, saved, gap=20, margins=(16, 0, 16, 0))
        self.setLayout(column(line(), STRETCH, bar, STRETCH, gap=0))
        self.show_state((), next_run=None)

    def show_state(self, connections: Sequence[SavedConnection], *, next_run: datetime | None) -> None:
        """One entry a connection, several Amazon regions apart; then when a flow starts by itself."""
        states = [_state(saved) for saved in connections] or [State("plug", "No connection yet", Tone.IDLE)]
        if next_run is not None:
            states.append(SCHEDULED.saying(f"Next run {_when(next_run)}"))
        if self._note:
            states.append(State("key-round", self._note, Tone.WARN))
        if tuple(states) != self._shown:
            self._shown = tuple(states)
            self._fill(self._left, states)

    def show_page(self, states: Sequence[State]) -> None:
        """What the page that is shown has to say, beside the time of the last change."""
        if tuple(states) != self._said:
            self._said = tuple(states)
            self._fill(self._of_page, states)

    def _fill(self, place: QBoxLayout, states: Sequence[State]) -> None:
        clear(place)
        for state in states:
            icon = Picture(self._theme, state.icon, state.tone.value, size=14)
            elide = Qt.TextElideMode.ElideRight
            word = Label(self._theme, state.word, role=Role.SECONDARY, tone="text2", elide=elide)
            word.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
            place.addLayout(row(icon, word, gap=6))

    def show_saved(self, at: datetime) -> None:
        """The time of the last commit anybody made."""
        self._saved.setText(f"All changes saved {at.astimezone():%H:%M:%S}")


def _state(saved: SavedConnection) -> State:
    side = saved.connection
    name = f"X3 {side.folder}" if isinstance(side, X3Connection) else side.name
    icon = _ICONS.get(saved.state, CONNECTION[saved.state].icon)
    return State(icon, f"{name} {_WORDS[saved.state]}", CONNECTION[saved.state].tone)


def _when(at: datetime) -> str:
    now, here = datetime.now(UTC), at.astimezone()
    if at <= now:
        return "due now"
    return f"{here:%H:%M}" if here.date() == now.astimezone().date() else f"{here.day} {here:%b %H:%M}"
