"""Looking records up: the search over the masters in a thread, and the quick refinement after decisions."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from x3studio import matching
from x3studio.domain.errors import SettingFault
from x3studio.domain.workbench import Confidence, Key, Kind
from x3studio.matching import Judged, Suggestions
from x3studio.store import Store, Tables
from x3studio.store.lookups import Lookup
from x3studio.store.pairs import key_read
from x3studio.workbench import packs
from x3studio.workbench.conflicts import capped, number
from x3studio.workbench.drift import bits_of
from x3studio.workspace.workbench import against, tables
from x3studio.workspace.workbench.deciding import who
from x3studio.workspace.workbench.facts import Chosen, Masters, read_masters
from x3studio.workspace.workbench.lookups import look_up_others

_TOP = 5
_REASONS = 7
_CHUNK = 2_000
_SEARCHING, _WEIGHING = 0.6, 0.9
Progress = Callable[[int, int, str], None]


@dataclass(slots=True)
class _Kept:
    """What a search compared, kept so that new decisions can refine it at once."""

    comparison: matching.Comparison
    masters: Masters
    run: int
    learned_from: int


class Matching:
    """One search at a time; it can be cancelled, and nothing of it shows before it is complete."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = asyncio.Lock()
        self._kept: _Kept | None = None

    async def run(self, kind: Kind, *, progress: Progress, cancelled: Callable[[], bool]) -> int:
        """Looks every record up; returns how many. Raises matching.Cancelled, with nothing changed."""
        async with self._lock:
            if kind is not Kind.ITEMS:
                return await self._store.write(lambda tables: look_up_others(tables, kind))
            return await self._items(progress, cancelled)

    async def refine(self, kind: Kind) -> list[Key]:
        """Ranks again with the decisions taken since; returns the records whose first candidate changed.

        Nothing happens before the first search of this start, or where nothing was decided since.
        """
        kept = self._kept
        if kind is not Kind.ITEMS or kept is None or self._lock.locked():
            return []
        async with self._lock:
            revision, judged = await self._store.read(
                lambda tables: (tables.mappings.revision(), _judged(tables))
            )
            if revision == kept.learned_from:
                return []
            found = await asyncio.to_thread(matching.suggest, kept.comparison, decisions=judged, top=_TOP)
            standing = await self._store.read(lambda tables: tables.lookups.columns(Kind.ITEMS))
            before = {row[0]: row[2:7] for row in standing}
            fresh = await asyncio.to_thread(_changed, found, kept.masters, before)
            for chunk in _chunks(fresh):
                await self._store.write(_stored(kept.run, chunk))
            kept.learned_from = revision
            return [lookup.key for lookup in fresh]

    async def _items(self, progress: Progress, cancelled: Callable[[], bool]) -> int:
        began = time.monotonic()
        progress(0, 1, "reading masters")
        keys, masters, judged, revision, run = await self._store.read(_read)
        if not masters.items:
            raise SettingFault(
                "There are no X3 items in this workspace.", field="items", advice="Fetch the items first."
            )
        total = len(keys)

        def share(done: float, words: str) -> None:
            progress(int(done * _SEARCHING * total), total, words)

        comparison = await asyncio.to_thread(_compare, keys, masters, share, cancelled)
        found = await asyncio.to_thread(
            matching.suggest, comparison, decisions=judged, top=_TOP, cancelled=cancelled
        )
        progress(int(_SEARCHING * total), total, "checking")
        lookups = await asyncio.to_thread(_looked_up, found, masters, progress, cancelled)
        for place, chunk in enumerate(_chunks(lookups)):
            await self._store.write(_stored(run, chunk))
            done = _WEIGHING + (1 - _WEIGHING) * place * _CHUNK / max(total, 1)
            progress(int(done * total), total, "saving")
        await self._store.write(
            lambda tables: tables.lookups.finish(
                Kind.ITEMS,
                run,
                who=who(),
                model=found.model,
                judged=found.judged,
                calibrated=found.calibrated,
                records=total,
                seconds=time.monotonic() - began,
            )
        )
        self._kept = _Kept(comparison, masters, run, revision)
        progress(total, total, "done")
        return total


def _read(tables: Tables) -> tuple[list[Key], Masters, Judged, int, int]:
    keys = [Key(sku, marketplace) for sku, marketplace in tables.boards.item_keys()]
    masters = read_masters(tables, None, None)
    return keys, masters, _judged(tables), tables.mappings.revision(), tables.lookups.next_run()


def _stored(run: int, lookups: Sequence[Lookup]) -> Callable[[Tables], None]:
    return lambda tables: tables.lookups.put(Kind.ITEMS, run, lookups)


