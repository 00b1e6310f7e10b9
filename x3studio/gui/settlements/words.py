"""Settlements in words: amounts, periods, states, and what a check means for posting."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation

from x3studio.domain.bookkeeping import Explanation, Took
from x3studio.domain.chain import Announced, Entry, SettlementState
from x3studio.domain.settlements import Account, Check, Triple, Verdict
from x3studio.gui.states import State, counted
from x3studio.gui.theme import Tone
from x3studio.settlement import verdicts
from x3studio.settlement.figures import grouped
from x3studio.settlement.verdicts import EXPLAINED

_OK, _WARN, _BAD, _LIVE, _IDLE = Tone.OK, Tone.WARN, Tone.BAD, Tone.LIVE, Tone.IDLE
_SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$", "JPY": "¥"}
_MINUS = "\N{MINUS SIGN}"

PERIOD: Mapping[SettlementState, State] = {
    SettlementState.QUARANTINED: State("octagon-alert", "Quarantined", _BAD),
    SettlementState.BLOCKED: State("octagon-alert", "Blocked", _BAD),
    SettlementState.READY: State("circle-dot", "Ready to post", _LIVE),
    SettlementState.POSTING: State("loader-circle", "Posting", _LIVE),
    SettlementState.POSTED: State("circle-check", "Posted, proven", _OK),
}
ANNOUNCED = State("hourglass", "Not archived", _WARN)
OPEN_UNTIL = State("loader-circle", "Open", _LIVE)
_SHEET_ICONS = {"blocking": "octagon-alert", "failed": "x", "open": "clock"}
_ICONS: Mapping[str, str] = {
    EXPLAINED.word: "message-square",
    "Pass": "check",
    "Fail": "x",
    "Warning": "triangle-alert",
    "Open": "clock",
    "Not due": "circle-minus",
}
TOOK: Mapping[Took, State] = {
    Took.ARCHIVED: State("circle-check", "Archived", _OK),
    Took.KNOWN: State("circle-minus", "Known already", _IDLE),
    Took.REISSUED: State("triangle-alert", "Other figures", _WARN),
    Took.QUARANTINED: State("octagon-alert", "Quarantined", _BAD),
    Took.REFUSED: State("circle-x", "Refused", _BAD),
}


def figure(amount: Decimal, currency: str) -> str:
    """ "47,902.80", "−12.40", "1,141" for yen: what stands in a column of amounts."""
    return grouped(amount, currency)


def rounded(amount: Decimal) -> str:
    """ "63,418", "−3,208": what stands on a bar."""
    whole = amount.quantize(Decimal(1))
    return f"{_MINUS}{abs(whole):,}" if whole < 0 else f"{abs(whole):,}"


def money(amount: Decimal, currency: str) -> str:
    """ "€ 47,902.80", "CHF 12.00"."""
    return f"{_SYMBOLS.get(currency, currency)} {figure(amount, currency)}".strip()


def side(amount: Decimal, currency: str) -> str | None:
    """One side of a journal line; nothing where it is empty."""
    return figure(amount, currency) if amount else None


def day(moment: datetime | None, *, year: bool = False) -> str:
    """ "9 Nov", with `year` "9 Nov 2026"."""
    if moment is None:
        return "–"
    here = moment.astimezone()
    return f"{here.day} {here:%b}" + (f" {here.year}" if year else "")


def period(start: datetime | None, end: datetime | None, *, now: datetime | None = None) -> str:
    """ "26 Oct to 9 Nov"; the year where it is not this one."""
    this = (now or datetime.now(UTC)).astimezone().year
    known = end or start
    other = known is not None and known.astimezone().year != this
    return f"{day(start)} to {day(end, year=other)}"


def length(seconds: float) -> str:
    """ "13 days", "1.5 days", "5 h", "40 s"."""
    span = abs(seconds)
    if span >= 86_400:
        days = f"{span / 86_400:.1f}".removesuffix(".0")
        return f"{days} {'day' if days == '1' else 'days'}"
    if span >= 3600:
        return f"{span / 3600:.0f} h"
    return f"{span / 60:.0f} min" if span >= 60 else f"{span:.0f} s"


def days_left(announced: Announced, now: datetime) -> int:
    """Days until Amazon deletes a report, 0 once it may be gone."""
    return max((announced.lost_on - now) // timedelta(days=1), 0)


def clock_state(announced: Sequence[Announced], now: datetime) -> State:
    """The 90-day clock over everything that is not archived."""
    if not announced:
        return State("shield-check", "Every known report is archived", _OK)
    left = min(days_left(each, now) for each in announced)
    tone = _BAD if left < 7 else _WARN if left < 30 else _IDLE
    many = counted(len(announced), "settlement")
    return State("hourglass", f"Archive clock: {counted(left, 'day')} left, {many} not archived", tone)


def entry_state(entry: Entry) -> State:
    """The state on a period's card: "Posted, 2 open", "Blocked by 3"."""
    state = PERIOD[entry.state]
    match entry.state:
        case SettlementState.POSTED if entry.open:
            return State("clock", f"Posted, {entry.open} open", _WARN)
        case SettlementState.READY if entry.open:
            return State("circle-dot", f"Ready, {entry.open} open", _LIVE)
        case SettlementState.BLOCKED if entry.blocking:
            return state.saying(f"Blocked by {entry.blocking}")
        case _:
            return state


