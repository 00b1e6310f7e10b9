"""The run monitor over a real store: what runs, history, records, payloads, search, and its actions."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit

from x3studio.domain.documents import DocumentKind
from x3studio.domain.monitor import Direction, Exchange, System
from x3studio.domain.runs import Counts, RunState
from x3studio.gui.memory import Memory
from x3studio.gui.runs import data
from x3studio.gui.runs.launch import LaunchForm
from x3studio.gui.runs.page import RunsPage
from x3studio.gui.runs.words import standing
from x3studio.gui.widgets.dialog import Dialog
from x3studio.gui.window import Window
from x3studio.store import Capture, Tables

from .conftest import active, dialog_over, settled
from .scenes import FLOW, X3, FakeHost
from .scenes_exceptions import DeskHost
from .scenes_runs import DOUBTFUL, NUMBER, monitor

Drive = Callable[[Any], Any]
Opened = Callable[..., AbstractAsyncContextManager[Window]]


async def shown(window: Window, *, live: RunState | None = RunState.RUNNING) -> RunsPage:
    await monitor(window.desk.host.store, live=live)
    window.go("runs")
    window.refresh_all()
    await settled(window.tasks)
    assert isinstance(window.page, RunsPage)
    return window.page


def asked(window: Window) -> list[tuple[object, ...]]:
    assert isinstance(window.desk.host, FakeHost)
    return window.desk.host.asked


async def again(window: Window) -> None:
    window.refresh_all()
    await settled(window.tasks)


def test_a_live_run_is_shown_with_its_counts(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened() as window:
            page = await shown(window)
            assert page.live.isVisible() and not page.launch.isVisible()
            buttons = [each for each in page.live.findChildren(QAbstractButton) if each.isVisible()]
            assert {each.text() for each in buttons} == {"Stop after current", "Pause", "Cancel"}
            texts = [label.text() for label in page.live.findChildren(type(page.history.count))]
            assert {"612", "409", "221", "214"} <= set(texts) and texts.count("of 612") == 4
            assert {"Amazon orders", "12 of 20", "X3 sessions", "2 of 4"} <= set(texts)
            assert "3 refused" in texts and "1 in doubt, looked up" in texts
            run = page.run.run
            assert run is not None and run.id == 4812
            assert page.run.rows.rowCount() >= 100
            assert "214 confirmed so far" in page.run.outcome.text()

    drive(scene())


def test_a_run_that_is_asked_for_twice_at_once_shows_its_records(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened() as window:
            page = await shown(window, live=None)
            store = window.desk.host.store
            ended = (await data.history(store, None, flow="", state="partial")).rows
            known = {run.id: (await data.records(store, None, run=run)).rows for run in ended}
            done = next(run for run in ended if known[run.id])
            nothing = next(run for run in ended if not known[run.id])
            before, first, second = [await data.run_shown(store, run.id) for run in (nothing, done, done)]
            assert before is not None and first is not None and second is not None
            now = datetime.now(UTC)
            await page.run.show_run(before, now=now)
            assert page.run.rows.rowCount() == 0
            await asyncio.gather(page.run.show_run(first, now=now), page.run.show_run(second, now=now))
            assert page.run.rows.rowCount() > 0
            assert page.run.table.isVisible(), "never an empty state over records that are there"

    drive(scene())


def test_stop_and_cancel_reach_the_engine_and_say_so(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened() as window:
            page = await shown(window)
            QTest.mouseClick(page.live.stop, Qt.MouseButton.LeftButton)
            await settled(window.tasks)
            await again(window)
            assert asked(window) == [("stop", 4812)]
            assert page.live.stop.words() == "Stopping …" and not page.live.stop.isEnabled()
            QTest.mouseClick(page.live.cancel, Qt.MouseButton.LeftButton)
            await settled(window.tasks)
            await again(window)
            assert asked(window)[-1] == ("cancel", 4812)
            assert page.live.cancel.words() == "Cancelling …" and not page.live.cancel.isEnabled()

    drive(scene())


def test_a_run_is_paused_with_a_reason_and_resumed(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened() as window:
            page = await shown(window)
            QTest.mouseClick(page.live.pause, Qt.MouseButton.LeftButton)
            dialog = await dialog_over(window)
            (reason,) = dialog.findChildren(QLineEdit)
            QTest.keyClicks(reason, "stocktaking until noon")
            QTest.keyClick(reason, Qt.Key.Key_Return)
            await settled(window.tasks)
            await again(window)
            assert page.live.pause.words() == "Pausing …" and not page.live.pause.isEnabled()
            assert not page.live.resume.isVisible()
            store = window.desk.host.store
            await store.write(lambda t: t.runs.move(4812, RunState.PAUSED, reason="stocktaking until noon"))
            await again(window)
            texts = [label.text() for label in page.live.findChildren(QLabel)]
            assert "stocktaking until noon." in texts
            assert page.live.chip.text() == "Paused by Nele"
            assert page.live.resume.isVisible() and not page.live.pause.isVisible()
            assert not page.live.stop.isVisible() and page.live.cancel.isVisible()
            QTest.mouseClick(page.live.resume, Qt.MouseButton.LeftButton)
            await settled(window.tasks)
            assert asked(window)[-1] == ("resume", 4812)
            run = await store.read(lambda t: t.runs.get(4812))
            assert run is not None and run.paused_by == ""

    drive(scene())


def test_closing_the_question_pauses_nothing(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened() as window:
            page = await shown(window)
            QTest.mouseClick(page.live.pause, Qt.MouseButton.LeftButton)
            (await dialog_over(window)).reject()
            await settled(window.tasks)
            run = await window.desk.host.store.read(lambda t: t.runs.get(4812))
            assert run is not None and run.paused_by == ""

    drive(scene())


def test_waiting_is_told_with_reason_and_time(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened() as window:
            page = await shown(window, live=RunState.RATE_LIMITED)
            texts = [label.text() for label in page.live.findChildren(type(page.history.count))]
            assert any(text.startswith("Amazon limits how often orders are read.") for text in texts)
            assert any("It goes on by itself in" in text for text in texts)
            assert page.run.chip is not None and page.run.chip.text().startswith("Rate-limited until ")

    drive(scene())


def test_nothing_runs_then_a_run_is_started_with_what_was_typed(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened() as window:
            page = await shown(window, live=None)
            await active(window)
            assert page.launch.isVisible() and not page.live.isVisible()
            form = page.launch.form
            assert form.route.isVisible() and form.route.choice.count() == 2
            QTest.keyClicks(form.since, "20.11.")
            QTest.mouseClick(form.run, Qt.MouseButton.LeftButton)
            assert asked(window) == [] and form.since.property("error") == "true"
            form.since.clear()
            QTest.keyClicks(form.since, "2026-11-01")
            QTest.keyClicks(form.limit, "25")
            form.rehearse.setFocus(Qt.FocusReason.TabFocusReason)
            QTest.keyClick(form.rehearse, Qt.Key.Key_Space)
            await settled(window.tasks)
            assert asked(window) == [("launch", FLOW, True, form.route.choice.current_key())]
            assert window.news.toasts.shown[-1].state.word.endswith("is queued, at most 25 records")
            assert page.live.isVisible() and not page.live.stop.isVisible()

    drive(scene())


def test_another_run_can_be_queued_while_one_is_live(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened() as window:
            page = await shown(window)
            QTest.mouseClick(page.history.launch, Qt.MouseButton.LeftButton)
            dialog = await dialog_over(window)
            form = dialog.findChild(LaunchForm)
            assert form is not None
            QTest.mouseClick(form.run, Qt.MouseButton.LeftButton)
            await settled(window.tasks)
            assert [entry[:3] for entry in asked(window)] == [("launch", FLOW, False)]
            assert not [one for one in window.findChildren(Dialog) if one.isVisible()]

    drive(scene())


def test_without_connections_the_way_to_them_is_shown(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened(filled=False) as window:
            window.go("runs")
            await settled(window.tasks)
            page = window.page
            assert isinstance(page, RunsPage)
            assert page.launch.isVisible() and not page.launch.form.isVisible()
            texts = [label.text() for label in page.launch.findChildren(type(page.history.count))]
            assert "A flow needs a connection to Sage X3 and one to Amazon." in texts
            assert page.history.pane.state.isVisible()

    drive(scene())


def test_history_is_filtered_and_remembered(drive: Drive, opened: Opened, memory: Memory) -> None:
    async def scene() -> None:
        async with opened() as window:
            page = await shown(window)
            page.history.state.choose(RunState.FAILED.value)
            await settled(window.tasks)
            states = {run.state for run in page.history.runs.snapshot()}
            assert states == {RunState.FAILED}
            assert memory.text("runs/state") == "failed"
            page.history.state.choose(RunState.PAUSED.value)
            await settled(window.tasks)
            assert page.history.pane.state.isVisible()

    drive(scene())


def test_a_record_opens_with_its_life_and_payloads(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened() as window:
            page = await shown(window)
            await active(window)
            page.run.table.setFocus(Qt.FocusReason.TabFocusReason)
            assert page.run.table.choose(DOUBTFUL)
            QTest.keyClick(page.run.table, Qt.Key.Key_Return)
            await settled(window.tasks)
            assert page.record.isVisible() and page.record.title.text() == DOUBTFUL
            assert "40 min" in page.record.facts.text() and NUMBER in page.record.facts.text()
            names = [one.accessibleName() for one in page.record.timeline.findChildren(QAbstractButton)]
            assert [name.split(",")[0] for name in names] == [
                "Captured",
                "Mapped",
                "Looked up",
                "Sent",
                "Looked up",
                "Sent",
                "Answered",
                "Read back",
            ]
            assert page.record.payload.segments.current == "answer"
            assert NUMBER in page.record.payload.code.toPlainText()
            page.record.timeline.findChildren(QAbstractButton)[1].click()
            await settled(window.tasks)
            assert page.record.payload.title.text() == "6 fields changed by the rules"
            QTest.keyClick(window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
            assert page.run.isVisible()

    drive(scene())


def test_payloads_are_searched_copied_and_widened(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened() as window:
            page = await shown(window)
            await active(window)
            page.show_record(DOUBTFUL)
            await settled(window.tasks)
            view = page.record.payload
            QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
            assert view.search.hasFocus()
            QTest.keyClicks(view.search, "itmref")
            assert view.found.text() == "1 of 2"
            QTest.keyClick(view.search, Qt.Key.Key_Return)
            assert view.found.text() == "2 of 2"
            assert view.code.textCursor().selectedText() == "ITMREF"
            QTest.keyClick(view.search, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
            assert view.found.text() == "1 of 2"
            QTest.keyClicks(view.search, "zzz")
            assert view.found.text() == "not found"
            QTest.keyClick(view.search, Qt.Key.Key_Escape)
            QTest.mouseClick(view.copy, Qt.MouseButton.LeftButton)
            assert f'"SOHNUM": "{NUMBER}"' in QGuiApplication.clipboard().text()
            QTest.keyClick(window, Qt.Key.Key_F11)
            assert not page.history.isVisible() and not page.record.side.isVisible()
            QTest.keyClick(window, Qt.Key.Key_F11)
            assert page.history.isVisible()

    drive(scene())


def test_numbers_jump_and_words_search(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened() as window:
            page = await shown(window)
            await active(window)
            page.history.table.setFocus()
            QTest.keyClick(window, Qt.Key.Key_Slash)
            assert page.history.search.hasFocus()
            QTest.keyClicks(page.history.search, NUMBER)
            QTest.keyClick(page.history.search, Qt.Key.Key_Return)
            await settled(window.tasks)
            assert page.record.reference == DOUBTFUL
            page.history.search.clear()
            QTest.keyClicks(page.history.search, "brandel answer")
            QTest.keyClick(page.history.search, Qt.Key.Key_Return)
            await settled(window.tasks)
            hits = page.history.exchanges.snapshot()
            assert [hit.operation for hit in hits] == ["create"]
            QTest.keyClick(page.history.search, Qt.Key.Key_Down)
            await settled(window.tasks)
            assert page.record.reference == DOUBTFUL
            assert page.record.payload.segments.current == "sent"
            QTest.keyClicks(page.history.search, " nowhere")
            QTest.keyClick(page.history.search, Qt.Key.Key_Return)
            await settled(window.tasks)
            assert page.history.hits_pane.state.isVisible()
            QTest.keyClick(page.history.search, Qt.Key.Key_Escape)
            assert page.history.table.isVisible()
            assert window.go("runs", "4800")
            await settled(window.tasks)
            assert page.run.run is not None and page.run.run.id == 4800 and page.run.isVisible()

    drive(scene())


def test_an_exchange_without_a_record_is_shown_alone(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened() as window:
            page = await shown(window)
            await page.history.seek("CUSORDREF 302-1")
            step = next(one for one in page.history.exchanges.snapshot() if not one.record)
            page.history.hits.choose(step.id)
            await settled(window.tasks)
            assert page.record.title.text() == "Look up"
            assert '"items": []' in page.record.payload.code.toPlainText()
            page.record.payload.segments.findChildren(QAbstractButton)[0].click()
            assert page.record.payload.code.toPlainText().startswith("GET https://x3.brandel.example")

    drive(scene())


def test_a_dry_run_shows_what_would_happen_and_why(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened() as window:
            page = await shown(window, live=None)
            await active(window)
            run = page.run.run
            assert run is not None and run.dry_run
            assert page.run.outcome.text().startswith("Nothing was written. Of 20 read, 15 documents")
            words = [standing(row.last).word for row in page.run.rows.snapshot()]
            assert words.count("Would be created") == 15 and words.count("Would be linked") == 2
            page.run.table.choose("303-0000003-6629148")
            QTest.keyClick(page.run.table, Qt.Key.Key_Return)
            await settled(window.tasks)
            assert page.record.chip.text() == "Dry run" and not page.record.replay.isVisible()
            page.record.payload.segments.findChildren(QAbstractButton)[3].click()
            assert "1 on Amazon make 6 in sales units" in page.record.payload.code.toPlainText()
            QTest.keyClick(window, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
            await settled(window.tasks)
            assert page.record.reference == "303-0000002-6629148"

    drive(scene())


def test_what_changes_is_followed_and_the_place_is_kept(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened() as window:
            page = await shown(window)
            page.history.table.choose(4803)
            await settled(window.tasks)
            store = window.desk.host.store
            await store.write(
                lambda tables: tables.runs.move(4812, RunState.PARTIAL, reason="3 exceptions wait.")
            )
            await again(window)
            assert page.launch.isVisible()
            current = page.history.table.current()
            assert current is not None and current.id == 4803
            assert page.run.run is not None and page.run.run.id == 4803

    drive(scene())


def test_a_run_of_many_records_is_paged(drive: Drive, opened: Opened) -> None:
    many = 3_000

    async def scene() -> None:
        async with opened() as window:
            store, at = window.desk.host.store, datetime.now(UTC)
            references = [f"305-{n:07}-6629148" for n in range(many)]

            def work(tables: Tables) -> int:
                run = tables.runs.queue(flow=FLOW, connection="other", started_by="Nele")
                tables.runs.start(run.id)
                rows = [
                    Capture(FLOW, X3.account, DocumentKind.SALES_ORDER, ref, "{}", "h", run.id)
                    for ref in references
                ]
                tables.outbox.capture(rows)
                for operation, status in (("captured", "read"), ("mapped", "mapped")):
                    tables.journal.add(
                        [
                            Exchange(ref, operation, System.STUDIO, Direction.IN, status, run=run.id, at=at)
                            for ref in references
                        ]
                    )
                tables.runs.beat(run.id, counts=Counts(read=many, translated=many))
                tables.runs.move(run.id, RunState.DONE)
                return run.id

            run_id = await store.write(work)
            found = await data.run_shown(store, run_id)
            assert found is not None
            page = await data.records(store, None, run=found.run)
            seen = [row.reference for row in page.rows]
            while page.next is not None:
                page = await data.records(store, page.next, run=found.run)
                seen += [row.reference for row in page.rows]
            assert sorted(seen) == references
            assert seen[0] == references[-1]

    drive(scene())


def test_a_refused_record_is_replayed_from_its_page(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened() as window:
            object.__setattr__(window.desk, "host", DeskHost(window.desk.host.store, window.desk.host.path))
            page = await shown(window)
            case = await window.desk.host.store.read(
                lambda tables: tables.exceptions.page(fingerprint="map0").rows[0]
            )
            window.go("runs", case.reference)
            await settled(window.tasks)
            assert page.record.chip.text() == "Refused" and page.record.exception.isVisible()
            QTest.mouseClick(page.record.replay, Qt.MouseButton.LeftButton)
            await settled(window.tasks)
            assert asked(window) == [("replay", (case.id,))]
            assert window.news.toasts.shown[-1].state.word == f"Run 4,813 replays {case.reference}"

    drive(scene())


def test_look_ups_of_a_batch_belong_to_each_record(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened() as window:
            await monitor(window.desk.host.store)
            life = await data.life(window.desk.host.store, DOUBTFUL)
            told = [(step.operation, step.status) for step in life.exchanges]
            assert told == [
                ("captured", "read"),
                ("mapped", "mapped"),
                ("look up", "absent"),
                ("create", "unknown"),
                ("look up", "absent"),
                ("create", "taken"),
            ]
            assert await data.known_as(window.desk.host.store, NUMBER) == DOUBTFUL
            assert await data.known_as(window.desk.host.store, "nothing") == ""

    drive(scene())


def test_a_cut_answer_proves_nothing(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened() as window:
            store, at = window.desk.host.store, datetime.now(UTC)
            url = f"GET https://x3?CUSORDREF=302-1%2C{DOUBTFUL}"

            def look_up(answer: str, status: str) -> Exchange:
                return Exchange(
                    "", "look up", System.X3, Direction.IN, status, 9, url, answer, run=4812, at=at
                )

            def read_back() -> Exchange:
                return Exchange(
                    DOUBTFUL, "read back", System.STUDIO, Direction.IN, "confirmed", run=4812, at=at
                )

            await monitor(store)
            steps = [look_up('{"items":[{"CUSORDREF":"302-1", [cut]', "found"), read_back()]
            await store.write(lambda tables: tables.journal.add(steps))
            life = await data.life(store, DOUBTFUL)
            assert [step.status for step in life.exchanges][-2:] == ["asked", "confirmed"]
            other = [look_up('{"items":[{"CUSORDREF":"302-1"}]}', "found"), read_back()]
            await store.write(lambda tables: tables.journal.add(other))
            life = await data.life(store, DOUBTFUL)
            assert [step.status for step in life.exchanges][-2:] == ["absent", "confirmed"]

    drive(scene())


def test_colouring_stays_with_what_is_in_sight(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened() as window:
            page = await shown(window)
            page.show_record(DOUBTFUL)
            await settled(window.tasks)
            code = page.record.payload.code
            code.show_lines([f'  "field{n}": "value",' for n in range(5_000)])
            await asyncio.sleep(0)
            assert 0 < len(code._coloured) < 200
            code.show_place(code.document().findBlockByNumber(4_000).position(), 3)
            await asyncio.sleep(0)
            assert 4_000 in code._coloured and len(code._coloured) < 400

    drive(scene())


def test_usable_at_960_by_540(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened() as window:
            page = await shown(window)
            window.resize(960, 540)
            assert (window.width(), window.height()) == (960, 540)
            assert page.history.isVisible() and page.run.isVisible()
            page.show_record(DOUBTFUL)
            await settled(window.tasks)
            assert page.record.isVisible() and not page.history.isVisible()
            QTest.mouseClick(page.record.back, Qt.MouseButton.LeftButton)
            assert page.history.isVisible()
            window.resize(1440, 900)
            assert page.history.isVisible() and page.run.isVisible()

    drive(scene())
