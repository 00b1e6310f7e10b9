"""The tables as they grew: one small function per step, never changed once released, only followed."""

from x3studio.store.slices import begin_slice
from x3studio.store.sqlite import Database, Migrations

STEPS = Migrations("x3studio")

_TOKENIZER = "unicode61 remove_diacritics 2"


def _script(db: Database, *statements: str) -> None:
    # executescript would commit the transaction that the step and its record share.
    for statement in statements:
        db.conn.execute(statement)


@STEPS()
def settings(db: Database) -> None:
    """Settings, checkpoints, token buckets and connections: one value per name."""
    _script(
        db,
        "CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
        "CREATE TABLE checkpoints (flow TEXT NOT NULL, connection TEXT NOT NULL, value TEXT NOT NULL,"
        " at INTEGER NOT NULL, PRIMARY KEY (flow, connection)) STRICT",
        "CREATE TABLE limits (key TEXT PRIMARY KEY, tokens REAL NOT NULL, at INTEGER NOT NULL,"
        " rate REAL NOT NULL) STRICT",
        "CREATE TABLE connections (name TEXT PRIMARY KEY, side TEXT NOT NULL, settings TEXT NOT NULL,"
        " profile TEXT, state TEXT NOT NULL, said TEXT NOT NULL, since INTEGER NOT NULL) STRICT",
    )


@STEPS()
def runs(db: Database) -> None:
    """Runs, of which the database itself allows one live per flow and connection."""
    _script(
        db,
        "CREATE TABLE runs (id INTEGER PRIMARY KEY AUTOINCREMENT, flow TEXT NOT NULL,"
        " connection TEXT NOT NULL, state TEXT NOT NULL, started_by TEXT NOT NULL,"
        " queued_at INTEGER NOT NULL, started_at INTEGER, ended_at INTEGER, until INTEGER,"
        " dry_run INTEGER NOT NULL, counts TEXT NOT NULL, total INTEGER, reason TEXT NOT NULL DEFAULT '',"
        " since INTEGER, most INTEGER, records TEXT NOT NULL, beat_at INTEGER,"
        " cancel INTEGER NOT NULL DEFAULT 0, stop INTEGER NOT NULL DEFAULT 0) STRICT",
        "CREATE UNIQUE INDEX one_live_run ON runs (flow, connection)"
        " WHERE state IN ('running', 'waiting_retry', 'rate_limited', 'paused')",
        "CREATE INDEX runs_by_state ON runs (state)",
        "CREATE INDEX runs_by_flow ON runs (flow, connection)",
    )


@STEPS()
def outbox(db: Database) -> None:
    """The outbox: one row per reference, account and kind."""
    _script(
        db,
        "CREATE TABLE outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, flow TEXT NOT NULL,"
        " account TEXT NOT NULL, kind TEXT NOT NULL, reference TEXT NOT NULL, stage TEXT NOT NULL,"
        " source TEXT NOT NULL, source_hash TEXT NOT NULL, document TEXT NOT NULL DEFAULT '',"
        " document_hash TEXT NOT NULL DEFAULT '', attempt INTEGER NOT NULL DEFAULT 0,"
        " number TEXT NOT NULL DEFAULT '', confirmed INTEGER NOT NULL DEFAULT 0, run INTEGER,"
        " intent_at INTEGER, doubt_boot TEXT, doubt_seconds REAL, seen_at INTEGER NOT NULL,"
        " changed_at INTEGER NOT NULL, UNIQUE (reference, account, kind)) STRICT",
        "CREATE INDEX outbox_by_stage ON outbox (account, stage, flow, id)",
        "CREATE INDEX outbox_by_number ON outbox (number) WHERE number <> ''",
        "CREATE INDEX outbox_unconfirmed ON outbox (account, flow, id)"
        " WHERE stage = 'done' AND NOT confirmed",
    )


@STEPS()
def journal(db: Database) -> None:
    """Exchanges kept narrow for paging; payloads apart and compressed; their words in an index."""
    _script(
        db,
        "CREATE TABLE exchanges (id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL,"
        " record TEXT NOT NULL, run INTEGER, attempt INTEGER NOT NULL, operation TEXT NOT NULL,"
        " system TEXT NOT NULL, direction TEXT NOT NULL, status TEXT NOT NULL,"
        " duration_ms INTEGER NOT NULL, note TEXT NOT NULL) STRICT",
        "CREATE TABLE payloads (id INTEGER PRIMARY KEY, sent BLOB, answer BLOB) STRICT",
        "CREATE TABLE exchange_hours (hour INTEGER NOT NULL, operation TEXT NOT NULL,"
        " exchanges INTEGER NOT NULL, PRIMARY KEY (hour, operation)) STRICT, WITHOUT ROWID",
        "CREATE TABLE word_slices (first INTEGER PRIMARY KEY) STRICT",
    )
    begin_slice(db.conn, 1)


