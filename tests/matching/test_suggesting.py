"""Suggestions over their whole life: looked up, judged, learned from, explained, certified, cancelled."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.matching.invented import World, catalogue
from tests.matching.worlds import compared, first, matched, table
from x3studio.domain.workbench import Confidence
from x3studio.matching import (
    Cancelled,
    Comparison,
    Judged,
    Kind,
    State,
    Suggestions,
    compare,
    suggest,
)


@pytest.fixture(scope="module")
def world() -> World:
    return catalogue(201, families=150)


@pytest.fixture(scope="module")
def looked_up(world: World) -> Comparison:
    return compare(world.source, world.target)


def judged(world: World, found: Suggestions, *, count: int, seed: int = 0) -> Judged:
    """What a person says of the first `count` records in random order, shown their first candidates."""
    gold = dict(world.gold)
    rows = [row for row in range(len(found.source_ids)) if found.places(row)]
    random.Random(seed).shuffle(rows)
    pairs = []
    for row in rows[:count]:
        key = found.source_ids[row]
        shown = found.target_ids[int(found.target[first(found, row)])]
        pairs.append((key, gold.get(key, shown), key in gold))
    return Judged(*(list(column) for column in zip(*pairs, strict=True)))


@pytest.fixture(scope="module")
def taught(world: World, looked_up: Comparison) -> Suggestions:
    return suggest(looked_up, decisions=judged(world, suggest(looked_up), count=220))


def test_before_enough_judgements_there_is_a_band_and_never_a_percentage(looked_up: Comparison) -> None:
    found = suggest(looked_up)
    assert not found.calibrated
    assert np.isnan(found.confidence).all()
    assert np.isnan(found.margin).all()
    assert found[0].confidence is None
    assert not found.waterfall(0).percent
    certain = found.band == Confidence.CERTAIN
    assert (found.exact[certain] != "").all(), "without calibration only an exact join is certain"


def test_after_200_judgements_the_points_add_up_to_the_percentage(taught: Suggestions) -> None:
    assert taught.calibrated
    for place in range(len(taught)):
        told = taught.waterfall(place)
        assert told.percent
        assert told.start + sum(step.points for step in told.steps) == told.total
        assert abs(told.total - 100 * taught.confidence[place]) <= 0.5 + 1e-9


def test_certain_never_contradicts_the_percentage_beside_it(taught: Suggestions) -> None:
    certain = taught.band == Confidence.CERTAIN
    assert certain.any()
    assert (taught.confidence[certain] >= 0.98).all()
    assert (taught.exact[certain] != "").any(), "exact joins that proved right are certain"


def test_keys_that_join_what_does_not_belong_together_are_not_certain_for_long() -> None:
    names = [f"{word} widget {number:05d}" for number, word in enumerate(["alpha", "brass", "cedar"] * 150)]
    codes = [f"WX{number:06d}" for number in range(450)]
    looked_up = compared({"title": names, "code": codes}, {"title": names[::-1], "code": codes})
    assert (suggest(looked_up).band == Confidence.CERTAIN).any()
    keys = [str(place) for place in range(300)]
    found = suggest(looked_up, decisions=Judged(keys, keys, [place % 3 > 0 for place in range(300)]))
    open_ = (found.exact != "") & (found.exact != "judged a match")
    assert open_.any()
    assert (found.band[open_] < Confidence.CERTAIN).all()


def test_judged_records_are_settled_and_refused_pairs_do_not_return(
    world: World, looked_up: Comparison
) -> None:
    said = judged(world, suggest(looked_up), count=220)
    found = suggest(looked_up, decisions=said)
    rows = {key: row for row, key in enumerate(found.source_ids)}
    for key, target, yes in zip(said.source_ids, said.target_ids, said.matched, strict=True):
        offered = [found.target_ids[int(found.target[place])] for place in found.places(rows[key])]
        if yes:
            if target in offered:
                assert offered == [target]
                assert found.band[first(found, rows[key])] == Confidence.CERTAIN
            assert found.state[rows[key]] == State.DECIDED
        else:
            assert target not in offered


def test_judgements_calibrate_and_the_past_is_told(taught: Suggestions) -> None:
    told = sum(each.judged for each in taught.reliability)
    assert 150 < told <= 220
    assert any(taught.like_this(place) for place in range(len(taught)))
    assert taught.certificate.checked <= told
    assert not taught.certificate.open, "220 judgements prove no 99.5 percent"
    assert not taught.auto.any(), "the lane abstains until it is certified"


def test_the_lane_opens_with_proof_and_takes_only_clean_firsts() -> None:
    names = [f"{word} widget {number:05d}" for number, word in enumerate(["alpha", "brass", "cedar"] * 300)]
    codes = [f"WX{number:06d}" for number in range(900)]
    looked_up = compared({"title": names, "code": codes}, {"title": names, "code": codes})
    keys = [str(place) for place in range(700)]
    found = suggest(looked_up, decisions=Judged(keys, keys, [True] * 700))
    assert found.certificate.open, str(found.certificate)
    assert found.auto.any()
    assert (found.rank[found.auto] == 1).all()
    assert (found.band[found.auto] == Confidence.CERTAIN).all()
    assert (found.source[found.auto] >= 700).all(), "what is judged already needs no lane"


def test_decisions_of_vanished_records_are_counted_and_change_nothing(looked_up: Comparison) -> None:
    found = suggest(looked_up, decisions=Judged(["gone"], ["B0"], [True]))
    assert (found.unknown_decisions, found.judged) == (1, 0)
    assert found.target.tolist() == suggest(looked_up).target.tolist()


def test_a_customer_without_a_name_is_found_by_the_address() -> None:
    ours = {"name": [""], "street": ["23 Walker Crescent"], "city": ["Dalby"], "postcode": ["6324"]}
    theirs = {
        "name": [f"Walker {word}" for word in ("Olga", "Sophie", "Emma")],
        "street": ["5 Jackie Howe Road", "23 Walker Crescent", "9 Douglass Place"],
        "city": ["Ardmona", "Dalby", "Pinehill"],
        "postcode": ["3976", "6324", "3212"],
    }
    found = matched(ours, theirs, kind=Kind.CUSTOMERS)
    assert int(found.target[first(found)]) == 1


def test_nothing_found_is_not_the_same_as_not_looked_up() -> None:
    found = matched({"title": ["red pen", "zzqx", ""]}, {"title": ["pen red", "blue ink"]})
    assert found.state.tolist() == [State.CANDIDATES, State.NO_CANDIDATE, State.NOT_LOOKED_UP]


def test_a_target_is_used_once_when_asked(looked_up: Comparison) -> None:
    found = suggest(looked_up, one_to_one=True)
    assert len(set(found.target.tolist())) == len(found) == len(set(found.source.tolist()))


def test_ranks_count_up_and_never_more_than_asked(looked_up: Comparison) -> None:
    found = suggest(looked_up, top=3)
    for row in range(len(found.source_ids)):
        ranks = found.rank[list(found.places(row))].tolist()
        assert ranks == list(range(1, len(ranks) + 1))
        assert len(ranks) <= 3


@pytest.mark.parametrize("after", [0, 1, 3, 5])
def test_a_search_can_be_cancelled_at_any_step(after: int) -> None:
    asked = iter(range(1_000))
    with pytest.raises(Cancelled):
        compare(
            table({"title": ["red pen"] * 40}),
            table({"title": ["pen red"] * 40}),
            cancelled=lambda: next(asked) >= after,
        )


def test_refining_can_be_cancelled(looked_up: Comparison) -> None:
    with pytest.raises(Cancelled):
        suggest(looked_up, cancelled=lambda: True)


def test_progress_rises_to_the_end(world: World) -> None:
    shares: list[float] = []
    compare(world.source, world.target, progress=lambda share, _doing: shares.append(share))
    assert shares == sorted(shares)
    assert shares[0] == 0.0 and shares[-1] <= 1.0


TEXTS = st.lists(st.text(max_size=12), min_size=1, max_size=6)


@settings(max_examples=40, deadline=None)
@given(TEXTS, TEXTS)
def test_no_texts_break_a_match(ours: list[str], theirs: list[str]) -> None:
    found = matched({"title": ours, "ean": ours[::-1]}, {"title": theirs, "price": theirs})
    assert len(found.state) == len(ours)
    assert set(found.band.tolist()) <= set(range(len(Confidence)))
    for place in range(len(found)):
        told = found.waterfall(place)
        assert told.start + sum(step.points for step in told.steps) == told.total