def _judged(tables: Tables) -> Judged:
    """What people decided, in the order they did; rules are no teachers of themselves."""
    rows = tables.provenance.judged_items()
    return Judged(
        source_ids=[row[0] for row in rows],
        target_ids=[row[1] for row in rows],
        matched=[bool(row[2]) for row in rows],
    )


def _compare(
    keys: Sequence[Key],
    masters: Masters,
    progress: Callable[[float, str], None],
    cancelled: Callable[[], bool],
) -> matching.Comparison:
    return matching.compare(
        tables.offers(masters, keys),
        tables.items(list(masters.items.values())),
        source_roles=tables.OFFER_ROLES,
        target_roles=tables.ITEM_ROLES,
        progress=progress,
        cancelled=cancelled,
    )


def _looked_up(
    found: Suggestions, masters: Masters, progress: Progress, cancelled: Callable[[], bool]
) -> list[Lookup]:
    """What is stored of each record, with the conflicts of its first candidate."""
    total = len(found.source_ids)
    made = []
    for row, lookup in enumerate(_lookups(found, masters)):
        if row % _CHUNK == 0:
            if cancelled():
                raise matching.Cancelled
            done = _SEARCHING + (_WEIGHING - _SEARCHING) * row / max(total, 1)
            progress(int(done * total), total, "checking")
        made.append(lookup)
    return made


def _changed(found: Suggestions, masters: Masters, before: dict[str, tuple[object, ...]]) -> list[Lookup]:
    """The lookups whose narrow row is not as it was."""
    fresh = []
    texts = iter(found.source_ids)
    for lookup in _lookups(found, masters):
        known = before.get(next(texts))
        now = (lookup.target, int(lookup.band), lookup.confidence, lookup.margin, lookup.conflicts)
        if known != now:
            fresh.append(lookup)
    return fresh


def _lookups(found: Suggestions, masters: Masters) -> Iterator[Lookup]:
    shown = _Shown(found)
    starts = np.searchsorted(found.source, np.arange(len(found.source_ids) + 1))
    for row, text in enumerate(found.source_ids):
        first, end = int(starts[row]), int(starts[row + 1])
        yield _lookup(key_read(text), found, masters, shown, range(first, end))


def _lookup(key: Key, found: Suggestions, masters: Masters, shown: "_Shown", places: range) -> Lookup:
    if not places:
        return Lookup(key)
    first = places[0]
    target = found.target_ids[int(found.target[first])]
    chosen = Chosen(target)
    seen = [name for name, marks in shown.conflicts if marks[first]]
    conflicts = against.findings(masters, key, chosen, seen)
    return Lookup(
        key=key,
        target=target,
        band=capped(Confidence(int(found.band[first])), conflicts),
        confidence=shown.confidence[first],
        margin=shown.margin(places),
        conflicts=bits_of(conflicts),
        pack=number(packs.proposed(masters.facts(key, chosen))),
        shown=shown.text(places),
    )


class _Shown:
    """The candidates of records as the JSON that is stored; columns are turned into lists once."""

    def __init__(self, found: Suggestions) -> None:
        self._found = found
        self.confidence = [
            None if np.isnan(value) else round(value, 4) for value in found.confidence.tolist()
        ]
        self.conflicts = [(name, marks.tolist()) for name, marks in found.conflicts.items()]
        self._totals = found.points.sum(axis=1).tolist()
        # What every pair starts from comes first, then the weightiest reasons.
        weight = np.abs(found.points)
        weight[:, -1] = weight.max(initial=0) + 1
        order = np.argsort(-weight, axis=1, kind="stable")[:, :_REASONS]
        self._words = order.tolist()
        self._points = np.take_along_axis(found.points, order, axis=1).tolist()

    def margin(self, places: range) -> float | None:
        """The lead of the first over the second: in confidence, else None."""
        if len(places) < 2:
            return None
        first, second = self.confidence[places[0]], self.confidence[places[1]]
        return None if first is None or second is None else round(first - second, 4)

    def text(self, places: range) -> str:
        """The candidates at these places."""
        return json.dumps([self._one(place) for place in places], ensure_ascii=False, separators=(",", ":"))

    def _one(self, place: int) -> list[object]:
        found = self._found
        reasons = [
            [found.words[word], points]
            for word, points in zip(self._words[place], self._points[place], strict=True)
            if points
        ]
        rest = self._totals[place] - sum(points for _, points in reasons)
        if rest:
            reasons.append(["all else", rest])
        return [
            *(
                found.target_ids[int(found.target[place])],
                int(found.band[place]),
                self.confidence[place],
                None,
            ),
            *(str(found.exact[place]), reasons),
            [name for name, marks in self.conflicts if marks[place]],
        ]


def _chunks(lookups: Sequence[Lookup]) -> Iterator[list[Lookup]]:
    rest = iter(lookups)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk
