"""States as words: tinted chips for cards and headers, plain icon and word for rows, TEST and LIVE tags."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

from x3studio.domain.connections import Environment
from x3studio.gui.states import ENVIRONMENT, State
from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role, font
from x3studio.gui.widgets.paint import box, key_cap, key_text, key_width, picture, width_of, words


class _Shown(QLabel):
    """A painted label that still is one for the screen reader: its text is the state's word."""

    role = Role.CHIP

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(font(self.role))
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        """States are never cut, unless their row has no room at all."""
        return QSize(24, self.sizeHint().height())


class Chip(_Shown):
    """Icon and word on the tone's tint, 20 px high."""

    def __init__(self, theme: Theme, state: State) -> None:
        super().__init__(theme)
        self.state = state
        self.setText(state.word)

    def show_state(self, state: State) -> None:
        """Another state, in the same place."""
        if state != self.state:
            self.state = state
            self.setText(state.word)
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """7 px at both sides, icon of 14."""
        icon = 19 if self.state.icon else 0
        return QSize(round(width_of(self.text(), self.role) + icon + 15), 20)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Tint, icon, word."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = self._theme.tokens.tone(self.state.tone)
        box(painter, QRectF(self.rect()), radius=4, ground=colours.tint, edge=None)
        x = 7.0
        if self.state.icon:
            at = QPointF(x, self.height() / 2 - 7)
            picture(painter, self._theme, self.state.icon, colours.text, at=at, size=14)
            x += 19
        area = QRectF(x, 0, self.width() - x - 5, self.height())
        words(painter, area, self.text(), font_=self.font(), colour=colours.text)
        painter.end()


class StateLabel(Chip):
    """Icon and word in their tone without a ground: how states stand in rows."""

    def sizeHint(self) -> QSize:
        """No padding."""
        icon = 21 if self.state.icon else 0
        return QSize(round(width_of(self.text(), self.role) + icon + 2), 20)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Icon, word."""
        painter = QPainter(self)
        ink = self._theme.tokens.tone(self.state.tone).text
        x = 0.0
        if self.state.icon:
            at = QPointF(0, self.height() / 2 - 8)
            picture(painter, self._theme, self.state.icon, ink, at=at, size=16)
            x = 21
        area = QRectF(x, 0, self.width() - x, self.height())
        words(painter, area, self.text(), font_=self.font(), colour=ink)
        painter.end()


class Tag(_Shown):
    """TEST (amber outline, flask) or LIVE (grey outline); `word` replaces it for other grey tags."""

    role = Role.TAG

    def __init__(
        self,
        theme: Theme,
        environment: Environment = Environment.PROD,
        *,
        word: str = "",
    ) -> None:
        super().__init__(theme)
        self._state = ENVIRONMENT[environment]
        self.setText(word or self._state.word)

    def show_environment(self, environment: Environment) -> None:
        """The other kind of folder."""
        self._state = ENVIRONMENT[environment]
        self.setText(self._state.word)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """7 px at both sides."""
        icon = 17 if self._state.icon else 0
        return QSize(round(width_of(self.text(), self.role) + icon + 15), 20)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Tint, outline, flask, word."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = self._theme.tokens
        colours = tokens.tone(self._state.tone)
        edge = colours.text if self._state.icon else tokens.line2
        box(painter, QRectF(self.rect()), radius=4, ground=colours.tint, edge=edge)
        x = 7.0
        if self._state.icon:
            picture(painter, self._theme, self._state.icon, colours.text, at=QPointF(x, 3), size=14)
            x += 17
        area = QRectF(x, 0, self.width() - x - 4, self.height())
        words(painter, area, self.text(), font_=self.font(), colour=colours.text)
        painter.end()


class KeyCap(_Shown):
    """A printed key, such as Ctrl K."""

    role = Role.KEY

    def __init__(self, theme: Theme, key: str) -> None:
        super().__init__(theme)
        self.setText(key_text(key))

    def sizeHint(self) -> QSize:
        """18 px high."""
        return QSize(round(key_width(self.text()) + 0.5), 18)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The cap."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        key_cap(painter, QRectF(self.rect()), self.text(), self._theme)
        painter.end()
