"""This seller's offers out of the listings report: all of them at once, with less said of each."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from x3studio.amazon.marketplaces import MARKETPLACES
from x3studio.domain.catalogue import Listing
from x3studio.domain.money import Money

NEEDED = ("seller-sku",)
COLUMNS = (
    *("asin", "title", "fulfilled_by_amazon", "status", "price", "currency", "quantity", "condition"),
    "opened",
)
"""What the report knows; all else stays as the Listings API or the catalogue said."""
_OWN_STOCK = ("DEFAULT", "")
_EAN_KINDS = ("3", "4")
"""Kinds of product-id: 1 is an ASIN, 2 an ISBN, 3 a UPC, 4 an EAN (Seller Central's inventory template)."""


def listing_of(row: Mapping[str, str], *, marketplace: str) -> Listing | None:
    """One row; None for one without a SKU."""
    sku = row.get("seller-sku", "")
    if not sku:
        return None
    by_amazon = row.get("fulfillment-channel", "").upper() not in _OWN_STOCK
    return Listing(
        sku=sku,
        asin=row.get("asin1", "") or (row.get("product-id", "") if row.get("product-id-type") == "1" else ""),
        title=row.get("item-name", ""),
        marketplace=marketplace,
        fulfilled_by_amazon=by_amazon,
        status=row.get("status", ""),
        ean=row.get("product-id", "") if row.get("product-id-type") in _EAN_KINDS else "",
        price=_price(row.get("price", ""), marketplace),
        quantity=None if by_amazon else _count(row.get("quantity", "")),
        image=row.get("image-url", ""),
        condition=row.get("item-condition", ""),
        opened=_opened(row.get("open-date", "")),
    )


def _price(text: str, marketplace: str) -> Money | None:
    """Amazon writes prices in the form of the marketplace: 1.234,50 or 1,234.50."""
    known = MARKETPLACES.get(marketplace)
    number = decimal_of(text)
    return Money(number, known.currency) if known and number is not None else None


def decimal_of(text: str) -> Decimal | None:
    """A number with a point or a comma as decimal mark, the other one as separator of thousands.

    A single mark before exactly three digits separates thousands: prices have two decimals or none.
    """
    plain = text.replace("\xa0", "").replace(" ", "")
    mark = "," if plain.rfind(",") > plain.rfind(".") else "."
    other = "." if mark == "," else ","
    plain = plain.replace(other, "")
    if plain.count(mark) > 1 or (len(plain.rpartition(mark)[2]) == 3 and other not in text):
        plain = plain.replace(mark, "")
    plain = plain.replace(mark, ".")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _count(text: str) -> int | None:
    number = decimal_of(text)
    return int(number) if number is not None and number >= 0 else None


def _opened(text: str) -> datetime | None:
    """The day alone is exact: the zone behind it is an abbreviation that may mean several."""
    for shape in ("%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y"):
        try:
            return datetime.strptime(text[:10], shape).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None
