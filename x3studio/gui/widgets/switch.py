"""A segmented switch: two to five views of the same thing, one of them shown."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QWidget

from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role, font
from x3studio.gui.widgets.buttons import Pressable
from x3studio.gui.widgets.layout import row
from x3studio.gui.widgets.paint import box, ring, width_of, words


class _Segment(Pressable):
    def __init__(self, theme: Theme, text: str) -> None:
        super().__init__(theme)
        self.setText(text)
        self.setCheckable(True)
        self.setFont(font(Role.CHIP))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(round(width_of(self.text(), Role.SORTED)) + 20, 24)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens, rect = self.theme.tokens, QRectF(self.rect())
        on = self.isChecked()
        if on:
            raised = tokens.line2 if self.theme.dark else tokens.surface
            box(painter, rect, radius=4, ground=raised, edge=None if self.theme.dark else tokens.line2)
        ink = tokens.text if on or self.hovered else tokens.text2
        role = Role.SORTED if on else Role.CHIP
        centre = Qt.AlignmentFlag.AlignHCenter
        words(painter, rect, self.text(), font_=font(role), colour=ink, align=centre)
        if self.ringed:
            ring(painter, rect, self.theme, radius=4)
        painter.end()


class Segmented(QWidget):
    """`choices` are (key, words); `chosen` carries the key. Left and Right move between the segments."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, choices: Sequence[tuple[str, str]], *, name: str) -> None:
        super().__init__()
        self._theme = theme
        self._group = QButtonGroup(self)
        self._segments: dict[str, _Segment] = {}
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        for key, text in choices:
            segment = _Segment(theme, text)
            self._group.addButton(segment)
            self._segments[key] = segment
            segment.clicked.connect(lambda _on=False, key=key: self.chosen.emit(key))
        self.setLayout(row(*self._segments.values(), gap=0, margins=(2, 2, 2, 2)))
        self.choose(choices[0][0])

    @property
    def current(self) -> str:
        """The key of the shown segment."""
        return next(key for key, segment in self._segments.items() if segment.isChecked())

    def choose(self, key: str) -> None:
        """Shows a segment without the signal; Tab stops there, and the arrows lead on."""
        for known, segment in self._segments.items():
            stop = Qt.FocusPolicy.StrongFocus if known == key else Qt.FocusPolicy.ClickFocus
            segment.setFocusPolicy(stop)
        self._segments[key].setChecked(True)

    def mark(self, key: str) -> None:
        """Shows a segment, or none where the key is unknown: what is shown then is none of them."""
        if key in self._segments:
            self.choose(key)
            return
        self._group.setExclusive(False)
        for segment in self._segments.values():
            segment.setChecked(False)
        self._group.setExclusive(True)

    def set_words(self, key: str, text: str) -> None:
        """Other words on a segment, such as a count."""
        self._segments[key].setText(text)
        self._segments[key].updateGeometry()

    def offer(self, key: str, shown: bool) -> None:
        """Shows or hides a segment that is not always there."""
        self._segments[key].setVisible(shown)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The trough."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = self._theme.tokens
        box(
            painter,
            QRectF(self.rect()),
            radius=5,
            ground=tokens.line if not self._theme.dark else tokens.sunken,
            edge=None,
        )
        painter.end()
