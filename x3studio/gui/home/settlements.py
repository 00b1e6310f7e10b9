"""The settlements on the morning page: when the next one comes and about what it pays, and what waits."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from x3studio.domain.chain import Entry, SettlementState
from x3studio.gui.states import NOT_SET_UP, State, counted
from x3studio.gui.theme import Tone
from x3studio.gui.widgets.numbers import Figure
from x3studio.settlement.forecast import Expected, expected

_CAPTION, _ICON = "Next settlement", "landmark"
_SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$"}
_HELD = (SettlementState.BLOCKED, SettlementState.QUARANTINED)


def figure(entries: Sequence[Entry], now: datetime) -> Figure:
    """When the next settlement is due; what has to be done about those that are here comes first."""
    if not entries:
        return Figure(_ICON, _CAPTION, "–", NOT_SET_UP, "No settlement is archived yet")
    held = sum(entry.state in _HELD for entry in entries)
    ready = sum(entry.state is SettlementState.READY for entry in entries)
    nearest = min(_expected(entries, now), key=lambda pair: pair[1].end, default=None)
    if nearest is None:
        state = _waiting(held, ready) or State("circle-minus", "Nothing expected", Tone.IDLE)
        return Figure(_ICON, _CAPTION, "–", state, f"{counted(len(entries), 'settlement')} archived")
    entry, nxt = nearest
    here = nxt.end.astimezone()
    state = _waiting(held, ready) or _due(nxt.end, now)
    about = ""
    if nxt.amount is not None:
        about = f", about {_SYMBOLS.get(entry.currency, entry.currency)} {nxt.amount:,} expected"
    return Figure(_ICON, _CAPTION, f"{here.day} {here:%b}", state, f"{entry.marketplace}{about}")


def waiting(entries: Sequence[Entry]) -> list[tuple[State, str, str, str, str]]:
    """What waits for a person: state, title, detail, action and the record that opens it."""
    found = []
    for entry in reversed(entries):
        name = f"settlement {entry.settlement_id}"
        if entry.state is SettlementState.QUARANTINED:
            bad = State("octagon-alert", "Quarantined", Tone.BAD)
            found.append(
                (bad, f"Look at {name}, which does not add up", entry.why, "Open proof", _record(entry))
            )
        elif entry.state is SettlementState.BLOCKED:
            bad = State("octagon-alert", "Blocked", Tone.BAD)
            found.append((bad, f"Settle what blocks {name}", entry.why, "Open proof", _record(entry)))
        elif entry.state is SettlementState.READY:
            live = State("circle-dot", "Ready", Tone.LIVE)
            told = f"{entry.marketplace}, {counted(entry.parts, 'journal')}, every blocking check passed"
            found.append((live, f"Post {name}", told, "Open settlement", _record(entry)))
        elif entry.open:
            warn = State("clock", "Open", Tone.WARN)
            title = f"Explain {counted(entry.open, 'open check')} of {name}"
            told = f"Posted as {', '.join(entry.numbers)}" if entry.numbers else entry.marketplace
            found.append((warn, title, told, "Open proof", _record(entry)))
    return found


def _expected(entries: Sequence[Entry], now: datetime) -> list[tuple[Entry, Expected]]:
    """What comes next in each chain, with the last settlement of it."""
    chains: dict[tuple[str, str, str], list[Entry]] = {}
    for entry in entries:
        chains.setdefault(entry.chain, []).append(entry)
    found = ((members[-1], expected(members, now)) for members in chains.values())
    return [(last, nxt) for last, nxt in found if nxt is not None]


def _waiting(held: int, ready: int) -> State | None:
    if held:
        return State("octagon-alert", f"{held} blocked", Tone.BAD)
    return State("circle-dot", f"{ready} to post", Tone.LIVE) if ready else None


def _due(end: datetime, now: datetime) -> State:
    days = (end.astimezone().date() - now.astimezone().date()) // timedelta(days=1)
    if days < 0:
        return State("clock", f"Due for {counted(-days, 'day')}", Tone.WARN)
    word = "Today" if days == 0 else "Tomorrow" if days == 1 else f"In {days} days"
    return State("calendar-clock", word, Tone.IDLE)


def _record(entry: Entry) -> str:
    return entry.settlement_id or str(entry.id)
