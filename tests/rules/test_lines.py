"""Lines: packs, kits, charges, discounts, tax, and everything that must be refused instead of guessed."""

from decimal import Decimal
from typing import Any

import pytest

from tests.rules.company import FR, ITEMS, PAIRS, line, lines_of, order, outcome, ruleset, site, translated
from x3studio.domain.errors import Refused, Unmapped
from x3studio.domain.mappings import Component, ItemPair
from x3studio.rules.pricing import unit_prices, worth

CENT = Decimal("0.01")


def refusal(*lines: Any, **changes: Any) -> Refused:
    given = {key: changes.pop(key) for key in ("total", "marketplace", "vat_number") if key in changes}
    with pytest.raises(Refused) as caught:
        outcome(order(*lines, **given), **changes)
    return caught.value


def test_a_pack_multiplies_the_quantity_and_divides_the_price() -> None:
    assert lines_of(translated(order(line("SKU-PEN-6", 2, "23.94")))) == [("PEN", "12", "3.99")]


def test_a_price_that_does_not_divide_evenly_still_multiplies_back() -> None:
    made = translated(order(line("SKU-PEN-6", 1, "10.00")))
    assert lines_of(made) == [("PEN", "6", "1.66667")]
    assert "6 x 1.66667 rounds to 10.00" in made.of("GROPRI", line=1)[0].words


def test_where_no_price_multiplies_back_the_line_is_split() -> None:
    made = translated(order(line("SKU-PEN-1500", 1, "10.00")))
    (_, most, low), (_, last, rest) = lines_of(made)
    assert (most, last) == ("1499", "1")
    assert worth(Decimal(most), Decimal(low), CENT) + Decimal(rest) == Decimal("10.00")
    assert "the line is split" in made.of("GROPRI", line=1)[0].words


@pytest.mark.parametrize(
    ("amount", "quantity", "unit"),
    [
        ("10.01", "1500", "0.01"),
        ("0.01", "100000", "0.01"),
        ("0", "7", "0.01"),
        ("1", "3", "0.01"),
        ("99999999.99", "7919", "0.01"),
        ("1000", "123456.5", "1"),
        ("1.001", "999", "0.001"),
        ("5.00", "0.3", "0.01"),
        ("-4.99", "1", "0.01"),
    ],
)
def test_unit_prices_always_come_to_the_amount(amount: str, quantity: str, unit: str) -> None:
    parts, words = unit_prices(Decimal(amount), Decimal(quantity), Decimal(unit))
    assert sum(part.quantity for part in parts) == Decimal(quantity)
    assert sum(worth(part.quantity, part.price, Decimal(unit)) for part in parts) == Decimal(amount)
    assert all(part.quantity > 0 for part in parts)
    assert words


def test_half_a_sales_unit_is_possible() -> None:
    assert lines_of(translated(order(line("SKU-HALF", 3, "2.00")))) == [("PAD", "1.5", "4.00")]


def test_a_kit_shares_its_price_by_the_items_prices() -> None:
    made = translated(order(line("SKU-SET", 1, "9.99")))
    assert lines_of(made) == [("PEN", "2", "2.00"), ("INK", "1", "5.99")]
    assert "by the X3 prices of its parts" in made.of("ITMREF", line=1)[0].words


def test_a_kit_shares_its_price_by_weights_where_given() -> None:
    made = translated(order(line("SKU-BOX", 2, "5.00")))
    assert lines_of(made) == [("PEN", "2", "1.665"), ("PAD", "6", "1.11167")]
    assert "by the kit's weights" in made.of("ITMREF", line=1)[0].words


def test_a_kit_shares_its_price_equally_where_nothing_is_known() -> None:
    made = translated(order(line("SKU-MIX", 1, "5.01")))
    assert lines_of(made) == [("PEN", "1", "2.51"), ("PAD", "1", "2.50")]
    assert "equally" in made.of("ITMREF", line=2)[0].words


def test_shipping_of_all_lines_is_one_line_of_its_own() -> None:
    made = translated(order(line(shipping="3.00"), line("SKU-INK", shipping="1.99")))
    assert lines_of(made)[-1] == ("PORTO", "1", "4.99")
    assert made.of("ITMREF", line=3)[0].source == "setting items.shipping"


def test_other_charges_of_a_line_go_to_their_own_item() -> None:
    wrapped = line(price="9.99", total="12.98", shipping="1.00")
    settings = site(items={"shipping": "PORTO", "gift_wrap": "PAD", "discount": ""})
    made = translated(order(wrapped), site=settings)
    assert lines_of(made) == [("PEN", "1", "9.99"), ("PORTO", "1", "1.00"), ("PAD", "1", "1.99")]


def test_charges_may_have_an_item_per_marketplace() -> None:
    settings = site(items={"shipping": {FR: "CUT", "*": "PORTO"}})
    assert lines_of(translated(order(line(shipping="1.00"), marketplace=FR), site=settings))[-1][0] == "CUT"


