"""What the workspace knows when a settlement is proven: rules, accounts, X3's ledger, the bank."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from x3studio.domain.bookkeeping import BankLine, LedgerAccount, LedgerPeriod, OrderPlace
from x3studio.rules.rates import Rate, RateTable
from x3studio.settlement.book import Book
from x3studio.settlement.posting_rules import PostingRules, parse_posting_rules
from x3studio.settlement.vat import by_route
from x3studio.settlement.vocabulary import Vocabulary, starting_vocabulary
from x3studio.shipped import shipped_text
from x3studio.store import Tables

RULES = "rules/settlements"
"""The setting that holds how this site writes settlements."""
_FIRST_DAY, _LAST_DAY = date(1995, 1, 1), date(2200, 1, 1)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """One consistent view; `ledger_read` is None where X3's accounts were never read."""

    vocabulary: Vocabulary
    book: Book
    rules: PostingRules
    lines: Mapping[str, str]
    places: Mapping[str, OrderPlace]
    accounts: Mapping[str, LedgerAccount]
    periods: tuple[LedgerPeriod, ...]
    ledger_read: datetime | None
    bank: tuple[BankLine, ...]
    rates: RateTable


def knowledge(tables: Tables, *, rules: str = "", places: bool = False) -> Knowledge:
    """Everything that decides how settlements are grouped and posted, read in one go.

    `places` of orders are many, and needed only where a file is read.
    """
    text = rules or tables.settings.get(RULES) or shipped_text("templates/settlements.json")
    posting = parse_posting_rules(text)
    accounts, periods, read = tables.accounts.ledger()
    vocabulary = starting_vocabulary()
    placed = {
        decision.triple: decision.group
        for decision in tables.accounts.placed()
        if decision.group in vocabulary.groups
    }
    return Knowledge(
        vocabulary=vocabulary.with_decisions(placed),
        book=Book.of(tables.accounts.rules(), complete=posting.completed),
        rules=posting,
        lines=_product_lines(tables, posting),
        places=tables.order_places.all() if places and by_route(posting.vat) else {},
        accounts={account.code: account for account in accounts},
        periods=tuple(periods),
        ledger_read=read,
        bank=tuple(tables.accounts.bank(since=_FIRST_DAY, until=_LAST_DAY)),
        rates=RateTable.of(map(_rate, tables.settings.get("rates", []))),
    )


def _rate(row: Mapping[str, Any]) -> Rate:
    """A rate as the settings keep it, all of it text."""
    day = date.fromisoformat(row["day"])
    return Rate(row["base"], row["quote"], day, Decimal(row["value"]), row["source"])


def _product_lines(tables: Tables, rules: PostingRules) -> Mapping[str, str]:
    """Product lines by SKU, read only where a rule or a dimension asks for them."""
    by_line = any(rule.line for rule in tables.accounts.rules())
    wanted = by_line or any(each.of == "line" and each.values for each in rules.dimensions)
    return tables.accounts.product_lines() if wanted else {}
