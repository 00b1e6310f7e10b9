"""Dialogs: opened without a loop of their own and awaited as a future, facts first, the action named."""

import asyncio

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QFrame, QGraphicsDropShadowEffect, QLayout, QScrollArea, QWidget

from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Button, Look
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, column, row
from x3studio.gui.widgets.picture import Picture
from x3studio.gui.widgets.surfaces import line

_SHADOW, _EDGE = 16, 8
"""What the shadow takes on each side, and how far a dialog stays from the window's edge at least."""

_MOST_OF_IT = 1_000
_NO_LIMIT, _LEAST_BODY = 100_000, 80


class _Shade(QWidget):
    """Dims the window below while a dialog is open."""

    def __init__(self, below: QWidget) -> None:
        super().__init__(below)
        below.installEventFilter(self)
        self.setGeometry(below.rect())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Covers the window whatever its size."""
        if event.type() is QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A third of black."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(16, 19, 24, 96))
        painter.end()


class _Body(QScrollArea):
    """As high as what it holds, up to a limit; beyond that it scrolls. `grown` tells of other contents."""

    grown = Signal()

    def __init__(self, content: QLayout, *, width: int) -> None:
        super().__init__()
        self._content, self._width, self._most = content, width, _NO_LIMIT
        inner = QWidget()
        inner.setProperty("kind", "scrolled")
        inner.setLayout(content)
        inner.setAutoFillBackground(False)
        inner.installEventFilter(self)
        self.setWidget(inner)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)

    def set_room(self, width: int, height: int) -> None:
        """How wide it is and how high it may become."""
        self._width, self._most = width, height
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        content = self._content
        wrapped = content.hasHeightForWidth()
        high = content.heightForWidth(self._width) if wrapped else content.sizeHint().height()
        return QSize(self._width, min(high, self._most))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Grows with what it holds."""
        if event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
            self.grown.emit()
        return False


