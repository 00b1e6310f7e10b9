"""The demo's general ledger: accounts, periods, and what a journal entry must fulfil before X3 takes it."""

import calendar
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from x3studio.sandbox.seed import company, locate

Row = Mapping[str, Any]
MOST_LINES = 9_999
"""Sage's help on importing journal entries."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account; `currency` "" takes any, `dimensions` are fields that its lines must fill."""

    code: str
    title: str
    active: bool = True
    currency: str = ""
    dimensions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Period:
    """A month of the fiscal year."""

    start: date
    end: date
    open: bool


@cache
def _ledger() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(locate("demo/ledger.json").read_text(encoding="utf-8"))
    return found


@cache
def accounts() -> Mapping[str, Account]:
    """Every account by code: those the company lists by name, and those the ledger says more of."""
    plain = {code: Account(code, title) for code, title in company().get("codes", {}).get("accounts", [])}
    told = {
        row["code"]: Account(
            row["code"],
            row["title"],
            row.get("active", True),
            row.get("currency", ""),
            tuple(row.get("dimensions", ())),
        )
        for row in _ledger()["accounts"]
    }
    return dict(sorted({**plain, **told}.items()))


def demo_mapping() -> Mapping[str, str]:
    """The account of each group of a settlement in the demo company."""
    found: Mapping[str, str] = _ledger()["demo_mapping"]
    return found


def periods(today: date, *, closed_before: date | None) -> list[Period]:
    """The months of last year, this and the next; old ones are closed, and those `closed_before` a day."""
    limit = today - timedelta(days=_ledger()["periods_closed_after_days"])
    found = []
    for year in (today.year - 1, today.year, today.year + 1):
        for month in range(1, 13):
            end = date(year, month, calendar.monthrange(year, month)[1])
            is_open = end >= limit and not (closed_before and end < closed_before)
            found.append(Period(date(year, month, 1), end, is_open))
    return found


def is_open(day: date, *, today: date, closed_before: date | None) -> bool:
    """Whether a day lies in an open period."""
    if closed_before and day < closed_before:
        return False
    return any(
        period.open and period.start <= day <= period.end
        for period in periods(today, closed_before=closed_before)
    )


def faults(
    header: Mapping[str, str], lines: Sequence[Mapping[str, str]]
) -> Iterator[tuple[str, str, str, int]]:
    """What X3 refuses of a journal's lines: (words' key, value, field, line)."""
    known = accounts()
    for number, line in enumerate(lines, 1):
        account = known.get(line.get("ACC", ""))
        if account is None:
            yield "unknown record", line.get("ACC", ""), "ACC", number
            continue
        if not account.active:
            yield "account inactive", account.code, "ACC", number
        if account.currency and account.currency != header.get("CUR"):
            yield "account currency", f"{account.code} {account.currency}", "ACC", number
        for name in account.dimensions:
            if not line.get(name):
                yield "dimension missing", f"{account.code} {name}", name, number


def account_rows() -> list[Row]:
    """GACCOUNT as REST shows it; YDIMOBL is this site's field for the dimensions an account insists on."""
    return [
        {
            "ACC": account.code,
            "DES": account.title,
            "ENAFLG": 2 if account.active else 1,
            "CUR": account.currency,
            "YDIMOBL": " ".join(account.dimensions),
        }
        for account in accounts().values()
    ]


def period_rows(today: date, *, closed_before: date | None, company_code: str) -> list[Row]:
    """PERIOD as REST shows it: STA 2 is open, 3 closed."""
    return [
        {
            "PERKEY": f"{period.start:%Y-%m}",
            "CPY": company_code,
            "PERSTR": period.start.isoformat(),
            "PEREND": period.end.isoformat(),
            "STA": 2 if period.open else 3,
        }
        for period in periods(today, closed_before=closed_before)
    ]


def unbalanced(lines: Sequence[Mapping[str, str]]) -> Decimal:
    """What the debits exceed the credits by."""
    return sum((signed_amount(line) for line in lines), Decimal(0))


def signed_amount(line: Mapping[str, str]) -> Decimal:
    """Debit positive, credit negative: SNS * AMTCUR, or DEB less CDT."""
    amount = Decimal(line.get("AMTCUR") or 0) * Decimal(line.get("SNS") or 1)
    return amount + Decimal(line.get("DEB") or 0) - Decimal(line.get("CDT") or 0)
