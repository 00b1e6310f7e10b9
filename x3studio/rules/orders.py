"""An Amazon order as the record that rules address by path, with no more personal data than they use."""

from collections.abc import Mapping
from typing import Any

from x3studio.domain.money import Money
from x3studio.domain.orders import Address, Order, OrderLine
from x3studio.rules.paths import personal
from x3studio.rules.ruleset import RuleSet

ALWAYS_NEEDED = frozenset({"FULFILLMENT", "PROCEEDS", "TAX"})
"""includedData without which no order can be written: status and channel, amounts, VAT number."""


def needs_personal_data(ruleset: RuleSet) -> frozenset[str]:
    """The includedData names (BUYER, RECIPIENT) of the personal data that the rule set really maps."""
    return frozenset(personal(path) for path in ruleset.personal_paths)


def included_data(ruleset: RuleSet) -> frozenset[str]:
    """All that has to be asked for when reading orders for this rule set."""
    return ALWAYS_NEEDED | needs_personal_data(ruleset)


def order_record(order: Order, ruleset: RuleSet) -> dict[str, Any]:
    """The record of an order: its key, marketplace, amounts and lines, and mapped personal data only."""
    entry: dict[str, Any] = {
        "order_id": order.order_id,
        "created": order.created,
        "updated": order.updated,
        "marketplace": order.marketplace,
        "channel": order.channel.value,
        "status": order.status.value,
        "total": _money(order.total),
        "vat_number": order.vat_number,
        "business": order.business,
        "ship_by": order.ship_by,
        "deliver_by": order.deliver_by,
        "line_count": len(order.lines),
        "lines": [_line(line) for line in order.lines],
    }
    for path in ruleset.personal_paths:
        _add_personal(entry, path, order)
    return {"order": entry}


def _add_personal(entry: dict[str, Any], path: str, order: Order) -> None:
    _, name, *part = path.split(".")
    if name != "ship_to":
        entry[name] = getattr(order, name)
    elif order.ship_to is not None:
        kept = entry.setdefault("ship_to", {})
        for key in part or _ADDRESS_PARTS:
            kept[key] = getattr(order.ship_to, key)


_ADDRESS_PARTS = tuple(Address.__dataclass_fields__)


def _money(money: Money | None) -> Mapping[str, Any] | None:
    return None if money is None else {"amount": money.amount, "currency": money.currency}


def _line(line: OrderLine) -> dict[str, Any]:
    return {
        "line_id": line.line_id,
        "sku": line.sku,
        "asin": line.asin,
        "title": line.title,
        "quantity": line.quantity,
        "price": _money(line.price),
        "total": _money(line.total),
        "shipping": _money(line.shipping),
        "discount": _money(line.discount),
        "tax": _money(line.tax),
    }
