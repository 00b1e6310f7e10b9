"""The site's choices in plain words: what each is called, where it holds, what an empty one means."""

from collections.abc import Mapping, Sequence

from x3studio.gui.host import Marketplace
from x3studio.rules.site import ANY

PLACES: Sequence[tuple[str, str]] = (
    ("sales_site", "Sales site"),
    ("stock_site", "Stock site"),
    ("order_type", "Order type"),
    ("default_unit", "Default unit"),
    ("zone", "Time zone"),
    ("lots", "Lots and serials"),
    ("convert_to", "Convert orders to"),
)
"""Where an order belongs in X3."""

AMOUNTS: Sequence[tuple[str, str]] = (
    ("price_type", "X3 prices"),
    ("tax", "Tax, where unclear"),
    ("tax_rule", "Tax rule"),
    ("discount", "Discounts"),
    ("line_total", "Amazon's line total"),
    ("items.shipping", "Item for shipping"),
    ("items.gift_wrap", "Item for gift wrap"),
    ("items.discount", "Item for discounts"),
    ("rate_days", "Oldest rate, in days"),
)
"""How its amounts are told."""

VALUES: Mapping[tuple[str, str], str] = {
    ("price_type", "inc"): "with tax",
    ("price_type", "ex"): "without tax",
    ("tax", "included"): "included in Amazon's prices",
    ("tax", "added"): "added on top",
    ("discount", "price"): "lower the price",
    ("discount", "line"): "get a line of their own",
    ("line_total", "whole"): "holds everything",
    ("line_total", "goods"): "holds the goods alone",
}
_EMPTY: Mapping[str, str] = {
    "tax_rule": "the customer's own",
    "convert_to": "each stays in its own currency",
    "rate_days": "any age",
    "lots": "not said",
}
CHANNELS: Sequence[tuple[str, str]] = (
    ("", "any shipping"),
    ("FBA", "shipped by Amazon"),
    ("FBM", "own shipping"),
)


def in_words(name: str, table: Mapping[str, str], marketplaces: Sequence[Marketplace]) -> str:
    """ "HAM01; amazon.fr: STR02"."""
    general = [value_words(name, table[ANY])] if ANY in table else []
    others = [
        f"{place_words(key, marketplaces)}: {value_words(name, value)}"
        for key, value in table.items()
        if key != ANY
    ]
    return "; ".join(general + others) or value_words(name, "")


def value_words(name: str, value: str) -> str:
    """A value as a person says it; what an empty one means where it means something."""
    return VALUES.get((name, value), value) or _EMPTY.get(name, "none")


def place_words(key: str, marketplaces: Sequence[Marketplace]) -> str:
    """A table's key: "amazon.fr", "shipped by Amazon", "amazon.fr, own shipping"."""
    market, channel = split_place(key)
    named = {each.id: shop(each) for each in marketplaces}
    words = [named.get(market, market)] if market else []
    return ", ".join(words + [text for code, text in CHANNELS if code and code == channel])


def split_place(key: str) -> tuple[str, str]:
    """(marketplace id or "", channel or "")."""
    if key in (code for code, _words in CHANNELS):
        return "", key
    market, _, channel = key.partition("/")
    return market, channel


def joined_place(market: str, channel: str) -> str:
    """The table's key of both, `*` for anywhere."""
    return "/".join(part for part in (market, channel) if part) or ANY


def shop(marketplace: Marketplace) -> str:
    """ "amazon.de"."""
    return marketplace.domain.removeprefix("www.")
