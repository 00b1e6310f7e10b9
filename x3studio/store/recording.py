"""Writes decisions, one or fifty thousand: the event, what stands after it, and the row that shows it."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from sqlite3 import Connection
from typing import Any

from x3studio.domain.mappings import CodePair, CustomerPair, ItemPair, Judgement, Pair
from x3studio.domain.workbench import Key
from x3studio.store import skus, swings
from x3studio.store.pairs import CUSTOMER, ITEM, decision_of, key_of, pair_text, parts_text, standing_of
from x3studio.store.rows import bound_list

_MANY = 200
"""So many decisions are taken back in statements for all of them."""
_KEY = "side, sku, marketplace, channel, vat_number"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What all decisions of a step share; `at` in microseconds since 1970."""

    step: int
    who: str
    at: int
    rule: str = ""
    batch: str = ""


@dataclass(frozen=True, slots=True)
class _Event:
    """A decision about to be written, and what stands after it."""

    side: str
    key: Key
    judgement: Judgement
    text: str
    pair: Pair | None
    """None where nothing is left standing."""
    reverts: int | None = None
    standing: int | None = None
    """The decision that stands afterwards, None for this one; 0 for none."""
    rule: str = ""


def record(conn: Connection, entries: Iterable[tuple[Pair, Judgement]], stamp: Stamp) -> list[int]:
    """Writes decisions and lets them stand, in the caller's transaction; returns their numbers."""
    events = []
    for pair, judgement in entries:
        side, key = key_of(pair)
        events.append(_Event(side, key, judgement, pair_text(pair), pair, rule=stamp.rule))
    return _write(conn, events, stamp)


def take_back(conn: Connection, ids: Sequence[int], stamp: Stamp) -> list[int]:
    """Takes decisions back, each as a decision of its own; those that do not count any more are left alone.

    What stands afterwards is as if they had never been taken: later decisions keep standing, and taking
    back a decision that itself took one back brings that one back.
    """
    found: list[int] = []
    rest: Sequence[int] = ids
    if len(ids) >= _MANY:
        swung, rest = swings.swing(
            conn, sorted(set(ids)), step=stamp.step, who=stamp.who, at=stamp.at, batch=stamp.batch
        )
        found += swung
    return found + (_take_back(conn, rest, stamp) if rest else [])


def _take_back(conn: Connection, ids: Sequence[int], stamp: Stamp) -> list[int]:
    chosen = set(ids)
    events: list[_Event] = []
    for (side, *parts), group in groupby(_histories(conn, ids), key=lambda row: row[:5]):
        events += _reverts(side, Key(*parts), [row[5:] for row in group], chosen)
    return _write(conn, events, stamp)


def _histories(conn: Connection, ids: Sequence[int]) -> list[tuple[Any, ...]]:
    """Every decision on the keys of these decisions, key by key, oldest first."""
    columns = ", ".join(f"d.{name}" for name in _KEY.split(", "))
    return conn.execute(
        f"SELECT {columns}, d.id, d.reverts, d.judgement, d.pair, d.rule FROM (SELECT DISTINCT {_KEY}"
        " FROM decisions WHERE id IN (SELECT value FROM json_each(?))) AS k CROSS JOIN decisions AS d"
        " ON d.sku = k.sku AND d.side = k.side AND d.marketplace = k.marketplace"
        f" AND d.channel = k.channel AND d.vat_number = k.vat_number ORDER BY {columns}, d.id",
        (bound_list(ids),),
    ).fetchall()


def _reverts(side: str, key: Key, rows: list[tuple[Any, ...]], chosen: set[int]) -> list[_Event]:
    if len(rows) == 1:
        # The first decision on a record, as most of a bulk are: nothing is left.
        id, _, _, text, _ = rows[0]
        return [_Event(side, key, Judgement.WITHDRAWN, text, None, reverts=id, standing=0)]
    events = [row[:4] for row in rows]
    rules = {row[0]: row[4] for row in rows}
    texts = {row[0]: row[3] for row in rows}
    found = []
    placeholder = 2**62
    for id in sorted(chosen & rules.keys(), reverse=True):
        if id in standing_of(events).undone_by:
            continue
        placeholder += 1
        events.append((placeholder, id, "", ""))
        after = standing_of(events)
        text = after.pair or texts[id]
        found.append(
            _Event(
                side,
                key,
                after.judgement,
                text,
                None if after.judgement is Judgement.WITHDRAWN else decision_of(side, text),
                reverts=id,
                standing=after.id,
                rule=rules.get(after.id, ""),
            )
        )
    return found


