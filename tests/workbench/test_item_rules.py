"""Every conflict of the table: what sets it off, how grave it is, its figures, and its way out."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.workbench.making import EAN, OTHER_EAN, facts
from x3studio.domain.catalogue import ItemStatus
from x3studio.domain.mappings import Component
from x3studio.domain.money import Money
from x3studio.domain.workbench import Confidence, ConflictCode, Severity
from x3studio.workbench import item_rules
from x3studio.workbench.conflicts import Action, ConflictFinding, capped
from x3studio.workbench.facts import PairFacts

CODE, BLOCK, WARN = ConflictCode, Severity.BLOCK, Severity.WARN


def found(pair: PairFacts) -> dict[ConflictCode, ConflictFinding]:
    return {finding.code: finding for finding in item_rules.findings(pair)}


def test_nothing_speaks_against_a_plain_pair() -> None:
    assert item_rules.findings(facts()) == ()


_SIX = {"title": "Lindner Textmarker Classic gelb, 6er Pack", "price": Money(Decimal("23.94"), "EUR")}
CASES: list[tuple[str, dict[str, Any], ConflictCode, Severity, str, Action | None, str | None]] = [
    (
        "digit",
        {"offer_changes": {"ean": EAN[:-1] + "2"}},
        CODE.EAN_CHECK,
        BLOCK,
        "check digit",
        Action.SHOW_DIGIT,
        "1",
    ),
    ("zero", {"item_changes": {"ean": "12345678905"[:11]}}, CODE.EAN_CHECK, BLOCK, "leading zero", None, ""),
    ("rounded", {"offer_changes": {"ean": "4.00638E+12"}}, CODE.EAN_CHECK, BLOCK, "scientific", None, ""),
    (
        "shared",
        {"article_changes": {"same_ean": ("ITM0042-6",)}},
        *(CODE.EAN_SHARED, WARN, "The items ITM0042 and ITM0042-6 have this EAN.", Action.COMPARE, ""),
    ),
    (
        "asins",
        {"offer_changes": {"same_ean": ("B1", "B2")}},
        CODE.EAN_SHARED,
        WARN,
        "The ASINs B08KXN4T2Q, B1 and B2",
        Action.COMPARE,
        "",
    ),
    (
        "size",
        {"offer_changes": {"title": "Reiniger 750 ml"}, "item_changes": {"description": "Reiniger 500 ml"}},
        *(CODE.EAN_DISAGREE, WARN, "750 ml here and 500 ml in X3", Action.COMPARE, ""),
    ),
    (
        "brand",
        {"offer_changes": {"brand": "Kaltwasser"}},
        *(CODE.EAN_DISAGREE, WARN, "Amazon says Kaltwasser and X3 LINDNER", Action.COMPARE, ""),
    ),
    (
        "pack",
        {"offer_changes": _SIX},
        *(CODE.PACK, BLOCK, "agree on factor 6, but factor 1 is mapped", Action.SET_PACK, "6"),
    ),
    (
        "half a unit",
        {"item_changes": {"sales_to_stock": Decimal("62.5"), "price": None}},
        *(CODE.UNIT, BLOCK, "62.5 UN: no whole number", Action.EDIT_UNIT, "UN"),
    ),
    (
        "obsolete",
        {"item_changes": {"status": ItemStatus.OBSOLETE, "successor": "ITM0099"}},
        *(CODE.INACTIVE, BLOCK, "obsolete in X3", Action.USE_SUCCESSOR, "ITM0099"),
    ),
    (
        "no successor",
        {"item_changes": {"status": ItemStatus.NOT_USABLE}},
        CODE.INACTIVE,
        BLOCK,
        "cannot be sold",
        Action.NO_ITEM,
        "",
    ),
    (
        "not at the site",
        {"needed_sites": ("STR02",)},
        *(CODE.INACTIVE, BLOCK, "does not exist at STR02; it is at HAM01", Action.NO_ITEM, ""),
    ),
    (
        "shared item",
        {"decided": True, "others": ("HB-1", "HB-2")},
        *(CODE.N_TO_1, Severity.ASK, "3 SKUs stand for ITM0042", Action.DECLARE_SHARING, ""),
    ),
    (
        "X3 has a kit",
        {"article_changes": {"components": (Component("A", Decimal(2)), Component("B", Decimal(1)))}},
        *(CODE.ONE_TO_N, Severity.BUILD, "a kit in X3: 2 A + 1 B", Action.BUILD_KIT, "ITM0042"),
    ),
    (
        "bundle",
        {"offer_changes": {"title": "Textmarker gelb + Etui"}},
        *(CODE.ONE_TO_N, Severity.BUILD, "several articles", Action.BUILD_KIT, ""),
    ),
    (
        "elsewhere",
        {"decided": True, "elsewhere": (("A13V1IB3VIYZZH", "ITM0043"),)},
        *(CODE.CROSS_MKT, WARN, "ITM0043 in A13V1IB3VIYZZH", Action.UNIFY, "ITM0042"),
    ),
    (
        "parent",
        {"offer_changes": {"children": 8}, "children": ("HB-1", "HB-2")},
        *(CODE.PARENT, BLOCK, "family of 8", Action.MAP_CHILDREN, ""),
    ),
    (
        "pushed",
        {"offer_changes": {"channel": "FBA", "pushed": True}},
        *(CODE.FBA_QTY, BLOCK, "Amazon stocks this SKU", Action.STOP_PUSH, ""),
    ),
    (
        "dear",
        {"offer_changes": {"price": Money(Decimal("24.10"), "EUR")}},
        *(CODE.PRICE, WARN, "6.04 times X3's, which fits a pack of 6", Action.SET_PACK, "6"),
    ),
    (
        "cheap",
        {"offer_changes": {"price": Money(Decimal("0.40"), "EUR")}},
        CODE.PRICE,
        WARN,
        "0.10 times",
        None,
        "",
    ),
    (
        "spaces",
        {"offer_changes": {"sku": " HB-2291"}},
        CODE.TEXT,
        Severity.INFO,
        "spaces",
        Action.NORMALISE,
        "HB2291",
    ),
    (
        "long",
        {"offer_changes": {"sku": "HB-" + "1" * 20}},
        CODE.TEXT,
        Severity.INFO,
        "23 characters",
        Action.NORMALISE,
        None,
    ),
    (
        "alike",
        {"offer_changes": {"sku": "itm-OO42"}},
        CODE.TEXT,
        Severity.INFO,
        "written differently",
        Action.NORMALISE,
        None,
    ),
    (
        "lots",
        {"item_changes": {"by_lot": True, "by_expiry": True}},
        CODE.LOTSER,
        WARN,
        "lot and expiry",
        Action.SITE_RULE,
        "",
    ),
    ("old", {"age": timedelta(hours=49)}, CODE.STALE, Severity.INFO, "49 hours old", Action.FETCH, ""),
    ("older", {"age": timedelta(days=9)}, CODE.STALE, Severity.INFO, "9 days old", Action.FETCH, ""),
    ("gone", {"article": None}, CODE.VANISHED, BLOCK, "ITM0042 is not among the items", Action.LOOK_UP, ""),
]


@pytest.mark.parametrize(
    ("changes", "code", "severity", "words", "action", "value"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_a_conflict_is_found_told_and_offered_a_way_out(
    changes: dict[str, Any],
    code: ConflictCode,
    severity: Severity,
    words: str,
    action: Action | None,
    value: str | None,
) -> None:
    finding = found(facts(**changes))[code]
    assert finding.severity is severity
    assert words in finding.words
    assert (finding.offer.action if finding.offer else None) is action
    if finding.offer and value is not None:
        assert finding.offer.value == value


@pytest.mark.parametrize(
    "changes",
    [
        {"offer_changes": _SIX, "pack": Decimal(6)},
        {"decided": True, "others": ("HB-1",), "sharing": "relisted"},
        {"offer_changes": {"channel": "FBA"}},
        {"offer_changes": {"pushed": True}},
        {"item_changes": {"by_serial": True}, "gives_lots": True},
        {"age": timedelta(hours=3)},
        {"item_changes": {"ean": OTHER_EAN}},
        {"item_changes": {"status": ItemStatus.SHORTAGE}},
    ],
)
def test_what_is_settled_or_legal_is_no_conflict(changes: dict[str, Any]) -> None:
    assert item_rules.findings(facts(**changes)) == ()


def test_a_hard_conflict_caps_the_confidence_whatever_the_score() -> None:
    conflicts = item_rules.findings(facts(offer_changes=_SIX))
    assert capped(Confidence.CERTAIN, conflicts) is Confidence.WEAK
    assert capped(Confidence.NONE, conflicts) is Confidence.NONE
    soft = item_rules.findings(facts(age=timedelta(days=2)))
    assert capped(Confidence.CERTAIN, soft) is Confidence.CERTAIN


def test_the_gravest_comes_first() -> None:
    pair = facts(offer_changes=_SIX, age=timedelta(days=2))
    severities = [finding.severity for finding in item_rules.findings(pair)]
    assert severities[0] is BLOCK
    assert severities[-1] is Severity.INFO
