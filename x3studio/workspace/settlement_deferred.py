"""Money that Amazon holds back beyond a month's end: read, accrued for that day and reversed on the next."""

from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial

from x3studio.domain.connections import AmazonConnection
from x3studio.domain.deferrals import HELD, Accrued, Deferral
from x3studio.domain.errors import SettingFault
from x3studio.domain.monitor import Exchange
from x3studio.settlement.dates import end_of_month, end_of_month_before
from x3studio.settlement.deferred import Accrual, accrue, amounts_of
from x3studio.store import Tables
from x3studio.sync.settling.knowledge import knowledge
from x3studio.workspace.binding import amazon_client
from x3studio.workspace.settlement_accounts import SettlementAccounts, named

_BACK = timedelta(days=180)
"""B2B terms of Amazon's reach sixty days; half a year holds every transaction that may still wait."""


@dataclass(frozen=True, slots=True)
class MonthEnd:
    """What is open in one marketplace and currency at a month's end, and who accepted it.

    `numbers` are X3's, of the journal and its reversal, once they are there.
    """

    marketplace: str
    currency: str
    transactions: int
    accrual: Accrual
    kept: Accrued | None
    numbers: tuple[str, ...] = ()


class SettlementDeferred(SettlementAccounts):
    """Deferred transactions beside the settlements; every settlement's B22 speaks of them."""

    async def read_deferred(self) -> int:
        """Asks Amazon; returns how many transactions it holds back or has held back in the last half year."""
        connections = [saved.connection for saved in await self._connecting.all()]
        sellers = [each for each in connections if isinstance(each, AmazonConnection)]
        if not sellers:
            raise SettingFault(
                "No Amazon account is connected yet.", field="connection", advice="Connect it."
            )
        count = 0
        for seller in sellers:
            count += await self._read_from(seller)
        await self.prove_all()
        return count

    async def _read_from(self, seller: AmazonConnection) -> int:
        exchanges: list[Exchange] = []
        client = await amazon_client(seller, self._store, self._connecting, exchanges.append, lambda *_: None)
        count = 0
        try:
            async with aclosing(client.deferrals(since=datetime.now(UTC) - _BACK)) as pages:
                async for page in pages:
                    count += len(page)
                    await self._store.write(partial(_put, seller.name, page))
        finally:
            await client.aclose()
            await self._store.write(lambda tables: tables.journal.add(exchanges))
        return count

    async def month_end(self, day: date | None = None) -> tuple[MonthEnd, ...]:
        """What was open at that month's end (the last one by default), by marketplace and currency."""
        last = _month_end(day)

        def read(tables: Tables) -> tuple[MonthEnd, ...]:
            book = knowledge(tables).book
            ends = []
            for marketplace, currency in tables.deferrals.places():
                held = tables.deferrals.of(marketplace, currency)
                accounts = {
                    group.id: found
                    for group in self.groups()
                    if (found := book.of_marketplace(group.id, marketplace))
                }
                accrual = accrue(amounts_of(held), month_end=last, accounts=accounts)
                waiting = sum(each.status == HELD or (each.released or last) > last for each in held)
                known = {each.day: each for each in tables.deferrals.kept(marketplace, currency)}
                kept = known.get(last)
                ends.append(MonthEnd(marketplace, currency, waiting, accrual, kept, _numbers(tables, kept)))
            return tuple(ends)

        return await self._store.read(read)

    async def keep_accrual(self, day: date | None = None, *, who: str = "") -> int:
        """Accepts a month's end in a person's name, once; returns for how many marketplaces.

        The next run of settlements writes both journals, unless the site books them by hand. Raises
        SettingFault for a month that is not over yet.
        """
        last, name = _month_end(day), named(who)
        if last >= datetime.now(UTC).date():
            raise SettingFault(
                f"The month ends on {last}: until then more may be earned or released.",
                field="month",
                advice="Accrue it once it is over.",
            )
        ends = await self.month_end(last)

        def write(tables: Tables) -> int:
            return sum(
                tables.deferrals.keep(
                    end.marketplace,
                    end.currency,
                    last,
                    total=end.accrual.total,
                    nets=[(line.group, line.net) for line in end.accrual.lines],
                    who=name,
                )
                for end in ends
                if end.accrual.lines
            )

        count = await self._store.write(write)
        await self.prove_all()
        return count


def _numbers(tables: Tables, kept: Accrued | None) -> tuple[str, ...]:
    if kept is None:
        return ()
    references = [kept.reference(reversal=reversal) for reversal in (False, True)]
    found = tables.outbox.numbers(references)
    return tuple(found[reference] for reference in references if reference in found)


def _put(connection: str, page: tuple[Deferral, ...], tables: Tables) -> None:
    tables.deferrals.put(connection, page)


def _month_end(day: date | None) -> date:
    """The last day of that day's month; of the month before this one by default."""
    return end_of_month_before(datetime.now(UTC).date()) if day is None else end_of_month(day)
