"""The words of the mapping page: pairs, ages, factors, moments."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from types import MappingProxyType

from x3studio.domain.mappings import CustomerPair, ItemPair

EVERYWHERE = "Everywhere"
_AS_THEY_ARE: Mapping[str, str] = MappingProxyType({})
KINDS = {"items": "Items", "customers": "Customers", "listings": "Listings"}


def pair_words(pair: ItemPair | CustomerPair) -> str:
    """What stands for a key."""
    if isinstance(pair, CustomerPair):
        return pair.bpcnum
    if pair.components:
        return f"Kit of {len(pair.components)}"
    return (
        f"{pair.itmref}, {factor_words(pair.pack_factor)} per unit" if pair.pack_factor != 1 else pair.itmref
    )


def subject_of(pair: ItemPair | CustomerPair, domains: Mapping[str, str] = _AS_THEY_ARE) -> str:
    """What a decision is about; `domains` gives a marketplace's name by its id."""
    if isinstance(pair, ItemPair):
        return pair.seller_sku
    place = domains.get(pair.marketplace, pair.marketplace)
    return pair.vat_number or " ".join(filter(None, (place, pair.channel))) or "All buyers"


def factor_words(factor: Decimal) -> str:
    """A pack factor without needless zeros."""
    return f"{factor.normalize():f}"


def parse_factor(text: str) -> Decimal | None:
    """A pack factor as it is typed, None where it is no number above zero."""
    try:
        factor = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return factor if factor.is_finite() and factor > 0 else None


def age_words(at: datetime | None, now: datetime) -> str:
    """ "41 min old", "3 h old", "2 days old", "never fetched"."""
    if at is None:
        return "never fetched"
    minutes = max(int((now - at).total_seconds()) // 60, 0)
    if minutes < 1:
        return "just fetched"
    if minutes < 60:
        return f"{minutes} min old"
    return f"{minutes // 60} h old" if minutes < 48 * 60 else f"{minutes // 1440} days old"


def when(at: datetime | None, now: datetime) -> str:
    """ "14:58", or "19 Nov" for another day; "" where there is none."""
    if at is None:
        return ""
    here = at.astimezone()
    return f"{here:%H:%M}" if here.date() == now.astimezone().date() else f"{here.day} {here:%b}"
