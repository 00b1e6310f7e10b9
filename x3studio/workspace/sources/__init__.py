"""Files as sources of masters: sniffed, shown for confirmation, then taken over within bounded memory."""

from x3studio.workspace.sources.columns import FIELDS, KINDS
from x3studio.workspace.sources.damage import Damage
from x3studio.workspace.sources.sniffing import Sniffed, sniff
from x3studio.workspace.sources.taking import TakenOver, take_over

__all__ = ["FIELDS", "KINDS", "Damage", "Sniffed", "TakenOver", "sniff", "take_over"]
