"""Amounts as text: the currency's own decimals, more only where a file really holds more."""

from decimal import Decimal

from x3studio.domain.money import minor_unit


def figure(amount: Decimal, currency: str) -> str:
    """ "1141.18" for EUR, "1141" for JPY; never an exponent, never a negative zero."""
    unit = minor_unit(currency)
    rounded = amount.quantize(unit)
    amount = rounded if rounded == amount else amount.normalize()
    return f"{amount if amount else abs(amount):f}"


def counted(number: int, thing: str, many: str = "") -> str:
    """ "1 line", "12 lines"; `many` where the plural is not made with an s."""
    return f"{number} {thing if number == 1 else many or thing + 's'}"


def money(amount: Decimal, currency: str) -> str:
    """An amount with its currency, for sentences."""
    return f"{figure(amount, currency)} {currency}".strip()
