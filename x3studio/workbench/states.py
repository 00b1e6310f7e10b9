"""Where a record stands, from what was decided, said and found."""

from dataclasses import dataclass

from x3studio.domain.mappings import Judgement
from x3studio.domain.workbench import HARD, Confidence, RecordState, conflict_bits

_HARD = conflict_bits(HARD)


@dataclass(frozen=True, slots=True)
class Said:
    """What is known of one record, beside its own facts.

    `judgement` None where nothing stands; `by_rule` whether a rule decided; `reopened` whether the re-check
    found the standing decision broken. `target` is the first candidate's key, "" without any.
    """

    judgement: Judgement | None = None
    is_kit: bool = False
    by_rule: bool = False
    reopened: bool = False
    unsure: bool = False
    excluded: bool = False
    looked_up: bool = False
    target: str = ""
    band: Confidence = Confidence.NONE
    conflicts: int = 0


def state_of(said: Said) -> RecordState:
    """A decision stands before what people marked, and that before what a search found."""
    if said.judgement is not None:
        return _decided(said)
    if said.excluded:
        return RecordState.EXCLUDED
    if said.unsure:
        return RecordState.UNSURE
    if not said.looked_up:
        return RecordState.NOT_LOOKED_UP
    if not said.target:
        return RecordState.NO_CANDIDATE
    if said.conflicts & _HARD:
        return RecordState.BLOCKED
    return RecordState.SUGGESTED if said.band >= Confidence.LIKELY else RecordState.CANDIDATES


def _decided(said: Said) -> RecordState:
    if said.reopened:
        return RecordState.REOPENED
    if said.judgement is Judgement.REJECTED:
        return RecordState.REJECTED
    if said.is_kit:
        return RecordState.KIT
    return RecordState.BY_RULE if said.by_rule else RecordState.ACCEPTED
