"""The decisions about one key, newest first; each can be taken back, whatever came after it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from x3studio.domain.mappings import Decision
from x3studio.gui.mapping.words import decision_state, decision_words, subject_of, when
from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role, font
from x3studio.gui.widgets.buttons import Button, Look, Pressable
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, clear, column, row
from x3studio.gui.widgets.paint import box, picture, ring, words
from x3studio.gui.widgets.picture import Picture

_LOG, _LEAST = 54, 116


class History(QWidget):
    """`reverted` carries a decision's number."""

    reverted = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._shown: tuple[Decision, ...] | None = None
        self._lines = column(gap=2)
        self.setLayout(self._lines)

    def show_decisions(self, decisions: Sequence[Decision]) -> None:
        """Other decisions."""
        if self._shown == tuple(decisions):
            return
        self._shown = tuple(decisions)
        clear(self._lines)
        for decision in decisions:
            self._lines.addWidget(self._line(decision))
        if not decisions:
            none = Label(self._theme, "Nothing was decided yet.", role=Role.SECONDARY, tone="muted")
            self._lines.addWidget(none)

    def _line(self, decision: Decision) -> QWidget:
        theme, state = self._theme, decision_state(decision)
        said = decision_words(decision)
        text = Label(
            theme,
            f"{said}, {decision.who}",
            role=Role.SECONDARY,
            tone="text2",
            elide=Qt.TextElideMode.ElideRight,
        )
        at = Label(theme, when(decision.at, datetime.now(UTC)), role=Role.SECONDARY, tone="muted")
        at.setFixedWidth(44)
        revert = Button(theme, "Revert", look=Look.LINK, small=True, name=f"Revert: {said}")
        revert.clicked.connect(lambda: self.reverted.emit(decision.id))
        picture_ = Picture(theme, state.icon, state.tone.value, size=14)
        line = row(picture_, at, text, revert, gap=6)
        line.setStretch(2, 1)
        holder = QWidget()
        holder.setLayout(line)
        holder.setAccessibleName(f"{state.word}, {said}, by {decision.who}")
        return holder


class _Entry(Pressable):
    """One decision of the log: what it was about, what stands, when. Pressed, it is taken back."""

    def __init__(self, theme: Theme, decision: Decision, subject: str) -> None:
        super().__init__(theme)
        self._decision, self._subject = decision, subject
        self._second = f"{decision_words(decision)} · {when(decision.at, datetime.now(UTC))}"
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(38)
        self.setMaximumWidth(190)
        self.setAccessibleName(f"Revert {subject}: {decision_words(decision)}, by {decision.who}")
        self.setToolTip(f"{subject}: {decision_words(decision)}, by {decision.who}. Click to take it back.")

    def sizeHint(self) -> QSize:
        return QSize(126, 38)

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST, 38)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens, rect = self.theme.tokens, QRectF(self.rect())
        ground = tokens.hover if self.hovered else tokens.surface
        box(painter, rect, radius=4, ground=ground, edge=tokens.line2 if self.hovered else tokens.line)
        state = decision_state(self._decision)
        ink = tokens.tone(state.tone).text
        picture(painter, self.theme, state.icon, ink, at=QPointF(8, 5), size=14)
        right = 20 if self.hovered else 6
        area = QRectF(27, 3, rect.width() - 27 - right, 17)
        words(painter, area, self._subject, font_=font(Role.CHIP), colour=tokens.text)
        if self.hovered:
            at = QPointF(rect.width() - 20, 5)
            picture(painter, self.theme, "undo-2", tokens.accent_text, at=at, size=14)
        area = QRectF(27, 19, rect.width() - 33, 16)
        words(painter, area, self._second, font_=font(Role.CAPTION), colour=tokens.text2)
        if self.ringed:
            ring(painter, rect, self.theme, radius=4)
        painter.end()


class DecisionLog(QWidget):
    """54 px high: the last decisions of all. `reverted` carries a decision's number."""

    reverted = Signal(int)

    def __init__(self, theme: Theme, domains: Mapping[str, str]) -> None:
        super().__init__()
        self._theme, self._domains = theme, domains
        self._shown: tuple[Decision, ...] | None = None
        self.setProperty("surface", "zebra")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(_LOG)
        self.setAccessibleName("Last decisions")
        self._caption = Label(theme, "Last 10", role=Role.CHIP, tone="text2")
        hint = Label(theme, "click to revert", role=Role.CAPTION, tone="muted")
        self._entries = row(gap=8)
        whole = row(
            column(STRETCH, self._caption, hint, STRETCH, gap=1),
            self._entries,
            gap=14,
            margins=(14, 0, 14, 0),
        )
        whole.setStretch(1, 1)
        self.setLayout(whole)

    def show_decisions(self, decisions: Sequence[Decision]) -> None:
        """The last ones, newest first."""
        if self._shown == tuple(decisions):
            return
        self._shown = tuple(decisions)
        clear(self._entries)
        for decision in decisions:
            entry = _Entry(self._theme, decision, subject_of(decision.pair, self._domains))
            entry.clicked.connect(lambda _on=False, id=decision.id: self.reverted.emit(id))
            self._entries.addWidget(entry)
        if not decisions:
            text = "Nothing was decided yet. Each decision stands here and can be taken back."
            self._entries.addWidget(Label(self._theme, text, role=Role.SECONDARY, tone="muted"))
        self._entries.addStretch(1)
        self._fit()

    def resizeEvent(self, event: object) -> None:
        """As many as find room."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """The entries give way one by one."""
        return QSize(400, _LOG)

    def _fit(self) -> None:
        room = max((self.width() - 120) // (_LEAST + 8), 1)
        entries = self.findChildren(_Entry)
        alive = [entry for entry in entries if self._entries.indexOf(entry) >= 0]
        for place, entry in enumerate(alive):
            entry.setVisible(place < room)
