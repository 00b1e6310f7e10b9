"""What a travelling workbook is made of: its sheets, its two hidden columns, a row on its way out."""

from dataclasses import dataclass

from x3studio.domain.workbench import Kind
from x3studio.workbench.merge import Key, Returned, Values

MAPPING, FACTS, KEYS = "mapping", "studio", "studio keys"
"""The sheet people see, and two hidden ones: what was handed out when, and the keys of every row."""
BASE, SEAL = "studio_base", "studio_seal"
"""Hidden columns: what stood when the row was handed out, and a seal over it and the key."""
FORMAT = 1


@dataclass(frozen=True, slots=True)
class OutRow:
    """A row to hand out: the key's cells, the cells that only inform, and what stands."""

    key: Key
    told: tuple[str, ...]
    values: Values


@dataclass(frozen=True, slots=True)
class Homecoming:
    """A workbook that came back. `strange` are columns that somebody added; they are left alone.

    `workspace` is the identity of the one that handed it out.
    """

    kind: Kind
    workspace: str
    rows: tuple[Returned, ...]
    handed_out: tuple[Key, ...]
    strange: tuple[str, ...]
