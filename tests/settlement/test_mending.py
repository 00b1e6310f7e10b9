"""A damaged file is mended only by lines that the total then proves; nothing else is even suggested."""

import gzip
import random
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.settlement.making import GERMAN, PLAIN, Draft, at, other, sale
from tests.settlement.test_bad_input import ROWS, TEXT, changed
from x3studio.domain.repairs import Cell, Repair, Touch
from x3studio.domain.settlements import SettlementRefused, Verdict
from x3studio.settlement import faults
from x3studio.settlement.mending import mends
from x3studio.settlement.proof import FILE_CHECKS, prove
from x3studio.settlement.reading import read_settlement

LAST = len(ROWS)
PADDED = (
    ("a comma among points", changed(3, "129.99", "129,99"), 3, "amount", "129.99"),
    ("the total with a comma", changed(2, "547.44", "547,44"), 2, "total-amount", "547.44"),
    ("a mark that slipped", changed(3, "129.99", "12999"), 3, "amount", "129.99"),
    ("a sign that was lost", changed(4, "-19.00", "19.00"), 4, "amount", "-19.00"),
    ("a total in cents", changed(2, "547.44", "54744"), 2, "total-amount", "547.44"),
    ("a total of the other sign", changed(2, "547.44", "-547.44"), 2, "total-amount", "547.44"),
    ("a tab too many", changed(3, "\tItemPrice", "\tItem\tPrice"), 3, "amount-type", "ItemPrice"),
    ("a tab too few", changed(3, "amazon.com\tItem", "amazon.com Item"), 3, "marketplace-name", "amazon.com"),
    ("an empty cell too many", changed(5, "\tOrder\t", "\tOrder\t\t"), 5, "amount", "10.40"),
    ("cut inside its last instant", TEXT[:-12], LAST, "posted-date-time", ""),
)


def read_with(text: str | bytes, touches: tuple[Touch, ...]) -> set[str]:
    """Which checks of the file itself fail under a repair."""
    data = text if isinstance(text, bytes) else text.encode()
    proof = prove(read_settlement(data, touches=touches))
    return {name for name in FILE_CHECKS if proof.check(name).blocks}


@pytest.mark.parametrize(
    ("text", "line", "column", "after"), [case[1:] for case in PADDED], ids=[c[0] for c in PADDED]
)
def test_the_damaged_cell_is_found_and_named(text: str, line: int, column: str, after: str) -> None:
    first = mends(text.encode())[0]
    (touch,) = first.touches
    cells = {cell.column: cell for cell in touch.cells(first.columns)}
    assert (touch.line, cells[column].after) == (line, after)
    assert touch.old == text.split("\n")[line - 1] and "exactly Amazon's total" in first.proof
    assert first.reason.endswith(".") and read_with(text, first.touches) == set()


def test_a_missing_line_end_is_a_repair_without_a_cell() -> None:
    (found,) = mends(TEXT[:-1].encode())
    assert found.touches[0].cells(found.columns) == () and "line end" in found.reason
    assert read_with(TEXT[:-1], found.touches) == set()


def test_a_doubled_line_is_taken_out_and_the_others_keep_their_numbers() -> None:
    text = "".join([*ROWS[:4], ROWS[3], *ROWS[4:]])
    (found,) = mends(text.encode())
    assert [(touch.line, touch.new) for touch in found.touches] == [(5, "")]
    settlement = read_settlement(text.encode(), touches=found.touches)
    assert settlement.numbers.tolist() == [3, 4, *range(6, LAST + 2)]


def test_several_lines_are_mended_together() -> None:
    text = changed(3, "129.99", "129,99").replace("-39.99", "-39,99")
    (found,) = mends(text.encode())
    assert [touch.line for touch in found.touches] == [3, 11]
    assert found.touches[1].cells(found.columns) == (Cell("amount", "-39,99", "-39.99"),)


