"""The navigation rail: one entry a page, with a badge for what waits there."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from x3studio.gui.pages import Entry
from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role, font
from x3studio.gui.widgets.buttons import Pressable
from x3studio.gui.widgets.layout import STRETCH, Part, column
from x3studio.gui.widgets.paint import box, picture, ring, width_of, words

WIDTH = 76
_CENTRE = Qt.AlignmentFlag.AlignHCenter


class _Entry(Pressable):
    def __init__(self, theme: Theme, entry: Entry, *, key: str) -> None:
        super().__init__(theme)
        self._entry, self._badge = entry, 0
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFixedSize(WIDTH, 52)
        self.setToolTip(key)
        self.show_badge(0)

    def show_badge(self, badge: int) -> None:
        self._badge = badge
        self.setAccessibleName(f"{self._entry.title}, {badge:,} waiting" if badge else self._entry.title)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, 52)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens, on = self.theme.tokens, self.isChecked()
        patch = QRectF(6, 1, WIDTH - 12, 50)
        if on or self.hovered:
            box(painter, patch, radius=8, ground=tokens.select if on else tokens.line, edge=None)
        if on:
            box(painter, QRectF(0, 13, 3, 26), radius=1.5, ground=tokens.accent_text, edge=None)
        ink = tokens.accent_text if on else tokens.text2
        picture(painter, self.theme, self._entry.icon, ink, at=QPointF(WIDTH / 2 - 10, 8), size=20)
        area = QRectF(0, 30, WIDTH, 17)
        role = Role.TAG if on else Role.KEY
        words(painter, area, self._entry.title, font_=font(role), colour=ink, align=_CENTRE)
        if self._badge:
            self._draw_badge(painter)
        if self.ringed:
            ring(painter, patch, self.theme, radius=8)
        painter.end()

    def _draw_badge(self, painter: QPainter) -> None:
        tokens = self.theme.tokens
        text = f"{self._badge:,}" if self._badge < 1000 else "999+"
        width = max(width_of(text, Role.BADGE) + 9, 16)
        area = QRectF(min(WIDTH / 2 + 2, WIDTH - width - 4), 3, width, 16)
        box(painter, area, radius=8, ground=tokens.bad.text, edge=None)
        words(painter, area, text, font_=font(Role.BADGE), colour=tokens.surface, align=_CENTRE)


class Rail(QWidget):
    """`chosen` carries the page's key. Up and Down move within it."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, entries: Sequence[Entry]) -> None:
        super().__init__()
        self._theme = theme
        self._entries: dict[str, _Entry] = {}
        self.setFixedWidth(WIDTH)
        self.setAccessibleName("Pages")
        upper: list[Part] = []
        lower: list[Part] = []
        for place, entry in enumerate(entries, start=1):
            made = _Entry(theme, entry, key=f"Alt {place}" if place < 10 else "")
            made.clicked.connect(lambda _on=False, key=entry.key: self.chosen.emit(key))
            self._entries[entry.key] = made
            (lower if entry.last else upper).append(made)
        self.setLayout(column(*upper, STRETCH, *lower, gap=4, margins=(0, 7, 0, 7)))

    def show_page(self, key: str) -> None:
        """Marks the current page; Tab stops there, and the arrows lead on."""
        for known, entry in self._entries.items():
            stop = Qt.FocusPolicy.StrongFocus if known == key else Qt.FocusPolicy.ClickFocus
            entry.setFocusPolicy(stop)
        self._entries[key].setChecked(True)

    def show_badges(self, badges: Mapping[str, int]) -> None:
        """Counts by page."""
        for key, entry in self._entries.items():
            entry.show_badge(badges.get(key, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down move the focus."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        entries = list(self._entries.values())
        here = self.focusWidget()
        if step and isinstance(here, _Entry):
            target = entries[(entries.index(here) + step) % len(entries)]
            target.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The ground and the line at its right."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.tokens.rail)
        painter.fillRect(self.width() - 1, 0, 1, self.height(), self._theme.tokens.line)
        painter.end()