def standing(check: Check, explained: Explanation | None) -> State:
    """The verdict as it is shown: an open check with words of a named person is explained."""
    said = verdicts.standing(check, explained)
    return State(_ICONS[said.word], said.word, Tone(said.tone))


def consequence(check: Check, explained: Explanation | None) -> str:
    """What follows from a check, in one or two sentences."""
    if explained is not None and explained.words:
        return f"{explained.who}, {day(explained.at, year=True)}: {explained.words}"
    owner = f" {explained.owner} looks after it." if explained is not None and explained.owner else ""
    if check.blocks:
        return f"It blocks posting.{owner}"
    if check.verdict is Verdict.FAIL:
        return f"The journal is not done before this is settled.{owner}"
    if check.verdict in (Verdict.OPEN, Verdict.WARN):
        return f"It does not block posting; it stays open until a named person explains it.{owner}"
    return ""


def in_order(checks: Iterable[Check], explained: Mapping[str, Explanation]) -> list[Check]:
    """What needs a person first (blocking, failed, open), then all others by number."""

    def rank(check: Check) -> tuple[int, int]:
        urgent = 0 if check.blocks else 1 if check.verdict is Verdict.FAIL else 2
        number = int(check.id.removeprefix("B"))
        return (urgent if verdicts.waits(check, explained.get(check.id)) else 3, number)

    return sorted(checks, key=rank)


def proof_state(checks: Iterable[Check], explained: Mapping[str, Explanation]) -> State:
    """The chip of the proof sheet: "2 blocking", "2 open", "Proven"."""
    said = verdicts.together(checks, explained)
    _, _, what = said.word.partition(" ")
    return State(_SHEET_ICONS.get(what, "check"), said.word, Tone(said.tone))


def check_figure(check: Check, currency: str) -> str | None:
    """The figure of a check for a column: amounts grouped, everything else as it is."""
    if not check.figure:
        return None
    try:
        return figure(Decimal(check.figure), currency)
    except InvalidOperation:
        return check.figure


def dimensions(account: Account | None) -> str:
    """ "AMZDE, FBM": the values by type."""
    return ", ".join(value for _, value in account.dimensions) if account else ""


def triple(kind: Triple) -> str:
    """The description first: it tells most."""
    return kind.amount_description or kind.amount_type or kind.transaction_type or "(empty)"


def spaced(text: str) -> str:
    """Amazon's run-together words apart: "FBAPerUnitFulfillmentFee" is "FBA per unit fulfillment fee"."""
    words: list[str] = []
    for place, letter in enumerate(text):
        before = text[place - 1] if place else ""
        after = text[place + 1] if place + 1 < len(text) else ""
        starts = letter.isupper() and before and (before.islower() or (before.isupper() and after.islower()))
        if starts and before != " ":
            words.append(" ")
        words.append(letter)
    first, *rest = "".join(words).split(" ")
    # Names in capitals stay, whatever follows their first letter.
    return " ".join([first, *(part.lower() if part[1:].islower() else part for part in rest)])
