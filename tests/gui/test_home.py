"""The morning page: numbers from the store, empty means checked, buttons do what they say."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QMenu, QPlainTextEdit

from x3studio.domain.runs import Counts, Run, RunState
from x3studio.gui.home import data
from x3studio.gui.home.flows import FlowCard
from x3studio.gui.home.page import HomePage
from x3studio.gui.home.words import day, figures, flow_lines, greeting, next_steps, span
from x3studio.gui.widgets.buttons import Button
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.surfaces import Scrolled
from x3studio.gui.window import Window
from x3studio.store import Store

from .conftest import dialog_over, settled
from .scenes import FLOW, KEY, FakeHost, morning

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
                ("Orders waiting over 30 min", "7", "Late"),
                ("Exceptions", "41", "41 new"),
                ("Stock differences", "–", "Not set up"),
                ("Next settlement", "–", "Not set up"),
                ("Credentials", "1", "Expired"),
            ]
            assert figures(shown)[0].note == "oldest has waited 52 min"
            steps = [(step.title, step.page, step.record) for step in next_steps(shown)]
            assert steps[:2] == [
                ("Paste the new client secret for Amazon UK", "connections", "Amazon UK"),
                ("Map 6 SKUs, then replay 34 waiting orders", "mapping", ""),
            ]
            assert {title for title, _page, _record in steps[2:]} == {
                "Pack factor not whole",
                "X3 did not answer",
            }
            assert sum(number for _hour, number in shown.confirmed) == 1148
            assert shown.daily[-1][1] == 41
            assert shown.runs[FLOW].state is RunState.RUNNING

    drive(scene())


def test_an_empty_workspace_asks_for_connections_first(drive: Drive, tmp_path: Path) -> None:
    async def scene() -> None:
        async with Store.create(tmp_path / "w.x3studio", key=KEY) as store:
            shown = await data.load(store, flows=[FLOW], now=datetime.now(UTC))
            assert [step.title for step in next_steps(shown)] == ["Connect Sage X3", "Connect Amazon"]
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
            await settled(window.tasks)
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
            await settled(window.tasks)
            assert host.asked[-1] == ("launch", FLOW, False)
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
            await settled(window.tasks)
            assert host.asked == [("launch", FLOW, True)]

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
    assert second.startswith("Dry run · Run 4,812, today ") and second.endswith("by Nele · took 41 s")
