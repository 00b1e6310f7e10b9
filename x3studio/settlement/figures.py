"""Amounts as text: the currency's own decimals, more only where a file really holds more."""

from decimal import Decimal

from x3studio.domain.money import minor_unit


def figure(amount: Decimal, currency: str) -> str:
    """ "1141.18" for EUR, "1141" for JPY; never an exponent, never a negative zero."""
    unit = minor_unit(currency)
    rounded = amount.quantize(unit)
    amount = rounded if rounded == amount else amount.normalize()
    return f"{amount if amount else abs(amount):f}"


def money(amount: Decimal, currency: str) -> str:
    """An amount with its currency, for sentences."""
    return f"{figure(amount, currency)} {currency}".strip()
