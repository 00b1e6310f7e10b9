"""What Amazon knows of this seller's offers and what they sold, read into the workspace."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from x3studio.amazon import AmazonClient, CatalogueItem, listing_report, marketplace
from x3studio.amazon.report_rows import report_rows
from x3studio.amazon.requested import LISTINGS, ORDERS, Outcome
from x3studio.amazon.sales_report import NEEDED as ORDER_COLUMNS
from x3studio.amazon.sales_report import SalesSum
from x3studio.domain.catalogue import Listing
from x3studio.store import Store, Tables
from x3studio.store.fetches import FETCHED
from x3studio.workspace.fetching import Fetched, Fetching, Source, Watch

_MANY = 2_000
"""So many offers of one marketplace are first read by the report: the API shows 20 at a time."""
_TOGETHER = 500
_LOOK_UPS = 20
_SALES_DAYS = 90
_REPORT_DAYS = 29
"""The all-orders report spans 30 days at most, and days begin at other hours in other zones."""
_FRESH = timedelta(hours=2)
_LATE = timedelta(days=3)
"""Orders of the last days still change; they are read again."""


@dataclass(frozen=True, slots=True)
class _Page:
    values: tuple[Listing, ...]
    cursor: str


class AmazonMasters:
    """Fetches of one seller account."""

    def __init__(self, store: Store, fetching: Fetching, amazon: AmazonClient) -> None:
        self._store = store
        self._fetching = fetching
        self._amazon = amazon
        self._name = amazon.connection.name

    async def fetch(self, kind: str, *, full: bool, watch: Watch) -> Fetched:
        """Reads listings, looks listings up in the catalogue, or reads what was sold."""
        if kind == "catalogue":
            return await self._catalogue(full=full, watch=watch)
        if kind == "sales":
            return await self._sales(full=full, watch=watch)
        return await self._listings(full=full, watch=watch)

    async def _listings(self, *, full: bool, watch: Watch) -> Fetched:
        if await self._first_time() and await self._many():
            return await self.report(watch=watch)
        place = f"{self._amazon.connection.region} {self._amazon.connection.seller_id}"
        source = Source(self._name, place.replace("|", " "), self._offers)
        fetched = await self._fetching.fetch("listings", source, full=full, watch=watch)
        await self._store.write(lambda tables: tables.offers.join_families())
        return fetched

    async def _first_time(self) -> bool:
        return await self._store.read(
            lambda tables: (
                tables.masters.watermark("listings", self._name) is None
                and tables.fetches.unfinished("listings", self._name) is None
            )
        )

    async def _many(self) -> bool:
        """Whether the seller has more offers than one cares to read 20 at a time."""
        counts = [await self._amazon.listing_count(here) for here in self._amazon.connection.marketplaces]
        return sum(counts) > _MANY

    async def _offers(self, since: datetime | None, cursor: str) -> AsyncIterator[_Page]:
        """Every marketplace in turn; a cursor names the marketplace and the place in it."""
        places = list(self._amazon.connection.marketplaces)
        at, _, inside = cursor.partition(" ")
        for here in places[places.index(at) if at in places else 0 :]:
            resume = inside if here == at else ""
            pages = self._amazon.listings(marketplace=here, since=since, cursor=resume)
            async with aclosing(pages):
                async for page in pages:
                    yield _Page(page.values, f"{here} {page.cursor}" if page.cursor else cursor)

    async def report(self, *, watch: Watch) -> Fetched:
        """All listings at once by Amazon's report: quick, but without brands, packs and families.

        What changes later is read by the API; the catalogue tells the rest.
        """
        fetched, began = Fetched(), datetime.now(UTC)
        for here in self._amazon.connection.marketplaces:
            rows, seen = 0, set[str]()
            async with aclosing(self._reported(here)) as pages:
                async for page in pages:
                    fresh = [entry for entry in page if entry.sku not in seen]
                    seen.update(entry.sku for entry in fresh)
                    await self._store.write(partial(self._put, listings=fresh))
                    rows += len(fresh)
                    watch.count(len(fresh))
                    if watch.cancelled():
                        return fetched + Fetched(rows, cancelled=True)
            gone = await self._store.write(partial(self._forget, here=here, seen=seen)) if seen else 0
            fetched += Fetched(rows, gone)

        def end(tables: Tables) -> None:
            tables.masters.set_watermark("listings", self._name, began)
            tables.fetches.say("listings", self._name, FETCHED)

        await self._store.write(end)
        return fetched

    def _put(self, tables: Tables, *, listings: Sequence[Listing]) -> None:
        columns = listing_report.COLUMNS
        tables.masters.put("listings", listings, source=self._name, columns=columns)
        tables.masters.touch("listings")

    def _forget(self, tables: Tables, *, here: str, seen: set[str]) -> int:
        return tables.offers.keep_only(here, seen, tables.masters, source=self._name)

    async def _reported(self, here: str) -> AsyncGenerator[list[Listing], None]:
        made = await self._asked(LISTINGS, [here])
        if not made:
            return
        page: list[Listing] = []
        async with aclosing(self._amazon.document(made)) as blocks:
            async for row in report_rows(blocks, needed=listing_report.NEEDED, marketplace=here):
                listing = listing_report.listing_of(row, marketplace=here)
                page += [listing] if listing else []
                if len(page) == _TOGETHER:
                    yield page
                    page = []
        yield page

    async def _asked(
        self,
        kind: str,
        places: Sequence[str],
        *,
        start: datetime | None = None,
        end: datetime | None = None,
    ) -> str:
        """The document of a report, "" where there is nothing in it.

        One that was asked for a short while ago is awaited, not asked for again.
        """
        flow, span = f"report {kind} {','.join(places)}", f"{start:%Y-%m-%d}" if start else "-"
        kept = await self._store.read(lambda tables: tables.checkpoints.get(flow, self._name))
        at, of, report_id = (kept or "").split(" ") if kept else ("", "", "")
        if of != span or datetime.fromisoformat(at) < datetime.now(UTC) - _FRESH:
            report_id = ""

        async def note(value: str) -> None:
            await self._store.write(lambda tables: tables.checkpoints.set(flow, self._name, value))

        made = await self._amazon.asked_report(
            kind,
            marketplaces=places,
            start=start,
            end=end,
            report_id=report_id,
            asked=lambda asked: note(f"{datetime.now(UTC).isoformat()} {span} {asked}"),
        )
        await note("")
        return made.document_id if made.outcome is Outcome.DONE else ""

    async def _catalogue(self, *, full: bool, watch: Watch) -> Fetched:
        """Looks up the products of listings that were not looked up yet (all with `full`), 20 at a time."""
        rows = 0
        for here in self._amazon.connection.marketplaces:
            wanted = await self._store.read(partial(_not_looked_up, here=here, again=full))
            for start in range(0, len(wanted), _LOOK_UPS):
                rows += await self._look_up(wanted[start : start + _LOOK_UPS], here, watch)
                if watch.cancelled():
                    return Fetched(rows, cancelled=True)
        await self._store.write(lambda tables: tables.masters.touch("catalogue"))
        return Fetched(rows)

    async def _look_up(self, asins: Sequence[str], here: str, watch: Watch) -> int:
        """What Amazon knows of 20 products, put into every listing of them; what it lacks stays as it is."""
        items = await self._amazon.catalogue_items(asins, kind="ASIN", marketplace=here)
        found = {item.asin: item for item in items}
        now = datetime.now(UTC)

        def put(tables: Tables) -> int:
            changed = [
                _known(listing, found.get(listing.asin), at=now)
                for listing in tables.offers.by_asin(here, asins)
            ]
            tables.masters.put("listings", changed, source=self._name)
            return len(changed)

        count = await self._store.write(put)
        await self._fetching.journal(watch)
        watch.count(count)
        return count

    async def _sales(self, *, full: bool, watch: Watch) -> Fetched:
        """The days that are missing of the last 90, and the last few again, of all marketplaces at once."""
        rows, today = 0, datetime.now(UTC).date()
        oldest = today - timedelta(days=_SALES_DAYS - 1)
        first = oldest if full else await self._first_missing(oldest)
        while first <= today:
            last = min(first + timedelta(days=_REPORT_DAYS - 1), today)
            rows += await self._sold(first, last, watch)
            first = last + timedelta(days=1)
            if watch.cancelled():
                return Fetched(rows, cancelled=True)

        def end(tables: Tables) -> None:
            tables.sales.sum_up(since=oldest)
            tables.masters.touch("sales")
            tables.fetches.say("sales", self._name, FETCHED)

        await self._store.write(end)
        return Fetched(rows)

    async def _first_missing(self, oldest: date) -> date:
        mark = await self._store.read(lambda tables: tables.masters.watermark("sales", self._name))
        return max(oldest, (mark - _LATE).date()) if mark else oldest

    async def _sold(self, first: date, last: date, watch: Watch) -> int:
        """Reads what was sold in one span of days and puts it in the place of what was known of it."""
        places = self._amazon.connection.marketplaces
        zones = [ZoneInfo(marketplace(place).zone) for place in places]
        start = min(datetime.combine(first, time(), zone) for zone in zones)
        end = max(datetime.combine(last + timedelta(days=1), time(), zone) for zone in zones)
        document = await self._asked(ORDERS, places, start=start, end=min(end, datetime.now(UTC)))
        sums, count = SalesSum(places, first, last), 0
        if document:
            async with aclosing(self._amazon.document(document)) as blocks:
                async for row in report_rows(blocks, needed=ORDER_COLUMNS, marketplace=places[0]):
                    sums.add(row)
                    count += 1
                    if count % _TOGETHER == 0:
                        watch.count(_TOGETHER)
        watch.count(count % _TOGETHER)

        def put(tables: Tables) -> None:
            found = sums.result()
            for place in places:
                here = [sale for sale in found if sale.marketplace == place]
                tables.sales.replace(place, first, last, here)
            mark = datetime.combine(last, time(), UTC)
            tables.masters.set_watermark("sales", self._name, mark)

        await self._store.write(put)
        await self._fetching.journal(watch)
        return count


def _not_looked_up(tables: Tables, *, here: str, again: bool) -> list[str]:
    return tables.offers.not_looked_up(here, again=again)


def _known(listing: Listing, item: CatalogueItem | None, *, at: datetime) -> Listing:
    """A listing with what the catalogue says of its product; what the catalogue lacks stays as it is."""
    if item is None:
        return replace(listing, looked_up=at)
    return replace(
        listing,
        brand=item.brand or listing.brand,
        ean=listing.ean or item.ean,
        pack=item.pack or listing.pack,
        size=item.size or listing.size,
        colour=item.colour or listing.colour,
        manufacturer=item.manufacturer or listing.manufacturer,
        model=item.model or listing.model,
        image=item.image or listing.image,
        product_type=item.product_type or listing.product_type,
        parent=item.parent or listing.parent,
        children=item.children or listing.children,
        theme=item.theme or listing.theme,
        weight=item.weight or listing.weight,
        looked_up=at,
    )
