"""Later steps of what the operator watches: whose exception it is, who holds a run back and how."""

from x3studio.store.schema import STEPS
from x3studio.store.sqlite import Database

__all__ = ["STEPS"]

_ACCOUNT_OF = (
    "COALESCE((SELECT o.account FROM outbox AS o WHERE o.flow = cases.flow"
    " AND o.reference = cases.reference ORDER BY o.id DESC LIMIT 1), '')"
)


@STEPS()
def case_accounts(db: Database) -> None:
    """An exception belongs to one X3 folder, and says what its subject is; the account of older ones is
    that of their record, "" where no record is known."""
    for statement in (
        "ALTER TABLE cases ADD COLUMN account TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE cases ADD COLUMN kind TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE case_groups ADD COLUMN account TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE case_groups ADD COLUMN kind TEXT NOT NULL DEFAULT ''",
        f"UPDATE cases SET account = {_ACCOUNT_OF}",
        "DROP INDEX one_live_case",
        "CREATE UNIQUE INDEX one_live_case ON cases (flow, reference, account) WHERE state <> 'resolved'",
    ):
        db.conn.execute(statement)


@STEPS()
def held_runs(db: Database) -> None:
    """Who paused a run and why, and what else was asked of it."""
    for statement in (
        "ALTER TABLE runs ADD COLUMN paused_by TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE runs ADD COLUMN pause_reason TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE runs ADD COLUMN replay TEXT NOT NULL DEFAULT '{}'",
    ):
        db.conn.execute(statement)


@STEPS()
def load_of_runs(db: Database) -> None:
    """What a run takes of both sides: sessions of X3, requests of Amazon."""
    db.conn.execute("ALTER TABLE runs ADD COLUMN load TEXT NOT NULL DEFAULT '{}'")
