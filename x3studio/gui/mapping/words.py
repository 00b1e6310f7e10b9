"""The words of the mapping page: states of a SKU, of an item and of a decision, ages, factors."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from types import MappingProxyType

from x3studio.domain.catalogue import Customer, Item, ItemStatus
from x3studio.domain.mappings import CustomerPair, Decision, ItemPair, Judgement
from x3studio.gui.states import RECORD, State
from x3studio.gui.theme import Tone
from x3studio.store import MappingRow

TO_MAP = State("circle-dashed", "To map", Tone.IDLE)
URGENT = State("circle-dot", "To map", Tone.WARN)
MAPPED = RECORD["accepted"].saying("Mapped")
WITHDRAWN = State("rotate-ccw", "Taken back", Tone.IDLE)
EVERYWHERE = "Everywhere"
_ANYWAY = "Enter once more saves it anyway."
_AS_THEY_ARE: Mapping[str, str] = MappingProxyType({})
KINDS = {"items": "Items", "customers": "Customers", "listings": "Listings"}
CHANNELS = (("", "Any channel"), ("FBM", "FBM, shipped by you"), ("FBA", "FBA, shipped by Amazon"))

ITEM_STATUS: Mapping[ItemStatus, State] = {
    ItemStatus.ACTIVE: State("circle-check", "Active", Tone.OK),
    ItemStatus.IN_DEVELOPMENT: State("circle-x", "In development", Tone.BAD),
    ItemStatus.SHORTAGE: State("triangle-alert", "In shortage", Tone.WARN),
    ItemStatus.NOT_RENEWED: State("triangle-alert", "Not renewed", Tone.WARN),
    ItemStatus.OBSOLETE: State("circle-x", "Obsolete", Tone.BAD),
    ItemStatus.NOT_USABLE: State("circle-x", "Not usable", Tone.BAD),
}
CUSTOMER_STATUS = {
    True: State("circle-check", "Active", Tone.OK),
    False: State("circle-x", "Inactive", Tone.BAD),
}


def row_state(row: MappingRow) -> State:
    """How a SKU stands."""
    match row.state:
        case "mapped":
            return RECORD["kit"] if row.components else MAPPED
        case "rejected":
            return RECORD["no_item"]
        case _:
            return URGENT if row.waiting else TO_MAP


def decision_state(decision: Decision) -> State:
    """How a decision is shown in a history."""
    match decision.judgement:
        case Judgement.WITHDRAWN:
            return WITHDRAWN
        case Judgement.REJECTED:
            return RECORD["no_item"]
        case _:
            kit = isinstance(decision.pair, ItemPair) and decision.pair.components
            return RECORD["kit"] if kit else MAPPED


def decision_words(decision: Decision) -> str:
    """What was decided, in a few words: "LIN-TM-GE, 6 per unit"."""
    if decision.judgement is Judgement.WITHDRAWN:
        return "Nothing stands"
    if decision.judgement is Judgement.REJECTED:
        return "No X3 item"
    return pair_words(decision.pair)


def pair_words(pair: ItemPair | CustomerPair) -> str:
    """What stands for a key."""
    if isinstance(pair, CustomerPair):
        return pair.bpcnum
    if pair.components:
        return f"Kit of {len(pair.components)}"
    return (
        f"{pair.itmref}, {factor_words(pair.pack_factor)} per unit" if pair.pack_factor != 1 else pair.itmref
    )


def subject_of(pair: ItemPair | CustomerPair, domains: Mapping[str, str] = _AS_THEY_ARE) -> str:
    """What a decision is about; `domains` gives a marketplace's name by its id."""
    if isinstance(pair, ItemPair):
        return pair.seller_sku
    place = domains.get(pair.marketplace, pair.marketplace)
    return pair.vat_number or " ".join(filter(None, (place, pair.channel))) or "All buyers"


def factor_words(factor: Decimal) -> str:
    """A pack factor without needless zeros."""
    return f"{factor.normalize():f}"


def parse_factor(text: str) -> Decimal | None:
    """A pack factor as it is typed, None where it is no number above zero."""
    try:
        factor = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return factor if factor.is_finite() and factor > 0 else None


def age_words(at: datetime | None, now: datetime) -> str:
    """ "41 min old", "3 h old", "2 days old", "never fetched"."""
    if at is None:
        return "never fetched"
    minutes = max(int((now - at).total_seconds()) // 60, 0)
    if minutes < 1:
        return "just fetched"
    if minutes < 60:
        return f"{minutes} min old"
    return f"{minutes // 60} h old" if minutes < 48 * 60 else f"{minutes // 1440} days old"


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a key of X3 should not simply be taken: a few words, and what to do."""

    words: str
    advice: str


def item_doubt(ref: str, item: Item | None, *, known: int, age: str) -> Doubt | None:
    """None where nothing speaks against an X3 item."""
    if item is None:
        return _unknown(ref, "items", known, age)
    if item.sellable:
        return None
    state = ITEM_STATUS[item.status].word.lower()
    return Doubt(f"{item.itmref} is {state}", f"X3 refuses orders for it. {_ANYWAY}")


def customer_doubt(ref: str, customer: Customer | None, *, known: int, age: str) -> Doubt | None:
    """None where nothing speaks against an X3 customer."""
    if customer is None:
        return _unknown(ref, "customers", known, age)
    if customer.active:
        return None
    return Doubt(f"{customer.bpcnum} is inactive", f"X3 refuses orders for it. {_ANYWAY}")


def _unknown(ref: str, kind: str, known: int, age: str) -> Doubt:
    here = f"{known:,} {kind} are here, {age}." if known else f"No {kind} are here yet."
    return Doubt(f"{ref} is not known", f"{here} Fetch them again. {_ANYWAY}")


def when(at: datetime | None, now: datetime) -> str:
    """ "14:58", or "19 Nov" for another day; "" where there is none."""
    if at is None:
        return ""
    here = at.astimezone()
    return f"{here:%H:%M}" if here.date() == now.astimezone().date() else f"{here.day} {here:%b}"
