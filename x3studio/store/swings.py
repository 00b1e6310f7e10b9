"""Takes thousands of decisions back, or brings them back, in a few statements instead of one each."""

from collections.abc import Sequence
from sqlite3 import Connection

from x3studio.store import skus
from x3studio.store.rows import bound_list

_SWINGS = "CREATE TEMP TABLE IF NOT EXISTS swings (decision INTEGER PRIMARY KEY, stands INTEGER NOT NULL)"
_FIND = (
    "INSERT INTO swings SELECT chosen, CASE count % 2 WHEN 0 THEN first ELSE 0 END FROM"
    " (SELECT k.id AS chosen,"
    " COUNT(*) AS count, MIN(d.id) AS first, MAX(d.id) AS last, SUM(d.reverts IS NULL) AS roots,"
    " SUM(d.reverts IS NULL AND d.judgement = 'withdrawn') AS empty,"
    " TOTAL(d.reverts) AS reverted, TOTAL(d.id) AS all_ids FROM json_each(?) AS j"
    " CROSS JOIN decisions AS k ON k.id = j.value CROSS JOIN decisions AS d ON d.sku = k.sku"
    " AND d.side = k.side AND d.marketplace = k.marketplace AND d.channel = k.channel"
    " AND d.vat_number = k.vat_number WHERE k.side = 'item' AND k.marketplace = '' GROUP BY k.id)"
    " WHERE chosen = last AND roots = 1 AND empty = 0 AND reverted = all_ids - last"
)
_DECIDE = (
    "INSERT INTO decisions (at, who, judgement, side, sku, marketplace, channel, vat_number, pair, batch,"
    " reverts, step, rule) SELECT ?, ?, COALESCE(r.judgement, 'withdrawn'), d.side, d.sku, d.marketplace,"
    " d.channel, d.vat_number, COALESCE(r.pair, d.pair), ?, d.id, ?, COALESCE(r.rule, '') FROM swings AS s"
    " CROSS JOIN decisions AS d ON d.id = s.decision LEFT JOIN decisions AS r ON r.id = s.stands"
    " ORDER BY s.decision"
)
_FALL = (
    "DELETE FROM item_pairs WHERE marketplace = '' AND sku IN (SELECT d.sku FROM swings AS s"
    " CROSS JOIN decisions AS d ON d.id = s.decision WHERE s.stands = 0)"
)
_STAND = (
    "INSERT OR REPLACE INTO item_pairs (sku, marketplace, judgement, itmref, pack_factor, components, note,"
    " who, at, decision, rule) SELECT r.sku, r.marketplace, r.judgement, r.pair ->> 'itmref',"
    " r.pair ->> 'pack_factor', r.pair ->> 'components', COALESCE(r.pair ->> 'note', ''), ?, ?, r.id, r.rule"
    " FROM swings AS s CROSS JOIN decisions AS r ON r.id = s.stands"
)


def swing(
    conn: Connection, ids: Sequence[int], *, step: int, who: str, at: int, batch: str
) -> tuple[range, list[int]]:
    """Takes those decisions on items back that end a chain in which each took back the one before it.

    With an even number of links the first decision stands again, else nothing does. Returns the decisions
    written, and those of `ids` that are no such end.
    """
    conn.execute(_SWINGS)
    conn.execute("DELETE FROM swings")
    conn.execute(_FIND, (bound_list(ids),))
    known = {id for (id,) in conn.execute("SELECT decision FROM swings")}
    rest = [id for id in ids if id not in known]
    cursor = conn.execute(_DECIDE, (at, who, batch, step))
    (last,) = conn.execute("SELECT seq FROM sqlite_sequence WHERE name = 'decisions'").fetchone()
    conn.execute(_FALL)
    conn.execute(_STAND, (who, at))
    found = conn.execute("SELECT d.sku FROM swings AS s CROSS JOIN decisions AS d ON d.id = s.decision")
    skus.follow(conn, [sku for (sku,) in found])
    return range(last + 1 - cursor.rowcount, last + 1), rest
