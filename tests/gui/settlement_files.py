"""Settlement files as Amazon delivers them: fortnight after fortnight of a German shop, and odd ones."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from tests.settlement.making import GERMAN, Draft, Line

FORTNIGHT = timedelta(days=14)
SHOP = "amazon.de"
_SKUS = (
    ("LIN-TM-GE", "4.90", "2.41"),
    ("OT-NOTE-76-12", "11.40", "3.05"),
    ("BR-PACK-50-6", "23.90", "5.62"),
    ("SET-HEFTEN", "18.20", "3.77"),
    ("KR-ORD-8-S-10", "41.15", "7.94"),
    ("ST-LOCHER-25", "27.80", "4.10"),
)


def cents(amount: str | float | Decimal) -> Decimal:
    return Decimal(str(amount)).quantize(Decimal("0.01"))


class Fortnight:
    """One settlement of a German shop: orders by Amazon and by the seller, refunds, fees, a reserve."""

    def __init__(
        self, place: int, end: datetime, *, orders: int = 240, returned: str, kept: str, dearer: str = ""
    ) -> None:
        self._dice, self._dearer = Random(place), dearer
        self._start, self._end = end - FORTNIGHT, end
        self.name = f"2156730{place:04}"
        self.lines: list[Line] = []
        self._number = place * 10_000
        for _ in range(orders):
            self._order()
        self._charges(Decimal(returned), Decimal(kept))

    def draft(self, *, total: Decimal | None = None) -> Draft:
        """The file before it is written."""
        return Draft(
            tuple(self.lines),
            currency="EUR",
            settlement_id=self.name,
            start=self._start,
            end=self._end,
            deposit=self._end + timedelta(days=2),
            total=total,
        )

    def line(self, transaction: str, kind: str, description: str, amount: str | Decimal, **more: str) -> None:
        """One more line, posted somewhere in the fortnight."""
        seconds = self._dice.randrange(int(FORTNIGHT.total_seconds()) - 60)
        posted = self._start + timedelta(seconds=seconds)
        self.lines.append(
            Line(transaction, kind, description, cents(amount), posted, marketplace=SHOP, **more)
        )

    def _order(self) -> None:
        self._number += 1
        sku, price, fee = self._dice.choice(_SKUS)
        own = self._dice.random() < 0.2
        if sku == self._dearer:
            fee = f"{cents(Decimal(fee) * Decimal('2.4'))}"
        units = self._dice.choice((1, 1, 2, 3, 6, 12, 20))
        value = cents(Decimal(price) * units)
        tax = cents(value * Decimal("0.19"))
        who = {
            "order": f"305-{self._number:07}-61{self._number % 100_000:05}",
            "item": f"{44190000000000 + self._number}",
            "sku": sku,
            "fulfilment": "MFN" if own else "AFN",
        }
        self.line("Order", "ItemPrice", "Principal", value, **who)
        self.line("Order", "ItemPrice", "Tax", tax, **who)
        withheld = self._dice.random() < 0.2
        if withheld:
            self.line("Order", "ItemWithheldTax", "MarketplaceFacilitatorVAT-Principal", -tax, **who)
        if own:
            self.line("Order", "ItemPrice", "Shipping", "4.90", **who)
        else:
            self.line("Order", "ItemFees", "FBAPerUnitFulfillmentFee", -cents(Decimal(fee) * units), **who)
        self.line("Order", "ItemFees", "Commission", -cents(value * Decimal("0.15")), **who)
        rebate = cents(value / 10) if self._dice.random() < 0.12 else Decimal(0)
        if rebate:
            self.line("Order", "Promotion", "Principal", -rebate, **who)
        if self._dice.random() < 0.07:
            self.line("Refund", "ItemPrice", "Principal", -value, **who)
            if rebate:
                self.line("Refund", "Promotion", "Principal", rebate, **who)
            self.line("Refund", "ItemPrice", "Tax", -tax, **who)
            if withheld:
                self.line("Refund", "ItemWithheldTax", "MarketplaceFacilitatorVAT-Principal", tax, **who)
            self.line("Refund", "ItemFees", "Commission", cents(value * Decimal("0.12")), **who)
            self.line("Refund", "ItemFees", "RefundCommission", -cents(value * Decimal("0.03")), **who)

    def _charges(self, returned: Decimal, kept: Decimal) -> None:
        other = "other-transaction"
        self.line("ServiceFee", "Cost of Advertising", "TransactionTotalAmount", "-441.37")
        self.line("ServiceFee", "Cost of Advertising", "TransactionTotalAmount", "-212.90")
        self.line(other, other, "Storage Fee", f"-{self._dice.randint(14000, 22000) / 100}")
        self.line(other, other, "StorageRenewalBilling", "-61.30")
        self.line(other, other, "Subscription", "-39.00")
        if returned:
            self.line(other, other, "Previous Reserve Amount Balance", returned)
        if kept:
            self.line(other, other, "Current Reserve Amount", -kept)


RESERVES = ("0", "612.40", "731.85", "548.20", "904.60")


def chain(folder: Path, *, now: datetime | None = None, settlements: int = 4) -> list[Path]:
    """Files of that many fortnights without a gap, the last one ended four days ago.

    In the fourth Amazon handles one SKU as if it were oversize.
    """
    moment = (now or datetime.now(UTC)).replace(hour=7, minute=42, second=0, microsecond=0)
    last = moment - timedelta(days=4)
    paths = []
    for place in range(settlements):
        end = last - FORTNIGHT * (settlements - 1 - place)
        made = Fortnight(
            place + 1,
            end,
            returned=RESERVES[place % 5],
            kept=RESERVES[(place + 1) % 5],
            dearer="KR-ORD-8-S-10" if place == 3 else "",
        )
        paths.append(write(folder, made.draft()))
    return paths


def unknown_kinds(folder: Path, end: datetime, *, place: int = 9) -> Path:
    """A fortnight with three kinds of amounts that no rule knows."""
    made = Fortnight(place, end, returned="904.60", kept="640.00")
    made.line("Order", "ItemFees", "FBALowInventoryLevelFeeSurchargeEU", "-31.20", sku="LIN-TM-GE")
    made.line("Order", "ItemFees", "FBALowInventoryLevelFeeSurchargeEU", "-18.40", sku="SET-HEFTEN")
    made.line("Pan-EU Programme", "ItemFees", "Commission", "-12.75", sku="OT-NOTE-76-12")
    made.line("other-transaction", "other-transaction", "Zollgutschrift Sammelverfahren", "148.90")
    return write(folder, made.draft())


def write(folder: Path, draft: Draft) -> Path:
    """A draft as the file a person downloads from Seller Central."""
    path = folder / f"{draft.settlement_id}.txt"
    path.write_text(draft.text(GERMAN), encoding="utf-8", newline="")
    return path
