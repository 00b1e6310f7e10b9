"""Where orders went and where from: what decides their VAT and stands in no settlement."""

from x3studio.store.schema_standing import STEPS
from x3studio.store.sqlite import Database

__all__ = ["STEPS"]


@STEPS()
def order_places(db: Database) -> None:
    """Countries by order, as a VAT report or the order itself told them; no buyer can be told from them."""
    db.conn.execute(
        "CREATE TABLE order_places (order_id TEXT PRIMARY KEY, destination TEXT NOT NULL,"
        " ship_from TEXT NOT NULL) STRICT, WITHOUT ROWID"
    )
