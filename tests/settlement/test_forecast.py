"""What comes next: as long and about as much as the settlements before."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from x3studio.domain.chain import Entry, SettlementState
from x3studio.settlement.forecast import expected

NOW = datetime(2026, 11, 27, tzinfo=UTC)


def fortnights(totals: Sequence[str], *, ended: datetime = NOW - timedelta(days=4)) -> list[Entry]:
    count = len(totals)
    ends = [ended - timedelta(days=14 * (count - 1 - place)) for place in range(count)]
    return [
        Entry(
            id=place,
            settlement_id=f"{place}",
            seller="A1",
            marketplace="amazon.de",
            currency="EUR",
            start=end - timedelta(days=14),
            end=end,
            deposit=None,
            total=Decimal(total),
            rows=1,
            state=SettlementState.POSTED,
            archived_at=NOW,
            file_name="f",
            by_hand=False,
            digest="d",
        )
        for place, (end, total) in enumerate(zip(ends, totals, strict=True))
    ]


def test_the_next_one_is_as_the_last_four_were() -> None:
    found = expected(fortnights(["9000", "10", "20", "40", "31.60"]), NOW)
    assert found is not None
    assert (found.start, found.end) == (NOW - timedelta(days=4), NOW + timedelta(days=10))
    assert found.amount == Decimal(26)
    alone = expected(fortnights(["10"]), NOW)
    assert alone is not None and alone.amount is None


def test_nothing_is_expected_where_nothing_tells() -> None:
    assert expected([], NOW) is None
    assert expected(fortnights(["10", "20"], ended=NOW - timedelta(days=50)), NOW) is None
    assert expected(fortnights(["10", "20"], ended=NOW + timedelta(days=1)), NOW) is None
    late = expected(fortnights(["10", "20"], ended=NOW - timedelta(days=20)), NOW)
    assert late is not None and late.end < NOW
