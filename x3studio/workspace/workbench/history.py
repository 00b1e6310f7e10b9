"""Time travel: the mapping as it was at a moment, from the decisions up to then."""

from datetime import datetime
from itertools import groupby

from x3studio.domain.mappings import Decision, Judgement
from x3studio.domain.workbench import Key, Kind
from x3studio.store import Tables
from x3studio.store.pairs import key_of, standing_of


def as_of(tables: Tables, kind: Kind, moment: datetime) -> dict[Key, Decision]:
    """What stood at `moment`, by record: the decision itself, also one that said there is no counterpart."""
    decisions = tables.mappings.until(kind, moment)
    found: dict[Key, Decision] = {}
    for key, group in groupby(decisions, key=lambda it: key_of(it.pair)[1]):
        chain = list(group)
        standing = standing_of([(it.id, it.reverts, it.judgement.value, "") for it in chain])
        if standing.judgement is not Judgement.WITHDRAWN:
            found[key] = next(it for it in chain if it.id == standing.id)
    return found
