"""What each class of exception usually comes from and what helps: one table, shown beside X3's own words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from x3studio.domain.monitor import CaseState, ExceptionCase
from x3studio.gui.home.words import day
from x3studio.gui.states import clock
from x3studio.gui.theme import Tone
from x3studio.store import CaseGroup

_SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$"}
_DIFFERENCE = re.compile(r"^.+: sent .+, X3 has .+$")


@dataclass(frozen=True, slots=True)
class Cause:
    """A class of exceptions: its picture and word, where it usually comes from, what to do about it."""

    icon: str
    word: str
    likely: str
    advice: str
    tone: Tone = Tone.BAD


CAUSES: Mapping[str, Cause] = {
    "mapping": Cause(
        "tag",
        "Mapping",
        "The SKU or the buyer has no X3 counterpart yet, or one that X3 cannot sell.",
        "Decide in the mapping. What waits for it goes on with the next run, or at once by a replay.",
    ),
    "value": Cause(
        "circle-x",
        "Value",
        "A field holds something X3 or the rules do not take: a code, a date, a quantity or a price.",
        "Correct the item, the customer or the rule that makes this field, then replay.",
    ),
    "missing": Cause(
        "circle-question-mark",
        "Missing value",
        "The order lacks something the document cannot do without.",
        "Give the rule a default, or complete the record, then replay.",
        Tone.WARN,
    ),
    "connection": Cause(
        "cloud-off",
        "Connection",
        "The other side could not be reached or did not answer in time.",
        "It is tried again by itself. Look at the connection if that goes on.",
        Tone.WARN,
    ),
    "intermittent": Cause(
        "refresh-cw",
        "Intermittent",
        "X3 answered several times without saying whether it wrote the document; it is not in X3.",
        "Look into X3's own log at that time, then replay.",
        Tone.WARN,
    ),
    "duplicate": Cause(
        "copy",
        "Duplicate",
        "X3 already holds something under this key that was not written from this order.",
        "Look at the document in X3. A replay links to it where it carries the order's reference.",
        Tone.WARN,
    ),
    "lock": Cause(
        "lock",
        "X3 lock",
        "Somebody had the record open in X3 when it was to be written.",
        "Replay a little later; nothing has to be corrected.",
        Tone.WARN,
    ),
    "permission": Cause(
        "key-round",
        "Permission",
        "The X3 user of this connection may not do that: its role, its site or its access code forbids it.",
        "Have the right given in X3, then replay.",
    ),
    "period": Cause(
        "calendar-clock",
        "Period closed",
        "The document's date lies in a period or fiscal year that is closed in X3.",
        "Open the period in X3 or let the rules use another date, then replay.",
    ),
    "conflict": Cause(
        "octagon-alert",
        "Conflict",
        "X3 holds more than one document with this reference. Nothing is written by itself any more.",
        "Decide in X3 which one is right and cancel the others. A replay then links to the one that is left.",
    ),
    "cancelled": Cause(
        "ban",
        "Cancelled",
        "The buyer or Amazon cancelled after the document had been written.",
        "Close or credit the document in X3, then mark this as resolved.",
    ),
    "reconcile": Cause(
        "scale",
        "Reconciliation",
        "Comparing Amazon with X3 found a difference for this reference.",
        "Run the flow for what is missing; correct in X3 what is there too often.",
        Tone.WARN,
    ),
    "readback": Cause(
        "equal-not",
        "Read-back",
        "X3 stored something else than was sent: a default, a rounding or a screen's own logic.",
        "Compare both in the record's page and correct the document in X3, or the rule for all to come.",
        Tone.WARN,
    ),
}
_OTHER = Cause(
    "triangle-alert", "Other", "What happened stands above.", "Mend it at its source, then replay."
)


def cause(key: str) -> Cause:
    """The words for a class; one that is not in the table is shown as "Other"."""
    return CAUSES.get(key, _OTHER)


def speaker(case: ExceptionCase) -> str:
    """Whose words the quote holds."""
    lines = case.said.splitlines()
    if case.cause in ("reconcile", "readback") or (lines and all(map(_DIFFERENCE.match, lines))):
        return "What differs, field by field" if case.cause != "reconcile" else "What differs"
    return "Amazon says, word for word" if case.cause == "amazon" else "X3 says, word for word"


def worth(amounts: Mapping[str, Decimal]) -> str:
    """ "€ 2,498.20 and £ 12.00", "" where nothing is known."""
    return " and ".join(
        f"{_SYMBOLS.get(currency, currency)} {amount:,.2f}" for currency, amount in amounts.items() if amount
    )


def span_of(group: CaseGroup, now: datetime) -> str:
    """ "first 06:12, last 07:40", or "first 17 Nov, last today 07:40"."""
    first, last = _moment(group.first_at, now), _moment(group.last_at, now)
    return f"since {first}" if first == last else f"first {first}, last {last}"


def _moment(at: datetime, now: datetime) -> str:
    word = day(at, now)
    return clock(at) if word == "today" else word


def things(kind: str, number: int, plus: str = "") -> str:
    """What waits for a mapping: "6 SKUs", "2+ customers"."""
    one, many = ("customer", "customers") if kind == "customers" else ("SKU", "SKUs")
    return f"{number:,}{plus} {one if number == 1 else many}"


def folder(account: str) -> str:
    """The X3 folder that an account names, "" where it names none."""
    return account.rpartition("#")[2]


def heading(
    total: int, subjects: int, runs: tuple[int, ...], *, cause_key: str, more: bool, kind: str = ""
) -> str:
    """ "34 orders from 6 SKUs, run 4,812 and 3 before it"; `more` where not all were looked at."""
    plus = "+" if more else ""
    told = f"{total:,} {'order' if total == 1 else 'orders'}"
    if cause_key == "mapping" and subjects:
        told += f" from {things(kind, subjects, plus)}"
    if runs:
        told += f", run {max(runs):,}"
        if len(runs) > 1:
            told += f" and {len(runs) - 1:,}{plus} before it"
    return told


def primary(cause_key: str, *, subjects: int = 0, plus: str = "", kind: str = "") -> tuple[str, str, str]:
    """The first thing to do: its words, its picture, and the page it opens ("" marks as resolved)."""
    match cause_key:
        case "mapping":
            return (f"Open mapping on {things(kind, subjects, plus)}", "tag", "mapping")
        case "connection" | "intermittent" | "permission":
            return ("Open connections", "plug", "connections")
        case "cancelled" | "reconcile":
            return ("Mark as resolved", "circle-check", "")
        case _:
            return ("Open the record", "play", "runs")


UNSOLVED = (CaseState.NEW, CaseState.OPEN, CaseState.WAITING)
