"""Variation families: one tree, mapped in one action; by Amazon's parent, by a tag, by how SKUs begin."""

from PySide6.QtCore import Qt

from x3studio.domain.workbench import Key, Kind, Mark, RecordState
from x3studio.gui.mapping.family import FamilyDialog, branches
from x3studio.workbench import Family, FamilyMember, Tie

from .workbench_hands import Drive, Opened, at_work

COLOURS = ("Blau", "Weiß")


def _family() -> Family:
    children = [
        FamilyMember(Key(f"KI-{colour[0]}-{size}"), "Coat", size, colour)
        for colour in COLOURS
        for size in "SM"
    ]
    return Family(Tie.VARIATION, "KI", (FamilyMember(Key("KI"), "Coat", is_parent=True), *children))


def test_the_tree_has_the_parent_the_colours_and_the_sizes_below_them() -> None:
    rows = branches(_family())
    assert [(row.words, row.level) for row in rows] == [
        ("KI", 0),
        ("Blau", 1),
        ("KI-B-S", 2),
        ("KI-B-M", 2),
        ("Weiß", 1),
        ("KI-W-S", 2),
        ("KI-W-M", 2),
    ]
    assert rows[0].children == tuple(row.key for row in rows if row.level == 2)
    shut = branches(_family(), frozenset({"Blau"}))
    assert [row.words for row in shut] == ["KI", "Blau", "Weiß", "KI-W-S", "KI-W-M"]
    assert len(branches(_family(), frozenset({Key("KI")}))) == 1


def test_sizes_alone_lie_right_below_the_parent() -> None:
    children = tuple(FamilyMember(Key(f"KI-{size}"), "Coat", size) for size in "SM")
    assert [row.level for row in branches(Family(Tie.REFERENCE, "KI", children))] == [0, 1, 1]


def test_a_family_is_mapped_in_one_action(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            await hands.goes_to("BR-KITTEL-WS-M")
            await hands.reads("family of 8, V opens it")
            await hands.keys("V")
            dialog = await hands.dialog()
            await hands.reads("never sold")
            children = [code for code in hands.codes() if code.startswith("BR-KITTEL-")]
            await hands.press(f"Accept {len(children)} children", within=dialog)
            await hands.closed()
            await hands.at_rest()
            assert {hands.state(code) for code in children} == {RecordState.ACCEPTED}
            assert hands.state("BR-KITTEL").is_open
            log = hands.page.log._shown
            assert log is not None and log[0].second.startswith("Family BR-KITTEL")
            await hands.presses("Ctrl+Z")
            assert all(hands.state(code).is_open for code in children)

    drive(scene())


def test_a_check_on_a_head_is_one_on_all_below_it(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            await hands.goes_to("BR-KITTEL-WS-M")
            await hands.keys("V")
            dialog = await hands.dialog()
            assert isinstance(dialog, FamilyDialog)
            rows = dialog.rows
            assert rows.all_checked() is Qt.CheckState.Checked
            whole = len(dialog.choices())
            assert rows.check_state(rows.row_at(0)) is Qt.CheckState.Checked
            # The keyboard is on the parent: below it lies the first colour with its sizes.
            await hands.keys("Down", "Space")
            blue = len(rows.row_at(1).children)
            assert 1 < blue < whole and len(dialog.choices()) == whole - blue
            assert rows.check_state(rows.row_at(0)) is Qt.CheckState.PartiallyChecked
            await hands.keys("Left")
            assert rows.row_at(1).open is False and rows.row_at(2).words == "Weiß"
            await hands.keys("Space", "Right", "Down", "Space")
            assert len(dialog.choices()) == whole - 1
            await hands.press("Cancel", within=dialog)
            await hands.closed()

    drive(scene())


def test_one_item_is_set_for_all_below_a_head(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            await hands.goes_to("BR-KITTEL-WS-M")
            await hands.keys("V")
            dialog = await hands.dialog()
            assert isinstance(dialog, FamilyDialog)
            await hands.keys("Down")
            await hands.reads("Another X3 item for all 3 children")
            await hands.fill(dialog.target, "packband")
            found = dialog.target.list.table.rows
            # The list opens with the first letter; what it holds is that of the whole word once it is found.
            await hands.until(
                lambda: {one.key for one in found.snapshot()} == {"BRA-KL-PK"} or None, "the list"
            )
            await hands.keys("Down", "Return")
            blue = dialog.rows.row_at(1).children
            assert {choice.target for choice in dialog.choices() if choice.key in blue} == {"BRA-KL-PK"}
            assert {choice.target for choice in dialog.choices() if choice.key not in blue} != {"BRA-KL-PK"}
            await hands.press("Cancel", within=dialog)
            await hands.closed()

    drive(scene())


def test_skus_that_begin_alike_are_a_family_where_amazon_knows_none(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            family = await hands.host.workbench.family(Key("BR-BATT-AA-24"))
            assert family is not None and family.tie is Tie.REFERENCE and family.name == "BR-BATT-AA"
            assert [one.key.code for one in family.children] == ["BR-BATT-AA", "BR-BATT-AA-24"]
            packs = {one.key.code: int(one.pack) for one in family.children}
            assert packs["BR-BATT-AA"] == 1
            await hands.goes_to("BR-BATT-AA-24")
            await hands.keys("V")
            await hands.dialog()
            await hands.reads("all SKUs that begin with BR-BATT-AA")
            await hands.keys("Escape")
            await hands.closed()

    drive(scene())


def test_records_are_tied_as_a_family_by_a_tag(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            page = hands.page
            await hands.presses("Ctrl+G")
            places = [page.grid.rows.position(hands.key_of(code)) for code in hands.codes()[:3]]
            for place in places:
                assert place is not None
                page.grid.rows.toggle(place)
            await hands.press("More", within=page.grid)
            await hands.choose_from_menu("Tie together as a family ...")
            await hands.dialog()
            await hands.type("coats")
            await hands.keys("Return")
            await hands.closed()
            await hands.at_rest()
            await hands.press("Mark 3 records", within=page.preview)
            await hands.at_rest()
            tied = hands.codes()[:3]
            family = await hands.host.workbench.family(hands.key_of(tied[0]))
            assert family is not None and family.tie is Tie.TAG
            assert {one.key.code for one in family.members} == set(tied)
            await hands.host.workbench.mark(Kind.ITEMS, [hands.key_of(tied[0])], Mark.LINK, "")
            family = await hands.host.workbench.family(hands.key_of(tied[0]))
            assert family is None or family.tie is not Tie.TAG

    drive(scene())
