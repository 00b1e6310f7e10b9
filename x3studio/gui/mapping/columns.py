"""What the tables of the mapping page show."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from x3studio.domain.catalogue import Customer, Item
from x3studio.gui.mapping.data import CustomerRow
from x3studio.gui.mapping.words import (
    CUSTOMER_STATUS,
    EVERYWHERE,
    ITEM_STATUS,
    MAPPED,
    TO_MAP,
    URGENT,
    factor_words,
    row_state,
    when,
)
from x3studio.gui.states import State
from x3studio.gui.typography import Role
from x3studio.gui.widgets.table.columns import Column, Kind
from x3studio.store import MappingRow

DESCENDS = frozenset({"waiting", "at"})
"""The store sorts each column one way: most waiting and latest first, everything else from A on."""
NARROW = frozenset({"marketplace", "at", "description"})
"""What gives way first where the window is small."""
IDLE = {
    "unmapped": frozenset({"itmref", "description", "pack", "at"}),
    "rejected": frozenset({"itmref", "description", "pack"}),
}
"""Columns that a filter leaves without a single value."""


def sku_columns(domains: Mapping[str, str]) -> Sequence[Column[MappingRow]]:
    """The table of known SKUs; `domains` gives a marketplace's name by its id."""
    number, state = Kind.NUMBER, Kind.STATE
    return (
        Column("state", "Status", row_state, kind=state, width=96),
        Column("sku", "SKU", lambda row: row.sku, role=Role.STRONG, width=140, sortable=True, middle=True),
        Column("title", "Amazon title", lambda row: row.title, stretch=True, sortable=True),
        Column("marketplace", "Marketplace", lambda row: places(row, domains), width=112, tone="text2"),
        Column("itmref", "X3 item", item_words, role=Role.STRONG, width=112, sortable=True),
        Column("description", "X3 description", lambda row: row.description, width=136, tone="text2"),
        Column("pack", "Pack", pack_words, kind=number, width=52),
        Column("waiting", "Orders", lambda row: row.waiting or None, kind=number, width=80, sortable=True),
        Column("at", "Decided", decided, width=104, tone="text2", sortable=True),
    )


def places(row: MappingRow, domains: Mapping[str, str]) -> str:
    """Where the mapping holds, or else where the SKU is listed."""
    if row.marketplace:
        return domains.get(row.marketplace, row.marketplace)
    if row.state != "unmapped":
        return EVERYWHERE
    names = [domains.get(place, place) for place in row.marketplaces]
    return names[0] if len(names) == 1 else f"{len(names)} marketplaces" if names else ""


def item_words(row: MappingRow) -> str:
    """The X3 item, "Kit of 4", or "" where nothing stands."""
    if row.components:
        return f"Kit of {len(row.components)}"
    return row.itmref if row.state == "mapped" else ""


def pack_words(row: MappingRow) -> str | None:
    """The pack factor where something stands."""
    if row.state != "mapped":
        return None
    return "kit" if row.components else factor_words(row.pack_factor)


def decided(row: MappingRow) -> str:
    """When and by whom."""
    return ", ".join(filter(None, (when(row.at, datetime.now(UTC)), row.who)))


def item_candidates() -> Sequence[Column[Item]]:
    """What is offered while an ITMREF is typed."""
    return (
        Column(
            "item", "Item", lambda item: (item.itmref, item.description), kind=Kind.TWO_LINE, stretch=True
        ),
        Column("status", "Status", lambda item: ITEM_STATUS[item.status], kind=Kind.STATE, width=132),
    )


def customer_candidates() -> Sequence[Column[Customer]]:
    """What is offered while a BPCNUM is typed."""
    return (
        Column(
            "customer",
            "Customer",
            lambda one: (one.bpcnum, ", ".join(filter(None, (one.name, one.country, one.currency)))),
            kind=Kind.TWO_LINE,
            stretch=True,
        ),
        Column("status", "Status", lambda one: CUSTOMER_STATUS[one.active], kind=Kind.STATE, width=104),
    )


def customer_columns(domains: Mapping[str, str]) -> Sequence[Column[CustomerRow]]:
    """The table of buyers."""
    return (
        Column("state", "Status", customer_state, kind=Kind.STATE, width=104),
        Column(
            "marketplace",
            "Marketplace",
            lambda row: domains.get(row.pair.marketplace, row.pair.marketplace) or "Any",
            role=Role.STRONG,
            width=150,
            sort=lambda row: domains.get(row.pair.marketplace, row.pair.marketplace),
        ),
        Column("channel", "Channel", lambda row: row.pair.channel or "Any", width=90),
        Column(
            "vat",
            "VAT number",
            lambda row: row.pair.vat_number,
            width=150,
            sort=lambda row: row.pair.vat_number,
        ),
        Column(
            "bpcnum",
            "X3 customer",
            lambda row: row.pair.bpcnum,
            role=Role.STRONG,
            width=124,
            sort=lambda row: row.pair.bpcnum,
        ),
        Column("name", "Name", lambda row: row.customer.name if row.customer else "", stretch=True),
        Column("waiting", "Orders", lambda row: row.waiting or None, kind=Kind.NUMBER, width=72),
    )


def customer_state(row: CustomerRow) -> State:
    """How a kind of buyer stands."""
    if row.pair.bpcnum:
        return MAPPED
    return URGENT if row.waiting else TO_MAP
