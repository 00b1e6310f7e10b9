"""What a conflict is: its code, how grave it is, words with figures, and what can be done about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from x3studio.domain.workbench import HARD, Confidence, ConflictCode, Severity


class Action(StrEnum):
    """What an offer does when a person takes it."""

    SET_PACK = "set_pack"
    """Accept with pack factor `value`."""
    SHOW_DIGIT = "show_digit"
    """Show the check digit `value` that would be right; nothing is changed."""
    COMPARE = "compare"
    """Show the records in `others` side by side."""
    EDIT_UNIT = "edit_unit"
    """Set the pack factor so that whole stock units move; the item's units stay as they are in X3."""
    USE_SUCCESSOR = "use_successor"
    """Accept the item `value` instead."""
    NO_ITEM = "no_item"
    DECLARE_SHARING = "declare_sharing"
    """Say why several SKUs may stand for one item, and share its stock."""
    BUILD_KIT = "build_kit"
    """Open the kit editor; `others` are components known from X3."""
    UNIFY = "unify"
    """One target everywhere, or a declared difference."""
    MAP_CHILDREN = "map_children"
    """Map the SKUs in `others` in one action."""
    STOP_PUSH = "stop_push"
    """No longer send the quantity of this SKU."""
    NORMALISE = "normalise"
    """Show both texts without spaces, case and look-alikes."""
    SITE_RULE = "site_rule"
    """Choose how the site assigns lots, serials and dates; it holds for every item."""
    PICK_CUSTOMER = "pick_customer"
    NEW_CUSTOMER = "new_customer"
    """Create one from the template."""
    FETCH = "fetch"
    """Bring the masters up to date and look again."""
    LOOK_UP = "look_up"
    """Search for candidates again."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A way out of a conflict: words for the button, and the action with its parameters."""

    words: str
    action: Action
    value: str = ""
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ConflictFinding:
    """One conflict of one pair, in words with figures."""

    code: ConflictCode
    severity: Severity
    words: str
    offer: Offer | None = None

    @property
    def caps(self) -> bool:
        """Whether it caps the confidence at weak."""
        return self.severity is Severity.BLOCK or (self.code in HARD and self.severity is not Severity.INFO)


def capped(band: Confidence, findings: Iterable[ConflictFinding]) -> Confidence:
    """The confidence that is left when conflicts are looked at."""
    hard = any(finding.caps for finding in findings)
    return Confidence(min(band, Confidence.WEAK)) if hard else band


def number(value: Decimal) -> str:
    """A figure without trailing zeros and exponents."""
    plain = value.normalize()
    return f"{plain:f}"
