"""Many records at once: previewed, the least certain first, written as one step, taken back as one step."""

from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from x3studio.domain.workbench import ConflictCode, RecordState
from x3studio.gui.mapping.preview import PreviewPanel
from x3studio.gui.mapping.strip import FOCUS, GRID
from x3studio.gui.mapping.views import MOST, SHIPPED, Views
from x3studio.gui.memory import Memory
from x3studio.workbench import Facet, Filter

from .workbench_hands import Drive, Opened, at_work


def fact(panel: PreviewPanel, name: str) -> str:
    return panel._facts[name].accessibleName().partition(": ")[2]


def test_what_is_shown_is_previewed_then_accepted_as_one_step(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            page = hands.page
            await hands.presses("Ctrl+Return")
            assert page.mode == GRID
            plan = page.preview.plan
            assert plan is not None and plan.count > 5
            assert fact(page.preview, "count") == f"{plan.count:,}"
            deck = page.session.deck
            pack = {
                deck.codes[row]
                for row in range(deck.count)
                if int(deck.conflicts[row]) & ConflictCode.PACK.bit
            }
            touched = {choice.key.code for choice in plan.choices}
            assert "BR-BATT-AA-24" in pack and not pack & touched
            worst = [row.confidence for row in page.preview.rows.snapshot() if row.confidence is not None]
            assert worst == sorted(worst) and len(worst) <= 10
            await hands.press(f"Accept {plan.count} records", within=page.preview)
            await hands.at_rest()
            assert {hands.state(code) for code in touched} == {RecordState.BY_RULE}
            assert page.log._shown is not None and page.log._shown[0].title.startswith(f"{plan.count} ")
            await hands.presses("Ctrl+Z")
            assert all(hands.state(code).is_open for code in touched)
            await hands.presses("Ctrl+Y")
            assert {hands.state(code) for code in touched} == {RecordState.BY_RULE}

    drive(scene())


def test_the_keyboard_goes_to_the_answer_and_back_to_the_records(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            page = hands.page
            await hands.presses("Ctrl+Return")
            assert page.preview.confirm.hasFocus()
            plan = page.preview.plan
            assert plan is not None
            # Enter presses what has the keyboard: it judges no record meanwhile.
            await hands.presses("Return")
            assert all(hands.state(choice.key.code) is RecordState.BY_RULE for choice in plan.choices)
            assert page.grid.table.hasFocus()
            await hands.presses("Ctrl+Z", "Ctrl+G")
            assert page.mode == FOCUS and page.queue.table.hasFocus()
            here = hands.code
            await hands.presses("X")
            assert hands.state(here) is RecordState.REJECTED

    drive(scene())


def test_conflicts_join_only_when_asked_for(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            page = hands.page
            await hands.presses("Ctrl+Return")
            plan = page.preview.plan
            assert plan is not None and plan.conflicts_left_out > 0
            await hands.click(page.preview.include)
            await hands.at_rest()
            wider = page.preview.plan
            assert wider is not None and wider.count == plan.count + plan.conflicts_left_out

    drive(scene())


def test_cancelling_writes_nothing(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            before = await hands.host.store.read(lambda tables: tables.mappings.revision())
            await hands.presses("Ctrl+Return")
            await hands.press("Cancel", within=hands.page.preview)
            await hands.reads("Nothing to preview")
            assert await hands.host.store.read(lambda tables: tables.mappings.revision()) == before

    drive(scene())


def test_checked_rows_alone_are_taken(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            page = hands.page
            await hands.presses("Ctrl+G")
            table = page.grid.table
            for place in (2, 4):
                index = page.grid.rows.index(place, 0)
                await hands.click(table.viewport(), at=table.visualRect(index).center())
            await hands.reads("2 selected")
            chosen = {hands.codes()[place] for place in (2, 4)}
            await hands.press("More", within=page.grid)
            await hands.choose_from_menu("No X3 counterpart")
            await hands.at_rest()
            plan = page.preview.plan
            assert plan is not None and {choice.key.code for choice in plan.choices} == chosen
            await hands.press("No counterpart for 2 records", within=page.preview)
            await hands.at_rest()
            assert {hands.state(code) for code in chosen} == {RecordState.REJECTED}
            await hands.presses("Ctrl+Z")
            assert all(hands.state(code).is_open for code in chosen)

    drive(scene())


def test_an_owner_is_assigned_by_a_dialog_and_found_by_its_facet(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            page = hands.page
            await hands.presses("Ctrl+G")
            page.grid.rows.toggle(0)
            code = hands.codes()[0]
            await hands.press("More", within=page.grid)
            await hands.choose_from_menu("Assign an owner ...")
            await hands.dialog()
            await hands.keys("Ctrl+A")
            await hands.type("Tilo")
            await hands.keys("Return")
            await hands.closed()
            await hands.at_rest()
            await hands.press("Assign 1 record", within=page.preview)
            await hands.at_rest()
            deck = page.session.deck
            assert deck.owners[deck.codes.index(code)] == "Tilo"
            page.session._recount.timeout.emit()
            await hands.at_rest()
            assert page.session.view.facets[Facet.OWNER]["Tilo"] == 1

    drive(scene())


def test_the_pack_editor_refuses_what_is_no_factor(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            await hands.goes_to("BR-BATT-AA")
            await hands.keys("P")
            dialog = await hands.dialog()
            await hands.type("none")
            save = next(
                one
                for one in dialog.findChildren(type(hands.page.candidates.buttons["pack"]))
                if one.words() == "Accept with this factor"
            )
            assert not save.isEnabled()
            await hands.keys("Ctrl+A")
            await hands.type("0,5")
            await hands.keys("Return")
            await hands.closed()
            await hands.at_rest()
            pair = await hands.stands("BR-BATT-AA")
            assert pair is not None and pair.pack_factor == Decimal("0.5")

    drive(scene())


def test_views_are_saved_opened_by_their_key_and_forgotten(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            page = hands.page
            await hands.presses("Ctrl+G", "Ctrl+4")
            everything = len(hands.codes())
            page.facets.show_filter(Filter(text="kittel"), tell=True)
            await hands.at_rest()
            some = len(hands.codes())
            assert 0 < some < everything
            await hands.click(page.grid.save_view)
            await hands.dialog()
            await hands.type("Coats")
            await hands.keys("Return")
            await hands.closed()
            await hands.presses("Ctrl+4")
            assert len(hands.codes()) == everything
            await hands.presses("Ctrl+5")
            assert len(hands.codes()) == some and page.session.wanted.text == "kittel"
            assert page.grid.segments is not None and page.grid.segments.current == "Coats"
            await hands.click(page.grid.drop_view)
            await hands.at_rest()
            assert [view.name for view in page.views.all()] == [view.name for view in SHIPPED]

    drive(scene())


def test_views_are_kept_between_starts(memory: Memory) -> None:
    views = Views(memory)
    wanted = Filter(text="pack").choosing(Facet.BRAND, "Brandel").choosing(Facet.STATUS, 3)
    assert views.add("  My   view ", wanted) and not views.add("", wanted)
    again = Views(memory)
    assert again.all()[-1].name == "My view" and again.all()[-1].wanted == wanted
    assert again.add("Sixth", Filter()) and not again.add("Seventh", Filter()) and len(again.all()) == MOST
    again.remove("My view")
    assert [one.name for one in Views(memory).all()[len(SHIPPED) :]] == ["Sixth"]


def test_both_modes_keep_the_record_in_hand(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            page = hands.page
            await hands.presses("Down", "Down", "Ctrl+G")
            here = hands.code
            current = page.grid.table.current()
            assert current is not None and page.session.deck.codes[current] == here
            QTest.keyClick(page.grid.table, Qt.Key.Key_Down)
            await hands.at_rest()
            assert hands.code == hands.codes()[3]
            # The same keys decide in both.
            await hands.presses("X")
            assert hands.state(hands.codes()[3]) is RecordState.REJECTED
            await hands.presses("Ctrl+G")
            assert page.mode == FOCUS and hands.code == hands.codes()[4]

    drive(scene())


@pytest.mark.parametrize("width", [1440, 1280, 960])
def test_every_width_has_its_panels_and_f6_opens_the_drawers(
    drive: Drive, opened: Opened, width: int
) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            page, window = hands.page, hands.window
            window.resize(width, {1440: 900, 1280: 720, 960: 540}[width])
            await hands.at_rest()
            assert (window.width(), window.height()) == (width, {1440: 900, 1280: 720, 960: 540}[width])
            drawn = width >= 1_200
            assert page.candidates.isVisible() is drawn and page.facets.isVisible() is drawn
            seen = set()
            for _panel in range(9):
                await hands.keys("F6")
                here = window.focusWidget()
                for name, panel in (
                    ("facets", page.facets),
                    ("candidates", page.candidates),
                    ("log", page.log),
                ):
                    if here is not None and panel.isAncestorOf(here):
                        seen.add(name)
                        assert panel.isVisible()
            assert {"facets", "candidates"} <= seen
            page.queue.table.setFocus()
            await hands.at_rest()
            assert page.candidates.isVisible() is drawn

    drive(scene())
