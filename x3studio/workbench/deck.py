"""All records of one kind in columns, held in memory: filtering, counting and sorting touch no file."""

from collections.abc import Iterable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from x3studio.domain.workbench import Confidence, Key, Kind, RecordState
from x3studio.workbench import crosschecks, facets, ordering
from x3studio.workbench.columns import Columns, Record, moment, texts_of
from x3studio.workbench.filters import Filter, Sort, View
from x3studio.workbench.search import Haystack, fold
from x3studio.workbench.words import Sets, Words, grown

_WORDS = ("targets", "target_titles", "packs", "channels", "brands", "families", "owners", "who")
_TEXTS = ("codes", "key_marketplaces", "key_channels", "vat_numbers", "titles", "subtitles", "eans")
_DECIDED_WORDS = ("targets", "target_titles", "packs", "who", "owners", "channels")
_DECIDED_NUMBERS = (
    *("states", "bands", "confidences", "margins", "at"),
    *("waiting", "flagged", "shared", "apart"),
)
_SEARCHED = ("codes", "titles", "subtitles", "eans", "vat_numbers", "targets", "target_titles")
_NUMBERS = {
    "states": np.uint8,
    "bands": np.uint8,
    "confidences": np.float32,
    "margins": np.float32,
    "worths": np.int64,
    "lines": np.int32,
    "units": np.int32,
    "waiting": np.int32,
    "flagged": np.uint8,
    "shared": np.uint8,
    "apart": np.uint8,
    "at": np.int64,
}


_CROSS = np.uint32(crosschecks.CROSS)


