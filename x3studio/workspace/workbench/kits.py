"""Kits as the editor shows them, and what depends on a record before it is changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from x3studio.domain.mappings import Component
from x3studio.domain.workbench import Key, Kind
from x3studio.store import Tables
from x3studio.workbench import kits
from x3studio.workbench.kits import Kit, KitPart
from x3studio.workspace.workbench.facts import Masters, read_masters

_MISSING = "Not in X3"


@dataclass(frozen=True, slots=True)
class Impact:
    """What hangs on a record: orders under way, orders that wait, stock, and settlement lines not posted.

    `stock_value` is at average cost, else at X3's price; amounts are in the folder's currency.
    """

    open_orders: int
    waiting_orders: int
    stock: Decimal | None
    stock_value: Decimal | None
    settlement_lines: int

    @property
    def words(self) -> str:
        """All of it in one sentence, what is nothing left out."""
        parts = [
            f"{self.open_orders:,} open orders" if self.open_orders else "",
            f"{self.waiting_orders:,} waiting orders" if self.waiting_orders else "",
            f"stock worth {self.stock_value:,.2f}" if self.stock_value else "",
            f"{self.settlement_lines:,} settlement lines not posted" if self.settlement_lines else "",
        ]
        said = [part for part in parts if part]
        return ", ".join(said) if said else "nothing depends on it yet"


@dataclass(frozen=True, slots=True)
class KitPreview:
    """What a kit would mean: one share of the price for each part, the stock, and what is wrong with it."""

    shares: tuple[Decimal, ...]
    stock: int | None
    words: tuple[str, ...]


def preview(kit: Kit) -> KitPreview:
    """A kit in figures and words."""
    words = [f"{part.itmref} is not in X3." for part in kit.parts if part.description == _MISSING]
    words += [
        f"{part.itmref} cannot be sold."
        for part in kit.parts
        if not part.usable and part.description != _MISSING
    ]
    if kit.price is None and kit.parts:
        words.append("Amazon's price is not known: nothing can be shared.")
    if any(part.quantity <= 0 for part in kit.parts):
        words.append("Every quantity must be above zero.")
    shares = tuple(part.share.amount if part.share else Decimal(0) for part in kit.parts)
    return KitPreview(shares, kit.stock, tuple(words))


def kit_of(tables: Tables, key: Key, target: str = "") -> Kit:
    """The kit that is decided, else X3's own kit for `target`, else an empty one."""
    pairs = {
        Key(pair.seller_sku, pair.marketplace): pair for pair, _ in tables.boards.standing_items([key.code])
    }
    standing = pairs.get(key)
    if standing is not None and standing.components:
        return draft(tables, key, standing.components, source="decided")
    wanted = target or (standing.itmref if standing else "")
    bill = tables.masters.bills_of([wanted]).get(wanted) if wanted else None
    return draft(tables, key, bill.components if bill else (), source="x3" if bill else "draft")


def draft(tables: Tables, key: Key, components: Sequence[Component], *, source: str = "draft") -> Kit:
    """A kit of these components, with the price shared and the stock worked out."""
    masters = read_masters(tables, [key], {part.itmref for part in components})
    parts = [_part(masters, component) for component in components]
    return kits.assembled(parts, masters.offer(key).price, source=source)


def _part(masters: Masters, component: Component) -> KitPart:
    article = masters.article(component.itmref)
    if article is None:
        return KitPart(component.itmref, _MISSING, component.quantity, weight=component.weight, usable=False)
    per_unit = article.item.sales_to_stock
    available = None if article.available is None or per_unit <= 0 else article.available / per_unit
    return KitPart(
        itmref=component.itmref,
        description=article.item.description,
        quantity=component.quantity,
        price=article.item.price,
        available=available,
        weight=component.weight,
        usable=article.item.sellable,
    )


def impact(tables: Tables, kind: Kind, key: Key, target: str) -> Impact:
    """What a change of this record touches."""
    subject = key.code if kind is Kind.ITEMS else f"{key.marketplace}/{key.channel}"
    waiting = len(tables.exceptions.references(cause="mapping", subject=subject)) if subject.strip("/") else 0
    stock, value = _stock(tables, target) if kind is Kind.ITEMS and target else (None, None)
    return Impact(
        open_orders=tables.boards.open_orders(key.code) if kind is Kind.ITEMS else 0,
        waiting_orders=waiting,
        stock=stock,
        stock_value=value,
        settlement_lines=tables.boards.unposted_lines(key.code) if kind is Kind.ITEMS else 0,
    )


def _stock(tables: Tables, target: str) -> tuple[Decimal | None, Decimal | None]:
    totals = tables.masters.stock_of([target])
    if not totals:
        return None, None
    item = tables.masters.items_by_ref([target]).get(target)
    price = item.price if item and item.price is not None else Decimal(0)
    physical = sum((total.physical for total in totals), Decimal(0))
    value = sum(
        (
            total.physical * (total.average_cost if total.average_cost is not None else price)
            for total in totals
        ),
        Decimal(0),
    )
    return physical, value
