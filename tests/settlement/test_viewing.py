"""Lines for people: each as it is in the file, and in every order that can be asked for."""

from decimal import Decimal
from pathlib import Path

import numpy as np

from x3studio.settlement.reading import read_settlement
from x3studio.settlement.settlement import Settlement
from x3studio.settlement.viewing import ORDERS, in_order, line_at, select

from .making import Draft, Line, at, sale


def settled(folder: Path) -> Settlement:
    lines = [line for n in (3, 1, 2) for line in sale(n, f"{n}0.00", posted=at(20 - n))]
    lines.append(Line("other-transaction", "other-transaction", "Subscription", Decimal("-39"), None))
    file = folder / "s.txt"
    file.write_text(Draft(tuple(lines)).text(), newline="")
    return read_settlement(file)


def test_a_line_is_shown_as_it_stands_in_the_file(tmp_path: Path) -> None:
    settlement = settled(tmp_path)
    row = line_at(settlement, 0)
    assert (row.line, row.day, row.order, row.sku) == (3, "2026-06-17", "114-0000003-4410258", "INX-3")
    assert row.triple.amount_description == "Principal" and row.amount == Decimal("30.00")
    assert (row.marketplace, row.channel) == ("amazon.com", "AFN")
    last = line_at(settlement, 6)
    assert last.day == "" and last.amount == Decimal(-39)


def test_every_order_and_its_opposite(tmp_path: Path) -> None:
    settlement = settled(tmp_path)
    every = np.arange(7)
    shown = {
        by: [line_at(settlement, int(row)) for row in in_order(settlement, every, by=by, descending=False)]
        for by in ORDERS
    }
    assert [row.line for row in shown["line"]] == [3, 4, 5, 6, 7, 8, 9]
    assert [row.amount for row in shown["amount"]] == sorted(row.amount for row in shown["line"])
    assert [row.sku for row in shown["sku"]] == ["", "INX-1", "INX-1", "INX-2", "INX-2", "INX-3", "INX-3"]
    assert [row.order for row in shown["order"]] == sorted(row.order for row in shown["line"])
    assert [row.day for row in shown["day"]] == sorted(row.day for row in shown["line"])
    assert [str(row.triple) for row in shown["kind"]] == sorted(str(row.triple) for row in shown["line"])
    back = in_order(settlement, every[2:5], by="amount", descending=True)
    assert [line_at(settlement, int(row)).amount for row in back] == [
        Decimal(20),
        Decimal(10),
        Decimal(-1),
    ]


def test_rows_are_found_by_kind_and_by_text(tmp_path: Path) -> None:
    settlement = settled(tmp_path)

    def lines(text: str, *, kinds: str = "") -> list[int]:
        triples = [each for each in settlement.triples if each.amount_description == kinds] if kinds else None
        rows = select(settlement, triples=triples, text=text)
        return [line_at(settlement, int(row)).line for row in rows]

    assert lines("") == [3, 4, 5, 6, 7, 8, 9]
    assert lines("", kinds="Principal") == [3, 5, 7] and lines("", kinds="no such") == []
    assert lines("inx-2") == [7, 8] and lines(" 0000001-44 ") == [5, 6]
    assert lines("commission", kinds="Commission") == [4, 6, 8] and lines("subscr") == [9]
    assert lines("inx-2", kinds="Commission") == [8] and lines("(") == []
