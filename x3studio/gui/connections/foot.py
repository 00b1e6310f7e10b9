"""The foot of the wizard: back, what is going on, and the one filled button."""

from PySide6.QtCore import QElapsedTimer, Qt, QTimer
from PySide6.QtWidgets import QFrame

from x3studio.gui.connections.words import At
from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Button, Look
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import row

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
        right, cut = Qt.AlignmentFlag.AlignRight, Qt.TextElideMode.ElideRight
        self._note = Label(theme, role=Role.SECONDARY, tone="text2", align=right, elide=cut)
        self._limit = ""
        self._clock = QElapsedTimer()
        self._ticks = QTimer(self)
        self._ticks.setInterval(_TICK_MS)
        self._ticks.timeout.connect(self._count)
        buttons = (self.cancel_test, self.options, self.forward)
        whole = row(self.back, self._note, *buttons, gap=8, margins=(16, 11, 16, 11))
        whole.setStretch(1, 1)
        self.setLayout(whole)

    def start(self, *, limit: str) -> None:
        """A test begins; `limit` says what ends it by itself, or ""."""
        self._limit = limit
        self._clock.start()
        self._ticks.start()

    def stop(self) -> None:
        """It has ended."""
        self._ticks.stop()

    def tell(self, at: At, *, looks: bool, running: bool, passed: bool, checking: bool, vault: str) -> None:
        """The words of a page. `looks` before an account is known, `checking` for a saved connection."""
        self.back.setText("Cancel" if at is At.FIRST else "Back")
        self.forward.setText(_forward(at, looks=looks, running=running, passed=passed, checking=checking))
        self.forward.setEnabled(not running)
        self.cancel_test.setVisible(running)
        self.options.setVisible(at is At.FIRST and not running)
        if running:
            self._count()
        elif at is At.FINISH:
            self._note.setText(f"Secrets go to {vault}")
        elif at is At.TEST and passed:
            self._note.setText("Everything answered, and it is saved" if checking else "Nothing is saved yet")
        else:
            self._note.setText("" if checking else "Nothing is saved before the test succeeded")

    def _count(self) -> None:
        seconds = self._clock.elapsed() // 1000 if self._clock.isValid() else 0
        self._note.setText(", ".join(filter(None, (f"Test runs {seconds} s", self._limit))))


def _forward(at: At, *, looks: bool, running: bool, passed: bool, checking: bool) -> str:
    match at:
        case At.FINISH:
            return "Save"
        case At.TEST if passed and checking:
            return "Done"
        case At.TEST:
            return "Next" if running or passed else "Test again"
        case At.FIRST if looks:
            return "Next"
        case _:
            return "Test connection"
