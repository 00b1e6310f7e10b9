"""Variation families: offers that belong together by a tag, by Amazon's parent, or by how SKUs begin."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from x3studio.domain.workbench import Key, RecordState

MOST = 200
"""So many members a family that nobody but its tag or its SKUs holds together can have."""
_LEAST_REFERENCE = 4
_LAST_PART = re.compile(r"[-_./ ][^-_./ ]*$")


class Tie(StrEnum):
    """What holds a family together, the strongest first."""

    TAG = "tag"
    """What a person said."""
    VARIATION = "variation"
    """Amazon's parent and children."""
    REFERENCE = "reference"
    """SKUs that begin alike, where the site knows neither."""


@dataclass(frozen=True, slots=True)
class FamilyMember:
    """One offer of a family. `size` and `colour` tell it from its siblings.

    `target` is what stands or is proposed, with its `pack`; `likened` says that it follows from what the
    siblings stand for. `conflicts` are bits of ConflictCode.
    """

    key: Key
    title: str
    size: str = ""
    colour: str = ""
    target: str = ""
    target_title: str = ""
    pack: Decimal = Decimal(1)
    state: RecordState = RecordState.NOT_LOOKED_UP
    conflicts: int = 0
    is_parent: bool = False
    likened: bool = False

    @property
    def acceptable(self) -> bool:
        """Whether nothing speaks against taking its target."""
        return not self.is_parent and self.state.is_open and bool(self.target) and not self.conflicts


@dataclass(frozen=True, slots=True)
class Family:
    """Members that belong together, the parent first where there is one; `name` as `tie` has it."""

    tie: Tie
    name: str
    members: tuple[FamilyMember, ...]

    @property
    def parent(self) -> FamilyMember | None:
        """The offer that heads it and is never sold."""
        return next((one for one in self.members if one.is_parent), None)

    @property
    def children(self) -> tuple[FamilyMember, ...]:
        """Those that are sold."""
        return tuple(one for one in self.members if not one.is_parent)

    @property
    def words(self) -> str:
        """Why they belong together."""
        return {
            Tie.VARIATION: "a variation family of Amazon; its parent is never sold and is not mapped",
            Tie.TAG: f"tied together by the tag {self.name}",
            Tie.REFERENCE: f"all SKUs that begin with {self.name}",
        }[self.tie]


def references(sku: str) -> Iterator[str]:
    """What a SKU may share with its siblings, the longest first: KITTEL-WS, then KITTEL, of KITTEL-WS-M."""
    while (shorter := _LAST_PART.sub("", sku)) != sku:
        sku = shorter
        if len(sku) >= _LEAST_REFERENCE and any(char.isalpha() for char in sku):
            yield sku


def likened(sku: str, siblings: Mapping[str, str]) -> Iterator[str]:
    """Targets that follow from siblings: where X-S stands for Y-S, X-M may stand for Y-M."""
    seen = set()
    for sibling, target in siblings.items():
        shared = _shared(sku, sibling)
        mine, theirs = sku[shared:], sibling[shared:]
        if not mine or not theirs or not target.upper().endswith(theirs.upper()):
            continue
        found = target[: len(target) - len(theirs)] + mine
        if found not in seen:
            seen.add(found)
            yield found


def with_likened(family: Family, known: Mapping[str, str]) -> Family:
    """Children without a target get what their siblings' targets tell, among the `known` items (by name)."""
    siblings = {one.key.code: one.target for one in family.children if one.target}
    return replace(family, members=tuple(_likened(one, siblings, known) for one in family.members))


def _likened(one: FamilyMember, siblings: Mapping[str, str], known: Mapping[str, str]) -> FamilyMember:
    if one.is_parent or one.target or not one.state.is_open:
        return one
    found = next((target for target in likened(one.key.code, siblings) if target in known), "")
    if not found:
        return one
    return replace(one, target=found, target_title=known[found], likened=True)


def _shared(one: str, other: str) -> int:
    """How many letters two SKUs begin with, up to a sign between parts."""
    same = 0
    for place, (mine, theirs) in enumerate(zip(one, other, strict=False)):
        if mine != theirs:
            break
        if mine in "-_./ ":
            same = place + 1
    return same
