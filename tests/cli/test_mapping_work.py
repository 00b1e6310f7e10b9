"""The workbench's verbs by command: every kind, steps taken back and brought back, look-ups, the re-check."""

from collections.abc import Iterator

import pytest

from tests.cli.story import Program

DE = "A1PA6795UKMFR9"


@pytest.fixture
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    program = Program(tmp_path_factory.mktemp("work"))
    program("init").happened()
    yield program


def _log(program: Program) -> list[tuple[object, object]]:
    return [(row["title"], row["words"]) for row in program("map", "log", "--json").happened().document]


def test_steps_are_taken_back_and_brought_back(program: Program) -> None:
    for item in ("ITEM-1", "ITEM-2"):
        program("map", "accept", "SKU-1", item).happened()
    assert _log(program) == [("SKU-1", "ITEM-2"), ("SKU-1", "ITEM-1")]
    undone = program("map", "undo", "--json").happened().document
    assert (undone["count"], undone["judgement"]) == (1, "accepted")
    assert _log(program) == [("SKU-1", "ITEM-1")]
    program("map", "redo").happened()
    assert _log(program)[0] == ("SKU-1", "ITEM-2")
    assert program("map", "redo").code == 1
    first = program("map", "log", "--json").happened().document[-1]["step"]
    program("map", "revert", str(first)).happened()
    (row,) = program("map", "list", "--json").happened().document
    assert row["itmref"] == "ITEM-2"
    program("map", "undo").happened()
    program("map", "undo").happened()
    program("map", "undo").happened()
    assert program("map", "undo").code == 1


def test_buyers_and_codes_are_decided_like_skus(program: Program) -> None:
    program("map", "accept", "--kind", "customers", f"{DE}/FBM", "CUST1").happened()
    program("map", "accept", "--kind", "customers", "vat:DE136695976", "CUST2").happened()
    program("map", "accept", "--kind", "carriers", "DHL", "DHLDE").happened()
    program("map", "reject", "--kind", "carriers", "Other").happened()
    assert _log(program) == [
        ("Other", "No counterpart"),
        ("DHL", "DHLDE"),
        ("DE136695976", "CUST2"),
        (f"{DE} FBM", "CUST1"),
    ]


def test_looking_up_without_items_says_what_to_do(program: Program) -> None:
    said = program("map", "look-up")
    assert said.code == 1
    assert "Fetch the items first" in said.err


def test_the_recheck_names_what_is_no_longer_there(program: Program) -> None:
    assert program("map", "recheck", "--json").happened().document["checked"] == 0
    program("map", "accept", "SKU-1", "NEVER-FETCHED").happened()
    found = program("map", "recheck", "--json")
    assert found.code == 4
    (reopened,) = found.document["reopened"]
    assert (reopened["key"], reopened["conflict"]) == ("SKU-1", "VANISHED")
