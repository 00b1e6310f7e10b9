"""Rule set and site documents: what is wrong with them is said with the exact place."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.rules.company import (
    ORDERS_TEXT,
    SHIPPED,
    SITE,
    SITE_TEXT,
    TEMPLATES,
    changed,
    line,
    order,
    outcome,
    ruleset,
)
from x3studio.domain.documents import REFERENCE_FIELD, DocumentKind
from x3studio.domain.errors import Refused, SettingFault
from x3studio.domain.orders import OrderStatus
from x3studio.rules.guards import CHECKS
from x3studio.rules.paths import LINE_PATHS, ORDER_PATHS, getter, personal
from x3studio.rules.ruleset import parse_ruleset
from x3studio.rules.site import WORDS, parse_site

Change = Callable[[dict[str, Any]], Any]


def fault_of(change: Change) -> SettingFault:
    with pytest.raises(SettingFault) as caught:
        ruleset(change)
    return caught.value


def header(entry: dict[str, Any]) -> Change:
    return lambda document: document["header"].insert(0, entry)


def guard(**changes: Any) -> Change:
    entry = {
        "name": "n",
        "path": "order.order_id",
        "check": "present",
        "title": "t",
        "advice": "a",
        **changes,
    }
    return lambda document: document["guards"].insert(0, entry)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda d: d.update(format=2), "format"),
        (lambda d: d.update(kind="XXX"), "kind"),
        (lambda d: d.pop("name"), ""),
        (lambda d: d.update(name=""), "name"),
        (lambda d: d.update(colour="red"), "colour"),
        (lambda d: d.update(header={}), "header"),
        (lambda d: d.update(most_lines=-1), "most_lines"),
        (lambda d: d.update(most_lines=True), "most_lines"),
        (lambda d: d.update(business_buyers="some"), "business_buyers"),
        (lambda d: d["lengths"].update(CUR="three"), "lengths.CUR"),
        (lambda d: d["states"].update(path="order.nothing"), "states.path"),
        (lambda d: d["states"]["wait"].update(SHIPPED="x"), "states.wait"),
        (lambda d: d["states"].update(later={}), "states.later"),
        (lambda d: d["reference"].update(field="YNONE"), "reference"),
        (lambda d: d["reference"].update({"from": "order.nothing"}), "reference.from"),
        (lambda d: d["proof"].update(price="PRICE"), "proof.price"),
        (lambda d: d["proof"].update(quantity="SAU"), "proof.quantity"),
        (header({"field": "A"}), "header[0]"),
        (header({"field": "A", "value": "x", "setting": "y"}), "header[0]"),
        (header({"field": "", "value": "x"}), "header[0].field"),
        (header({"field": "A", "from": []}), "header[0].from"),
        (header({"field": "A", "from": "order.nothing"}), "header[0].from"),
        (header({"field": "A", "from": "line.sku"}), "header[0].from"),
        (header({"field": "A", "from": 7}), "header[0].from"),
        (header({"field": "A", "value": "x", "empty": "maybe"}), "header[0].empty"),
        (header({"field": "A", "value": "x", "active": "yes"}), "header[0].active"),
        (header({"field": "A", "value": "x", "rule": []}), "header[0].rule"),
        (header({"field": "A", "value": "x", "rules": ["shout"]}), "header[0].rules[0]"),
        (header({"field": "A", "value": "x", "active": False, "rules": ["shout"]}), "header[0].rules[0]"),
        (header({"field": "A", "value": "x", "rules": ["trim", "replace"]}), "header[0].rules[1]"),
        (header({"field": "A", "value": "x", "rules": [7]}), "header[0].rules[0]"),
        (
            header({"field": "A", "value": "x", "rules": [{"rule": "truncate", "length": "x"}]}),
            "header[0].rules[0].length",
        ),
        (
            header({"field": "A", "value": "x", "rules": [{"rule": "trim", "lenght": 3}]}),
            "header[0].rules[0].lenght",
        ),
        (
            header({"field": "A", "value": "x", "rules": [{"rule": "lookup", "table": "none"}]}),
            "header[0].rules[0].table",
        ),
        (
            header({"field": "A", "value": "x", "rules": [{"rule": "map", "table": {}, "missing": "x"}]}),
            "header[0].rules[0].missing",
        ),
        (
            header({"field": "A", "value": "x", "rules": [{"rule": "concat", "paths": ["order.x"]}]}),
            "header[0].rules[0]",
        ),
        (header({"field": "CUR", "value": "EUR"}), "header"),
        (lambda d: d["header"][6].update(rules=["upper"]), ""),
        (guard(check="maybe"), "guards[0].check"),
        (guard(path="article.price"), "guards[0].path"),
        (guard(path="line.sku"), "guards[0].path"),
        (guard(path="customer.bpcnum"), "guards[0].path"),
        (guard(on="document"), "guards[0].on"),
        (guard(cause="weather"), "guards[0].cause"),
        (guard(check="matches", pattern="("), "guards[0].pattern"),
        (guard(check="at_most", limit="much"), "guards[0].limit"),
        (guard(check="at_most"), "guards[0]"),
        (guard(title="{order.nothing}"), "guards[0].title"),
        (guard(title="{order.buyer_name}"), "guards[0].title"),
        (guard(title="{order"), "guards[0].title"),
        (guard(advice=""), "guards[0].advice"),
        (guard(active=False, check="maybe"), "guards[0].check"),
    ],
)
def test_a_slip_is_reported_with_its_place(change: Change, place: str) -> None:
    fault = fault_of(change)
    assert fault.field == place
    assert fault.title


def test_a_wrong_path_is_answered_with_the_right_one() -> None:
    fault = fault_of(header({"field": "A", "from": "order.city"}))
    assert fault.advice == "Did you mean order.ship_to.city?"


def test_text_that_is_not_json_is_reported_with_line_and_column() -> None:
    with pytest.raises(SettingFault, match="line 2, column") as caught:
        parse_ruleset('{"format": 1,\n oops}')
    assert caught.value.field == "line 2"
    with pytest.raises(SettingFault, match="must be an object"):
        parse_ruleset("[]")
    with pytest.raises(SettingFault, match="twice"):
        parse_ruleset('{"format": 1, "format": 1}')


def test_the_shipped_rule_set_covers_what_an_order_needs() -> None:
    fields = {rule.field for rule in SHIPPED.header}
    assert fields >= {
        *("SALFCY", "SOHTYP", "BPCORD", "ORDDAT", "CUR", "STOFCY", "CUSORDREF", "DEMDLVDAT", "SHIDAT"),
    }
    assert {rule.field for rule in SHIPPED.lines} == {"ITMREF", "SAU", "QTY", "GROPRI"}
    assert SHIPPED.reference_field == REFERENCE_FIELD[DocumentKind.SALES_ORDER]
    assert SHIPPED.kind is DocumentKind.SALES_ORDER
    unknown = {OrderStatus.UNKNOWN}
    named = {*SHIPPED.states.due, *SHIPPED.states.wait, *SHIPPED.states.never}
    assert named == set(OrderStatus) - unknown
    lengths = json.loads(ORDERS_TEXT)["lengths"]
    text_fields = fields - {"ORDDAT", "SHIDAT", "DEMDLVDAT", "PRITYP"}
    assert text_fields <= set(lengths)


def test_every_path_on_offer_can_be_mapped_and_read() -> None:
    made = ruleset(
        lambda d: d["lines"].extend(
            {"field": f"Y{number}", "from": path} for number, path in enumerate({**ORDER_PATHS, **LINE_PATHS})
        )
    )
    assert made.paths >= set(ORDER_PATHS) | set(LINE_PATHS)
    assert made.personal_paths == {path for path in ORDER_PATHS if personal(path)}
    assert getter("order.total.amount")({"order": {"total": None}}) is None
    assert getter("order.status")({}) is None


def test_why_may_stand_anywhere() -> None:
    made = ruleset(
        header({"field": "A", "value": "x", "why": "w", "rules": [{"rule": "trim", "why": "because"}]})
    )
    assert made.header[0].why == "w"


def test_settings_of_the_site() -> None:
    assert SITE.value("stock_site", "X", "FBA") == "AMZFB"
    assert SITE.value("stock_site", "X", "FBM") == "HAM01"
    assert SITE.value("items.shipping") == "PORTO"
    assert SITE.value("unheard_of") == ""
    assert set(WORDS) <= set(SITE.tables)


def test_a_table_without_an_entry_for_all_gives_nothing_elsewhere() -> None:
    made = parse_site(changed(SITE_TEXT, lambda d: d.update(tax_rule={"DE": "A"})))
    assert (made.value("tax_rule", "DE"), made.value("tax_rule", "FR")) == ("A", "")


def test_settings_left_out_have_their_usual_meaning() -> None:
    def leave_out(document: dict[str, Any]) -> None:
        for name in ("price_type", "discount", "line_total", "tax"):
            document.pop(name)

    made = parse_site(changed(SITE_TEXT, leave_out))
    assert [made.value(name) for name in ("price_type", "discount", "line_total", "tax")] == [
        *("inc", "price", "whole", "included"),
    ]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda d: d.update(format=2), "format"),
        (lambda d: d.pop("sales_site"), ""),
        (lambda d: d.update(order_type=""), ""),
        (lambda d: d.update(price_type="gross"), "price_type"),
        (lambda d: d.update(price_type={"*": "gross"}), "price_type"),
        (lambda d: d.update(rate_days="a week"), "rate_days"),
        (lambda d: d.update(zone="Mars/Olympus"), "zone"),
        (lambda d: d.update(zone="/etc/passwd"), "zone"),
        (lambda d: d.update(sales_site=7), "sales_site"),
        (lambda d: d.update(sales_site={"*": 7}), "sales_site.*"),
        (lambda d: d.update(items=[]), "items"),
    ],
)
def test_a_wrong_setting_is_named(change: Change, place: str) -> None:
    with pytest.raises(SettingFault) as caught:
        parse_site(changed(SITE_TEXT, change))
    assert caught.value.field == place


def refused_by(check: dict[str, Any], **changes: Any) -> Refused | None:
    rules = ruleset(guard(title="No: {order.order_id}", advice="Look.", **check))
    parts = changes.pop("lines", (line(),))
    one = replace(order(*parts, **changes), lines=parts)
    try:
        outcome(one, rules)
    except Refused as fault:
        return fault
    return None


VAT = "order.vat_number"


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        ({"check": "present", "path": VAT}, {"vat_number": "X"}, {"vat_number": " "}),
        ({"check": "one_of", "path": VAT, "values": ["A"]}, {"vat_number": "A"}, {"vat_number": ""}),
        ({"check": "ean", "path": VAT}, {"vat_number": "4006381333931"}, {"vat_number": "4006381333932"}),
        ({"check": "vat_number", "path": VAT}, {"vat_number": "DE136695976"}, {"vat_number": "DE136695977"}),
        ({"check": "matches", "path": VAT, "pattern": "X1"}, {"vat_number": "X1"}, {"vat_number": "X12"}),
        (
            {"check": "at_most", "path": "order.line_count", "limit": "1"},
            {},
            {"lines": (line(price="0"), line(price="0"))},
        ),
        ({"check": "positive", "path": "order.line_count"}, {}, {"lines": ()}),
        (
            {"check": "not_negative", "path": "order.total.amount"},
            {},
            {"lines": (line(price="1.00", total="-1.00"),)},
        ),
    ],
)
def test_a_guard(check: dict[str, Any], good: dict[str, Any], bad: dict[str, Any]) -> None:
    assert refused_by(check, **good) is None
    fault = refused_by(check, **bad)
    assert fault is not None
    assert (fault.title, fault.advice) == ("No: 302-1234567-7654321", "Look.")
    assert fault.context["guard"] == "n"


def test_every_check_is_tried_here_and_described() -> None:
    marks = getattr(test_a_guard, "pytestmark")[0].args[1]  # noqa: B009  # mypy does not know it
    assert {row[0]["check"] for row in marks} == set(CHECKS)
    assert all(check.words.endswith(".") for check in CHECKS.values())


def test_a_guard_on_lines_names_the_sku() -> None:
    rules = ruleset(guard(on="line", path="line.asin", check="matches", pattern="X", title="{line.sku}"))
    with pytest.raises(Refused) as caught:
        outcome(order(line("SKU-INK")), rules)
    assert (caught.value.title, caught.value.subject) == ("SKU-INK", "SKU-INK")


def test_the_shipped_guards() -> None:
    names = {entry.name for entry in SHIPPED.guards}
    assert names == {
        "order number",
        "has lines",
        "marketplace",
        "total not below zero",
        "price not below zero",
    }
    for changes, guard_name in (
        ({"order_id": "1,2"}, "order number"),
        ({"marketplace": ""}, "marketplace"),
    ):
        with pytest.raises(Refused) as caught:
            outcome(order(**changes))
        assert caught.value.context["guard"] == guard_name
    with pytest.raises(Refused) as caught:
        outcome(order(line(price="-1.00"), line("SKU-INK", price="2.00")))
    assert caught.value.context["guard"] == "price not below zero"


def test_the_reference_must_arrive_unchanged() -> None:
    rules = ruleset(lambda d: d["header"][6].update({"from": "order.marketplace"}))
    with pytest.raises(Refused, match="would not carry"):
        outcome(order(), rules)


def test_the_shipped_settings_fit_the_demo_company() -> None:
    company = json.loads((TEMPLATES.parent / "demo" / "company.json").read_text(encoding="utf-8"))
    sites = {entry["code"]: entry for entry in company["sites"]}
    assert all(sites[code]["sells"] for code in SITE.tables["sales_site"].values())
    assert all(sites[code]["stores"] for code in SITE.tables["stock_site"].values())
    known = {item["itmref"] for item in company["items"]}
    charged = {SITE.value(f"items.{name}") for name in ("shipping", "gift_wrap", "discount")} - {""}
    assert charged <= known
    places = {entry["id"] for entry in company["marketplaces"]} | {"FBA", "FBM", "*"}
    named = {part for name in ("sales_site", "stock_site") for part in SITE.tables[name]}
    assert {part for key in named for part in key.split("/")} <= places
