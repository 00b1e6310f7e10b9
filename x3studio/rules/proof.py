"""The proofs a document must pass before it may leave: its total, its reference, its size."""

from decimal import Decimal

from x3studio.domain.documents import Document
from x3studio.domain.errors import Refused
from x3studio.domain.money import minor_unit
from x3studio.rules.charges import Reading
from x3studio.rules.lines import Basket
from x3studio.rules.pricing import worth
from x3studio.rules.ruleset import RuleSet


def of_lines(basket: Basket, total: Decimal, reading: Reading, reference: str) -> Refused | None:
    """Whether the lines of the order add up to Amazon's total, tax taken out where X3 adds it itself."""
    expected = total if reading.inclusive else total - basket.tax
    if basket.total == expected:
        return None
    what = "total" if reading.inclusive else "total without tax"
    return Refused(
        f"The lines of {reference} add up to {basket.total} {reading.currency}, "
        f"Amazon's {what} is {expected} {reading.currency}.",
        advice="Look for a charge that only the total holds, such as a tip; enter this order by hand.",
        subject="order.total",
        context={"lines": str(basket.total), "total": str(expected)},
    )


def no_total(reference: str) -> Refused:
    """The refusal of an order whose worth Amazon does not say: nothing could be proven."""
    return Refused(
        f"Amazon sent no total for {reference}.",
        advice="Read the order again with its amounts (PROCEEDS).",
        cause="missing",
        subject="order.total",
    )


def of_document(document: Document, ruleset: RuleSet, total: Decimal, currency: str) -> Refused | None:
    """Whether the very texts that are sent multiply and add up to the total, as X3 rounds each line."""
    quantity, price = ruleset.quantity_field, ruleset.price_field
    unit = minor_unit(currency)
    sums = (worth(Decimal(line[quantity]), Decimal(line[price]), unit) for line in document.lines)
    summed = sum(sums, Decimal(0))
    if summed == total:
        return None
    return Refused(
        f"The document of {document.reference} would come to {summed} {currency} "
        f"instead of {total} {currency}.",
        advice=f"Check the rules of {quantity} and {price}: they change too much.",
        subject=price,
        context={"document": str(summed), "total": str(total)},
    )


def of_reference(document: Document, ruleset: RuleSet) -> Refused | None:
    """Whether the document carries our reference unchanged, so that it can be found again."""
    field = ruleset.reference_field
    if document.header.get(field) == document.reference:
        return None
    return Refused(
        f"{field} would not carry {document.reference} as it is.",
        advice="Map the reference to it unchanged.",
        subject=field,
    )


def of_size(document: Document, most: int) -> Refused | None:
    """Whether X3 takes that many lines; 0 means that its limit is not known."""
    if not most or len(document.lines) <= most:
        return None
    return Refused(
        f"{document.reference} makes {len(document.lines)} lines; X3 takes {most} in one order.",
        advice="Enter this order by hand in parts.",
        subject=document.reference,
    )