_COUNT = (
    "INSERT INTO case_counts (fingerprint, cause, state, owner, currency, cases, worth)"
    " VALUES ({row}.fingerprint, {row}.cause, {row}.state, {row}.owner, {row}.currency, {sign}1,"
    " {sign}COALESCE({row}.worth, 0))"
    " ON CONFLICT (fingerprint, cause, state, owner, currency)"
    " DO UPDATE SET cases = cases + excluded.cases, worth = worth + excluded.worth;"
)
_COUNT_DAY = (
    "INSERT INTO case_days (day, fingerprint, cause, cases) VALUES ({row}.first_day, {row}.fingerprint,"
    " {row}.cause, {sign}1) ON CONFLICT (day, fingerprint, cause)"
    " DO UPDATE SET cases = cases + excluded.cases;"
)


@STEPS()
def exceptions(db: Database) -> None:
    """Cases, with their counts kept current by triggers: groups stay quick at any number of cases."""
    enter, leave = (_COUNT.format(row=row, sign=sign) for row, sign in (("NEW", ""), ("OLD", "-")))
    enter_day, leave_day = (
        _COUNT_DAY.format(row=row, sign=sign) for row, sign in (("NEW", ""), ("OLD", "-"))
    )
    _script(
        db,
        "CREATE TABLE cases (id INTEGER PRIMARY KEY AUTOINCREMENT, flow TEXT NOT NULL,"
        " reference TEXT NOT NULL, cause TEXT NOT NULL, fingerprint TEXT NOT NULL, title TEXT NOT NULL,"
        " advice TEXT NOT NULL, said TEXT NOT NULL, subject TEXT NOT NULL, state TEXT NOT NULL, run INTEGER,"
        " worth INTEGER, currency TEXT NOT NULL, owner TEXT NOT NULL, note TEXT NOT NULL,"
        " times INTEGER NOT NULL DEFAULT 1, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL,"
        " first_day INTEGER NOT NULL, resolved_day INTEGER) STRICT",
        "CREATE UNIQUE INDEX one_live_case ON cases (flow, reference) WHERE state <> 'resolved'",
        "CREATE INDEX cases_by_state ON cases (state, id, cause, owner)",
        "CREATE INDEX cases_by_fingerprint ON cases (fingerprint, state, id)",
        "CREATE INDEX cases_by_subject ON cases (subject) WHERE cause = 'mapping' AND state <> 'resolved'",
        "CREATE INDEX cases_by_resolution ON cases (resolved_day) WHERE resolved_day IS NOT NULL",
        "CREATE TABLE case_groups (fingerprint TEXT NOT NULL, cause TEXT NOT NULL, title TEXT NOT NULL,"
        " first_at INTEGER NOT NULL, last_at INTEGER NOT NULL, PRIMARY KEY (fingerprint, cause))"
        " STRICT, WITHOUT ROWID",
        "CREATE TABLE case_counts (fingerprint TEXT NOT NULL, cause TEXT NOT NULL, state TEXT NOT NULL,"
        " owner TEXT NOT NULL, currency TEXT NOT NULL, cases INTEGER NOT NULL, worth INTEGER NOT NULL,"
        " PRIMARY KEY (fingerprint, cause, state, owner, currency)) STRICT, WITHOUT ROWID",
        "CREATE TABLE case_days (day INTEGER NOT NULL, fingerprint TEXT NOT NULL, cause TEXT NOT NULL,"
        " cases INTEGER NOT NULL, PRIMARY KEY (day, fingerprint, cause)) STRICT, WITHOUT ROWID",
        f"CREATE TRIGGER case_opened AFTER INSERT ON cases BEGIN {enter} {enter_day} END",
        "CREATE TRIGGER case_changed AFTER UPDATE OF fingerprint, cause, state, owner, currency, worth"
        f" ON cases BEGIN {leave} {enter} DELETE FROM case_counts WHERE cases = 0"
        " AND fingerprint = OLD.fingerprint AND cause = OLD.cause; END",
        "CREATE TRIGGER case_renamed AFTER UPDATE OF fingerprint, cause ON cases"
        " WHEN OLD.fingerprint <> NEW.fingerprint OR OLD.cause <> NEW.cause"
        f" BEGIN {leave_day} {enter_day} END",
    )


