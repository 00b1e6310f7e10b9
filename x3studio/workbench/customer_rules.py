"""Buyers beside X3 customers: the conflict rules, the evidence, and which customers may stand for them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from x3studio.domain.catalogue import Customer
from x3studio.domain.workbench import Confidence, ConflictCode, Severity
from x3studio.workbench.conflicts import Action, ConflictFinding, Offer, capped
from x3studio.workbench.evidence import Candidate, EvidenceRow, Verdict
from x3studio.workbench.search import fold

_AMAZON = "amazon"
_EXACT, _NAMED, _SAME_CURRENCY, _SAME_COUNTRY, _OTHER_CURRENCY = 60, 30, 15, 10, -40
_LIKELY_AT = 45


@dataclass(frozen=True, slots=True)
class Buyers:
    """A kind of buyer: of a marketplace and channel, or one business with a VAT number.

    `others` are other currencies that the same X3 customer already stands for.
    """

    title: str
    domain: str = ""
    country: str = ""
    currency: str = ""
    channel: str = ""
    vat_number: str = ""
    prices_with_tax: bool = True
    others: tuple[str, ...] = ()


def findings(buyers: Buyers, target: str, customer: Customer | None) -> tuple[ConflictFinding, ...]:
    """Every conflict between buyers and a customer, the gravest first."""
    if customer is None:
        return (_vanished(target),) if target else ()
    found = (
        *(_blocked(customer), _currency(buyers, customer), _vat(buyers, customer)),
        *(_tax(buyers, customer), _shared(buyers, customer)),
    )
    return tuple(finding for finding in found if finding is not None)


def _vanished(target: str) -> ConflictFinding:
    return ConflictFinding(
        ConflictCode.VANISHED,
        Severity.BLOCK,
        f"{target} is not among the customers of X3.",
        Offer("Pick a customer", Action.PICK_CUSTOMER),
    )


def _blocked(customer: Customer) -> ConflictFinding | None:
    if customer.takes_orders:
        return None
    why = "is on hold" if customer.active else "is inactive"
    return ConflictFinding(
        ConflictCode.BPC_BLOCKED,
        Severity.BLOCK,
        f"{customer.bpcnum} {why} in X3: it takes no orders.",
        Offer("Pick another", Action.PICK_CUSTOMER),
    )


def _currency(buyers: Buyers, customer: Customer) -> ConflictFinding | None:
    if not buyers.currency or not customer.currency or buyers.currency == customer.currency:
        return None
    return ConflictFinding(
        ConflictCode.BPC_CURRENCY,
        Severity.BLOCK,
        f"These buyers pay in {buyers.currency}, {customer.bpcnum} is kept in {customer.currency}.",
        Offer(f"Create one in {buyers.currency}", Action.NEW_CUSTOMER, buyers.currency),
    )


def _vat(buyers: Buyers, customer: Customer) -> ConflictFinding | None:
    mine, theirs = _number(buyers.vat_number), _number(customer.vat_number)
    if not mine or not theirs or mine == theirs:
        return None
    return ConflictFinding(
        ConflictCode.VAT_DISAGREE,
        Severity.BLOCK,
        f"The buyer's VAT number is {buyers.vat_number}, {customer.bpcnum} has {customer.vat_number}.",
        Offer("Pick another", Action.PICK_CUSTOMER),
    )


def _tax(buyers: Buyers, customer: Customer) -> ConflictFinding | None:
    if buyers.country and customer.country and buyers.country != customer.country and not buyers.vat_number:
        return ConflictFinding(
            ConflictCode.BPC_TAX,
            Severity.WARN,
            f"{customer.bpcnum} is in {customer.country} under tax rule {customer.tax_rule or '(none)'},"
            f" but these orders go to {buyers.country}.",
            Offer("Pick another", Action.PICK_CUSTOMER),
        )
    if not customer.tax_rule:
        return ConflictFinding(
            ConflictCode.BPC_TAX,
            Severity.WARN,
            f"{customer.bpcnum} has no tax rule: X3 cannot work out the tax.",
            Offer("Pick another", Action.PICK_CUSTOMER),
        )
    return None


def _shared(buyers: Buyers, customer: Customer) -> ConflictFinding | None:
    different = sorted(set(buyers.others) - {buyers.currency, ""})
    if not different or not buyers.currency:
        return None
    return ConflictFinding(
        ConflictCode.BPC_SHARED,
        Severity.WARN,
        f"{customer.bpcnum} already stands for buyers who pay in {', '.join(different)}.",
        Offer("Pick another", Action.PICK_CUSTOMER),
    )


def evidence_rows(
    buyers: Buyers, customer: Customer | None, conflicts: Sequence[ConflictFinding]
) -> tuple[EvidenceRow, ...]:
    """One row for each thing that matters about a customer."""
    codes = {finding.code: finding.words for finding in conflicts}
    who = customer or Customer("", "")

    def row(field: str, mine: str, theirs: str, code: ConflictCode | None, block: bool = True) -> EvidenceRow:
        if code in codes:
            return EvidenceRow(field, mine, theirs, Verdict.BLOCK if block else Verdict.WARN, codes[code])
        if mine and theirs:
            same = fold(mine) == fold(theirs)
            return EvidenceRow(
                field, mine, theirs, Verdict.EQUAL if same else Verdict.INFO, "Equal" if same else ""
            )
        return EvidenceRow(field, mine, theirs, Verdict.INFO, "")

    status = "" if customer is None else "Takes orders" if who.takes_orders else "Takes no orders"
    rows = (
        EvidenceRow("Buyers", buyers.title, who.name, Verdict.INFO, ""),
        EvidenceRow("Channel", buyers.channel, "", Verdict.INFO, ""),
        row("VAT number", buyers.vat_number, who.vat_number, ConflictCode.VAT_DISAGREE),
        row("Country", buyers.country, who.country, None),
        row("Currency", buyers.currency, who.currency, ConflictCode.BPC_CURRENCY),
        row("Tax rule", "", who.tax_rule, ConflictCode.BPC_TAX, block=False),
        EvidenceRow("Payment terms", "", who.payment_terms, Verdict.INFO, ""),
        row("Status", "", status, ConflictCode.BPC_BLOCKED),
    )
    return tuple(each for each in rows if each.amazon or each.x3)


def candidates(buyers: Buyers, customers: Iterable[Customer], *, most: int) -> tuple[Candidate, ...]:
    """Customers that may stand for these buyers: the business's own, else generic ones of the marketplace."""
    scored = sorted(
        (
            (sum(points for _, points in reasons), customer, reasons)
            for customer, reasons in _reasoned(buyers, customers)
        ),
        key=lambda each: (-each[0], each[1].bpcnum),
    )
    return tuple(_candidate(buyers, *each) for each in scored[:most])


