"""Short news at the foot of the window: at most two, one action, gone after six seconds unless focused."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPointF, QPropertyAnimation, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGraphicsOpacityEffect, QSizePolicy, QWidget

from x3studio.gui.states import State
from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role, font
from x3studio.gui.widgets.buttons import Pressable
from x3studio.gui.widgets.layout import STRETCH, row
from x3studio.gui.widgets.paint import box, picture, width_of, words

STAYS_MS, FADES_MS, MOST, GAP = 6_000, 120, 2, 8
Act = Callable[[], object]


class _Link(Pressable):
    """A link in the colours of the other theme."""

    def __init__(self, theme: Theme, text: str) -> None:
        super().__init__(theme)
        self.setText(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(round(width_of(self.text(), Role.PANEL)) + 12, 24)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink, rect = self.theme.inverse.accent_text, QRectF(self.rect())
        centre = Qt.AlignmentFlag.AlignHCenter
        words(painter, rect, self.text(), font_=font(Role.PANEL), colour=ink, align=centre)
        if self.ringed:
            box(painter, rect, radius=4, ground=None, edge=ink, pen=2)
        painter.end()


class Toast(QFrame):
    """36 px high, in inverse colours; the state's word is the whole message."""

    def __init__(
        self, theme: Theme, state: State, parent: QWidget, *, action: str = "", act: Act | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self.state = theme, state
        self.setFixedHeight(36)
        self.setAccessibleName(state.word)
        self.link = _Link(theme, action) if action else None
        if self.link is not None:
            layout = row(STRETCH, self.link, margins=(0, 0, 8, 0))
            self.setLayout(layout)
            if act is not None:
                self.link.clicked.connect(lambda: act())

    @property
    def held(self) -> bool:
        """Whether somebody is about to use its action."""
        return self.underMouse() or (self.link is not None and self.link.hasFocus())

    def sizeHint(self) -> QSize:
        """As wide as its words, between 320 and 620."""
        link = self.link.sizeHint().width() if self.link is not None else 0
        return QSize(min(max(round(width_of(self.state.word, Role.STRONG)) + 60 + link, 320), 620), 36)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Ground, icon, words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect, tokens, inverse = QRectF(self.rect()), self._theme.tokens, self._theme.inverse
        box(painter, rect, radius=6, ground=tokens.text, edge=None)
        ink = inverse.tone(self.state.tone).text
        if self.state.icon:
            picture(painter, self._theme, self.state.icon, ink, at=QPointF(12, 10))
        link = self.link.width() + 16 if self.link is not None else 12
        area = rect.adjusted(38, 0, -link, 0)
        words(painter, area, self.state.word, font_=font(Role.STRONG), colour=inverse.text)
        painter.end()


class Toasts(QObject):
    """Stacks toasts `above` pixels over the foot of a widget, newest below."""

    def __init__(self, theme: Theme, ground: QWidget, *, above: int = 16, stays_ms: int = STAYS_MS) -> None:
        super().__init__(ground)
        self._theme, self._ground, self._stays_ms, self._above = theme, ground, stays_ms, above
        self.shown: list[Toast] = []
        ground.installEventFilter(self)

    def show(self, state: State, *, action: str = "", act: Act | None = None) -> Toast:
        """Shows news and has it read aloud; the oldest of three leaves."""
        toast = Toast(self._theme, state, self._ground, action=action, act=act)
        self.shown.append(toast)
        while len(self.shown) > MOST:
            self.drop(self.shown[0])
        if toast.link is not None:
            toast.link.clicked.connect(lambda: self.drop(toast))
        timer = QTimer(toast)
        timer.setInterval(self._stays_ms)
        timer.timeout.connect(lambda: None if toast.held else self.drop(toast))
        timer.start()
        self._place()
        toast.show()
        toast.raise_()
        self._fade_in(toast)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(toast, state.word))
        return toast

    def drop(self, toast: Toast) -> None:
        """Takes one away."""
        if toast in self.shown:
            self.shown.remove(toast)
            toast.hide()
            toast.deleteLater()
            self._place()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Keeps their place when the window changes size."""
        if event.type() is QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        bottom = self._ground.height() - self._above
        for toast in reversed(self.shown):
            toast.resize(toast.sizeHint())
            toast.move((self._ground.width() - toast.width()) // 2, bottom - toast.height())
            bottom -= toast.height() + GAP

    def _fade_in(self, toast: Toast) -> None:
        if self._theme.calm:
            return
        veil = QGraphicsOpacityEffect(toast)
        toast.setGraphicsEffect(veil)
        fade = QPropertyAnimation(veil, b"opacity", toast)
        fade.setDuration(FADES_MS)
        fade.setStartValue(0.0)
        fade.setEndValue(1.0)
        # The veil costs an extra picture each time it paints: it goes once the toast is there.
        fade.finished.connect(lambda: toast.setGraphicsEffect(None))  # type: ignore[arg-type]
        fade.start()
