"""Decisions as rows of plain CSV and Excel files, of one kind or of several."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from x3studio.domain.mappings import Judgement, Pair
from x3studio.domain.workbench import Kind
from x3studio.store.pairs import key_of
from x3studio.workbench.merge import Returned
from x3studio.workbench.sheets import decision_of, form_of, key_cells, tidy, value_cells
from x3studio.workspace import tables

_NEEDED = ("seller_sku", "bpcnum", "target")


def read(path: Path, *, kind: Kind) -> dict[Kind, list[Returned]]:
    """The rows of a file by kind. A column `kind` decides for each row; without one, `kind` does.

    A row that cannot be read says so in its `fault`. Raises SettingFault for a file that is no table of
    decisions.
    """
    found: dict[Kind, list[Returned]] = {}
    for number, row in enumerate(tables.read(path, needed=_NEEDED), start=2):
        if not any(row.values()):
            continue
        named = row.get("kind", "")
        try:
            own = Kind(named) if named else kind
        except ValueError:
            fault = f"Row {number}: the kind {named!r} is none that is mapped"
            found.setdefault(kind, []).append(Returned(number, (), (), fault=fault))
        else:
            found.setdefault(own, []).append(_returned(row, number, kind=own))
    return found


def write(path: Path, entries: Iterable[tuple[Pair, Judgement]], *, kind: Kind) -> int:
    """Writes decisions, all or nothing; returns how many. Raises SettingFault where it cannot."""
    form = form_of(kind)
    columns = ("kind", *form.key, *form.values)
    rows = (
        (kind.value, *key_cells(key_of(pair)[1], kind=kind), *value_cells(pair, judgement))
        for pair, judgement in entries
    )
    return tables.write(path, columns, rows)


def decisions_in(path: Path, *, kind: Kind) -> list[tuple[Pair, Judgement]]:
    """What the readable rows of a file decide."""
    return [
        decision_of(row.key, row.values, kind=own)
        for own, rows in read(path, kind=kind).items()
        for row in rows
        if not row.fault
    ]


def _returned(row: Mapping[str, str], number: int, *, kind: Kind) -> Returned:
    form = form_of(kind)
    key = tuple(row.get(name, "").strip() for name in form.key)
    try:
        if form.key[0] in ("seller_sku", "code") and not key[0]:
            raise ValueError(f"{form.key[0]} is missing")
        values = tidy(row, kind=kind)
        if not values[0]:
            raise ValueError(f"{form.values[1]} is missing")
    except ValueError as fault:
        raw = tuple(row.get(name, "") for name in form.values)
        return Returned(number, key, raw, fault=f"Row {number}: {fault}")
    return Returned(number, key, values)