def _write(conn: Connection, events: Sequence[_Event], stamp: Stamp) -> list[int]:
    first = _next_id(conn)
    ids = list(range(first, first + len(events)))
    conn.executemany(
        f"INSERT INTO decisions (id, at, who, judgement, {_KEY}, pair, batch, reverts, step, rule)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                *(id, stamp.at, stamp.who, event.judgement.value, event.side, *event.key, event.text),
                *(stamp.batch, event.reverts, stamp.step, event.rule),
            )
            for id, event in zip(ids, events, strict=True)
        ),
    )
    # Of several events on one key the last one says what stands.
    last = {
        (event.side, event.key): (event, id if event.standing is None else event.standing)
        for id, event in zip(ids, events, strict=True)
    }
    standing = list(last.values())
    _stand_items(conn, [each for each in standing if each[0].side == ITEM], stamp)
    _stand_customers(conn, [each for each in standing if each[0].side == CUSTOMER], stamp)
    _stand_codes(conn, [each for each in standing if each[0].side not in (ITEM, CUSTOMER)], stamp)
    return ids


def _next_id(conn: Connection) -> int:
    row = conn.execute("SELECT seq FROM sqlite_sequence WHERE name = 'decisions'").fetchone()
    return int(row[0]) + 1 if row else 1


def _stand_items(conn: Connection, events: Sequence[tuple[_Event, int]], stamp: Stamp) -> None:
    gone, rows = [], []
    for event, id in events:
        pair = event.pair
        if event.judgement is Judgement.WITHDRAWN:
            gone.append((event.key.code, event.key.marketplace))
        elif isinstance(pair, ItemPair):
            rows.append(
                (
                    *(pair.seller_sku, pair.marketplace, event.judgement.value, pair.itmref),
                    *(str(pair.pack_factor), parts_text(pair.components), pair.note, stamp.who, stamp.at),
                    *(id, event.rule),
                )
            )
    conn.executemany("DELETE FROM item_pairs WHERE sku = ? AND marketplace = ?", gone)
    conn.executemany(
        "INSERT OR REPLACE INTO item_pairs (sku, marketplace, judgement, itmref, pack_factor, components,"
        " note, who, at, decision, rule) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
    decided = [event.key for event, _ in events]
    skus.follow(conn, {key.code for key in decided}, special={key.code for key in decided if key.marketplace})


def _stand_customers(conn: Connection, events: Sequence[tuple[_Event, int]], stamp: Stamp) -> None:
    for event, id in events:
        pair = event.pair
        key = event.key[1:]
        if event.judgement is Judgement.WITHDRAWN:
            conn.execute(
                "DELETE FROM customer_pairs WHERE marketplace = ? AND channel = ? AND vat_number = ?", key
            )
        elif isinstance(pair, CustomerPair):
            conn.execute(
                "INSERT OR REPLACE INTO customer_pairs (marketplace, channel, vat_number, judgement, bpcnum,"
                " note, who, at, decision, rule) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(*key, event.judgement.value, pair.bpcnum, pair.note),
                    *(stamp.who, stamp.at, id, event.rule),
                ),
            )


def _stand_codes(conn: Connection, events: Sequence[tuple[_Event, int]], stamp: Stamp) -> None:
    for event, id in events:
        pair = event.pair
        key = (event.side, *event.key[:3])
        if event.judgement is Judgement.WITHDRAWN:
            conn.execute(
                "DELETE FROM code_pairs WHERE kind = ? AND code = ? AND marketplace = ? AND channel = ?", key
            )
        elif isinstance(pair, CodePair):
            conn.execute(
                "INSERT OR REPLACE INTO code_pairs (kind, code, marketplace, channel, judgement, target,"
                " details, note, who, at, decision, rule) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(*key, event.judgement.value, pair.target, details_text(pair), pair.note),
                    *(stamp.who, stamp.at, id, event.rule),
                ),
            )


def details_text(pair: CodePair) -> str:
    """A code pair's further values as JSON."""
    return json.dumps(dict(pair.details), ensure_ascii=False)