def test_a_charge_without_an_item_is_refused_and_names_the_setting() -> None:
    fault = refusal(line(shipping="4.99"), site=site(items={"shipping": ""}))
    assert (fault.cause, fault.subject) == ("missing", "items.shipping")
    assert "4.99 EUR" in fault.title


def test_a_discount_lowers_the_price() -> None:
    made = translated(order(line(quantity=2, price="10.00", discount="1.00")))
    assert lines_of(made) == [("PEN", "2", "9.50")]
    assert "Discount of 1.00 taken off" in made.of("GROPRI", line=1)[0].words


def test_a_discount_larger_than_the_goods_goes_on_to_shipping() -> None:
    made = translated(order(line(price="2.00", shipping="3.00", discount="4.00")))
    assert lines_of(made) == [("PEN", "1", "0.00"), ("PORTO", "1", "1.00")]


def test_a_discount_may_get_a_line_of_its_own() -> None:
    settings = site(discount="line", items={"shipping": "PORTO", "discount": "CUT"})
    made = translated(order(line(price="10.00", discount="1.50")), site=settings)
    assert lines_of(made) == [("PEN", "1", "10.00"), ("CUT", "1", "-1.50")]


def test_tax_on_top_is_added_in_proportion_for_prices_with_tax() -> None:
    taxed = line(price="10.00", total="17.85", shipping="5.00", tax="2.85")
    made = translated(order(taxed))
    assert lines_of(made) == [("PEN", "1", "11.90"), ("PORTO", "1", "5.95")]
    assert "Tax of 2.85 added to it" in made.of("GROPRI", line=1)[0].words


def test_the_figures_tell_where_tax_is_whatever_the_setting_says() -> None:
    on_top = line(price="10.00", total="11.90", tax="1.90")
    inside = line(price="11.90", total="11.90", tax="1.90")
    for said in ("included", "added"):
        for one in (on_top, inside):
            assert lines_of(translated(order(one), site=site(tax=said))) == [("PEN", "1", "11.90")]


def test_tax_on_top_is_left_out_for_prices_without_tax() -> None:
    taxed = line(price="10.00", total="17.85", shipping="5.00", tax="2.85")
    made = translated(order(taxed), site=site(price_type="ex"))
    assert lines_of(made) == [("PEN", "1", "10.00"), ("PORTO", "1", "5.00")]
    assert (str(made.total), made.document.header["PRITYP"]) == ("15.00", "1")


def test_tax_inside_is_taken_out_for_prices_without_tax() -> None:
    made = translated(order(line(price="11.90", tax="1.90")), site=site(price_type="ex"))
    assert lines_of(made) == [("PEN", "1", "10.00")]
    assert "Tax of 1.90 taken out of it" in made.of("GROPRI", line=1)[0].words


def test_tax_on_something_that_was_free_stays_with_the_goods() -> None:
    free = line(price="10.00", total="1.90", discount="10.00", tax="1.90")
    assert lines_of(translated(order(free))) == [("PEN", "1", "1.90")]


def test_a_missing_total_of_the_line_is_worked_out_with_the_site_s_tax_setting() -> None:
    taxed = line(price="10.00", total="", tax="1.90")
    assert lines_of(translated(order(taxed, total="11.90"))) == [("PEN", "1", "11.90")]
    inside = translated(order(taxed, total="10.00"), site=site(tax="included"))
    assert lines_of(inside) == [("PEN", "1", "10.00")]


def test_a_missing_unit_price_is_worked_out_from_the_total() -> None:
    made = translated(order(line(quantity=3, price=None, total="10.00", shipping="1.00")))
    assert lines_of(made) == [("PEN", "3", "3.00"), ("PORTO", "1", "1.00")]


def test_a_line_total_may_hold_the_goods_alone() -> None:
    one = order(line(quantity=2, price=None, total="10.00", shipping="1.00"), total="11.00")
    settings = site(line_total="goods", tax="included")
    assert lines_of(translated(one, site=settings)) == [("PEN", "2", "5.00"), ("PORTO", "1", "1.00")]


def test_a_price_by_quantity_lowers_the_price() -> None:
    made = translated(order(line(quantity=10, price="1.00", total="9.00")))
    assert lines_of(made) == [("PEN", "10", "0.90")]
    assert "a price by quantity" in made.of("GROPRI", line=1)[0].words


def test_lines_of_quantity_zero_are_dropped() -> None:
    made = translated(order(line(), line("UNKNOWN", 0, None, "")))
    assert lines_of(made) == [("PEN", "1", "9.99")]


def test_an_order_of_which_nothing_is_left_is_refused() -> None:
    fault = refusal(line(quantity=0, total="0"))
    assert (fault.cause, "Nothing is left" in fault.title) == ("missing", True)


