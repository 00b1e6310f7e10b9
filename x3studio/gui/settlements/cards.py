"""The chain of settlements as cards, oldest first, with what is missing between them and Amazon's clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from x3studio.gui.states import State
from x3studio.gui.theme import Theme, Tone
from x3studio.gui.typography import Role, font
from x3studio.gui.widgets.buttons import Button, Look, Pressable
from x3studio.gui.widgets.layout import column, row
from x3studio.gui.widgets.paint import box, picture, ring, width_of, words
from x3studio.gui.widgets.periods import Periods, Piece

HEIGHT, _LEAST, _MOST, _GAP_WIDTH = 80, 188, 8, 84
_RIGHT, _CENTRE = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignHCenter


@dataclass(frozen=True, slots=True)
class Card:
    """One period. `entry` is the archived settlement, None for what is only announced or expected.

    `gap` is said between this card and the one before, such as "13 days missing"; "" where nothing is.
    """

    key: str
    period: str
    amount: str
    state: State
    aside: str
    spoken: str
    entry: int | None
    start: datetime | None
    end: datetime | None
    gap: str = ""
    gap_start: datetime | None = None


class _Face(Pressable):
    """A card as it is drawn."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.card: Card | None = None
        self.setCheckable(True)
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(220, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, HEIGHT)

    def show_card(self, card: Card, *, current: bool) -> None:
        """Another period in the same place."""
        self.card = card
        self.setChecked(current)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if current else Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName(card.spoken)
        self.setToolTip(card.spoken)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        card = self.card
        if card is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens, rect = self.theme.tokens, QRectF(self.rect())
        on = self.isChecked()
        ground = tokens.select if on else tokens.hover if self.hovered else tokens.surface
        box(painter, rect, radius=8, ground=ground, edge=tokens.accent_text if on else tokens.line)
        aside = width_of(card.aside, Role.SECONDARY) + 2 if card.aside else 0
        inner = rect.adjusted(13, 0, -13, 0)
        top = QRectF(inner.left(), 8, inner.width() - aside - 6, 18)
        words(painter, top, card.period, font_=font(Role.SECONDARY), colour=tokens.text2)
        corner = QRectF(inner.right() - aside, 8, aside, 18)
        words(painter, corner, card.aside, font_=font(Role.SECONDARY), colour=tokens.muted, align=_RIGHT)
        middle = QRectF(inner.left(), 27, inner.width(), 22)
        words(painter, middle, card.amount, font_=font(Role.SECTION), colour=tokens.text)
        ink = tokens.tone(card.state.tone).text
        picture(painter, self.theme, card.state.icon, ink, at=QPointF(inner.left(), 54), size=14)
        below = QRectF(inner.left() + 19, 52, inner.width() - 19, 18)
        words(painter, below, card.state.word, font_=font(Role.CHIP), colour=ink)
        if self.ringed:
            ring(painter, rect, self.theme, radius=8)
        painter.end()


