"""The life of a run and of an outbox record: every state is reachable, final states are final."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

import pytest

from x3studio.domain.outbox import LEGAL_STAGES, IllegalStage, Stage, check_stage
from x3studio.domain.runs import FINAL, LEGAL_MOVES, IllegalMove, RunState, check_move

State = TypeVar("State", bound=StrEnum)


def _reachable(start: State, moves: Mapping[State, frozenset[State]]) -> set[State]:
    found, waiting = {start}, [start]
    while waiting:
        for state in moves[waiting.pop()] - found:
            found.add(state)
            waiting.append(state)
    return found


def test_every_state_of_a_run_is_reachable_from_queued() -> None:
    assert _reachable(RunState.QUEUED, LEGAL_MOVES) == set(RunState)


def test_a_final_run_stays_as_it_ended() -> None:
    for state in FINAL:
        assert not LEGAL_MOVES[state]
        with pytest.raises(IllegalMove):
            check_move(state, RunState.RUNNING)
        check_move(state, state)


def test_every_live_run_can_be_cancelled_and_interrupted() -> None:
    for state in set(RunState) - FINAL - {RunState.QUEUED}:
        check_move(state, RunState.CANCELLED)
        check_move(state, RunState.INTERRUPTED)


def test_every_stage_of_a_record_is_reachable_from_new() -> None:
    assert _reachable(Stage.NEW, LEGAL_STAGES) == set(Stage)


def test_what_is_done_is_never_sent_again() -> None:
    assert _reachable(Stage.DONE, LEGAL_STAGES) == {Stage.DONE}


def test_only_through_an_intent_is_anything_sent_and_doubts_are_looked_up_before() -> None:
    assert Stage.INTENT not in LEGAL_STAGES[Stage.INDOUBT]
    assert [stage for stage in Stage if Stage.INTENT in LEGAL_STAGES[stage]] == [Stage.NEW]
    with pytest.raises(IllegalStage):
        check_stage(Stage.INDOUBT, Stage.INTENT)
