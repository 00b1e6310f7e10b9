"""The morning page: numbers from the store, empty means checked, buttons do what they say."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu, QPlainTextEdit

from x3studio.domain.documents import DocumentKind
from x3studio.domain.runs import Counts, Run, RunState
from x3studio.gui.home import data
from x3studio.gui.home.documents import LatestDocuments
from x3studio.gui.home.flows import FlowCard
from x3studio.gui.home.guide import FirstSteps, first_steps
from x3studio.gui.home.page import HomePage
from x3studio.gui.home.words import day, figures, flow_lines, greeting, next_run, next_steps, span
from x3studio.gui.widgets.buttons import Button
from x3studio.gui.widgets.fold import Fold
from x3studio.gui.widgets.inputs import Choice
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.surfaces import Scrolled
from x3studio.gui.widgets.table.view import Table
from x3studio.gui.window import Window
from x3studio.store import Capture, Store
from x3studio.sync.schedule import Plan

from .conftest import active, dialog_over, settled
from .scenes import EU, FLOW, KEY, X3, FakeHost, morning

Drive = Callable[[Any], Any]
Opened = Callable[..., AbstractAsyncContextManager[Window]]


def test_the_morning_in_numbers(drive: Drive, tmp_path: Path) -> None:
    async def scene() -> None:
        async with Store.create(tmp_path / "w.x3studio", key=KEY) as store:
            now = datetime.now(UTC)
            await morning(store, now=now)
            shown = await data.load(store, flows=[FLOW], now=now)
            said = [(one.caption, one.figure, one.state.word if one.state else "") for one in figures(shown)]
            assert said == [
                ("Orders waiting over 30 min", "6", "Late"),
                ("Exceptions", "32", "32 new"),
                ("Stock differences", "–", "Not set up"),
                ("Next settlement", "–", "Not set up"),
                ("Credentials", "1", "Expired"),
            ]
            assert figures(shown)[0].note == "oldest has waited 47 min"
            steps = [(step.title, step.page, step.record) for step in next_steps(shown)]
            assert steps[:2] == [
                ("Paste the new client secret for Amazon UK", "connections", "Amazon UK"),
                ("Map 4 SKUs, then replay 27 waiting orders", "mapping", ""),
            ]
            assert {title for title, _page, _record in steps[2:]} == {
                "Pack factor not whole",
                "X3 did not answer",
            }
            assert sum(number for _hour, number in shown.confirmed) == 887
            assert shown.daily[-1][1] == 32
            assert shown.runs[FLOW].state is RunState.RUNNING

    drive(scene())


def test_an_empty_workspace_asks_for_connections_first(drive: Drive, tmp_path: Path) -> None:
    async def scene() -> None:
        async with Store.create(tmp_path / "w.x3studio", key=KEY) as store:
            shown = await data.load(store, flows=[FLOW], now=datetime.now(UTC))
            assert next_steps(shown) == []
            steps = first_steps(shown.start)
            assert [step.title for step in steps if step.ready] == [
                "Connect Sage X3",
                "Connect Amazon",
                "Say where orders belong",
            ]
            assert not any(step.done for step in steps)
            notes = [one.note for one in figures(shown)]
            assert notes[0].startswith("none, checked ") and notes[1].startswith("none open, checked ")

    drive(scene())


def test_a_quiet_morning_says_so_with_the_time(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened() as window:

            def calm(tables: Any) -> None:
                for name in ("Amazon UK", "Amazon EU"):
                    tables.connections.set_state(name, "ok")
                references = tables.exceptions.references()
                tables.exceptions.resolve(flow=FLOW, references=references)

            await window.desk.host.store.write(calm)
            window.refresh_all()
            await settled(window.tasks)
            window.resize(1440, 900)
            QApplication.sendPostedEvents()
            scroll = window.page.findChild(Scrolled)
            assert scroll is not None and scroll.verticalScrollBar().maximum() == 0
            words = [label.text() for label in window.page.findChildren(Label) if label.isVisible()]
            assert "Nothing waits for you" in words
            assert any(word.startswith("Checked ") and len(word) == len("Checked 07:42") for word in words)

    drive(scene())


def test_a_flow_is_started_and_stopped_from_its_card(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened() as window:
            host = window.desk.host
            assert isinstance(host, FakeHost)
            card = window.page.findChild(FlowCard)
            assert card is not None
            QTest.mouseClick(card.button, Qt.MouseButton.LeftButton)
            await settled(window.tasks)
            assert host.asked == [("stop", 2)]
            await host.store.write(lambda tables: tables.runs.move(2, RunState.CANCELLED))
            window.refresh_all()
            await settled(window.tasks)
            QTest.mouseClick(card.button, Qt.MouseButton.LeftButton)
            # Two sellers are connected: which of them is asked, and remembered.
            choice = (await dialog_over(window)).findChild(Choice)
            assert choice is not None and choice.count() == 2
            QTest.keyClick(choice, Qt.Key.Key_Down)
            chosen = choice.current_key()
            QTest.keyClick(choice.window(), Qt.Key.Key_Return)
            await settled(window.tasks)
            assert host.asked[-1] == ("launch", FLOW, False, chosen)
            assert window.desk.memory.text("route") == chosen
            said = [toast.state.word for toast in window.news.toasts.shown]
            assert "Orders to X3: run 3 is queued" in said

    drive(scene())


def test_run_now_offers_a_dry_run(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened() as window:
            page, host = window.page, window.desk.host
            assert isinstance(page, HomePage) and isinstance(host, FakeHost)
            page.run_now.setFocus(Qt.FocusReason.TabFocusReason)
            QTest.keyClick(page.run_now, Qt.Key.Key_Space)
            menu = page.run_now.findChild(QMenu)
            assert menu is not None and menu.isVisible()
            choices = menu.actions()
            assert [action.text() for action in choices] == [
                "Run Orders to X3",
                "Dry run of Orders to X3, writes nothing",
            ]
            QTest.keyClick(menu, Qt.Key.Key_Down)
            QTest.keyClick(menu, Qt.Key.Key_Down)
            QTest.keyClick(menu, Qt.Key.Key_Return)
            QTest.keyClick(await dialog_over(window), Qt.Key.Key_Return)
            await settled(window.tasks)
            ((what, flow, dry_run, route),) = host.asked
            assert (what, flow, dry_run) == ("launch", FLOW, True) and route

    drive(scene())


def test_a_note_is_left_for_the_next_shift(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened() as window:
            write = next(one for one in window.page.findChildren(Button) if one.words() == "Write note")
            QTest.mouseClick(write, Qt.MouseButton.LeftButton)
            dialog = await dialog_over(window)
            editor = dialog.findChild(QPlainTextEdit)
            save = next(one for one in dialog.findChildren(Button) if one.words() == "Leave note")
            assert editor is not None and not save.isEnabled()
            QTest.keyClicks(editor, "X3 is down until noon")
            QTest.mouseClick(save, Qt.MouseButton.LeftButton)
            await settled(window.tasks)
            notes = await window.desk.host.store.read(lambda tables: tables.settings.get("handover"))
            assert notes[0]["text"] == "X3 is down until noon"
            assert notes[0]["who"] == "Nele" and len(notes) == 3

    drive(scene())


def test_cards_without_a_page_lead_nowhere_and_are_off(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened() as window:
            cards = [
                one
                for one in window.page.findChildren(QAbstractButton)
                if "Stock differences" in one.accessibleName()
            ]
            assert [card.isEnabled() for card in cards] == [False]

    drive(scene())


def test_the_latest_documents_are_told_and_opened(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened() as window:
            await active(window)
            card = window.page.findChild(LatestDocuments)
            assert card is not None and card.isVisible()
            cells = [[column.text(row) for column in card.rows.columns] for row in card.rows.snapshot()]
            # The second page of the documents may still be on its way.
            assert len(cells) in (50, 31 + 57)
            assert [cell[4] for cell in cells[:3]] == ["Written, not read back", "In doubt", "Refused"]
            assert [cell[3] for cell in cells[:3]] == ["5.3", "–", "–"]
            assert cells[0][1] == "SONHAM012602227" and cells[1][1] == "–"
            if not window.desk.has_page("runs"):
                return
            table = card.findChild(Table)
            assert table is not None
            table.setFocus(Qt.FocusReason.TabFocusReason)
            QTest.keyClick(table, Qt.Key.Key_Return)
            assert window.desk.memory.text("page") == "runs"

    drive(scene())


def test_first_steps_are_ticked_off_and_go(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened(filled=False) as window:
            guide = window.page.findChild(FirstSteps)
            documents = window.page.findChild(LatestDocuments)
            page = window.page
            assert isinstance(page, HomePage) and guide is not None and documents is not None
            assert guide.isVisible() and documents.isHidden() and page.run_now.isHidden()
            store = window.desk.host.store

            def connect(tables: Any) -> None:
                tables.connections.save(X3, profile=None)
                tables.connections.save(EU, profile=None)
                tables.settings.set("site", "{}")

            await store.write(connect)
            window.refresh_all()
            await settled(window.tasks)
            assert "3 of 7 done" in [label.text() for label in guide.findChildren(Label)]
            assert page.run_now.isVisible()
            words = [one.words() for one in guide.findChildren(Button) if one.isVisible()]
            assert words == ["Read now", "Start dry run"]
            dry = next(one for one in guide.findChildren(Button) if one.words() == "Start dry run")
            dry.setFocus(Qt.FocusReason.TabFocusReason)
            QTest.keyClick(dry, Qt.Key.Key_Space)
            await settled(window.tasks)
            host = window.desk.host
            assert isinstance(host, FakeHost) and host.asked == [("launch", FLOW, True)]
            await store.write(lambda tables: tables.outbox.capture([_capture("305-1")]))
            await store.write(lambda tables: tables.outbox.done({1: "SON1"}, run=None))
            window.refresh_all()
            await settled(window.tasks)
            assert guide.isHidden() and documents.isVisible()

    drive(scene())


def _capture(reference: str) -> Capture:
    return Capture(FLOW, X3.account, DocumentKind.SALES_ORDER, reference, "{}", reference, None)


def test_home_and_settings_are_usable_at_960_by_540(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened() as window:
            for key in ("home", "settings"):
                window.go(key)
                await settled(window.tasks)
                least = window.minimumSizeHint()
                assert least.width() <= 960 and least.height() <= 540, f"{key} needs {least}"
                window.resize(960, 540)
                QApplication.sendPostedEvents()
                scroll = window.page.findChild(Scrolled)
                inside = scroll.widget() if scroll is not None else None
                assert scroll is not None and inside is not None
                assert inside.width() <= scroll.viewport().width()
                fold = window.page.findChild(Fold)
                assert fold is not None and fold.folded
                window.resize(1440, 900)
                QApplication.sendPostedEvents()
                assert not fold.folded

    drive(scene())


def test_the_next_run_is_on_the_card_and_in_the_status_bar(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened() as window:
            words = [label.text() for label in window.findChildren(Label) if label.isVisible()]
            assert sum(word.startswith("Next run ") for word in words) == 1
            assert any(" · next " in word for word in words)

    drive(scene())


NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=41), "41 s"),
        (timedelta(minutes=52), "52 min"),
        (timedelta(hours=3, minutes=5), "3 h"),
        (timedelta(days=2), "2 days"),
        (timedelta(seconds=-1), "0 s"),
    ],
)
def test_spans(length: timedelta, words: str) -> None:
    assert span(length) == words


def test_days_and_greetings() -> None:
    assert day(NOW, NOW) == "today"
    assert day(NOW - timedelta(days=1), NOW) == "yesterday"
    assert day(NOW - timedelta(days=9), NOW) == "11 Nov"
    assert greeting(NOW, "Nele").endswith(", Nele")


def test_flow_lines_tell_outcome_and_time() -> None:
    assert flow_lines(None, subtitle="Amazon orders", now=NOW) == ("Amazon orders", "It has not run yet")
    run = Run(
        4812,
        FLOW,
        "eu",
        RunState.DONE,
        "Nele",
        queued_at=NOW,
        started_at=NOW,
        ended_at=NOW + timedelta(seconds=41),
        dry_run=True,
        counts=Counts(read=88, confirmed=88),
    )
    first, second = flow_lines(run, subtitle="", now=NOW)
    assert first == "88 read, 88 confirmed by read-back"
    planned = Plan(FLOW, every_minutes=15, last=NOW)
    assert flow_lines(None, subtitle="", now=NOW, plan=planned)[1].startswith("It has not run yet · next ")
    assert next_run(planned, now=NOW + timedelta(hours=1)) == "due now"
    assert next_run(Plan(FLOW), now=NOW) == "no schedule"
    assert second.startswith("Dry run · Run 4,812, today ") and second.endswith("by Nele · took 41 s")
