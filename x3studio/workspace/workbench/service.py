"""The mapping workbench as both faces use it: decks, evidence, decisions, undo, bulk, coverage and pace."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from x3studio.domain.errors import SettingFault, StoreFault
from x3studio.domain.mappings import Component, Decision
from x3studio.domain.workbench import Key, Kind, Mark
from x3studio.store import Store, Tables
from x3studio.store.provenance import OnTheTable
from x3studio.store.rules import Rule
from x3studio.workbench import Coverage, Deck, Evidence, Pace, patterns
from x3studio.workbench import coverage as measures
from x3studio.workbench.checking import Agreement
from x3studio.workbench.drift import Drift
from x3studio.workbench.kits import Kit
from x3studio.workspace.workbench import bulk as bulks
from x3studio.workspace.workbench import deciding, fees, history, kits
from x3studio.workspace.workbench import lane as lanes
from x3studio.workspace.workbench.checks import Checks
from x3studio.workspace.workbench.decks import Decks
from x3studio.workspace.workbench.evidence import EvidenceDesk
from x3studio.workspace.workbench.kits import Impact, KitPreview
from x3studio.workspace.workbench.lane import Lane
from x3studio.workspace.workbench.targets import Targets
from x3studio.workspace.workbench.values import Bulk, Choice, Done, LearnedRule, LogEntry, Plan, Target

if TYPE_CHECKING:
    from x3studio.workspace.workbench.matching import Matching

Progress = Callable[[int, int, str], None]
D = TypeVar("D", Done, Done | None)


class Workbench:
    """All calls come from one event loop; what burns CPU leaves it. Decisions are on the disk on return."""

    def __init__(
        self, store: Store, *, accounts_changed: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        """`accounts_changed` proves again what settlements waited for accounts."""
        self._store = store
        self._accounts_changed = accounts_changed
        self._decks = Decks(store)
        self._desk = EvidenceDesk(store, self._decks)
        self._targets = Targets(store)
        self.checks = Checks(store)
        """Second looks, four eyes, and the nightly re-check."""
        self._warming: set[asyncio.Task[None]] = set()

    async def deck(self, kind: Kind) -> Deck:
        """The records of a kind as of now; the same object until the masters behind it change."""
        known = self._decks.loaded(kind)
        deck = await self._decks.get(kind)
        if deck is not known:
            self._desk.forget()
            self._start(asyncio.to_thread(deck.warm))
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

    def prefetch(self, kind: Kind, keys: Sequence[Key]) -> None:
        """Reads the evidence of the records that will be looked at next, in the background."""
        self._start(self._desk.prefetch(kind, keys))

    async def decide(
        self, choices: Sequence[Choice], *, reason: str = "", batch: str = "", rule: str = ""
    ) -> Done:
        """Records choices as one step; they hold, and are on the disk, when this returns.

        `batch` names the step in the log where it holds several.
        """
        if not choices:
            return Done(Kind.ITEMS, ())
        seen = self._desk.known()
        done = await self._write(
            lambda tables: deciding.decide(tables, choices, reason=reason, title=batch, rule=rule, seen=seen)
        )
        return await self._settled(done)

    async def mark(self, kind: Kind, keys: Sequence[Key], mark: Mark, value: str = "1") -> Done:
        """Says something of records without deciding them; "" takes it away. One step."""
        if mark is Mark.PUSH and value:
            keys = await self._pushable(kind, keys)
        if not keys:
            return Done(kind, ())
        done = await self._write(lambda tables: deciding.mark(tables, kind, keys, mark, value))
        return await self._settled(done)

    async def undo(self) -> Done | None:
        """Takes this person's last step back, whatever its size; None where there is none."""
        return await self._settled_or_none(await self._write(deciding.undo))

    async def redo(self) -> Done | None:
        """Brings back what the last undo took; None where there is nothing, or something new was decided."""
        return await self._settled_or_none(await self._write(deciding.redo))

    async def revert(self, step: int) -> Done:
        """Takes one step of the log back; what was decided later keeps standing."""
        return await self._settled(await self._write(lambda tables: deciding.revert(tables, step)))

    async def revert_decision(self, decision: int) -> Done:
        """Takes one decision back, be it one of thousands of its step."""
        return await self._settled(
            await self._write(lambda tables: deciding.revert_decision(tables, decision))
        )

    async def knows(self, decision: int) -> bool:
        """Whether there is such a decision."""
        return await self._store.read(lambda tables: tables.mappings.get(decision)) is not None

    async def judgement(self, decision: int) -> str:
        """What a decision says, "" for none."""
        found = await self._store.read(lambda tables: tables.mappings.get(decision))
        return found.judgement.value if found else ""

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

    async def plan(self, kind: Kind, bulk: Bulk, keys: Sequence[Key]) -> Plan:
        """What a bulk action on these records would do. Nothing is written."""
        deck = await self.deck(kind)
        return await asyncio.to_thread(bulks.plan, deck, bulk, keys)

    async def carry_out(self, plan: Plan) -> Done:
        """Does what was planned, as one step that one undo takes back."""
        done = await self._write(lambda tables: bulks.carry_out(tables, plan))
        return await self._settled(done)

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

    @cached_property
    def _matching(self) -> "Matching":
        # Matching loads pandas and more: the window shows its records first.
        from x3studio.workspace.workbench.matching import Matching

        return Matching(self._store)

    async def match(
        self,
        kind: Kind,
        *,
        progress: Progress = lambda _done, _total, _words: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> int:
        """Looks every record up in the masters; returns how many. Raises matching.Cancelled when asked to."""
        count = await self._matching.run(kind, progress=progress, cancelled=cancelled)
        await self.deck(kind)
        return count

    async def refine(self, kind: Kind) -> tuple[Key, ...]:
        """Ranks again with what was decided since the search; returns the records that changed."""
        keys = await self._matching.refine(kind)
        if keys:
            await self._decks.refresh(kind, keys)
            self._desk.forget(kind, keys)
        return tuple(keys)

    async def recheck(self, kind: Kind, *, progress: Progress = lambda _done, _total, _words: None) -> Drift:
        """The drift sentinel: reopens decisions that the masters no longer bear out, each with its reason."""
        found = await self.checks.recheck(kind, progress=progress)
        if found.forgotten:
            self._decks.drop(kind)
        self._desk.forget()
        await self.changes(kind)
        return found

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

    async def save_kit(self, key: Key, components: Sequence[Component], *, note: str = "") -> Done:
        """Lets a kit stand for a SKU."""
        choice = Choice(Kind.ITEMS, key, components=tuple(components), note=note)
        return await self.decide([choice])

    async def second_looks(self, kind: Kind) -> Sequence[Key]:
        """The records that wait to be judged again; without the score and the first judgement."""
        return [look.key for look in await self.checks.to_judge(kind)]

    async def judge_again(self, choice: Choice) -> bool:
        """Judges a record a second time; True where it is as the first time. Nothing else changes by it."""
        looks = await self.checks.to_judge(choice.kind)
        look = next((each for each in looks if each.key == choice.key), None)
        if look is None:
            raise SettingFault(f"{choice.key.code} is not to be judged again.", field="key")
        return await self.checks.judge(look, choice)

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

    async def _write(self, work: Callable[[Tables], D]) -> D:
        """Carries out an action; the accounts that settlements read follow in the same transaction."""

        def whole(tables: Tables) -> D:
            done = work(tables)
            if done is not None and done.kind is Kind.FEES and done.decision:
                fees.follow(tables, done.keys)
            return done

        return await self._store.write(whole)

    async def _settled(self, done: Done) -> Done:
        self._desk.forget(done.kind, done.keys)
        if done.kind is Kind.FEES and done.decision and self._accounts_changed is not None:
            await self._accounts_changed()
        if self._decks.loaded(done.kind) is not None:
            await self._decks.catch_up(done.kind)
        return done

    async def _settled_or_none(self, done: Done | None) -> Done | None:
        return None if done is None else await self._settled(done)

    async def _pushable(self, kind: Kind, keys: Sequence[Key]) -> list[Key]:
        deck = await self.deck(kind)
        return [key for key in keys if bulks.may_push(deck, key)]

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
