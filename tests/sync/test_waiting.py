"""How long is waited: the breaker, the settle clock and schedules."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from x3studio.domain.outbox import Moment
from x3studio.sync import clock
from x3studio.sync.retry import Breaker
from x3studio.sync.schedule import Plan, advanced, is_due, missed_runs

START = datetime(2026, 11, 20, 8, tzinfo=UTC)


@given(seed=st.integers(), failures=st.integers(2, 12))
def test_each_failure_in_a_row_waits_longer_at_most_a_minute(seed: int, failures: int) -> None:
    breaker = Breaker(patience=10_000, seed=seed)
    waits = [breaker.failed() for _ in range(failures)]
    assert all(0 < wait <= 60 for wait in waits)
    assert all(wait >= 0.25 * 2**number for number, wait in enumerate(waits) if 0.5 * 2**number <= 60)


def test_a_success_starts_the_count_again_and_patience_ends() -> None:
    breaker = Breaker(patience=1.0, seed=1)
    while not breaker.exhausted:
        breaker.failed()
    breaker.succeeded()
    assert not breaker.exhausted
    assert breaker.failed() <= 0.5


def test_the_other_side_may_ask_for_more_patience() -> None:
    assert Breaker(patience=100, seed=1).failed(at_least=17.0) == 17.0


def test_a_few_lost_answers_in_a_row_cost_nothing() -> None:
    breaker = Breaker(patience=100, seed=1)
    assert [breaker.failed(tolerant=True) for _ in range(3)] == [0.0, 0.0, 0.0]
    assert breaker.failed(tolerant=True) > 0


def test_the_settle_clock_counts_within_a_boot_and_knows_nothing_across() -> None:
    before = clock.now()
    passed = clock.elapsed(before)
    assert passed is not None and 0 <= passed < 60
    assert clock.elapsed(Moment(boot="another boot", seconds=before.seconds)) is None


@given(every=st.integers(1, 600), minutes=st.integers(0, 10_000), missed=st.sampled_from(["once", "skip"]))
def test_a_schedule_keeps_its_rhythm_and_counts_what_it_missed(every: int, minutes: int, missed: str) -> None:
    plan = Plan("orders", every_minutes=every, missed=missed, last=START)
    now = START + timedelta(minutes=minutes)
    assert missed_runs(plan, now=now) == minutes // every
    later = advanced(plan, now=now)
    assert (later - START) % timedelta(minutes=every) == timedelta()
    assert later <= now < later + timedelta(minutes=every)
    assert is_due(plan, now=now) == (minutes // every == 1 or (minutes // every > 1 and missed == "once"))


def test_a_schedule_that_is_off_is_never_due() -> None:
    plan = Plan("orders", last=START)
    assert plan.due is None
    assert not is_due(plan, now=START + timedelta(days=30))
