"""All that speaks against a pair: what the rules say with figures, and what only comparing texts saw."""

from collections.abc import Collection

from x3studio.domain.workbench import HARD, ConflictCode, Severity
from x3studio.workbench import item_rules
from x3studio.workbench.conflicts import Action, ConflictFinding, Offer
from x3studio.workbench.facts import PairFacts

_WORDS = {
    ConflictCode.SIZE: "The sizes in the texts of both sides differ.",
    ConflictCode.COLOUR: "The colours in the texts of both sides differ.",
    ConflictCode.VAT_DISAGREE: "The VAT numbers of both sides differ.",
    ConflictCode.COUNTRY: "The countries of both sides differ.",
    ConflictCode.ADDRESS: "The addresses of both sides differ.",
    ConflictCode.ADDRESS_RIVAL: "The address fits another record better.",
}
"""Of all else the rules know the figures, and say it themselves."""


def findings(facts: PairFacts, compared: Collection[str] = ()) -> tuple[ConflictFinding, ...]:
    """Every conflict of a pair, the gravest first; `compared` are what matching said of this target."""
    seen = [_finding(code) for code in _WORDS if code.value in compared]
    told = item_rules.findings(facts)
    return item_rules.by_gravity((*told, *seen)) if seen else told


def _finding(code: ConflictCode) -> ConflictFinding:
    severity = Severity.BLOCK if code in HARD else Severity.WARN
    return ConflictFinding(code, severity, _WORDS[code], Offer("Compare", Action.COMPARE))
