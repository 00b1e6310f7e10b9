"""The dear part of a match: looks every source record up and compares it with its candidates.

Runs in whatever thread calls it, touches nothing but its arguments, and can be cancelled between steps.
"""

import gc
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from x3studio.matching import bands, exact, features
from x3studio.matching.candidates import Pairs, retrieve
from x3studio.matching.customer_features import customer_columns
from x3studio.matching.item_features import item_columns
from x3studio.matching.model import Model
from x3studio.matching.priors import prior
from x3studio.matching.records import CustomerSide, ItemSide, Side, prepare
from x3studio.matching.roles import Role, guess_roles
from x3studio.matching.scoring import CODE_BONUS, PROVEN_BONUS, Field
from x3studio.matching.values import Cancelled, Kind, Table
from x3studio.matching.vectors import Pause, gram_space

Progress = Callable[[float, str], None]
"""Called with the share done (0..1) and what is being done."""

_RETRIEVED = 20
_RETRIEVED_LARGE = 8
_LARGE_ROWS = 5_000


class _Weights(NamedTuple):
    """How much each vector space counts in the search for candidates."""

    words: float
    spelling: float
    everything: float
    whole: float
    """The spelling of name and address together: a misspelt or missing name still finds its address."""


_WEIGHTS = {Kind.ITEMS: _Weights(0.5, 1.0, 0.5, 0.0), Kind.CUSTOMERS: _Weights(0.5, 2.0, 1.0, 2.0)}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything known of the pairs before a decision is looked at; worth keeping while decisions come in."""

    source_ids: list[str]
    target_ids: list[str]
    model: Model
    field: Field
    conflicts: bands.Marks
    exact: NDArray[np.str_]
    said: NDArray[np.bool_]
    """Source rows that say anything to search by; the others were not looked up."""


def compare(
    source: Table,
    target: Table,
    *,
    kind: Kind = Kind.ITEMS,
    source_roles: Mapping[str, Role] | None = None,
    target_roles: Mapping[str, Role] | None = None,
    progress: Progress = lambda _share, _doing: None,
    cancelled: Callable[[], bool] = lambda: False,
    model: Model | None = None,
    threads: int = 0,
) -> Comparison:
    """The dear part of a match: looks every source row up once. `suggest` may then be asked again and
    again.
    """
    steps = _Steps(progress, cancelled)
    with _uncollected():
        found = candidate_columns(
            source,
            target,
            kind=kind,
            source_roles=source_roles,
            target_roles=target_roles,
            step=steps,
            threads=threads or (os.cpu_count() or 1),
        )
    steps(0.8, "weighing")
    return weigh(found, model or prior(kind))


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the search for cycles: millions of tokens are built here, none in a cycle."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


@dataclass(frozen=True, slots=True)
class _Steps:
    progress: Progress
    cancelled: Callable[[], bool]

    def __call__(self, share: float, doing: str) -> None:
        if self.cancelled():
            raise Cancelled
        self.progress(share, doing)


@dataclass(frozen=True, slots=True)
class CandidateColumns:
    """The candidate pairs of two sides with every feature, before any model has weighed them."""

    source: Side
    target: Side
    pairs: Pairs
    joins: exact.Joins
    columns: features.Columns


def candidate_columns(
    source: Table,
    target: Table,
    *,
    kind: Kind,
    source_roles: Mapping[str, Role] | None = None,
    target_roles: Mapping[str, Role] | None = None,
    step: Progress = lambda _share, _doing: None,
    threads: int = 1,
) -> CandidateColumns:
    """Reads both tables, finds the candidates of each source row and compares them."""
    step(0.0, "reading columns")
    left = prepare(
        source, source_roles or guess_roles(source), kind=kind, pause=lambda: step(0.0, "reading columns")
    )
    step(0.1, "reading columns")
    right = prepare(
        target,
        target_roles or guess_roles(target),
        kind=kind,
        pause=lambda: step(0.1, "reading columns"),
    )
    step(0.2, "weighing words")
    spaces = features.build_spaces(left, right, pause=lambda: step(0.2, "weighing words"))
    weights = _WEIGHTS[kind]
    parts = [
        (spaces.titles, weights.words),
        (spaces.grams, weights.spelling),
        (spaces.everything, weights.everything),
    ]
    if weights.whole:
        parts.append((gram_space(left.everything, right.everything), weights.whole))
    pairs = retrieve(
        parts,
        keep=_RETRIEVED if len(left) <= _LARGE_ROWS else _RETRIEVED_LARGE,
        threads=threads,
        step=lambda share: step(0.35 + 0.25 * share, "finding candidates"),
    )
    joins = exact.join(left, right)
    pairs = exact.add_joins(pairs, joins.source, joins.target, targets=len(right))
    step(0.6, "comparing")
    columns = _columns(left, right, spaces, pairs, threads=threads, pause=lambda: step(0.6, "comparing"))
    return CandidateColumns(left, right, pairs, joins, columns)


def _columns(
    source: Side,
    target: Side,
    spaces: features.Spaces,
    pairs: Pairs,
    *,
    threads: int,
    pause: Pause,
) -> features.Columns:
    """Every feature of the pairs of two sides of one kind, by name."""
    if isinstance(source, ItemSide) and isinstance(target, ItemSide):
        return item_columns(source, target, spaces, pairs, threads=threads, pause=pause)
    assert isinstance(source, CustomerSide) and isinstance(target, CustomerSide)
    return customer_columns(source, target, spaces, pairs, threads=threads, pause=pause)


def weigh(found: CandidateColumns, model: Model) -> Comparison:
    """The design of every pair under `model`, its exact joins and its conflicts."""
    left, right, pairs, joins = found.source, found.target, found.pairs, found.joins
    keys = exact.marks(pairs, joins, targets=len(right))
    conflicts = bands.find_conflicts(
        found.columns,
        pairs.source,
        ean_faults=left.ean_faults[pairs.source] | right.ean_faults[pairs.target],
        ean_shared=joins.shared_source[pairs.source] | joins.shared_target[pairs.target],
    )
    field = Field(
        pairs=pairs,
        sources=len(left),
        targets=len(right),
        design=model.design(model.table(found.columns)),
        bonus=np.select([keys == exact.SAME_CODE, keys != ""], [CODE_BONUS, PROVEN_BONUS]).astype(np.float32),
    )
    said = np.array([bool(text) for text in left.everything])
    said[pairs.source] = True
    return Comparison(left.ids, right.ids, model, field, conflicts, keys, said)
