"""Where amounts are posted: rules persons set, kinds of amounts they placed, X3's ledger as last read."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from x3studio.domain.bookkeeping import (
    AccountRule,
    BankLine,
    FeeSum,
    LedgerAccount,
    LedgerPeriod,
    TripleDecision,
)
from x3studio.domain.settlements import Account, Triple
from x3studio.store.rows import Table, moment, moment_or_none

_RULE = "grp, marketplace, channel, line, account, tax_code, dimensions, who, at"


class Accounts(Table):
    """Rules and placements stand as last decided; each decision is kept."""

    def rules(self) -> list[AccountRule]:
        """The rules that stand."""
        rows = self.conn.execute(
            f"SELECT {_RULE} FROM account_rules ORDER BY grp, marketplace, channel, line"
        )
        return [_rule(row) for row in rows]

    def events(self, group: str) -> list[AccountRule]:
        """Every decision on a group, newest first; one without an account dropped the rule."""
        rows = self.conn.execute(
            f"SELECT {_RULE} FROM account_events WHERE grp = ? ORDER BY id DESC", (group,)
        )
        return [_rule(row) for row in rows]

    def set(self, rule: AccountRule, *, who: str) -> None:
        """Sets a rule, or drops it where it names no account."""
        values = (
            *rule.key,
            rule.account.code,
            rule.account.tax_code,
            json.dumps(rule.account.dimensions),
            who,
            self.now(),
        )
        self.conn.execute(f"INSERT INTO account_events ({_RULE}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
        self.conn.execute(
            "DELETE FROM account_rules WHERE grp = ? AND marketplace = ? AND channel = ? AND line = ?",
            rule.key,
        )
        if rule.account.code:
            self.conn.execute(
                f"INSERT INTO account_rules ({_RULE}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values
            )

    def placed(self) -> list[TripleDecision]:
        """The kinds of amounts that persons put into groups."""
        rows = self.conn.execute(
            "SELECT transaction_type, amount_type, description, grp, who, at, why FROM triple_groups"
            " ORDER BY transaction_type, amount_type, description"
        )
        return [TripleDecision(Triple(*row[:3]), row[3], row[4], moment(row[5]), row[6]) for row in rows]

    def place(self, triple: Triple, group: str, *, who: str, why: str = "") -> None:
        """Puts a kind of amount into a group; "" takes the decision back."""
        key = tuple(triple)
        self.conn.execute(
            "DELETE FROM triple_groups WHERE transaction_type = ? AND amount_type = ? AND description = ?",
            key,
        )
        if group:
            self.conn.execute(
                "INSERT INTO triple_groups (transaction_type, amount_type, description, grp, who, at, why)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (*key, group, who, self.now(), why),
            )

    def put_ledger(self, accounts: Sequence[LedgerAccount], periods: Sequence[LedgerPeriod]) -> None:
        """Replaces the copy of X3's accounts and periods."""
        self.conn.execute("DELETE FROM ledger_accounts")
        self.conn.execute("DELETE FROM ledger_periods")
        self.conn.executemany(
            "INSERT OR REPLACE INTO ledger_accounts VALUES (?, ?, ?, ?, ?)",
            [
                (each.code, each.title, each.active, each.currency, json.dumps(each.dimensions))
                for each in accounts
            ],
        )
        self.conn.executemany(
            "INSERT OR REPLACE INTO ledger_periods VALUES (?, ?, ?)",
            [(each.start, each.end, each.open) for each in periods],
        )
        self.conn.execute("INSERT OR REPLACE INTO ledger_ages VALUES ('ledger', ?)", (self.now(),))

    def ledger(self) -> tuple[list[LedgerAccount], list[LedgerPeriod], datetime | None]:
        """The copy of X3's accounts and periods, and when it was made; None: never."""
        accounts = self.conn.execute(
            "SELECT code, title, active, currency, dimensions FROM ledger_accounts ORDER BY code"
        )
        periods = self.conn.execute("SELECT starts, ends, open FROM ledger_periods ORDER BY starts")
        age = self.conn.execute("SELECT at FROM ledger_ages WHERE kind = 'ledger'").fetchone()
        return (
            [
                LedgerAccount(row[0], row[1], bool(row[2]), row[3], tuple(json.loads(row[4])))
                for row in accounts
            ],
            [LedgerPeriod(row[0], row[1], bool(row[2])) for row in periods],
            moment_or_none(age[0]) if age else None,
        )

    def product_lines(self) -> dict[str, str]:
        """The product line of each mapped SKU: the category of its X3 item."""
        rows = self.conn.execute(
            "SELECT p.sku, i.category FROM item_pairs AS p JOIN items AS i ON i.itmref = p.itmref"
            " WHERE p.judgement = 'accepted' AND i.category <> ''"
        )
        return {str(sku): str(category) for sku, category in rows}

    def put_bank(self, lines: Iterable[BankLine]) -> None:
        """Adds movements of the bank account; one that is known is not doubled."""
        self.conn.executemany(
            "INSERT OR IGNORE INTO bank_lines (day, amount, currency, words) VALUES (?, ?, ?, ?)",
            [(line.day.isoformat(), str(line.amount), line.currency, line.words) for line in lines],
        )

    def bank(self, *, since: date, until: date) -> list[BankLine]:
        """Movements between two days, both included."""
        rows = self.conn.execute(
            "SELECT day, amount, currency, words FROM bank_lines WHERE day BETWEEN ? AND ? ORDER BY day, id",
            (since.isoformat(), until.isoformat()),
        )
        return [BankLine(date.fromisoformat(row[0]), Decimal(row[1]), row[2], row[3]) for row in rows]

    def put_summary(self, settlement: int, figures: Mapping[tuple[str, str], Decimal]) -> None:
        """Amazon's own figures for a settlement, by transaction type and description."""
        self.conn.execute("DELETE FROM settlement_summaries WHERE settlement = ?", (settlement,))
        self.conn.executemany(
            "INSERT INTO settlement_summaries VALUES (?, ?, ?, ?)",
            [(settlement, *key, str(amount)) for key, amount in figures.items()],
        )

    def summary(self, settlement: int) -> dict[tuple[str, str], Decimal]:
        """Amazon's own figures for a settlement, where a person entered them."""
        rows = self.conn.execute(
            "SELECT transaction_type, description, amount FROM settlement_summaries WHERE settlement = ?",
            (settlement,),
        )
        return {(row[0], row[1]): Decimal(row[2]) for row in rows}

    def put_fees(self, settlement: int, fees: Iterable[FeeSum]) -> None:
        """What each kind of amount came to for each SKU."""
        self.conn.execute("DELETE FROM settlement_fees WHERE settlement = ?", (settlement,))
        self.conn.executemany(
            "INSERT INTO settlement_fees VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (settlement, fee.sku, fee.marketplace, *fee.triple, fee.lines, fee.units, str(fee.amount))
                for fee in fees
            ],
        )

    def fees(self, *, until: int, like: int, limit: int = 500_000) -> list[FeeSum]:
        """The sums of settlements of the chain of `like` up to settlement `until`, oldest first."""
        rows = self.conn.execute(
            "SELECT f.sku, f.marketplace, f.transaction_type, f.amount_type, f.description, f.lines, f.units,"
            " f.amount, s.id, s.ends FROM settlement_fees AS f JOIN settlements AS s ON s.id = f.settlement"
            " JOIN settlements AS mine ON mine.id = ?1 AND s.seller = mine.seller"
            " AND s.marketplace = mine.marketplace AND s.currency = mine.currency"
            " AND COALESCE(s.ends, 0) <= COALESCE((SELECT ends FROM settlements WHERE id = ?2), 0)"
            " ORDER BY s.ends DESC LIMIT ?3",
            (like, until, limit),
        )
        found = [
            FeeSum(
                sku=row[0],
                marketplace=row[1],
                triple=Triple(*row[2:5]),
                lines=row[5],
                units=row[6],
                amount=Decimal(row[7]),
                entry=row[8],
                at=moment_or_none(row[9]),
            )
            for row in rows
        ]
        return list(reversed(found))


def _rule(row: tuple[str, str, str, str, str, str, str, str, int]) -> AccountRule:
    dimensions = tuple((str(name), str(value)) for name, value in json.loads(row[6]))
    return AccountRule(
        group=row[0],
        account=Account(row[4], row[5], dimensions),
        marketplace=row[1],
        channel=row[2],
        line=row[3],
        who=row[7],
        at=moment(row[8]),
    )
