"""Pairs as stored text, their keys, and what a chain of decisions leaves standing."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from x3studio.domain.mappings import CodePair, Component, CustomerPair, ItemPair, Judgement, Pair
from x3studio.domain.workbench import Key, Kind

ITEM, CUSTOMER = "item", "customer"
_SIDES = {Kind.ITEMS: ITEM, Kind.CUSTOMERS: CUSTOMER}
_KINDS = {side: kind for kind, side in _SIDES.items()}
IN_KEY = "\x1f"
"""Stands between a code and its marketplace where a key is one text."""
# json.dumps makes a new encoder for every call that asks for something special.
_ENCODE = json.JSONEncoder(ensure_ascii=False).encode
_QUOTED = json.encoder.encode_basestring
_ITEM_TEXT = (
    '{"seller_sku": %s, "itmref": %s, "pack_factor": %s, "marketplace": %s, "components": %s, "note": %s}'
)
"""As the encoder would write it, in a tenth of the time: fifty thousand at once are no rarity."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds for one key: a judgement, the stored pair it is about, and which decisions were taken back.

    `undone_by` names, for each decision that does not count, the decision that took it back; `id` is the
    decision that stands, 0 where none does.
    """

    judgement: Judgement
    pair: str
    undone_by: dict[int, int]
    id: int = 0


def standing_of(events: Sequence[tuple[int, int | None, str, str]]) -> Standing:
    """What the decisions on one key leave standing; each is (id, reverted id, judgement, pair), oldest first.

    Read from the newest back: a decision that was taken back does not count, be it a revert or not.
    """
    undone_by: dict[int, int] = {}
    judgement, pair, standing = Judgement.WITHDRAWN, "", 0
    for id, reverts, judged, text in reversed(events):
        if id in undone_by:
            continue
        if reverts is not None:
            undone_by[reverts] = id
        elif not standing:
            judgement, pair, standing = Judgement(judged), text, id
    return Standing(judgement, pair, undone_by, standing)


def side_of(kind: Kind) -> str:
    """What decisions of a kind are stored under."""
    return _SIDES.get(kind, kind.value)


def kind_of(side: str) -> Kind:
    """The kind that `side_of` named."""
    return _KINDS.get(side) or Kind(side)


def key_of(pair: Pair) -> tuple[str, Key]:
    """The side, and SKU or code, marketplace, channel and VAT number that a decision is about."""
    if isinstance(pair, ItemPair):
        return ITEM, Key(pair.seller_sku, pair.marketplace)
    if isinstance(pair, CustomerPair):
        return CUSTOMER, Key("", pair.marketplace, pair.channel, pair.vat_number)
    return pair.kind.value, Key(pair.code, pair.marketplace, pair.channel)


def key_text(key: Key) -> str:
    """A key as one text, for tables that hold keys of every kind."""
    return IN_KEY.join(key).rstrip(IN_KEY)


def key_read(text: str) -> Key:
    """The key that `key_text` wrote."""
    return Key(*text.split(IN_KEY, 3))


def pair_text(pair: Pair) -> str:
    """The pair as JSON."""
    raw: dict[str, Any]
    if isinstance(pair, CustomerPair):
        raw = {
            "bpcnum": pair.bpcnum,
            "marketplace": pair.marketplace,
            "channel": pair.channel,
            "vat_number": pair.vat_number,
            "note": pair.note,
        }
    elif isinstance(pair, CodePair):
        raw = {
            "code": pair.code,
            "target": pair.target,
            "marketplace": pair.marketplace,
            "channel": pair.channel,
            "details": dict(pair.details),
            "note": pair.note,
        }
    else:
        return _ITEM_TEXT % tuple(
            map(
                _QUOTED,
                (
                    *(pair.seller_sku, pair.itmref, str(pair.pack_factor), pair.marketplace),
                    *(parts_text(pair.components), pair.note),
                ),
            )
        )
    return _ENCODE(raw)


def decision_of(side: str, text: str) -> Pair:
    """The pair that `pair_text` wrote."""
    raw = json.loads(text)
    if side == CUSTOMER:
        return CustomerPair(**raw)
    if side != ITEM:
        return CodePair(kind_of(side), **raw | {"details": tuple(raw["details"].items())})
    return ItemPair(
        **raw | {"pack_factor": Decimal(raw["pack_factor"]), "components": parts_of(raw["components"])}
    )


def parts_text(components: Sequence[Component]) -> str:
    """A kit's components as JSON."""
    if not components:
        return "[]"
    return json.dumps(
        [
            [part.itmref, str(part.quantity), None if part.weight is None else str(part.weight)]
            for part in components
        ]
    )


def parts_of(text: str) -> tuple[Component, ...]:
    """The components that `parts_text` wrote."""
    if text == "[]":
        return ()
    return tuple(
        Component(itmref, Decimal(quantity), None if weight is None else Decimal(weight))
        for itmref, quantity, weight in json.loads(text)
    )


def item_pair_of(row: tuple[Any, ...]) -> ItemPair:
    """A row of SKU, ITMREF, pack factor, marketplace, components and note."""
    return ItemPair(
        seller_sku=row[0],
        itmref=row[1],
        pack_factor=Decimal(row[2]),
        marketplace=row[3],
        components=parts_of(row[4]),
        note=row[5],
    )
