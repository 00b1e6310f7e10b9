"""The promise that nothing may break: a document's total is the order's total, or there is no document."""

import os
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.company import (
    line,
    order,
    site,
    translated,
)
from x3studio.domain.mappings import Component, ItemPair
from x3studio.domain.money import minor_unit
from x3studio.domain.orders import Order, OrderLine
from x3studio.rules.rates import Rate, RateTable
from x3studio.rules.trace import Translation

_TIMES = 20 if os.environ.get("X3STUDIO_LONG") == "1" else 1
GOOD = ["SKU-PEN", "SKU-INK", "SKU-PEN-6", "SKU-PEN-1500", "SKU-HALF", "SKU-SET", "SKU-BOX", "SKU-MIX"]
CURRENCIES = ["EUR", "GBP", "JPY", "KWD"]


@st.composite
def orders(draw: st.DrawFn) -> Order:
    """Orders as Amazon sends them: tax inside or on top, shipping, discounts, missing parts, zero lines."""
    currency = draw(st.sampled_from(CURRENCIES))
    unit = minor_unit(currency)
    on_top = draw(st.booleans())
    lines = draw(st.lists(_lines(currency, unit, on_top), min_size=1, max_size=5))
    if not any(part.quantity for part in lines):
        lines.append(_line(currency, "SKU-PEN", 1, unit, unit, Decimal(0), Decimal(0), Decimal(0), False))
    whole = sum((part.total.amount for part in lines if part.total), Decimal(0))
    return order(*lines, total=str(whole)) if whole else order(*lines, total="0")


@st.composite
def _lines(draw: st.DrawFn, currency: str, unit: Decimal, on_top: bool) -> OrderLine:
    sku = draw(st.sampled_from(GOOD))
    quantity = draw(st.sampled_from([0, 1, 1, 2, 3, 7, 13, 99]))
    price = unit * draw(st.integers(0, 200_000))
    shipping = unit * draw(st.sampled_from([0, 0, 399, 1]))
    goods = price * quantity
    most = int((goods + shipping) / unit)
    discount = unit * draw(st.integers(0, most)) if draw(st.booleans()) else Decimal(0)
    rate = draw(st.sampled_from(["0", "0.055", "0.19", "0.20"]))
    base = goods + shipping - discount
    tax = (base * Decimal(rate)).quantize(unit, rounding=ROUND_HALF_UP)
    hide = draw(st.booleans()) and quantity > 0
    return _line(
        currency,
        sku,
        quantity,
        price,
        unit,
        shipping,
        discount,
        tax if quantity else Decimal(0),
        on_top,
        hide,
    )


def _line(
    currency: str,
    sku: str,
    quantity: int,
    price: Decimal,
    unit: Decimal,
    shipping: Decimal,
    discount: Decimal,
    tax: Decimal,
    on_top: bool,
    hide_price: bool = False,
) -> OrderLine:
    if not quantity:
        return line(sku, 0, None, "", currency=currency)
    total = price * quantity + shipping - discount + (tax if on_top else 0)
    if hide_price and on_top:
        return line(
            sku,
            quantity,
            None,
            str(total),
            shipping=str(shipping),
            discount=str(discount),
            tax=str(tax),
            currency=currency,
        )
    return line(
        sku,
        quantity,
        str(price),
        str(total),
        shipping=str(shipping),
        discount=str(discount),
        tax=str(tax),
        currency=currency,
    )


def summed(made: Translation, currency: str) -> Decimal:
    """What X3 makes of the document: each line rounded half up to the currency's minor unit."""
    unit = minor_unit(currency)
    return sum(
        (
            (Decimal(part["QTY"]) * Decimal(part["GROPRI"])).quantize(unit, rounding=ROUND_HALF_UP)
            for part in made.document.lines
        ),
        Decimal(0),
    )


def _checks(made: Translation) -> None:
    for number, values in [(0, made.document.header), *enumerate(made.document.lines, 1)]:
        for name, value in values.items():
            assert made.of(name, line=number)[-1].after == value
            assert "E" not in value or not name.startswith(("QTY", "GROPRI"))
    for part in made.document.lines:
        assert Decimal(part["QTY"]) > 0
        assert Decimal(part["GROPRI"]) >= 0


@settings(max_examples=300 * _TIMES, deadline=None)
@given(orders())
def test_the_total_with_tax_always_holds(one: Order) -> None:
    assert one.total is not None
    made = translated(one)
    assert made.total == summed(made, one.total.currency) == one.total.amount
    _checks(made)


@settings(max_examples=140 * _TIMES, deadline=None)
@given(orders())
def test_the_total_without_tax_always_holds(one: Order) -> None:
    assert one.total is not None
    taxes = sum((part.tax.amount for part in one.lines if part.tax), Decimal(0))
    made = translated(one, site=site(price_type="ex"))
    assert made.total == summed(made, one.total.currency) == one.total.amount - taxes


@settings(max_examples=140 * _TIMES, deadline=None)
@given(orders(), st.decimals("0.0001", "9999", places=4))
def test_a_converted_total_always_holds(one: Order, value: Decimal) -> None:
    assert one.total is not None
    rates = RateTable.of(Rate(currency, "CHF", one.created.date(), value, "test") for currency in CURRENCIES)
    made = translated(one, site=site(convert_to="CHF"), rates=rates)
    exact = (one.total.amount * value).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    assert made.currency == "CHF"
    assert made.total == summed(made, "CHF") == exact


@settings(max_examples=100 * _TIMES, deadline=None)
@given(orders())
def test_discounts_on_their_own_line_keep_the_total(one: Order) -> None:
    assert one.total is not None
    settings_ = site(discount="line", items={"shipping": "PORTO", "gift_wrap": "PORTO", "discount": "CUT"})
    made = translated(one, site=settings_)
    assert made.total == summed(made, one.total.currency) == one.total.amount


@settings(max_examples=100 * _TIMES, deadline=None)
@given(
    st.integers(0, 10_000_000),
    st.lists(
        st.tuples(st.integers(1, 500), st.one_of(st.none(), st.integers(0, 1000))), min_size=1, max_size=8
    ),
    st.decimals("0.01", "5000", places=2),
)
def test_any_kit_keeps_the_price(cents: int, parts: list[tuple[int, int | None]], factor: Decimal) -> None:
    components = tuple(
        Component("PEN", Decimal(count), None if weight is None else Decimal(weight))
        for count, weight in parts
    )
    pair = ItemPair("KIT", "", pack_factor=factor, components=components)
    amount = (Decimal(cents) / 100).quantize(Decimal("0.01"))
    made = translated(order(line("KIT", 1, str(amount))), items={("KIT", ""): pair})
    assert made.total == summed(made, "EUR") == amount
    assert sum(Decimal(part["QTY"]) for part in made.document.lines) == factor * sum(
        count for count, _ in parts
    )
