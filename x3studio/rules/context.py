"""What a translation needs besides record and rules: the site, the mappings, the masters, the rates."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from x3studio.domain.catalogue import Customer, Item
from x3studio.domain.mappings import ItemPair
from x3studio.rules.customers import CustomerBook
from x3studio.rules.rates import RateTable
from x3studio.rules.site import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One consistent view, taken once per batch.

    `items` is by (seller SKU, marketplace), with "" for everywhere; `masters` by ITMREF and
    `customer_masters` by BPCNUM may lack entries: what is not there is unknown, not wrong.
    `successors` names the item that follows an inactive one. `lengths` and `most_lines` are what this
    site's X3 says; where silent, the rule set's defaults hold. `as_of` is the mappings' revision.
    """

    site: Site
    items: Mapping[tuple[str, str], ItemPair]
    customers: CustomerBook
    masters: Mapping[str, Item] = field(default_factory=dict)
    customer_masters: Mapping[str, Customer] = field(default_factory=dict)
    successors: Mapping[str, str] = field(default_factory=dict)
    rates: RateTable = field(default_factory=RateTable)
    lengths: Mapping[str, int] = field(default_factory=dict)
    most_lines: int = 0
    as_of: int = 0

    def pair(self, sku: str, marketplace: str) -> ItemPair | None:
        """What stands for a SKU: the marketplace's own pair, else the one for everywhere."""
        return self.items.get((sku, marketplace)) or self.items.get((sku, ""))
