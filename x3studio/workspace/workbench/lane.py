"""The lane in which rules decide alone: closed until enough judged pairs prove it, then sampled for ever."""

from dataclasses import dataclass

import numpy as np

from x3studio.domain.errors import SettingFault
from x3studio.domain.workbench import OPEN_STATES, Confidence, Key, Kind
from x3studio.store import Tables
from x3studio.workbench import Deck
from x3studio.workspace.workbench import bulk as bulks
from x3studio.workspace.workbench.values import Bulk, BulkAction, Plan

RULE = "auto:certain, no conflict"


@dataclass(frozen=True, slots=True)
class Lane:
    """Whether certain candidates without conflict may be accepted by themselves, and why or why not."""

    open: bool
    words: str
    ready: int
    """How many records would go through it now."""


def judged(tables: Tables, kind: Kind) -> tuple[int, int]:
    """How many certain candidates people judged, and how many of those they refused; second looks count."""
    found = {band: (count, right) for band, count, right in tables.provenance.outcomes(kind)}
    checked, right = found.get(int(Confidence.CERTAIN), (0, 0))
    looks = tables.second_looks.judged(kind, purpose="sample")
    return checked + len(looks), checked - right + sum(not look.agrees for look in looks)


def lane(deck: Deck, checked: int, wrong: int) -> Lane:
    """The lane as the judgements leave it."""
    from x3studio.matching.certifying import certify

    certificate = certify(checked, wrong)
    return Lane(certificate.open, str(certificate), len(ready(deck)))


def ready(deck: Deck) -> list[Key]:
    """Open records whose first candidate is certain, and against which nothing speaks."""
    states = np.isin(deck.states, sorted(OPEN_STATES))
    rows = np.flatnonzero(states & (deck.bands == Confidence.CERTAIN) & (deck.conflicts == 0))
    return [deck.key(int(row)) for row in rows]


def plan(deck: Deck, found: Lane) -> Plan:
    """What the lane would accept now, 5 % of it to be judged again. SettingFault while it is closed."""
    if not found.open:
        raise SettingFault(
            "Rules may not decide alone yet.",
            field="lane",
            advice="Judge more certain candidates by hand, or accept them in bulk after the preview.",
            said=found.words,
        )
    return bulks.plan(deck, Bulk(BulkAction.ACCEPT, RULE), ready(deck))
