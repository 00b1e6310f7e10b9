"""Which record of one side stands for which of the other: suggests with reasons, never decides."""

from x3studio.matching.comparison import Comparison, compare
from x3studio.matching.pipeline import match
from x3studio.matching.reading import read_table
from x3studio.matching.roles import Role, guess_kind, guess_roles
from x3studio.matching.suggesting import suggest
from x3studio.matching.values import (
    Band,
    Cancelled,
    Conflict,
    Judged,
    Kind,
    Reason,
    State,
    Suggestion,
    Suggestions,
    Table,
)

__all__ = [
    "Band",
    "Cancelled",
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
    "compare",
    "guess_kind",
    "guess_roles",
    "match",
    "read_table",
    "suggest",
]
