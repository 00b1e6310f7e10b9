"""A consultant's session by real keys: judgements, undo, bulk, kit and search, mixed as they come."""

import os
import random
from collections import Counter

import pytest

from x3studio.domain.mappings import Judgement
from x3studio.domain.workbench import RecordState
from x3studio.gui.mapping.strip import FOCUS
from x3studio.gui.mapping.telling import hard_findings
from x3studio.gui.widgets.inputs import Input

from .workbench_hands import Consultant, Drive, Opened, at_work

LONG = int(os.environ.get("X3STUDIO_LONG_SESSION", "0"))
SHORT = 24
"""Judgements of the normal run; X3STUDIO_LONG_SESSION=200 is a whole morning's."""
_JUDGED = {
    "Return": RecordState.ACCEPTED,
    "X": RecordState.REJECTED,
    "Space": RecordState.UNSURE,
}


async def judges(hands: Consultant, key: str) -> str:
    """One judgement by one key; what blocks gets another judgement. Returns the record."""
    code, evidence = hands.code, await hands.page.session.current()
    assert evidence is not None
    if key == "Return" and (not evidence.candidates or hard_findings(evidence)):
        key = "X"
    if key == "Space" and not hands.state(code).is_open:
        # What is decided stays decided: a doubt does not take it away.
        key = "X"
    await hands.presses(key)
    assert hands.state(code) is _JUDGED[key], (code, key)
    return code


async def puts_a_kit_together(hands: Consultant, code: str) -> None:
    """Two components, one of them twice."""
    await hands.goes_to(code)
    await hands.keys("K")
    dialog = await hands.dialog()
    for name, text in (("Quantity 1", "2"), ("Item 1", "LIN-TM-GE"), ("Item 2", "LIN-TM-GN")):
        await hands.fill(await hands.named(Input, name), text)
        # Going on closes what X3 has to offer for the words typed.
        await hands.keys("Tab")
    await hands.press("Save the kit", within=dialog)
    await hands.closed()
    await hands.at_rest()


@pytest.mark.timeout(120 + 6 * LONG)
def test_a_session_of_many_judgements_keeps_every_one(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        dice = random.Random(7)
        async with at_work(opened) as hands:
            await hands.presses("Ctrl+4")
            taken: Counter[str] = Counter()
            wanted = LONG or SHORT
            while sum(taken.values()) < wanted:
                key = dice.choice(("Return", "Return", "X", "Space"))
                code = await judges(hands, key)
                taken[key] += 1
                if dice.random() < 0.15:
                    await hands.presses("Ctrl+Z")
                    assert hands.code == code
                    await hands.presses("Ctrl+Y")
                    assert not hands.state(code).is_open or hands.state(code) is RecordState.UNSURE
                    hands.page.session.pick(hands.key_of(code))
                    await hands.presses("Down")
                if hands.code == hands.codes()[-1]:
                    await hands.presses("Home")
            steps = await hands.host.workbench.log(1_000)
            assert len(steps) >= wanted
            deck = hands.page.session.deck
            counted = Counter(int(state) for state in deck.states)
            fresh = await hands.host.workbench.deck(deck.kind)
            assert counted == Counter(int(state) for state in fresh.states)

    drive(scene())


def test_kit_search_and_bulk_in_one_sitting(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            await puts_a_kit_together(hands, "BR-ECO-SET")
            assert hands.state("BR-ECO-SET") is RecordState.KIT
            kit = await hands.stands("BR-ECO-SET")
            assert kit is not None and [(one.itmref, int(one.quantity)) for one in kit.components] == [
                ("LIN-TM-GE", 2),
                ("LIN-TM-GN", 1),
            ]
            await hands.goes_to("X0009-NEU")
            await hands.presses("/")
            await hands.type("packband")
            await hands.until(lambda: hands.page.acting._found.isVisible() or None, "the list")
            await hands.presses("Down", "Return", "Return")
            assert hands.state("X0009-NEU") is RecordState.ACCEPTED
            await hands.presses("Ctrl+1", "Ctrl+Return")
            plan = hands.page.preview.plan
            assert plan is not None and plan.count
            await hands.press(f"Accept {plan.count} records", within=hands.page.preview)
            await hands.at_rest()
            await hands.presses("Ctrl+Z", "Ctrl+Z", "Ctrl+Z")
            assert hands.state("BR-ECO-SET").is_open and hands.state("X0009-NEU").is_open
            assert await hands.judged("BR-ECO-SET") == [Judgement.WITHDRAWN, Judgement.ACCEPTED]
            await hands.presses("Ctrl+G")
            assert hands.page.mode == FOCUS

    drive(scene())
