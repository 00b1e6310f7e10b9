"""What thousands of decisions left standing, read with as little as can be, and taken over into a deck."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

from x3studio.domain.workbench import Key
from x3studio.store import Tables
from x3studio.store.pairs import key_read
from x3studio.workbench import Deck
from x3studio.workbench.columns import Columns
from x3studio.workbench.crosschecks import CROSS
from x3studio.workspace.workbench.items import ANSWERED, columns_of, decided_state


@dataclass(frozen=True, slots=True)
class Outcome:
    """`confirmed` are (row, state, pack, who, at, waiting) of decisions for what the row shows already."""

    confirmed: list[tuple[int, int, str, str, int, int]]
    others: Columns


def read(tables: Tables, deck: Deck, skus: Set[str], waiting: Mapping[str, int]) -> Outcome | None:
    """What stands now for these SKUs; None where one is new to the deck or is mapped by marketplace."""
    # In one order from here on: what lies together is found together.
    rows = {sku: deck.row_of(Key(sku)) for sku in sorted(skus)}
    if min(rows.values(), default=0) < 0 or not skus.isdisjoint(deck.codes[row] for row in deck.special_rows):
        return None
    pairs, marks = tables.boards.outcome(list(rows))
    marked = {key_read(key).code for key, *_ in marks}
    found = dict(zip(*tables.boards.standing([pair[8] for pair in pairs]), strict=True))
    confirmed, differing = [], []
    for pair in pairs:
        sku, where, judgement, target, factor, kit, who, at, decision, rule = pair
        if where:
            return None
        row = rows[sku]
        flags = int(deck.own_conflicts[row])
        same_flags = found.get(decision, flags) & ~CROSS == flags
        if sku in marked or not same_flags or not _confirms(deck, row, target, factor):
            differing.append(pair)
            continue
        state = decided_state(judgement, bool(kit), bool(rule), False)
        confirmed.append((row, state, "kit" if kit else factor, who, at, waiting.get(sku, 0)))
    same = {row for row, *_ in confirmed}
    known = [
        (sku, "", "", "", deck.channels[row], "[]", waiting.get(sku, 0))
        for sku, row in rows.items()
        if row not in same
    ]
    return Outcome(confirmed, _columns(tables, deck, known, differing, marks))


def _confirms(deck: Deck, row: int, target: str, factor: str) -> bool:
    """Whether a decision says what an open row shows, and answers no conflict by it."""
    return (
        not deck.at[row]
        and deck.targets[row] == target
        and (factor == "1" or not int(deck.own_conflicts[row]) & ANSWERED)
    )


def _columns(
    tables: Tables,
    deck: Deck,
    known: list[tuple[Any, ...]],
    pairs: list[tuple[Any, ...]],
    marks: list[tuple[Any, ...]],
) -> Columns:
    """What a search found counts again where no decision stands, or one for something else."""
    board = tables.boards.left_standing(known, pairs, marks)
    return columns_of(board, currency=deck.currency, estimate=False)


def take_over(deck: Deck, found: Outcome) -> list[int]:
    """Brings the deck up to date; returns the rows."""
    changed = []
    if found.confirmed:
        rows, states, packs, who, at, waiting = map(list, zip(*found.confirmed, strict=True))
        changed += deck.confirmed(rows, states=states, packs=packs, who=who, at=at, waiting=waiting)
    if len(found.others.codes):
        changed += deck.outcome(found.others)
    return changed
