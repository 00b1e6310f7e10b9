"""Two settlements side by side: every kind of amount, the largest change first."""

from decimal import Decimal

from x3studio.domain.chain import Entry
from x3studio.domain.settlements import UNMAPPED, Proof, Triple
from x3studio.domain.sheets import Compared, Comparison

_ZERO = Decimal(0)


def compare(first: tuple[Entry, Proof], second: tuple[Entry, Proof]) -> Comparison:
    """Both settlements by kind of amount; what only one of them has stands against zero."""
    sides = [_sums(proof) for _, proof in (first, second)]
    titles: dict[Triple, tuple[str, str]] = {}
    for _, proof in (first, second):
        for triple, _ in proof.unmapped:
            titles.setdefault(triple, (UNMAPPED, "Not yet in any group"))
        for total in proof.groups:
            for triple, _ in total.triples:
                titles.setdefault(triple, (total.group.id, total.group.title))
    rows = [
        Compared(group, title, triple, *_amounts(sides, triple)) for triple, (group, title) in titles.items()
    ]
    return Comparison(first[0], second[0], tuple(sorted(rows, key=lambda row: -abs(row.change))))


def _sums(proof: Proof) -> dict[Triple, tuple[Decimal, int]]:
    found: dict[Triple, tuple[Decimal, int]] = {}
    for each in proof.amounts:
        amount, rows = found.get(each.triple, (_ZERO, 0))
        found[each.triple] = (amount + each.amount, rows + each.rows)
    return found


def _amounts(
    sides: list[dict[Triple, tuple[Decimal, int]]], triple: Triple
) -> tuple[Decimal, Decimal, int, int]:
    (first, first_rows), (second, second_rows) = (side.get(triple, (_ZERO, 0)) for side in sides)
    return first, second, first_rows, second_rows