@STEPS()
def masters(db: Database) -> None:
    """Copies of X3's items and customers and of Amazon's listings, with their words for look-ups."""
    _script(
        db,
        "CREATE TABLE items (id INTEGER PRIMARY KEY, itmref TEXT NOT NULL UNIQUE,"
        " description TEXT NOT NULL, status INTEGER NOT NULL, ean TEXT NOT NULL, category TEXT NOT NULL,"
        " accounting_code TEXT NOT NULL, stock_unit TEXT NOT NULL, sales_unit TEXT NOT NULL,"
        " sales_to_stock TEXT NOT NULL, tax_level TEXT NOT NULL, price TEXT, supplier TEXT NOT NULL,"
        " weight TEXT, is_kit INTEGER NOT NULL, modified INTEGER) STRICT",
        "CREATE TABLE customers (id INTEGER PRIMARY KEY, bpcnum TEXT NOT NULL UNIQUE, name TEXT NOT NULL,"
        " active INTEGER NOT NULL, country TEXT NOT NULL, currency TEXT NOT NULL, vat_number TEXT NOT NULL,"
        " tax_rule TEXT NOT NULL, payment_terms TEXT NOT NULL, city TEXT NOT NULL, postcode TEXT NOT NULL,"
        " modified INTEGER) STRICT",
        "CREATE TABLE listings (id INTEGER PRIMARY KEY, sku TEXT NOT NULL, marketplace TEXT NOT NULL,"
        " asin TEXT NOT NULL, title TEXT NOT NULL, fulfilled_by_amazon INTEGER NOT NULL,"
        " status TEXT NOT NULL, brand TEXT NOT NULL, ean TEXT NOT NULL, price TEXT, currency TEXT,"
        " quantity INTEGER, UNIQUE (sku, marketplace)) STRICT",
        "CREATE TABLE master_ages (kind TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT",
        "CREATE TABLE watermarks (kind TEXT NOT NULL, connection TEXT NOT NULL, at INTEGER NOT NULL,"
        " PRIMARY KEY (kind, connection)) STRICT",
    )
    for kind, words in (
        ("items", ("itmref", "description", "ean")),
        ("customers", ("bpcnum", "name", "vat_number", "city", "postcode")),
    ):
        db.table(kind).enable_fts(words, create_triggers=True, tokenize=_TOKENIZER)


@STEPS()
def mappings(db: Database) -> None:
    """Decisions as they were taken, what stands now, and every SKU that is known."""
    _script(
        db,
        "CREATE TABLE decisions (id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL,"
        " who TEXT NOT NULL, judgement TEXT NOT NULL, side TEXT NOT NULL, sku TEXT NOT NULL,"
        " marketplace TEXT NOT NULL, channel TEXT NOT NULL, vat_number TEXT NOT NULL, pair TEXT NOT NULL,"
        " batch TEXT NOT NULL, reverts INTEGER REFERENCES decisions (id)) STRICT",
        "CREATE INDEX decisions_by_key ON decisions (sku, side, marketplace, channel, vat_number)",
        "CREATE INDEX decisions_by_batch ON decisions (batch) WHERE batch <> ''",
        "CREATE TABLE item_pairs (sku TEXT NOT NULL, marketplace TEXT NOT NULL, judgement TEXT NOT NULL,"
        " itmref TEXT NOT NULL, pack_factor TEXT NOT NULL, components TEXT NOT NULL, note TEXT NOT NULL,"
        " who TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (sku, marketplace)) STRICT, WITHOUT ROWID",
        "CREATE TABLE customer_pairs (marketplace TEXT NOT NULL, channel TEXT NOT NULL,"
        " vat_number TEXT NOT NULL, judgement TEXT NOT NULL, bpcnum TEXT NOT NULL, note TEXT NOT NULL,"
        " who TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (marketplace, channel, vat_number))"
        " STRICT, WITHOUT ROWID",
        "CREATE TABLE skus (id INTEGER PRIMARY KEY, sku TEXT NOT NULL, marketplace TEXT NOT NULL,"
        " title TEXT NOT NULL, asin TEXT NOT NULL, channel TEXT NOT NULL, marketplaces TEXT NOT NULL,"
        " itmref TEXT NOT NULL, state TEXT NOT NULL, waiting INTEGER NOT NULL, at INTEGER,"
        " UNIQUE (sku, marketplace)) STRICT",
        "CREATE INDEX skus_by_state ON skus (state, sku, marketplace)",
        "CREATE INDEX skus_by_title ON skus (title, sku, marketplace)",
        "CREATE INDEX skus_by_itmref ON skus (itmref, sku, marketplace)",
        "CREATE INDEX skus_by_waiting ON skus (-waiting, sku, marketplace)",
        "CREATE INDEX skus_by_time ON skus (-COALESCE(at, 0), sku, marketplace)",
        "CREATE VIRTUAL TABLE sku_parts USING fts5 (parts, content = '', contentless_delete = 1,"
        " tokenize = 'trigram')",
    )


@STEPS()
def morning(db: Database) -> None:
    """What the first page asks on every change: rows that wait, rows in hand, and cases by the hour."""
    _script(
        db,
        "CREATE INDEX outbox_waiting ON outbox (seen_at, account, stage)"
        " WHERE stage IN ('new', 'intent', 'indoubt')",
        "CREATE INDEX outbox_in_hand ON outbox (id) WHERE stage <> 'new'",
        "CREATE INDEX cases_by_time ON cases (first_at)",
    )
