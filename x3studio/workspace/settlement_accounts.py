"""Which group an amount belongs to and which account a group has: decided by named persons."""

import asyncio
import getpass
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from x3studio.domain.bookkeeping import AccountRule, LedgerAccount, TripleDecision, UnknownTriple
from x3studio.domain.chain import Entry
from x3studio.domain.errors import SettingFault
from x3studio.domain.monitor import Exchange
from x3studio.domain.repairs import Repair
from x3studio.domain.settlements import CLEARING, ROLLOVER, Group, Role, Triple
from x3studio.settlement.deferred import DEFERRED
from x3studio.settlement.invoices import INVOICED
from x3studio.settlement.resources import sites
from x3studio.settlement.sheet import pack
from x3studio.settlement.vocabulary import Suggestion, starting_groups
from x3studio.store import Store, Tables
from x3studio.sync.settling.archive import Read, names_place, remember_place
from x3studio.sync.settling.knowledge import Knowledge, knowledge
from x3studio.sync.settling.proving import prove_again, stored_proof
from x3studio.sync.settling.repairing import read_anew, reread
from x3studio.workspace.binding import read_ledger_of
from x3studio.workspace.connecting import Connecting
from x3studio.workspace.routes import Route
from x3studio.workspace.settlement_views import unknown_of

Archived = tuple[Entry, bytes, Knowledge, Repair | None]
"""An archived settlement, its file as it is kept, what is known now, and the repair that stands."""
ROUNDING = "rounding"
_BY_ORDER = (Role.TAX_COLLECTED, Role.TAX_WITHHELD)
_SOLD = ("sales", "promotions", "refunds")
"""Steps whose amounts are compared order by order (B16, B17)."""
OWN_GROUPS: Mapping[str, str] = {
    CLEARING: "Deposits on their way to the bank",
    ROLLOVER: "Balance carried from month to month",
    ROUNDING: "Rounding of conversions",
    DEFERRED: "Earned and not yet settled",
    INVOICED: "Owed by buyers on invoices",
}
"""Accounts that no kind of amount of Amazon's has, and journals need."""


