"""What the workbench shows: decks, evidence, plans, coverage and pace; nothing here changes anything."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from x3studio.domain.errors import StoreFault
from x3studio.domain.mappings import Component, Decision
from x3studio.domain.workbench import Key, Kind
from x3studio.store import Store
from x3studio.store.provenance import OnTheTable
from x3studio.store.rules import Rule
from x3studio.workbench import Coverage, Deck, Evidence, Family, Pace, patterns
from x3studio.workbench import coverage as measures
from x3studio.workbench.checking import Agreement
from x3studio.workbench.kits import Kit
from x3studio.workspace.workbench import bulk as bulks
from x3studio.workspace.workbench import deciding, families, history, kits
from x3studio.workspace.workbench import lane as lanes
from x3studio.workspace.workbench.checks import Checks
from x3studio.workspace.workbench.decks import Decks
from x3studio.workspace.workbench.evidence import EvidenceDesk
from x3studio.workspace.workbench.kits import Impact, KitPreview
from x3studio.workspace.workbench.lane import Lane
from x3studio.workspace.workbench.targets import Targets
from x3studio.workspace.workbench.values import Bulk, LearnedRule, LogEntry, Plan, Target

_PAINTED_AFTER = 0.4


class Looking:
    """All calls come from one event loop; what burns CPU leaves it."""

    def __init__(
        self, store: Store, *, accounts_changed: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        """`accounts_changed` proves again what settlements waited for accounts."""
        self._store = store
        self._accounts_changed = accounts_changed
        self._decks = Decks(store, self._start)
        self._desk = EvidenceDesk(store, self._decks)
        self._targets = Targets(store)
        self.checks = Checks(store)
        """Second looks, four eyes, and the nightly re-check."""
        self._warming: set[asyncio.Task[None]] = set()

    def begin(self, kind: Kind) -> None:
        """Starts to read the records of a kind, for a page that is about to be built."""
        self._decks.begin(kind)

    async def keep_ready(self) -> None:
        """After other masters or another search: has the next page over many items open at once."""
        await self._decks.keep_ready()

    async def deck(self, kind: Kind) -> Deck:
        """The records of a kind as of now; the same object until the masters behind it change."""
        known = self._decks.loaded(kind)
        deck = await self._decks.get(kind)
        if deck is not known:
            self._desk.forget()
            self._start(_warm(deck))
        return deck

    async def changes(self, kind: Kind) -> tuple[Key, ...]:
        """Takes over what another window or the command line decided; returns the records that changed."""
        keys = await self._decks.catch_up(kind)
        self._desk.forget(kind, keys)
        return keys

    async def evidence(self, kind: Kind, key: Key, *, chosen: int | None = None) -> Evidence:
        """Everything known of one record, compared with the candidate at place `chosen` (the first)."""
        return await self._desk.of(kind, key, chosen=chosen)

    async def compare_with(self, kind: Kind, key: Key, target: str) -> Evidence:
        """The same, with a target that was searched for as the chosen candidate."""
        return await self._desk.of(kind, key, target=target)

    async def family(self, key: Key) -> Family | None:
        """The variation family of a SKU with what each member stands for, None where it has none."""
        deck = await self.deck(Kind.ITEMS)
        return await self._store.read(lambda tables: families.family_of(tables, deck, key))

    def prefetch(self, kind: Kind, keys: Sequence[Key]) -> None:
        """Reads the evidence of the records that will be looked at next, in the background."""
        self._start(self._desk.prefetch(kind, keys))

    async def log(self, limit: int = 10) -> Sequence[LogEntry]:
        """The last steps that stand, the latest first."""
        return await self._store.read(lambda tables: deciding.log(tables, limit=limit))

    async def history(self, kind: Kind, key: Key) -> Sequence[Decision]:
        """The decisions about one record, the latest first."""
        return await self._store.read(lambda tables: tables.mappings.history_of(kind, key))

    async def on_the_table(self, decision: int) -> OnTheTable | None:
        """What a decision was taken on: candidates, scores, evidence, model."""
        return await self._store.read(lambda tables: tables.provenance.of(decision))

    async def as_of(self, moment: datetime, kind: Kind = Kind.ITEMS) -> Mapping[Key, Decision]:
        """The mapping as it was at a moment: what stood then, by record."""
        return await self._store.read(lambda tables: history.as_of(tables, kind, moment))

    async def knows(self, decision: int) -> bool:
        """Whether there is such a decision."""
        return await self._store.read(lambda tables: tables.mappings.get(decision)) is not None

    async def judgement(self, decision: int) -> str:
        """What a decision says, "" for none."""
        found = await self._store.read(lambda tables: tables.mappings.get(decision))
        return found.judgement.value if found else ""

    async def plan(self, kind: Kind, bulk: Bulk, keys: Sequence[Key]) -> Plan:
        """What a bulk action on these records would do. Nothing is written."""
        deck = await self.deck(kind)
        return await asyncio.to_thread(bulks.plan, deck, bulk, keys)

    async def lane(self, kind: Kind) -> Lane:
        """Whether rules may accept certain candidates by themselves, and what that rests on."""
        deck = await self.deck(kind)
        checked, wrong = await self._store.read(lambda tables: lanes.judged(tables, kind))
        return await asyncio.to_thread(lanes.lane, deck, checked, wrong)

    async def plan_lane(self, kind: Kind) -> Plan:
        """What the lane would accept now, 5 % of it judged again later. SettingFault while it is closed."""
        return lanes.plan(await self.deck(kind), await self.lane(kind))

    async def search_targets(self, kind: Kind, text: str, limit: int = 20) -> Sequence[Target]:
        """X3 records by key or words, from the local copy."""
        return await self._targets.search(kind, text, limit)

    async def known_targets(self, kind: Kind) -> int:
        """How many X3 records there are to choose from."""
        return await self._targets.count(kind)

    async def coverage(self, kind: Kind) -> Coverage:
        """The three bars, and how few records more give almost all order lines."""
        return measures.coverage(await self.deck(kind))

    async def pace(self, kind: Kind) -> Pace:
        """How quickly this person decides, and when the rest would be done."""
        deck, now = await self.deck(kind), datetime.now(UTC)
        since = int((now - measures.PACE_OVER).timestamp() * 1_000_000)
        taken = await self._store.read(lambda tables: tables.steps.moments(since=since, who=deciding.who()))
        moments = [at for at, count in taken for _ in range(count) if count == 1]
        return measures.pace(
            moments, now=now, left=measures.open_records(deck), worth_left=measures.open_worth(deck)
        )

    async def impact(self, kind: Kind, key: Key) -> Impact:
        """What hangs on a record: to be told before it is changed."""
        deck = await self.deck(kind)
        row = deck.row_of(key)
        target = deck.targets[row] if row >= 0 else ""
        return await self._store.read(lambda tables: kits.impact(tables, kind, key, target))

    async def kit_of(self, key: Key, target: str = "") -> Kit:
        """The kit of a SKU as it stands, X3's own kit for a target, or an empty one."""
        return await self._store.read(lambda tables: kits.kit_of(tables, key, target))

    async def draft_kit(self, key: Key, components: Sequence[Component]) -> Kit:
        """A kit that is being edited, with its price shared and its stock worked out."""
        return await self._store.read(lambda tables: kits.draft(tables, key, components))

    async def kit_preview(self, key: Key, components: Sequence[Component]) -> KitPreview:
        """What a kit that is being edited would mean: shares of the price, stock, and what is wrong."""
        return kits.preview(await self.draft_kit(key, components))

    async def second_looks(self, kind: Kind) -> Sequence[Key]:
        """The records that wait to be judged again; without the score and the first judgement."""
        return [look.key for look in await self.checks.to_judge(kind)]

    async def agreement(self, kind: Kind) -> Agreement:
        """How often second judgements agreed with the first."""
        return await self.checks.agreement(kind)

    async def rules(self, kind: Kind | None = None) -> Sequence[Rule]:
        """The rules that decided, or that may decide."""
        return await self._store.read(lambda tables: tables.rules.all(kind))

    async def learned_rules(self) -> Sequence[LearnedRule]:
        """Patterns of SKUs that the decisions bear out, the best first."""
        pairs = await self._store.read(lambda tables: tables.boards.accepted_items())
        found = patterns.learned((pair.seller_sku, pair.pack_factor) for pair, _ in pairs if pair.itmref)
        return [LearnedRule(str(pattern), pattern.words, agree, differ) for pattern, agree, differ in found]

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._warming.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        """Reading ahead is a favour: one that the closing file cuts short is nobody's fault."""
        self._warming.discard(task)
        fault = None if task.cancelled() else task.exception()
        if fault is not None and not isinstance(fault, StoreFault):
            task.get_loop().call_exception_handler({"message": "Reading ahead failed", "exception": fault})


async def _warm(deck: Deck) -> None:
    """Reads ahead what filtering needs, once the first rows are painted."""
    await asyncio.sleep(_PAINTED_AFTER)
    await asyncio.to_thread(deck.warm)
