"""The mapping page on a real store: decided by key, checked against X3's masters, taken back, replayed."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from x3studio.domain.catalogue import ItemStatus
from x3studio.domain.mappings import CustomerPair, ItemPair, Judgement
from x3studio.domain.monitor import ExceptionCase
from x3studio.gui.mapping import data
from x3studio.gui.mapping.importing import compared
from x3studio.gui.mapping.page import MappingPage
from x3studio.gui.mapping.words import ITEM_STATUS, age_words, parse_factor, subject_of
from x3studio.gui.widgets.banner import Banner
from x3studio.gui.widgets.buttons import Button
from x3studio.gui.widgets.dialog import Dialog
from x3studio.gui.widgets.label import Label
from x3studio.gui.window import Window
from x3studio.store import MappingRow, Store, Tables
from x3studio.workspace.mapping_files import Rows

from .conftest import active, dialog_over, settled
from .scenes import FLOW, FakeHost
from .scenes_mapping import catalogue

Drive = Callable[[Any], Any]
Opened = Callable[..., AbstractAsyncContextManager[Window]]
DE = "A1PA6795UKMFR9"


@asynccontextmanager
async def mapping(opened: Opened, *, filled: bool = True) -> AsyncIterator[tuple[Window, MappingPage]]:
    """The page over the demo company, read and with the keyboard."""
    async with opened() as window:
        if filled:
            await catalogue(window.desk.host.store)
        window.go("mapping")
        await settled(window.tasks)
        await active(window)
        page = window.page
        assert isinstance(page, MappingPage)
        await page.refresh()
        await settled(window.tasks)
        yield window, page


def skus(page: MappingPage) -> list[str]:
    return [row.sku for row in page.items.rows.snapshot()]


def in_hand(page: MappingPage) -> str:
    row = page.items.detail.row
    return row.sku if row is not None else ""


def host_of(window: Window) -> FakeHost:
    host = window.desk.host
    assert isinstance(host, FakeHost)
    return host


async def pair_of(store: Store, sku: str) -> ItemPair | None:
    pairs = await store.read(lambda tables: tables.mappings.items_for([sku]))
    return next(iter(pairs.values()), None)


def button(parent: QWidget, text: str) -> Button:
    return next(one for one in parent.findChildren(Button) if one.words() == text and one.isVisible())


def type_item(page: MappingPage, text: str) -> None:
    """Replaces what stands in the item's editor, by real keys."""
    page.items.detail.focus_item()
    QTest.keyClicks(page.items.detail.item.input, text)


def enter(page: MappingPage) -> None:
    QTest.keyClick(page.items.detail.item.input, Qt.Key.Key_Return)


