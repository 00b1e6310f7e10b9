"""Facets, centre and side panel beside each other; in a small window the outer two are drawers over it."""

from PySide6.QtCore import QObject, QPropertyAnimation, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QGraphicsOpacityEffect, QStackedWidget, QWidget

from x3studio.gui.theme import Theme
from x3studio.gui.widgets.layout import column, row
from x3studio.gui.widgets.surfaces import line

WIDE, DRAWERS_BELOW = 1_290, 1_060
_FADE_MS = 120
_DRAWER_LEFT, _DRAWER_RIGHT = 264, 360


class Drawer(QFrame):
    """Holds a panel, docked or floating over its neighbours; leaves when the keyboard goes elsewhere."""

    def __init__(self, theme: Theme, inner: QWidget, *, left: bool) -> None:
        super().__init__()
        self._theme, self.inner, self.left = theme, inner, left
        self.floating = False
        edge = line(upright=True)
        parts = (inner, edge) if left else (edge, inner)
        layout = row(*parts, gap=0)
        layout.setStretch(0 if left else 1, 1)
        self.setLayout(layout)
        self.setProperty("surface", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

    def open(self) -> None:
        """Shows it over its neighbours, with the keyboard."""
        self.show()
        self.raise_()
        if not self._theme.calm:
            self._fade()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes a floating one."""
        if self.floating and event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    def _fade(self) -> None:
        veil = QGraphicsOpacityEffect(self)
        self.setGraphicsEffect(veil)
        fade = QPropertyAnimation(veil, b"opacity", self)
        fade.setDuration(_FADE_MS)
        fade.setStartValue(0.0)
        fade.setEndValue(1.0)
        fade.finished.connect(lambda: self.setGraphicsEffect(None))  # type: ignore[arg-type]
        fade.start()


class Body(QWidget):
    """`narrowed` tells that the room is another: wide, normal or with drawers."""

    narrowed = Signal()

    def __init__(self, theme: Theme, *, left: QWidget, centre: QStackedWidget, right: QStackedWidget) -> None:
        super().__init__()
        self.left, self.right = Drawer(theme, left, left=True), Drawer(theme, right, left=False)
        self.centre = centre
        self._side = right
        self.with_drawers = False
        self._widths = {"focus": ((232, 212), (380, 332)), "grid": ((204, 204), (300, 300))}
        self._mode = "focus"
        self._layout = row(self.left, centre, self.right, gap=0)
        self._layout.setStretch(1, 1)
        self.setLayout(column(self._layout, gap=0))
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._focus_moved)

    @property
    def wide(self) -> bool:
        """Whether everything has its drawn width."""
        return self.width() >= WIDE

    def set_mode(self, mode: str) -> None:
        """Focus and Grid give their columns other widths."""
        self._mode = mode
        self._fit()

    def reveal(self, panel: QWidget) -> bool:
        """Opens the drawer a panel is in; False where it is not shown at all."""
        for drawer in (self.left, self.right):
            if drawer.floating and drawer.isAncestorOf(panel):
                drawer.open()
        return panel.isVisible()

    def minimumSizeHint(self) -> QSize:
        """The centre alone: the others become drawers."""
        return QSize(480, 280)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Docks or floats the outer panels."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        floating = self.width() < DRAWERS_BELOW
        if floating != self.with_drawers:
            self.with_drawers = floating
            for drawer in (self.left, self.right):
                self._dock(drawer, floating=floating)
        left, right = (pair[0 if self.wide else 1] for pair in self._widths[self._mode])
        if floating:
            width = min(_DRAWER_LEFT, self.width() - 80)
            self.left.setGeometry(0, 0, width, self.height())
            width = min(_DRAWER_RIGHT, self.width() - 80)
            self.right.setGeometry(self.width() - width, 0, width, self.height())
        else:
            self.left.setFixedWidth(left + 1)
            self.right.setFixedWidth(right + 1)
        self.narrowed.emit()

    def _dock(self, drawer: Drawer, *, floating: bool) -> None:
        drawer.floating = floating
        if floating:
            self._layout.removeWidget(drawer)
            drawer.setMinimumWidth(0)
            drawer.setMaximumWidth(16_777_215)
            drawer.hide()
        else:
            self._layout.insertWidget(0 if drawer.left else 2, drawer)
            drawer.show()

    def _focus_moved(self, before: QObject | None, now: QObject | None) -> None:
        if not isinstance(before, QWidget) or not isinstance(now, QWidget):
            return
        for drawer in (self.left, self.right):
            if drawer.floating and drawer.isVisible() and not drawer.isAncestorOf(now):
                drawer.hide()