def test_two_kinds_of_damage_are_mended_one_after_the_other() -> None:
    text = (
        changed(3, "129.99", "129,99")
        .replace("\tservice", "\tser\tvice")
        .replace("amazon.com\tItemFees", "amazon.com ItemFees", 1)
    )
    (found,) = mends(text.encode())
    assert [touch.line for touch in found.touches] == [3, 4] and ";" in found.reason


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "".join(ROWS[:-1]),
        "".join(ROWS[:6]) + ROWS[6][:80],
        TEXT[: TEXT.rindex("-420.00") + 4],
        TEXT + TEXT,
        changed(3, "129.99", "n/a"),
        changed(3, "129.99", "1.23E+14"),
        changed(5, "2026-06-17 12:00:00 UTC", "46190.5"),
        changed(3, "129.99", "130.00"),
        changed(3, "129.99", "129,98"),
        "",
        "Dear accountant,\nhello\n",
        ROWS[0],
    ],
)  # fmt: skip
def test_what_the_total_cannot_prove_is_not_suggested(text: str) -> None:
    assert mends(text.encode()) == ()


def test_lines_that_cannot_be_told_apart_are_offered_apart() -> None:
    charges = tuple(other("Subscription Fee", "39.99", posted=at(day)) for day in (17, 18))
    wrong = Draft((*PLAIN.lines, *charges))
    offered = mends(replace(wrong, total=wrong.sum - 2 * Decimal("39.99")).text().encode())
    assert [[touch.line for touch in each.touches] for each in offered] == [[14], [15]]
    assert {touch.new.split("\t")[14] for each in offered for touch in each.touches} == {"-39.99"}


def test_other_encodings_packing_and_marks_are_mended_where_they_stand() -> None:
    german = Draft(sale(1, "89.90", posted=at(17), marketplace="amazon.de"), currency="EUR")
    text = german.text(GERMAN, newline="\r\n").replace("89,90", "89.90")
    for data in (text.encode("utf-16"), text.encode("cp1252"), gzip.compress(text.encode())):
        found = mends(data)
        assert found and read_with(data, found[0].touches) == set()


def test_a_repair_fits_its_own_file_only() -> None:
    touch = Touch(3, ROWS[2].rstrip("\n").replace("129.99", "1.00"), "x")
    with pytest.raises(faults.Unreadable, match="Line 3 of the file is not the line that was repaired"):
        read_settlement(TEXT.encode(), touches=(touch,))
    with pytest.raises(faults.Unreadable, match="Line 99"):
        read_settlement(TEXT.encode(), touches=(Touch(99, "", "x"),))


def test_b1_says_who_repaired_what_and_when() -> None:
    text = changed(3, "129.99", "129,99")
    (found,) = mends(text.encode())
    accepted = Repair(found, "Ada", at(28))
    proof = prove(read_settlement(text.encode(), touches=found.touches), repair=accepted)
    check = proof.check("B1")
    assert check.verdict is Verdict.WARN and check.line == 3 and check.figure == "1 line repaired"
    assert check.detail.startswith("Line 3 was repaired by Ada on 2026-06-28 12:00 UTC: Decimal comma")


def test_random_damage_never_breaks_and_never_proves_wrongly() -> None:
    dice = random.Random(11)
    for _ in range(150):
        rows = list(ROWS)
        for _ in range(dice.randint(1, 2)):
            place = dice.randrange(1, len(rows))
            row = rows[place]
            at_ = dice.randrange(len(row) - 1)
            rows[place] = dice.choice(
                (row[:at_] + row[at_ + 1 :], row[:at_] + "\t" + row[at_:], row[:at_] + "," + row[at_ + 1 :])
            )
        text = "".join(rows)[: dice.choice((None, -dice.randint(1, 80)))]
        for found in mends(text.encode()):
            assert read_with(text, found.touches) == set()
            assert all(
                touch.old != touch.new or touch.line == text.count("\n") + 1 for touch in found.touches
            )


def test_a_refused_file_without_a_way_stays_refused() -> None:
    with pytest.raises(SettlementRefused):
        read_settlement(changed(3, "129.99", "n/a").encode())
