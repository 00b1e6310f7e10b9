"""Single cells: every local way to write an amount or an instant, and the words for what is neither."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from x3studio.settlement.amounts import NotAnAmount, mark_of, to_decimal
from x3studio.settlement.dates import NotADate, Order, decide, order_of, read
from x3studio.settlement.figures import figure

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("cell", "mark"),
    [
        ("12.34", "."),
        ("12,34", ","),
        ("1,234.56", "."),
        ("1.234,56", ","),
        ("1.234.567", ","),
        ("1,234,567", "."),
        ("1,23,456.78", "."),
        ("12,34,567", "."),
        ("1234", ""),
        ("1,234", ""),
        ("1.234", ""),
        ("0.123", "."),
        ("12345.678", "."),
        ("5.0", "."),
        ("-0,5", ","),
        (f"1{NBSP}234,56", ","),
        ("1'234.50", "."),
        ("(12.34)", "."),
        ("12.34-", "."),
        ("\N{MINUS SIGN}12,34", ","),
    ],
)
def test_what_a_cell_proves(cell: str, mark: str) -> None:
    assert mark_of(cell) == mark


@pytest.mark.parametrize(
    ("cell", "mark", "amount"),
    [
        ("12.34", ".", "12.34"),
        ("1,234.56", ".", "1234.56"),
        ("1.234,56", ",", "1234.56"),
        ("1.234", ",", "1234"),
        ("1.234", ".", "1.234"),
        ("-1,234,567.8", ".", "-1234567.8"),
        ("-1,23,456.78", ".", "-123456.78"),
        ("12,34,56,789.00", ".", "123456789.00"),
        (f"-1{NBSP}234,56", ",", "-1234.56"),
        ("(55.00)", ".", "-55.00"),
        ("7.50-", ".", "-7.50"),
        ("\N{MINUS SIGN}3,20", ",", "-3.20"),
        ("+4.00", ".", "4"),
        (".50", ".", "0.50"),
        ("1000", ",", "1000"),
        ("", ".", "0"),
        ("9999999999999.99", ".", "9999999999999.99"),
    ],
)
def test_what_a_cell_means(cell: str, mark: str, amount: str) -> None:
    assert to_decimal(cell, mark) == Decimal(amount)


@pytest.mark.parametrize(
    "cell",
    [
        "abc",
        "1.2.3",
        "12,34.5.6",
        "--5",
        "(-5)",
        "12,3,456.00",
        "1,23,45.00",
        "123,45,678.00",
        "1.23.456,00",
        "$5",
        "1 e",
        ".",
        "-",
        "12345678901234.00",
        "1.",
    ],
)
def test_what_is_no_amount(cell: str) -> None:
    with pytest.raises(NotAnAmount):
        mark_of(cell)
        to_decimal(cell, ".")


@pytest.mark.parametrize("cell", ["1.23E+14", "5,1E+03", "1e5"])
def test_powers_of_ten_are_a_spreadsheets_work(cell: str) -> None:
    with pytest.raises(NotAnAmount) as caught:
        mark_of(cell)
    assert caught.value.power


@pytest.mark.parametrize(
    ("cell", "order", "instant"),
    [
        ("2026-06-17 08:14:22 UTC", Order.UNDECIDED, datetime(2026, 6, 17, 8, 14, 22, tzinfo=UTC)),
        ("2026-06-17T08:14:22+00:00", Order.UNDECIDED, datetime(2026, 6, 17, 8, 14, 22, tzinfo=UTC)),
        ("2026-06-17T08:14:22Z", Order.UNDECIDED, datetime(2026, 6, 17, 8, 14, 22, tzinfo=UTC)),
        ("14.03.2023 07:49:55 UTC", Order.UNDECIDED, datetime(2023, 3, 14, 7, 49, 55, tzinfo=UTC)),
        ("05/06/2026 08:00 UTC", Order.MONTH_FIRST, datetime(2026, 5, 6, 8, tzinfo=UTC)),
        ("05/06/2026 08:00 UTC", Order.DAY_FIRST, datetime(2026, 6, 5, 8, tzinfo=UTC)),
        ("5/6/26 8:00 PM PDT", Order.MONTH_FIRST, datetime(2026, 5, 7, 3, tzinfo=UTC)),
        ("5/6/26 12:10 AM UTC", Order.MONTH_FIRST, datetime(2026, 5, 6, 0, 10, tzinfo=UTC)),
        ("2026/06/17 8:14:22 JST", Order.UNDECIDED, datetime(2026, 6, 16, 23, 14, 22, tzinfo=UTC)),
        ("2026-06-17 08:14:22 +02:00", Order.UNDECIDED, datetime(2026, 6, 17, 6, 14, 22, tzinfo=UTC)),
    ],
)
def test_what_an_instant_means(cell: str, order: Order, instant: datetime) -> None:
    assert read(cell, order).instant == instant


def test_a_plain_day_is_no_instant() -> None:
    assert read("17.06.2026", Order.DAY_FIRST).day == date(2026, 6, 17)
    assert read("17.06.2026", Order.DAY_FIRST).instant is None


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "soon",
        "2026-13-01",
        "31/06/2026",
        "2026-06-17 25:00",
        "1/2/3",
        "17.06-2026",
        "2026-06-17 08:00 XYZ",
    ],
)
def test_what_is_no_date(cell: str) -> None:
    with pytest.raises(NotADate):
        read(cell, Order.DAY_FIRST)


@pytest.mark.parametrize(
    ("cell", "serial"), [("46190", True), ("46190.5", True), ("4,6E+04", True), ("later", False)]
)
def test_numbers_in_place_of_dates_are_a_spreadsheets_work(cell: str, serial: bool) -> None:
    with pytest.raises(NotADate) as caught:
        order_of(cell)
    assert caught.value.serial is serial


@pytest.mark.parametrize(
    ("cells", "edges", "preferred", "order"),
    [
        (["06/05/2026", "06/17/2026"], [], Order.DAY_FIRST, Order.MONTH_FIRST),
        (["05/06/2026", "17/06/2026"], [], Order.MONTH_FIRST, Order.DAY_FIRST),
        (["06/05/2026"], ["06/01/2026", "06/10/2026"], Order.DAY_FIRST, Order.MONTH_FIRST),
        (["05/06/2026"], ["01/06/2026", "10/06/2026"], Order.MONTH_FIRST, Order.DAY_FIRST),
        (["05/06/2026"], [], Order.MONTH_FIRST, Order.MONTH_FIRST),
        (["2026-06-05"], [], Order.MONTH_FIRST, Order.MONTH_FIRST),
    ],
)
def test_the_order_is_decided_by_all_dates_then_by_the_period(
    cells: list[str], edges: list[str], preferred: Order, order: Order
) -> None:
    assert decide(cells, edges=edges, preferred=preferred) is order


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("582.8900", "USD", "582.89"),
        ("1000.0000", "JPY", "1000"),
        ("-0.00", "EUR", "0.00"),
        ("1E+3", "EUR", "1000.00"),
        ("0.1250", "EUR", "0.125"),
    ],
)
def test_figures(amount: str, currency: str, text: str) -> None:
    assert figure(Decimal(amount), currency) == text
