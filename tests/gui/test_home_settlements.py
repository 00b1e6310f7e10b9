"""The settlements on the morning page, from the entries alone."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from x3studio.domain.chain import Entry, SettlementState
from x3studio.gui.home import settlements

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def entry(place: int, *, state: SettlementState = SettlementState.POSTED, open_: int = 0) -> Entry:
    end = NOW - timedelta(days=4 + 14 * (3 - place))
    return Entry(
        id=place,
        settlement_id=f"2156730000{place}",
        seller="A1",
        marketplace="amazon.de",
        currency="EUR",
        start=end - timedelta(days=14),
        end=end,
        deposit=None,
        total=Decimal(24_000 + place),
        rows=9,
        state=state,
        archived_at=NOW,
        file_name="f",
        by_hand=False,
        digest="d",
        why="B18: no account is mapped.",
        open=open_,
        parts=2,
        numbers=("AMZ1",) if state is SettlementState.POSTED else (),
    )


def test_the_next_settlement_and_what_waits_of_those_that_came() -> None:
    assert settlements.figure([], NOW).figure == "–"
    posted = [entry(place) for place in (1, 2, 3)]
    shown = settlements.figure(posted, NOW)
    due = (NOW + timedelta(days=10)).astimezone()
    assert shown.figure == f"{due.day} {due:%b}" and shown.state is not None
    assert shown.state.word == "In 10 days" and shown.note == "amazon.de, about € 24,002 expected"
    late = settlements.figure(posted, NOW + timedelta(days=13))
    assert late.state is not None and late.state.word == "Due for 3 days"
    gone = settlements.figure(posted, NOW + timedelta(days=90))
    assert gone.figure == "–" and gone.note == "3 settlements archived"
    blocked, ready = SettlementState.BLOCKED, SettlementState.READY
    mixed = [entry(1, open_=2), entry(2, state=blocked), entry(3, state=ready)]
    state = settlements.figure(mixed, NOW).state
    assert state is not None and state.word == "1 blocked"
    assert [step[1] for step in settlements.waiting(mixed)] == [
        "Post settlement 21567300003",
        "Settle what blocks settlement 21567300002",
        "Explain 2 open checks of settlement 21567300001",
    ]
    quarantined = settlements.waiting([entry(1, state=SettlementState.QUARANTINED)])
    assert quarantined[0][1].startswith("Look at settlement") and quarantined[0][4] == "21567300001"
