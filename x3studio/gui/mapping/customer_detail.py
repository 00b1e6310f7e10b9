"""One kind of buyer: marketplace, channel, VAT number, and the X3 customer that stands for them."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QFrame, QWidget

from x3studio.domain.catalogue import Customer
from x3studio.domain.mappings import CustomerPair, Decision
from x3studio.gui.mapping import data
from x3studio.gui.mapping.columns import customer_candidates, customer_state
from x3studio.gui.mapping.data import CustomerRow
from x3studio.gui.mapping.editor import KeyEditor, Source
from x3studio.gui.mapping.history import History
from x3studio.gui.mapping.words import (
    CHANNELS,
    CUSTOMER_STATUS,
    TO_MAP,
    Doubt,
    age_words,
    customer_doubt,
)
from x3studio.gui.page import Desk
from x3studio.gui.states import counted
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Button, Look
from x3studio.gui.widgets.chips import Chip
from x3studio.gui.widgets.inputs import Choice, Field, Input
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, boxed, column, row
from x3studio.gui.widgets.picture import Picture
from x3studio.gui.widgets.surfaces import Scrolled, line

_VAT = "DE123456789"


class CustomerDetail(QWidget):
    """`decided` and `withdrawn` carry the pair, `reverted` a decision's number."""

    decided = Signal(object)
    withdrawn = Signal(object)
    reverted = Signal(int)

    def __init__(self, desk: Desk, domains: Mapping[str, str]) -> None:
        super().__init__()
        theme = desk.theme
        self._desk = desk
        self._row: CustomerRow | None = None
        self._overview: data.Overview | None = None
        self.touched = False
        self.fresh = True
        """Whether a new kind of buyer is being entered."""
        self.setProperty("surface", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Buyers in hand")
        self._title = Label(theme, role=Role.SECTION, elide=Qt.TextElideMode.ElideRight)
        self._chip = Chip(theme, TO_MAP)
        self._waits = Label(theme, role=Role.CHIP, tone="warn")
        self._waits_line = boxed(row(Picture(theme, "clock", "warn", size=14), self._waits, STRETCH, gap=6))
        places = sorted(domains.items(), key=lambda place: place[1])
        self.place = Choice(theme, name="Marketplace", choices=[("", "Any marketplace"), *places])
        self.channel = Choice(theme, name="Channel", choices=CHANNELS)
        self.vat = Input(theme, name="VAT number", hint=_VAT)
        vat_help = "Only for one business buyer; with its country letters."
        self._keys = boxed(
            column(
                Field(theme, "Marketplace", self.place),
                Field(theme, "Channel", self.channel),
                Field(theme, "VAT number", self.vat, help_=vat_help),
                gap=10,
            )
        )
        self.customer = KeyEditor(
            theme,
            self._source(),
            desk.tasks,
            caption="X3 customer",
            hint="BPCNUM, or words of the name",
        )
        self.note = Input(theme, name="Note")
        self.history = History(theme)
        self.save = Button(theme, "Save", look=Look.FILLED, icon="check", key="Return")
        self.take_back = Button(theme, "Take back")
        self._lay_out(Field(theme, "Note", self.note))
        self._wire()
        self.show_new()

    def show_overview(self, overview: data.Overview) -> None:
        """Counts and ages of the customers here."""
        self._overview = overview

    def show_new(self) -> None:
        """A kind of buyer that is not in the table yet."""
        self._fill(CustomerRow(CustomerPair(""), None, 0), fresh=True)
        self._title.setText("New kind of buyer")
        self.history.show_decisions(())

    def show_row(self, row: CustomerRow) -> None:
        """A kind of buyer from the table; what is being typed for the same one stays."""
        same = self._row is not None and not self.fresh and row.key == self._row.key
        if same and (self.touched or row == self._row):
            return
        self._fill(row, fresh=False)
        words = (self.place.currentText(), row.pair.channel or "any channel")
        self._title.setText(row.pair.vat_number or ", ".join(words))

    def show_history(self, row: CustomerRow, decisions: Sequence[Decision]) -> None:
        """Decisions read meanwhile; dropped where other buyers are in hand by now."""
        if self._row is not None and not self.fresh and self._row.key == row.key:
            self.history.show_decisions(decisions)

    def focus_customer(self) -> None:
        """Puts the keyboard where the customer is typed."""
        self.customer.input.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.customer.input.selectAll()

    def try_save(self) -> None:
        """Checks what was typed, then tells it."""
        self._desk.tasks.start(self._check(), name="check the X3 customer")

    def pair(self) -> CustomerPair:
        """The pair as it is typed."""
        return CustomerPair(
            bpcnum=self.customer.ref,
            marketplace=self.place.current_key(),
            channel=self.channel.current_key(),
            vat_number="".join(self.vat.text().split()).upper(),
            note=self.note.text().strip(),
        )

    async def _check(self) -> None:
        pair = self.pair()
        if await self.customer.accepted():
            self.touched = self.fresh = False
            self.decided.emit(pair)
        self._name_save()

    def _fill(self, row: CustomerRow, *, fresh: bool) -> None:
        self._row, self.fresh = row, fresh
        self._chip.setVisible(not fresh)
        self._chip.show_state(customer_state(row))
        self._waits_line.setVisible(bool(row.waiting))
        self._waits.setText(
            f"{counted(row.waiting, 'order')} {'waits' if row.waiting == 1 else 'wait'} for a customer"
        )
        for choice, key in ((self.place, row.pair.marketplace), (self.channel, row.pair.channel)):
            blocked = choice.blockSignals(True)
            choice.choose(key)
            choice.blockSignals(blocked)
        self.vat.setText(row.pair.vat_number)
        # What stands is kept under these keys: other keys make another kind of buyer.
        self._keys.setEnabled(fresh)
        self.vat.setPlaceholderText(_VAT if fresh else "")
        self.customer.show_ref(row.pair.bpcnum)
        self.note.setText(row.pair.note)
        self.take_back.setVisible(bool(row.pair.bpcnum) and not fresh)
        self.touched = False
        self._name_save()

    def _touch(self) -> None:
        self.touched = True
        self._name_save()

    def _name_save(self) -> None:
        self.save.setText("Save anyway" if self.customer.insisting else "Save")

    def _source(self) -> Source[Customer]:
        store = self._desk.host.store
        return Source(
            columns=customer_candidates(),
            key=lambda one: one.bpcnum,
            find=lambda ref: data.customer(store, ref),
            search=lambda text: data.find_customers(store, text),
            state=lambda one: CUSTOMER_STATUS[one.active],
            tell=lambda one: ", ".join(filter(None, (one.name, one.city, one.country, one.currency))),
            doubt=self._doubt,
        )

    def _doubt(self, ref: str, customer: Customer | None) -> Doubt | None:
        overview = self._overview
        known = overview.known["customers"] if overview is not None else 0
        age = age_words(overview.ages["customers"], data.now()) if overview is not None else ""
        return customer_doubt(ref, customer, known=known, age=age)

    def _wire(self) -> None:
        for bound in self.save.findChildren(QShortcut):
            bound.setContext(Qt.ShortcutContext.WidgetShortcut)
        self.save.clicked.connect(self.try_save)
        self.take_back.clicked.connect(lambda: self.withdrawn.emit(self.pair()))
        self.customer.entered.connect(self.try_save)
        self.customer.edited.connect(self._touch)
        for editor in (self.vat, self.note):
            editor.returnPressed.connect(self.try_save)
            editor.textEdited.connect(lambda _text: self._touch())
        for choice in (self.place, self.channel):
            choice.currentIndexChanged.connect(lambda _place: self._touch())
        self.history.reverted.connect(self.reverted)

    def _lay_out(self, note: Field) -> None:
        theme = self._desk.theme
        head = row(self._title, self._chip, gap=8)
        head.setStretch(0, 1)
        inside = Scrolled(
            head,
            self._waits_line,
            self._keys,
            line(),
            self.customer,
            note,
            line(),
            Label(theme, "History of these buyers", role=Role.PANEL),
            self.history,
            STRETCH,
            gap=10,
            margins=(16, 12, 16, 12),
        )
        foot = QFrame()
        foot.setProperty("kind", "foot")
        foot.setLayout(row(self.take_back, STRETCH, self.save, gap=8, margins=(16, 10, 16, 10)))
        whole = row(line(upright=True), column(inside, foot, gap=0), gap=0)
        whole.setStretch(1, 1)
        self.setLayout(whole)
