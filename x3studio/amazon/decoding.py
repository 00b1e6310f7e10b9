"""An order in the JSON of Amazon's Orders API 2026-01-01, read as the domain's Order.

Only what Amazon's model calls required is insisted on; everything else may really be missing.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from x3studio.amazon.jsontext import Json, dumps, loads
from x3studio.domain.errors import Refused
from x3studio.domain.money import Money
from x3studio.domain.orders import Address, Channel, Order, OrderLine, OrderStatus

T = TypeVar("T")
_MOST_DIGITS = 18


def order_from_json(text: str) -> Order:
    """The order in its canonical text. Raises Refused, naming the field, for one that cannot be read."""
    try:
        raw = loads(text)
    except ValueError:
        raise _odd("", "order", "its text is not JSON") from None
    return decode_order(raw)


def order_to_json(raw: Json) -> str:
    """The canonical text of an order as Amazon sent it: what the outbox keeps and hashes."""
    return dumps(raw)


def order_id(raw: Json) -> str:
    """The order's id, or "" where there is none."""
    found = raw.get("orderId") if isinstance(raw, dict) else None
    return found if isinstance(found, str) else ""


def decode_order(raw: Json) -> Order:
    """As `order_from_json`, from parsed JSON."""
    name = order_id(raw)
    if not name:
        raise _odd("", "orderId", "it is missing")
    try:
        return _Reader(name).order(raw)
    except (TypeError, AttributeError):
        raise _odd(name, "order", "its parts have another shape than Amazon describes") from None


def decode_money(raw: Json, *, owner: str, field: str) -> Money | None:
    """An amount with its currency, or None where Amazon sent none. Raises Refused for a broken one."""
    if not raw:
        return None
    text, currency = raw.get("amount"), raw.get("currencyCode")
    if text is None and currency is None:
        return None
    try:
        amount = Decimal(str(text))
    except InvalidOperation:
        raise _odd(owner, field, f"the amount {str(text)[:40]!r} is no number") from None
    if not amount.is_finite() or abs(amount.adjusted()) > _MOST_DIGITS:
        raise _odd(owner, field, f"the amount {str(text)[:40]!r} is no sum of money")
    if not isinstance(currency, str) or len(currency) != 3:
        raise _odd(owner, field, "the amount has no currency")
    return Money(amount, currency)


