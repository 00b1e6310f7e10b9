"""Mappings on their way to the customer's spreadsheet and back: handed out, answered, merged, decided."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

from x3studio.domain.mappings import CustomerPair, ItemPair, Judgement, Pair
from x3studio.domain.money import minor_unit
from x3studio.domain.workbench import Confidence, Key, Kind
from x3studio.store import Store, Tables
from x3studio.store.pairs import key_of
from x3studio.workbench import Deck
from x3studio.workbench.merge import Difference, Fate, Returned, Values, merge
from x3studio.workbench.sheets import decision_of, form_of, key_cells, value_cells
from x3studio.workspace import mapping_files, tables, workbook
from x3studio.workspace.workbench.service import Workbench
from x3studio.workspace.workbench.values import Choice, Done
from x3studio.workspace.workbook import OutRow

_SETTLED = frozenset({Fate.UNTOUCHED, Fate.SETTLED})
_IDENTITY = "identity"
_CLEAR = frozenset({Fate.CHANGED, Fate.ADDED})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a returned workbook says. `strange` are columns that somebody added; they are left alone."""

    path: Path
    kind: Kind
    differences: tuple[Difference, ...]
    strange: tuple[str, ...]

    @property
    def clear(self) -> tuple[Difference, ...]:
        """Rows that can be taken over as they are."""
        return tuple(one for one in self.differences if one.fate in _CLEAR)

    @property
    def conflicts(self) -> tuple[Difference, ...]:
        """Rows that somebody has to decide."""
        return tuple(one for one in self.differences if one.fate is Fate.CONFLICT)

    @property
    def troubled(self) -> tuple[Difference, ...]:
        """Rows that change nothing and that somebody should know of: damaged ones and missing ones."""
        return tuple(one for one in self.differences if one.fate in (Fate.DAMAGED, Fate.MISSING))

    @property
    def unchanged(self) -> int:
        """How many rows say what stands, or nothing."""
        return sum(one.fate in _SETTLED for one in self.differences)


class RoundTrip:
    """Files of decisions of one workspace. Reading and writing them leaves the event loop."""

    def __init__(self, store: Store, workbench: Workbench) -> None:
        self._store = store
        self._workbench = workbench

    async def hand_out(
        self,
        path: Path,
        kind: Kind,
        *,
        keys: Sequence[Key] | None = None,
        progress: Callable[[int], None] = lambda _: None,
    ) -> int:
        """Writes a file and returns how many rows it has. Raises SettingFault.

        An Excel file is a workbook of all records of a kind (or of `keys`) that can be answered and merged
        on its return; a CSV file is the plain list of what stands.
        """
        standing = await self._store.read(lambda found: found.mappings.judged(kind))
        if not tables.is_excel(path):
            return await asyncio.to_thread(mapping_files.write, path, standing, kind=kind)
        deck = await self._workbench.deck(kind)
        rows = range(len(deck)) if keys is None else [row for row in map(deck.row_of, keys) if row >= 0]
        return await asyncio.to_thread(
            workbook.write,
            path,
            _out(deck, rows, cells_of(standing, kind)),
            kind=kind,
            told=_told_columns(deck),
            at=datetime.now(UTC),
            workspace=await self._identity(),
            progress=progress,
        )

    async def look(self, path: Path, kind: Kind) -> tuple[Answer, ...]:
        """What a file would change, by kind. Nothing is written. Raises SettingFault for what is no table."""
        home = None
        if tables.is_excel(path):
            home = await asyncio.to_thread(workbook.read, path, kind=kind)
        if home is None:
            lists = await asyncio.to_thread(mapping_files.read, path, kind=kind)
            return tuple([await self._plain(path, own, rows) for own, rows in lists.items()])
        if home.workspace != await self._identity():
            # Handed out elsewhere: what was decided there is new here, and the rest says nothing.
            rows = [replace(row, base=None, seal="") for row in home.rows if any(row.values)]
            return (await self._plain(path, kind, rows),)
        found = await asyncio.to_thread(
            merge,
            home.rows,
            await self._standing(kind),
            handed_out=home.handed_out,
            atoms=form_of(kind).atoms,
        )
        return (Answer(path, kind, tuple(found), home.strange),)

    async def take_over(
        self, answers: Sequence[Answer], *, theirs: Collection[tuple[Kind, int]] = ()
    ) -> Sequence[Done]:
        """Decides what is clear, and `theirs` (conflicts by kind and row) as the file has them.

        One step of the log for each kind.
        """
        found = []
        for answer in answers:
            chosen = [*answer.clear, *(one for one in answer.conflicts if (answer.kind, one.row) in theirs)]
            # Of a key that stands in several rows the last one that was chosen counts.
            last = {one.key: one.merged for one in chosen if one.merged is not None}
            choices = [
                choice_of(*decision_of(key, merged, kind=answer.kind), kind=answer.kind)
                for key, merged in last.items()
            ]
            name = answer.path.name
            found.append(await self._workbench.decide(choices, reason=f"file {name}", batch=f"File {name}"))
        return found

    async def _plain(self, path: Path, kind: Kind, rows: Sequence[Returned]) -> Answer:
        standing = await self._standing(kind)
        found = await asyncio.to_thread(
            merge, rows, standing, handed_out=(), atoms=form_of(kind).atoms, plain=True
        )
        return Answer(path, kind, tuple(found), ())

    async def _identity(self) -> str:
        """What tells this workspace's workbooks from those of another; made with the first one."""

        def work(found: Tables) -> str:
            known = found.settings.get(_IDENTITY) or uuid4().hex
            found.settings.set(_IDENTITY, known)
            return str(known)

        return await self._store.write(work)

    async def _standing(self, kind: Kind) -> dict[tuple[str, ...], Values]:
        return cells_of(await self._store.read(lambda found: found.mappings.judged(kind)), kind)


