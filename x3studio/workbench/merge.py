"""A returned table against what stands now: three versions of each row, and what every difference means."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

Key = tuple[str, ...]
Values = tuple[str, ...]

_SEAL_DIGITS = 16


class Fate(StrEnum):
    """What becomes of a row of the returned table."""

    UNTOUCHED = "untouched"
    """Nobody changed it in the table; whatever stands now goes on standing."""
    CHANGED = "changed"
    """Changed in the table alone: it can be taken over."""
    ADDED = "added"
    """A row that was not handed out, about a key of which nothing stands."""
    SETTLED = "settled"
    """Changed here too, with the same result."""
    CONFLICT = "conflict"
    """Changed in both places with different results: a person decides."""
    DAMAGED = "damaged"
    """Its locked cells no longer are what was handed out, or a cell holds what is no value."""
    MISSING = "missing"
    """Handed out and not returned: nothing changes for it."""


@dataclass(frozen=True, slots=True)
class Returned:
    """A row as it came back: `row` counts from 1 as spreadsheets do; `base` and `seal` are "" for a new row.

    `fault` says what is wrong with its cells, if anything is.
    """

    row: int
    key: Key
    values: Values
    base: Values | None = None
    seal: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """One row's outcome. `merged` is what would stand, None where nothing is to be taken over."""

    row: int
    key: Key
    fate: Fate
    base: Values | None
    ours: Values | None
    theirs: Values | None
    merged: Values | None = None
    why: str = ""


def seal(key: Key, base: Values) -> str:
    """Sixteen hex digits over what is locked in a row, so that a changed id does not go unseen."""
    digest = hashlib.sha256()
    for part in (*key, "", *base):
        digest.update(part.encode())
        digest.update(b"\x1f")
    return digest.hexdigest()[:_SEAL_DIGITS]


def merge(
    returned: Iterable[Returned],
    standing: Mapping[Key, Values],
    *,
    handed_out: Iterable[Key],
    atoms: Sequence[Sequence[int]],
    plain: bool = False,
) -> list[Difference]:
    """One outcome per returned row in its order, then the rows that did not come back.

    `standing` is what stands now, `handed_out` the keys that were given away. `atoms` are the places of
    values that only make sense together: two people may change different atoms of one row, but not one.
    Rows of a `plain` list were never handed out: what they say replaces what stands.
    """
    rows = list(returned)
    said: dict[Key, dict[Values, int]] = {}
    for row in rows:
        if not row.fault:
            said.setdefault(row.key, {}).setdefault(row.values, row.row)
    found: list[Difference] = []
    for row in rows:
        versions = said.get(row.key, {})
        if row.fault or (len(versions) == 1 and versions[row.values] == row.row):
            found.append(_outcome(row, standing.get(row.key), atoms, plain=plain))
        else:
            found.append(_repeated(row, standing.get(row.key), versions))
    came = {row.key for row in rows}
    found.extend(
        Difference(0, key, Fate.MISSING, None, standing.get(key), None, why="The row was not returned.")
        for key in dict.fromkeys(handed_out)
        if key not in came
    )
    return found


def _outcome(
    row: Returned, ours: Values | None, atoms: Sequence[Sequence[int]], *, plain: bool
) -> Difference:
    if row.fault:
        return _told(row, ours, Fate.DAMAGED, why=row.fault)
    if row.base is None:
        return _fresh(row, ours, plain=plain)
    if seal(row.key, row.base) != row.seal:
        return _told(row, ours, Fate.DAMAGED, why="A locked cell of this row was changed.")
    if row.values == row.base:
        return _told(row, ours, Fate.UNTOUCHED)
    if ours == row.values or (ours is None and not any(row.values)):
        return _told(row, ours, Fate.SETTLED)
    if ours is None or ours == row.base:
        return _told(row, ours, Fate.CHANGED, merged=row.values)
    return _both(row, ours, atoms)


def _fresh(row: Returned, ours: Values | None, *, plain: bool) -> Difference:
    if not any(row.values):
        return _told(row, ours, Fate.UNTOUCHED)
    if ours is None:
        return _told(row, ours, Fate.ADDED, merged=row.values)
    if ours == row.values:
        return _told(row, ours, Fate.SETTLED)
    if plain:
        return _told(row, ours, Fate.CHANGED, merged=row.values)
    why = "The row was not handed out, and something else stands for its key."
    return _told(row, ours, Fate.CONFLICT, merged=row.values, why=why)


def _both(row: Returned, ours: Values, atoms: Sequence[Sequence[int]]) -> Difference:
    """Both sides changed the row: atom by atom, whoever changed one alone has it."""
    base = row.base or ()
    merged = list(ours)
    for places in atoms:
        before, here, there = (tuple(side[place] for place in places) for side in (base, ours, row.values))
        if there == before:
            continue
        if here not in (before, there):
            why = "It was changed here as well since the table was handed out."
            return _told(row, ours, Fate.CONFLICT, merged=row.values, why=why)
        for place in places:
            merged[place] = row.values[place]
    if tuple(merged) == ours:
        return _told(row, ours, Fate.SETTLED)
    return _told(row, ours, Fate.CHANGED, merged=tuple(merged))


def _repeated(row: Returned, ours: Values | None, versions: Mapping[Values, int]) -> Difference:
    """A key that stands in several rows: alike, the first speaks for all; unlike, a person decides."""
    if len(versions) == 1:
        return _told(row, ours, Fate.UNTOUCHED, why=f"The same as row {versions[row.values]}.")
    others = ", ".join(str(place) for values, place in versions.items() if values != row.values)
    why = f"Row {others} says something else about the same key."
    return _told(row, ours, Fate.CONFLICT, merged=row.values, why=why)


def _told(
    row: Returned, ours: Values | None, fate: Fate, *, merged: Values | None = None, why: str = ""
) -> Difference:
    return Difference(row.row, row.key, fate, row.base, ours, row.values, merged=merged, why=why)
