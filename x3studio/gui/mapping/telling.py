"""Evidence and log entries in the page's words."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from x3studio.domain.mappings import CodePair, CustomerPair, Decision, ItemPair, Judgement, Pair
from x3studio.domain.workbench import ConflictCode, Key, Kind, RecordState, Severity, conflicts_in
from x3studio.gui.mapping.data import Masters
from x3studio.gui.mapping.happened import Line
from x3studio.gui.mapping.keymap import Keymap
from x3studio.gui.mapping.log import Entry
from x3studio.gui.mapping.reasons import Reason
from x3studio.gui.mapping.vocabulary import STATES
from x3studio.gui.mapping.words import age_words, factor_words
from x3studio.gui.states import RECORD, State, clock
from x3studio.gui.theme import Tone
from x3studio.workbench import Action, Candidate, Deck, Evidence
from x3studio.workspace.workbench.values import LogEntry

STALE_AFTER = timedelta(hours=24)
_REASONS = {"start": "Starting odds", "exact join": "Exact key"}
WITHDRAWN = State("rotate-ccw", "Taken back", Tone.IDLE)


def state_words(deck: Deck, row: int) -> State:
    """The chip in the header: "Blocked: PACK"."""
    state = deck.state(row)
    shown = STATES[state]
    if state is RecordState.BLOCKED:
        codes = conflicts_in(int(deck.conflicts[row]))
        return shown.saying(f"{shown.word}: {codes[0]}") if codes else shown
    return shown


def short(key: Key) -> str:
    """What a record is called, in one word."""
    return key.code or key.vat_number or " ".join(filter(None, (key.marketplace, key.channel))) or "all"


def pack_wanted(evidence: Evidence) -> str:
    """The factor a PACK conflict offers, "" where there is none; other conflicts only ask to look at it."""
    for finding in evidence.conflicts:
        offer = finding.offer
        if finding.code is ConflictCode.PACK and offer is not None and offer.action is Action.SET_PACK:
            return offer.value
    return ""


def hard_findings(evidence: Evidence) -> Sequence[ConflictCode]:
    """What blocks accepting and is not solved by accepting with the offered pack factor."""
    return [
        finding.code
        for finding in evidence.conflicts
        if finding.severity is Severity.BLOCK
        and not (finding.offer is not None and finding.offer.action is Action.SET_PACK)
    ]


def offer_cap(evidence: Evidence, keymap: Keymap) -> str:
    """The key printed on the first conflict's offer."""
    first = evidence.conflicts[0].offer if evidence.conflicts else None
    if first is None:
        return ""
    acts = {
        Action.SET_PACK: "pack",
        Action.BUILD_KIT: "kit",
        Action.NO_ITEM: "none",
        Action.MAP_CHILDREN: "family",
    }
    return keymap.cap(acts[first.action]) if first.action in acts else ""


def accept_words(evidence: Evidence, chosen: int, *, armed: bool) -> str:
    """What the filled button says."""
    if not evidence.candidates:
        return "Accept"
    one = evidence.candidates[min(chosen, len(evidence.candidates) - 1)]
    if armed:
        return "Accept anyway"
    if one.components:
        return f"Accept kit of {len(one.components)}"
    factor = pack_wanted(evidence) or factor_words(one.pack)
    return f"Accept as pack of {factor}" if factor not in ("", "1") else f"Accept {one.target}"


def similar(evidence: Evidence) -> tuple[str, str]:
    """Title and detail of the rule memory."""
    one = evidence.similar
    return (one.words, f"Rule memory: {one.rule}" if one.rule else "") if one.count else ("", "")


def happened(evidence: Evidence) -> Sequence[Line]:
    """The decisions about a record, newest first, and why it was reopened."""
    lines = []
    if evidence.reopened and evidence.history:
        lines.append(Line(evidence.history[0].at, RECORD["reopened"], f"Reopened: {evidence.reopened}"))
    for decision in evidence.history:
        words = decision_words(decision)
        lines.append(
            Line(
                decision.at,
                decision_state(decision),
                words,
                decision.who,
                0 if decision.taken_back else decision.id,
            )
        )
    return lines