def _reasoned(
    buyers: Buyers, customers: Iterable[Customer]
) -> Iterable[tuple[Customer, tuple[tuple[str, int], ...]]]:
    for customer in customers:
        reasons = []
        text = fold(f"{customer.name} {customer.bpcnum} {customer.city}")
        if buyers.vat_number and _number(buyers.vat_number) == _number(customer.vat_number):
            reasons.append(("same VAT number", _EXACT))
        if not buyers.vat_number and _AMAZON in text:
            reasons.append(("named Amazon", _NAMED))
            if buyers.channel and fold(buyers.channel) in text:
                reasons.append(("named by channel", _SAME_COUNTRY))
        if not reasons:
            continue
        if buyers.currency and customer.currency:
            same = buyers.currency == customer.currency
            reasons.append(("currency", _SAME_CURRENCY if same else _OTHER_CURRENCY))
        if buyers.country and customer.country == buyers.country:
            reasons.append(("country", _SAME_COUNTRY))
        yield customer, tuple(reasons)


def _candidate(
    buyers: Buyers, points: int, customer: Customer, reasons: tuple[tuple[str, int], ...]
) -> Candidate:
    conflicts = findings(buyers, customer.bpcnum, customer)
    exact = reasons[0][0] == "same VAT number"
    band = (
        Confidence.CERTAIN
        if exact and not conflicts
        else Confidence.LIKELY
        if points >= _LIKELY_AT
        else Confidence.WEAK
    )
    return Candidate(
        target=customer.bpcnum,
        description=customer.name,
        band=capped(band, conflicts),
        reason=reasons[0][0],
        waterfall=reasons,
        conflicts=conflicts,
    )


def _number(text: str) -> str:
    return "".join(char for char in text.upper() if char.isalnum())