def choice_of(pair: Pair, judgement: Judgement, *, kind: Kind) -> Choice:
    """A stored pair as the choice that would store it."""
    _, key = key_of(pair)
    if isinstance(pair, ItemPair):
        return Choice(kind, key, pair.itmref, pair.pack_factor, pair.components, pair.note, judgement)
    if isinstance(pair, CustomerPair):
        return Choice(kind, key, pair.bpcnum, note=pair.note, judgement=judgement)
    return Choice(kind, key, pair.target, note=pair.note, judgement=judgement, details=pair.details)


def cells_of(standing: Iterable[tuple[Pair, Judgement]], kind: Kind) -> dict[tuple[str, ...], Values]:
    return {
        key_cells(key_of(pair)[1], kind=kind): value_cells(pair, judgement) for pair, judgement in standing
    }


def _told_columns(deck: Deck) -> tuple[str, ...]:
    """What informs the customer beside the cells that are answered."""
    return (
        *("title", "asin", "fulfilment", "status", "orders_waiting", "units_90_days"),
        *(f"revenue_90_days_{deck.currency}", "x3_title", "suggestion", "confidence"),
    )


def _out(deck: Deck, rows: Sequence[int], standing: dict[tuple[str, ...], Values]) -> Iterator[OutRow]:
    kind = deck.kind
    blank: Values = ("",) * len(form_of(kind).values)
    for row in rows:
        key = key_cells(deck.key(row), kind=kind)
        yield OutRow(key, _told(deck, row, decided=key in standing), standing.get(key, blank))


def _told(deck: Deck, row: int, *, decided: bool) -> tuple[str, ...]:
    worth = Decimal(int(deck.worths[row])).scaleb(-2).quantize(minor_unit(deck.currency))
    confidence = deck.confidences[row]
    band = Confidence(int(deck.bands[row])).word
    sure = band if confidence != confidence else f"{band} {confidence:.0%}"
    return (
        *(deck.titles[row], deck.subtitles[row], deck.channels[row], deck.state(row).word.replace("_", " ")),
        *(str(deck.waiting[row]), str(deck.units[row]), f"{worth:f}", deck.target_titles[row]),
        *(("", "") if decided else (deck.targets[row], sure)),
    )
