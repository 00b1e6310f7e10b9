"""The list of connections: a card each, by system, with where it leads and how it fares."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QMenu, QSizePolicy, QWidget

from x3studio.domain.connections import Environment
from x3studio.gui.connections.fields import Side
from x3studio.gui.connections.words import SYSTEMS, card_state, place_of, side_of
from x3studio.gui.host import Host
from x3studio.gui.states import ENVIRONMENT, State
from x3studio.gui.theme import Theme, Tone
from x3studio.gui.typography import Role, font
from x3studio.gui.widgets.buttons import Button, Pressable
from x3studio.gui.widgets.chips import Chip
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, clear, column, row
from x3studio.gui.widgets.paint import box, picture, ring, width_of, words
from x3studio.gui.widgets.picture import Picture
from x3studio.gui.widgets.surfaces import Card, Scrolled, line
from x3studio.store import SavedConnection

WIDTH, _HEIGHT, _EDGE = 284, 82, 13


class ConnectionCard(Pressable):
    """Name, TEST or LIVE, where it leads, state."""

    def __init__(self, theme: Theme, *, name: str) -> None:
        super().__init__(theme)
        self.name = name
        self._place, self._environment = "", Environment.PROD
        self._state = State("", "", Tone.IDLE)
        self.setCheckable(True)
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_connection(self, place: str, environment: Environment, state: State) -> None:
        """Where it leads and how it fares."""
        self._place, self._environment, self._state = place, environment, state
        spoken = (self.name, ENVIRONMENT[environment].word, place, state.word)
        self.setAccessibleName(", ".join(filter(None, spoken)))
        self.setToolTip(place)
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as the list."""
        return QSize(WIDTH - 32, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Words elide."""
        return QSize(180, _HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Ground, name with tag, place, chip."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens, rect = self.theme.tokens, QRectF(self.rect())
        on = self.isChecked()
        edge = tokens.accent_text if on else tokens.line2 if self.hovered else tokens.line
        box(painter, rect, radius=8, ground=tokens.select if on else tokens.surface, edge=edge)
        inner = rect.adjusted(_EDGE, 0, -_EDGE, 0)
        taken = self._draw_tag(painter, inner)
        area = QRectF(inner.left(), 9, inner.width() - taken, 20)
        words(painter, area, self.name, font_=font(Role.PANEL), colour=tokens.text)
        area = QRectF(inner.left(), 30, inner.width(), 18)
        words(painter, area, self._place, font_=font(Role.SECONDARY), colour=tokens.text2)
        self._draw_state(painter, inner)
        if self.ringed:
            ring(painter, rect, self.theme, radius=8)
        painter.end()

    def _draw_tag(self, painter: QPainter, inner: QRectF) -> float:
        tag = ENVIRONMENT[self._environment]
        tokens, icon = self.theme.tokens, 17 if tag.icon else 0
        width = width_of(tag.word, Role.TAG) + icon + 15
        area = QRectF(inner.right() - width, 9, width, 20)
        colours = tokens.tone(tag.tone)
        box(painter, area, radius=4, ground=colours.tint, edge=colours.text if tag.icon else tokens.line2)
        x = area.left() + 7
        if tag.icon:
            picture(painter, self.theme, tag.icon, colours.text, at=QPointF(x, 12), size=14)
        text = QRectF(x + icon, 9, width, 20)
        words(painter, text, tag.word, font_=font(Role.TAG), colour=colours.text)
        return width + 8

    def _draw_state(self, painter: QPainter, inner: QRectF) -> None:
        colours = self.theme.tokens.tone(self._state.tone)
        width = min(width_of(self._state.word, Role.CHIP) + 34, inner.width())
        area = QRectF(inner.left(), 53, width, 20)
        box(painter, area, radius=4, ground=colours.tint, edge=None)
        at = QPointF(area.left() + 7, 56)
        picture(painter, self.theme, self._state.icon, colours.text, at=at, size=14)
        text = QRectF(area.left() + 26, 53, width - 31, 20)
        words(painter, text, self._state.word, font_=font(Role.CHIP), colour=colours.text)


class ConnectionList(QWidget):
    """284 px wide. `chosen` carries a connection's name, `adding` the side of a new one."""

    chosen = Signal(str)
    adding = Signal(object)

    def __init__(self, theme: Theme, host: Host) -> None:
        super().__init__()
        self._theme, self._places = theme, host.marketplaces()
        self.cards: dict[str, ConnectionCard] = {}
        self._group = QButtonGroup(self)
        self.setFixedWidth(WIDTH)
        self.setAccessibleName("Connections")
        menu = QMenu()
        for side, title in SYSTEMS.items():
            action = QAction(title, menu)
            action.triggered.connect(lambda _on=False, side=side: self.adding.emit(side))
            menu.addAction(action)
        self.add = Button(theme, "Add", icon="plus", menu=menu)
        self._cards = column(gap=8)
        head = row(Label(theme, "Connections", role=Role.SECTION), STRETCH, self.add)
        other = column(Label(theme, "Other", role=Role.CHIP, tone="text2"), _vault_card(theme, host), gap=8)
        inside = Scrolled(self._cards, other, STRETCH, gap=14)
        # The bar stands beside the cards, not over them.
        inside.layout_.setContentsMargins(0, 0, 4, 0)
        note = host.vault_note or f"Secrets live only in {host.vault_kind}. They are never written to a file."
        lock = Picture(theme, "lock", "muted")
        foot = row(
            column(1, lock, STRETCH, gap=0), Label(theme, note, tone="muted", wrap=True, role=Role.SECONDARY)
        )
        foot.setStretch(1, 1)
        left = column(head, inside, foot, gap=12, margins=(14, 14, 10, 12))
        left.setStretch(1, 1)
        both = row(left, line(upright=True), gap=0)
        both.setStretch(0, 1)
        self.setLayout(both)

    def show_connections(self, connections: Sequence[SavedConnection]) -> None:
        """The saved ones, by system; a card keeps its focus while others come and go."""
        wanted = [saved.connection.name for saved in connections]
        if wanted != list(self.cards):
            self._rebuild(connections)
        for saved in connections:
            connection = saved.connection
            place = place_of(connection, self._places)
            self.cards[connection.name].show_connection(place, connection.environment, card_state(saved))

    def show_draft(self, name: str, place: str, environment: Environment, state: State) -> None:
        """How the connection under test fares, where it has a card."""
        if name in self.cards:
            self.cards[name].show_connection(place, environment, state)

    def choose(self, name: str) -> None:
        """Marks a card without the signal; "" marks none."""
        self._group.setExclusive(False)
        for card in self.cards.values():
            card.setChecked(card.name == name)
        self._group.setExclusive(bool(name))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down walk the cards."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        cards, here = list(self.cards.values()), self.focusWidget()
        if step and isinstance(here, ConnectionCard):
            target = cards[(cards.index(here) + step) % len(cards)]
            target.setFocus(Qt.FocusReason.TabFocusReason)
            target.click()
        else:
            super().keyPressEvent(event)

    def _rebuild(self, connections: Sequence[SavedConnection]) -> None:
        clear(self._cards)
        self.cards = {}
        for side in Side:
            names = [saved.connection.name for saved in connections if side_of(saved.connection) is side]
            self._cards.addWidget(Label(self._theme, SYSTEMS[side], role=Role.CHIP, tone="text2"))
            if not names:
                text = "Not connected yet"
                self._cards.addWidget(Label(self._theme, text, role=Role.SECONDARY, tone="muted"))
            for name in names:
                card = ConnectionCard(self._theme, name=name)
                card.clicked.connect(lambda _on=False, name=name: self.chosen.emit(name))
                self._group.addButton(card)
                self.cards[name] = card
                self._cards.addWidget(card)
            self._cards.addSpacing(4)


def _vault_card(theme: Theme, host: Host) -> Card:
    """The secret store: its kind, and what a person must know of it."""
    card = Card(theme)
    kept = State("circle-check", "Keeps secrets for good", Tone.OK)
    state = State("triangle-alert", "For this start only", Tone.WARN) if host.vault_note else kept
    kind = Label(theme, host.vault_kind, role=Role.SECONDARY, tone="text2", wrap=True)
    chip = row(Chip(theme, state), STRETCH, gap=0)
    card.add(
        column(Label(theme, "Secret store", role=Role.PANEL), kind, 3, chip, gap=3, margins=(12, 9, 12, 10))
    )
    return card
