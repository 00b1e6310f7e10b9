"""Lucide's strokes as pixmaps in a token's colour, kept by name, colour, size and screen density."""

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from x3studio.shipped import shipped_text

_STROKE = 'stroke-width="2"'


def _stroke(size: int) -> str:
    return "2.1" if size <= 16 else "1.8"


class Icons:
    """Renders each picture once; one per theme object, so that nothing outlives the application."""

    def __init__(self) -> None:
        self._sources: dict[str, str] = {}
        self._pixmaps: dict[tuple[str, int, int, float], QPixmap] = {}

    def _source(self, name: str) -> str:
        if name not in self._sources:
            self._sources[name] = shipped_text(f"icons/{name}.svg")
        return self._sources[name]

    def pixmap(self, name: str, colour: QColor, size: int = 16, *, ratio: float = 0.0) -> QPixmap:
        """A square of `size` logical pixels; `ratio` is the screen's density, 0 for the primary one."""
        ratio = ratio or self._primary_ratio()
        key = (name, colour.rgba(), size, ratio)
        if key not in self._pixmaps:
            self._pixmaps[key] = self._draw(name, colour, size, ratio)
        return self._pixmaps[key]

    def icon(self, name: str, colour: QColor, size: int = 16) -> QIcon:
        """The same for places that take a QIcon (menus); crisp at the usual densities."""
        made = QIcon()
        for ratio in sorted({1.0, 2.0, self._primary_ratio()}):
            made.addPixmap(self.pixmap(name, colour, size, ratio=ratio))
        return made

    def _draw(self, name: str, colour: QColor, size: int, ratio: float) -> QPixmap:
        svg = (
            self._source(name)
            .replace("currentColor", colour.name())
            .replace(_STROKE, f'stroke-width="{_stroke(size)}"')
        )
        side = round(size * ratio)
        pixmap = QPixmap(side, side)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, side, side))
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        return pixmap

    @staticmethod
    def _primary_ratio() -> float:
        screen = QGuiApplication.primaryScreen()
        return screen.devicePixelRatio() if screen else 1.0
