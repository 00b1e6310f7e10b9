"""Small tables that several tests match."""

from collections.abc import Mapping, Sequence

from x3studio.matching import Comparison, Kind, Suggestions, Table, compare, suggest


def table(columns: Mapping[str, Sequence[str]]) -> Table:
    """A table whose keys are in the column id, numbered when not given."""
    count = len(next(iter(columns.values())))
    return Table.of("table", {"id": [str(place) for place in range(count)], **columns}, id_column="id")


def compared(
    source: Mapping[str, Sequence[str]], target: Mapping[str, Sequence[str]], *, kind: Kind = Kind.ITEMS
) -> Comparison:
    """Both sides looked up, roles guessed."""
    return compare(table(source), table(target), kind=kind)


def matched(
    source: Mapping[str, Sequence[str]], target: Mapping[str, Sequence[str]], *, kind: Kind = Kind.ITEMS
) -> Suggestions:
    """Suggestions without any decision."""
    return suggest(compared(source, target, kind=kind))


def first(found: Suggestions, row: int = 0) -> int:
    """The place of the best suggestion of a source row."""
    return found.places(row)[0]