def decode_time(text: Json) -> datetime:
    """An ISO 8601 time in UTC; one without a zone is taken as UTC. Raises ValueError."""
    moment = datetime.fromisoformat(str(text))
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def encode_time(moment: datetime, *, to: str = "seconds") -> str:
    """A time as Amazon's parameters take it: UTC with a Z, to the second or to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec=to).replace("+00:00", "Z")


def _odd(owner: str, field: str, why: str) -> Refused:
    return Refused(
        f"Amazon's order cannot be read: {field}: {why}.",
        advice="Look at the order in Seller Central; replay once Amazon shows it whole.",
        cause="value",
        subject=field,
        context={"order": owner},
    )


class _Reader:
    """Reads one order and knows its id for the error texts."""

    def __init__(self, owner: str) -> None:
        self._owner = owner

    def order(self, raw: Mapping[str, Json]) -> Order:
        fulfillment = raw.get("fulfillment") or {}
        buyer = raw.get("buyer") or {}
        recipient = raw.get("recipient") or {}
        address = recipient.get("deliveryAddress") or {}
        lines = raw.get("orderItems")
        if not isinstance(lines, list):
            raise _odd(self._owner, "orderItems", "they are missing")
        return Order(
            order_id=self._owner,
            created=self._required(raw, "createdTime", decode_time),
            updated=self._required(raw, "lastUpdatedTime", decode_time),
            marketplace=_text(raw.get("salesChannel") or {}, "marketplaceId"),
            channel=Channel.FBA if fulfillment.get("fulfilledBy") == "AMAZON" else Channel.FBM,
            status=_status(_text(fulfillment, "fulfillmentStatus")),
            lines=tuple(self._line(line) for line in lines),
            total=self._money((raw.get("proceeds") or {}).get("grandTotal"), "grandTotal"),
            ship_to=_address(address) if address else None,
            buyer_name=_text(buyer, "buyerName"),
            company=_text(buyer, "buyerCompanyName") or _text(address, "companyName"),
            vat_number=_vat_number(raw.get("tax") or {}),
            purchase_order=_text(buyer, "buyerPurchaseOrderNumber"),
            business="AMAZON_BUSINESS" in (raw.get("programs") or ()),
            ship_by=self._latest(fulfillment, "shipByWindow"),
            deliver_by=self._latest(fulfillment, "deliverByWindow"),
        )

    def _line(self, raw: Mapping[str, Json]) -> OrderLine:
        product = raw.get("product") or {}
        proceeds = raw.get("proceeds") or {}
        shares = proceeds.get("breakdowns") or []
        discount = self._share(shares, "DISCOUNT")
        return OrderLine(
            line_id=_text(raw, "orderItemId"),
            sku=_text(product, "sellerSku"),
            asin=_text(product, "asin"),
            title=_text(product, "title"),
            quantity=self._required(raw, "quantityOrdered", _whole),
            price=self._money((product.get("price") or {}).get("unitPrice"), "unitPrice"),
            total=self._money(proceeds.get("proceedsTotal"), "proceedsTotal"),
            shipping=self._share(shares, "SHIPPING"),
            discount=Money(abs(discount.amount), discount.currency) if discount else None,
            tax=self._share(shares, "TAX"),
        )

    def _share(self, shares: list[Mapping[str, Json]], kind: str) -> Money | None:
        """The sum of one kind of proceeds, or None where Amazon names none."""
        found = [
            money
            for share in shares
            if share.get("type") == kind and (money := self._money(share.get("subtotal"), kind))
        ]
        if len({money.currency for money in found}) > 1:
            raise _odd(self._owner, kind, "it comes in several currencies")
        if not found:
            return None
        return Money(sum((money.amount for money in found), Decimal(0)), found[0].currency)

    def _money(self, raw: Json, field: str) -> Money | None:
        return decode_money(raw, owner=self._owner, field=field)

    def _latest(self, fulfillment: Mapping[str, Json], window: str) -> datetime | None:
        text = (fulfillment.get(window) or {}).get("latestDateTime")
        try:
            return decode_time(text) if text else None
        except ValueError:
            return None

    def _required(self, raw: Mapping[str, Json], field: str, read: Callable[[Json], T]) -> T:
        found = raw.get(field)
        if found is None:
            raise _odd(self._owner, field, "it is missing")
        try:
            return read(found)
        except (ValueError, OverflowError):
            raise _odd(self._owner, field, f"{str(found)[:40]!r} cannot be read") from None


def _whole(raw: Json) -> int:
    """A count; "2", 2 and 2.0 are two, anything between or below is not a count."""
    try:
        number = Decimal(str(raw))
    except InvalidOperation:
        raise ValueError("not a number") from None
    if isinstance(raw, bool) or not number.is_finite() or number < 0 or number != number.to_integral_value():
        raise ValueError("not a count")
    return int(number)


def _text(raw: Mapping[str, Json], key: str) -> str:
    found = raw.get(key)
    return "" if found is None else str(found)


def _status(text: str) -> OrderStatus:
    """A status that a later version of Amazon's model adds is unknown, never guessed."""
    try:
        return OrderStatus(text)
    except ValueError:
        return OrderStatus.UNKNOWN


def _vat_number(tax: Mapping[str, Json]) -> str:
    """The buyer's registration number; a VAT number is preferred over other registrations."""
    buyers = [
        entry
        for entry in tax.get("taxRegistrations") or ()
        if entry.get("entityType", "BUYER") == "BUYER" and entry.get("taxRegistrationNumber")
    ]
    buyers.sort(key=lambda entry: entry.get("taxRegistrationType") != "VAT")
    return _text(buyers[0], "taxRegistrationNumber") if buyers else ""


def _address(raw: Mapping[str, Json]) -> Address:
    return Address(
        name=_text(raw, "name"),
        company=_text(raw, "companyName"),
        line1=_text(raw, "addressLine1"),
        line2=_text(raw, "addressLine2"),
        line3=_text(raw, "addressLine3"),
        city=_text(raw, "city") or _text(raw, "municipality") or _text(raw, "districtOrCounty"),
        region=_text(raw, "stateOrRegion"),
        postcode=_text(raw, "postalCode"),
        country=_text(raw, "countryCode"),
        phone=_text(raw, "phone"),
    )
