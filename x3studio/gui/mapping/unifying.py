"""One SKU that stands for different items: what stands where, then one for all or the reason."""

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QWidget

from x3studio.domain.mappings import ItemPair
from x3studio.domain.workbench import Key, Kind
from x3studio.gui.mapping.words import factor_words
from x3studio.gui.page import Desk
from x3studio.gui.states import counted
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Look
from x3studio.gui.widgets.checks import Radio
from x3studio.gui.widgets.dialog import Dialog
from x3studio.gui.widgets.inputs import Field, Input
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import boxed, column
from x3studio.gui.widgets.table.columns import Column
from x3studio.gui.widgets.table.fixed import FixedRows
from x3studio.gui.widgets.table.view import Table
from x3studio.store import Store
from x3studio.workspace.workbench.values import Choice

_MOST = 220
Standing = tuple[ItemPair, str]
"""A decision, and what stands there after the change."""


async def decided(store: Store, sku: str) -> Sequence[ItemPair]:
    """What stands for a SKU, everywhere first, then by marketplace."""
    pairs = await store.read(lambda tables: tables.mappings.items_for([sku]))
    return sorted(pairs.values(), key=lambda pair: pair.marketplace)


class UnifyDialog(Dialog):
    """`domains` gives a marketplace's name by its id; `here` is the marketplace of the record in hand."""

    def __init__(
        self,
        desk: Desk,
        parent: QWidget,
        pairs: Sequence[ItemPair],
        *,
        here: str,
        domains: Mapping[str, str],
    ) -> None:
        sku = pairs[0].seller_sku
        super().__init__(desk.theme, parent, f"{sku} in {counted(len(pairs), 'place')}", width=640)
        theme = desk.theme
        self._pairs, self._domains = pairs, domains
        self._radios = [(pair, Radio(theme, f"{of(pair)} everywhere")) for pair in _different(pairs)]
        self._apart = Radio(theme, "They differ on purpose")
        self.rows = FixedRows[Standing](self._columns(), key=lambda one: one[0].marketplace)
        self._table = Table[Standing](theme, self.rows, name="What stands where", tasks=desk.tasks)
        self.rows.setParent(self._table)
        self._table.setFixedHeight(min(30 + 28 * len(pairs), _MOST))
        self.add(self._table)
        self.add(boxed(column(*(radio for _pair, radio in self._radios), self._apart, gap=4)))
        self.why = Input(theme, name="Why they differ", hint="Such as: another plug in the United Kingdom")
        self.add(Field(theme, "Why they differ", self.why))
        self._effect = Label(theme, role=Role.SECONDARY, tone="text2", wrap=True)
        self.add(self._effect)
        self.say_safety("One undo step")
        self.add_button("Cancel")
        self.save = self.add_button("Use it everywhere", answer="save", look=Look.FILLED)
        first = next((radio for pair, radio in self._radios if pair.marketplace == here), self._radios[0][1])
        first.setChecked(True)
        for radio in (*(radio for _pair, radio in self._radios), self._apart):
            radio.toggled.connect(lambda _on: self._follow())
        self.why.textEdited.connect(lambda _text: self._follow())
        first.setFocus()
        self._follow()

    @property
    def chosen(self) -> ItemPair | None:
        """The decision that is to hold everywhere, None where they are to differ."""
        return next((pair for pair, radio in self._radios if radio.isChecked()), None)

    @property
    def reason(self) -> str:
        """Why they differ."""
        return self.why.text().strip() if self._apart.isChecked() else ""

    def choices(self) -> list[Choice]:
        """The chosen decision for every place that has another one now."""
        one = self.chosen
        if one is None:
            return []
        return [
            Choice(Kind.ITEMS, _key(pair), one.itmref, one.pack_factor, one.components, one.note or pair.note)
            for pair in self._pairs
            if of(pair) != of(one)
        ]

    def keys(self) -> list[Key]:
        """Every place with a decision of its own."""
        return [_key(pair) for pair in self._pairs]

    def _follow(self) -> None:
        one = self.chosen
        self.why.setEnabled(one is None)
        self.rows.set_rows([(pair, of(one or pair)) for pair in self._pairs])
        if one is None:
            self.save.setText("Declare")
            self.save.setEnabled(bool(self.reason))
            self._effect.setText("No decision changes; the reason is kept, and the conflict is settled.")
            return
        count = len(self.choices())
        self.save.setText("Use it everywhere")
        self.save.setEnabled(count > 0)
        self._effect.setText(f"{counted(count, 'decision')} will say {of(one)}." if count else "")

    def _columns(self) -> tuple[Column[Standing], ...]:
        return (
            Column("place", "Marketplace", lambda one: self._place(one[0]), role=Role.STRONG, width=200),
            Column("now", "Stands now", lambda one: of(one[0]), stretch=True, middle=True),
            Column("after", "Then", lambda one: one[1], width=200, middle=True, role=Role.STRONG),
        )

    def _place(self, pair: ItemPair) -> str:
        return self._domains.get(pair.marketplace, pair.marketplace) or "All others"


def of(pair: ItemPair) -> str:
    """ "ITM0042 x 6", "Kit: 2 A + 1 B"."""
    if pair.components:
        return f"Kit: {' + '.join(f'{factor_words(it.quantity)} {it.itmref}' for it in pair.components)}"
    return pair.itmref if pair.pack_factor == 1 else f"{pair.itmref} x {factor_words(pair.pack_factor)}"


def _key(pair: ItemPair) -> Key:
    return Key(pair.seller_sku, pair.marketplace)


def _different(pairs: Sequence[ItemPair]) -> list[ItemPair]:
    """One decision of each kind."""
    return list({of(pair): pair for pair in reversed(pairs)}.values())[::-1]
