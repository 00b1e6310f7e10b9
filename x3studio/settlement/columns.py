"""Which column is which: read by name, in any order, with what Amazon may add kept and told."""

from collections.abc import Sequence
from dataclasses import dataclass

from x3studio.settlement.faults import ColumnsMissing, NothingInside, OtherReport, Truncated

# Amazon's page on the flat file V2 documents 23; promotion-id is in real files.
V2 = (
    "settlement-id",
    "settlement-start-date",
    "settlement-end-date",
    "deposit-date",
    "total-amount",
    "currency",
    "transaction-type",
    "order-id",
    "merchant-order-id",
    "adjustment-id",
    "shipment-id",
    "marketplace-name",
    "amount-type",
    "amount-description",
    "amount",
    "fulfillment-id",
    "posted-date",
    "posted-date-time",
    "order-item-code",
    "merchant-order-item-id",
    "merchant-adjustment-item-id",
    "sku",
    "quantity-purchased",
    "promotion-id",
)
# The older wide layout, still in archives: type column, amount column, V2's amount-type.
V1_PAIRS = (
    ("price-type", "price-amount", "ItemPrice"),
    ("item-related-fee-type", "item-related-fee-amount", "ItemFees"),
    ("shipment-fee-type", "shipment-fee-amount", "Shipment-Fees"),
    ("order-fee-type", "order-fee-amount", "Order-Fees"),
    ("promotion-type", "promotion-amount", "Promotion"),
    ("direct-payment-type", "direct-payment-amount", "Direct Payment"),
)
V1_SINGLES = ("misc-fee-amount", "other-fee-amount", "other-amount")
V1_REASON = "other-fee-reason-description"
_V1 = {*V1_SINGLES, V1_REASON, *(name for pair in V1_PAIRS for name in pair[:2])}

_ALWAYS = ("settlement-id", "total-amount", "currency", "transaction-type")
_REQUIRED_V2 = (*_ALWAYS, "amount-type", "amount-description", "amount")

# Told apart by columns only they have, so that the message can name the file a person picked by mistake.
_OTHER_REPORTS = (
    ({"return-date", "detailed-disposition"}, "an FBA customer returns report"),
    ({"amazon-order-id", "purchase-date"}, "an orders report"),
    ({"order-id", "purchase-date", "buyer-email"}, "an orders report"),
    ({"item-name", "listing-id"}, "a listings report"),
    ({"sku", "asin", "price", "quantity"}, "an open listings report"),
    ({"date/time", "settlement id"}, "a date range report of payments"),
    ({"snapshot-date", "fnsku"}, "an inventory report"),
    ({"fnsku", "afn-fulfillable-quantity"}, "an FBA inventory report"),
    ({"reimbursement-id"}, "an FBA reimbursements report"),
    ({"shipment-date", "fulfillment-center-id"}, "an FBA shipments report"),
)


@dataclass(frozen=True, slots=True)
class Columns:
    """The names of a file's columns in order. `wide` is the older V1 layout."""

    names: tuple[str, ...]
    wide: bool
    unknown: tuple[str, ...]
    missing: tuple[str, ...]

    def __contains__(self, name: str) -> bool:
        return name in self.names

    def place(self, name: str) -> int:
        """The column's index, or -1."""
        return self.names.index(name) if name in self.names else -1


def read_columns(line: str) -> Columns:
    """The columns a header line names. Errors: NothingInside, OtherReport, ColumnsMissing."""
    if not line.strip():
        raise NothingInside("The file is empty.", advice="Download the settlement again.", line=1)
    names = _names(line.rstrip("\t \r").split("\t"))
    known = set(names)
    if "settlement-id" not in known and not known & {"amount-type", "total-amount"}:
        raise _other_report(line, known)
    wide = "amount" not in known and bool(known & _V1)
    required = _ALWAYS if wide else _REQUIRED_V2
    if absent := [name for name in required if name not in known]:
        if whole := next((name for name in V2 if name != names[-1] and name.startswith(names[-1])), ""):
            raise Truncated(
                f"The file stops inside its header, at {names[-1]!r} of {whole!r}.",
                advice="Download the settlement again.",
                line=1,
            )
        raise ColumnsMissing(
            f"The settlement lacks the {'column' if len(absent) == 1 else 'columns'} {', '.join(absent)}.",
            advice="Download the settlement as Flat File V2 (.txt) and leave it as it comes.",
            line=1,
        )
    ours = {*V2, *_V1} if wide else set(V2)
    return Columns(
        names=names,
        wide=wide,
        unknown=tuple(name for name in names if name not in ours),
        missing=() if "posted-date" in known else ("posted-date",),
    )


def _names(cells: Sequence[str]) -> tuple[str, ...]:
    taken: dict[str, int] = {}
    names = []
    for place, cell in enumerate(cells, start=1):
        name = cell.strip().strip('"').strip().lower() or f"column {place}"
        taken[name] = taken.get(name, 0) + 1
        if taken[name] > 1:
            if name in V2:
                raise ColumnsMissing(
                    f"The column {name} stands twice.",
                    advice="Download the settlement again; this file was edited.",
                    line=1,
                )
            name = f"{name} ({taken[name]})"
        names.append(name)
    return tuple(names)


def _other_report(line: str, known: set[str]) -> OtherReport:
    for separator, word in ((",", "commas"), (";", "semicolons")):
        if "settlement-id" in [cell.strip().strip('"').lower() for cell in line.split(separator)]:
            return OtherReport(
                f"The columns are separated by {word}: a spreadsheet saved this settlement anew.",
                advice="Use the file as Amazon delivers it (.txt, separated by tabs).",
                line=1,
            )
        known = known | {cell.strip().strip('"').lower() for cell in line.split(separator)}
    for marks, name in _OTHER_REPORTS:
        if marks <= known:
            return OtherReport(
                f"This is {name}, not a settlement.",
                advice="Choose the settlement report: Flat File V2, whose first column is settlement-id.",
                line=1,
            )
    return OtherReport(
        "This is not a settlement: its first line names no column settlement-id.",
        advice="Choose the settlement report: Flat File V2, whose first column is settlement-id.",
        line=1,
    )
