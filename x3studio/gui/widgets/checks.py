"""Check boxes and radios, drawn as they are in tables and facets."""

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QRadioButton

from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role, font
from x3studio.gui.widgets.paint import box, picture, ring, rings, width_of, words
from x3studio.gui.widgets.toggling import Toggling

_BOX = 16.0


class Check(Toggling, QCheckBox):
    """A check box with words; a part state is shown as a dash."""

    def __init__(self, theme: Theme, text: str = "", *, name: str = "") -> None:
        super().__init__(text.replace("&", "&&"))
        self._theme, self._ringed = theme, False
        self.setFont(font(Role.BODY))
        self.setFixedHeight(24)
        self.hear_toggles()
        if name:
            self.setAccessibleName(name)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Shows the ring only where focus came by a key."""
        self._ringed = rings(event, before=self._ringed)
        super().focusInEvent(event)

    def sizeHint(self) -> QSize:
        """The box, a gap and the words."""
        text = self.text().replace("&&", "&")
        return QSize(round(_BOX + (8 + width_of(text, Role.BODY) if text else 0) + 5), 24)

    def hitButton(self, _pos: QPoint) -> bool:
        """The words count as the box."""
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The box as in tables, then the words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(2, (self.height() - _BOX) / 2, _BOX, _BOX)
        draw_check(painter, rect, self._theme, self.checkState(), enabled=self.isEnabled())
        if self._ringed and self.hasFocus():
            ring(painter, rect.adjusted(-2, -2, 2, 2), self._theme, radius=5)
        ink = self._theme.tokens.text if self.isEnabled() else self._theme.tokens.disabled
        area = QRectF(rect.right() + 8, 0, self.width() - rect.right() - 8, self.height())
        words(painter, area, self.text().replace("&&", "&"), font_=self.font(), colour=ink)
        painter.end()


class Radio(Toggling, QRadioButton):
    """One of several; those of one parent exclude each other."""

    def __init__(self, theme: Theme, text: str) -> None:
        super().__init__(text.replace("&", "&&"))
        self._theme, self._ringed = theme, False
        self.setFont(font(Role.BODY))
        self.setFixedHeight(24)
        self.hear_toggles()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Shows the ring only where focus came by a key."""
        self._ringed = rings(event, before=self._ringed)
        super().focusInEvent(event)

    def sizeHint(self) -> QSize:
        """The dot, a gap and the words."""
        return QSize(round(_BOX + 13 + width_of(self.text().replace("&&", "&"), Role.BODY)), 24)

    def hitButton(self, _pos: QPoint) -> bool:
        """The words count as the dot."""
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The dot, then the words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = self._theme.tokens
        rect = QRectF(2, (self.height() - _BOX) / 2, _BOX, _BOX)
        on = self.isChecked()
        box(
            painter,
            rect,
            radius=8,
            ground=tokens.accent if on else tokens.surface,
            edge=None if on else tokens.control,
        )
        if on:
            box(painter, rect.adjusted(5, 5, -5, -5), radius=3, ground=tokens.on_accent, edge=None)
        if self._ringed and self.hasFocus():
            ring(painter, rect.adjusted(-2, -2, 2, 2), self._theme, radius=10)
        ink = tokens.text if self.isEnabled() else tokens.disabled
        area = QRectF(rect.right() + 8, 0, self.width() - rect.right() - 8, self.height())
        words(painter, area, self.text().replace("&&", "&"), font_=self.font(), colour=ink)
        painter.end()


def draw_check(
    painter: QPainter, rect: QRectF, theme: Theme, state: Qt.CheckState, *, enabled: bool = True
) -> None:
    """A check box of 16 px: empty, checked or partly; also used by tables and facets."""
    tokens = theme.tokens
    if state is Qt.CheckState.Unchecked or not enabled:
        edge = tokens.control if enabled else tokens.disabled
        box(painter, rect, radius=4, ground=tokens.surface, edge=edge)
    else:
        box(painter, rect, radius=4, ground=tokens.accent, edge=None)
    if state is not Qt.CheckState.Unchecked:
        ink = tokens.on_accent if enabled else tokens.disabled
        name = "check" if state is Qt.CheckState.Checked else "minus"
        picture(painter, theme, name, ink, at=QPointF(rect.left() + 2, rect.top() + 2), size=12)
