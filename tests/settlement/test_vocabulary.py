"""Known kinds of amounts have one group each; unknown ones get a reasoned suggestion and nothing more."""

from itertools import product

import pytest

from x3studio.domain.settlements import Role, Triple
from x3studio.settlement.resources import resource, site_of, sites
from x3studio.settlement.vocabulary import starting_groups, starting_vocabulary


def test_no_triple_has_two_groups() -> None:
    seen: dict[tuple[str, ...], str] = {}
    for rule in resource("vocabulary.json")["rules"]:
        for triple in product(rule["transaction_types"], rule["amount_types"], rule["descriptions"]):
            key = tuple(part.casefold() for part in triple)
            assert seen.setdefault(key, rule["group"]) == rule["group"], triple
    assert len(seen) > 1_000


def test_every_group_is_used_and_every_rule_names_one() -> None:
    named = {rule["group"] for rule in resource("vocabulary.json")["rules"]}
    assert named == set(starting_groups())
    assert {group.role for group in starting_groups().values()} == set(Role)


@pytest.mark.parametrize(
    ("triple", "group"),
    [
        (("Order", "ItemPrice", "Principal"), "sales"),
        (("Order", "ItemPrice", "GiftWrap"), "sales-shipping"),
        (("Order", "ItemPrice", "CODFee"), "sales-shipping"),
        (("Order", "Shipment-Fees", "FBA transportation fee"), "fba-fulfilment-fees"),
        (("Refund", "ItemPrice", "Principal"), "refunds"),
        (("Refund", "ItemFees", "Commission"), "selling-fees-refunded"),
        (("Refund", "ItemFees", "RefundCommission"), "refund-fees"),
        (("Chargeback Refund", "ItemPrice", "Principal"), "chargebacks"),
        (("Order", "ItemWithheldTax", "LowValueGoodsTax-Shipping"), "tax-withheld"),
        (("Refund", "Promotion", "TaxDiscount"), "tax-collected"),
        (("ServiceFee", "Cost of Advertising", "TransactionTotalAmount"), "advertising"),
        (("AmazonFees", "Coupon Performance Based Fee", "Base fee"), "promotion-fees"),
        (("AmazonFees", "Vine Enrollment Fee", "Tax on fee"), "fee-tax"),
        (("FBAFees", "FBA Long Term Storage Fee", "Base fee"), "fba-storage-fees"),
        (("other-transaction", "other-transaction", "StorageRenewalBilling"), "fba-storage-fees"),
        (("other-transaction", "other-transaction", "Shipping label purchase for return"), "shipping-labels"),
        (("other-transaction", "FBA Inventory Reimbursement", "REVERSAL_REIMBURSEMENT"), "reimbursements"),
        (("Liquidations", "ItemFees", "LiquidationsBrokerageFee"), "liquidation-fees"),
        (("Order", "ItemFees", "DigitalServicesFee"), "digital-services-fees"),
        (("Order", "Points", "CostOfPointsGranted"), "points"),
        (("order", "ITEMPRICE", " principal "), "sales"),
        (("AmazonFees", "Eco-contribution for EPR Pay on Behalf - DE - Packaging", "Base fee"), "epr-fees"),
    ],
)
def test_known_kinds(triple: tuple[str, str, str], group: str) -> None:
    found = starting_vocabulary().group_of(Triple(*triple))
    assert found is not None
    assert found.id == group


@pytest.mark.parametrize(
    ("triple", "group", "reason"),
    [
        (("Recovered Order", "ItemPrice", "Principal"), "sales", "known under transaction type 'order'"),
        (("Order", "ItemPrice", "Storage Fee"), "fba-storage-fees", "same description is known under"),
        (
            ("other-transaction", "other-transaction", "FBA Storage Overage Surcharge"),
            "fba-storage-fees",
            "worded like",
        ),
        (("Order", "ItemFees", "Zq"), None, ""),
    ],
)
def test_unknown_kinds_are_suggested_with_a_reason(
    triple: tuple[str, str, str], group: str | None, reason: str
) -> None:
    vocabulary = starting_vocabulary()
    assert vocabulary.group_of(Triple(*triple)) is None
    suggestion = vocabulary.suggest(Triple(*triple))
    assert (suggestion.group.id if suggestion else None) == group
    assert suggestion is None or reason in suggestion.reason


def test_an_approved_kind_is_known_from_then_on() -> None:
    new = Triple("AmazonFees", "Hologram Fee", "Base fee")
    vocabulary = starting_vocabulary().with_decisions({new: "service-fees"})
    assert vocabulary.group_of(new) == starting_groups()["service-fees"]
    with pytest.raises(KeyError):
        vocabulary.with_decisions({new: "no such group"})


def test_marketplaces_decide_zones() -> None:
    assert {site.site for site in sites()} >= {"US", "CA", "UK", "DE", "FR", "IT", "ES", "JP", "AU"}
    known = site_of(["Non-Amazon", "Amazon.co.jp"], currency="JPY")
    assert known is not None and known.zone == "Asia/Tokyo"
    usual = site_of([], currency="GBP")
    assert usual is not None and usual.site == "UK"
    assert site_of(["shop.example"], currency="XXX") is None
