"""A consultant's session by real keys: judgements, undo, bulk, kit and search, mixed as they come."""

import os
import random
from collections import Counter

import pytest

from x3studio.domain.mappings import Judgement

from .sitting import Sitting
from .workbench_hands import Drive, Opened, at_work

LONG = int(os.environ.get("X3STUDIO_LONG_SESSION", "0"))
SHORT = 24
"""Decisions of the normal run; X3STUDIO_LONG_SESSION=200 is a whole morning's, with its times in a table."""
_KIT = [("LIN-TM-GE", 2), ("LIN-TM-GN", 1)]
_KIT_EACH, _SEARCH_EACH, _BULK_EACH = 24, 12, 24


@pytest.mark.timeout(120 + 6 * LONG)
def test_a_session_of_many_decisions_keeps_every_one(
    drive: Drive, opened: Opened, capsys: pytest.CaptureFixture[str]
) -> None:
    async def scene() -> None:
        async with at_work(opened, decided=not LONG) as hands:
            await hands.presses("Ctrl+4")
            with Sitting(hands) as sitting:
                await _sits(sitting, LONG or SHORT)
            assert len(await hands.host.workbench.log(1_000)) >= sitting.decided
            shown = Counter(int(state) for state in hands.page.session.deck.states)
            fresh = await hands.host.workbench.deck(hands.page.session.deck.kind)
            assert shown == Counter(int(state) for state in fresh.states)
            if LONG:
                with capsys.disabled():
                    print(f"\n{sitting.decided} decisions", *sitting.times.lines(), sep="\n")

    drive(scene())


async def _sits(sitting: Sitting, wanted: int) -> None:
    """So many decisions: mostly keys, now and then a kit, a search, a bulk that is taken back, an undo."""
    dice, hands = random.Random(7), sitting.hands
    while sitting.decided < wanted:
        place = sitting.decided
        if place % _KIT_EACH == 7:
            code = await sitting.puts_a_kit_together(_KIT)
        elif place % _SEARCH_EACH == 5:
            code = await sitting.searches("packband")
        else:
            code = await sitting.judges(dice.choice(("Return", "Return", "X", "Space")))
        if dice.random() < 0.15:
            await sitting.takes_back_and_redoes(code)
        if place % _BULK_EACH == 15:
            await sitting.accepts_many()
            await hands.presses("Ctrl+4")
            await hands.goes_to(code)
            await hands.presses("Down")
        if hands.code == hands.codes()[-1]:
            await hands.presses("Home")


def test_a_kit_and_a_search_are_taken_back_one_by_one(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            with Sitting(hands) as sitting:
                await hands.goes_to("BR-ECO-SET")
                await sitting.puts_a_kit_together(_KIT)
                kit = await hands.stands("BR-ECO-SET")
                assert kit is not None
                assert [(one.itmref, int(one.quantity)) for one in kit.components] == _KIT
                await hands.goes_to("X0009-NEU")
                await sitting.searches("packband")
                assert await sitting.accepts_many()
            await hands.presses("Ctrl+Z", "Ctrl+Z")
            assert hands.state("BR-ECO-SET").is_open and hands.state("X0009-NEU").is_open
            assert await hands.judged("BR-ECO-SET") == [Judgement.WITHDRAWN, Judgement.ACCEPTED]

    drive(scene())
