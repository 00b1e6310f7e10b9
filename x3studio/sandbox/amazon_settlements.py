"""The demo's settlement reports: two-week settlements in a chain for each marketplace, in Amazon's form."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from x3studio.domain.catalogue import Listing
from x3studio.domain.orders import OrderStatus
from x3studio.sandbox.amazon_sales import Sale
from x3studio.sandbox.orders import Orders
from x3studio.sandbox.world import Marketplace, World

KIND = "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2"
_COLUMNS = (
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
_LENGTH = timedelta(days=14)
_LAST_ENDED = timedelta(days=2)
_CHAIN = 5
_CENT = Decimal("0.01")
_FULL_DAYS = 20
"""How many days the demo's own orders reach back; before that, sales are invented."""


@dataclass(frozen=True, slots=True)
class SettlementReport:
    """One report: its id, when Amazon made it, the time it covers and the file."""

    report_id: str
    marketplace: str
    created: datetime
    start: datetime
    end: datetime
    body: bytes


@dataclass(frozen=True, slots=True)
class _Line:
    transaction: str
    kind: str
    description: str
    amount: Decimal
    at: datetime
    order: str = ""
    item: str = ""
    sku: str = ""
    channel: str = ""
    units: str = ""


def settlement_reports(world: World, orders: Orders) -> list[SettlementReport]:
    """All reports, oldest first; the same world gives the same ones."""
    found = []
    for place in world.marketplaces.values():
        reserve = Decimal(0)
        for age in range(_CHAIN, 0, -1):
            end = (world.now - _LAST_ENDED - _LENGTH * (age - 1)).replace(microsecond=0)
            writer = _Writer(world, place, end - _LENGTH, end, newest=age == 1, reserve=reserve)
            found.append(writer.report(orders))
            reserve = writer.kept
    return sorted(found, key=lambda report: report.created)


