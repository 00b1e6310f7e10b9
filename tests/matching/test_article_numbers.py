"""Article numbers: what proves one, and every way in which spreadsheets spoil them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from x3studio.matching.article_numbers import EanFault, corrected_digit, read_ean, vat_number


@pytest.mark.parametrize("text", ["4006381333931", "4006381-333931", " 4006381333931 ", "4006381333931.0"])
def test_a_proven_number_is_read_through_its_marks(text: str) -> None:
    assert read_ean(text).number == "04006381333931"
    assert read_ean(text).fault is EanFault.NONE


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("4006381333932", EanFault.CHECK_DIGIT),
        ("4.00638E+12", EanFault.SCIENTIFIC),
        ("4,00638133393E+12", EanFault.SCIENTIFIC),
        ("36000291452", EanFault.LEADING_ZERO),
        ("n/a", EanFault.FORM),
        ("12345", EanFault.FORM),
        ("0000000000000", EanFault.FORM),
    ],
)
def test_a_spoilt_number_is_named_and_never_used(text: str, fault: EanFault) -> None:
    found = read_ean(text)
    assert (found.number, found.fault) == ("", fault)


def test_an_empty_cell_is_no_fault() -> None:
    assert read_ean("") == read_ean("  ")
    assert read_ean("").fault is EanFault.NONE


@given(
    st.text(alphabet="0123456789", min_size=12, max_size=12).filter(lambda digits: digits.strip("0") != "")
)
def test_exactly_one_check_digit_proves_a_number(digits: str) -> None:
    proven = [last for last in "0123456789" if read_ean(digits + last).number]
    assert proven == [corrected_digit(digits + "0")]


@given(st.text(max_size=30))
def test_no_text_breaks_the_reader(text: str) -> None:
    found = read_ean(text)
    assert found.number == "" or (len(found.number) == 14 and found.number.isdigit())
    assert vat_number(text) == "" or vat_number(text)[:2].isalpha()


def test_a_vat_number_is_proven_by_its_check_digits() -> None:
    assert vat_number("DE 136 695 976") == "DE136695976"
    assert vat_number("DE136695977") == ""
