"""Everything that stands of one kind, refusals included, and who decided: what travels to others."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from sqlite3 import Connection

from x3studio.domain.mappings import CodePair, CustomerPair, ItemPair, Judgement, Pair
from x3studio.domain.workbench import Kind
from x3studio.store.pairs import parts_of
from x3studio.store.rows import moment


def judged(conn: Connection, kind: Kind) -> Iterator[tuple[Pair, Judgement]]:
    """What stands for each key of a kind, accepted or rejected, in the order of the keys."""
    if kind is Kind.ITEMS:
        return _items(conn)
    return _customers(conn) if kind is Kind.CUSTOMERS else _codes(conn, kind)


def _items(conn: Connection) -> Iterator[tuple[Pair, Judgement]]:
    for judgement, sku, itmref, factor, marketplace, components, note in conn.execute(
        "SELECT judgement, sku, itmref, pack_factor, marketplace, components, note FROM item_pairs"
        " ORDER BY sku, marketplace"
    ):
        pair = ItemPair(sku, itmref, Decimal(factor), marketplace, parts_of(components), note)
        yield pair, Judgement(judgement)


def _customers(conn: Connection) -> Iterator[tuple[Pair, Judgement]]:
    for judgement, *cells in conn.execute(
        "SELECT judgement, bpcnum, marketplace, channel, vat_number, note FROM customer_pairs"
        " ORDER BY marketplace, channel, vat_number"
    ):
        yield CustomerPair(*cells), Judgement(judgement)


def _codes(conn: Connection, kind: Kind) -> Iterator[tuple[Pair, Judgement]]:
    for judgement, code, target, marketplace, channel, details, note in conn.execute(
        "SELECT judgement, code, target, marketplace, channel, details, note FROM code_pairs WHERE kind = ?"
        " ORDER BY code, marketplace, channel",
        (kind.value,),
    ):
        pair = CodePair(kind, code, target, marketplace, channel, tuple(json.loads(details).items()), note)
        yield pair, Judgement(judgement)


@dataclass(frozen=True, slots=True)
class Decider:
    """A person and the decisions they took; those that took others back are not counted."""

    who: str
    decisions: int
    rejected: int
    first: datetime
    last: datetime


def deciders(conn: Connection) -> list[Decider]:
    """Who decided how much, the busiest first."""
    rows = conn.execute(
        "SELECT who, COUNT(*), SUM(judgement = 'rejected'), MIN(at), MAX(at) FROM decisions"
        " WHERE reverts IS NULL GROUP BY who ORDER BY 2 DESC, who"
    )
    return [Decider(who, count, no, moment(first), moment(last)) for who, count, no, first, last in rows]
