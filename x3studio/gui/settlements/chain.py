"""The chain of one marketplace as the page shows it: cards, the period that is still open, the ladder."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from x3studio.domain.chain import Announced, Chain, Entry, LadderStep
from x3studio.gui.settlements.cards import Card
from x3studio.gui.settlements.words import (
    ANNOUNCED,
    OPEN_UNTIL,
    day,
    days_left,
    entry_state,
    length,
    money,
    period,
)
from x3studio.gui.states import State, counted
from x3studio.gui.theme import Tone
from x3studio.gui.widgets.ladder import Rise
from x3studio.settlement.forecast import Expected, expected

Key = tuple[str, str, str]
_LATEST = 26
"""Settlements on the ladder: a year of fortnights."""
_DUE = State("clock", "Due", Tone.WARN)


def chains(known: Chain) -> list[Key]:
    """The keys of all chains, those with the newest settlement first."""
    newest: dict[Key, datetime] = {}
    for entry in known.entries:
        moment = entry.end or entry.archived_at
        newest[entry.chain] = max(newest.get(entry.chain, moment), moment)
    return sorted(newest, key=lambda key: newest[key], reverse=True)


def chain_words(key: Key, known: Sequence[Key]) -> str:
    """ "amazon.de, EUR"; with the seller where two share a marketplace."""
    seller, marketplace, currency = key
    words = ", ".join(part for part in (marketplace or "no marketplace", currency) if part)
    twins = sum(other[1:] == key[1:] for other in known)
    return f"{words}, {seller}" if twins > 1 and seller else words


def entries_of(known: Chain, key: Key) -> list[Entry]:
    """The settlements of one chain, oldest first."""
    return [entry for entry in known.entries if entry.chain == key]


def cards(known: Chain, key: Key, now: datetime) -> list[Card]:
    """One card a settlement, what is announced and not archived in its place, the open period last."""
    gaps = {gap.after: gap.seconds for gap in known.gaps}
    entries = entries_of(known, key)
    found = [_entry_card(entry, gaps.get(entry.id, 0), now) for entry in entries]
    found += [_announced_card(each, now) for each in known.announced]
    found.sort(key=lambda card: card.end.timestamp() if card.end else now.timestamp())
    nxt = expected(entries, now)
    if nxt is not None:
        found.append(_expected_card(nxt, key[2], now))
    return found


def spoken(shown: Sequence[Card]) -> str:
    """The time line in one sentence."""
    archived = sum(card.entry is not None for card in shown)
    gaps = [card.gap for card in shown if card.gap]
    told = f"; {', '.join(gaps)}" if gaps else ", none missing between them"
    return f"{counted(archived, 'archived settlement')}{told}"


def _entry_card(entry: Entry, gap: int, now: datetime) -> Card:
    words = period(entry.start, entry.end, now=now) if entry.start or entry.end else entry.file_name
    amount = money(entry.total, entry.currency) if entry.total is not None else "–"
    state = entry_state(entry)
    between = f"{length(gap)} {'missing' if gap > 0 else 'twice'}" if gap else ""
    told = [
        f"Settlement {entry.settlement_id or entry.file_name}",
        words,
        amount,
        state.word,
        entry.why,
        between,
    ]
    return Card(
        key=str(entry.id),
        period=words,
        amount=amount,
        state=state,
        aside="by hand" if entry.by_hand else "",
        spoken=", ".join(part for part in told if part),
        entry=entry.id,
        start=entry.start,
        end=entry.end,
        gap=between,
        gap_start=entry.start - timedelta(seconds=gap) if gap and entry.start is not None else None,
    )


def _announced_card(each: Announced, now: datetime) -> Card:
    left = days_left(each, now)
    words = period(each.start, each.end, now=now) if each.start else f"made {day(each.created)}"
    return Card(
        key=f"report:{each.report_id}",
        period=words,
        amount="at Amazon",
        state=ANNOUNCED,
        aside=f"{left} d left",
        spoken=f"Not archived, {words}; Amazon deletes it in {counted(left, 'day')}",
        entry=None,
        start=each.start,
        end=each.end or each.created,
    )


def _expected_card(nxt: Expected, currency: str, now: datetime) -> Card:
    amount = f"≈ {money(nxt.amount, currency)}" if nxt.amount is not None else "–"
    late = nxt.end < now
    state = (
        _DUE.saying(f"Due since {day(nxt.end)}") if late else OPEN_UNTIL.saying(f"Open until {day(nxt.end)}")
    )
    words = period(nxt.start, nxt.end, now=now)
    return Card(
        key="expected",
        period=words,
        amount=amount,
        state=state,
        aside="forecast",
        spoken=f"{words}, {state.word}, forecast from the settlements before: {amount}",
        entry=None,
        start=nxt.start,
        end=nxt.end,
    )


@dataclass(frozen=True, slots=True)
class LadderView:
    """What the ladder draws, in order of time. `rests` are what further accounts still hold."""

    rises: tuple[Rise, ...]
    due: str
    others: tuple[tuple[Tone, tuple[Decimal, ...]], ...]
    spoken: str
    rests: tuple[tuple[str, Decimal], ...]


def ladder(known: Chain, key: Key, now: datetime) -> LadderView | None:
    """The reserve after each settlement; failed transfers and debts dashed, None where nothing is known."""
    mine = {entry.id: entry for entry in entries_of(known, key)}
    steps = [step for step in known.ladder if step.entry in mine][-_LATEST:]
    if not steps:
        return None
    rises = tuple(Rise(day(step.at), step.reserve) for step in steps)
    debts = tuple(sum(step.returning.values(), Decimal(0)) for step in steps)
    rollover = tuple(step.rollover for step in steps)
    others = [(tone, values) for tone, values in ((Tone.BAD, debts), (Tone.IDLE, rollover)) if any(values)]
    nxt = expected(list(mine.values()), now)
    last = steps[-1]
    told = (
        f"Reserve after {counted(len(steps), 'settlement')}, last {money(last.reserve, key[2])}, "
        "which must come back to zero"
    )
    return LadderView(rises, day(nxt.end) if nxt else "next", tuple(others), told, _rests(last))


def _rests(last: LadderStep) -> tuple[tuple[str, Decimal], ...]:
    """What still has to return to zero besides the reserve."""
    named = [("Roll-over", last.rollover)]
    named += [(role.value.capitalize(), amount) for role, amount in last.returning.items()]
    return tuple((word, amount) for word, amount in named if amount)