class SettlementAccounts:
    """Decisions on groups and accounts; each proves again what waited for it."""

    def __init__(self, store: Store, connecting: Connecting) -> None:
        self._store = store
        self._connecting = connecting

    async def unknown(self) -> tuple[UnknownTriple, ...]:
        """Kinds of amounts that wait for a person, with an explained suggestion where there is one."""
        return await self._store.read(lambda tables: unknown_of(tables, knowledge(tables)))

    async def suggest(self, triple: Triple) -> Suggestion | None:
        """A likely group for a kind of amount, and why."""
        known = await self._store.read(knowledge)
        return known.vocabulary.suggest(triple)

    async def decide(self, groups: Mapping[Triple, str], *, who: str = "", why: str = "") -> None:
        """A named person puts kinds of amounts into groups; what waited for it is proven again."""
        for group in groups.values():
            if group and group not in starting_groups():
                raise SettingFault(f"There is no group {group!r}.", field="group")
        name = named(who)

        def work(tables: Tables) -> None:
            for triple, group in groups.items():
                tables.accounts.place(triple, group, who=name, why=why)

        touching = await self._store.read(lambda tables: _read_again(tables, groups))
        await self._store.write(work)
        for id in touching:
            await self._reread(id)
        await self.prove_all()

    async def _reread(self, id: int) -> None:
        """Order by order, a file says more than its sums: tax that was withheld, sales and refunds.

        What is gone from the archive meanwhile is passed over; where another repair stands by then, the
        file is read as that says.
        """
        while (file := await self._store.read(partial(_archived, id=id))) is not None:
            found = await asyncio.to_thread(read_anew, *file)
            if await self._store.write(partial(_keep_reading, id=id, found=found, by=file[-1])):
                return

    async def _file(self, id: int) -> Archived:
        """What a reading of an archived file needs. Raises SettingFault where there is none."""
        found = await self._store.read(partial(_archived, id=id))
        if found is None:
            raise _no_settlement(id)
        return found

    async def set_place(self, id: int, marketplace: str) -> None:
        """Where a settlement of fees alone belongs, and the next ones of its seller and currency with it.

        Raises SettingFault for an unknown marketplace, and where the file itself names one or it is posted.
        """
        known = {site.marketplace for site in sites()}
        if marketplace not in known:
            raise SettingFault(f"There is no marketplace {marketplace!r}.", field="marketplace")

        def work(tables: Tables) -> None:
            entry, proof = tables.settlements.get(id), stored_proof(tables, id)
            if entry is None or proof is None or names_place(proof) or entry.fixed:
                raise SettingFault(
                    "The marketplace of this settlement cannot be chosen.",
                    field="settlement",
                    advice="Only one that names no marketplace itself and is not posted needs it.",
                )
            remember_place(tables, entry, marketplace)
            moved = replace(entry, marketplace=marketplace)
            problem = tables.settlements.problem(id)
            tables.settlements.prove(moved, sheet=pack(proof), problem=problem)

        await self._store.write(work)
        await self.prove_all()

    async def decided(self) -> tuple[TripleDecision, ...]:
        """The kinds of amounts that persons put into groups."""
        return tuple(await self._store.read(lambda tables: tables.accounts.placed()))

    def groups(self) -> tuple[Group, ...]:
        """Every group that has an account, those of the journal itself last."""
        own = (Group(id, title, "asset") for id, title in OWN_GROUPS.items())
        return (*starting_groups().values(), *own)

    async def account_rules(self) -> tuple[AccountRule, ...]:
        """Which group goes to which account."""
        return tuple(await self._store.read(lambda tables: tables.accounts.rules()))

    async def set_account(self, *rules: AccountRule, who: str = "") -> None:
        """Sets accounts; a rule without an account code drops the one that stands."""
        name, known = named(who), {group.id for group in self.groups()}
        for rule in rules:
            if rule.group not in known:
                raise SettingFault(f"There is no group {rule.group!r}.", field="group")

        def work(tables: Tables) -> None:
            for rule in rules:
                tables.accounts.set(rule, who=name)

        await self._store.write(work)
        await self.prove_all()

    async def accounts(self, text: str = "") -> tuple[LedgerAccount, ...]:
        """X3's accounts as last read, those whose code or title holds the text."""
        found, _, _ = await self._store.read(lambda tables: tables.accounts.ledger())
        wanted = text.casefold()
        return tuple(each for each in found if wanted in f"{each.code} {each.title}".casefold())

    async def read_ledger(self) -> None:
        """Reads X3's accounts and periods now, where X3 shows them."""
        route = await self._route()
        if route is None:
            raise SettingFault("No X3 is connected yet.", field="connection", advice="Connect X3 first.")
        exchanges: list[Exchange] = []
        try:
            await read_ledger_of(
                route.x3, store=self._store, connecting=self._connecting, record=exchanges.append
            )
        finally:
            await self._store.write(lambda tables: tables.journal.add(exchanges))
        await self.prove_all()

    async def prove_all(self, ids: Sequence[int] | None = None) -> None:
        """Proves settlements again that are not posted yet, after accounts or groups have changed."""

        def work(tables: Tables) -> None:
            prove_again(tables, ids, knowledge(tables))

        await self._store.write(work)

    async def _route(self) -> Route | None:
        routes = await self._connecting.routes()
        return routes[0] if routes else None


def _read_again(tables: Tables, groups: Mapping[Triple, str]) -> list[int]:
    """Settlements whose orders a decision touches: they hold the amount, and it is or was tax or a sale."""
    before = {each.triple: each.group for each in tables.accounts.placed()}
    titles = starting_groups()
    telling = {
        triple
        for triple, group in groups.items()
        for name in (group, before.get(triple, ""))
        if name in titles and (titles[name].role in _BY_ORDER or titles[name].step in _SOLD)
    }
    found = []
    for entry in tables.settlements.entries() if telling else ():
        proof = None if entry.fixed else stored_proof(tables, entry.id)
        if proof is not None and any(amount.triple in telling for amount in proof.amounts):
            found.append(entry.id)
    return found


def _archived(tables: Tables, id: int) -> Archived | None:
    entry = tables.settlements.get(id)
    if entry is None:
        return None
    data, known = tables.settlements.data(id), knowledge(tables, places=True)
    return entry, data, known, tables.repairs.standing(id)


def _keep_reading(tables: Tables, *, id: int, found: Read, by: Repair | None) -> bool:
    """Keeps a reading, by the entry as it is now; False where another repair stands than the one read by."""
    entry = tables.settlements.get(id)
    if entry is None:
        return True
    if tables.repairs.standing(id) != by:
        return False
    reread(tables, entry, found)
    return True


def entry_in(tables: Tables, id: int) -> Entry:
    """An archived settlement. Raises SettingFault where there is none."""
    entry = tables.settlements.get(id)
    if entry is None:
        raise _no_settlement(id)
    return entry


def _no_settlement(id: int) -> SettingFault:
    return SettingFault(f"There is no settlement {id} in the archive.", field="settlement")


def named(who: str) -> str:
    """Who decides: the name given, else this machine's user."""
    return who.strip() or getpass.getuser()
