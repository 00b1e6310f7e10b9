"""Who buys, as records: each marketplace and channel, and each business buyer with a VAT number."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from stdnum.eu import vat as eu_vat

from x3studio.amazon.marketplaces import MARKETPLACES
from x3studio.domain.mappings import Judgement
from x3studio.domain.workbench import Confidence, Key, Kind, Mark
from x3studio.store import Tables
from x3studio.store.pairs import key_text
from x3studio.workbench import Columns, Deck, Record
from x3studio.workbench.columns import moment
from x3studio.workbench.states import Said, state_of

_CHANNELS = ("FBA", "FBM")
_CHANNEL_WORDS = {"FBA": "sent by Amazon", "FBM": "sent by us", "": "however sent"}
_MILLIONTHS_PER_CENT = 10_000


@dataclass(frozen=True, slots=True)
class Sold:
    """What a marketplace and channel sold in 90 days; `worth` in minor units of its currency."""

    lines: int = 0
    units: int = 0
    worth: int = 0


def deck(tables: Tables, kind: Kind = Kind.CUSTOMERS) -> Deck:
    """Every kind of buyer that is decided, sells, or has orders waiting."""
    offered = {marketplace for marketplace, _ in tables.boards.offered_channels()}
    currencies = {place.currency for place in MARKETPLACES.values() if place.id in offered}
    return Deck(
        kind,
        Columns.of(_records(tables)),
        currency=currencies.pop() if len(currencies) == 1 else "EUR",
    )


def title_of(key: Key) -> str:
    """The buyers in words."""
    if key.vat_number:
        return f"Business buyer {key.vat_number}"
    place = MARKETPLACES.get(key.marketplace)
    where = place.domain.removeprefix("www.") if place else key.marketplace or "every marketplace"
    return f"{where}, {_CHANNEL_WORDS.get(key.channel, key.channel)}"


def buyers_of(subject: str) -> Key | None:
    """The buyers that an exception names ("A1PA6795UKMFR9/FBM", a VAT number), None for a SKU."""
    marketplace, _, channel = subject.partition("/")
    if marketplace in MARKETPLACES and channel in ("", *_CHANNELS):
        return Key("", marketplace, channel)
    return Key(vat_number=subject) if eu_vat.is_valid(subject) else None


def _records(tables: Tables) -> Iterator[Record]:
    standing = {
        Key("", marketplace, channel, vat): rest
        for marketplace, channel, vat, *rest in tables.boards.customer_pairs()
    }
    waiting = _waiting(tables)
    sold = {
        Key("", marketplace, "FBA" if by_amazon else "FBM"): Sold(
            lines, units, revenue // _MILLIONTHS_PER_CENT
        )
        for marketplace, by_amazon, lines, units, revenue in tables.boards.sold_by_channel()
    }
    offered = {
        Key("", marketplace, "FBA" if by_amazon else "FBM")
        for marketplace, by_amazon in tables.boards.offered_channels()
    }
    marks: dict[str, dict[str, tuple[str, int]]] = {}
    for text, mark, value, about in tables.marks.columns(Kind.CUSTOMERS):
        marks.setdefault(text, {})[mark] = (value, about)
    found = {row[0]: row for row in tables.lookups.columns(Kind.CUSTOMERS)}
    names = tables.boards.customer_names()
    for key in sorted(standing.keys() | waiting.keys() | sold.keys() | offered):
        text = key_text(key)
        record = _record(key, standing.get(key), found.get(text), marks.get(text, {}), names)
        trade = sold.get(key, Sold())
        yield replace(
            record, worth=trade.worth, lines=trade.lines, units=trade.units, waiting=waiting.get(key, 0)
        )


def _record(
    key: Key,
    pair: Sequence[Any] | None,
    found: Sequence[Any] | None,
    marks: Mapping[str, tuple[str, int]],
    names: Mapping[str, str],
) -> Record:
    judgement, target, who, at, decision, rule = pair or (None, "", "", 0, 0, "")
    candidate, band, confidence, margin, bits = (
        (found[2], Confidence(found[3]), found[4], found[5], found[6])
        if found
        else ("", Confidence.NONE, None, None, 0)
    )
    said = Said(
        judgement=Judgement(judgement) if judgement else None,
        by_rule=bool(rule),
        reopened=bool(decision) and marks.get(Mark.REOPENED, ("", 0))[1] == decision,
        unsure=Mark.UNSURE in marks,
        excluded=Mark.EXCLUDED in marks,
        looked_up=found is not None,
        target=candidate,
        band=band,
        conflicts=bits,
    )
    agrees = not judgement or target == candidate
    place = MARKETPLACES.get(key.marketplace)
    return Record(
        key=key,
        title=title_of(key),
        subtitle=f"{place.country} {place.currency}" if place else "",
        target=target if judgement else candidate,
        target_title=names.get(target if judgement else candidate, ""),
        channel=key.channel,
        marketplaces=(key.marketplace,) if key.marketplace else (),
        owner=marks.get(Mark.OWNER, ("", 0))[0],
        state=state_of(said),
        band=band if agrees else Confidence.NONE,
        confidence=confidence if agrees else None,
        margin=margin if agrees else None,
        conflicts=bits if agrees else 0,
        flagged=Mark.FLAG in marks,
        at=moment(at),
        who=who,
    )


def _waiting(tables: Tables) -> dict[Key, int]:
    found: dict[Key, int] = {}
    for subject, count in tables.boards.waiting().items():
        key = buyers_of(subject)
        if key is not None:
            found[key] = found.get(key, 0) + count
    return found
