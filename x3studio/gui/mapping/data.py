"""What the mapping page reads of the store: the table by pages, one SKU's evidence, ages, what waits."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from x3studio.domain.catalogue import Customer, Item, Listing
from x3studio.domain.mappings import CustomerPair, Decision, ItemPair
from x3studio.domain.monitor import CaseState
from x3studio.store import MappingRow, Page, Store, Tables

PAGE = 200
_UNSOLVED = (CaseState.NEW, CaseState.OPEN, CaseState.WAITING)
_MOST_LISTINGS, _MOST_DECISIONS, _CANDIDATES = 40, 30, 20
_CHANNELS = ("FBA", "FBM")
MASTERS = ("items", "customers", "listings")


@dataclass(frozen=True, slots=True)
class Overview:
    """The strip above the table. `ages` and `known` are by kind of master data."""

    counts: Mapping[str, int]
    waiting_orders: int
    known: Mapping[str, int]
    ages: Mapping[str, datetime | None]
    log: Sequence[Decision]

    @property
    def total(self) -> int:
        """Every known SKU."""
        return sum(self.counts.get(state, 0) for state in ("mapped", "unmapped", "rejected"))


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known about one SKU beside its row; `items` holds its item and those of its kit."""

    listings: Sequence[Listing]
    items: Mapping[str, Item]
    history: Sequence[Decision]


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """Who buys, and which X3 customer stands for them; `pair.bpcnum` "" where none does yet."""

    pair: CustomerPair
    customer: Customer | None
    waiting: int

    @property
    def key(self) -> tuple[str, str, str]:
        """Marketplace, channel, VAT number."""
        return self.pair.marketplace, self.pair.channel, self.pair.vat_number


def now() -> datetime:
    """When something was looked at."""
    return datetime.now(UTC)


async def overview(store: Store) -> Overview:
    """Counts, ages and the last decisions in one view of the file."""
    return await store.read(_overview)


async def page(store: Store, *, after: Any, text: str, only: str | None, sort: str) -> Page[MappingRow]:
    """One page of known SKUs."""

    def read(tables: Tables) -> Page[MappingRow]:
        found = tables.mappings.page(after=after, limit=PAGE, text=text, only=only, sort=sort)
        # Orders that wait for a customer stand under that customer's key, which is no SKU.
        return Page(tuple(row for row in found.rows if buyers_of(row.sku) is None), found.next)

    return await store.read(read)


async def evidence(store: Store, row: MappingRow) -> Evidence:
    """What the detail shows of one SKU."""

    def read(tables: Tables) -> Evidence:
        listings = tables.masters.listings_page(after=(row.sku, ""), limit=_MOST_LISTINGS).rows
        refs = {row.itmref, *(part.itmref for part in row.components)} - {""}
        return Evidence(
            [listing for listing in listings if listing.sku == row.sku],
            tables.masters.items_by_ref(refs),
            tables.mappings.history(sku=row.sku, limit=_MOST_DECISIONS).rows,
        )

    return await store.read(read)


async def item(store: Store, ref: str) -> Item | None:
    """The X3 item of this key, as it was fetched last."""
    return (await store.read(lambda tables: tables.masters.items_by_ref([ref]))).get(ref)


async def customer(store: Store, ref: str) -> Customer | None:
    """The X3 customer of this key, as it was fetched last."""
    return await store.read(lambda tables: tables.masters.customer(ref))


async def find_items(store: Store, text: str) -> Sequence[Item]:
    """Up to twenty candidates for what is being typed, those X3 sells before the others."""
    found = await store.read(lambda tables: tables.masters.search_items(text, limit=_CANDIDATES))
    return sorted(found, key=lambda item: not item.sellable)


async def find_customers(store: Store, text: str) -> Sequence[Customer]:
    """Up to twenty candidates for what is being typed, active ones before the others."""
    found = await store.read(lambda tables: tables.masters.search_customers(text, limit=_CANDIDATES))
    return sorted(found, key=lambda customer: not customer.active)


