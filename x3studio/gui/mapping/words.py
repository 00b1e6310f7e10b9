"""The words of the mapping page: states of a SKU, of an item and of a decision, ages, factors."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation

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


def subject_of(pair: ItemPair | CustomerPair) -> str:
    """What a decision is about."""
    if isinstance(pair, ItemPair):
        return pair.seller_sku
    return pair.vat_number or "/".join(filter(None, (pair.marketplace, pair.channel))) or "All buyers"


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


def item_problem(ref: str, item: Item | None, *, known: int, age: str) -> str:
    """Why an X3 item should not simply be taken, "" where nothing speaks against it."""
    if item is None:
        among = f"the {known:,} items here ({age})" if known else "the items here: none were fetched"
        return f"{ref} is not among {among}."
    if not item.sellable:
        return f"{item.itmref} is {ITEM_STATUS[item.status].word.lower()}: X3 refuses orders for it."
    return ""


def customer_problem(ref: str, customer: Customer | None, *, known: int, age: str) -> str:
    """Why an X3 customer should not simply be taken, "" where nothing speaks against it."""
    if customer is None:
        among = f"the {known:,} customers here ({age})" if known else "the customers here: none were fetched"
        return f"{ref} is not among {among}."
    return "" if customer.active else f"{customer.bpcnum} is inactive: X3 refuses orders for it."


def when(at: datetime | None, now: datetime) -> str:
    """ "14:58", or "19 Nov" for another day; "" where there is none."""
    if at is None:
        return ""
    here = at.astimezone()
    return f"{here:%H:%M}" if here.date() == now.astimezone().date() else f"{here.day} {here:%b}"
