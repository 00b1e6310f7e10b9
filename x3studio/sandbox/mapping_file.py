"""Writes the demo's complete mapping as one CSV for `map import`: items and customers, first column kind.

A kit's row has an empty itmref and its parts in `components`, such as ITM1*2+ITM2*1.
"""

import csv
from collections.abc import Iterable
from pathlib import Path

from x3studio.domain.mappings import Component
from x3studio.sandbox.world import World

COLUMNS = (
    "kind",
    "seller_sku",
    "itmref",
    "pack_factor",
    "marketplace",
    "components",
    "channel",
    "vat_number",
    "bpcnum",
    "note",
)


def write_mappings(world: World, path: Path) -> int:
    """Writes every pair of the world; returns how many rows."""
    rows = [
        {
            "kind": "items",
            "seller_sku": pair.seller_sku,
            "itmref": pair.itmref,
            "pack_factor": f"{pair.pack_factor:f}",
            "marketplace": pair.marketplace,
            "components": parts_text(pair.components),
            "note": pair.note,
        }
        for pair in world.item_pairs()
    ]
    rows += [
        {
            "kind": "customers",
            "marketplace": pair.marketplace,
            "channel": pair.channel,
            "vat_number": pair.vat_number,
            "bpcnum": pair.bpcnum,
            "note": pair.note,
        }
        for pair in world.customer_pairs()
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return len(rows)


def parts_text(components: Iterable[Component]) -> str:
    """Kit parts as text: ITM1*2+ITM2*1."""
    return "+".join(f"{part.itmref}*{part.quantity:f}" for part in components)
