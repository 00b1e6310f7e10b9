"""Customers, exchange rates and addresses."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.rules.company import (
    DE,
    FR,
    UK,
    an_address,
    line,
    lines_of,
    order,
    outcome,
    ruleset,
    site,
    translated,
    with_header,
)
from x3studio.domain.catalogue import Customer
from x3studio.domain.errors import Refused, Unmapped
from x3studio.domain.mappings import CustomerPair
from x3studio.domain.orders import Address, Channel
from x3studio.rules.addresses import preview
from x3studio.rules.customers import CustomerBook
from x3studio.rules.rates import Rate, RateTable
from x3studio.rules.trace import explain

DAY = date(2026, 11, 19)
RATES = RateTable.of(
    [
        Rate("GBP", "EUR", date(2026, 11, 18), Decimal("1.1432"), "ECB"),
        Rate("GBP", "EUR", date(2026, 11, 1), Decimal("1.2"), "ECB"),
        Rate("GBP", "EUR", date(2026, 11, 20), Decimal("9"), "ECB"),
        Rate("EUR", "USD", date(2026, 11, 19), Decimal("1.25"), "treasury"),
    ]
)


@pytest.mark.parametrize(
    ("changes", "bpcnum"),
    [
        ({}, "AMZ-DE-FBM"),
        ({"channel": Channel.FBA}, "AMZ-DE"),
        ({"marketplace": FR, "channel": Channel.FBA}, "AMZ-FBA"),
        ({"marketplace": FR}, "AMZ-REST"),
        ({"vat_number": "DE 136695976", "business": True}, "KD10001"),
        ({"vat_number": "DE136695976"}, "KD10001"),
        ({"vat_number": "DE999"}, "AMZ-DE-FBM"),
    ],
)
def test_the_customer_follows_vat_number_then_marketplace_then_channel(
    changes: dict[str, Any], bpcnum: str
) -> None:
    assert translated(order(**changes)).document.header["BPCORD"] == bpcnum


def test_a_business_buyer_without_a_customer_opens_the_mapping() -> None:
    with pytest.raises(Unmapped) as caught:
        outcome(order(business=True, vat_number="fr 83 404 833 048"))
    fault = caught.value
    assert (fault.kind, fault.subject, fault.cause) == ("customers", "FR83404833048", "mapping")
    assert "no valid EU VAT number" not in fault.advice


def test_a_doubtful_vat_number_is_said_so() -> None:
    with pytest.raises(Unmapped) as caught:
        outcome(order(business=True, vat_number="DE136695977"))
    assert "no valid EU VAT number" in caught.value.advice


def test_business_buyers_may_share_the_generic_customer_by_the_rule_set() -> None:
    rules = ruleset(lambda document: document.update(business_buyers="generic"))
    made = translated(order(business=True, vat_number="DE999999999"), rules)
    assert made.document.header["BPCORD"] == "AMZ-DE-FBM"


def test_a_vat_pair_of_another_marketplace_does_not_count() -> None:
    with pytest.raises(Unmapped):
        outcome(order(business=True, vat_number="DE136695976", marketplace=UK))


def test_the_most_particular_vat_pair_holds() -> None:
    book = CustomerBook.of(
        [
            CustomerPair("WIDE", vat_number="DE1"),
            CustomerPair("NEAR", marketplace=DE, vat_number="DE1"),
            CustomerPair("NEAREST", marketplace=DE, channel="FBA", vat_number="DE1"),
        ]
    )
    found = [book.own("DE1", place, channel) for place, channel in ((FR, "FBM"), (DE, "FBM"), (DE, "FBA"))]
    assert [pair.bpcnum for pair in found if pair] == ["WIDE", "NEAR", "NEAREST"]


def test_no_customer_at_all_opens_the_mapping() -> None:
    with pytest.raises(Unmapped) as caught:
        outcome(order(), customers=CustomerBook.of([]))
    assert (caught.value.kind, caught.value.subject) == ("customers", f"{DE}/FBM")


@pytest.mark.parametrize(
    ("customer", "words"),
    [
        (Customer("AMZ-DE-FBM", "A", active=False), "inactive"),
        (Customer("AMZ-DE-FBM", "A", currency="GBP"), "kept in GBP"),
    ],
)
def test_a_customer_x3_would_refuse_is_refused_before(customer: Customer, words: str) -> None:
    with pytest.raises(Refused, match=words) as caught:
        outcome(order(), customer_masters={customer.bpcnum: customer})
    assert caught.value.subject == "AMZ-DE-FBM"


def test_an_order_stays_in_its_own_currency() -> None:
    made = translated(order(line(currency="GBP"), marketplace=UK), rates=RATES)
    assert (made.currency, made.document.header["CUR"], made.notes) == ("GBP", "GBP", ())


def test_an_order_is_converted_where_the_site_wants_it() -> None:
    fields = with_header(
        {"field": "YRATE", "from": "rate.value"},
        {"field": "YSOURCE", "from": "rate.source"},
        {"field": "YDAY", "from": "rate.date", "rules": ["date"]},
        {"field": "YPAIR", "from": "rate.pair"},
    )
    one = order(line(price="10.00", shipping="3.33", currency="GBP"), marketplace=UK)
    made = translated(one, fields, rates=RATES, site=site(convert_to="EUR"))
    header = made.document.header
    assert (header["CUR"], str(made.total)) == ("EUR", "15.24")
    assert lines_of(made) == [("PEN", "1", "11.43"), ("PORTO", "1", "3.81")]
    assert [header[name] for name in ("YRATE", "YSOURCE", "YDAY", "YPAIR")] == [
        *("1.1432", "ECB", "2026-11-18", "GBP/EUR"),
    ]
    assert made.of("CUR")[0].words == "1 GBP = 1.1432 EUR, ECB, 2026-11-18."
    assert "1 GBP = 1.1432 EUR, ECB, 2026-11-18." in explain(made)


def test_conversion_may_be_for_one_marketplace_only() -> None:
    settings = site(convert_to={UK: "EUR"})
    assert translated(order(), rates=RATES, site=settings).currency == "EUR"
    assert translated(order(line(currency="GBP")), rates=RATES, site=settings).currency == "GBP"


def test_a_missing_rate_is_refused_with_advice() -> None:
    with pytest.raises(Refused) as caught:
        outcome(order(line(currency="SEK")), rates=RATES, site=site(convert_to="EUR"))
    fault = caught.value
    assert (fault.cause, fault.subject) == ("missing", "SEK/EUR")
    assert "2026-11-19" in fault.title and "Enter a rate SEK/EUR" in fault.advice


def test_a_rate_that_is_too_old_is_refused() -> None:
    late = order(line(currency="GBP"), created=datetime(2026, 12, 24, tzinfo=UTC))
    with pytest.raises(Refused, match="too old"):
        outcome(late, rates=RATES, site=site(convert_to="EUR"))
    assert translated(late, rates=RATES, site=site(convert_to="EUR", rate_days="")).currency == "EUR"


def test_the_table_finds_the_last_rate_of_the_day_direct_or_turned_round() -> None:
    assert RATES.convert("GBP", "EUR", on=DAY).value == Decimal("1.1432")
    assert RATES.convert("GBP", "EUR", on=date(2026, 11, 1)).value == Decimal("1.2")
    turned = RATES.convert("USD", "EUR", on=DAY)
    assert (turned.value, turned.pair) == (Decimal("0.8"), "USD/EUR")
    assert "turned round" in turned.words
    assert RATES.convert("EUR", "EUR", on=DAY).pair == ""
    with pytest.raises(Refused):
        RATES.convert("GBP", "EUR", on=date(2026, 10, 31))
    with pytest.raises(ValueError, match="not above zero"):
        RateTable.of([Rate("A", "B", DAY, Decimal(0), "s")])


def test_an_address_is_shown_before_and_after() -> None:
    shown = {change.field: change for change in preview(an_address())}
    assert (shown["BPRNAM"].after, shown["BPRNAM"].words) == ("Kern & Söhne <Versand>", "Tidied.")
    assert [shown[f"BPAADDLIG({number})"].after for number in (1, 2, 3)] == [
        *("Kern & Söhne", "Am Alten Markt 12", "Hinterhaus, 2. OG"),
    ]
    assert shown["BPAADDLIG(1)"].words == ""
    assert shown["POSCOD"].after == "20095"


def test_the_preview_follows_the_site_s_lengths_and_says_what_is_lost() -> None:
    crowded = Address(
        name="A very long name of a buyer who has many names",
        line1="One street with a rather long name 12",
        line2="Building B, staircase 3",
        city="Lyon",
        postcode="69003",
        country="FR",
    )
    shown = {change.field: change for change in preview(crowded, lengths={"BPAADDLIG": 15, "BPRNAM": 20})}
    assert all(len(shown[f"BPAADDLIG({number})"].after) <= 15 for number in (1, 2, 3))
    assert shown["BPAADDLIG(3)"].words.startswith("No room for: ")
    assert shown["BPRNAM"].words == "Cut from 46 to 19 characters."
    assert shown["CTY"].words == ""


def test_the_same_line_is_not_written_twice() -> None:
    doubled = Address(company="Kern", line1="KERN", line2="Markt 1", country="DE")
    lines = [change.after for change in preview(doubled) if change.field.startswith("BPAADDLIG")]
    assert lines == ["Kern", "Markt 1", ""]
