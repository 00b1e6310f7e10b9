"""The parts of a proven settlement as X3's journal entries (GACCENTRY), in X3's own field names."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from x3studio.domain.bookkeeping import journal_reference
from x3studio.domain.deferrals import Accrued
from x3studio.domain.documents import Document, DocumentKind
from x3studio.domain.settlements import Accounts, JournalLine, JournalPart, Proof, SettlementHeader
from x3studio.settlement.dates import end_of_month
from x3studio.settlement.deferred import accrual_of
from x3studio.settlement.figures import figure
from x3studio.settlement.posting_rules import PostingRules

_TEXT = 30
"""The most characters of DES, DESVCR and REF in X3 (GACCENTRY, GACCENTRYD)."""


def entries(proof: Proof, rules: PostingRules, *, marketplace: str) -> tuple[Document, ...]:
    """One document for each part, its reference in REFINT; lines without an account have ACC ""."""
    return tuple(
        _entry(proof, part, number, rules, marketplace) for number, part in enumerate(proof.parts, start=1)
    )


def _entry(proof: Proof, part: JournalPart, number: int, rules: PostingRules, marketplace: str) -> Document:
    header = proof.header
    head = {
        "ACCDAT": day_of(proof, part, rule=rules.value("day", marketplace, header.currency)).isoformat(),
        "CUR": header.currency,
        "REFINT": journal_reference(header.settlement_id, number),
        "REF": f"AMAZON {header.settlement_id}",
        "DESVCR": f"Amazon {marketplace} {part.month}",
        "BPRDATVCR": _document_day(header).isoformat(),
    }
    return _journal(head, part.lines, rules, marketplace)


def accrual_entry(accrued: Accrued, accounts: Accounts, rules: PostingRules, *, reversal: bool) -> Document:
    """The journal of an accepted month end, or its reversal a day later."""
    accrual = accrual_of(accrued.day, accrued.nets, accounts)
    day, lines = (accrual.reversed_on, accrual.reversal) if reversal else (accrual.day, accrual.lines)
    head = {
        "ACCDAT": day.isoformat(),
        "CUR": accrued.currency,
        "REFINT": accrued.reference(reversal=reversal),
        "REF": f"AMAZON DEFERRED {accrued.day:%Y-%m}",
        "DESVCR": f"Amazon {accrued.marketplace} {'reversal' if reversal else 'deferred'}",
        "BPRDATVCR": accrued.day.isoformat(),
    }
    return _journal(head, lines, rules, accrued.marketplace)


def _journal(
    head: Mapping[str, str], lines: Sequence[JournalLine], rules: PostingRules, marketplace: str
) -> Document:
    """What differs from one entry to the next, completed by what the site says of all of them."""
    currency = head["CUR"]

    def value(name: str) -> str:
        return rules.value(name, marketplace, currency)

    fields = {
        "TYP": value("entry_type"),
        "FCY": value("site"),
        "JOU": value("journal"),
        "ACCDAT": head["ACCDAT"],
        "CUR": currency,
        "CAT": value("category"),
        "STA": value("status"),
        "REFINT": head["REFINT"],
        "REF": head["REF"][:_TEXT],
        "DESVCR": head["DESVCR"][:_TEXT],
        "BPRDATVCR": head["BPRDATVCR"],
    }
    written = tuple(
        line_fields(line, currency, number=place, sides=value("amounts") == "sides", site=fields["FCY"])
        for place, line in enumerate(lines, start=1)
    )
    kept = {name: text for name, text in fields.items() if text}
    return Document(DocumentKind.JOURNAL, head["REFINT"], kept, written)


def line_fields(
    line: JournalLine, currency: str, *, number: int, sides: bool, site: str
) -> Mapping[str, str]:
    """A journal line: SNS +1 is debit, -1 credit; or the two sides in fields of their own."""
    amount = {"DEB": figure(line.debit, currency)} if line.debit else {"CDT": figure(line.credit, currency)}
    if not sides:
        amount = {"SNS": "1" if line.debit else "-1", "AMTCUR": figure(line.debit or line.credit, currency)}
    account = line.account
    fields = {
        "LIN": str(number),
        "FCYLIN": site,
        "ACC": account.code if account else "",
        **amount,
        "DES": line.text[:_TEXT],
        "TAX": account.tax_code if account else "",
        **(dict(account.dimensions) if account else {}),
    }
    return {name: text for name, text in fields.items() if text}


def day_of(proof: Proof, part: JournalPart, *, rule: str) -> date:
    """The accounting date: the end of the part's month, the end of the settlement for the last part.

    By the rule "deposit" the last part has the day of the deposit where that lies in its month.
    """
    year, month = (int(number) for number in part.month.split("-"))
    last = end_of_month(date(year, month, 1))
    if part is not proof.parts[-1]:
        return last
    moment = proof.header.deposit if rule == "deposit" else proof.header.end
    day = moment.astimezone(ZoneInfo(proof.zone)).date() if moment else last
    return day if (day.year, day.month) == (year, month) else last


def _document_day(header: SettlementHeader) -> date:
    moment: datetime | None = header.deposit or header.end or header.start
    return moment.date() if moment else date(1970, 1, 1)


def debit(document: Document) -> Decimal:
    """The debits of a journal entry."""
    return sum((amount for amount in map(net_debit, document.lines) if amount > 0), Decimal(0))


def net_debit(line: Mapping[str, str]) -> Decimal:
    """Debit less credit of an X3 journal line, whichever way its sides are written."""
    signed = Decimal(line.get("SNS") or "1") * Decimal(line.get("AMTCUR") or "0")
    return signed + Decimal(line.get("DEB") or "0") - Decimal(line.get("CDT") or "0")
