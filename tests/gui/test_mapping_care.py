"""Care that is taken: four eyes, the question before a decision is taken back, a search that is cancelled."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest
from PySide6.QtWidgets import QAbstractButton

from x3studio.domain.catalogue import ItemStatus
from x3studio.domain.mappings import Component, ItemPair, Judgement
from x3studio.domain.workbench import Confidence, Key, Kind, RecordState
from x3studio.gui.mapping.cards import CandidateCard
from x3studio.gui.mapping.second import FourEyes, mixed
from x3studio.store import Tables
from x3studio.workbench import Candidate, Evidence
from x3studio.workspace.workbench import kits
from x3studio.workspace.workbench.kits import Impact

from .scenes import X3
from .workbench_hands import Consultant, Drive, Opened, at_work


def test_a_second_person_approves_what_the_first_decided(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            bench = hands.host.workbench
            pair = ItemPair(hands.codes()[0], "BRA-BA-AA")
            await hands.host.store.write(
                lambda tables: tables.mappings.decide(pair, Judgement.ACCEPTED, who="another")
            )
            await hands.page.session.refresh()
            deck = hands.page.session.deck
            before = await bench.checks.unseconded(deck)
            assert [one.who for one in before] == ["another"]
            await hands.press("Match", within=hands.page.queue)
            await hands.choose_from_menu("Four eyes for what earns most ...")
            dialog = await hands.dialog()
            assert isinstance(dialog, FourEyes)
            # The last one closes the list.
            await hands.press("I have looked: approve", within=dialog)
            await hands.closed()
            await hands.at_rest()
            assert await bench.checks.unseconded(deck) == []

    drive(scene())


def test_what_depends_on_a_decision_is_said_before_it_is_taken_back(
    drive: Drive, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            code = hands.code
            await hands.presses("X")
            await hands.goes_to(code)
            monkeypatch.setattr(kits, "impact", lambda *_: Impact(3, 0, None, None, 0))
            await hands.keys("Ctrl+Shift+Z")
            dialog = await hands.dialog()
            await hands.reads("Depends on it")
            await hands.press("Keep it", within=dialog)
            await hands.closed()
            await hands.at_rest()
            assert not hands.state(code).is_open, "kept"
            await hands.keys("Ctrl+Shift+Z")
            dialog = await hands.dialog()
            await hands.press("Take it back", within=dialog)
            await hands.closed()
            await hands.at_rest()
            assert hands.state(code).is_open

    drive(scene())


def test_a_running_match_is_cancelled_and_changes_nothing(
    drive: Drive, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            bench = hands.host.workbench
            runs = hands.host.store
            before = await runs.read(lambda tables: tables.lookups.last_run(Kind.ITEMS))
            running, whole = threading.Event(), bench.match

            async def slowly(kind: Kind, *, progress: Any, cancelled: Callable[[], bool]) -> int:
                """The real search, held up at its worker's first sign of life until somebody cancels."""

                def held(done: int, total: int, words: str) -> None:
                    progress(done, total, words)
                    if threading.current_thread() is threading.main_thread():
                        # The window's own thread tells of the beginning; nobody may hold that up.
                        return
                    running.set()
                    pause = threading.Event()
                    while not cancelled():
                        pause.wait(0.01)

                return await whole(kind, progress=held, cancelled=cancelled)

            monkeypatch.setattr(bench, "match", slowly)
            # Read beforehand, so that the search is under way when it is cancelled.
            await asyncio.to_thread(import_module, "x3studio.matching")
            await hands.press("Match", within=hands.page.queue)
            await hands.choose_from_menu("Match now")
            await hands.until(lambda: running.is_set() or None, "the search at work")
            await hands.press("Cancel", within=hands.page.strip)
            await hands.reads("Matching was cancelled; nothing has changed")
            await hands.at_rest()
            assert running.is_set() and not hands.page.work.running
            assert await runs.read(lambda tables: tables.lookups.last_run(Kind.ITEMS)) == before

    drive(scene())


