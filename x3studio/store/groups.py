"""Exceptions by fingerprint: folds the running counts of the tables into one card per group."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from x3studio.store.rows import moment, worth_read

GROUP_DAYS = 8


@dataclass(frozen=True, slots=True)
class CaseGroup:
    """Cases of one fingerprint: how many, what they are worth by currency, and how they came in.

    `count` and `worth` are of the cases asked for, `account` is the X3 folder they belong to, `kind` what
    their subjects are (items, customers) where they wait for a mapping. `daily` counts new cases of the
    last 8 days, today last, and `first_at` and `last_at` are the first and latest sight of this
    fingerprint ever, whatever became of those cases.
    """

    fingerprint: str
    cause: str
    title: str
    count: int
    first_at: datetime
    last_at: datetime
    worth: dict[str, Decimal]
    daily: tuple[int, ...]
    account: str = ""
    kind: str = ""


def folded(
    rows: Iterable[tuple[Any, ...]], *, heads: Iterable[tuple[Any, ...]], days: Iterable[tuple[Any, ...]]
) -> list[CaseGroup]:
    """Groups, the largest first.

    `rows` are (fingerprint, cause, currency, cases, worth), `heads` (fingerprint, cause, title, account,
    kind, first_at, last_at), `days` (fingerprint, cause, day counted back from 0 = today, cases).
    """
    counts: dict[tuple[str, str], int] = {}
    worths: dict[tuple[str, str], dict[str, Decimal]] = {}
    for fingerprint, cause, currency, cases, worth in rows:
        key = (fingerprint, cause)
        counts[key] = counts.get(key, 0) + cases
        amounts = worths.setdefault(key, {})
        if currency:
            amounts[currency] = worth_read(worth, currency)
    dailies: dict[tuple[str, str], list[int]] = {}
    for fingerprint, cause, day, cases in days:
        dailies.setdefault((fingerprint, cause), [0] * GROUP_DAYS)[day - 1] = cases
    never = [0] * GROUP_DAYS
    groups = [
        CaseGroup(
            fingerprint=fingerprint,
            cause=cause,
            title=title,
            count=counts[fingerprint, cause],
            account=account,
            kind=kind,
            first_at=moment(first_at),
            last_at=moment(last_at),
            worth=worths[fingerprint, cause],
            daily=tuple(dailies.get((fingerprint, cause), never)),
        )
        for fingerprint, cause, title, account, kind, first_at, last_at in heads
        if counts.get((fingerprint, cause))
    ]
    return sorted(groups, key=lambda group: -group.count)
