"""The workbench's table: every known SKU with its mapping, filtered, sorted and paged by key."""

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from sqlite3 import Connection
from typing import Any

from x3studio.domain.mappings import Component
from x3studio.store.pairs import parts_of
from x3studio.store.rows import Page, moment_or_none
from x3studio.store.words import parts_query

# Each key ends in SKU and marketplace, so that it is unique, and has an index of just these columns.
_SORTS = {
    "sku": ("s.sku", "s.marketplace"),
    "title": ("s.title", "s.sku", "s.marketplace"),
    "itmref": ("s.itmref", "s.sku", "s.marketplace"),
    "waiting": ("-s.waiting", "s.sku", "s.marketplace"),
    "at": ("-COALESCE(s.at, 0)", "s.sku", "s.marketplace"),
}
_STATES = ("mapped", "unmapped", "rejected")
_COLUMNS = (
    "s.sku, s.marketplace, s.title, s.asin, s.channel, s.marketplaces, s.itmref, s.state, s.waiting, s.at,"
    " COALESCE(i.description, ''), p.pack_factor, p.components, p.note, p.who"
)
_JOINS = (
    " LEFT JOIN item_pairs AS p ON p.sku = s.sku AND p.marketplace = s.marketplace"
    " LEFT JOIN items AS i ON i.itmref = s.itmref"
)
# So many hits are still sorted at once; more than that are met soon enough on a walk in sorted order.
_FEW_HITS = 5_000


@dataclass(frozen=True, slots=True)
class MappingRow:
    """One known SKU: what Amazon calls it, what stands for it in X3, and how many orders wait for it.

    `marketplace` is the mapping's ("" means everywhere), `marketplaces` are those that list it;
    `description` is the X3 item's; `state` is mapped, unmapped or rejected; `who` and `at` tell who
    decided and when.
    """

    sku: str
    marketplace: str
    title: str
    asin: str
    channel: str
    marketplaces: tuple[str, ...]
    itmref: str
    description: str
    pack_factor: Decimal
    components: tuple[Component, ...]
    note: str
    state: str
    waiting: int
    who: str
    at: datetime | None


def workbench_page(
    conn: Connection, *, after: Any, limit: int, text: str, only: str | None, sort: str
) -> Page[MappingRow]:
    """One page; `after` is the cursor of the page before."""
    if sort not in _SORTS or only not in (None, *_STATES):
        raise ValueError(f"The mappings cannot be sorted by {sort} or limited to {only}.")
    key = ", ".join(_SORTS[sort])
    source, terms, values = _narrowed(conn, text)
    if only is not None:
        terms.append("s.state = ?")
        values.append(only)
    if after is not None:
        terms.append(f"({key}) > ({', '.join('?' for _ in _SORTS[sort])})")
        values.extend(after)
    rows = conn.execute(
        f"SELECT {_COLUMNS}, {key} FROM {source}{_JOINS} WHERE {' AND '.join(terms) or 'TRUE'}"
        f" ORDER BY {key} LIMIT ?",
        (*values, limit + 1),
    ).fetchall()
    width = len(rows[0]) - len(_SORTS[sort]) if rows else 0
    cursor = tuple(rows[limit - 1][width:]) if len(rows) > limit else None
    return Page(tuple(_row(row) for row in rows[:limit]), cursor)


def _narrowed(conn: Connection, text: str) -> tuple[str, list[str], list[Any]]:
    """Where to select from for a search text, with its terms and their values."""
    query, short = parts_query(text)
    terms = [
        "(s.sku || ' ' || s.asin || ' ' || s.title || ' ' || s.itmref) LIKE ? ESCAPE '\\'" for _ in short
    ]
    likes: list[Any] = [f"%{_unpatterned(part)}%" for part in short]
    if not query:
        return "skus AS s", terms, likes
    # An ITMREF is found by its start: it changes with every decision, too often for the index of parts.
    hits = (
        "SELECT rowid AS id FROM sku_parts WHERE sku_parts MATCH ?"
        " UNION SELECT id FROM skus WHERE itmref >= ? AND itmref < ?"
    )
    start = text.strip().upper()
    sought = [query, start, start + "\U0010ffff"]
    (count,) = conn.execute(f"SELECT COUNT(*) FROM ({hits} LIMIT ?)", (*sought, _FEW_HITS + 1)).fetchone()
    if count <= _FEW_HITS:
        return f"({hits}) AS hit CROSS JOIN skus AS s ON s.id = hit.id", terms, [*sought, *likes]
    return "skus AS s", [f"+s.id IN ({hits})", *terms], [*sought, *likes]


def _unpatterned(part: str) -> str:
    return part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _row(row: tuple[Any, ...]) -> MappingRow:
    return MappingRow(
        sku=row[0],
        marketplace=row[1],
        title=row[2],
        asin=row[3],
        channel=row[4],
        marketplaces=tuple(json.loads(row[5])),
        itmref=row[6],
        state=row[7],
        waiting=row[8],
        at=moment_or_none(row[9]),
        description=row[10],
        pack_factor=Decimal(row[11] or 1),
        components=parts_of(row[12] or "[]"),
        note=row[13] or "",
        who=row[14] or "",
    )
