"""The drift sentinel's judgement: which decisions no longer hold, by comparison with what was known then."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from x3studio.domain.workbench import HARD, ConflictCode, Key, conflict_bits
from x3studio.workbench.conflicts import ConflictFinding

_BREAKING = frozenset(
    {
        ConflictCode.VANISHED,
        ConflictCode.INACTIVE,
        ConflictCode.UNIT,
        ConflictCode.PARENT,
        ConflictCode.FBA_QTY,
        ConflictCode.BPC_BLOCKED,
        ConflictCode.BPC_CURRENCY,
    }
)
"""What breaks a decision even where nobody wrote down what was known when it was taken."""


@dataclass(frozen=True, slots=True)
class Broken:
    """One decision that no longer holds, and why."""

    key: Key
    decision: int
    reason: str
    code: ConflictCode


@dataclass(frozen=True, slots=True)
class Drift:
    """What a re-check found: decisions looked at, reopened, and those whose reason has gone."""

    checked: int
    reopened: tuple[Broken, ...] = ()
    settled: tuple[Key, ...] = ()
    forgotten: int = 0
    """Records that are to be looked up again because X3 has new items."""
    reflagged: int = 0
    """Decisions that have other conflicts now than lists show of them."""


def broken(key: Key, decision: int, findings: Sequence[ConflictFinding], known: int | None) -> Broken | None:
    """Why a decision no longer holds, None where it does.

    `known` are the conflicts (bits) that were on the table when it was taken: whoever decided saw them.
    """
    for finding in findings:
        breaks = (
            finding.code in _BREAKING
            if known is None
            else finding.code in HARD and not known & finding.code.bit
        )
        if breaks:
            return Broken(key, decision, finding.words, finding.code)
    return None


def bits_of(findings: Iterable[ConflictFinding]) -> int:
    """The conflicts as they are kept beside a decision."""
    return conflict_bits(frozenset(finding.code for finding in findings))
