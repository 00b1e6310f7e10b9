"""Every SKU the workspace knows of, one row each, kept current by whoever changes what a row is made of.

A SKU is known by a listing, a mapping or an order that waits for one. Its base row has no marketplace;
a mapping for one marketplace alone has a row of its own. The base row is left out where such rows cover
every listing and nothing waits.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from sqlite3 import Connection

from x3studio.domain.mappings import Judgement
from x3studio.domain.workbench import Key
from x3studio.store.rows import bound_list, inserted

_MANY = 200
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


def refresh(conn: Connection, skus: Collection[str]) -> None:
    """Brings the rows of these SKUs up to date; unchanged rows are not touched."""
    for sku in skus:
        if sku:
            _refresh(conn, sku)


def follow(conn: Connection, keys: Sequence[Key]) -> None:
    """Brings the rows of these pairs up to date after decisions on them; many at a time in one statement.

    Only a decision for everywhere on a SKU that has just its base row can be followed that way: any other
    may make rows appear or vanish.
    """
    if len(keys) < _MANY:
        refresh(conn, {key.code for key in keys})
        return
    some = bound_list({key.code for key in keys})
    among = "sku IN (SELECT value FROM json_each(?))"
    special = {
        sku for (sku,) in conn.execute(f"SELECT sku FROM skus WHERE {among} AND marketplace <> ''", (some,))
    }
    special |= {key.code for key in keys if key.marketplace}
    listed = {
        sku
        for (sku,) in conn.execute(
            f"SELECT sku FROM skus WHERE {among} AND marketplace = '' AND (marketplaces <> '[]' OR waiting)",
            (some,),
        )
    }
    plain = [key.code for key in keys if key.code in listed and key.code not in special]
    refresh(conn, {key.code for key in keys} - set(plain))
    conn.execute(
        "UPDATE skus SET itmref = p.itmref, at = p.at, state = p.state FROM (SELECT value AS sku,"
        " COALESCE(i.itmref, '') AS itmref, i.at AS at, CASE i.judgement WHEN 'accepted' THEN 'mapped'"
        " WHEN 'rejected' THEN 'rejected' ELSE 'unmapped' END AS state FROM json_each(?)"
        " LEFT JOIN item_pairs AS i ON i.sku = value AND i.marketplace = '') AS p"
        " WHERE skus.sku = p.sku AND skus.marketplace = ''",
        (bound_list(plain),),
    )


def _refresh(conn: Connection, sku: str) -> None:
    wanted = {row.marketplace: row for row in _wanted(conn, sku)}
    found = conn.execute(f"SELECT id, {_COLUMNS} FROM skus WHERE sku = ?", (sku,))
    standing = {row.marketplace: (id, row) for id, row in ((id, _Row(*values)) for id, *values in found)}
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


def _wanted(conn: Connection, sku: str) -> list[_Row]:
    listings = conn.execute(
        "SELECT marketplace, title, asin, fulfilled_by_amazon FROM listings WHERE sku = ?"
        " ORDER BY marketplace",
        (sku,),
    ).fetchall()
    pairs = {
        marketplace: (judgement, itmref, at)
        for marketplace, judgement, itmref, at in conn.execute(
            "SELECT marketplace, judgement, itmref, at FROM item_pairs WHERE sku = ?", (sku,)
        )
    }
    (waiting,) = conn.execute(
        "SELECT COUNT(*) FROM cases WHERE subject = ? AND cause = 'mapping' AND state <> 'resolved'"
        " AND kind IN ('', 'items')",
        (sku,),
    ).fetchone()
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
