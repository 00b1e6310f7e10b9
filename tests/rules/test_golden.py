"""Orders written out in code and the very documents they must become."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from tests.rules.company import (
    BUSINESS_VAT,
    FR,
    an_address,
    context,
    line,
    lines_of,
    order,
    outcome,
    ruleset,
    translated,
    with_header,
)
from x3studio.domain.documents import DocumentKind
from x3studio.domain.errors import Refused
from x3studio.domain.orders import POSTABLE, WAITING, Channel, OrderStatus
from x3studio.rules.orders import included_data, needs_personal_data, order_record
from x3studio.rules.trace import Ignored, NotDue, Translation, explain


def test_a_plain_order_becomes_this_document() -> None:
    made = translated(
        order(
            line("SKU-PEN", 2, "9.99"),
            ship_by=datetime(2026, 11, 23, 22, 59, tzinfo=UTC),
            deliver_by=datetime(2026, 11, 26, 12, 0, tzinfo=UTC),
        )
    )
    assert made.document.kind is DocumentKind.SALES_ORDER
    assert made.document.reference == "302-1234567-7654321"
    assert dict(made.document.header) == {
        "SALFCY": "HAM01",
        "SOHTYP": "SON",
        "BPCORD": "AMZ-DE-FBM",
        "ORDDAT": "2026-11-19",
        "CUR": "EUR",
        "STOFCY": "HAM01",
        "CUSORDREF": "302-1234567-7654321",
        "SHIDAT": "2026-11-23",
        "DEMDLVDAT": "2026-11-26",
        "PRITYP": "2",
    }
    assert [dict(part) for part in made.document.lines] == [
        {"ITMREF": "PEN", "SAU": "UN", "QTY": "2", "GROPRI": "9.99"}
    ]
    assert (str(made.total), made.currency, made.as_of) == ("19.98", "EUR", 17)


def test_the_day_is_the_company_s_own() -> None:
    late = order(created=datetime(2026, 11, 19, 23, 30, tzinfo=UTC))
    made = translated(late)
    assert made.document.header["ORDDAT"] == "2026-11-20"
    assert "another day there" in made.of("ORDDAT")[-1].words


def test_missing_dates_fall_back_to_the_order_s() -> None:
    header = translated(order()).document.header
    assert header["SHIDAT"] == header["DEMDLVDAT"] == header["ORDDAT"] == "2026-11-19"


def test_sites_follow_marketplace_and_channel() -> None:
    fba = translated(order(channel=Channel.FBA)).document.header
    french = translated(order(marketplace=FR)).document.header
    french_fba = translated(order(marketplace=FR, channel=Channel.FBA)).document.header
    assert (fba["SALFCY"], fba["STOFCY"]) == ("HAM01", "AMZFB")
    assert (french["SALFCY"], french["STOFCY"]) == ("STR02", "STR02")
    assert (french_fba["SALFCY"], french_fba["STOFCY"]) == ("STR02", "AMZFB")


def test_a_marketplace_s_own_pair_goes_before_the_one_for_everywhere() -> None:
    assert lines_of(translated(order(marketplace=FR))) == [("PAD", "1", "9.99")]
    assert lines_of(translated(order())) == [("PEN", "1", "9.99")]


@pytest.mark.parametrize("status", OrderStatus)
def test_every_status_has_its_outcome(status: OrderStatus) -> None:
    one = order(status=status)
    if status is OrderStatus.UNKNOWN:
        with pytest.raises(Refused) as caught:
            outcome(one)
        assert (caught.value.cause, caught.value.subject) == ("missing", "order.status")
        return
    made = outcome(one)
    expected = Translation if status in POSTABLE else NotDue if status in WAITING else Ignored
    assert type(made) is expected
    if not isinstance(made, Translation):
        assert made.reference == one.order_id and made.reason
        assert made.reference in explain(made)[0] and made.reason in explain(made)[0]


def test_a_pending_order_is_not_examined_at_all() -> None:
    assert isinstance(outcome(order(line("UNKNOWN"), status=OrderStatus.PENDING)), NotDue)


def test_a_status_the_rule_set_does_not_name_is_refused() -> None:
    rules = ruleset(lambda document: document["states"]["due"].pop("SHIPPED"))
    with pytest.raises(Refused, match="has the status SHIPPED"):
        outcome(order(status=OrderStatus.SHIPPED), rules)


def test_masters_may_be_unknown() -> None:
    made = translated(order(), masters={})
    assert made.document.lines[0]["SAU"] == "UN"
    assert "not known here yet" in made.of("SAU", line=1)[0].words


def test_the_unit_is_the_item_s_sales_unit() -> None:
    assert translated(order(line("SKU-INK"))).document.lines[0]["SAU"] == "BOX"


def test_a_site_field_is_one_more_line_in_the_document() -> None:
    rules = with_header(
        {"field": "YAMZORD", "from": "order.order_id", "rules": [{"rule": "prefix", "text": "AMZ "}]}
    )
    assert translated(order(), rules).document.header["YAMZORD"] == "AMZ 302-1234567-7654321"


def test_personal_data_is_neither_asked_for_nor_carried_unless_mapped() -> None:
    address = an_address()
    one = order(ship_to=address, buyer_name="Anke", company="Kern", purchase_order="PO-1")
    plain = ruleset()
    assert needs_personal_data(plain) == frozenset()
    assert included_data(plain) == {"FULFILLMENT", "PROCEEDS", "TAX"}
    entry = order_record(one, plain)["order"]
    assert not {"ship_to", "buyer_name", "company", "purchase_order"} & set(entry)

    city = with_header({"field": "BPDCTY", "from": "order.ship_to.city"})
    assert needs_personal_data(city) == {"RECIPIENT"}
    assert order_record(one, city)["order"]["ship_to"] == {"city": "Hamburg"}
    both = with_header(
        {"field": "PJT", "from": "order.purchase_order"},
        {"field": "BPDNAM", "value": "To", "rules": [{"rule": "concat", "paths": ["order.ship_to.name"]}]},
    )
    assert needs_personal_data(both) == {"BUYER", "RECIPIENT"}
    carried = order_record(one, both)["order"]
    assert (carried["purchase_order"], carried["ship_to"]) == ("PO-1", {"name": address.name})
    assert included_data(both) == {"FULFILLMENT", "PROCEEDS", "TAX", "BUYER", "RECIPIENT"}


def test_an_order_without_an_address_leaves_the_address_fields_out() -> None:
    rules = with_header(
        {"field": "BPDCTY", "from": "order.ship_to.city"},
        {"field": "BPDADDLIG1", "from": "order.ship_to", "rules": [{"rule": "address_line", "number": 1}]},
    )
    assert not {"BPDCTY", "BPDADDLIG1"} & set(translated(order(), rules).document.header)


def test_the_switched_off_fields_of_the_template_work_when_switched_on() -> None:
    def switch_on(document: dict[str, list[dict[str, object]]]) -> None:
        for entry in document["header"] + document["lines"]:
            entry["active"] = True

    rules = ruleset(switch_on)
    made = translated(order(ship_to=an_address()), rules)
    header = made.document.header
    assert header["BPDNAM"] == "Kern & Söhne <Versand>"
    assert [header[f"BPDADDLIG{number}"] for number in (1, 2, 3)] == [
        "Kern & Söhne",
        "Am Alten Markt 12",
        "Hinterhaus, 2. OG",
    ]
    assert (header["BPDPOSCOD"], header["BPDCTY"], header["BPDCRY"]) == ("20095", "Hamburg", "DE")
    assert header["YAMZSTA"] == "1"
    assert made.document.lines[0]["ITMDES"] == "A pen & <ink> 漢字"
    assert made.document.lines[0]["YAMZSKU"] == "SKU-PEN"


def test_every_field_has_a_trace_that_ends_with_its_value() -> None:
    one = order(line("SKU-SET", 3, "7.77", shipping="4.99"), line("SKU-PEN-1500", 1, "10.01"))
    made = translated(one)
    fields = [(0, made.document.header), *enumerate(made.document.lines, 1)]
    for number, values in fields:
        for name, value in values.items():
            steps = made.of(name, line=number)
            assert steps, (number, name)
            assert steps[-1].after == value
            assert all(step.words and step.rule and step.ref for step in steps)
            assert all(old.after == new.before for old, new in pairwise(steps))
    described = {(step.line, step.field) for step in made.trace}
    empty = {(0, "VACBPR")}
    assert described == {(number, name) for number, values in fields for name in values} | empty


def test_a_dry_run_reads_like_prose() -> None:
    told = explain(translated(order(line("SKU-PEN-6", 2, "23.94"))))
    assert told[0] == "302-1234567-7654321 becomes a document SOH over 47.88 EUR."
    text = "\n".join(told)
    assert "2 on Amazon make 12 in sales units of PEN." in text
    assert "SKU-PEN-6 stands for PEN." in text
    assert "12 x 3.99 = 47.88." in text
    assert "AMZ-DE-FBM is the customer for this marketplace and channel." in text
    assert "VACBPR = (empty)" in text


def test_a_business_buyer_goes_to_its_own_customer() -> None:
    made = translated(order(business=True, vat_number="de136695976"))
    assert made.document.header["BPCORD"] == "KD10001"
    assert made.of("BPCORD")[0].before == BUSINESS_VAT


def test_context_is_not_changed_by_a_translation() -> None:
    before = context()
    translated(order(line("SKU-SET")))
    assert context() == before


def test_equal_input_gives_an_equal_document() -> None:
    one = order(line("SKU-SET", 2, "19.99"))
    assert translated(one).document.fingerprint() == translated(replace(one)).document.fingerprint()
