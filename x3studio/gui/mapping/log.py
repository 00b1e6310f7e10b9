"""The last ten decisions, newest first; a click takes one back, whatever came after it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from x3studio.gui.states import State
from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role, font
from x3studio.gui.widgets.buttons import Pressable
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, column, row
from x3studio.gui.widgets.paint import box, picture, ring, words

HEIGHT, _LEAST, _MOST_WIDE = 54, 116, 190


@dataclass(frozen=True, slots=True)
class Entry:
    """One step as the log shows it: what it was about, what was decided, when; `brief` is a short title."""

    id: int
    state: State
    title: str
    second: str
    who: str
    brief: str


class _EntryButton(Pressable):
    def __init__(self, theme: Theme, entry: Entry) -> None:
        super().__init__(theme)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(38)
        self.setMaximumWidth(_MOST_WIDE)
        self.show_entry(entry)

    def show_entry(self, entry: Entry) -> None:
        self.entry = entry
        said = f"{entry.title}: {entry.state.word}, {entry.second}"
        self.setAccessibleName(f"Revert {said}, by {entry.who}")
        self.setToolTip(f"{said}, by {entry.who}. Click to take it back.")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(126, 38)

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST, 38)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        log = self.parentWidget()
        if isinstance(log, DecisionLog):
            log.current = self.entry.id

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens, rect = self.theme.tokens, QRectF(self.rect())
        over = self.hovered or self.ringed
        ground = tokens.hover if over else tokens.surface
        box(painter, rect, radius=4, ground=ground, edge=tokens.line2 if over else tokens.line)
        state = self.entry.state
        picture(painter, self.theme, state.icon, tokens.tone(state.tone).text, at=QPointF(8, 5), size=14)
        area = QRectF(27, 3, rect.width() - 27 - (20 if over else 6), 17)
        middle = Qt.TextElideMode.ElideMiddle
        words(painter, area, self.entry.brief, font_=font(Role.CHIP), colour=tokens.text, elide=middle)
        if over:
            at = QPointF(rect.width() - 20, 5)
            picture(painter, self.theme, "undo-2", tokens.accent_text, at=at, size=14)
        area = QRectF(27, 19, rect.width() - 33, 16)
        words(painter, area, self.entry.second, font_=font(Role.CAPTION), colour=tokens.text2)
        if self.ringed:
            ring(painter, rect, self.theme, radius=4)
        painter.end()


class DecisionLog(QWidget):
    """54 px high. `reverted` carries the number of an entry; `current` is the one with the keyboard."""

    reverted = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._shown: tuple[Entry, ...] | None = None
        self.current = 0
        self.setProperty("surface", "zebra")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName("Last decisions")
        hint = Label(theme, "click to revert", role=Role.CAPTION, tone="muted")
        caption = Label(theme, "Last 10", role=Role.CHIP, tone="text2")
        self._buttons: list[_EntryButton] = []
        text = "Nothing was decided yet. Each decision stands here and can be taken back."
        self._nothing = Label(theme, text, role=Role.SECONDARY, tone="muted")
        self._entries = row(self._nothing, STRETCH, gap=8)
        words_ = column(STRETCH, caption, hint, STRETCH, gap=1)
        whole = row(words_, self._entries, gap=14, margins=(14, 0, 14, 0))
        whole.setStretch(1, 1)
        self.setLayout(whole)
        self.show_entries(())

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """The last ones, newest first."""
        if self._shown == tuple(entries):
            return
        self._shown = tuple(entries)
        for button, entry in zip(self._buttons, entries, strict=False):
            button.show_entry(entry)
        for entry in entries[len(self._buttons) :]:
            made = _EntryButton(self._theme, entry)
            made.clicked.connect(lambda _on=False, made=made: self.reverted.emit(made.entry.id))
            self._entries.insertWidget(len(self._buttons), made)
            self._buttons.append(made)
        for button in self._buttons[len(entries) :]:
            button.hide()
            button.deleteLater()
        del self._buttons[len(entries) :]
        self._nothing.setVisible(not entries)
        self.current = self.current if self.current in {entry.id for entry in entries} else 0
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As many as find room."""
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """The entries give way one by one."""
        return QSize(300, HEIGHT)

    def _fit(self) -> None:
        room = max((self.width() - 120) // (_LEAST + 8), 1)
        for place, button in enumerate(self._buttons):
            button.setVisible(place < room)
