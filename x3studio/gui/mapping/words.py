"""The words of the mapping page: kinds of masters, ages, factors, moments."""

from datetime import datetime
from decimal import Decimal, InvalidOperation

KINDS = {"items": "Items", "customers": "Customers", "listings": "Listings"}


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
