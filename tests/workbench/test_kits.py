"""Kits: shares that add up to the last cent, and the stock of the scarcest part."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from x3studio.domain.money import Money
from x3studio.workbench import kits
from x3studio.workbench.kits import KitPart

amounts = st.decimals(min_value=0, max_value=100_000, places=2)
parts = st.lists(
    st.builds(
        KitPart,
        itmref=st.text("AB", min_size=1),
        description=st.just(""),
        quantity=st.integers(1, 40).map(Decimal),
        price=st.none() | amounts,
        available=st.none() | st.integers(-5, 500).map(Decimal),
        weight=st.none() | amounts,
    ),
    min_size=1,
    max_size=6,
)


@given(parts, amounts, st.sampled_from(["EUR", "JPY", "KWD"]))
def test_shares_add_up_exactly(of: list[KitPart], amount: Decimal, currency: str) -> None:
    price = Money(amount, currency)
    found = kits.shares(price, of)
    assert sum(share.amount for share in found) == price.rounded().amount
    assert all(share.amount >= 0 and share.currency == currency for share in found)


def test_the_price_is_shared_by_what_the_parts_cost() -> None:
    pens = KitPart("PEN", "", Decimal(2), price=Decimal("1.00"), available=Decimal(9))
    case = KitPart("CASE", "", Decimal(1), price=Decimal("8.00"), available=Decimal(3))
    kit = kits.assembled([pens, case], Money(Decimal("12.99"), "EUR"), source="draft")
    assert [str(part.share) for part in kit.parts] == ["2.60 EUR", "10.39 EUR"]
    assert kit.stock == 3


def test_stock_is_that_of_the_scarcest_part_and_never_negative() -> None:
    two = KitPart("A", "", Decimal(2), available=Decimal(7))
    assert kits.stock([two]) == 3
    assert kits.stock([two, KitPart("B", "", Decimal(1), available=Decimal(-2))]) == 0
    assert kits.stock([two, KitPart("C", "", Decimal(1))]) is None
    assert kits.stock([]) is None


@given(st.integers(-3, 1000), st.dictionaries(st.text("AB", min_size=1), st.integers(0, 50), max_size=6))
def test_the_same_unit_is_never_offered_twice(available: int, claims: dict[str, int]) -> None:
    offered = kits.offered(available, claims)
    assert sum(offered.values()) == (max(available, 0) if claims else 0)
    assert all(count >= 0 for count in offered.values())
