"""Amazon orders become X3 sales orders."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from x3studio.amazon import OrderPage, order_from_json, redacted_order
from x3studio.domain.catalogue import Item
from x3studio.domain.documents import REDACTED, DocumentKind, is_personal
from x3studio.domain.errors import Refused, SettingFault
from x3studio.domain.mappings import ItemPair
from x3studio.domain.money import Money
from x3studio.domain.orders import Order
from x3studio.domain.outbox import OutboxRecord
from x3studio.rules.context import Context
from x3studio.rules.customers import CustomerBook
from x3studio.rules.orders import needs_personal_data, order_record
from x3studio.rules.rates import Rate, RateTable
from x3studio.rules.ruleset import RuleSet, parse_ruleset
from x3studio.rules.site import parse_site
from x3studio.rules.trace import Translation, explain
from x3studio.rules.translate import translate
from x3studio.store import Tables
from x3studio.sync import cases
from x3studio.sync.flow import NotDue, Outcome, Refusal, SourcePage, SourceRecord, Standing, Translated
from x3studio.sync.flows.surroundings import Surroundings
from x3studio.x3 import ObjectDescription

_FIRST_LOOK = timedelta(days=30)


class OrdersFlow:
    """One run's view of the orders of one seller and the rules of one site."""

    name = "orders"
    kind = DocumentKind.SALES_ORDER

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._rules = parse_ruleset(around.rules)
        self._site = parse_site(around.site)
        personal = needs_personal_data(self._rules)
        self._recipient = "RECIPIENT" in personal
        self._buyer = "BUYER" in personal
        self._masters: dict[str, Item] = {}
        self._looked_up: set[str] = set()
        self._description: ObjectDescription | None = None

    async def pages(self, *, checkpoint: str | None, since: datetime | None) -> AsyncIterator[SourcePage]:
        """Orders that changed since the checkpoint; without one since `since`, by default 30 days back."""
        after = since or datetime.now(UTC) - _FIRST_LOOK
        search = self._around.amazon.search_orders(
            updated_after=after, resume=checkpoint or "", recipient=self._recipient, buyer=self._buyer
        )
        async for page in search:
            yield SourcePage(list(self._records(page)), page.checkpoint)

    async def reread(self, references: Sequence[str]) -> Sequence[SourceRecord]:
        """Single orders as Amazon has them now."""
        return [
            self._record(
                *await self._around.amazon.get_order(reference, recipient=self._recipient, buyer=self._buyer)
            )
            for reference in references
        ]

    async def translate(self, records: Sequence[OutboxRecord]) -> Sequence[Outcome]:
        """Sales orders under the mapping as it is now, one outcome per record."""
        orders = [_decoded(record) for record in records]
        context = await self._context([order for order in orders if isinstance(order, Order)])
        outcomes: list[Outcome] = []
        for order in orders:
            outcomes.append(order if isinstance(order, Refusal) else _translated(order, self._rules, context))
            # A hundred orders at a stretch would be long enough to see the window stand still.
            await asyncio.sleep(0)
        return outcomes

    def redacted(self, source: str) -> str:
        """The order without the buyer's data."""
        return redacted_order(source)

    async def aclose(self) -> None:
        """Lets go of the Amazon client; the X3 client is the run's target and closed as such."""
        await self._around.amazon.aclose()

    def _records(self, page: OrderPage) -> Sequence[SourceRecord]:
        good = [self._record(order, source) for order, source in zip(page.orders, page.sources, strict=True)]
        return good + [
            SourceRecord(reference, source, Standing.DUE, note=str(fault))
            for reference, source, fault in page.unread
        ]

    def _record(self, order: Order, source: str) -> SourceRecord:
        states, status = self._rules.states, order.status.value
        if status in states.wait:
            return SourceRecord(order.order_id, source, Standing.WAITING, note=states.wait[status])
        if status in states.never:
            return SourceRecord(order.order_id, source, Standing.CANCELLED, note=states.never[status])
        return SourceRecord(order.order_id, source, Standing.DUE)

    async def _context(self, orders: Sequence[Order]) -> Context:
        skus = {line.sku for order in orders for line in order.lines}
        pairs, customers, revision, rates = await self._around.store.read(
            lambda tables: _decided(tables, skus, as_of=self._around.as_of)
        )
        await self._look_up(pairs)
        description = await self._described()
        return Context(
            site=self._site,
            items=pairs,
            customers=customers,
            masters=self._masters,
            rates=rates,
            lengths={name: field.length for name, field in description.fields.items() if field.length},
            most_lines=description.most_lines,
            as_of=revision,
        )

    async def _described(self) -> ObjectDescription:
        if self._description is None:
            self._description = await self._around.x3.describe(self.kind)
        return self._description

    async def _look_up(self, pairs: Mapping[tuple[str, str], ItemPair]) -> None:
        """Reads the mapped items from X3, once per run; where it shows none, X3 itself judges the order."""
        wanted = {pair.itmref for pair in pairs.values() if pair.itmref}
        wanted |= {part.itmref for pair in pairs.values() for part in pair.components}
        missing = wanted - self._looked_up
        if not missing:
            return
        try:
            self._masters |= await self._around.x3.existing_items(missing)
        except SettingFault:
            # This site does not publish its items: the local copy has their units.
            self._masters |= await self._around.store.read(
                lambda tables: tables.masters.items_by_ref(missing)
            )
        self._looked_up |= missing


def _decided(
    tables: Tables, skus: set[str], *, as_of: int | None
) -> tuple[Mapping[tuple[str, str], ItemPair], CustomerBook, int, RateTable]:
    rates = RateTable.of(map(_rate, tables.settings.get("rates", [])))
    if as_of is not None:
        customers = CustomerBook.of(tables.past.customers(revision=as_of))
        return tables.past.items_for(skus, revision=as_of), customers, as_of, rates
    standing = CustomerBook.of(tables.mappings.customers())
    return tables.mappings.items_for(skus), standing, tables.mappings.revision(), rates


def _rate(row: Mapping[str, Any]) -> Rate:
    """A rate as the settings keep it: base, quote, day, value and source as text."""
    return Rate(
        base=row["base"],
        quote=row["quote"],
        day=date.fromisoformat(row["day"]),
        value=Decimal(row["value"]),
        source=row["source"],
    )


def _decoded(record: OutboxRecord) -> Order | Refusal:
    if not record.source:
        erased = Refused(
            "The order's data was erased after its retention.",
            advice="Replay it: the order is then read again from Amazon.",
            cause="missing",
        )
        return Refusal(erased)
    try:
        return order_from_json(record.source)
    except Refused as fault:
        return Refusal(fault)


def _told(outcome: Translation) -> str:
    """How the document came about, without the buyer's data: it goes to the journal."""
    steps = tuple(
        step._replace(before=REDACTED, after=REDACTED) if is_personal(step.field) else step
        for step in outcome.trace
    )
    words = "\n".join(explain(replace(outcome, document=outcome.document.redacted(), trace=steps)))
    return cases.struck(words, outcome.document)


def _translated(order: Order, rules: RuleSet, context: Context) -> Outcome:
    try:
        outcome = translate(order_record(order, rules), rules, context)
    except Refused as fault:
        return Refusal(fault, worth=order.total)
    if not isinstance(outcome, Translation):
        return NotDue(outcome.reason)
    return Translated(
        document=outcome.document,
        trace=_told(outcome),
        worth=Money(outcome.total, outcome.currency),
    )
