"""The evidence of buyers and of codes, which are few: everything about them is read when it is asked for."""

from collections.abc import Sequence
from dataclasses import replace

from x3studio.amazon.marketplaces import MARKETPLACES
from x3studio.domain.catalogue import Customer
from x3studio.domain.workbench import Confidence, ConflictCode, Key, Kind, Mark, RecordState, Severity
from x3studio.store import Tables
from x3studio.workbench import Candidate, Deck, Evidence, customer_rules
from x3studio.workbench.conflicts import Action, ConflictFinding, Offer
from x3studio.workbench.customer_rules import Buyers
from x3studio.workbench.evidence import EvidenceRow, Verdict
from x3studio.workspace.workbench import codes
from x3studio.workspace.workbench.customers import title_of

_MOST = 8
_SEARCHED = 60


def evidence(
    tables: Tables, deck: Deck, keys: Sequence[Key], *, chosen: int | None, target: str
) -> list[Evidence]:
    """The evidence of these records, for a candidate or for any target."""
    read = _customer if deck.kind is Kind.CUSTOMERS else _code
    return [read(tables, deck, key, chosen, target) for key in keys]


def buyers_of(tables: Tables, key: Key, target: str) -> Buyers:
    """The buyers of a key, as the rules see them beside a customer."""
    place = MARKETPLACES.get(key.marketplace)
    others = {
        MARKETPLACES[marketplace].currency
        for marketplace, channel, vat, _, bpcnum, *_ in tables.boards.customer_pairs()
        if bpcnum == target and marketplace in MARKETPLACES and Key("", marketplace, channel, vat) != key
    }
    return Buyers(
        title=title_of(key),
        domain=place.domain if place else "",
        country=place.country if place else "",
        currency=place.currency if place else "",
        channel=key.channel,
        vat_number=key.vat_number,
        others=tuple(sorted(others)) if target else (),
    )


def possible_customers(tables: Tables, key: Key) -> list[Customer]:
    """Customers worth comparing with these buyers."""
    text = key.vat_number or "amazon"
    return tables.masters.search_customers(text, limit=_SEARCHED)


def _customer(tables: Tables, deck: Deck, key: Key, place: int | None, target: str) -> Evidence:
    row = deck.row_of(key)
    standing = deck.targets[row] if row >= 0 and int(deck.at[row]) else ""
    found = customer_rules.candidates(buyers_of(tables, key, ""), possible_customers(tables, key), most=_MOST)
    for wanted in (standing, target):
        if wanted and all(each.target != wanted for each in found):
            named = tables.masters.customer(wanted)
            found = (*found, Candidate(wanted, named.name if named else "No longer in X3", Confidence.NONE))
    chosen = _place(found, target or (standing if place is None else ""), place)
    shown = found[chosen].target if chosen >= 0 else ""
    buyers, customer = buyers_of(tables, key, shown), tables.masters.customer(shown) if shown else None
    conflicts = customer_rules.findings(buyers, shown, customer)
    evidence = _evidence(tables, deck, key, found, chosen)
    rows = customer_rules.evidence_rows(buyers, customer, conflicts)
    return replace(
        evidence,
        rows=rows,
        conflicts=conflicts,
        standing=standing,
        masters_at=tables.masters.age("customers"),
    )


def _code(tables: Tables, deck: Deck, key: Key, place: int | None, target: str) -> Evidence:
    row = deck.row_of(key)
    standing = deck.targets[row] if row >= 0 and int(deck.at[row]) else ""
    known = {code.code: code.title for code in codes.targets(tables, deck.kind)}
    first = [each for each in (standing, deck.targets[row] if row >= 0 else "", target) if each]
    listed = list(dict.fromkeys([*first, *known]))[: _MOST + len(first)]
    found = tuple(
        Candidate(
            code,
            known.get(code, "Not in X3's table"),
            Confidence.CERTAIN if code.casefold() == key.code.casefold() else Confidence.NONE,
        )
        for code in listed
    )
    chosen = _place(found, target or (standing if place is None else ""), place)
    shown = found[chosen] if chosen >= 0 else None
    gone = shown is not None and known and shown.target not in known
    conflicts = (_vanished(shown.target),) if shown is not None and gone else ()
    row_shown = EvidenceRow(
        "Code",
        key.code,
        shown.target if shown else "",
        Verdict.EQUAL if shown and shown.band is Confidence.CERTAIN else Verdict.INFO,
        "Equal" if shown and shown.band is Confidence.CERTAIN else "",
    )
    meaning = EvidenceRow(
        "Meaning", deck.titles[row] if row >= 0 else "", shown.description if shown else "", Verdict.INFO, ""
    )
    evidence = _evidence(tables, deck, key, found, chosen)
    return replace(
        evidence,
        rows=(row_shown, meaning),
        conflicts=conflicts,
        standing=standing,
        masters_at=tables.masters.age("codes"),
    )


def _vanished(code: str) -> ConflictFinding:
    return ConflictFinding(
        ConflictCode.VANISHED,
        Severity.BLOCK,
        f"{code} is not in X3's table.",
        Offer("Search again", Action.LOOK_UP),
    )


def _evidence(
    tables: Tables, deck: Deck, key: Key, candidates: tuple[Candidate, ...], chosen: int
) -> Evidence:
    row = deck.row_of(key)
    marks = tables.marks.of(deck.kind, [key])
    state = deck.state(row) if row >= 0 else RecordState.NOT_LOOKED_UP
    return Evidence(
        kind=deck.kind,
        key=key,
        title=deck.titles[row] if row >= 0 else key.code,
        subtitle=deck.subtitles[row] if row >= 0 else "",
        state=state,
        candidates=candidates,
        chosen=chosen,
        history=tuple(tables.mappings.history_of(deck.kind, key)),
        marks=tuple((each.mark.value, each.value) for each in marks),
        looked_up=state is not RecordState.NOT_LOOKED_UP,
        reopened=next((each.value for each in marks if each.mark is Mark.REOPENED), "")
        if state is RecordState.REOPENED
        else "",
    )


def _place(candidates: Sequence[Candidate], wanted: str, place: int | None) -> int:
    if wanted:
        return next((at for at, each in enumerate(candidates) if each.target == wanted), -1)
    if place is not None:
        return place if 0 <= place < len(candidates) else -1
    return 0 if candidates and candidates[0].band >= Confidence.WEAK else -1
