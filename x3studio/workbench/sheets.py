"""Records as rows of a spreadsheet: which cells are locked, which are answered, and what an answer means."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from x3studio.domain.mappings import CodePair, Component, CustomerPair, ItemPair, Judgement, Pair
from x3studio.domain.workbench import Key, Kind
from x3studio.workbench.merge import Values

ACCEPTED, NO_TARGET = "accepted", "none"
"""What stands in the column `decision`; an empty cell means that nothing is decided."""
_MOST_UNITS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Form:
    """One kind's columns: `key` is locked, `values` are answered; `atoms` are places that belong together."""

    key: tuple[str, ...]
    values: tuple[str, ...]
    atoms: tuple[tuple[int, ...], ...]


_ITEMS = Form(
    key=("seller_sku", "marketplace"),
    values=("decision", "itmref", "pack_factor", "components", "note"),
    atoms=((0, 1, 2, 3), (4,)),
)
_CUSTOMERS = Form(
    key=("marketplace", "channel", "vat_number"),
    values=("decision", "bpcnum", "note"),
    atoms=((0, 1), (2,)),
)
_CODES = Form(
    key=("code", "marketplace", "channel"),
    values=("decision", "target", "details", "note"),
    atoms=((0, 1, 2), (3,)),
)


def form_of(kind: Kind) -> Form:
    """The columns of a kind."""
    return {Kind.ITEMS: _ITEMS, Kind.CUSTOMERS: _CUSTOMERS}.get(kind, _CODES)


def key_cells(key: Key, *, kind: Kind) -> tuple[str, ...]:
    """A record's key as the locked cells of its row."""
    if kind is Kind.ITEMS:
        return key.code, key.marketplace
    if kind is Kind.CUSTOMERS:
        return key.marketplace, key.channel, key.vat_number
    return key.code, key.marketplace, key.channel


def value_cells(pair: Pair, judgement: Judgement) -> Values:
    """What stands, as the cells that are answered."""
    form = _form_of_pair(pair)
    if judgement is Judgement.WITHDRAWN:
        return ("",) * len(form.values)
    if judgement is Judgement.REJECTED:
        return (NO_TARGET, *("",) * (len(form.values) - 2), pair.note)
    if isinstance(pair, CustomerPair):
        return ACCEPTED, pair.bpcnum, pair.note
    if isinstance(pair, CodePair):
        details = "; ".join(f"{name}={value}" for name, value in pair.details)
        return ACCEPTED, pair.target, details, pair.note
    factor = number_text(pair.pack_factor)
    return ACCEPTED, pair.itmref, factor, components_text(pair.components), pair.note


def tidy(values: Mapping[str, str], *, kind: Kind) -> Values:
    """Answered cells as they are compared: an item without a decision is an acceptance, 6,0 is 6.

    Raises ValueError for what is no answer.
    """
    form = form_of(kind)
    cells = {name: values.get(name, "").strip() for name in form.values}
    answered = any(cells[name] for name in form.values[1:-1])
    decision = cells["decision"].lower() or (ACCEPTED if answered else "")
    if decision not in ("", ACCEPTED, NO_TARGET):
        raise ValueError(f"decision {cells['decision']!r} is neither {ACCEPTED} nor {NO_TARGET}")
    cells["decision"] = decision
    if kind is Kind.ITEMS:
        _tidy_item(cells)
    if decision == ACCEPTED and not cells[form.values[1]] and not cells.get("components"):
        raise ValueError(f"{form.values[1]} is missing")
    if decision == NO_TARGET:
        cells |= dict.fromkeys(form.values[1:-1], "")
    return tuple(cells[name] for name in form.values)


def decision_of(key: tuple[str, ...], values: Values, *, kind: Kind) -> tuple[Pair, Judgement]:
    """What tidy cells decide about a key; an empty decision takes the one that stands back."""
    judgement = {ACCEPTED: Judgement.ACCEPTED, NO_TARGET: Judgement.REJECTED}.get(
        values[0], Judgement.WITHDRAWN
    )
    note = values[-1]
    if kind is Kind.CUSTOMERS:
        marketplace, channel, vat_number = key
        return CustomerPair(values[1], marketplace, channel, vat_number, note), judgement
    if kind is not Kind.ITEMS:
        code, marketplace, channel = key
        pair = CodePair(kind, code, values[1], marketplace, channel, details=_details(values[2]), note=note)
        return pair, judgement
    components = read_components(values[3])
    item = ItemPair(
        seller_sku=key[0],
        itmref="" if components else values[1],
        pack_factor=pack_factor(values[2] or "1"),
        marketplace=key[1],
        components=components,
        note=note,
    )
    return item, judgement


def pack_factor(text: str) -> Decimal:
    """How many sales units one sold unit is: a number above zero. Raises ValueError."""
    try:
        number = Decimal(text.strip().replace(",", "."))
    except InvalidOperation as fault:
        raise ValueError(f"{text!r} is no number") from fault
    if not number.is_finite() or not 0 < number < _MOST_UNITS:
        raise ValueError(f"{text!r} is no number above zero")
    return number


def number_text(number: Decimal) -> str:
    """A number without an exponent and without zeros at its end: 6 rather than 6.0 or 1E+1."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def read_components(text: str) -> tuple[Component, ...]:
    """Reads ITM1*2+ITM2*1, with a share of the price after @ where one is set. Raises ValueError."""
    parts = []
    for part in filter(None, (part.strip() for part in text.split("+"))):
        body, _, weight = part.partition("@")
        itmref, _, quantity = body.partition("*")
        if not itmref.strip():
            raise ValueError(f"{part!r} names no item")
        parts.append(
            Component(
                itmref.strip(), pack_factor(quantity or "1"), pack_factor(weight) if weight.strip() else None
            )
        )
    return tuple(parts)


def components_text(components: tuple[Component, ...]) -> str:
    """What `read_components` reads."""
    return "+".join(
        f"{part.itmref}*{number_text(part.quantity)}"
        + ("" if part.weight is None else f"@{number_text(part.weight)}")
        for part in components
    )


def _tidy_item(cells: dict[str, str]) -> None:
    cells["components"] = components_text(read_components(cells["components"]))
    if cells["components"]:
        cells["itmref"] = ""
    if cells["decision"] == ACCEPTED:
        cells["pack_factor"] = number_text(pack_factor(cells["pack_factor"] or "1"))


def _details(text: str) -> tuple[tuple[str, str], ...]:
    pairs = (part.partition("=") for part in text.split(";") if part.strip())
    return tuple((name.strip(), value.strip()) for name, _, value in pairs)


def _form_of_pair(pair: Pair) -> Form:
    if isinstance(pair, ItemPair):
        return _ITEMS
    return _CUSTOMERS if isinstance(pair, CustomerPair) else _CODES