class _Writer:
    """Writes one settlement; `kept` is the reserve it hands to the next."""

    def __init__(
        self,
        world: World,
        place: Marketplace,
        start: datetime,
        end: datetime,
        *,
        newest: bool,
        reserve: Decimal,
    ) -> None:
        self._world, self._place, self._start, self._end = world, place, start, end
        self._newest, self._reserve = newest, reserve
        self._dice = random.Random(f"{world.seed}:settlement:{place.id}:{end.date()}")
        self._id = str(self._dice.randrange(10**10, 10**11))
        self.kept = Decimal(self._dice.randrange(4_000, 15_000)).scaleb(-2)

    def report(self, orders: Orders) -> SettlementReport:
        """The report with its file in the marketplace's own form."""
        lines = [*self._sales(orders), *self._around()]
        return SettlementReport(
            report_id=f"5{self._id}",
            marketplace=self._place.id,
            created=self._end + timedelta(hours=5),
            start=self._start,
            end=self._end,
            body=self._text(lines).encode(),
        )

    def _sales(self, orders: Orders) -> Iterator[_Line]:
        first = int(self._start.timestamp())
        last = int(self._end.timestamp())
        if self._start > self._world.now - timedelta(days=_FULL_DAYS):
            spot = orders.start(updated_from=first)
            for sale, _ in orders.walk(
                spot,
                updated_to=last,
                accept=lambda each: each.place.id == self._place.id and each.status is OrderStatus.SHIPPED,
            ):
                if sale.priced:
                    yield from self._sold(sale)
            return
        listings = [entry for entry in self._world.listings.values() if entry.marketplace == self._place.id]
        for number in range(self._dice.randint(90, 160)):
            yield from self._invented(self._dice.choice(listings), number)

    def _sold(self, sale: Sale) -> Iterator[_Line]:
        at = datetime.fromtimestamp(sale.updated, UTC)
        for line in sale.lines:
            figures = {
                ("ItemPrice", "Principal"): line.item,
                ("ItemPrice", "Tax"): line.tax,
                ("ItemPrice", "Shipping"): line.shipping,
                ("Promotion", "Principal"): -line.discount,
            }
            channel = "AFN" if sale.by_amazon else "MFN"
            yield from self._item(
                figures, at, sale.order_id, line.item_id, line.offer.sku, channel, line.quantity
            )

    def _invented(self, listing: Listing, number: int) -> Iterator[_Line]:
        dice = self._dice
        at = self._start + timedelta(seconds=dice.randrange(int(_LENGTH.total_seconds())))
        gross = listing.price.amount if listing.price else Decimal("9.99")
        net = int(gross / (1 + self._place.vat) * 100)
        tax = int((net * self._place.vat).to_integral_value(ROUND_HALF_UP))
        order = f"303-{dice.randrange(10**7):07d}-{number:07d}"
        item = str(dice.randrange(10**13, 10**14))
        channel = "AFN" if listing.fulfilled_by_amazon else "MFN"
        figures = {("ItemPrice", "Principal"): net, ("ItemPrice", "Tax"): tax}
        yield from self._item(figures, at, order, item, listing.sku, channel, 1)
        if dice.random() < 0.06:
            back = min(at + timedelta(days=2), self._end - timedelta(hours=1))
            yield from self._refunded(figures, back, order, item, listing.sku, channel)

    def _item(
        self,
        figures: Mapping[tuple[str, str], int],
        at: datetime,
        order: str,
        item: str,
        sku: str,
        channel: str,
        units: int,
    ) -> Iterator[_Line]:
        total = sum(figures.values())
        fees = {("ItemFees", "Commission"): -(total * 15 // 100)}
        if channel == "AFN":
            fees["ItemFees", "FBAPerUnitFulfillmentFee"] = -self._fulfilment(sku) * units
        for (kind, description), cents in {**figures, **fees}.items():
            if cents:
                amount = Decimal(cents).scaleb(-2)
                counted = str(units) if description == "Principal" and kind == "ItemPrice" else ""
                yield _Line("Order", kind, description, amount, at, order, item, sku, channel, counted)

    def _fulfilment(self, sku: str) -> int:
        """Cents a unit, the same in every settlement but the newest, before which some were measured anew."""
        number = sum(map(ord, sku))
        usual = 250 + number % 300
        return usual * 2 + 35 if self._newest and number % 4 == 0 else usual

    def _refunded(
        self,
        figures: Mapping[tuple[str, str], int],
        at: datetime,
        order: str,
        item: str,
        sku: str,
        channel: str,
    ) -> Iterator[_Line]:
        commission = sum(figures.values()) * 15 // 100
        for (kind, description), cents in {
            **{key: -cents for key, cents in figures.items()},
            ("ItemFees", "Commission"): commission,
            ("ItemFees", "RefundCommission"): -min(500, commission * 20 // 100),
        }.items():
            amount = Decimal(cents).scaleb(-2)
            yield _Line("Refund", kind, description, amount, at, order, item, sku, channel)

    def _around(self) -> Iterator[_Line]:
        """What belongs to no order: fees of the account, advertising, and reserves."""
        dice, last = self._dice, self._end - timedelta(hours=3)

        def other(
            description: str, amount: Decimal, at: datetime, transaction: str = "other-transaction"
        ) -> _Line:
            return _Line(transaction, "other-transaction", description, amount, at)

        if self._start.month != self._end.month:
            yield other("Subscription Fee", Decimal("-39.00"), last, "ServiceFee")
        yield other("Storage Fee", -_cents(dice, 900, 2_500), last, "ServiceFee")
        yield _Line(
            "ServiceFee", "Cost of Advertising", "TransactionTotalAmount", -_cents(dice, 1_500, 6_000), last
        )
        if self._newest and self._place.market == "FR":
            yield other("Parcel Locker Surcharge", -_cents(dice, 800, 2_500), last, "ServiceFee")
        if self._reserve:
            yield other("Previous Reserve Amount Balance", self._reserve, self._start)
        yield other("Current Reserve Amount", -self.kept, self._end - timedelta(seconds=1))

    def _text(self, lines: list[_Line]) -> str:
        total = sum((line.amount for line in lines), Decimal(0))
        head = {
            "settlement-id": self._id,
            "settlement-start-date": self._instant(self._start),
            "settlement-end-date": self._instant(self._end),
            "deposit-date": self._instant(self._end + timedelta(days=2)),
            "total-amount": self._amount(total),
            "currency": self._place.currency,
        }
        rows = [head, *(self._cells(line) for line in lines)]
        body = ("\t".join(row.get(name, "") for name in _COLUMNS) for row in rows)
        return "\t".join(_COLUMNS) + "\n" + "".join(f"{row}\n" for row in body)

    def _cells(self, line: _Line) -> dict[str, str]:
        return {
            "settlement-id": self._id,
            "currency": self._place.currency,
            "transaction-type": line.transaction,
            "order-id": line.order,
            "merchant-order-id": line.order,
            "marketplace-name": self._place.domain if line.order else "",
            "amount-type": line.kind,
            "amount-description": line.description,
            "amount": self._amount(line.amount),
            "fulfillment-id": line.channel,
            "posted-date": f"{line.at:%d.%m.%Y}" if self._comma else f"{line.at:%Y-%m-%d}",
            "posted-date-time": self._instant(line.at),
            "order-item-code": line.item,
            "sku": line.sku,
            "quantity-purchased": line.units,
        }

    @property
    def _comma(self) -> bool:
        return self._place.currency == "EUR"

    def _amount(self, amount: Decimal) -> str:
        text = str(amount.quantize(_CENT))
        return text.replace(".", ",") if self._comma else text

    def _instant(self, at: datetime) -> str:
        return f"{at:%d.%m.%Y %H:%M:%S} UTC" if self._comma else f"{at:%Y-%m-%d %H:%M:%S} UTC"


def _cents(dice: random.Random, least: int, most: int) -> Decimal:
    return Decimal(dice.randint(least, most)).scaleb(-2)
