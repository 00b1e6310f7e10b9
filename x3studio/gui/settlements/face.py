"""How the settlements page is put together, and how its parts give way where the window is small."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from x3studio.gui.page import Desk
from x3studio.gui.settlements.book import Book
from x3studio.gui.settlements.cards import PeriodStrip
from x3studio.gui.settlements.more import MoreButton
from x3studio.gui.settlements.pictures import Pictures
from x3studio.gui.settlements.proof import ProofSheet
from x3studio.gui.states import State
from x3studio.gui.theme import Tone
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Button, Look
from x3studio.gui.widgets.chips import Chip
from x3studio.gui.widgets.inputs import Choice
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, boxed, column, row
from x3studio.gui.widgets.panels import Pane
from x3studio.gui.widgets.surfaces import Scrolled

_SIDE, _SIDE_NARROW, _WIDE, _DRAWER_BELOW = 452, 400, 1300, 1000
_CLOCK_FROM = 1000
_BOOK_LEAST = 210
_LOW = 560


class Face(QWidget):
    """Title and actions; periods; pictures over the book at the left, the proof sheet at the right."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        theme = desk.theme
        self.chain = Choice(theme, name="Marketplace and currency")
        self.only = Label(theme, role=Role.BODY, tone="text2")
        self.clock = Chip(theme, State("hourglass", "", Tone.IDLE))
        self.drawer = Button(theme, "Proof sheet", icon="shield-check")
        self.collect = Button(theme, "Collect", icon="download", name="Collect settlements from Amazon")
        self.add = Button(theme, "Add downloaded file", icon="upload", key="Ctrl+O")
        self.more = MoreButton(theme)
        self.repair = Button(theme, "Repair", icon="wrench", look=Look.FILLED, key="Ctrl+R")
        self.post = Button(theme, "Post to X3", icon="play", look=Look.FILLED)
        self.strip = PeriodStrip(theme)
        self.pictures = Pictures(theme)
        self.book = Book(desk)
        self.proof = ProofSheet(desk)
        self._room = 0
        self._low = self._timed = False
        title = Label(theme, "Settlements", role=Role.PAGE_TITLE)
        head = row(
            title,
            self.only,
            self.chain,
            STRETCH,
            self.clock,
            self.drawer,
            self.collect,
            self.add,
            self.more,
            self.repair,
            self.post,
            gap=8,
        )
        left = column(self.pictures, self.book, gap=12)
        left.setStretch(1, 1)
        self.book.setMinimumHeight(_BOOK_LEAST)
        self.left = Scrolled(boxed(left))
        self.left.layout_.setStretch(0, 1)
        below = row(self.left, self.proof, gap=12)
        below.setStretch(0, 1)
        body = column(self.strip, below, gap=12)
        body.setStretch(1, 1)
        self.pane = Pane(theme, boxed(body))
        page = column(head, self.pane, gap=12, margins=(16, 12, 16, 14))
        page.setStretch(1, 1)
        self.setLayout(page)
        self.drawer.clicked.connect(lambda: self._place(drawer=self.proof.isHidden()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The proof sheet gives way first in width, then as a drawer in the place of the rest."""
        super().resizeEvent(event)
        self._room = event.size().width()
        self.clock.setVisible(self._timed and self._room >= _CLOCK_FROM)
        self._low = event.size().height() < _LOW
        self.pictures.set_low(self._low)
        self.strip.line.setVisible(not self._low)
        self._place(drawer=False)

    def show_clock(self, state: State | None) -> None:
        """The 90-day clock; None where nothing is known of Amazon's reports yet."""
        self._timed = state is not None
        if state is not None:
            self.clock.show_state(state)
        self.clock.setVisible(self._timed and self._room >= _CLOCK_FROM)

    def show_proof(self) -> None:
        """Brings the proof sheet into sight where it is a drawer."""
        if self.proof.isHidden():
            self._place(drawer=True)

    def show_book(self) -> None:
        """Brings the book into sight where the proof sheet lies over it."""
        if self.left.isHidden():
            self._place(drawer=False)

    def show_none(self, fact: str, detail: str, *, icon: str, tone: str) -> None:
        """The settlement could not be read: every part says why."""
        self.pictures.deposit.show_none(fact, detail, icon=icon, tone=tone)
        self.book.show_none(fact, detail, icon=icon, tone=tone)
        self.proof.show_none(fact, detail, icon=icon, tone=tone)

    def _place(self, *, drawer: bool) -> None:
        roomy = self._room >= _DRAWER_BELOW
        self.drawer.setVisible(not roomy)
        self.drawer.setText("Back to the settlement" if drawer and not roomy else "Proof sheet")
        self.proof.setVisible(roomy or drawer)
        self.left.setVisible(roomy or not drawer)
        self.strip.setVisible(roomy or not drawer or not self._low)
        if roomy:
            self.proof.setFixedWidth(_SIDE if self._room >= _WIDE else _SIDE_NARROW)
        else:
            self.proof.setMinimumWidth(0)
            self.proof.setMaximumWidth(16_777_215)
