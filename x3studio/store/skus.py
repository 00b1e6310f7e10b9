"""Every SKU the workspace knows of, one row each, kept current by whoever changes what a row is made of.

A SKU is known by a listing, a mapping or an order that waits for one. Its base row has no marketplace;
a mapping for one marketplace alone has a row of its own. The base row is left out where such rows cover
every listing and nothing waits.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from sqlite3 import Connection

from x3studio.domain.mappings import Judgement
from x3studio.store.rows import bound_list, inserted

_MANY = 200
_BATCH = 500
_STATES = {Judgement.ACCEPTED: "mapped", Judgement.REJECTED: "rejected"}
_COLUMNS = "marketplace, title, asin, channel, marketplaces, itmref, state, waiting, at"


@dataclass(frozen=True, slots=True)
class _Row:
    marketplace: str
    title: str = ""
    asin: str = ""
    channel: str = ""
    marketplaces: str = "[]"
    itmref: str = ""
    state: str = "unmapped"
    waiting: int = 0
    at: int | None = None

    def values(self) -> tuple[str | int | None, ...]:
        return (
            self.marketplace,
            self.title,
            self.asin,
            self.channel,
            self.marketplaces,
            self.itmref,
            self.state,
            self.waiting,
            self.at,
        )


@dataclass(slots=True)
class _Known:
    """What one SKU's rows are made of, and those that stand."""

    listings: list[tuple[str, str, str, int]] = field(default_factory=list)
    pairs: dict[str, tuple[str, str, int]] = field(default_factory=dict)
    waiting: int = 0
    standing: dict[str, tuple[int, _Row]] = field(default_factory=dict)


def refresh(conn: Connection, skus: Collection[str]) -> None:
    """Brings the rows of these SKUs up to date; unchanged rows are not touched."""
    rest = iter(sorted(sku for sku in skus if sku))
    while batch := list(islice(rest, _BATCH)):
        for sku, known in _gather(conn, batch).items():
            _refresh(conn, sku, known)


def _gather(conn: Connection, skus: Sequence[str]) -> dict[str, _Known]:
    """Four questions for all of them: asked for one at a time they cost more than the answers."""
    found = {sku: _Known() for sku in skus}
    some, among = (bound_list(skus),), "IN (SELECT value FROM json_each(?))"
    for sku, *listing in conn.execute(
        "SELECT sku, marketplace, title, asin, fulfilled_by_amazon FROM listings"
        f" WHERE sku {among} ORDER BY sku, marketplace",
        some,
    ):
        found[sku].listings.append((listing[0], listing[1], listing[2], listing[3]))
    for sku, marketplace, judgement, itmref, at in conn.execute(
        f"SELECT sku, marketplace, judgement, itmref, at FROM item_pairs WHERE sku {among}", some
    ):
        found[sku].pairs[marketplace] = (judgement, itmref, at)
    for sku, waiting in conn.execute(
        f"SELECT subject, COUNT(*) FROM cases WHERE subject {among} AND cause = 'mapping'"
        " AND state <> 'resolved' AND kind IN ('', 'items') GROUP BY subject",
        some,
    ):
        found[sku].waiting = waiting
    for id, sku, *values in conn.execute(f"SELECT id, sku, {_COLUMNS} FROM skus WHERE sku {among}", some):
        row = _Row(*values)
        found[sku].standing[row.marketplace] = (id, row)
    return found


def follow(conn: Connection, skus: Collection[str], *, special: Collection[str] = ()) -> None:
    """Brings the rows of these SKUs up to date after decisions on them; many at a time in one statement.

    Only a decision for everywhere on a SKU that has just its base row can be followed that way: any other
    may make rows appear or vanish. `special` are SKUs decided for one marketplace alone.
    """
    every = {*skus, *special}
    if len(every) < _MANY:
        refresh(conn, every)
        return
    found = conn.execute(
        "SELECT sku FROM skus WHERE sku IN (SELECT value FROM json_each(?)) GROUP BY sku"
        " HAVING COUNT(*) = 1 AND marketplace = '' AND (marketplaces <> '[]' OR waiting)",
        (bound_list(every),),
    )
    plain = {sku for (sku,) in found}.difference(special)
    refresh(conn, every - plain)
    conn.execute(
        "UPDATE skus SET itmref = p.itmref, at = p.at, state = p.state FROM (SELECT value AS sku,"
        " COALESCE(i.itmref, '') AS itmref, i.at AS at, CASE i.judgement WHEN 'accepted' THEN 'mapped'"
        " WHEN 'rejected' THEN 'rejected' ELSE 'unmapped' END AS state FROM json_each(?)"
        " LEFT JOIN item_pairs AS i ON i.sku = value AND i.marketplace = '') AS p"
        " WHERE skus.sku = p.sku AND skus.marketplace = ''",
        (bound_list(sorted(plain)),),
    )


def _refresh(conn: Connection, sku: str, known: _Known) -> None:
    wanted = {row.marketplace: row for row in _wanted(known)}
    standing = known.standing
    for marketplace in standing.keys() - wanted.keys():
        id, _ = standing[marketplace]
        conn.execute("DELETE FROM skus WHERE id = ?", (id,))
        conn.execute("DELETE FROM sku_parts WHERE rowid = ?", (id,))
    for marketplace, row in wanted.items():
        if marketplace not in standing:
            _insert(conn, sku, row)
        elif standing[marketplace][1] != row:
            _update(conn, sku, *standing[marketplace], row)


def _insert(conn: Connection, sku: str, row: _Row) -> None:
    cursor = conn.execute(
        f"INSERT INTO skus (sku, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (sku, *row.values()),
    )
    _index(conn, inserted(cursor), sku, row)


def _update(conn: Connection, sku: str, id: int, old: _Row, row: _Row) -> None:
    conn.execute(
        "UPDATE skus SET marketplace = ?, title = ?, asin = ?, channel = ?, marketplaces = ?, itmref = ?,"
        " state = ?, waiting = ?, at = ? WHERE id = ?",
        (*row.values(), id),
    )
    if (old.title, old.asin) != (row.title, row.asin):
        _index(conn, id, sku, row)


def _index(conn: Connection, id: int, sku: str, row: _Row) -> None:
    conn.execute(
        "INSERT OR REPLACE INTO sku_parts (rowid, parts) VALUES (?, ?)", (id, f"{sku} {row.asin} {row.title}")
    )


def _wanted(known: _Known) -> list[_Row]:
    listings, pairs, waiting = known.listings, known.pairs, known.waiting
    if not listings and not pairs and not waiting:
        return []
    special = pairs.keys() - {""}
    uncovered = {listing[0] for listing in listings} - special
    everywhere = "" in pairs or waiting or uncovered or not special
    rows = []
    for marketplace in (*sorted(special), *([""] if everywhere else [])):
        row = _listed(marketplace, [it for it in listings if marketplace in ("", it[0])])
        if marketplace in pairs:
            judgement, itmref, at = pairs[marketplace]
            row = replace(row, state=_STATES[Judgement(judgement)], itmref=itmref, at=at)
        rows.append(replace(row, waiting=waiting))
    return rows


def _listed(marketplace: str, listings: list[tuple[str, str, str, int]]) -> _Row:
    if not listings:
        return _Row(marketplace)
    _, title, asin, _ = listings[0]
    return _Row(
        marketplace,
        title=title,
        asin=asin,
        channel="/".join(sorted({"FBA" if by_amazon else "FBM" for *_, by_amazon in listings})),
        marketplaces=json.dumps([listing[0] for listing in listings]),
    )
