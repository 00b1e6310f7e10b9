"""Looking again: the drift sentinel, blind second judgements, four eyes, and when rules may decide alone."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from x3studio.domain.errors import SettingFault
from x3studio.domain.mappings import CustomerPair, ItemPair, Judgement
from x3studio.domain.workbench import Key, Kind, Mark
from x3studio.store import Store, Tables
from x3studio.store.pairs import decision_of, key_text, pair_text, side_of
from x3studio.store.second_looks import SecondLook
from x3studio.workbench import Deck, checking, crosschecks, customer_rules, drift
from x3studio.workbench.checking import Agreement
from x3studio.workbench.conflicts import ConflictFinding
from x3studio.workbench.drift import Broken, Drift
from x3studio.workspace.workbench import against
from x3studio.workspace.workbench.deciding import who
from x3studio.workspace.workbench.facts import Chosen, Masters, read_masters
from x3studio.workspace.workbench.other_evidence import buyers_of
from x3studio.workspace.workbench.values import Choice, Unseconded

SENTINEL = "Drift sentinel"
BLIND, SAMPLE = "blind", "sample"
_LAST = "workbench/rechecked"
_EVERY, _OVERDUE = timedelta(hours=20), timedelta(hours=44)
_NIGHT = range(1, 5)
_CHUNK = 500
_SAMPLE_SIZE = 30
Standing = tuple[Key, int, Chosen]
Progress = Callable[[int, int, str], None]


class Checks:
    """Decisions are looked at again by the program and by people; nobody's decision is changed by it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def recheck(self, kind: Kind, *, progress: Progress) -> Drift:
        """Compares every decision that stands with the masters; reopens those that broke, with the reason.

        What a person knew when deciding does not count; a reason that has gone lets the decision stand again.
        """
        if kind is Kind.ITEMS:
            standing, masters, known = await self._store.read(_read_items)
            findings = await asyncio.to_thread(_item_findings, standing, masters, progress)
        else:
            standing, known, findings = await self._store.read(lambda tables: _read_others(tables, kind))
        broken = [
            found
            for key, decision, _ in standing
            if (found := drift.broken(key, decision, findings[decision], known.get(decision))) is not None
        ]
        fresh = [(drift.bits_of(findings[id]), id) for _, id, _ in standing if id not in known]
        changed = await self._changed(standing, findings) if kind is Kind.ITEMS else []
        return await self._store.write(
            lambda tables: _reopen(tables, kind, len(standing), broken, fresh, changed)
        )

    async def _changed(
        self, standing: Sequence[Standing], findings: Mapping[int, Sequence[ConflictFinding]]
    ) -> list[tuple[int, int]]:
        """The decisions whose conflicts are not those that decks show of them: (decision, bits)."""
        known, rows = await self._store.read(
            lambda tables: (tables.boards.standing(), tables.lookups.columns(Kind.ITEMS))
        )
        kept = dict(zip(*known, strict=True))
        found = {row[0]: row for row in rows}
        changed = []
        for key, id, chosen in standing:
            bits = drift.bits_of(findings[id]) & ~crosschecks.CROSS
            shown = kept[id] if id in kept else against.as_found(chosen, found.get(key_text(key)))
            if shown & ~crosschecks.CROSS != bits:
                changed.append((id, bits))
        return changed

    async def is_due(self, *, now: datetime | None = None) -> bool:
        """Whether it is night and the re-check has not run for most of a day, or it is long overdue.

        A workspace that never had one waits for its first night.
        """
        here = (now or datetime.now(UTC)).astimezone()
        last = await self._store.read(lambda tables: tables.settings.get(_LAST))
        if last is None:
            await self._store.write(lambda tables: tables.settings.set(_LAST, here.isoformat()))
            return False
        since = here - datetime.fromisoformat(last)
        return since >= (_EVERY if here.hour in _NIGHT else _OVERDUE)

    async def nightly(self) -> list[Drift]:
        """The re-check of items and customers, written down so that it runs once a night."""
        found = [await self.recheck(kind, progress=lambda *_: None) for kind in (Kind.ITEMS, Kind.CUSTOMERS)]
        now = datetime.now(UTC).isoformat()
        await self._store.write(lambda tables: tables.settings.set(_LAST, now))
        return found

    async def ask_again(self, kind: Kind, *, size: int = _SAMPLE_SIZE) -> int:
        """Draws a random sample of people's decisions to be judged without the score; returns how many."""

        def work(tables: Tables) -> int:
            decided = [(key, id) for key, id, _, rule in tables.boards.decided(kind) if not rule]
            return tables.second_looks.ask(kind, checking.sample(decided, size=size), purpose=BLIND)

        return await self._store.write(work)

    async def to_judge(self, kind: Kind) -> Sequence[SecondLook]:
        """What is to be judged again. Show it without score and without the first judgement."""
        return await self._store.read(lambda tables: tables.second_looks.open(kind))

    async def judge(self, look: SecondLook, choice: Choice) -> bool:
        """Writes a second judgement down; True where it is the same as the first."""
        second = "" if choice.judgement is Judgement.REJECTED else pair_text(choice.pair())
        agrees = _same(choice.kind, look.first, second)
        await self._store.write(
            lambda tables: tables.second_looks.judge(look.id, second=second, agrees=agrees, who=who())
        )
        return agrees

    async def agreement(self, kind: Kind, *, purpose: str | None = None) -> Agreement:
        """How often second judgements agreed with the first."""

        def work(tables: Tables) -> Agreement:
            judged = tables.second_looks.judged(kind, purpose=purpose)
            waiting = len(tables.second_looks.open(kind, purpose=purpose, limit=100_000))
            return Agreement(len(judged), sum(bool(look.agrees) for look in judged), waiting)

        return await self._store.read(work)

    async def unseconded(self, deck: Deck) -> Sequence[Unseconded]:
        """Decisions on what earns most, that nobody but the person who took them has looked at."""
        worths = [(deck.key(row), int(deck.worths[row])) for row in range(deck.count)]
        top = set(checking.top_records(worths))
        kind = deck.kind

        def work(tables: Tables) -> list[Unseconded]:
            decided = [
                (key, id, decider) for key, id, decider, _ in tables.boards.decided(kind) if key in top
            ]
            approved = tables.second_looks.approvals([id for _, id, _ in decided])
            return [
                Unseconded(key, id, decider, int(deck.worths[deck.row_of(key)]))
                for key, id, decider in decided
                if id not in approved
            ]

        return sorted(await self._store.read(work), key=lambda each: -each.worth)

    async def approve(self, decision: int) -> None:
        """Stands by another person's decision. SettingFault for one's own: four eyes are two people."""

        def work(tables: Tables) -> None:
            found = tables.mappings.get(decision)
            if found is None:
                raise SettingFault(f"There is no decision {decision}.", field="decision")
            if found.who == who():
                raise SettingFault(
                    "This is your own decision.", field="decision", advice="Another person has to look at it."
                )
            tables.second_looks.approve(decision, who=who())

        await self._store.write(work)


