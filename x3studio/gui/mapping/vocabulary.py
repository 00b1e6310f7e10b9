"""How the workbench's words look: records, bands, conflicts, verdicts and kinds as icon, word and tone."""

from collections.abc import Mapping

from x3studio.domain.workbench import (
    HARD,
    Confidence,
    ConflictCode,
    Kind,
    RecordState,
    conflicts_in,
)
from x3studio.gui.states import CONFIDENCE, CONFLICT, RECORD, State
from x3studio.gui.theme import Tone

FLAGGED = State("flag", "Flagged", Tone.WARN)

STATES: Mapping[RecordState, State] = {
    RecordState.NOT_LOOKED_UP: RECORD["not_looked_up"],
    RecordState.NO_CANDIDATE: RECORD["no_candidate"],
    RecordState.CANDIDATES: RECORD["candidates"],
    RecordState.SUGGESTED: RECORD["suggested"],
    RecordState.ACCEPTED: RECORD["accepted"],
    RecordState.BY_RULE: RECORD["by_rule"],
    RecordState.REJECTED: RECORD["no_item"],
    RecordState.KIT: RECORD["kit"],
    RecordState.UNSURE: RECORD["unsure"],
    RecordState.REOPENED: RECORD["reopened"],
    RecordState.BLOCKED: RECORD["blocked"],
    RecordState.EXCLUDED: RECORD["excluded"],
}

BANDS: Mapping[Confidence, State] = {
    Confidence.CERTAIN: CONFIDENCE["certain"],
    Confidence.LIKELY: CONFIDENCE["likely"],
    Confidence.WEAK: CONFIDENCE["weak"],
    Confidence.NONE: CONFIDENCE["none"],
}

CONFLICTS: Mapping[ConflictCode, State] = {code: CONFLICT[code.value] for code in ConflictCode}


KINDS: Mapping[Kind, tuple[str, str, str, str]] = {
    Kind.ITEMS: ("Items", "SKU", "Amazon title", "X3 item"),
    Kind.CUSTOMERS: ("Customers", "Buyers", "Who buys", "X3 customer"),
    Kind.MARKETPLACES: ("Marketplaces", "Marketplace", "Amazon store", "X3 sales site"),
    Kind.CARRIERS: ("Carriers", "Amazon carrier", "Meaning", "X3 carrier"),
    Kind.TAXES: ("Taxes", "Amazon tax", "Meaning", "X3 tax"),
    Kind.UNITS: ("Units", "Amazon unit", "Meaning", "X3 unit"),
    Kind.CURRENCIES: ("Currencies", "Currency", "Meaning", "X3 currency"),
    Kind.STATUSES: ("Statuses", "Amazon status", "Meaning", "X3 status"),
    Kind.RETURN_REASONS: ("Return reasons", "Amazon reason", "Meaning", "X3 reason"),
    Kind.FEES: ("Fees to accounts", "Fee type", "Meaning", "X3 account"),
}
"""Of each kind: its name, what its key, its title and its target are called."""


def noun(kind: Kind, count: int) -> str:
    """ "SKU", "SKUs", "kinds of buyer", "codes"."""
    one, many = {
        Kind.ITEMS: ("SKU", "SKUs"),
        Kind.CUSTOMERS: ("kind of buyer", "kinds of buyer"),
    }.get(kind, ("code", "codes"))
    return one if count == 1 else many


def band(confidence: Confidence, share: float | None) -> State:
    """ "Weak 58 %", or the word alone while nothing is calibrated."""
    state = BANDS[confidence]
    if share is None or confidence is Confidence.NONE:
        return state
    return state.saying(f"{state.word} {share:.0%}".replace("%", " %"))


def flags(bits: int, *, flagged: bool) -> tuple[State, ...]:
    """The icons at the end of a row: what is hard first."""
    codes = sorted(conflicts_in(bits), key=lambda code: code not in HARD)
    return (*((FLAGGED,) if flagged else ()), *(CONFLICTS[code] for code in codes))


def money(minor: int) -> str:
    """Minor units as an amount: 4582116 is "45,821.16"."""
    whole, cents = divmod(abs(minor), 100)
    return f"{'-' if minor < 0 else ''}{whole:,}.{cents:02}"


def symbol(currency: str) -> str:
    """ "€" for EUR, the code itself for currencies without a sign of their own."""
    return {"EUR": "€", "GBP": "£", "USD": "$", "JPY": "¥"}.get(currency, currency)