def test_nobody_approves_a_decision_of_their_own(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            await hands.goes_to(hands.codes()[0])
            await hands.presses("X")
            await hands.press("Match", within=hands.page.queue)
            await hands.choose_from_menu("Four eyes for what earns most ...")
            dialog = await hands.dialog()
            await hands.reads("Your own decision: another person has to look at it")
            own = next(one for one in hands.all(QAbstractButton) if one.text() == "I have looked: approve")
            assert not own.isEnabled()
            await hands.press("Close", within=dialog)
            await hands.closed()

    drive(scene())


def test_what_stands_is_among_the_blind_candidates_in_no_fixed_place() -> None:
    many = tuple(Candidate(f"ITM{place}", "", Confidence.WEAK) for place in range(9))
    record = Evidence(Kind.ITEMS, Key("PEN"), "", "", RecordState.ACCEPTED, candidates=many, standing="ITM8")
    orders = {tuple(one.target for one in mixed(record)) for _ in range(40)}
    assert len(orders) > 1
    assert all("ITM8" in shown and len(shown) == 5 for shown in orders)
    kit = (Component("ITM1", Decimal(2)), Component("ITM2", Decimal(1)))
    bundle = replace(record, standing="", components=kit)
    assert [one.description for one in mixed(bundle) if one.components] == ["2 ITM1 + 1 ITM2"]


def test_a_kit_is_judged_the_same_a_second_time(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            bench, key = hands.host.workbench, hands.key_of("BR-ECO-SET")
            kit = (Component("LIN-TM-GE", Decimal(2)), Component("LIN-TM-GN", Decimal(1)))
            await bench.save_kit(key, kit)
            await hands.host.store.write(_only_that_one(key))
            await hands.press("Match", within=hands.page.queue)
            await hands.choose_from_menu("Judge a sample again, without scores ...")
            dialog = await hands.dialog()
            await hands.reads("BR-ECO-SET")
            card = next(one for one in hands.all(CandidateCard, within=dialog) if one.candidate.components)
            assert "%" not in card.accessibleName() + card.toolTip()
            await hands.keys(str(card.number))
            await hands.closed()
            await hands.reads("Of 1 judged again, 1 agreed")
            agreement = await bench.agreement(Kind.ITEMS)
            assert (agreement.judged, agreement.agreed) == (1, 1)

    drive(scene())


def _only_that_one(key: Key) -> Callable[[Tables], int]:
    """Asks for a second judgement of this record and no other."""

    def ask(tables: Tables) -> int:
        decided = [(one, id) for one, id, _, _ in tables.boards.decided(Kind.ITEMS) if one == key]
        return tables.second_looks.ask(Kind.ITEMS, decided, purpose="blind")

    return ask


def test_once_x3_answers_again_old_masters_are_read_and_decisions_checked(
    drive: Drive, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            asked: list[timedelta] = []

            async def read_again(older_than: timedelta) -> int:
                """X3 sells an accepted item no longer."""
                asked.append(older_than)
                known = await hands.host.store.read(lambda tables: tables.masters.items_by_ref(["BRA-BA-AA"]))
                gone = replace(known["BRA-BA-AA"], status=ItemStatus.OBSOLETE)
                await hands.host.store.write(lambda tables: tables.masters.put_items([gone]))
                return 1

            monkeypatch.setattr(hands.host, "revalidate", read_again)
            await hands.goes_to("BR-BATT-AA")
            await hands.presses("Return")
            assert hands.state("BR-BATT-AA") is RecordState.ACCEPTED
            await _answers(hands, "unreachable")
            assert not asked
            await hands.reads("Offline: decisions are kept and checked again later")
            await _answers(hands, "ok")
            await hands.reads("X3 answers again: 1 row brought up to date")
            await hands.until(lambda: hands.state("BR-BATT-AA") is RecordState.REOPENED or None, "reopened")
            assert len(asked) == 1
            await _answers(hands, "ok")
            assert len(asked) == 1

    drive(scene())


async def _answers(hands: Consultant, state: str) -> None:
    """What the last test of the connection found."""
    await hands.host.store.write(lambda tables: tables.connections.set_state(X3.name, state))
    await hands.page.refresh()
    await hands.page.showing.read_all()
    await hands.at_rest()


def test_cancel_stays_where_it_is_while_the_words_beside_it_change(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            strip, places = hands.page.strip, set()
            for words in (
                "Matching",
                "searching: 14,214 of 200,612",
                "X3 answers again: reading what is old",
            ):
                strip.show_busy(words, share=0.5 if "of" in words else None)
                await hands.at_rest()
                await hands.reads(words)
                places.add(strip.cancel.mapTo(strip, strip.cancel.rect().center()).x())
            assert len(places) == 1 and strip.cancel.visibleRegion().contains(strip.cancel.rect().center())

    drive(scene())
