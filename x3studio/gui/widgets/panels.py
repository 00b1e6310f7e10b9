"""Empty, busy and failed: they take the place and size of the content, so that nothing jumps."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QSizePolicy, QStackedLayout, QWidget

from x3studio.domain.errors import StudioError
from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Button
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, column, row
from x3studio.gui.widgets.picture import Picture
from x3studio.gui.widgets.progress import Spinner
from x3studio.gui.widgets.quote import Quote

_CANCEL_AFTER_MS = 10_000
Act = Callable[[], object]


class StatePanel(QWidget):
    """An icon of 24 px, one fact, one detail, at most one button."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        centre = Qt.AlignmentFlag.AlignHCenter
        self._picture = Picture(theme, "circle-check", "ok", size=24)
        self._spinner = Spinner(theme, size=24)
        self._fact = Label(theme, role=Role.PANEL, align=centre, wrap=True)
        self._detail = Label(theme, role=Role.SECONDARY, tone="text2", align=centre, wrap=True)
        self._said = Quote(theme, speaker="The other side says")
        self._button = Button(theme, "", small=True)
        self._act: Act | None = None
        self._button.clicked.connect(self._press)
        self._button.hide()
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_CANCEL_AFTER_MS)
        self._patience.timeout.connect(lambda: self._button.setVisible(self._act is not None))
        icons = row(STRETCH, self._picture, self._spinner, STRETCH, gap=0)
        press = row(STRETCH, self._button, STRETCH)
        parts = column(STRETCH, icons, 2, self._fact, self._detail, self._said, press, STRETCH, gap=4)
        parts.setContentsMargins(16, 12, 16, 12)
        self.setLayout(parts)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_empty(
        self,
        fact: str,
        detail: str = "",
        *,
        icon: str = "circle-check",
        tone: str = "ok",
        action: str = "",
        act: Act | None = None,
    ) -> None:
        """Checked and nothing there; `detail` says when and what was checked."""
        self._show(fact, detail, icon=icon, tone=tone, action=action, act=act)

    def show_busy(self, fact: str, detail: str = "", *, cancel: Act | None = None) -> None:
        """Something is on its way; after ten seconds it can be cancelled."""
        self._show(fact, detail, icon="", tone="live", action="Cancel", act=cancel)
        self._button.hide()
        self._patience.start()

    def show_failed(self, error: StudioError, *, action: str = "Try again", act: Act | None = None) -> None:
        """What happened, what to do, and the foreign words; never looks like "nothing found"."""
        self._show(error.title, error.advice, icon="cloud-off", tone="bad", action=action, act=act)
        self._said.show_words(error.said)

    def _show(self, fact: str, detail: str, *, icon: str, tone: str, action: str, act: Act | None) -> None:
        self._patience.stop()
        self._said.show_words("")
        self._picture.setVisible(bool(icon))
        self._spinner.setVisible(not icon)
        if icon:
            self._picture.show_icon(icon, tone)
        self._fact.setText(fact)
        self._detail.setText(detail)
        self._detail.setVisible(bool(detail))
        self._act = act
        self._button.setText(action)
        self._button.setVisible(bool(action and act))

    def _press(self) -> None:
        if self._act is not None:
            self._act()


class Pane(QWidget):
    """Holds a content widget and, in its place, whichever state keeps it from being shown."""

    def __init__(self, theme: Theme, content: QWidget) -> None:
        super().__init__()
        self.content = content
        self.state = StatePanel(theme)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(content)
        self._stack.addWidget(self.state)

    def show_content(self) -> None:
        """The content itself."""
        self._stack.setCurrentWidget(self.content)

    def show_state(self) -> StatePanel:
        """The state panel, to be told what to say."""
        self._stack.setCurrentWidget(self.state)
        return self.state