class _Gap(QWidget):
    """Days that stand in no settlement, or in two."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._words = ""
        self.setFixedSize(_GAP_WIDTH, HEIGHT)

    def show_words(self, text: str) -> None:
        """ "13 days missing": the last word on its own line."""
        self._words = text
        self.setAccessibleName(text)
        self.setToolTip(text)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tone = self._theme.tokens.tone(Tone.WARN)
        pen = QPen(tone.fill, 1.2)
        pen.setDashPattern([3, 3])
        painter.setPen(pen)
        painter.setBrush(tone.tint)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.6, 6.6, -0.6, -6.6), 6, 6)
        at = QPointF(self.width() / 2 - 7, 15)
        picture(painter, self._theme, "triangle-alert", tone.text, at=at, size=14)
        first, _, last = self._words.rpartition(" ")
        for line, text in enumerate((first, last)):
            area = QRectF(3, 32 + 16 * line, self.width() - 6, 16)
            words(painter, area, text, font_=font(Role.CHIP), colour=tone.text, align=_CENTRE)
        painter.end()


class PeriodStrip(QWidget):
    """As many cards as there is room for, all of them on the line below. `chosen` carries a card's key."""

    chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._cards: tuple[Card, ...] = ()
        self._current = ""
        self._first = 0
        self._faces = [_Face(theme) for _ in range(_MOST)]
        self._gaps = [_Gap(theme) for _ in range(_MOST)]
        self.earlier = Button(theme, icon="chevron-left", look=Look.GHOST, name="Earlier settlements")
        self.later = Button(theme, icon="chevron-right", look=Look.GHOST, name="Later settlements")
        self.line = Periods(theme, name="Settlements on a time line")
        self._row = row(self.earlier, gap=8)
        for gap, face in zip(self._gaps, self._faces, strict=True):
            self._row.addWidget(gap)
            self._row.addWidget(face, 1)
            face.clicked.connect(lambda _on=False, face=face: self._press(face))
        self._row.addWidget(self.later)
        self.setLayout(column(self._row, self.line, gap=6))
        self.earlier.clicked.connect(lambda: self._shift(-1))
        self.later.clicked.connect(lambda: self._shift(1))
        self.line.chosen.connect(self.chosen)
        self.setAccessibleName("Settlements, oldest first")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._place()

    @property
    def cards(self) -> tuple[Card, ...]:
        """All of them, shown or not."""
        return self._cards

    @property
    def current(self) -> str:
        """The key of the chosen card."""
        return self._current

    def show_cards(self, cards: Sequence[Card], *, current: str, spoken: str) -> None:
        """Another chain."""
        before = self._current
        self._cards, self._current = tuple(cards), current
        pieces = [_piece(card) for card in cards]
        gaps = _gap_pieces(cards)
        self.line.show_pieces(
            [piece for piece in [*pieces, *gaps] if piece is not None], current=current, spoken=spoken
        )
        if before != current or not self._in_sight():
            self._reveal()
        self._place()

    def choose(self, key: str) -> None:
        """Marks a card without the signal and brings it into sight."""
        self._current = key
        self.line.choose(key)
        self._reveal()
        self._place()

    def step(self, by: int) -> None:
        """The settlement before or after the chosen one."""
        keys = [card.key for card in self._cards if card.entry is not None]
        if not keys:
            return
        place = keys.index(self._current) + by if self._current in keys else len(keys) - 1
        if 0 <= place < len(keys):
            self.chosen.emit(keys[place])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right go along the chain."""
        by = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if by is None:
            super().keyPressEvent(event)
            return
        self.step(by)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        for face in self._faces:
            if face.isVisible() and face.isChecked():
                face.setFocus(Qt.FocusReason.TabFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More room, more cards."""
        super().resizeEvent(event)
        self._reveal()
        self._place()

    def minimumSizeHint(self) -> QSize:
        """Two cards and the arrows."""
        return QSize(420, HEIGHT + (0 if self.line.isHidden() else 6 + self.line.height()))

    def _fit(self, first: int) -> int:
        """How many cards fit from `first` on, with the gaps between them."""
        room, count = float(self.width() - 72), 0
        for card in self._cards[first : first + _MOST]:
            need = _LEAST + 8 + (_GAP_WIDTH + 8 if card.gap and count else 0)
            if room < need and count:
                break
            room -= need
            count += 1
        return max(count, 1)

    def _in_sight(self) -> bool:
        place = self._index()
        return self._first <= place < self._first + self._fit(self._first)

    def _index(self) -> int:
        last = len(self._cards) - 1
        return next((i for i, card in enumerate(self._cards) if card.key == self._current), last)

    def _reveal(self) -> None:
        """The newest cards, or those up to two after the chosen one where it is older."""
        last = max(len(self._cards), 0)
        first = last
        while first > 0 and first - 1 + self._fit(first - 1) >= last:
            first -= 1
        place = self._index()
        if place < first:
            first = place
            while first > 0 and place < first - 1 + self._fit(first - 1) - 2:
                first -= 1
        self._first = max(first, 0)

    def _shift(self, by: int) -> None:
        self._first = min(max(self._first + by, 0), max(len(self._cards) - 1, 0))
        self._place()

    def _place(self) -> None:
        shown = self._cards[self._first : self._first + self._fit(self._first)]
        for place, (face, gap) in enumerate(zip(self._faces, self._gaps, strict=True)):
            card = shown[place] if place < len(shown) else None
            face.setVisible(card is not None)
            gap.setVisible(card is not None and bool(card.gap) and place > 0)
            if card is not None:
                face.show_card(card, current=card.key == self._current)
                gap.show_words(card.gap)
        self.earlier.setVisible(self._first > 0)
        self.later.setVisible(self._first + len(shown) < len(self._cards))

    def _press(self, face: _Face) -> None:
        if face.card is not None:
            # Qt checks the pressed one by itself; which one is current is decided by whoever listens.
            face.setChecked(face.card.key == self._current)
            self.chosen.emit(face.card.key)


def _piece(card: Card) -> Piece | None:
    if card.start is None or card.end is None or card.end <= card.start:
        return None
    hollow = card.entry is None
    return Piece(card.key, card.start, card.end, card.state.tone, card.spoken, hollow=hollow)


def _gap_pieces(cards: Sequence[Card]) -> list[Piece | None]:
    """The stretch each gap stands for, drawn over the line; a click leads to the settlement after it."""
    found: list[Piece | None] = []
    for card in cards:
        if card.gap_start is not None and card.start is not None:
            first, last = sorted((card.gap_start, card.start))
            found.append(Piece(f"gap:{card.key}", first, last, Tone.WARN, card.gap, hollow=True))
    return found
