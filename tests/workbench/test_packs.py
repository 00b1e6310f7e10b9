"""The pack detective: what titles say in several languages, and how votes become a verdict."""

from decimal import Decimal
from typing import Any

import pytest

from tests.workbench.making import facts
from x3studio.domain.catalogue import Packing
from x3studio.domain.money import Money
from x3studio.workbench import packs, patterns


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Lindner Textmarker gelb, 6er Pack", 6),
        ("Lindner Textmarker gelb 6er-Pack", 6),
        ("Glasses, pack of 12", 12),
        ("Batterien AA, 24 Stück", 24),
        ("Boulons acier, lot de 50", 50),
        ("Piatti in porcellana, confezione da 4", 4),
        ("Wasser 6 x 330 ml", 6),
        ("Kopierpapier A4 80 g, 500 Blatt", None),
        ("Reiniger 500 ml", None),
        ("Tuch 20 x 30 cm", None),
        ("Set of 1 lamp", None),
        ("", None),
    ],
)
def test_what_a_title_says(title: str, said: int | None) -> None:
    assert packs.said_pack(title) == said


def factor(**changes: Any) -> Decimal | None:
    verdict = packs.detect(facts(**changes))
    return verdict.factor if verdict.strong else None


def test_a_title_alone_is_enough() -> None:
    assert factor(offer_changes={"title": "Textmarker, 6er Pack", "price": None}) == 6


def test_a_price_alone_is_not() -> None:
    assert factor(offer_changes={"price": Money(Decimal("23.94"), "EUR")}) is None


def test_amazons_count_and_the_price_agree() -> None:
    changes = {"pack": 10, "price": Money(Decimal("43.90"), "EUR")}
    assert factor(offer_changes=changes) == 10


def test_a_price_with_tax_backs_the_title_all_the_same() -> None:
    verdict = packs.detect(
        facts(offer_changes={"title": "6er Pack", "price": Money(Decimal("28.49"), "EUR")})
    )
    assert verdict.factor == 6
    assert {vote.what for vote in verdict.agreeing} == {"title", "price"}


def test_an_item_that_holds_as_many_needs_no_factor() -> None:
    changes = {"title": "Textmarker, 20 Stück"}
    assert factor(offer_changes=changes, item_changes={"description": "Textmarker 20er"}) == 1


def test_the_unit_of_the_item_counts() -> None:
    changes = {"title": "Textmarker, 12er Pack", "price": None}
    assert factor(offer_changes=changes, item_changes={"sales_to_stock": Decimal(6)}) == 2


def test_a_gtin_14_names_the_carton() -> None:
    verdict = packs.detect(
        facts(
            offer_changes={"ean": "14006381333938", "price": None},
            item_changes={"packings": (Packing("CTN", Decimal(12)),)},
        )
    )
    assert [(vote.what, vote.factor) for vote in verdict.votes] == [("EAN", Decimal(12))]


def test_the_verdict_explains_itself() -> None:
    verdict = packs.detect(
        facts(offer_changes={"title": "6er Pack", "pack": 6, "price": Money(Decimal("23.94"), "EUR")})
    )
    assert (
        verdict.words(Decimal(1))
        == "Title, package quantity and price agree on factor 6, but factor 1 is mapped."
    )


@pytest.mark.parametrize(
    ("sku", "end"),
    [
        ("HB-2291-6PK", ("-6PK", 6)),
        ("HB-2291-PK12", ("-PK12", 12)),
        ("HB_x3", ("_x3", 3)),
        ("HB-2291", None),
        ("HB-12", None),
        ("HB-1PK", None),
        ("6PK", None),
    ],
)
def test_the_end_of_a_sku(sku: str, end: tuple[str, int] | None) -> None:
    assert patterns.suffix_of(sku) == end


def test_a_pattern_is_text_that_reads_back() -> None:
    pattern = patterns.parse("suffix:-12PK=12")
    assert str(pattern) == "suffix:-12PK=12"
    assert pattern.fits("hb-1-12pk")
    assert not pattern.fits("HB-12PK-2")


def test_patterns_are_learned_where_decisions_bear_them_out() -> None:
    mapped = [(f"A{n}-6PK", Decimal(6)) for n in range(7)] + [("B-6PK", Decimal(1)), ("C-2ER", Decimal(2))]
    ((pattern, agree, differ),) = patterns.learned(mapped)
    assert (str(pattern), agree, differ) == ("suffix:-6PK=6", 7, 1)


def test_weights_of_other_units_agree() -> None:
    verdict = packs.detect(
        facts(
            offer_changes={"title": "6er Pack", "weight": Decimal("0.140"), "price": None},
            item_changes={"weight": Decimal(22), "weight_unit": "GR"},
        )
    )
    assert {vote.what for vote in verdict.agreeing} == {"title", "weight"}
    assert packs.weight_ratio(Decimal(1), facts(item_changes={"weight_unit": "BOX"}).article.item) is None  # type: ignore[union-attr]
