"""What is handed over at the end of a project: how far it came, what is open, which rules, who decided."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from x3studio.domain.bookkeeping import AccountRule
from x3studio.domain.connections import AmazonConnection, X3Connection
from x3studio.domain.mappings import CodePair, CustomerPair
from x3studio.domain.workbench import OPEN_STATES, ConflictCode, Kind, RecordState
from x3studio.store import Store, Tables
from x3studio.store.judged import Decider
from x3studio.store.rules import Rule
from x3studio.workbench import Coverage, Deck
from x3studio.workbench import coverage as measures
from x3studio.workspace.bundle.archive import fingerprint
from x3studio.workspace.bundle.contents import gathered
from x3studio.workspace.workbench.service import Workbench

_MOST_OPEN = 25


@dataclass(frozen=True, slots=True)
class Risk:
    """One kind of conflict that is still open: how many records, and their revenue in minor units."""

    code: ConflictCode
    records: int
    worth: int


@dataclass(frozen=True, slots=True)
class OpenRecord:
    """A record nobody has decided yet; worth in minor units."""

    code: str
    title: str
    state: RecordState
    lines: int
    worth: int


@dataclass(frozen=True, slots=True)
class SecondLooks:
    """Decisions that were judged again without the score: how many, and how many came out the same."""

    judged: int
    agreed: int
    waiting: int


@dataclass(frozen=True, slots=True)
class RuleUse:
    """A rule and how many standing decisions it took."""

    rule: Rule
    decided: int


@dataclass(frozen=True, slots=True)
class Kept:
    """What the workspace keeps beside its records.

    `folders` are X3 folders with their environment, `customers` and `codes` what stands, `project` the hash
    that a project file of the same state carries.
    """

    folders: tuple[tuple[str, str], ...]
    marketplaces: tuple[str, ...]
    customers: tuple[CustomerPair, ...]
    codes: tuple[CodePair, ...]
    accounts: tuple[AccountRule, ...]
    rules: tuple[RuleUse, ...]
    deciders: tuple[Decider, ...]
    looks: SecondLooks
    project: str


@dataclass(frozen=True, slots=True)
class Handover:
    """Everything the report says. `open` are the undecided records with the most revenue."""

    title: str
    at: datetime
    coverage: Coverage
    states: tuple[tuple[RecordState, int], ...]
    risks: tuple[Risk, ...]
    open: tuple[OpenRecord, ...]
    open_count: int
    kept: Kept


async def handover(store: Store, workbench: Workbench, *, title: str) -> Handover:
    """The report's figures as of now."""
    deck = await workbench.deck(Kind.ITEMS)
    still = _open_rows(deck)
    return Handover(
        title=title,
        at=datetime.now(UTC),
        coverage=measures.coverage(deck),
        states=_states(deck),
        risks=_risks(deck),
        open=tuple(_record(deck, row) for row in still[:_MOST_OPEN]),
        open_count=len(still),
        kept=await store.read(_kept),
    )


def _kept(tables: Tables) -> Kept:
    connections = [saved.connection for saved in tables.connections.all()]
    x3 = [each for each in connections if isinstance(each, X3Connection)]
    amazon = [each for each in connections if isinstance(each, AmazonConnection)]
    members, _ = gathered(tables)
    return Kept(
        folders=tuple((each.folder, each.environment.value) for each in x3),
        marketplaces=tuple(dict.fromkeys(place for each in amazon for place in each.marketplaces)),
        customers=tuple(tables.mappings.customers()),
        codes=tuple(code for kind in Kind if kind.is_code_table for code in tables.mappings.codes(kind)),
        accounts=tuple(tables.accounts.rules()),
        rules=_rules(tables),
        deciders=tuple(tables.mappings.deciders()),
        looks=_looks(tables),
        project=fingerprint({name: hashlib.sha256(data).hexdigest() for name, data in members.items()}),
    )


def _rules(tables: Tables) -> tuple[RuleUse, ...]:
    used = Counter(tables.mappings.rules_in_force())
    return tuple(RuleUse(rule, used[rule.name]) for rule in tables.rules.all())


def _looks(tables: Tables) -> SecondLooks:
    judged = [look for kind in Kind for look in tables.second_looks.judged(kind)]
    waiting = sum(len(tables.second_looks.open(kind, limit=10_000)) for kind in Kind)
    return SecondLooks(len(judged), sum(bool(look.agrees) for look in judged), waiting)


def _states(deck: Deck) -> tuple[tuple[RecordState, int], ...]:
    counts = np.bincount(deck.states, minlength=len(RecordState))
    return tuple((state, int(counts[state])) for state in RecordState if counts[state])


def _open_rows(deck: Deck) -> Sequence[int]:
    """Undecided records, those with the most revenue first."""
    still = np.flatnonzero(np.isin(deck.states, sorted(OPEN_STATES)))
    order = np.lexsort((-deck.lines[still], -deck.worths[still]))
    rows: list[int] = still[order].tolist()
    return rows


def _risks(deck: Deck) -> tuple[Risk, ...]:
    live = ~np.isin(deck.states, (RecordState.EXCLUDED, RecordState.REJECTED))
    found = []
    for code in ConflictCode:
        marked = live & ((deck.conflicts & np.uint32(code.bit)) != 0)
        if marked.any():
            found.append(Risk(code, int(marked.sum()), int(deck.worths[marked].sum())))
    return tuple(sorted(found, key=lambda risk: (-risk.worth, -risk.records)))


def _record(deck: Deck, row: int) -> OpenRecord:
    return OpenRecord(
        deck.codes[row], deck.titles[row], deck.state(row), int(deck.lines[row]), int(deck.worths[row])
    )
