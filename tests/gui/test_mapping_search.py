"""Finding records and X3 items on the mapping page: filter words, facets, orders, the search in X3."""

import asyncio

from PySide6.QtCore import QPoint

from x3studio.domain.workbench import Kind, RecordState
from x3studio.workbench import Facet

from .workbench_hands import Drive, Opened, at_work


def test_words_filter_while_they_are_typed_and_an_empty_list_says_so(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            everything = len(hands.codes())
            await hands.presses("Ctrl+F")
            await hands.type("kittel")
            deck = hands.page.session.deck
            wanted = hands.page.session.wanted.saying("kittel")
            fitting = {deck.codes[row] for row in deck.view(wanted).rows.tolist()}
            await hands.until(lambda: set(hands.codes()) == fitting or None, "the filter")
            # Found in SKUs, titles and what X3 calls the item.
            assert len(fitting) < everything and {"BR-KITTEL-WS-M", "BR-BLOUSE-BL-L"} <= fitting
            assert hands.code in hands.codes()
            await hands.type("zzz")
            await hands.reads("Nothing holds “kittelzzz”")
            await hands.press("Clear the filters", within=hands.page.queue)
            await hands.until(lambda: len(hands.codes()) == deck.count or None, "everything")

    drive(scene())


def test_a_letter_typed_while_the_last_filter_is_answered_stays(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            facets, session = hands.page.facets, hands.page.session
            await hands.presses("Ctrl+F")
            await hands.type("kittel")
            # The answer to fewer letters arrives now: shown again, it must not take the last ones away.
            await session.refilter(session.wanted.saying("kit"))
            assert facets.text.text() == "kittel"
            await hands.until(lambda: session.wanted.text == "kittel" or None, "the whole word")
            await session.refilter(session.wanted.saying("brandel"))
            assert facets.text.text() == "brandel", "a filter set elsewhere is shown"

    drive(scene())


def test_facets_count_under_the_other_filters_and_choose(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            page = hands.page
            counts = page.session.view.facets[Facet.STATUS]
            wanted = counts[RecordState.SUGGESTED]
            await hands.presses("Ctrl+4")
            assert len(hands.codes()) == page.session.deck.count
            button = await hands.button_spoken(f"Suggested, {wanted}", within=page.facets)
            await hands.click(button)
            await hands.at_rest()
            assert len(hands.codes()) == wanted
            assert {hands.state(code) for code in hands.codes()} == {RecordState.SUGGESTED}
            assert page.session.view.facets[Facet.STATUS] == counts

    drive(scene())


def test_sorting_leaves_the_record_under_the_eye(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            table = hands.page.queue.table
            await hands.presses("Ctrl+4", *["Down"] * 6)
            here = hands.code
            before = table.rowViewportPosition(table.currentIndex().row())
            header = table.horizontalHeader()
            middle = header.sectionViewportPosition(0) + 30
            await hands.click(header.viewport(), at=QPoint(middle, 14))
            await hands.at_rest()
            codes = hands.codes()
            assert codes == sorted(codes) or codes == sorted(codes, reverse=True)
            assert hands.code == here
            place = table.currentIndex().row()
            top_or_bottom = place < 7 or place > len(codes) - 9
            assert top_or_bottom or abs(table.rowViewportPosition(place) - before) <= 1

    drive(scene())


def test_everything_in_x3_is_searched_compared_and_accepted(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            await hands.goes_to("BR-ECO-SET")
            await hands.reads("No candidate")
            await hands.presses("/")
            assert hands.page.candidates.search.hasFocus()
            await hands.type("packband")
            await hands.until(lambda: hands.page.acting._found.isVisible() or None, "the list")
            await hands.presses("Down", "Return")
            evidence = hands.page.session.evidence
            assert evidence is not None and evidence.candidates[evidence.chosen].target == "BRA-KL-PK"
            assert hands.page.queue.table.hasFocus()
            await hands.presses("Return")
            pair = await hands.stands("BR-ECO-SET")
            assert pair is not None and pair.itmref == "BRA-KL-PK"

    drive(scene())


def test_what_is_found_late_does_not_take_the_mark_from_the_list(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            await hands.goes_to("BR-ECO-SET")
            found = hands.page.acting._found
            await hands.presses("/")
            await hands.type("packban")
            await hands.at_rest()
            look, late = found._search, asyncio.Event()

            async def slowly(text: str) -> object:
                await late.wait()
                return await look(text)

            found._search = slowly  # type: ignore[assignment]
            await hands.type("d")
            await hands.keys("Down")
            marked = found.table.current()
            assert marked is not None
            late.set()
            await hands.at_rest()
            assert found.table.current() == marked
            await hands.presses("Return")
            evidence = hands.page.session.evidence
            assert evidence is not None and evidence.candidates[evidence.chosen].target == marked.key

    drive(scene())


def test_words_follow_the_kind_where_no_record_is_in_hand_too(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            page = hands.page
            await page.open_kind(Kind.CUSTOMERS)
            await hands.at_rest()
            assert hands.codes() == [] and page.session.key is None
            assert page.candidates.search.placeholderText() == "Search every X3 customer"
            shown = {name for name, button in page.candidates.buttons.items() if not button.isHidden()}
            assert shown == {"accept", "none", "unsure"}
            await page.open_kind(Kind.ITEMS)
            await hands.at_rest()
            assert page.candidates.search.placeholderText() == "Search all X3 items"

    drive(scene())


def test_home_and_end_are_the_first_and_the_last_record(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            await hands.presses("End")
            assert hands.code == hands.codes()[-1]
            await hands.presses("Home")
            assert hands.code == hands.codes()[0]

    drive(scene())
