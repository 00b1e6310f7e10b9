"""Which record of one side stands for which of the other: suggests with reasons, never decides."""

from x3studio.matching.certifying import Certificate, certify
from x3studio.matching.comparison import Comparison, compare
from x3studio.matching.pipeline import match
from x3studio.matching.reading import read_table
from x3studio.matching.reliability import Alike, Bin
from x3studio.matching.roles import Role, guess_kind, guess_roles
from x3studio.matching.suggesting import suggest
from x3studio.matching.suggestions import Suggestion, Suggestions, Waterfall
from x3studio.matching.values import (
    Cancelled,
    Conflict,
    Judged,
    Kind,
    Reason,
    State,
    Table,
)

__all__ = [
    "Alike",
    "Bin",
    "Cancelled",
    "Certificate",
    "Comparison",
    "Conflict",
    "Judged",
    "Kind",
    "Reason",
    "Role",
    "State",
    "Suggestion",
    "Suggestions",
    "Table",
    "Waterfall",
    "certify",
    "compare",
    "guess_kind",
    "guess_roles",
    "match",
    "read_table",
    "suggest",
]
