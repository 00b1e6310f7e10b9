"""Looking up buyers: few records, compared with the customers that come into question."""

import json

from x3studio.domain.workbench import Key, Kind, conflict_bits
from x3studio.store import Tables
from x3studio.store.lookups import Lookup
from x3studio.workbench import Candidate, customer_rules
from x3studio.workspace.workbench import customers
from x3studio.workspace.workbench.deciding import who
from x3studio.workspace.workbench.other_evidence import buyers_of, possible_customers

_TOP = 5
_MODEL = "customers by VAT number, name, currency and country"


def look_up_others(tables: Tables, kind: Kind) -> int:
    """Looks every record of a kind other than items up; codes need no search. Returns how many."""
    if kind is not Kind.CUSTOMERS:
        return 0
    deck = customers.deck(tables)
    run = tables.lookups.next_run()
    keys = [deck.key(row) for row in range(deck.count)]
    tables.lookups.put(kind, run, [_lookup(tables, key) for key in keys])
    tables.lookups.finish(
        kind, run, who=who(), model=_MODEL, judged=0, calibrated=False, records=len(keys), seconds=0.0
    )
    return len(keys)


def _lookup(tables: Tables, key: Key) -> Lookup:
    found = customer_rules.candidates(buyers_of(tables, key, ""), possible_customers(tables, key), most=_TOP)
    if not found:
        return Lookup(key)
    first = found[0]
    return Lookup(
        key=key,
        target=first.target,
        band=first.band,
        conflicts=conflict_bits(tuple(finding.code for finding in first.conflicts)),
        shown=json.dumps([_shown(each) for each in found], ensure_ascii=False),
    )


def _shown(candidate: Candidate) -> list[object]:
    codes = [finding.code.value for finding in candidate.conflicts]
    return [candidate.target, int(candidate.band), None, None, "", candidate.waterfall, codes]
