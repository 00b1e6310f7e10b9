"""Amounts: rounding to the currency, and splits that lose no cent."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from x3studio.domain.money import Money, minor_unit, split

CENT = Decimal("0.01")
amounts = st.integers(-(10**9), 10**9).map(lambda cents: cents * CENT)
weights = st.lists(st.decimals(0, 10**6, places=4), min_size=1, max_size=20)


@given(total=amounts, shares=weights)
def test_a_split_adds_up_and_is_never_a_cent_off_its_share(total: Decimal, shares: list[Decimal]) -> None:
    parts = split(total, shares, unit=CENT)
    assert sum(parts) == total
    whole = sum(shares) or Decimal(len(shares))
    fair = [weight if sum(shares) else Decimal(1) for weight in shares]
    for part, weight in zip(parts, fair, strict=True):
        assert abs(part - total * weight / whole) < CENT
        assert part % CENT == 0


def test_the_largest_remainder_gets_the_cent() -> None:
    assert split(Decimal("10.00"), [Decimal(1)] * 3, unit=CENT) == (
        Decimal("3.34"),
        Decimal("3.33"),
        Decimal("3.33"),
    )


def test_a_total_finer_than_the_unit_cannot_be_split() -> None:
    with pytest.raises(ValueError, match="multiple"):
        split(Decimal("0.005"), [Decimal(1)], unit=CENT)
    with pytest.raises(ValueError, match="weight"):
        split(Decimal("1.00"), [], unit=CENT)


def test_amounts_are_rounded_half_up_to_their_currency() -> None:
    assert minor_unit("JPY") == 1
    assert Money(Decimal("2.345"), "EUR").rounded() == Money(Decimal("2.35"), "EUR")
    assert Money(Decimal("2.5"), "JPY").rounded() == Money(Decimal(3), "JPY")
    assert str(Money(Decimal("2.50"), "EUR")) == "2.50 EUR"
