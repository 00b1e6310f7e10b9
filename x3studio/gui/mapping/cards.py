"""Candidate cards: number key, X3 key, band, description, one reason; the chosen one has the accent."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from x3studio.gui.mapping.vocabulary import band
from x3studio.gui.states import State
from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role, font
from x3studio.gui.widgets.buttons import Pressable
from x3studio.gui.widgets.layout import clear, column
from x3studio.gui.widgets.paint import box, key_cap, picture, ring, width_of, words
from x3studio.workbench import Candidate

HEIGHT = 54
_RIGHT = Qt.AlignmentFlag.AlignRight


class CandidateCard(Pressable):
    """Pressed, it is looked at; double-clicked, it is accepted."""

    taken = Signal()

    def __init__(self, theme: Theme, candidate: Candidate, *, number: int) -> None:
        super().__init__(theme)
        self.candidate, self.number = candidate, number
        self.blind = False
        self.setCheckable(True)
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_blind(False)

    @property
    def state(self) -> State:
        """The band in words."""
        return band(self.candidate.band, self.candidate.confidence)

    def set_blind(self, blind: bool) -> None:
        """Without the score, for a judgement of one's own."""
        self.blind = blind
        one = self.candidate
        said = [f"{self.number}", one.target, one.description]
        if not blind:
            said += [self.state.word, one.reason]
        self.setAccessibleName(", ".join(filter(None, said)))
        why = "" if blind else one.reason
        self.setToolTip("\n".join(filter(None, (f"{one.target} · {one.description}", why))))
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as its panel."""
        return QSize(280, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Words are cut first."""
        return QSize(200, HEIGHT)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Takes it."""
        super().mouseDoubleClickEvent(event)
        self.taken.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Ground, key, names, chip, reason."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens, rect = self.theme.tokens, QRectF(self.rect())
        on = self.isChecked()
        ground = tokens.select if on else tokens.hover if self.hovered else tokens.surface
        box(painter, rect, radius=6, ground=ground, edge=tokens.accent_text if on else tokens.line)
        key_cap(painter, QRectF(11, 9, 20, 18), str(self.number), self.theme)
        right = rect.right() - 10
        chip = 0.0 if self.blind else self._chip(painter, right)
        area = QRectF(41, 8, max(right - chip - 49, 20), 20)
        middle = Qt.TextElideMode.ElideMiddle
        words(painter, area, self.candidate.target, font_=font(Role.PANEL), colour=tokens.text, elide=middle)
        reason = "" if self.blind else self.candidate.reason
        wide = min(width_of(reason, Role.SECONDARY), (right - 41) * 0.55)
        area = QRectF(41, 29, max(right - 41 - wide - (10 if reason else 0), 20), 18)
        secondary = font(Role.SECONDARY)
        words(painter, area, self.candidate.description, font_=secondary, colour=tokens.text2)
        area = QRectF(right - wide, 29, wide + 1, 18)
        words(painter, area, reason, font_=secondary, colour=tokens.muted, align=_RIGHT)
        if self.ringed:
            ring(painter, rect, self.theme, radius=6)
        painter.end()

    def _chip(self, painter: QPainter, right: float) -> float:
        state, colours = self.state, self.theme.tokens.tone(self.state.tone)
        wide = width_of(state.word, Role.CHIP) + 34
        area = QRectF(right - wide, 8, wide, 20)
        box(painter, area, radius=4, ground=colours.tint, edge=None)
        picture(painter, self.theme, state.icon, colours.text, at=QPointF(area.left() + 7, 11), size=14)
        text = area.adjusted(26, 0, -6, 0)
        words(painter, text, state.word, font_=font(Role.CHIP), colour=colours.text)
        return wide


class Cards(QWidget):
    """Up to nine cards. `chosen` carries a place, `taken` one that was double-clicked."""

    chosen = Signal(int)
    taken = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._cards: list[CandidateCard] = []
        self._most = 3
        self._blind = False
        self._column = column(gap=7)
        self.setLayout(self._column)
        self.setAccessibleName("Candidates")

    def show_candidates(self, candidates: tuple[Candidate, ...], *, current: int) -> None:
        """Other candidates, one of them chosen."""
        if [card.candidate for card in self._cards] != list(candidates[:9]):
            clear(self._column)
            self._cards = [
                CandidateCard(self._theme, one, number=place)
                for place, one in enumerate(candidates[:9], start=1)
            ]
            for place, card in enumerate(self._cards):
                card.set_blind(self._blind)
                card.clicked.connect(lambda _on=False, place=place: self.chosen.emit(place))
                card.taken.connect(lambda place=place: self.taken.emit(place))
                self._column.addWidget(card)
        self.choose(current)

    def choose(self, current: int) -> None:
        """Marks one and makes sure it is among those that find room."""
        for place, card in enumerate(self._cards):
            card.setChecked(place == current)
        self._fit(current)

    def set_most(self, most: int) -> None:
        """How many find room; the chosen one always does."""
        if most != self._most:
            self._most = most
            current = next((place for place, card in enumerate(self._cards) if card.isChecked()), 0)
            self._fit(current)

    def set_blind(self, blind: bool) -> None:
        """Hides or shows every score."""
        self._blind = blind
        for card in self._cards:
            card.set_blind(blind)

    def _fit(self, current: int) -> None:
        first = max(min(current - self._most + 1, len(self._cards) - self._most), 0)
        for place, card in enumerate(self._cards):
            card.setVisible(first <= place < first + self._most)
