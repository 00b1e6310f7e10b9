"""Toasts with a memory: the bell lists what was said, failures become words or a report."""

from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QPlainTextEdit, QWidget

from x3studio.domain.errors import StudioError
from x3studio.gui.faults import Door
from x3studio.gui.states import State, clock
from x3studio.gui.tasks import Tasks
from x3studio.gui.theme import Theme, Tone
from x3studio.gui.typography import Role, font
from x3studio.gui.widgets.buttons import Look
from x3studio.gui.widgets.dialog import Dialog
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.quote import Quote
from x3studio.gui.widgets.toast import Toasts

_REMEMBERED = 20


class News(QObject):
    """Listens at the failure door and shows what comes through; one dialog at a time."""

    def __init__(self, theme: Theme, ground: QWidget, door: Door, tasks: Tasks) -> None:
        super().__init__(ground)
        self._theme, self._ground, self._tasks = theme, ground, tasks
        self._said: deque[tuple[datetime, State]] = deque(maxlen=_REMEMBERED)
        self._open = False
        self.toasts = Toasts(theme, ground, above=44)
        door.told.connect(self._tell)
        door.blocked.connect(self._block)
        door.crashed.connect(self._crash)

    def notify(self, state: State, *, action: str = "", act: Callable[[], object] | None = None) -> None:
        """Shows a toast and remembers it."""
        self.remember(state)
        self.toasts.show(state, action=action, act=act)

    def remember(self, state: State) -> None:
        """Keeps for the bell what need not be shown now."""
        self._said.appendleft((datetime.now(UTC), state))

    @property
    def said(self) -> list[str]:
        """What the bell lists, newest first."""
        return [state.word for _, state in self._said]

    def show_list(self, button: QWidget) -> None:
        """What was said, newest first, below the bell."""
        menu = QMenu(button)
        for at, state in self._said:
            text = f"{clock(at)}  {state.word}".replace("&", "&&")
            menu.addAction(self._theme.icon(state.icon or "info", state.tone.value), text)
        if not self._said:
            menu.addAction("Nothing was reported since the start").setEnabled(False)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    def _tell(self, error: StudioError) -> None:
        self.notify(State("circle-x", str(error), Tone.BAD))

    def _block(self, error: StudioError) -> None:
        if self._open:
            self._tell(error)
            return
        dialog = Dialog(self._theme, self._ground, error.title, width=520)
        if error.advice:
            dialog.add(Label(self._theme, error.advice, wrap=True, selectable=True))
        if error.said:
            dialog.add(Quote(self._theme, error.said, speaker="The other side says, word for word"))
        dialog.add_button("Close", answer="close", look=Look.FILLED)
        self._ask(dialog)

    def _crash(self, report: str) -> None:
        if self._open:
            self.notify(State("bug", "A fault in the program was written to the log.", Tone.BAD))
            return
        dialog = Dialog(self._theme, self._ground, "X3 Studio found a fault in itself", width=640)
        what = "What was saved stays saved. Send this report to whoever looks after the program."
        dialog.add(Label(self._theme, what, wrap=True))
        text = QPlainTextEdit(report)
        text.setReadOnly(True)
        text.setProperty("kind", "code")
        text.setFont(font(Role.CODE))
        text.setAccessibleName("Crash report")
        text.setMinimumHeight(220)
        dialog.add(text)
        copy = dialog.add_button("Copy report", answer="copy", icon="copy")
        dialog.add_button("Close", answer="close", look=Look.FILLED)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(report))
        self._ask(dialog)

    def _ask(self, dialog: Dialog) -> None:
        self._open = True
        task = self._tasks.start(dialog.ask(), name="show a message")
        task.add_done_callback(lambda _task: self._shut())

    def _shut(self) -> None:
        self._open = False