class Dialog(QDialog):
    """Title, body, foot. `await dialog.ask()` gives the pressed button's answer, "" where it was closed."""

    def __init__(self, theme: Theme, parent: QWidget, title: str, *, width: int = 480) -> None:
        super().__init__(parent.window())
        self._theme, self._answer = theme, ""
        self._shade: _Shade | None = None
        self._grip: QPoint | None = None
        self.setWindowTitle(title)
        self.setWindowFlags(Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._frame = frame = QFrame()
        frame.setProperty("kind", "dialog")
        shadow = QGraphicsDropShadowEffect(frame)
        shadow.setBlurRadius(28)
        shadow.setOffset(0, 6)
        shadow.setColor(QColor(0, 0, 0, 90))
        frame.setGraphicsEffect(shadow)
        close = Button(theme, icon="x", look=Look.GHOST, name="Close")
        close.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        close.clicked.connect(self.reject)
        head = row(Label(theme, title, role=Role.SECTION, wrap=True), close, margins=(20, 12, 12, 12))
        head.setStretch(0, 1)
        self.body = column(gap=10, margins=(20, 14, 20, 16))
        self._note = row(gap=8)
        self._buttons = row(gap=8)
        self._scroll = _Body(self.body, width=width)
        self._scroll.grown.connect(self._grow)
        self._foot = foot = QFrame()
        foot.setProperty("kind", "foot")
        self._below = row(self._note, STRETCH, self._buttons, margins=(20, 12, 20, 12))
        foot.setLayout(self._below)
        frame.setLayout(column(head, line(), self._scroll, foot, gap=0, margins=(1, 1, 1, 1)))
        self._wanted, self._head = width, head
        frame.setFixedWidth(width)
        self._around = column(frame, margins=(_SHADOW, _SHADOW, _SHADOW, _SHADOW))
        self.setLayout(self._around)

    def add(self, part: QWidget | QLayout) -> None:
        """Puts a part below the others."""
        if isinstance(part, QWidget):
            self.body.addWidget(part)
        else:
            self.body.addLayout(part)

    def say_safety(self, text: str, *, icon: str = "shield-check", tone: str = "ok") -> None:
        """The sentence at the left of the foot."""
        self._note.addWidget(Picture(self._theme, icon, tone))
        words = Label(self._theme, text, role=Role.SECONDARY, tone="text2", wrap=True)
        self._note.addWidget(words, stretch=1)
        self._below.setStretch(0, _MOST_OF_IT)

    def add_button(
        self, text: str, *, answer: str = "", look: Look = Look.OUTLINED, icon: str = ""
    ) -> Button:
        """A button; "" as answer means cancel. Add cancel first, then the action."""
        button = Button(self._theme, text, look=look, icon=icon)
        button.clicked.connect(lambda: self.close_with(answer))
        if look is Look.FILLED:
            button.setDefault(True)
        self._buttons.addWidget(button)
        return button

    def close_with(self, answer: str) -> None:
        """Closes; `ask` returns this answer."""
        self._answer = answer
        self.done(1 if answer else 0)

    async def ask(self) -> str:
        """Opens it over its window and waits; safe in a coroutine, as no second event loop is run."""
        answered: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.finished.connect(lambda _code: None if answered.done() else answered.set_result(None))
        self.open()
        try:
            await answered
        finally:
            self.hide()
            self._lift()
            self.deleteLater()
        return self._answer

    def showEvent(self, event: QShowEvent) -> None:
        """Dims the window and stands in its middle."""
        super().showEvent(event)
        below = self.parentWidget()
        if below is not None and self._shade is None:
            self._shade = _Shade(below)
            self._shade.show()
            self._fit(below)
            middle = below.mapToGlobal(below.rect().center())
            self.move(middle - self.rect().center())

    def _fit(self, below: QWidget) -> None:
        """No larger than its window: a screen of 1920 x 1080 at 200 % has 960 x 540 points."""
        around = 2 * (_SHADOW + _EDGE)
        wide = min(self._wanted, below.width() - around)
        rest = self._head.sizeHint().height() + self._foot.sizeHint().height() + 2
        self._frame.setFixedWidth(wide)
        self._scroll.set_room(wide - 2, max(below.height() - around - rest, _LEAST_BODY))
        self._around.activate()
        # adjustSize would allow two thirds of the screen only.
        self.resize(self.sizeHint())

    def _grow(self) -> None:
        """As high as what it holds by now, moved up where it would leave its window."""
        below = self.parentWidget()
        if below is None or not self.isVisible():
            return
        self._around.activate()
        wanted = self.sizeHint()
        if wanted.height() != self.height():
            self.resize(wanted)
        foot = below.mapToGlobal(QPoint(0, below.height() - _EDGE)).y()
        over = self.y() + self.height() - _SHADOW - foot
        if over > 0:
            self.move(self.x(), self.y() - over)

    def done(self, code: int) -> None:
        """Lifts the shade whatever the way out."""
        self._lift()
        super().done(code)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The head is a handle, as there is no frame of the system."""
        window = self.windowHandle()
        if window is not None and event.position().y() < 60:
            window.startSystemMove()

    def _lift(self) -> None:
        if self._shade is not None:
            self._shade.hide()
            self._shade.deleteLater()
            self._shade = None


async def confirm(
    theme: Theme,
    parent: QWidget,
    title: str,
    *,
    fact: str,
    action: str,
    keep: str = "Cancel",
    safety: str = "",
    danger: bool = False,
) -> bool:
    """Asks one question; True where the action was pressed."""
    dialog = Dialog(theme, parent, title, width=440)
    dialog.add(Label(theme, fact, tone="text2", wrap=True, selectable=True))
    if safety:
        dialog.say_safety(safety)
    cancel = dialog.add_button(keep)
    act = dialog.add_button(action, answer="yes", look=Look.DANGER if danger else Look.FILLED)
    (cancel if danger else act).setFocus()
    return await dialog.ask() == "yes"
