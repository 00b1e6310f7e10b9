"""A Lucide icon as a widget that follows the theme."""

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QWidget

from x3studio.gui.theme import Theme
from x3studio.gui.widgets.paint import picture


class Picture(QLabel):
    """Purely visual: words beside it say what it means. `colour` is a token or tone name."""

    def __init__(
        self, theme: Theme, name: str, colour: str = "text2", *, size: int = 16, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._name, self._colour, self._side = theme, name, colour, size
        self.setFixedSize(size, size)

    def show_icon(self, name: str, colour: str) -> None:
        """Another picture."""
        self._name, self._colour = name, colour
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The icon."""
        painter = QPainter(self)
        ink = self._theme.tokens.word(self._colour)
        picture(painter, self._theme, self._name, ink, at=QPointF(0, 0), size=self._side)
        painter.end()
