"""The pack factor editor: the factor, who votes for it, and what it does to stock and price."""

from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from PySide6.QtWidgets import QWidget

from x3studio.domain.catalogue import Item
from x3studio.gui.mapping.telling import pack_wanted
from x3studio.gui.mapping.words import factor_words, parse_factor
from x3studio.gui.page import Desk
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Look
from x3studio.gui.widgets.dialog import Dialog
from x3studio.gui.widgets.inputs import Field, Input
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import column
from x3studio.workbench import Evidence

_DIGITS = 8
"""So many digits can be a factor that a person reads."""
_VOTES = ("Pack", "Price", "Weight", "Unit", "EAN")


async def ask_pack(
    desk: Desk,
    parent: QWidget,
    evidence: Evidence,
    target: str,
    *,
    item: Item | None = None,
    start: str = "",
    whole: bool = False,
) -> Decimal | None:
    """The factor, None where it was left as it is."""
    dialog = PackDialog(desk, parent, evidence, target, item=item, start=start, whole=whole)
    return dialog.factor if await dialog.ask() == "save" else None


class PackDialog(Dialog):
    """Says at once what the factor means; `whole` takes only what moves whole stock units."""

    def __init__(
        self,
        desk: Desk,
        parent: QWidget,
        evidence: Evidence,
        target: str,
        *,
        item: Item | None = None,
        start: str = "",
        whole: bool = False,
    ) -> None:
        super().__init__(desk.theme, parent, f"Pack factor of {evidence.key.code}", width=520)
        theme = desk.theme
        self._target, self._item, self._whole = target, item, whole
        start = start or pack_wanted(evidence) or factor_words(evidence.pack)
        if whole and item is not None:
            start = factor_words(nearest_whole(parse_factor(start) or Decimal(1), item))
        self.editor = Input(theme, name="Pack factor", text=start)
        self._field = Field(theme, f"Units of {target} in one Amazon unit", self.editor)
        self.add(self._field)
        if item is not None:
            self.add(Label(theme, "Units of the item in X3", role=Role.PANEL))
            lines = [Label(theme, line, role=Role.SECONDARY, tone="text2") for line in unit_lines(item)]
            self.add(column(*lines, gap=2))
        votes = [row for row in evidence.rows if row.field in _VOTES and row.words]
        if votes:
            self.add(Label(theme, "What speaks for which factor", role=Role.PANEL))
            lines = [
                Label(theme, f"{row.field}: {row.words}", role=Role.SECONDARY, tone="text2", wrap=True)
                for row in votes
            ]
            self.add(column(*lines, gap=2))
        self._effect = Label(theme, role=Role.SECONDARY, tone="text2", wrap=True)
        self.add(self._effect)
        self.say_safety("One step; it can be taken back")
        self.add_button("Cancel")
        self.save = self.add_button("Accept with this factor", answer="save", look=Look.FILLED)
        self.editor.textEdited.connect(lambda _text: self._follow())
        self.editor.setFocus()
        self.editor.selectAll()
        self._follow()

    @property
    def factor(self) -> Decimal | None:
        """What is typed, None where it is no number above zero."""
        return parse_factor(self.editor.text())

    def _follow(self) -> None:
        factor = self.factor
        wrong = self.editor.text().strip() != "" and factor is None
        broken = self._broken(factor)
        self.save.setEnabled(factor is not None and not (broken and self._whole))
        self._field.set_error("A number above zero, such as 6 or 0.5" if wrong else broken)
        if factor is None:
            self._effect.setText("")
            return
        packs = (Decimal(100) / factor).to_integral_value(ROUND_FLOOR)
        word = factor_words(factor)
        self._effect.setText(
            f"One Amazon unit sold takes {word} of {self._target} from stock. Of 100 in stock, "
            f"{packs:,} can be offered. A line's price is divided by {word} for each X3 unit. "
            "Only this SKU's factor changes here; units and coefficients stay as they are in X3."
        )

    def _broken(self, factor: Decimal | None) -> str:
        """What is wrong with the stock units that this factor would move, "" where they are whole."""
        if factor is None or self._item is None:
            return ""
        units = factor * self._item.sales_to_stock
        if units == units.to_integral_value() and units > 0:
            return ""
        moved = f"Moves {factor_words(units)} {self._item.stock_unit}: no whole number."
        near = nearest_whole(factor, self._item)
        return f"{moved} {factor_words(near)} would move {factor_words(near * self._item.sales_to_stock)}."


def nearest_whole(factor: Decimal, item: Item) -> Decimal:
    """The factor next to this one with which whole stock units move, and that can be written exactly."""
    step = item.sales_to_stock
    units = max((factor * step).to_integral_value(ROUND_HALF_UP), Decimal(1))
    if units / step * step == units and len((units / step).normalize().as_tuple().digits) <= _DIGITS:
        return units / step
    # A coefficient such as 3 divides into no decimal fraction: only whole sales units do.
    whole = max(factor.to_integral_value(ROUND_HALF_UP), Decimal(1))
    return whole * Decimal(step.as_integer_ratio()[1])


def unit_lines(item: Item) -> list[str]:
    """What each unit of the item holds."""
    sold = f"Sales unit: 1 {item.sales_unit} = {factor_words(item.sales_to_stock)} {item.stock_unit}"
    further = [
        f"Packing: 1 {one.unit} = {factor_words(one.to_stock)} {item.stock_unit}" for one in item.packings
    ]
    return [f"Stock unit: {item.stock_unit}", sold, *further]
