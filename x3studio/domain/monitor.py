"""What the operator watches: every exchange with a foreign system, and every record that needs a person."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from x3studio.domain.money import Money


class System(StrEnum):
    """Whom we talked to."""

    X3 = "x3"
    AMAZON = "amazon"
    STUDIO = "studio"
    """No foreign system: a step of our own, such as the translation."""


class Direction(StrEnum):
    """Whether data came in or went out."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One step in the life of a record; payloads are redacted before they get here.

    `status` is the outcome as the adapter states it: taken, refused, unknown, found, absent, read,
    mapped, or an HTTP status. `sent` and `answer` are text (JSON or XML), "" where there was none.
    """

    record: str
    operation: str
    system: System
    direction: Direction
    status: str
    duration_ms: int = 0
    sent: str = ""
    answer: str = ""
    note: str = ""
    run: int | None = None
    attempt: int = 0
    at: datetime | None = None
    id: int = 0


class CaseState(StrEnum):
    """Where an exception stands."""

    NEW = "new"
    OPEN = "open"
    WAITING = "waiting"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class ExceptionCase:
    """One record that needs a person: what happened, whose words, what to do.

    `cause` is the class (mapping, value, missing, connection, duplicate, lock, permission, period,
    conflict, cancelled); `fingerprint` groups records of one cause; `subject` is the SKU, item or field.
    `account` is the X3 folder it is about, "" where none is known; `kind` says of a subject that waits for
    a mapping what it is: items, customers or another kind of key.
    """

    flow: str
    reference: str
    cause: str
    title: str
    advice: str
    fingerprint: str
    said: str = ""
    subject: str = ""
    kind: str = ""
    account: str = ""
    state: CaseState = CaseState.NEW
    run: int | None = None
    worth: Money | None = None
    owner: str = ""
    note: str = ""
    times: int = 1
    first_at: datetime | None = None
    last_at: datetime | None = None
    id: int = 0