def _read_items(tables: Tables) -> tuple[list[Standing], Masters, dict[int, int]]:
    standing = [
        (
            Key(pair.seller_sku, pair.marketplace),
            id,
            Chosen(pair.itmref, pair.pack_factor, pair.components, True),
        )
        for pair, id in tables.boards.accepted_items()
    ]
    return standing, read_masters(tables, None, None), tables.provenance.known_conflicts()


def _item_findings(
    standing: Sequence[Standing], masters: Masters, progress: Progress
) -> dict[int, tuple[ConflictFinding, ...]]:
    found = {}
    for place, (key, decision, chosen) in enumerate(standing):
        if place % _CHUNK == 0:
            progress(place, len(standing), "checking")
        found[decision] = against.findings(masters, key, chosen)
    return found


def _read_others(
    tables: Tables, kind: Kind
) -> tuple[list[Standing], dict[int, int], dict[int, tuple[ConflictFinding, ...]]]:
    standing, findings = [], {}
    if kind is Kind.CUSTOMERS:
        for key, id, pair in tables.boards.accepted_customers():
            standing.append((key, id, Chosen(pair.bpcnum, decided=True)))
            customer = tables.masters.customer(pair.bpcnum)
            findings[id] = customer_rules.findings(buyers_of(tables, key, pair.bpcnum), pair.bpcnum, customer)
    return standing, tables.provenance.known_conflicts(), findings


def _reopen(
    tables: Tables,
    kind: Kind,
    checked: int,
    broken: Sequence[Broken],
    fresh: Sequence[tuple[int, int]],
    changed: Sequence[tuple[int, int]],
) -> Drift:
    marked = {each.key: each for each in tables.marks.having(kind, Mark.REOPENED)}
    now = {each.key: each for each in broken}
    news = [each for each in broken if each.key not in marked or marked[each.key].about != each.decision]
    gone = [key for key in marked if key not in now]
    if news or gone:
        step = tables.steps.begin(
            "mark",
            who=SENTINEL,
            kind=kind.value,
            title=f"{len(news)} reopened",
            count=len(news) + len(gone),
            reason=f"{Mark.REOPENED.value}=1",
        )
        for each in news:
            tables.marks.put(
                kind, [(each.key, each.reason)], Mark.REOPENED, who=SENTINEL, step=step, about=each.decision
            )
        tables.marks.put(kind, [(key, "") for key in gone], Mark.REOPENED, who=SENTINEL, step=step)
    tables.provenance.keep_conflicts(fresh)
    tables.boards.keep_standing(changed)
    forgotten = tables.lookups.forget_empty(kind)
    return Drift(checked, tuple(news), tuple(gone), forgotten, len(changed))


def _same(kind: Kind, first: str, second: str) -> bool:
    """Whether two stored judgements say the same, whatever their notes."""
    if not second:
        return not first or not _target(decision_of(side_of(kind), first))
    one, other = decision_of(side_of(kind), first), decision_of(side_of(kind), second)
    if isinstance(one, ItemPair) and isinstance(other, ItemPair):
        return (one.itmref, one.pack_factor, one.components) == (
            other.itmref,
            other.pack_factor,
            other.components,
        )
    return _target(one) == _target(other)


def _target(pair: object) -> str:
    if isinstance(pair, ItemPair):
        return pair.itmref or "+".join(part.itmref for part in pair.components)
    return pair.bpcnum if isinstance(pair, CustomerPair) else getattr(pair, "target", "")
