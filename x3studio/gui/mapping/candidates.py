"""The right column in Focus: candidates, why the chosen one stands there, its history, what can be done."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from x3studio.domain.workbench import Kind
from x3studio.gui.mapping import telling
from x3studio.gui.mapping.cards import HEIGHT, Cards
from x3studio.gui.mapping.happened import HappenedList, Line
from x3studio.gui.mapping.keymap import Keymap
from x3studio.gui.mapping.reasons import Reasons
from x3studio.gui.mapping.vocabulary import KINDS, band
from x3studio.gui.page import Desk
from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Button, Look
from x3studio.gui.widgets.inputs import Input
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, boxed, column, row
from x3studio.gui.widgets.panels import Pane
from x3studio.gui.widgets.picture import Picture
from x3studio.gui.widgets.surfaces import Scrolled
from x3studio.workbench import Evidence

_ACTS = ("accept", "pack", "kit", "none", "unsure")
_GAP, _AROUND, _CARDS = 7, 40, 9
_LOW = 640
"""Below this height two cards at least instead of three, and denser reasons."""


class CandidatesPanel(QWidget):
    """`acted` carries an act of the keymap; `chosen` a candidate's place, `taken` one to be accepted."""

    acted = Signal(str)
    chosen = Signal(int)
    taken = Signal(int)

    def __init__(self, desk: Desk, keymap: Keymap) -> None:
        super().__init__()
        theme = desk.theme
        self._theme, self._keymap = theme, keymap
        self.setProperty("surface", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Candidates and what can be done")
        self._count = Label(theme, role=Role.SECONDARY, tone="muted", elide=Qt.TextElideMode.ElideRight)
        self.blind = Button(theme, icon="eye", look=Look.GHOST, name="Hide or show the scores")
        self.cards = Cards(theme)
        self._why = Label(theme, role=Role.PANEL)
        self._like = Label(
            theme,
            role=Role.SECONDARY,
            tone="muted",
            elide=Qt.TextElideMode.ElideRight,
            align=Qt.AlignmentFlag.AlignRight,
        )
        self.reasons = Reasons(theme)
        self._past = Label(theme, role=Role.PANEL)
        self.history = HappenedList(theme)
        self.memory = MemoryOffer(theme, keymap)
        self.search = Input(
            theme,
            name="Search everything in X3",
            hint="Search all X3 items",
            icon="search",
            cap=keymap.cap("search"),
        )
        self.buttons = {name: Button(theme, cap=keymap.cap(name)) for name in _ACTS}
        self._shown = False
        """Whether the reasons are."""
        self._lay_out()
        self._wire()

    def show_evidence(self, evidence: Evidence, *, chosen: int, known: int, blind: bool) -> None:
        """Candidates and reasons; `known` is how many X3 records there are."""
        many = evidence.candidates
        what = "items" if evidence.kind is Kind.ITEMS else "records"
        of = f" of {known:,} {what}" if known else ""
        self._show_kind(evidence.kind)
        self._count.setText(f"{len(many):,}{of}" if many else "")
        self.cards.set_blind(blind)
        self.cards.show_candidates(many, current=chosen)
        self.blind.set_icon("eye-off" if blind else "eye")
        if not many:
            self._say_none(evidence)
        else:
            self._pane.show_content()
        one = many[chosen] if chosen < len(many) else None
        shown = one is not None and bool(one.waterfall) and not blind
        self._shown = shown
        for part in (self._why, self._like, self.reasons):
            part.setVisible(shown)
        if one is not None and shown:
            state = band(one.band, one.confidence)
            calibrated = one.confidence is not None
            figure = f"{one.confidence:.0%}".replace("%", " %") if calibrated else state.word
            self._why.setText(f"Why {figure}" if calibrated else f"Why {state.word.lower()}")
            self._like.setText(str(evidence.like_this) if evidence.like_this else "")
            self.reasons.show_reasons(
                telling.reasons(one),
                word="Calibrated" if calibrated else "Not calibrated yet",
                figure=figure,
                tone=state.tone,
            )

    def show_nothing(self, words: str, *, kind: Kind) -> None:
        """No record is in hand."""
        self._show_kind(kind)
        self.show_actions(accept="Accept", kind=kind, can_accept=False)
        self._count.setText("")
        self.cards.show_candidates((), current=0)
        self.show_history("", ())
        self.memory.show_offer("", "")
        for button in self.buttons.values():
            button.setEnabled(False)
        self._pane.show_state().show_empty("No record in hand", words, icon="list", tone="muted")

    def show_history(self, title: str, lines: Sequence[Line]) -> None:
        """The decisions about this record, newest first."""
        self._past.setText(title)
        self._past.setVisible(bool(lines))
        self.history.setVisible(bool(lines))
        self.history.show_lines(lines)
        self._fit()

    def show_actions(self, *, accept: str, kind: Kind, can_accept: bool) -> None:
        """What Enter does here, and what exists for this kind."""
        items = kind is Kind.ITEMS
        words = {
            "accept": accept,
            "pack": "Pack",
            "kit": "Kit",
            "none": "No item" if items else "None",
            "unsure": "Unsure",
        }
        for name, button in self.buttons.items():
            button.setText(words[name])
        for name, button in self.buttons.items():
            button.setEnabled(can_accept or name != "accept")
        self.buttons["pack"].setVisible(items)
        self.buttons["kit"].setVisible(items)

    def _show_kind(self, kind: Kind) -> None:
        items = kind is Kind.ITEMS
        self.search.setPlaceholderText("Search all X3 items" if items else f"Search every {KINDS[kind][3]}")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Small windows show fewer candidates and denser reasons."""
        super().resizeEvent(event)
        self.reasons.set_row_height(17 if self.height() < _LOW else 20)
        self._fit()

    def _fit(self) -> None:
        """As many cards as find room beside the reasons and the history."""
        taken = self.reasons.sizeHint().height() + _AROUND if self._shown else 0
        taken += sum(part.sizeHint().height() + _GAP for part in self._below if not part.isHidden())
        room = (self._pane.height() - taken) // (HEIGHT + _GAP)
        self.cards.set_most(min(max(room, 2 if self.height() < _LOW else 3), _CARDS))

    def show_keys(self) -> None:
        """Prints the bindings in force."""
        for name, button in self.buttons.items():
            button.set_cap(self._keymap.cap(name))
        self.memory.show_keys()

    def _say_none(self, evidence: Evidence) -> None:
        state = self._pane.show_state()
        if not evidence.looked_up:
            state.show_empty(
                "Not looked up yet",
                "No search has been made for this record.",
                icon="circle-dashed",
                tone="muted",
                action="Match now",
                act=lambda: self.acted.emit("match"),
            )
        else:
            items = evidence.kind is Kind.ITEMS
            ask = "ask for a new item, " if items else ""
            state.show_empty(
                "No candidate",
                f"X3 was searched and nothing fits. Search it yourself, {ask}or say that there is none.",
                icon="search-x",
                tone="muted",
                action="Request a new item" if items else "",
                act=(lambda: self.acted.emit("request")) if items else None,
            )

    def _lay_out(self) -> None:
        theme = self._theme
        head = row(Label(theme, "Candidates", role=Role.PANEL), self._count, self.blind, gap=8)
        head.setStretch(1, 1)
        why = row(self._why, self._like, gap=8)
        why.setStretch(1, 1)
        inner = column(
            self.cards, 4, why, self.reasons, 4, self._past, self.history, 2, self.memory, STRETCH, gap=6
        )
        self._pane = Pane(theme, Scrolled(boxed(inner), gap=0))
        self._below = (self._past, self.history, self.memory)
        self._pane.state.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        one, two, three = self.buttons["accept"], ("pack",), ("kit", "none", "unsure")
        one._look = Look.FILLED
        one.set_icon("check")
        first = row(one, *(self.buttons[name] for name in two), gap=8)
        second = row(*(self.buttons[name] for name in three), gap=8)
        for button in self.buttons.values():
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.buttons["pack"].setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        whole = column(head, self._pane, 2, self.search, first, second, gap=8, margins=(14, 6, 14, 10))
        whole.setStretch(1, 1)
        self.setLayout(whole)

    def _wire(self) -> None:
        for name, button in self.buttons.items():
            button.clicked.connect(lambda _on=False, name=name: self.acted.emit(name))
        self.blind.clicked.connect(lambda: self.acted.emit("blind"))
        self.memory.pressed.connect(lambda: self.acted.emit("identical"))
        self.cards.chosen.connect(self.chosen)
        self.cards.taken.connect(self.taken)
        self._keymap.changed.connect(self.show_keys)


class MemoryOffer(QFrame):
    """ "14 more SKUs end in -6PK": what one decision says about others, to be previewed."""

    pressed = Signal()

    def __init__(self, theme: Theme, keymap: Keymap) -> None:
        super().__init__()
        self._keymap = keymap
        self.setProperty("kind", "quote")
        self._title = Label(theme, role=Role.PANEL, elide=Qt.TextElideMode.ElideRight)
        self._detail = Label(theme, role=Role.SECONDARY, tone="text2", elide=Qt.TextElideMode.ElideRight)
        self.button = Button(theme, "Preview", small=True, cap=keymap.cap("identical"))
        self.button.clicked.connect(self.pressed)
        layout = row(
            Picture(theme, "sparkles", "live"),
            column(self._title, self._detail, gap=1),
            self.button,
            gap=10,
            margins=(10, 7, 8, 7),
        )
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.hide()

    def show_offer(self, title: str, detail: str) -> None:
        """Other words; "" hides it."""
        self._title.setText(title)
        self._detail.setText(detail)
        self.setVisible(bool(title))

    def show_keys(self) -> None:
        """Prints the binding in force."""
        self.button.set_cap(self._keymap.cap("identical"))
