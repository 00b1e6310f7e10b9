"""The variation family of a record, read when somebody asks for it."""

from decimal import Decimal

import numpy as np

from x3studio.domain.workbench import Key, Kind, Mark, RecordState
from x3studio.store import Tables
from x3studio.workbench import Deck
from x3studio.workbench.families import MOST, Family, FamilyMember, Tie, likened, references, with_likened


def family_of(tables: Tables, deck: Deck, key: Key) -> Family | None:
    """By a tag, else by Amazon's parent, else by how the SKUs begin; None where nothing holds it."""
    found = _tagged(tables, deck, key) or _of_amazon(tables, deck, key) or _alike(tables, deck, key)
    if found is None:
        return None
    siblings = {one.key.code: one.target for one in found.children if one.target}
    wanted = {
        target for one in found.children if not one.target for target in likened(one.key.code, siblings)
    }
    items = tables.masters.items_by_ref(wanted) if wanted else {}
    return with_likened(found, {ref: item.description for ref, item in items.items() if item.sellable})


def _of_amazon(tables: Tables, deck: Deck, key: Key) -> Family | None:
    listing = next(iter(tables.masters.listings_by_sku([key.code]).get(key.code, ())), None)
    if listing is None or not listing.family:
        return None
    members = tuple(
        _member(deck, Key(sku), title, size, colour, is_parent=bool(heads))
        for sku, title, size, colour, heads in tables.boards.family(listing.family)
    )
    head = next((one.key.code for one in members if one.is_parent), listing.family)
    return Family(Tie.VARIATION, head, members)


def _tagged(tables: Tables, deck: Deck, key: Key) -> Family | None:
    row = deck.row_of(key)
    tied = any(said.mark is Mark.LINK for said in tables.marks.of(Kind.ITEMS, [key]))
    if row < 0 or not tied:
        return None
    codes = deck.families.codes
    rows = np.flatnonzero(codes == codes[row])[:MOST]
    return Family(Tie.TAG, deck.families[row], _of_rows(deck, rows.tolist()))


def _alike(tables: Tables, deck: Deck, key: Key) -> Family | None:
    """The longest beginning that another SKU outside of every other family has as well."""
    for reference in references(key.code):
        skus = tables.boards.beginning_with(reference, limit=MOST + 1)
        rows = [row for row in map(deck.row_of, map(Key, skus)) if row >= 0 and not deck.families[row]]
        if len(skus) > MOST:
            return None
        if len(rows) > 1:
            return Family(Tie.REFERENCE, reference, _of_rows(deck, rows))
    return None


def _of_rows(deck: Deck, rows: list[int]) -> tuple[FamilyMember, ...]:
    return tuple(_member(deck, deck.key(row), deck.titles[row], "", "") for row in rows)


def _member(
    deck: Deck, key: Key, title: str, size: str, colour: str, *, is_parent: bool = False
) -> FamilyMember:
    row = deck.row_of(key)
    if row < 0:
        return FamilyMember(key, title, size, colour, is_parent=is_parent)
    state, pack = deck.state(row), deck.packs[row]
    kit = state is RecordState.KIT
    return FamilyMember(
        key=key,
        title=title,
        size=size,
        colour=colour,
        target="" if kit else deck.targets[row],
        target_title="" if kit else deck.target_titles[row],
        pack=Decimal(pack) if pack and not kit else Decimal(1),
        state=state,
        conflicts=int(deck.conflicts[row]),
        is_parent=is_parent,
    )
