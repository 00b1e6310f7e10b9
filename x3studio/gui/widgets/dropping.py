"""What says that files may be let go here, while they are dragged over the window."""

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role, font
from x3studio.gui.widgets.paint import box, picture, width_of, words

_MARGIN, _ICON, _GAP = 10, 24, 10
_VEIL = 236


class DropShade(QWidget):
    """Lies over its parent: a dashed frame with an arrow and the words."""

    def __init__(self, theme: Theme, over: QWidget, text: str) -> None:
        super().__init__(over)
        self._theme, self._text = theme, text
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(text)
        over.installEventFilter(self)
        self.hide()

    def show_here(self) -> None:
        """Files are over the window."""
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())
        self.raise_()
        self.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """As large as what it lies over."""
        if event.type() is QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A veil, the frame, arrow and words in the middle."""
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = QColor(tokens.select)
        veil.setAlpha(_VEIL)
        inner = QRectF(self.rect()).adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        box(painter, inner, radius=8, ground=veil, edge=None)
        painter.setPen(QPen(tokens.accent, 2, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(inner.adjusted(1, 1, -1, -1), 8, 8)
        wide = _ICON + _GAP + width_of(self._text, Role.SECTION)
        left, middle = inner.center().x() - wide / 2, inner.center().y()
        at = QPointF(left, middle - _ICON / 2)
        picture(painter, self._theme, "upload", tokens.accent_text, at=at, size=_ICON)
        room = QRectF(left + _ICON + _GAP, middle - 16, wide, 32)
        centre = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        words(painter, room, self._text, font_=font(Role.SECTION), colour=tokens.accent_text, align=centre)
        painter.end()