def decision_state(decision: Decision) -> State:
    """How a decision is shown in a history."""
    match decision.judgement:
        case Judgement.WITHDRAWN:
            return WITHDRAWN
        case Judgement.REJECTED:
            return RECORD["no_item"]
        case _:
            if isinstance(decision.pair, ItemPair) and decision.pair.components:
                return RECORD["kit"]
            return RECORD["by_rule"] if decision.rule else RECORD["accepted"]


def decision_words(decision: Decision) -> str:
    """ "Accepted by rule R-12 as ITM0042"."""
    if decision.judgement is Judgement.WITHDRAWN:
        return "Nothing stands"
    if decision.judgement is Judgement.REJECTED:
        return "No X3 counterpart"
    by = f"Accepted by rule {decision.rule} as" if decision.rule else "Accepted as"
    return f"{by} {target_of(decision.pair)}"


def target_of(pair: Pair) -> str:
    """What a decision stands for, in a few words."""
    match pair:
        case CustomerPair():
            return pair.bpcnum
        case CodePair():
            return pair.target
        case ItemPair() if pair.components:
            return f"kit of {len(pair.components)}"
        case _:
            factor = f", pack of {factor_words(pair.pack_factor)}" if pair.pack_factor != 1 else ""
            return f"{pair.itmref}{factor}"


def reasons(candidate: Candidate) -> Sequence[Reason]:
    """The waterfall's rows, from the starting odds on."""
    return [
        Reason(_REASONS.get(word, word[:1].upper() + word[1:]), points)
        for word, points in candidate.waterfall
    ]


def entry(one: LogEntry, domains: Mapping[str, str]) -> Entry:
    """A step of the log as it is shown; `domains` gives a marketplace's name by its id."""
    state, title, brief = STATES[one.state], one.title, one.title
    for marketplace, domain in domains.items():
        title, brief = title.replace(marketplace, domain), brief.replace(marketplace, country_of(domain))
    return Entry(one.id, state, title, f"{one.words} · {clock(one.at)}", one.who, brief)


def country_of(domain: str) -> str:
    """What a store is called where there is no room: "UK" for amazon.co.uk, "US" for amazon.com."""
    last = domain.rpartition(".")[2].upper()
    return "US" if last == "COM" else last


def buyers_of(subject: str) -> Key | None:
    """The buyers an exception names where it waits for a customer ("A1PA6795UKMFR9/FBM"), None for a SKU."""
    marketplace, slash, channel = subject.partition("/")
    known = slash and channel in ("FBA", "FBM") and marketplace.isalnum() and marketplace.startswith("A")
    return Key("", marketplace, channel) if known and len(marketplace) >= 10 else None


def key_like(deck: Deck, code: str) -> Key:
    """The record of this name: the one that holds everywhere, else the first of a marketplace."""
    everywhere = Key(code)
    if deck.row_of(everywhere) >= 0 or code not in deck.codes:
        return everywhere
    return deck.key(deck.codes.index(code))


def nothing_left(kind: Kind) -> str:
    """Said at the end of the list."""
    return "No further SKU here" if kind is Kind.ITEMS else "No further record here"


def masters_status(masters: Masters, kind: Kind, now: datetime) -> Sequence[State]:
    """How old the masters are that decisions are taken on, and that they go on offline."""
    what = "customers" if kind is Kind.CUSTOMERS else "items"
    at = masters.ages[what]
    old = at is None or now - at > STALE_AFTER
    states = [State("history", f"X3 {what} {age_words(at, now)}", Tone.WARN if old else Tone.IDLE)]
    if masters.unreachable:
        states.append(State("cloud-off", "Offline: decisions are kept and checked again later", Tone.WARN))
    return states
