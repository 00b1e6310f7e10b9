"""X3 records that can be chosen, found by key or words in the local copy."""

from collections.abc import Sequence

from x3studio.domain.catalogue import Customer, Item, ItemStatus
from x3studio.domain.workbench import Kind
from x3studio.store import Store, Tables
from x3studio.workspace.workbench import codes
from x3studio.workspace.workbench.values import Target

STATUS_WORDS = {
    ItemStatus.ACTIVE: "Active",
    ItemStatus.IN_DEVELOPMENT: "In development",
    ItemStatus.SHORTAGE: "In shortage",
    ItemStatus.NOT_RENEWED: "Not renewed",
    ItemStatus.OBSOLETE: "Obsolete",
    ItemStatus.NOT_USABLE: "Not usable",
}


class Targets:
    """Everything is read from the workspace's own copy: it works without a network."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def search(self, kind: Kind, text: str, limit: int) -> Sequence[Target]:
        """The best `limit` records for what is being typed, usable ones first."""
        found = await self._store.read(lambda tables: _search(tables, kind, text, limit))
        return sorted(found, key=lambda target: not target.usable)

    async def count(self, kind: Kind) -> int:
        """How many records there are."""
        return await self._store.read(lambda tables: _count(tables, kind))


def _search(tables: Tables, kind: Kind, text: str, limit: int) -> list[Target]:
    if kind is Kind.ITEMS:
        return [item_target(item) for item in tables.masters.search_items(text, limit=limit)]
    if kind is Kind.CUSTOMERS:
        return [customer_target(each) for each in tables.masters.search_customers(text, limit=limit)]
    words = text.casefold().split()
    known = codes.targets(tables, kind)
    hits = [code for code in known if all(word in f"{code.code} {code.title}".casefold() for word in words)]
    return [Target(code.code, code.title) for code in hits[:limit]]


def _count(tables: Tables, kind: Kind) -> int:
    if kind in (Kind.ITEMS, Kind.CUSTOMERS):
        return tables.masters.count(kind.value)
    return len(codes.targets(tables, kind))


def item_target(item: Item) -> Target:
    """An item to choose."""
    detail = "" if item.status is ItemStatus.ACTIVE else STATUS_WORDS[item.status]
    return Target(item.itmref, item.description, detail or item.stock_unit, item.sellable)


def customer_target(customer: Customer) -> Target:
    """A customer to choose."""
    if not customer.active:
        detail = "Inactive"
    elif customer.on_hold:
        detail = "On hold"
    else:
        detail = " ".join(filter(None, (customer.country, customer.currency, customer.city)))
    return Target(customer.bpcnum, customer.name, detail, customer.takes_orders)
