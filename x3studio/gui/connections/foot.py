"""The foot of the wizard: back, what is going on, and the one filled button."""

from PySide6.QtCore import QElapsedTimer, QTimer
from PySide6.QtWidgets import QFrame

from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Button, Look
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, row

_TICK_MS = 1000


class Foot(QFrame):
    """52 px high. While a test runs it counts the seconds."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("kind", "foot")
        self.back = Button(theme, "Cancel")
        self.cancel_test = Button(theme, "Cancel test")
        self.options = Button(theme, "Options", look=Look.GHOST)
        self.forward = Button(theme, "Test connection", look=Look.FILLED)
        self._note = Label(theme, role=Role.SECONDARY, tone="text2")
        self._limit = ""
        self._clock = QElapsedTimer()
        self._ticks = QTimer(self)
        self._ticks.setInterval(_TICK_MS)
        self._ticks.timeout.connect(self._count)
        right = row(self._note, self.cancel_test, self.options, self.forward, gap=8)
        self.setLayout(row(self.back, STRETCH, right, margins=(16, 11, 16, 11)))

    def start(self, *, limit: str) -> None:
        """A test begins; `limit` says what ends it by itself, or ""."""
        self._limit = limit
        self._clock.start()
        self._ticks.start()

    def stop(self) -> None:
        """It has ended."""
        self._ticks.stop()

    def tell(self, *, back: str, forward: str, note: str, running: bool, options: bool) -> None:
        """The words of this page."""
        self.back.setText(back)
        self.forward.setText(forward)
        self.forward.setEnabled(not running)
        self.cancel_test.setVisible(running)
        self.options.setVisible(options and not running)
        if running:
            self._count()
        else:
            self._note.setText(note)

    def _count(self) -> None:
        seconds = self._clock.elapsed() // 1000 if self._clock.isValid() else 0
        self._note.setText(", ".join(filter(None, (f"Test runs {seconds} s", self._limit))))
