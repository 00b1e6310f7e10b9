"""The site's own choices (sales site, order type, items for shipping ...), by marketplace and channel."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from x3studio.rules.reading import Node, read_json

ANY = "*"
"""The key that holds for whatever has no entry of its own."""

CHOICES: Mapping[str, tuple[str, ...]] = {
    "price_type": ("inc", "ex"),
    "discount": ("price", "line"),
    "line_total": ("whole", "goods"),
    "tax": ("included", "added"),
}
"""Settings that know only certain words; the first is what holds where nothing is said."""

WORDS: Mapping[str, str] = {
    "sales_site": "X3 site that sells (SALFCY)",
    "stock_site": "X3 site that ships (STOFCY)",
    "order_type": "Order type (SOHTYP)",
    "tax_rule": "Tax rule (VACBPR), empty: the customer's own",
    "price_type": "Whether X3 prices include tax (inc) or not (ex)",
    "default_unit": "Sales unit where the item is not known yet",
    "discount": "Discounts lower the price (price) or get a line of their own (line)",
    "line_total": "Whether Amazon's line total holds everything (whole) or the goods alone (goods)",
    "tax": "Where it cannot be told from the figures: is tax included in Amazon's prices or added on top",
    "items.shipping": "X3 item for shipping",
    "items.gift_wrap": "X3 item for gift wrap and other charges",
    "items.discount": "X3 item for discounts, where they get their own line",
    "convert_to": "Currency to convert orders to, empty: each stays in its own",
    "rate_days": "Oldest rate to use, in days; empty: any",
    "lots": "How lots, serial numbers and expiry dates are assigned, where an item needs them",
    "zone": "Time zone that decides on which day an order falls",
}
"""The settings the program itself reads; a site may add any further ones and map them."""

NEEDED = ("sales_site", "stock_site", "order_type", "default_unit", "zone")


@dataclass(frozen=True, slots=True)
class Site:
    """Every setting as a table; keys are a marketplace id, a channel, both as `id/FBA`, or `*`."""

    tables: Mapping[str, Mapping[str, str]]
    zones: Mapping[str, ZoneInfo] = field(default_factory=dict)

    def value(self, name: str, marketplace: str = "", channel: str = "") -> str:
        """The most telling entry: marketplace and channel, then either of them, then `*`; else ""."""
        table = self.tables.get(name)
        if table is None:
            return CHOICES[name][0] if name in CHOICES else ""
        if len(table) == 1 and ANY in table:
            return table[ANY]
        for key in (f"{marketplace}/{channel}", marketplace, channel, ANY):
            if key in table:
                return table[key]
        return ""


def parse_site(text: str) -> Site:
    """The site's settings from their JSON text; raises SettingFault naming the setting."""
    root = read_json(text, what="The site's settings")
    if root.whole("format", 1) != 1:
        root.at("format").fault("this version reads format 1.", advice="Update the program.")
    tables: dict[str, dict[str, str]] = {}
    for name, node in root.entries():
        if name not in ("format", "name"):
            _collect(name, node, tables)
    for name in NEEDED:
        if not any(tables.get(name, {}).values()):
            root.fault(f'"{name}" is missing.', advice=f"{WORDS[name]}: enter it.")
    return Site(tables, _zones(root, tables["zone"]))


def _collect(name: str, node: Node, tables: dict[str, dict[str, str]]) -> None:
    if name == "items":
        for part, value in node.entries():
            _collect(f"items.{part}", value, tables)
        return
    tables[name] = {ANY: node.plain()} if isinstance(node.raw, str) else _table(node)
    allowed = CHOICES.get(name)
    for entry in tables[name].values():
        if allowed and entry not in allowed:
            node.fault(f'"{entry}" is not possible here.', advice=f"Choose one of {', '.join(allowed)}.")
        if name == "rate_days" and entry and not entry.isdecimal():
            node.fault(f'"{entry}" is not a number of days.', advice="Enter a whole number or nothing.")


def _table(node: Node) -> dict[str, str]:
    return {key: value.plain() for key, value in node.entries()}


def _zones(root: Node, names: Mapping[str, str]) -> dict[str, ZoneInfo]:
    zones = {}
    for name in names.values():
        try:
            zones[name] = ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            root.at("zone").fault(f'"{name}" is not a time zone.', advice="Enter one such as Europe/Berlin.")
    return zones
