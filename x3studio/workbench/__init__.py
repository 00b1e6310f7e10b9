"""The workbench without screen or file: records in columns, what speaks against a pair, what is left."""

from x3studio.workbench.columns import Columns, Record
from x3studio.workbench.conflicts import Action, ConflictFinding, Offer
from x3studio.workbench.coverage import Bar, Coverage, Pace
from x3studio.workbench.deck import Deck
from x3studio.workbench.evidence import (
    Candidate,
    Evidence,
    EvidenceRow,
    FamilyMember,
    LikeThis,
    Similar,
    Verdict,
)
from x3studio.workbench.filters import Facet, Filter, Sort, View

__all__ = [
    "Action",
    "Bar",
    "Candidate",
    "Columns",
    "ConflictFinding",
    "Coverage",
    "Deck",
    "Evidence",
    "EvidenceRow",
    "Facet",
    "FamilyMember",
    "Filter",
    "LikeThis",
    "Offer",
    "Pace",
    "Record",
    "Similar",
    "Sort",
    "Verdict",
    "View",
]
