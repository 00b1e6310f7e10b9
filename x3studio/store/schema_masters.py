"""How the tables of masters grew: sites, stock, bills, addresses, codes, sales, and fetches that go on."""

from x3studio.store.schema_monitor import STEPS
from x3studio.store.sqlite import Database

__all__ = ["STEPS"]

_ITEMS = (
    *("more TEXT NOT NULL DEFAULT ''", "search_key TEXT NOT NULL DEFAULT ''"),
    *("successor TEXT NOT NULL DEFAULT ''", "by_lot INTEGER NOT NULL DEFAULT 0"),
    *("by_serial INTEGER NOT NULL DEFAULT 0", "by_expiry INTEGER NOT NULL DEFAULT 0"),
    *("keeps_stock INTEGER NOT NULL DEFAULT 1", "starts TEXT", "ends TEXT"),
    *("weight_unit TEXT NOT NULL DEFAULT ''", "packings TEXT NOT NULL DEFAULT '[]'"),
)
_CUSTOMERS = (
    *("street TEXT NOT NULL DEFAULT ''", "category TEXT NOT NULL DEFAULT ''"),
    *("language TEXT NOT NULL DEFAULT ''", "registration TEXT NOT NULL DEFAULT ''"),
    *("pays TEXT NOT NULL DEFAULT ''", "on_hold INTEGER NOT NULL DEFAULT 0"),
    "prices_with_tax INTEGER NOT NULL DEFAULT 0",
)
_LISTINGS = (
    *("parent TEXT NOT NULL DEFAULT ''", "children INTEGER NOT NULL DEFAULT 0"),
    *("theme TEXT NOT NULL DEFAULT ''", "size TEXT NOT NULL DEFAULT ''"),
    *("colour TEXT NOT NULL DEFAULT ''", "pack INTEGER", "image TEXT NOT NULL DEFAULT ''"),
    *("manufacturer TEXT NOT NULL DEFAULT ''", "model TEXT NOT NULL DEFAULT ''"),
    *("product_type TEXT NOT NULL DEFAULT ''", "condition TEXT NOT NULL DEFAULT ''"),
    *("opened INTEGER", "looked_up INTEGER"),
)
_SOURCE = "source TEXT NOT NULL DEFAULT ''"


@STEPS()
def wide_masters(db: Database) -> None:
    """What the rules of the workbench need to know of items, customers and listings."""
    for table, columns in (("items", _ITEMS), ("customers", _CUSTOMERS), ("listings", _LISTINGS)):
        for column in (*columns, _SOURCE):
            db.conn.execute(f"ALTER TABLE {table} ADD COLUMN {column}")


@STEPS()
def around_masters(db: Database) -> None:
    """What belongs to items and customers; each item's sites and stock are also kept in one row."""
    for statement in (
        f"CREATE TABLE item_sites (itmref TEXT NOT NULL, site TEXT NOT NULL, safety_stock TEXT NOT NULL,"
        f" modified INTEGER, {_SOURCE}, PRIMARY KEY (itmref, site)) STRICT, WITHOUT ROWID",
        f"CREATE TABLE stock (itmref TEXT NOT NULL, site TEXT NOT NULL, physical TEXT NOT NULL,"
        " controlled TEXT NOT NULL, rejected TEXT NOT NULL, allocated TEXT NOT NULL,"
        " globally_allocated TEXT NOT NULL, ordered TEXT NOT NULL, promised TEXT NOT NULL,"
        f" average_cost TEXT, modified INTEGER, {_SOURCE}, PRIMARY KEY (itmref, site)) STRICT, WITHOUT ROWID",
        f"CREATE TABLE bills (itmref TEXT NOT NULL PRIMARY KEY, components TEXT NOT NULL, modified INTEGER,"
        f" {_SOURCE}) STRICT, WITHOUT ROWID",
        f"CREATE TABLE addresses (bpcnum TEXT NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL,"
        " street TEXT NOT NULL, postcode TEXT NOT NULL, city TEXT NOT NULL, region TEXT NOT NULL,"
        f" country TEXT NOT NULL, is_main INTEGER NOT NULL, modified INTEGER, {_SOURCE},"
        " PRIMARY KEY (bpcnum, code)) STRICT, WITHOUT ROWID",
        f"CREATE TABLE codes (kind TEXT NOT NULL, code TEXT NOT NULL, title TEXT NOT NULL,"
        f" facts TEXT NOT NULL, {_SOURCE}, PRIMARY KEY (kind, code)) STRICT, WITHOUT ROWID",
        "CREATE TABLE item_places (itmref TEXT NOT NULL PRIMARY KEY, sites TEXT NOT NULL,"
        " physical TEXT NOT NULL, available TEXT NOT NULL) STRICT, WITHOUT ROWID",
    ):
        db.conn.execute(statement)


@STEPS()
def sales(db: Database) -> None:
    """Sales by SKU and day, revenue in millionths; and their sums over the last 90 days."""
    columns = (
        "currency TEXT NOT NULL, units INTEGER NOT NULL, lines INTEGER NOT NULL, revenue INTEGER NOT NULL"
    )
    db.conn.execute(
        f"CREATE TABLE sales (marketplace TEXT NOT NULL, day INTEGER NOT NULL, sku TEXT NOT NULL, {columns},"
        " PRIMARY KEY (marketplace, day, sku, currency)) STRICT, WITHOUT ROWID"
    )
    db.conn.execute(
        f"CREATE TABLE sales_sums (sku TEXT NOT NULL, marketplace TEXT NOT NULL, {columns},"
        " PRIMARY KEY (sku, marketplace, currency)) STRICT, WITHOUT ROWID"
    )


@STEPS()
def fetches(db: Database) -> None:
    """Fetches that have not ended, what they have seen, and what each source last said of a kind."""
    for statement in (
        "CREATE TABLE fetches (kind TEXT NOT NULL, source TEXT NOT NULL, began INTEGER NOT NULL,"
        " since INTEGER, whole INTEGER NOT NULL, cursor TEXT NOT NULL, rows INTEGER NOT NULL,"
        " PRIMARY KEY (kind, source)) STRICT, WITHOUT ROWID",
        "CREATE TABLE fetched_keys (kind TEXT NOT NULL, source TEXT NOT NULL, key TEXT NOT NULL,"
        " PRIMARY KEY (kind, source, key)) STRICT, WITHOUT ROWID",
        "CREATE TABLE master_states (kind TEXT NOT NULL, source TEXT NOT NULL, state TEXT NOT NULL,"
        " said TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (kind, source)) STRICT, WITHOUT ROWID",
    ):
        db.conn.execute(statement)


@STEPS()
def listing_parents(db: Database) -> None:
    """The Listings API names a family's head by SKU; its ASIN is put beside it once the head is known."""
    db.conn.execute("ALTER TABLE listings ADD COLUMN parent_sku TEXT NOT NULL DEFAULT ''")
    db.conn.execute("CREATE INDEX listings_by_parent ON listings (parent_sku) WHERE parent_sku <> ''")
    db.conn.execute("CREATE INDEX listings_by_asin ON listings (asin)")


@STEPS()
def listing_weights(db: Database) -> None:
    """What one packed offer weighs, in kilograms; and when a SKU last sold is found by its sales."""
    db.conn.execute("ALTER TABLE listings ADD COLUMN weight TEXT")
    db.conn.execute("CREATE INDEX sales_by_sku ON sales (sku, marketplace, day)")
