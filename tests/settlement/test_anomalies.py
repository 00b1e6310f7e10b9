"""What is unusual is told with its reason and its money; a new price or a large order is not."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from x3studio.domain.bookkeeping import FeeSum
from x3studio.domain.settlements import Triple
from x3studio.settlement.anomalies import anomalies, fee_changes, losses
from x3studio.settlement.vocabulary import starting_vocabulary

SALE = Triple("Order", "ItemPrice", "Principal")
FEE = Triple("Order", "ItemFees", "FBAPerUnitFulfillmentFee")
COMMISSION = Triple("Order", "ItemFees", "Commission")
ADS = Triple("ServiceFee", "Cost of Advertising", "TransactionTotalAmount")
WORDS = starting_vocabulary()


def settlement(
    number: int,
    *,
    units: int = 10,
    price: str = "20.00",
    fee: str = "-3.00",
    sku: str = "A",
    rate: str = "0.15",
) -> list[FeeSum]:
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=14 * number)
    sold = Decimal(price) * units
    return [
        FeeSum(sku, "amazon.de", SALE, 5, units, sold, number, at),
        FeeSum(sku, "amazon.de", FEE, 5, 0, Decimal(fee) * units, number, at),
        FeeSum(sku, "amazon.de", COMMISSION, 5, 0, -(sold * Decimal(rate)), number, at),
    ]


def chain(*latest: FeeSum, before: int = 5) -> list[FeeSum]:
    return [each for number in range(before) for each in settlement(number, units=7 + number)] + list(latest)


def found(fees: list[FeeSum], entry: int = 5) -> list[tuple[str, Decimal]]:
    return [(each.fee, each.stake) for each in anomalies(fees, entry=entry, vocabulary=WORDS, currency="EUR")]


def test_a_fee_that_doubled_is_told_with_its_money() -> None:
    fees = chain(*settlement(5, fee="-6.10"))
    (anomaly,) = anomalies(fees, entry=5, vocabulary=WORDS, currency="EUR")
    assert (anomaly.sku, anomaly.triple, anomaly.stake) == ("A", FEE, Decimal("-31.00"))
    assert (
        "15.0% of its sales in 5 settlements, now 30.5%" in anomaly.reason
        or "3.00 EUR a unit" in anomaly.reason
    )
    assert "2.0 times as much" in anomaly.reason


def test_usual_settlements_hold_nothing_unusual() -> None:
    assert found(chain(*settlement(5))) == []


def test_a_new_price_and_an_order_of_many_pieces_are_not_unusual() -> None:
    assert found(chain(*settlement(5, price="31.00"))) == []
    assert found(chain(*settlement(5, units=400))) == []


def test_too_little_history_says_nothing() -> None:
    assert found(chain(*settlement(2, fee="-9.00"), before=2), entry=2) == []


def test_one_outlier_in_the_history_does_not_hide_the_next() -> None:
    fees = chain(before=5)
    fees[1] = FeeSum("A", "amazon.de", FEE, 5, 0, Decimal("-400"), 0, fees[1].at)
    assert [name for name, _ in found([*fees, *settlement(5, fee="-6.10")])] == ["FBAPerUnitFulfillmentFee"]


def test_what_the_account_pays_is_measured_by_its_sum_too() -> None:
    def with_ads(number: int, amount: str, **more: int) -> list[FeeSum]:
        ads = FeeSum("", "amazon.de", ADS, 1, 1, Decimal(amount), number)
        return [*settlement(number, sku="", **more), ads]  # type: ignore[arg-type]

    usual = [each for number in range(5) for each in with_ads(number, f"-{100 + number}.00")]
    assert found([*usual, *with_ads(5, "-102.00", units=2)]) == []
    assert [name for name, _ in found([*usual, *with_ads(5, "-390.00")])] == ["TransactionTotalAmount"]


def test_a_changed_fee_is_dated() -> None:
    fees = chain(*settlement(5, fee="-3.35"))
    (change,) = fee_changes(fees, entry=5, vocabulary=WORDS, currency="EUR")
    assert (change.fee, change.before, change.after) == (
        FEE.amount_description,
        Decimal("-3.00"),
        Decimal("-3.35"),
    )
    assert change.since is not None and change.since.isoformat() == "2026-03-12"
    assert change.stake == Decimal("-3.50")


def test_a_sku_that_brings_less_than_amazon_takes_is_a_loss() -> None:
    fees = [*settlement(0, price="3.00", fee="-2.90"), *settlement(0, sku="B")]
    (loss,) = losses(fees, entry=0, vocabulary=WORDS)
    assert (loss.sku, loss.sold, loss.fees, loss.result) == (
        "A",
        Decimal("30.00"),
        Decimal("-33.500"),
        Decimal("-3.500"),
    )
