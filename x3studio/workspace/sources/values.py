"""Items, customers, listings and sales out of the cells of a file, by field."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from x3studio.amazon import MARKETPLACES
from x3studio.domain.catalogue import Customer, Item, ItemStatus, Listing, Sales
from x3studio.domain.money import Money

Cells = Mapping[str, str]
_AMOUNT = re.compile(r"(?:[^\d\s.,+\-]{1,3}\s*)?([+\-]?\d[\d.,'\s]*)(?:[^\d\s.,]{1,3})?")
"""Digits with their marks, and a currency before or behind."""
_SPACES = re.compile(r"['\s]")
_MOST_DIGITS = 20
_STATUS_WORDS = {
    "active": ItemStatus.ACTIVE,
    "aktiv": ItemStatus.ACTIVE,
    "actif": ItemStatus.ACTIVE,
    "activo": ItemStatus.ACTIVE,
    "indevelopment": ItemStatus.IN_DEVELOPMENT,
    "shortage": ItemStatus.SHORTAGE,
    "notrenewed": ItemStatus.NOT_RENEWED,
    "obsolete": ItemStatus.OBSOLETE,
    "inactive": ItemStatus.OBSOLETE,
    "inaktiv": ItemStatus.OBSOLETE,
    "inactif": ItemStatus.OBSOLETE,
    "notusable": ItemStatus.NOT_USABLE,
}
_YES = frozenset({"2", "yes", "ja", "oui", "si", "true", "y", "o", "x", "active", "aktiv", "actif"})
_DAYS = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%Y%m%d")
_CANCELLED = ("cancelled", "canceled")


@dataclass(slots=True)
class Reading:
    """How the cells of one file are read. `odd` counts numbers that cannot be; the rest is left empty."""

    decimal_mark: str
    marketplace: str = ""
    odd: list[str] = field(default_factory=list)

    def number(self, text: str) -> Decimal | None:
        """A number with the file's decimal mark; currency signs and separators of thousands are ignored."""
        found = _AMOUNT.fullmatch(text.strip())
        plain = _SPACES.sub("", found[1]) if found else ""
        other = "." if self.decimal_mark == "," else ","
        plain = plain.replace(other, "").replace(self.decimal_mark, ".")
        try:
            number = Decimal(plain) if plain else None
        except InvalidOperation:
            number = None
        if number is not None and number.is_finite() and abs(number.adjusted()) < _MOST_DIGITS:
            return number
        if text:
            self.odd.append(text)
        return None

    def whole(self, text: str) -> int | None:
        """A count."""
        number = self.number(text)
        return int(number) if number is not None and number == number.to_integral_value() else None

    def item(self, cells: Cells) -> Item | None:
        """An item; None without an ITMREF."""
        unit = cells.get("stock_unit", "") or "UN"
        return Item(
            itmref=cells["itmref"],
            description=cells.get("description", ""),
            status=_status(cells.get("status", "")),
            ean=cells.get("ean", ""),
            category=cells.get("category", ""),
            stock_unit=unit,
            sales_unit=cells.get("sales_unit", "") or unit,
            sales_to_stock=self.number(cells.get("sales_to_stock", "")) or Decimal(1),
            tax_level=cells.get("tax_level", ""),
            price=self.number(cells.get("price", "")),
            supplier=cells.get("supplier", ""),
            weight=self.number(cells.get("weight", "")),
            more=cells.get("more", ""),
            search_key=cells.get("search_key", ""),
            successor=cells.get("successor", ""),
        )

    def customer(self, cells: Cells) -> Customer | None:
        """A customer; None without a BPCNUM."""
        return Customer(
            bpcnum=cells["bpcnum"],
            name=cells.get("name", ""),
            active=cells.get("active", "") == "" or cells["active"].lower() in _YES,
            country=cells.get("country", ""),
            currency=cells.get("currency", "").upper(),
            vat_number=cells.get("vat_number", ""),
            tax_rule=cells.get("tax_rule", ""),
            payment_terms=cells.get("payment_terms", ""),
            city=cells.get("city", ""),
            postcode=cells.get("postcode", ""),
            street=cells.get("street", ""),
            category=cells.get("category", ""),
        )

    def listing(self, cells: Cells) -> Listing | None:
        """A listing; its marketplace is the file's own word, else the one that was chosen."""
        place = marketplace_of(cells.get("marketplace", "")) or self.marketplace
        price, known = self.number(cells.get("price", "")), MARKETPLACES.get(place)
        currency = cells.get("currency", "").upper() or (known.currency if known else "")
        by_amazon = cells.get("channel", "").upper().startswith(("AMAZON", "AFN", "FBA"))
        return Listing(
            sku=cells["sku"],
            asin=cells.get("asin", ""),
            title=cells.get("title", ""),
            marketplace=place,
            fulfilled_by_amazon=by_amazon,
            status=cells.get("status", ""),
            brand=cells.get("brand", ""),
            ean=cells.get("ean", ""),
            price=Money(price, currency) if price is not None and currency else None,
            quantity=None if by_amazon else self.whole(cells.get("quantity", "")),
            parent=cells.get("parent", ""),
            size=cells.get("size", ""),
            colour=cells.get("colour", ""),
            pack=self.whole(cells.get("pack", "")),
            image=cells.get("image", ""),
        )

    def sale(self, cells: Cells) -> Sales | None:
        """What one row sold; None for cancelled ones, and for those without a day or a count."""
        units, day = self.number(cells.get("units", "")), _day(cells.get("day", ""))
        if not units or day is None or cells.get("status", "").lower() in _CANCELLED:
            return None
        place = marketplace_of(cells.get("marketplace", "") or cells.get("channel", "")) or self.marketplace
        known = MARKETPLACES.get(place)
        revenue = self.number(cells.get("revenue", "")) or Decimal(0)
        discount = self.number(cells.get("discount", "")) or Decimal(0)
        return Sales(
            sku=cells["sku"],
            marketplace=place,
            day=day,
            currency=cells.get("currency", "").upper() or (known.currency if known else ""),
            units=int(units),
            lines=self.whole(cells.get("lines", "")) or 1,
            revenue=revenue - abs(discount),
        )


READERS: Mapping[str, Callable[[Reading, Cells], Item | Customer | Listing | Sales | None]] = {
    "items": Reading.item,
    "customers": Reading.customer,
    "listings": Reading.listing,
    "sales": Reading.sale,
}


def marketplace_of(text: str) -> str:
    """A marketplace's id out of its id, its country or its domain; "" for anything else."""
    plain = text.strip()
    if plain in MARKETPLACES:
        return plain
    word = plain.lower().removeprefix("www.")
    word = "gb" if word == "uk" else word
    for known in MARKETPLACES.values():
        if word in (known.country.lower(), known.domain.removeprefix("www.")):
            return known.id
    return ""


def _status(text: str) -> ItemStatus:
    """X3's number or a word for it; what nobody can read must not make an item sellable."""
    plain = re.sub(r"[^a-z0-9]", "", text.lower())
    if not plain:
        return ItemStatus.ACTIVE
    if plain.isdigit() and int(plain) in list(ItemStatus):
        return ItemStatus(int(plain))
    return _STATUS_WORDS.get(plain, ItemStatus.NOT_USABLE)


def _day(text: str) -> date | None:
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        pass
    for shape in _DAYS:
        try:
            return datetime.strptime(text.strip()[:10], shape).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None
