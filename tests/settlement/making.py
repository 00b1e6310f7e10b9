"""Makes settlement files as Amazon writes them, in any of its local forms, and wrong ones on purpose."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from x3studio.domain.settlements import Check, Proof, Verdict
from x3studio.settlement.columns import V2
from x3studio.settlement.proof import prove
from x3studio.settlement.reading import read_settlement


@dataclass(frozen=True)
class Form:
    """A local way to write amounts and instants."""

    mark: str = "."
    thousands: str = ""
    instant: str = "%Y-%m-%d %H:%M:%S UTC"
    day: str = "%Y-%m-%d"


AMERICAN = Form(instant="%m/%d/%Y %H:%M:%S UTC", day="%m/%d/%Y")
BRITISH = Form(instant="%d/%m/%Y %H:%M:%S UTC", day="%d/%m/%Y")
GERMAN = Form(mark=",", instant="%d.%m.%Y %H:%M:%S UTC", day="%d.%m.%Y")
GERMAN_GROUPED = replace(GERMAN, thousands=".")
FRENCH = Form(
    mark=",", thousands="\N{NARROW NO-BREAK SPACE}", instant="%d/%m/%Y %H:%M:%S UTC", day="%d/%m/%Y"
)
JAPANESE = Form(instant="%Y/%m/%d %H:%M:%S UTC", day="%Y/%m/%d")
ISO = Form()
FORMS = (ISO, AMERICAN, BRITISH, GERMAN, GERMAN_GROUPED, FRENCH, JAPANESE)


@dataclass(frozen=True)
class Line:
    """One line of a settlement; `amount` in the settlement's currency."""

    transaction: str
    kind: str
    description: str
    amount: Decimal
    posted: datetime | None
    order: str = ""
    item: str = ""
    sku: str = ""
    marketplace: str = "amazon.com"
    fulfilment: str = "AFN"


@dataclass(frozen=True)
class Draft:
    """A settlement before it is written."""

    lines: tuple[Line, ...]
    currency: str = "USD"
    settlement_id: str = "28471003921"
    start: datetime = datetime(2026, 6, 16, tzinfo=UTC)
    end: datetime = datetime(2026, 6, 30, 23, 59, 59, tzinfo=UTC)
    deposit: datetime = datetime(2026, 7, 2, tzinfo=UTC)
    total: Decimal | None = None

    @property
    def sum(self) -> Decimal:
        return sum((line.amount for line in self.lines), Decimal(0))

    def text(self, form: Form = ISO, *, columns: Sequence[str] = V2, newline: str = "\n") -> str:
        rows = [list(columns), *self._cells(form, columns)]
        return "".join("\t".join(row) + newline for row in rows)

    def _cells(self, form: Form, columns: Sequence[str]) -> list[list[str]]:
        total = self.sum if self.total is None else self.total
        summary = {
            "settlement-id": self.settlement_id,
            "settlement-start-date": self.start.strftime(form.instant),
            "settlement-end-date": self.end.strftime(form.instant),
            "deposit-date": self.deposit.strftime(form.instant),
            "total-amount": written(total, form, self.currency),
            "currency": self.currency,
        }
        rows = [[summary.get(name, "") for name in columns]]
        for line in self.lines:
            cells = {
                "settlement-id": self.settlement_id,
                "currency": self.currency,
                "transaction-type": line.transaction,
                "order-id": line.order,
                "marketplace-name": line.marketplace,
                "amount-type": line.kind,
                "amount-description": line.description,
                "amount": written(line.amount, form, self.currency),
                "fulfillment-id": line.fulfilment,
                "posted-date": line.posted.strftime(form.day) if line.posted else "",
                "posted-date-time": line.posted.strftime(form.instant) if line.posted else "",
                "order-item-code": line.item,
                "sku": line.sku,
            }
            rows.append([cells.get(name, "") for name in columns])
        return rows


def written(amount: Decimal, form: Form, currency: str) -> str:
    """An amount as Amazon writes it in that place."""
    plain = f"{abs(amount):,.0f}" if currency == "JPY" else f"{abs(amount):,.2f}"
    whole, _, part = plain.partition(".")
    text = whole.replace(",", form.thousands) + (form.mark + part if part else "")
    return ("-" if amount < 0 else "") + text


def at(day: int, hour: int = 12, *, month: int = 6, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


def sale(
    number: int, price: str, *, posted: datetime, tax: str = "", marketplace: str = "amazon.com"
) -> tuple[Line, ...]:
    """An order line with its commission and, where given, tax that Amazon withholds."""

    def line(kind: str, description: str, amount: Decimal) -> Line:
        return Line(
            "Order",
            kind,
            description,
            amount,
            posted,
            order=f"114-{number:07d}-4410258",
            item=f"{55182930000000 + number}",
            sku=f"INX-{number}",
            marketplace=marketplace,
        )

    value = Decimal(price)
    lines = [line("ItemPrice", "Principal", value), line("ItemFees", "Commission", -(value * 15 // 100))]
    if tax:
        lines.append(line("ItemPrice", "Tax", Decimal(tax)))
        lines.append(line("ItemWithheldTax", "MarketplaceFacilitatorTax-Principal", -Decimal(tax)))
    return tuple(lines)


def other(description: str, amount: str, *, posted: datetime, transaction: str = "other-transaction") -> Line:
    """An amount that belongs to no order."""
    return Line(transaction, "other-transaction", description, Decimal(amount), posted, fulfilment="")


PLAIN = Draft(
    (
        *sale(1, "129.99", posted=at(17), tax="10.40"),
        *sale(2, "89.00", posted=at(19), tax="7.12"),
        other("Subscription Fee", "-39.99", posted=at(30, 4)),
        other("Previous Reserve Amount Balance", "820.44", posted=at(16)),
        other("Current Reserve Amount", "-420.00", posted=at(30, 23)),
    )
)


def proven(folder: Path, content: str | bytes, *, name: str = "settlement.txt", zone: str = "") -> Proof:
    """Writes the content to a file, reads and proves it."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return prove(read_settlement(path, zone=zone))


def check(proof: Proof, name: str) -> Check:
    return next(each for each in proof.checks if each.id == name)


def failing(proof: Proof) -> set[str]:
    return {each.id for each in proof.checks if each.verdict is Verdict.FAIL}
