"""One SKU: what Amazon sells, which X3 item stands for it, and the keys that decide."""

from collections.abc import Mapping
from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QFrame, QWidget

from x3studio.domain.catalogue import Item
from x3studio.domain.mappings import ItemPair
from x3studio.gui.mapping.data import Evidence
from x3studio.gui.mapping.editor import KeyEditor, Source
from x3studio.gui.mapping.evidence import EvidenceRows, KitRows
from x3studio.gui.mapping.history import History
from x3studio.gui.mapping.words import EVERYWHERE, TO_MAP, factor_words, parse_factor, row_state
from x3studio.gui.states import counted
from x3studio.gui.tasks import Tasks
from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Button, Look
from x3studio.gui.widgets.chips import Chip
from x3studio.gui.widgets.inputs import Choice, Field, Input
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, boxed, column, row
from x3studio.gui.widgets.panels import Pane
from x3studio.gui.widgets.picture import Picture
from x3studio.gui.widgets.surfaces import Scrolled, line
from x3studio.store import MappingRow


class ItemDetail(QWidget):
    """`decided` carries the accepted pair, `refused` the one without an item, `reverted` a number."""

    decided = Signal(object)
    refused = Signal(object)
    reverted = Signal(int)

    def __init__(self, theme: Theme, tasks: Tasks, source: Source[Item], domains: Mapping[str, str]) -> None:
        super().__init__()
        self._theme, self._tasks, self._domains = theme, tasks, domains
        self._row: MappingRow | None = None
        self._touched = False
        self.setProperty("surface", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("SKU in hand")
        self._sku = Label(theme, role=Role.SECTION, elide=Qt.TextElideMode.ElideMiddle, selectable=True)
        self._chip = Chip(theme, TO_MAP)
        self._waits = Label(theme, role=Role.CHIP, tone="warn")
        self._waits_line = boxed(row(Picture(theme, "clock", "warn", size=14), self._waits, STRETCH, gap=6))
        self._evidence = EvidenceRows(theme, domains)
        self.item = KeyEditor(
            theme, source, tasks, caption="X3 item", hint="ITMREF, or words of its description"
        )
        self.pack = Input(theme, name="Pack factor", text="1")
        self.pack.setMaximumWidth(96)
        self._pack = Field(theme, "Pack factor", self.pack)
        self.place = Choice(theme, name="Holds for")
        self._place = Field(theme, "Holds for", self.place)
        self.note = Input(theme, name="Note")
        self._note = Field(theme, "Note", self.note)
        self._kit = KitRows(theme)
        self.history = History(theme)
        self.save = Button(theme, "Save", look=Look.FILLED, icon="check", key="Return")
        self.none = Button(theme, "No X3 item", key="X")
        self._lay_out()
        self._wire()

    @property
    def row(self) -> MappingRow | None:
        """The SKU in hand."""
        return self._row

    @property
    def touched(self) -> bool:
        """Whether something was typed that is not saved."""
        return self._touched

    def show_nothing(self) -> None:
        """No SKU is chosen."""
        self._row = None
        self._pane.show_state().show_empty(
            "No SKU is chosen",
            "Choose one on the left: Up and Down walk the table.",
            icon="tag",
            tone="muted",
        )

    def show_row(self, row: MappingRow) -> None:
        """A SKU; what is being typed for the same one stays."""
        same = self._is(row)
        self._pane.show_content()
        self._sku.setText(row.sku)
        self._chip.show_state(row_state(row))
        self._waits_line.setVisible(bool(row.waiting))
        self._waits.setText(
            f"{counted(row.waiting, 'order')} {'waits' if row.waiting == 1 else 'wait'} for it"
        )
        self._evidence.show_row(row)
        if same and (self._touched or row == self._row):
            self._row = row
            return
        self._row = row
        self.item.show_ref(row.itmref if row.state == "mapped" else "")
        self.pack.setText(factor_words(row.pack_factor))
        self._pack.set_error("")
        self.note.setText(row.note)
        self._show_places(row)
        is_kit = bool(row.components)
        self._kit.setVisible(is_kit)
        for part in (self.item, self._pack_line):
            part.setVisible(not is_kit)
        self.save.setVisible(not is_kit)
        self._settle()

    def show_evidence(self, row: MappingRow, evidence: Evidence) -> None:
        """What was read of the SKU meanwhile; dropped where another one is in hand by now."""
        if self._row is None or not self._is(row):
            return
        self._evidence.show_listings(evidence.listings)
        self._kit.show_components(self._row.components, evidence.items)
        self.history.show_decisions(evidence.history)

    def pair(self) -> ItemPair | None:
        """The pair as it is typed, None where the pack factor is no number above zero."""
        factor = parse_factor(self.pack.text())
        self._pack.set_error("" if factor else "A number above zero, such as 6 or 0.5.")
        if self._row is None or factor is None:
            return None
        return self._made(self.item.ref, factor)

    def try_save(self) -> None:
        """Checks what was typed, then tells it; whoever presses Enter twice insists."""
        if self._row is not None and not self._row.components:
            self._tasks.start(self._check(self._row), name="check the X3 item")

    def refuse(self) -> None:
        """There is no X3 item for this SKU."""
        if self._row is not None:
            self.refused.emit(self._made("", Decimal(1)))

    def focus_item(self) -> None:
        """Puts the keyboard where the item is typed."""
        self.item.input.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.item.input.selectAll()

    def focus_pack(self) -> None:
        """Puts the keyboard where the pack factor is typed."""
        self.pack.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.pack.selectAll()

    def _is(self, row: MappingRow) -> bool:
        mine = self._row
        return mine is not None and (row.sku, row.marketplace) == (mine.sku, mine.marketplace)

    async def _check(self, row: MappingRow) -> None:
        pair = self.pair()
        if pair is None:
            self.focus_pack()
        elif await self.item.accepted() and self._is(row):
            self._touched = False
            self.decided.emit(pair)
        self._name_save()

    def _made(self, itmref: str, factor: Decimal) -> ItemPair:
        row = self._row
        if row is None:
            raise RuntimeError("a pair is made of the SKU in hand")
        return ItemPair(
            seller_sku=row.sku,
            itmref=itmref,
            pack_factor=factor,
            marketplace=self.place.current_key(),
            note=self.note.text().strip(),
        )

    def _show_places(self, row: MappingRow) -> None:
        """A mapping for one marketplace stays there; else it may hold everywhere or for one of them."""
        if row.marketplace:
            choices = [(row.marketplace, self._domains.get(row.marketplace, row.marketplace))]
        else:
            choices = [("", EVERYWHERE), *((id, self._domains.get(id, id)) for id in row.marketplaces)]
        self.place.set_choices(choices)
        self.place.choose(row.marketplace)
        self.place.setEnabled(len(choices) > 1)

    def _touch(self) -> None:
        self._touched = True
        self._pack.set_error("")
        self._name_save()

    def _settle(self) -> None:
        self._touched = False
        self._name_save()

    def _name_save(self) -> None:
        self.save.setText("Save anyway" if self.item.insisting else "Save")

    def _wire(self) -> None:
        # Enter saves from the editors; on any other button it presses that button.
        for bound in self.save.findChildren(QShortcut):
            bound.setContext(Qt.ShortcutContext.WidgetShortcut)
        self.save.clicked.connect(self.try_save)
        self.none.clicked.connect(self._press_none)
        self.item.entered.connect(self.try_save)
        self.item.edited.connect(self._touch)
        for editor in (self.pack, self.note):
            editor.returnPressed.connect(self.try_save)
            editor.textEdited.connect(lambda _text: self._touch())
        self.place.currentIndexChanged.connect(lambda _place: self._touch())
        self.history.reverted.connect(self.reverted)

    def _press_none(self) -> None:
        # The letter must not decide while a list has the keyboard: there letters search.
        if not isinstance(self.window().focusWidget(), Choice):
            self.refuse()

    def _lay_out(self) -> None:
        theme = self._theme
        head = row(self._sku, self._chip, gap=8)
        head.setStretch(0, 1)
        helps = Label(
            theme,
            "Sales units of the X3 item in one unit sold on Amazon.",
            role=Role.SECONDARY,
            tone="muted",
            wrap=True,
        )
        pack = row(self._pack, column(22, helps, STRETCH, gap=0), gap=12)
        pack.setStretch(1, 1)
        self._pack_line = boxed(pack)
        inside = Scrolled(
            head,
            self._waits_line,
            self._evidence,
            line(),
            self.item,
            self._kit,
            self._pack_line,
            self._place,
            self._note,
            line(),
            Label(theme, "History of this SKU", role=Role.PANEL),
            self.history,
            STRETCH,
            gap=10,
            margins=(16, 12, 16, 12),
        )
        foot = QFrame()
        foot.setProperty("kind", "foot")
        foot.setLayout(row(self.none, STRETCH, self.save, gap=8, margins=(16, 10, 16, 10)))
        content = boxed(column(inside, foot, gap=0))
        self._pane = Pane(theme, content)
        whole = row(line(upright=True), self._pane, gap=0)
        whole.setStretch(1, 1)
        self.setLayout(whole)