def test_what_orders_wait_for_stands_first(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with mapping(opened) as (window, page):
            rows = page.items.rows.snapshot()
            counts = [row.waiting for row in rows]
            assert counts == sorted(counts, reverse=True) and counts[0] > 0 and counts[-1] == 0
            assert {row.state for row in rows} == {"unmapped"}
            assert in_hand(page) == rows[0].sku
            total = sum(counts)
            shown = [label.text() for label in page.strip.findChildren(Label)]
            assert f"{total}" in shown and "84.9%" in shown
            QTest.keyClick(page.items.table, Qt.Key.Key_Down)
            await settled(window.tasks)
            assert in_hand(page) == rows[1].sku

    drive(scene())


def test_one_decision_by_keys_alone(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with mapping(opened) as (window, page):
            first, second, *_ = skus(page)
            page.items.table.setFocus(Qt.FocusReason.TabFocusReason)
            QTest.keyClick(page.items.table, Qt.Key.Key_Return)
            editor = page.items.detail.item.input
            assert window.focusWidget() is editor
            QTest.keyClicks(editor, "packband")
            await settled(window.tasks)
            candidates = page.items.detail.item.candidates
            assert candidates.isVisible()
            QTest.keyClick(editor, Qt.Key.Key_Down)
            chosen = candidates.table.current()
            assert chosen is not None
            QTest.keyClick(editor, Qt.Key.Key_Return)
            assert editor.text() == chosen.itmref and not candidates.isVisible()
            page.items.detail.focus_pack()
            QTest.keyClicks(page.items.detail.pack, "6")
            QTest.keyClick(page.items.detail.pack, Qt.Key.Key_Return)
            await settled(window.tasks)
            pair = await pair_of(window.desk.host.store, first)
            assert pair is not None and (pair.itmref, pair.pack_factor) == (chosen.itmref, Decimal(6))
            assert in_hand(page) == second and first not in skus(page)
            assert window.focusWidget() is page.items.detail.pack

    drive(scene())


def test_orders_that_waited_can_be_replayed(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with mapping(opened) as (window, page):
            first = page.items.rows.row_at(0)
            store = window.desk.host.store
            cases = await data.waiting(store, ItemPair(first.sku, ""))
            type_item(page, "LIN-TM-GE")
            await settled(window.tasks)
            QTest.keyClick(page.items.detail.item.input, Qt.Key.Key_Escape)
            enter(page)
            await settled(window.tasks)
            banner = next(one for one in page.findChildren(Banner) if one.isVisible())
            assert len(cases[FLOW]) == first.waiting
            press = button(banner, f"Replay {first.waiting}")
            QTest.mouseClick(press, Qt.MouseButton.LeftButton)
            await settled(window.tasks)
            replays = [call for call in host_of(window).asked if call[0] == "replay"]
            assert replays == [("replay", tuple(cases[FLOW]))]
            assert not [one for one in page.findChildren(Banner) if one.isVisible()]

    drive(scene())


def test_an_unknown_or_dead_item_is_said_before_it_is_taken(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with mapping(opened) as (window, page):
            store = window.desk.host.store
            first = skus(page)[0]
            editor = page.items.detail.item.input
            type_item(page, "itm0999")
            enter(page)
            await settled(window.tasks)
            assert await pair_of(store, first) is None
            assert editor.accessibleDescription() == "ITM0999 is not known"
            assert page.items.detail.save.words() == "Save anyway"
            dead = await store.read(
                lambda tables: next(item for item in tables.masters.items_page().rows if not item.sellable)
            )
            type_item(page, dead.itmref)
            assert page.items.detail.save.words() == "Save"
            await settled(window.tasks)
            page.items.detail.item.candidates.close_list()
            enter(page)
            await settled(window.tasks)
            assert await pair_of(store, first) is None
            assert dead.itmref in editor.accessibleDescription()
            enter(page)
            await settled(window.tasks)
            pair = await pair_of(store, first)
            assert pair is not None and pair.itmref == dead.itmref

    drive(scene())


def test_letters_decide_only_outside_of_editors(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with mapping(opened) as (window, page):
            store = window.desk.host.store
            first, second, third, *_ = skus(page)
            type_item(page, "xp")
            await settled(window.tasks)
            assert page.items.detail.item.input.text() == "xp" and await rejected(store) == 3
            page.items.detail.place.setFocus(Qt.FocusReason.TabFocusReason)
            QTest.keyClick(page.items.detail.place, Qt.Key.Key_X)
            await settled(window.tasks)
            assert await rejected(store) == 3
            page.items.table.setFocus(Qt.FocusReason.TabFocusReason)
            QTest.keyClick(page.items.table, Qt.Key.Key_X)
            await settled(window.tasks)
            assert await rejected(store) == 4 and in_hand(page) == second
            QTest.keyClick(page.items.table, Qt.Key.Key_P)
            assert window.focusWidget() is page.items.detail.pack
            QTest.keyClicks(page.items.detail.pack, "-1")
            QTest.keyClick(page.items.detail.pack, Qt.Key.Key_Return)
            await settled(window.tasks)
            assert page.items.detail.pack.accessibleDescription().startswith("A number above zero")
            assert {first, third} and await pair_of(store, second) is None

    drive(scene())


async def rejected(store: Store) -> int:
    counts = await store.read(lambda tables: tables.mappings.counts())
    return counts["rejected"]


def test_ctrl_z_takes_decisions_back_one_by_one(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with mapping(opened) as (window, page):
            first, second, *_ = skus(page)
            for _decision in range(2):
                page.items.table.setFocus(Qt.FocusReason.TabFocusReason)
                QTest.keyClick(page.items.table, Qt.Key.Key_X)
                await settled(window.tasks)
            assert not {first, second} & set(skus(page))
            control = Qt.KeyboardModifier.ControlModifier
            # The item's editor has the keyboard but nothing of its own to undo.
            page.items.detail.focus_item()
            for back in ({second}, {first, second}):
                QTest.keyClick(window.focusWidget(), Qt.Key.Key_Z, control)
                await settled(window.tasks)
                assert {first, second} & set(skus(page)) == back
            QTest.keyClick(window.focusWidget(), Qt.Key.Key_Z, control)
            await settled(window.tasks)
            assert {first, second} <= set(skus(page))

    drive(scene())


def test_one_decision_is_reverted_and_later_ones_stand(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with mapping(opened) as (window, page):
            store = window.desk.host.store
            page.show_record("LT-GRUEN")
            await settled(window.tasks)
            assert in_hand(page) == "LT-GRUEN" and page.items.only.current == "all"
            type_item(page, "LIN-TM-GE")
            await settled(window.tasks)
            page.items.detail.item.candidates.close_list()
            enter(page)
            await settled(window.tasks)
            pair = await pair_of(store, "LT-GRUEN")
            assert pair is not None and pair.itmref == "LIN-TM-GE"
            reverts = [one for one in page.items.detail.history.findChildren(Button) if one.isVisible()]
            assert [one.accessibleName() for one in reverts] == ["Revert: LIN-TM-GE", "Revert: LIN-TM-GN"]
            QTest.mouseClick(reverts[0], Qt.MouseButton.LeftButton)
            await settled(window.tasks)
            pair = await pair_of(store, "LT-GRUEN")
            assert pair is not None and pair.itmref == "LIN-TM-GN"
            assert page.items.detail.item.input.text() == "LIN-TM-GN"

    drive(scene())


def test_search_filters_and_says_when_nothing_is_found(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with mapping(opened) as (window, page):
            page.items.table.setFocus(Qt.FocusReason.TabFocusReason)
            QTest.keyClick(page.items.table, Qt.Key.Key_Slash)
            assert window.focusWidget() is page.items.search
            QTest.keyClicks(page.items.search, "heft")
            QTest.keyClick(page.items.search, Qt.Key.Key_Return)
            page.items._restart()
            await settled(window.tasks)
            assert skus(page) and all("heft" in f"{row.sku} {row.title}".lower() for row in rows_of(page))
            QTest.keyClicks(page.items.search, "zz")
            page.items._restart()
            await settled(window.tasks)
            assert not skus(page) and in_hand(page) == ""
            clear = button(page.items, "Clear the search")
            QTest.mouseClick(clear, Qt.MouseButton.LeftButton)
            await settled(window.tasks)
            assert len(skus(page)) == 18

    drive(scene())


def rows_of(page: MappingPage) -> list[MappingRow]:
    return page.items.rows.snapshot()


def test_columns_sort_the_way_the_store_does(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with mapping(opened) as (window, page):
            page.items.only.choose("all")
            for key, descending in (("sku", False), ("waiting", True), ("sku", False)):
                column = next(one for one in page.items.rows.columns if one.key == key)
                for _click in range(2):
                    page.items.rows.ask_sort(column)
                    await settled(window.tasks)
                    assert page.items.rows.descending is descending
            assert skus(page) == sorted(skus(page))

    drive(scene())


def test_a_kit_is_shown_and_cannot_be_overwritten_by_accident(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with mapping(opened) as (window, page):
            page.show_record("SET-MARKER-4")
            await settled(window.tasks)
            words = [label.text() for label in page.items.detail.findChildren(Label) if label.isVisible()]
            assert "1 x LIN-TM-GE" in words and any("imported from a file" in word for word in words)
            assert not page.items.detail.save.isVisible() and not page.items.detail.item.isVisible()

    drive(scene())


def test_what_is_typed_survives_a_change_elsewhere(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with mapping(opened) as (window, page):
            type_item(page, "BRA")
            await settled(window.tasks)
            store, sku = window.desk.host.store, skus(page)[-1]
            await store.write(
                lambda tables: tables.mappings.decide(ItemPair(sku, ""), Judgement.REJECTED, who="Jonas")
            )
            await page.refresh()
            await settled(window.tasks)
            assert sku not in skus(page)
            assert page.items.detail.item.input.text() == "BRA"

    drive(scene())


def test_a_file_is_previewed_then_taken_over_as_it_was_shown(
    drive: Drive, opened: Opened, tmp_path: Path
) -> None:
    path = tmp_path / "answers.csv"
    lines = [
        "seller_sku,itmref,pack_factor,marketplace,components,note",
        f"LT-GELB,LIN-TM-GN,1,{DE},,",
        f"LT-GRUEN,LIN-TM-GN,1,{DE},,",
        f"NEW-SKU,LIN-TM-GE,12,{DE},,",
        "NO-ITEM,,1,,,",
    ]
    path.write_text("\n".join(lines), encoding="utf-8")

    async def scene() -> None:
        async with mapping(opened) as (window, page):
            store = window.desk.host.store
            dialog = await previewed(window, page, path)
            words = [label.text() for label in dialog.findChildren(Label)]
            figures = [(words[place - 1], word) for place, word in enumerate(words) if word in FIGURES]
            assert figures == [
                ("1", "new"),
                ("1", "changed"),
                ("1", "stand already"),
                ("1", "not understood"),
            ]
            QTest.keyClick(dialog, Qt.Key.Key_Escape)
            await settled(window.tasks)
            assert await pair_of(store, "NEW-SKU") is None
            dialog = await previewed(window, page, path)
            QTest.mouseClick(button(dialog, "Import 2 decisions"), Qt.MouseButton.LeftButton)
            await settled(window.tasks)
            pair = await pair_of(store, "NEW-SKU")
            assert pair is not None and pair.pack_factor == 12
            out = tmp_path / "out.xlsx"
            page.export_file(out, "items")
            await settled(window.tasks)
            rows = await window.desk.host.read_mappings(out, "items")
            assert pair in rows.pairs and not rows.problems

    drive(scene())


async def previewed(window: Window, page: MappingPage, path: Path) -> Dialog:
    """The preview of a file, once it was read."""
    shown = asyncio.Event()
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    application.focusWindowChanged.connect(lambda _window: shown.set())
    page.import_file(path, "items")
    async with asyncio.timeout(60):
        await shown.wait()
    return await dialog_over(window)


FIGURES = ("new", "changed", "stand already", "not understood")


def test_customers_are_decided_in_the_same_manner(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with mapping(opened) as (window, page):
            store = window.desk.host.store
            case = ExceptionCase(
                FLOW, "305-1", "mapping", "No X3 customer", "Choose one.", "f", subject="APJ6JRA9NG5V4/FBM"
            )
            await store.write(lambda tables: tables.exceptions.open(case))
            page.show_record("APJ6JRA9NG5V4/FBM")
            await settled(window.tasks)
            rows = page.customers.rows.snapshot()
            wanted = [row for row in rows if row.waiting]
            assert [row.pair.marketplace for row in wanted] == ["APJ6JRA9NG5V4"]
            page.customers.table.choose(wanted[0].key)
            await settled(window.tasks)
            detail = page.customers.detail
            detail.focus_customer()
            QTest.keyClicks(detail.customer.input, "AMZ-DE-FBM")
            await settled(window.tasks)
            detail.customer.candidates.close_list()
            QTest.keyClick(detail.customer.input, Qt.Key.Key_Return)
            await settled(window.tasks)
            pairs = await store.read(lambda tables: tables.mappings.customers())
            assert CustomerPair("AMZ-DE-FBM", "APJ6JRA9NG5V4", "FBM") in pairs
            assert any(one.isVisible() for one in page.findChildren(Banner))
            QTest.mouseClick(page.customers.new, Qt.MouseButton.LeftButton)
            detail.place.choose(DE)
            QTest.keyClicks(detail.vat, "de 999 999 999")
            QTest.keyClicks(detail.customer.input, "KD10001")
            await settled(window.tasks)
            detail.customer.candidates.close_list()
            QTest.keyClick(detail.vat, Qt.Key.Key_Return)
            await settled(window.tasks)
            pairs = await store.read(lambda tables: tables.mappings.customers())
            assert CustomerPair("KD10001", DE, "", "DE999999999") in pairs
            QTest.mouseClick(detail.take_back, Qt.MouseButton.LeftButton)
            await settled(window.tasks)
            left = await store.read(lambda tables: tables.mappings.customers())
            assert CustomerPair("KD10001", DE, "", "DE999999999") not in left

    drive(scene())


def test_buyers_are_no_skus(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with mapping(opened) as (window, page):
            case = ExceptionCase(FLOW, "305-1", "mapping", "t", "a", "f", subject=f"{DE}/FBA")
            await window.desk.host.store.write(lambda tables: tables.exceptions.open(case))
            await page.refresh()
            assert f"{DE}/FBA" not in skus(page)

    drive(scene())


def test_an_empty_workspace_says_what_to_do(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened(filled=False) as window:
            window.go("mapping")
            await settled(window.tasks)
            page = window.page
            assert isinstance(page, MappingPage)
            words = [label.text() for label in page.findChildren(Label) if label.isVisible()]
            assert "No SKU is known yet" in words and "No SKU is chosen" in words
            QTest.mouseClick(button(page.items, "Fetch listings"), Qt.MouseButton.LeftButton)
            dialog = await dialog_over(window)
            assert dialog.windowTitle() == "No connection to Amazon is saved."

    drive(scene())


def test_masters_are_fetched_with_progress(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with mapping(opened) as (window, page):
            heard: list[str] = []
            page.fetching.progressed.connect(heard.append)
            page.fetching.start("items")
            await asyncio.sleep(0)
            assert page.fetching.running and not page.strip.fetch.isVisible()
            page.fetching.stop()
            await settled(window.tasks)
            assert heard == ["Reading items", ""]
            assert page.strip.fetch.isVisible() and not page.fetching.running

    drive(scene())


def test_two_hundred_thousand_skus_are_paged(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened(filled=False) as window:
            store = window.desk.host.store

            def fill(tables: Tables) -> None:
                tables.conn.execute(
                    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000)"
                    " INSERT INTO skus (sku, marketplace, title, asin, channel, marketplaces, itmref, state,"
                    " waiting) SELECT printf('SKU-%06d', i), '', 'Title ' || i, '', '', '[]', '', 'unmapped',"
                    " i % 7 FROM n"
                )
                tables.conn.execute(
                    "INSERT INTO sku_parts (rowid, parts) SELECT id, sku || '  ' || title FROM skus"
                )

            await store.write(fill)
            window.go("mapping")
            await settled(window.tasks)
            page = window.page
            assert isinstance(page, MappingPage)
            assert page.items.rows.rowCount() <= 2 * data.PAGE
            assert page.items.rows.row_at(0).waiting == 6
            page.show_record("SKU-123456")
            await settled(window.tasks)
            assert in_hand(page) == "SKU-123456"

    drive(scene())


NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (None, "never fetched"),
        (timedelta(seconds=20), "just fetched"),
        (timedelta(minutes=41), "41 min old"),
        (timedelta(hours=3, minutes=5), "3 h old"),
        (timedelta(days=3), "3 days old"),
    ],
)
def test_ages(age: timedelta | None, words: str) -> None:
    assert age_words(NOW - age if age is not None else None, NOW) == words


@pytest.mark.parametrize(
    ("text", "factor"),
    [
        ("6", Decimal(6)),
        ("0,5", Decimal("0.5")),
        ("0", None),
        ("-1", None),
        ("six", None),
        ("nan", None),
        ("", None),
    ],
)
def test_pack_factors(text: str, factor: Decimal | None) -> None:
    assert parse_factor(text) == factor


def test_what_an_exception_waits_for() -> None:
    assert data.buyers_of("A1PA6795UKMFR9/FBM") == CustomerPair("", DE, "FBM")
    assert data.buyers_of("AB/FBM") is None and data.buyers_of("LT-GELB") is None
    assert data.unblocks(CustomerPair("K", DE), f"{DE}/FBM") and data.unblocks(CustomerPair("K"), f"{DE}/FBA")
    assert not data.unblocks(CustomerPair("K", DE, "FBA"), f"{DE}/FBM")
    assert data.unblocks(CustomerPair("K", DE, vat_number="DE1"), "DE1")
    assert not data.unblocks(ItemPair("A", "B"), "B")
    assert subject_of(CustomerPair("K", DE, "FBA"), {DE: "amazon.de"}) == "amazon.de FBA"


def test_the_last_line_of_a_file_about_a_key_counts() -> None:
    twice = (ItemPair("A", "X"), ItemPair("A", "Y"))
    shown = compared(Rows(twice, ()), {("A", ""): ItemPair("A", "X")}, ())
    assert [change.pair for change in shown.changes] == [twice[1]] and shown.new == 0


def test_every_status_of_an_item_has_words() -> None:
    assert set(ITEM_STATUS) == set(ItemStatus)
