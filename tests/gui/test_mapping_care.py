"""Care that is taken: four eyes, the question before a decision is taken back, a search that is cancelled."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from x3studio.domain.mappings import ItemPair, Judgement
from x3studio.domain.workbench import Kind
from x3studio.gui.mapping.second import FourEyes
from x3studio.workspace.workbench import kits
from x3studio.workspace.workbench.kits import Impact

from .workbench_hands import Drive, Opened, at_work


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
                """The real search, held up at its first sign of life until somebody cancels."""

                def held(done: int, total: int, words: str) -> None:
                    progress(done, total, words)
                    running.set()
                    pause = threading.Event()
                    while not cancelled():
                        pause.wait(0.01)

                return await whole(kind, progress=held, cancelled=cancelled)

            monkeypatch.setattr(bench, "match", slowly)
            await hands.press("Match", within=hands.page.queue)
            await hands.choose_from_menu("Match now")
            await hands.press("Cancel", within=hands.page.strip)
            await hands.reads("Matching was cancelled; nothing has changed")
            await hands.at_rest()
            assert running.is_set() and not hands.page.work.running
            assert await runs.read(lambda tables: tables.lookups.last_run(Kind.ITEMS)) == before

    drive(scene())
