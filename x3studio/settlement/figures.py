"""Amounts as text: the currency's own decimals, more only where a file really holds more."""

from decimal import Decimal

from x3studio.domain.money import minor_unit

_MINUS = "\N{MINUS SIGN}"


def figure(amount: Decimal, currency: str) -> str:
    """ "1141.18" for EUR, "1141" for JPY; never an exponent, never a negative zero."""
    unit = minor_unit(currency)
    rounded = amount.quantize(unit)
    amount = rounded if rounded == amount else amount.normalize()
    return f"{amount if amount else abs(amount):f}"


def grouped(amount: Decimal, currency: str) -> str:
    """ "47,902.80", "−12.40", "1,141" for yen: what stands in a column of amounts."""
    unit = minor_unit(currency)
    shown = amount.quantize(unit)
    if shown != amount:
        shown = amount.normalize()
    text = f"{abs(shown):,f}"
    return f"{_MINUS}{text}" if shown < 0 else text


def counted(number: int, thing: str, many: str = "") -> str:
    """ "1 line", "12 lines"; `many` where the plural is not made with an s."""
    return f"{number} {thing if number == 1 else many or thing + 's'}"


def money(amount: Decimal, currency: str) -> str:
    """An amount with its currency, for sentences."""
    return f"{figure(amount, currency)} {currency}".strip()
