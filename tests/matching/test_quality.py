"""Floors below which no change may push the quality of suggestions.

The shipped prior has seen the shared sets, so their floors guard against breakage and prove nothing about
others: `python -m tests.benchmarks matching` measures each with a prior that never saw it. The invented
worlds with these seeds were never learned from.
"""

from pathlib import Path

import pytest

from tests.matching.invented import World, catalogue, companies
from tests.matching.labelled_sets import LabelledSet, load_set
from tests.matching.quality import Measured


def _labelled(world: World) -> LabelledSet:
    return LabelledSet(world.name, world.kind, world.source, world.target, world.gold)


@pytest.mark.parametrize(
    ("name", "top1", "recall5", "f1"),
    [
        ("abt-buy", 0.93, 0.985, 0.94),
        ("amazon-google", 0.80, 0.97, 0.75),
        ("promap-en", 0.90, 0.99, 0.64),
        ("fodors-zagats", 0.99, 0.99, 0.97),
    ],
)
def test_shared_sets_without_a_judgement(
    foreign_data: Path, name: str, top1: float, recall5: float, f1: float
) -> None:
    found = Measured(load_set(foreign_data, name)).quality()
    assert found.top1 >= top1
    assert found.recall5 >= recall5
    assert found.f1 >= f1


@pytest.mark.parametrize(("name", "f1"), [("abt-buy", 0.95), ("amazon-google", 0.75)])
def test_shared_sets_with_200_judgements(foreign_data: Path, name: str, f1: float) -> None:
    found = Measured(load_set(foreign_data, name)).average(judged=200, seeds=(0, 1))
    assert found.f1 >= f1
    assert found.error <= 0.06, "one draw of 200 wavers by about a point around the bar of 0.05"


def test_invented_catalogues() -> None:
    taken = [Measured(_labelled(catalogue(seed))).quality() for seed in range(100, 104)]
    assert sum(each.top1 for each in taken) / len(taken) >= 0.85
    assert min(each.recall5 for each in taken) >= 0.95


def test_invented_companies() -> None:
    taken = [Measured(_labelled(companies(seed))).quality() for seed in range(100, 106)]
    assert sum(each.top1 for each in taken) / len(taken) >= 0.90
    assert sum(each.f1 for each in taken) / len(taken) >= 0.85