class Deck:
    """Records by row. Rows keep their numbers for the deck's life; new records come to the end.

    `titles`, `subtitles`, `eans` and the key's parts are lists; `targets`, `target_titles`, `packs`,
    `channels`, `brands`, `families`, `owners` and `who` are Words; the rest are arrays. `worths` are minor
    units of `currency`; `worth_is_estimated` where they come from price and stock for want of sales.
    """

    titles: list[str]
    subtitles: list[str]
    eans: list[str]
    codes: list[str]
    key_marketplaces: list[str]
    key_channels: list[str]
    vat_numbers: list[str]
    targets: Words
    target_titles: Words
    packs: Words
    channels: Words
    brands: Words
    families: Words
    owners: Words
    who: Words
    states: NDArray[np.uint8]
    bands: NDArray[np.uint8]
    confidences: NDArray[np.float32]
    margins: NDArray[np.float32]
    worths: NDArray[np.int64]
    lines: NDArray[np.int32]
    units: NDArray[np.int32]
    waiting: NDArray[np.int32]
    flagged: NDArray[np.uint8]
    shared: NDArray[np.uint8]
    apart: NDArray[np.uint8]
    at: NDArray[np.int64]
    conflicts: NDArray[np.uint32]
    deciles: NDArray[np.uint8]

    def __init__(
        self, kind: Kind, columns: Columns, *, currency: str = "EUR", worth_is_estimated: bool = False
    ) -> None:
        self.kind = kind
        self.currency = currency
        self.worth_is_estimated = worth_is_estimated
        self.revision = 0
        for name in _TEXTS:
            setattr(self, name, texts_of(getattr(columns, name)))
        for name in _WORDS:
            setattr(self, name, Words(getattr(columns, name)))
        for name, type in _NUMBERS.items():
            setattr(self, name, np.array(getattr(columns, name), dtype=type))
        self.marketplaces = Sets(columns.marketplaces)
        self.special_rows = [row for row, where in enumerate(self.key_marketplaces) if where]
        """Those that hold for one marketplace alone."""
        self._rows: dict[tuple[str, ...], int] = {}
        self.own_conflicts = np.array(columns.conflicts, dtype=np.uint32) & ~_CROSS
        """Those of a record's own pair; `conflicts` adds those between records."""
        self.conflicts = crosschecks.with_cross_conflicts(self)
        self._ranks: dict[Sort, NDArray[np.int32]] = {}
        self._orders: dict[tuple[Sort, bool], tuple[int, NDArray[np.int32]]] = {}
        self._sold = 0
        """Counts changes of what was sold."""
        self.deciles = facets.deciles(self.order(Sort.WORTH, descending=True))
        self._haystack: Haystack | None = None
        self._codes: pa.Array | None = None

    @property
    def count(self) -> int:
        """How many records there are."""
        return len(self.codes)

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def key_columns(self) -> tuple[list[str], list[str], list[str], list[str]]:
        """The four parts of the keys."""
        return self.codes, self.key_marketplaces, self.key_channels, self.vat_numbers

    def key(self, row: int) -> Key:
        """What the record is called."""
        return Key(self.codes[row], self.key_marketplaces[row], self.key_channels[row], self.vat_numbers[row])

    def row_of(self, key: Key) -> int:
        """The row of a record, -1 where there is none."""
        if not self._rows:
            self._rows = {part: row for row, part in enumerate(zip(*self.key_columns, strict=True))}
        return self._rows.get(key, -1)

    def state(self, row: int) -> RecordState:
        """Where the record stands."""
        return RecordState(int(self.states[row]))

    def record(self, row: int) -> Record:
        """One record whole."""
        confidence, margin = float(self.confidences[row]), float(self.margins[row])
        return Record(
            key=self.key(row),
            title=self.titles[row],
            subtitle=self.subtitles[row],
            target=self.targets[row],
            target_title=self.target_titles[row],
            pack=self.packs[row],
            channel=self.channels[row],
            marketplaces=self.marketplaces[row],
            brand=self.brands[row],
            family=self.families[row],
            owner=self.owners[row],
            ean=self.eans[row],
            state=self.state(row),
            band=Confidence(int(self.bands[row])),
            confidence=None if np.isnan(confidence) else confidence,
            margin=None if np.isnan(margin) else margin,
            conflicts=int(self.conflicts[row]),
            worth=int(self.worths[row]),
            lines=int(self.lines[row]),
            units=int(self.units[row]),
            waiting=int(self.waiting[row]),
            flagged=bool(self.flagged[row]),
            shared=bool(self.shared[row]),
            apart=bool(self.apart[row]),
            at=moment(int(self.at[row])),
            who=self.who[row],
        )

    def view(self, wanted: Filter = Filter(), *, sort: Sort = Sort.WORTH, descending: bool = True) -> View:  # noqa: B008 - frozen
        """The rows that pass, in order, with the counts of every facet."""
        passing, counts = facets.counted(self, wanted)
        order = self.order(sort, descending=descending)
        return View(order[passing[order]], counts, self.revision)

    def order(self, sort: Sort, *, descending: bool) -> NDArray[np.int32]:
        """All rows in order; made anew only where something has changed that it depends on."""
        now = self._sold if sort in ordering.SOLD else self.revision
        made, rows = self._orders.get((sort, descending), (-1, None))
        if rows is None or made != now:
            rows = ordering.ordered(self, sort=sort, descending=descending)
            self._orders[sort, descending] = now, rows
        return rows

    def passing(self, wanted: Filter) -> NDArray[np.bool_]:
        """Which records pass, without counts and order."""
        return facets.passing(self, wanted)

    def holding(self, text: str) -> NDArray[np.bool_]:
        """The records in which every word of the text is found: key, title, ASIN, EAN, brand or target."""
        return self.haystack().holding(*fold(text).split())

    def ending_in(self, text: str) -> int:
        """How many codes end in a text, whatever the case."""
        if self._codes is None or len(self._codes) != self.count:
            self._codes = pa.array(self.codes, pa.string())
        return int(pc.sum(pc.ends_with(self._codes, text, ignore_case=True)).as_py() or 0)

    def haystack(self) -> Haystack:
        """What is searched; made when first asked for."""
        if self._haystack is None:
            columns = (getattr(self, name) for name in _SEARCHED)
            self._haystack = Haystack(*(it.texts() if isinstance(it, Words) else it for it in columns))
        return self._haystack

    def rank(self, sort: Sort) -> NDArray[np.int32]:
        """For each row its place in alphabetical order of a text column; made when first asked for."""
        if sort not in self._ranks:
            self._ranks[sort] = ordering.text_ranks(self, sort)
        return self._ranks[sort]

    def warm(self) -> None:
        """Makes what is else made when first asked for; may run beside readers, in any thread."""
        self.row_of(Key())
        self.haystack()
        self.rank(Sort.KEY)
        self.order(Sort.WORTH, descending=True)

    def outcome(self, now: Columns) -> list[int]:
        """Takes over what was decided of known records; for many quicker than `changed`. Returns rows."""
        now = now.listed()
        rows = self._places(now)
        before = self.targets.codes[rows], self.target_titles.codes[rows]
        for name in _DECIDED_WORDS:
            getattr(self, name).put(rows, getattr(now, name))
        for name in _DECIDED_NUMBERS:
            getattr(self, name)[rows] = np.array(getattr(now, name), dtype=_NUMBERS[name])
        self.own_conflicts[rows] = np.array(now.conflicts, dtype=np.uint32) & ~_CROSS
        if self._haystack is not None:
            after = self.targets.codes[rows], self.target_titles.codes[rows]
            # Most decisions confirm the candidate that the row shows: its words stay as they are.
            renamed = (before[0] != after[0]) | (before[1] != after[1])
            for row in rows[renamed].tolist():
                self._haystack.put(row, *(getattr(self, name)[row] for name in _SEARCHED))
        return self._settled(rows)

    def confirmed(
        self,
        rows: Sequence[int],
        *,
        states: Sequence[int],
        packs: Sequence[str],
        who: Sequence[str],
        at: Sequence[int],
        waiting: Sequence[int],
    ) -> list[int]:
        """Takes over decisions for the very targets that these rows show."""
        places = np.array(rows, dtype=np.int64)
        self.states[places], self.at[places], self.waiting[places] = states, at, waiting
        self.packs.put(places, packs)
        self.who.put(places, who)
        return self._settled(places)

    def changed(self, records: Iterable[Record] | Columns) -> list[int]:
        """Takes over records as they are now; new ones come to the end. Returns their rows."""
        now = records.listed() if isinstance(records, Columns) else Columns.of(records)
        if not now.codes:
            return []
        rows = self._places(now)
        self._put_texts(now, rows.tolist())
        for name in _WORDS:
            getattr(self, name).put(rows, getattr(now, name))
        for name, type in _NUMBERS.items():
            known, fresh = getattr(self, name), np.array(getattr(now, name), dtype=type)
            column = grown(known, rows)
            if name in ordering.SOLD_COLUMNS and not (
                column is known and np.array_equal(column[rows], fresh)
            ):
                self._sold += 1
            column[rows] = fresh
            setattr(self, name, column)
        self.marketplaces.put(rows, now.marketplaces)
        self.own_conflicts = grown(self.own_conflicts, rows)
        self.own_conflicts[rows] = np.array(now.conflicts, dtype=np.uint32) & ~_CROSS
        self.deciles = grown(self.deciles, rows)
        self.deciles[self.deciles == 0] = facets.LAST_DECILE
        return self._settled(rows)

    def _settled(self, rows: NDArray[np.int64]) -> list[int]:
        self.conflicts = crosschecks.with_cross_conflicts(self)
        self._ranks.pop(Sort.TARGET, None)
        self.revision += 1
        found: list[int] = rows.tolist()
        return found

    def _places(self, now: Columns) -> NDArray[np.int64]:
        """The rows of these records; new ones get the next numbers."""
        self.row_of(Key())
        parts = zip(now.codes, now.key_marketplaces, now.key_channels, now.vat_numbers, strict=True)
        known = self._rows
        rows = [known[key] if key in known else self._added(key) for key in parts]
        return np.array(rows, dtype=np.int64)

    def _added(self, key: tuple[str, str, str, str]) -> int:
        """A new record's row, with nothing in it but its key."""
        row = self._rows[key] = self.count
        self._ranks.clear()
        for column, part in zip(self.key_columns, key, strict=True):
            column.append(part)
        for column in (self.titles, self.subtitles, self.eans):
            column.append("")
        if key[1]:
            self.special_rows.append(row)
        return row

    def _put_texts(self, now: Columns, rows: list[int]) -> None:
        for place, row in enumerate(rows):
            if self.titles[row] != now.titles[place]:
                self.titles[row] = now.titles[place]
                self._ranks.clear()
            self.subtitles[row] = now.subtitles[place]
            self.eans[row] = now.eans[place]
            if self._haystack is not None:
                self._haystack.put(row, *(getattr(now, name)[place] for name in _SEARCHED))
