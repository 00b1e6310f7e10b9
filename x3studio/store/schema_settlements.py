"""The tables of settlements: the archive, the decisions on accounts, and what was posted."""

from x3studio.store.schema_masters import STEPS
from x3studio.store.sqlite import Database

__all__ = ["STEPS"]


@STEPS()
def settlement_archive(db: Database) -> None:
    """Settlements as they were downloaded, in compressed pieces, and the reports Amazon announced."""
    for statement in (
        "CREATE TABLE settlements (id INTEGER PRIMARY KEY AUTOINCREMENT, seller TEXT NOT NULL,"
        " settlement_id TEXT NOT NULL, marketplace TEXT NOT NULL, currency TEXT NOT NULL,"
        " starts INTEGER, ends INTEGER, deposit INTEGER, total TEXT, lines INTEGER NOT NULL,"
        " state TEXT NOT NULL, why TEXT NOT NULL, blocking INTEGER NOT NULL, open INTEGER NOT NULL,"
        " parts INTEGER NOT NULL, kept TEXT NOT NULL, returned TEXT NOT NULL, returning_json TEXT NOT NULL,"
        " archived_at INTEGER NOT NULL, name TEXT NOT NULL, by_hand INTEGER NOT NULL, digest TEXT NOT NULL,"
        " problem TEXT NOT NULL, sheet BLOB, proven_at INTEGER, UNIQUE (seller, settlement_id)) STRICT",
        "CREATE INDEX settlements_by_chain ON settlements (seller, marketplace, currency, starts)",
        "CREATE INDEX settlements_by_digest ON settlements (digest)",
        "CREATE TABLE settlement_pieces (settlement INTEGER NOT NULL, place INTEGER NOT NULL,"
        " data BLOB NOT NULL, PRIMARY KEY (settlement, place)) STRICT, WITHOUT ROWID",
        "CREATE TABLE settlement_reports (report TEXT PRIMARY KEY, document TEXT NOT NULL,"
        " connection TEXT NOT NULL, created INTEGER NOT NULL, starts INTEGER, ends INTEGER,"
        " settlement INTEGER, seen_at INTEGER NOT NULL) STRICT",
    ):
        db.conn.execute(statement)


@STEPS()
def settlement_accounts(db: Database) -> None:
    """Which account a group is posted to, which group an amount belongs to; each with its history."""
    for statement in (
        "CREATE TABLE account_rules (grp TEXT NOT NULL, marketplace TEXT NOT NULL, channel TEXT NOT NULL,"
        " line TEXT NOT NULL, account TEXT NOT NULL, tax_code TEXT NOT NULL, dimensions TEXT NOT NULL,"
        " who TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (grp, marketplace, channel, line)) STRICT",
        "CREATE TABLE account_events (id INTEGER PRIMARY KEY AUTOINCREMENT, grp TEXT NOT NULL,"
        " marketplace TEXT NOT NULL, channel TEXT NOT NULL, line TEXT NOT NULL, account TEXT NOT NULL,"
        " tax_code TEXT NOT NULL, dimensions TEXT NOT NULL, who TEXT NOT NULL, at INTEGER NOT NULL) STRICT",
        "CREATE TABLE triple_groups (transaction_type TEXT NOT NULL, amount_type TEXT NOT NULL,"
        " description TEXT NOT NULL, grp TEXT NOT NULL, who TEXT NOT NULL, at INTEGER NOT NULL,"
        " why TEXT NOT NULL, PRIMARY KEY (transaction_type, amount_type, description)) STRICT",
        "CREATE TABLE ledger_accounts (code TEXT PRIMARY KEY, title TEXT NOT NULL, active INTEGER NOT NULL,"
        " currency TEXT NOT NULL, dimensions TEXT NOT NULL) STRICT",
        "CREATE TABLE ledger_periods (starts TEXT PRIMARY KEY, ends TEXT NOT NULL, open INTEGER NOT NULL)"
        " STRICT",
        "CREATE TABLE ledger_ages (kind TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT",
    ):
        db.conn.execute(statement)


@STEPS()
def settlement_proofs(db: Database) -> None:
    """What persons explained, what was posted and with which sheet, and what each fee cost each SKU."""
    for statement in (
        "CREATE TABLE settlement_words (settlement INTEGER NOT NULL, check_id TEXT NOT NULL,"
        " words TEXT NOT NULL, who TEXT NOT NULL, at INTEGER NOT NULL, owner TEXT NOT NULL,"
        " PRIMARY KEY (settlement, check_id)) STRICT",
        "CREATE TABLE settlement_postings (settlement INTEGER NOT NULL, account TEXT NOT NULL,"
        " who TEXT NOT NULL, at INTEGER NOT NULL, documents TEXT NOT NULL, sheet BLOB NOT NULL,"
        " digest TEXT NOT NULL, read_back TEXT NOT NULL, PRIMARY KEY (settlement, account)) STRICT",
        "CREATE TABLE settlement_fees (settlement INTEGER NOT NULL, sku TEXT NOT NULL,"
        " marketplace TEXT NOT NULL, transaction_type TEXT NOT NULL, amount_type TEXT NOT NULL,"
        " description TEXT NOT NULL, lines INTEGER NOT NULL, units INTEGER NOT NULL, amount TEXT NOT NULL,"
        " PRIMARY KEY (settlement, sku, marketplace, transaction_type, amount_type, description))"
        " STRICT, WITHOUT ROWID",
        "CREATE INDEX settlement_fees_by_sku ON settlement_fees (sku, description)",
        "CREATE TABLE settlement_summaries (settlement INTEGER NOT NULL, transaction_type TEXT NOT NULL,"
        " description TEXT NOT NULL, amount TEXT NOT NULL,"
        " PRIMARY KEY (settlement, transaction_type, description)) STRICT, WITHOUT ROWID",
        "CREATE TABLE bank_lines (id INTEGER PRIMARY KEY, day TEXT NOT NULL, amount TEXT NOT NULL,"
        " currency TEXT NOT NULL, words TEXT NOT NULL, UNIQUE (day, amount, currency, words)) STRICT",
    ):
        db.conn.execute(statement)


@STEPS()
def settlement_orders(db: Database) -> None:
    """What each order came to, settlement by settlement."""
    for statement in (
        "CREATE TABLE settlement_orders (settlement INTEGER NOT NULL, order_id TEXT NOT NULL,"
        " sold TEXT NOT NULL, tax TEXT NOT NULL, refunded TEXT NOT NULL, tax_refunded TEXT NOT NULL,"
        " PRIMARY KEY (settlement, order_id)) STRICT, WITHOUT ROWID",
        "CREATE INDEX settlement_orders_by_order ON settlement_orders (order_id)",
    ):
        db.conn.execute(statement)