async def waiting(store: Store, pair: ItemPair | CustomerPair) -> dict[str, list[int]]:
    """The unsolved exceptions that waited for this decision, by flow."""

    def read(tables: Tables) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        before: int | None = None
        while True:
            cases = tables.exceptions.page(before=before, states=_UNSOLVED, causes=("mapping",))
            for case in cases.rows:
                if unblocks(pair, case.subject):
                    found.setdefault(case.flow, []).append(case.id)
            before = cases.next
            if before is None:
                return found

    return await store.read(read)


async def customers(store: Store) -> Sequence[CustomerRow]:
    """Every decided customer, and those that orders wait for."""
    return await store.read(_customers)


async def customer_history(store: Store, key: tuple[str, str, str]) -> Sequence[Decision]:
    """The decisions about one kind of buyer among the last thousand."""

    def read(tables: Tables) -> Sequence[Decision]:
        decisions = tables.mappings.history(sku="", limit=1_000).rows
        return [one for one in decisions if _key(one.pair) == key][:_MOST_DECISIONS]

    return await store.read(read)


async def standing(store: Store, skus: Collection[str]) -> Mapping[tuple[str, str], ItemPair]:
    """The accepted pairs of these SKUs."""
    return await store.read(lambda tables: tables.mappings.items_for(skus))


async def standing_customers(store: Store) -> Sequence[CustomerPair]:
    """The accepted customer pairs."""
    return await store.read(lambda tables: tables.mappings.customers())


def buyers_of(subject: str) -> CustomerPair | None:
    """The buyers an exception names where it waits for a customer ("A1PA6795UKMFR9/FBM"), None for a SKU."""
    marketplace, slash, channel = subject.partition("/")
    known = slash and channel in _CHANNELS and marketplace.isalnum() and marketplace.startswith("A")
    return CustomerPair("", marketplace, channel) if known and len(marketplace) >= 10 else None


def unblocks(pair: ItemPair | CustomerPair, subject: str) -> bool:
    """Whether an exception about `subject` may go on once this pair stands."""
    if isinstance(pair, ItemPair):
        return subject == pair.seller_sku
    if pair.vat_number:
        return subject == pair.vat_number
    buyers = buyers_of(subject)
    return (
        buyers is not None
        and pair.marketplace in ("", buyers.marketplace)
        and pair.channel in ("", buyers.channel)
    )


def _overview(tables: Tables) -> Overview:
    references = tables.exceptions.references(cause="mapping")
    return Overview(
        counts=tables.mappings.counts(),
        waiting_orders=len(references),
        known={kind: tables.masters.count(kind) for kind in MASTERS},
        ages={kind: tables.masters.age(kind) for kind in MASTERS},
        log=tables.mappings.history(limit=10).rows,
    )


def _customers(tables: Tables) -> Sequence[CustomerRow]:
    wanted: dict[str, int] = {}
    before: int | None = None
    while True:
        cases = tables.exceptions.page(before=before, states=_UNSOLVED, causes=("mapping",))
        for case in cases.rows:
            if buyers_of(case.subject) is not None:
                wanted[case.subject] = wanted.get(case.subject, 0) + 1
        before = cases.next
        if before is None:
            break
    rows = []
    for subject, count in sorted(wanted.items()):
        pair = buyers_of(subject)
        if pair is not None:
            rows.append(CustomerRow(pair, None, count))
    decided = tables.mappings.customers()
    waits = {row.key: row.waiting for row in rows}
    done = {_key(pair) for pair in decided}
    known = [
        CustomerRow(pair, tables.masters.customer(pair.bpcnum), waits.get(_key(pair), 0)) for pair in decided
    ]
    return [row for row in rows if row.key not in done] + known


def _key(pair: ItemPair | CustomerPair) -> tuple[str, str, str]:
    if isinstance(pair, ItemPair):
        return pair.marketplace, "", ""
    return pair.marketplace, pair.channel, pair.vat_number