def test_a_free_order_is_written_with_price_zero() -> None:
    made = translated(order(line(price="0", total="0"), total="0.00"))
    assert lines_of(made) == [("PEN", "1", "0.00")]


def test_an_unmapped_sku_opens_the_mapping() -> None:
    fault = refusal(line("NEW"))
    assert isinstance(fault, Unmapped)
    assert (fault.cause, fault.subject, fault.kind) == ("mapping", "NEW", "items")


def test_a_pair_that_stands_for_nothing_counts_as_unmapped() -> None:
    items = {**PAIRS, ("VOID", ""): ItemPair("VOID", "")}
    assert isinstance(refusal(line("VOID"), items=items), Unmapped)


def test_an_inactive_item_is_refused_and_names_its_successor() -> None:
    assert refusal(line("SKU-OLD")).subject == "OLD"
    fault = refusal(line("SKU-OLD"), successors={"OLD": "PEN"})
    assert (fault.cause, "obsolete" in fault.title, "successor is PEN" in fault.title) == (
        "value",
        True,
        True,
    )
    assert "Map SKU-OLD to PEN" in fault.advice


@pytest.mark.parametrize(
    "pair",
    [
        ItemPair("BAD", "PEN", pack_factor=Decimal(0)),
        ItemPair("BAD", "", components=(Component("PEN", Decimal(-1)),)),
        ItemPair("BAD", "", components=(Component("PEN", Decimal(1), weight=Decimal(-1)),)),
    ],
)
def test_a_mapping_that_makes_no_sense_is_refused(pair: ItemPair) -> None:
    fault = refusal(line("BAD"), items={("BAD", ""): pair})
    assert (fault.cause, fault.subject) == ("value", "BAD")


def test_a_missing_price_is_refused() -> None:
    fault = refusal(line(price=None, total=""), total="9.99")
    assert (fault.cause, fault.subject) == ("missing", "SKU-PEN")


def test_a_missing_sku_is_refused() -> None:
    assert refusal(line("")).cause == "missing"


def test_a_missing_total_of_the_order_is_refused() -> None:
    fault = refusal(line(), total="")
    assert (fault.cause, fault.subject) == ("missing", "order.total")


def test_a_total_that_does_not_fit_is_refused_with_both_figures() -> None:
    fault = refusal(line(price="10.00"), total="15.00")
    assert "10.00 EUR" in fault.title and "15.00 EUR" in fault.title
    assert (fault.context["lines"], fault.context["total"]) == ("10.00", "15.00")


def test_two_currencies_in_one_order_are_refused() -> None:
    fault = refusal(line(), line("SKU-INK", currency="GBP"))
    assert "GBP" in fault.title and fault.subject == "SKU-INK"


def test_amounts_finer_than_the_currency_are_refused() -> None:
    assert "finer than EUR" in refusal(line(price=None, total="9.999")).title


def test_goods_below_zero_are_refused() -> None:
    assert "less than nothing" in refusal(line(price=None, total="1.00", shipping="5.00")).title


def test_an_amount_that_is_no_number_is_refused() -> None:
    assert "is not a number" in refusal(line(price=None, total="NaN"), total="1.00").title


def test_a_negative_quantity_is_refused() -> None:
    assert "below zero" in refusal(line(), line(quantity=-1, price="0", total="0")).title


def test_all_problems_are_named_at_once_and_the_mapping_comes_first() -> None:
    fault = refusal(line("SKU-OLD"), line("NEW-1"), line("NEW-2"), line(price=None, total=""), total="50.00")
    assert isinstance(fault, Unmapped)
    assert fault.subject == "NEW-1"
    assert fault.context["unmapped"] == "NEW-1\nNEW-2"
    assert int(fault.context["problems"]) == 4
    others = [fault.context[f"problem {number}"] for number in (2, 3, 4)]
    assert any("OLD" in text for text in others)
    assert any("NEW-2" in text for text in others)
    assert any("no price" in text for text in others)


def test_too_many_lines_are_refused() -> None:
    rules = ruleset(lambda document: document.update(most_lines=1))
    with pytest.raises(Refused, match="makes 2 lines; X3 takes 1"):
        outcome(order(line(), line("SKU-INK")), rules)
    with pytest.raises(Refused, match="X3 takes 1 in one order"):
        outcome(order(line(), line("SKU-INK")), most_lines=1)


def test_rules_that_round_the_price_away_are_caught_by_the_proof() -> None:
    def coarse(document: dict[str, Any]) -> None:
        price = next(entry for entry in document["lines"] if entry["field"] == "GROPRI")
        price["rules"] = [{"rule": "decimal", "places": 1}]

    with pytest.raises(Refused, match=r"would come to 10.20 EUR instead of 10.00 EUR"):
        outcome(order(line("SKU-PEN-6", 1, "10.00")), ruleset(coarse))


def test_the_items_of_the_company_are_what_the_tests_assume() -> None:
    assert not ITEMS["OLD"].sellable and ITEMS["PEN"].sellable
