"""What Amazon's structured attributes say of a product in one marketplace, across their many spellings."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from x3studio.amazon.jsontext import Json

_EAN_KINDS = ("ean", "gtin", "upc")
_PACKS = ("item_package_quantity", "number_of_items", "unit_count")
_SIZES = ("size", "size_name", "item_display_size", "apparel_size")
_COLOURS = ("color", "color_name")
_MODELS = ("model_number", "part_number", "model_name")
_WEIGHTS = ("item_package_weight", "item_weight")
_KILOGRAMS = {
    "kilograms": Decimal(1),
    "grams": Decimal("0.001"),
    "milligrams": Decimal("0.000001"),
    "pounds": Decimal("0.45359237"),
    "ounces": Decimal("0.028349523125"),
}
_MOST_PACKED = 100_000


def here(entries: Json, marketplace: str, key: str = "marketplaceId") -> dict[str, Json]:
    """The entry for this marketplace, the first one where none is marked, or nothing."""
    found = [entry for entry in entries or () if isinstance(entry, dict)]
    return next((entry for entry in found if entry.get(key) == marketplace), found[0] if found else {})


def attribute(attributes: Json, name: str, marketplace: str) -> str:
    """The text of one attribute, "" where there is none."""
    entry = here(attributes.get(name), marketplace, "marketplace_id")
    value = entry.get("value", entry.get("size"))
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("value")
    return "" if value is None or isinstance(value, dict | list | bool) else str(value)


def ean(attributes: Json, marketplace: str) -> str:
    """The article number that the seller gave, an EAN before others."""
    codes = {
        str(entry.get("type", "")).lower(): str(entry.get("value") or "")
        for entry in attributes.get("externally_assigned_product_identifier") or ()
        if isinstance(entry, dict) and entry.get("marketplace_id", marketplace) == marketplace
    }
    return next((codes[kind] for kind in _EAN_KINDS if codes.get(kind)), "")


def pack(attributes: Json, marketplace: str) -> int | None:
    """How many pieces one offer holds, None where nothing says so.

    A unit_count may count metres or millilitres: only where its type is a count it speaks of pieces.
    """
    for name in _PACKS:
        if name == "unit_count" and not _counts(attributes, marketplace):
            continue
        number = whole(attribute(attributes, name, marketplace))
        if number is not None:
            return number
    return None


def _counts(attributes: Json, marketplace: str) -> bool:
    kind = here(attributes.get("unit_count"), marketplace, "marketplace_id").get("type")
    value = kind.get("value") if isinstance(kind, dict) else kind
    return str(value).strip().lower() in ("count", "stück", "unité", "unidad", "unità", "stuk", "unidade")


def whole(value: object) -> int | None:
    """A count that was written as 6, 6.0 or "6", None for anything else."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    fits = number.is_finite() and number == number.to_integral_value() and 0 < number <= _MOST_PACKED
    return int(number) if fits else None


def weight(attributes: Json, marketplace: str) -> Decimal | None:
    """What one offer weighs as it is packed, else bare, in kilograms."""
    for name in _WEIGHTS:
        entry = here(attributes.get(name), marketplace, "marketplace_id")
        found = kilograms(entry.get("value"), entry.get("unit"))
        if found is not None:
            return found
    return None


def kilograms(value: Json, unit: Json) -> Decimal | None:
    """A weight in kilograms; None in a unit that is not known."""
    factor = _KILOGRAMS.get(str(unit).strip().lower())
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number * factor if factor and number.is_finite() and number > 0 else None


def described(attributes: Json, marketplace: str) -> Mapping[str, str]:
    """size, colour, manufacturer and model, by the field of a listing that holds them."""

    def first(*names: str) -> str:
        found = (attribute(attributes, name, marketplace) for name in names)
        return next((text for text in found if text), "")

    return {
        "size": first(*_SIZES),
        "colour": first(*_COLOURS),
        "manufacturer": first("manufacturer"),
        "model": first(*_MODELS),
    }


def variation(entries: Json, marketplace: str) -> dict[str, Json]:
    """The variation relationship that a product stands in, or nothing."""
    relations = here(entries, marketplace).get("relationships")
    found = [entry for entry in relations or () if isinstance(entry, dict)]
    return next((entry for entry in found if entry.get("type") == "VARIATION"), {})


def theme(relation: Mapping[str, Json]) -> str:
    """What the members of a variation family differ in."""
    found = relation.get("variationTheme")
    return str(found.get("theme") or "") if isinstance(found, dict) else ""
