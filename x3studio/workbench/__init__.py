"""The workbench without screen or file: records in columns, what speaks against a pair, what is left."""

from typing import TYPE_CHECKING

from x3studio.late import late

if TYPE_CHECKING:
    from x3studio.workbench.columns import Columns, Record
    from x3studio.workbench.conflicts import Action, ConflictFinding, Offer
    from x3studio.workbench.coverage import Bar, Coverage, Pace
    from x3studio.workbench.deck import Deck
    from x3studio.workbench.evidence import (
        Candidate,
        Evidence,
        EvidenceRow,
        LikeThis,
        Similar,
        Verdict,
    )
    from x3studio.workbench.families import Family, FamilyMember, Tie
    from x3studio.workbench.filters import Facet, Filter, Sort, View

# Columns need NumPy and Arrow, which no start of the program waits for.
__getattr__ = late(
    __name__,
    {
        "Action": "x3studio.workbench.conflicts",
        "Bar": "x3studio.workbench.coverage",
        "Candidate": "x3studio.workbench.evidence",
        "Columns": "x3studio.workbench.columns",
        "ConflictFinding": "x3studio.workbench.conflicts",
        "Coverage": "x3studio.workbench.coverage",
        "Deck": "x3studio.workbench.deck",
        "Evidence": "x3studio.workbench.evidence",
        "EvidenceRow": "x3studio.workbench.evidence",
        "Facet": "x3studio.workbench.filters",
        "Family": "x3studio.workbench.families",
        "FamilyMember": "x3studio.workbench.families",
        "Filter": "x3studio.workbench.filters",
        "LikeThis": "x3studio.workbench.evidence",
        "Offer": "x3studio.workbench.conflicts",
        "Pace": "x3studio.workbench.coverage",
        "Record": "x3studio.workbench.columns",
        "Similar": "x3studio.workbench.evidence",
        "Sort": "x3studio.workbench.filters",
        "Tie": "x3studio.workbench.families",
        "Verdict": "x3studio.workbench.evidence",
        "View": "x3studio.workbench.filters",
    },
)

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
    "Family",
    "FamilyMember",
    "Filter",
    "LikeThis",
    "Offer",
    "Pace",
    "Record",
    "Similar",
    "Sort",
    "Tie",
    "Verdict",
    "View",
]
