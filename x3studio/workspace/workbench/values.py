"""What the workbench takes from and gives to the two faces."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from x3studio.domain.errors import SettingFault
from x3studio.domain.mappings import CodePair, Component, CustomerPair, ItemPair, Judgement, Pair
from x3studio.domain.workbench import Confidence, Key, Kind, RecordState


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person chose for one record: a target, a kit of components, or (REJECTED) that there is none.

    `details` are further values of a code, such as a tax code beside an account.
    """

    kind: Kind
    key: Key
    target: str = ""
    pack: Decimal = Decimal(1)
    components: tuple[Component, ...] = ()
    note: str = ""
    judgement: Judgement = Judgement.ACCEPTED
    details: tuple[tuple[str, str], ...] = ()

    def check(self) -> None:
        """Raises SettingFault where the choice says nothing that could stand."""
        kit = [part for part in self.components if not part.itmref or part.quantity <= 0]
        if kit:
            raise SettingFault(
                "Every part of a kit needs an item and a quantity above zero.", field="components"
            )
        if self.judgement is Judgement.ACCEPTED and not self.target.strip() and not self.components:
            raise SettingFault(
                f"Nothing is chosen for {' '.join(filter(None, self.key)) or 'this record'}.", field="target"
            )
        if not self.pack.is_finite() or self.pack <= 0:
            raise SettingFault(
                f"{self.pack} is no pack factor.", field="pack", advice="Give a number above zero."
            )

    def pair(self) -> Pair:
        """The choice as it is stored."""
        key = self.key
        if self.kind is Kind.ITEMS:
            return ItemPair(key.code, self.target, self.pack, key.marketplace, self.components, self.note)
        if self.kind is Kind.CUSTOMERS:
            return CustomerPair(self.target, key.marketplace, key.channel, key.vat_number, self.note)
        return CodePair(
            self.kind, key.code, self.target, key.marketplace, key.channel, self.details, self.note
        )


@dataclass(frozen=True, slots=True)
class Done:
    """What an action changed. `freed` are the references of orders that waited for it, by flow.

    `step` is what an undo takes back, `decision` the first of its decisions (0 for marks).
    """

    kind: Kind
    keys: tuple[Key, ...]
    step: int = 0
    decision: int = 0
    count: int = 0
    freed: tuple[str, ...] = ()
    title: str = ""


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One step of the log; `id` is what `revert` takes. `words` say what was chosen."""

    id: int
    at: datetime
    who: str
    kind: Kind | None
    state: RecordState
    title: str
    words: str
    count: int
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """An X3 record that can be chosen; one that is not `usable` says in `detail` why."""

    key: str
    title: str
    detail: str = ""
    usable: bool = True


@dataclass(frozen=True, slots=True)
class LearnedRule:
    """A pattern that decisions bear out: how many SKUs agree with it, and how many differ."""

    text: str
    words: str
    agree: int
    differ: int


@dataclass(frozen=True, slots=True)
class Unseconded:
    """A decision that needs a second person: what it is about, who took it, what it is worth."""

    key: Key
    decision: int
    who: str
    worth: int


class BulkAction(StrEnum):
    """What can be done to many records at once."""

    ACCEPT = "accept"
    """The first candidate of each."""
    REJECT = "reject"
    SET_PACK = "set_pack"
    """Pack factor `value` for what is mapped or suggested."""
    RULE = "rule"
    """What a pattern rule says; `value` is the rule's text."""
    ASSIGN = "assign"
    """Owner `value`."""
    CHANNEL = "channel"
    """Channel `value`: FBA or FBM."""
    PUSH = "push"
    """Quantities are sent to Amazon: `value` "on" or "". Never built for what Amazon stocks."""
    EXCLUDE = "exclude"
    TAG = "tag"
    """Ties records together as a family by the tag `value`, "" unties them; for sites without parents."""
    CUSTOMER = "customer"
    """X3 customer `value` for each marketplace and channel chosen."""
    TARGET = "target"
    """One target `value` for all: a variation family that is one X3 item."""


@dataclass(frozen=True, slots=True)
class Bulk:
    """One action on many records; those with a conflict only where it is asked for."""

    action: BulkAction
    value: str = ""
    with_conflicts: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One record of a preview."""

    key: Key
    title: str
    target: str
    pack: Decimal
    worth: int
    band: Confidence
    confidence: float | None
    words: str = ""
    """What speaks against it, "" for nothing."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a bulk action would do; nothing is written yet. `worth` in minor units of `currency`.

    `worst` are the ten records that are least certain, worth most first among equals. `left_out` counts
    the chosen records that it will not touch, by the reason. `sample` are the records to be judged a
    second time.
    """

    kind: Kind
    bulk: Bulk
    choices: tuple[Choice, ...]
    worth: int
    currency: str
    worst: tuple[PlanRow, ...]
    left_out: tuple[tuple[str, int], ...] = ()
    sample: tuple[Key, ...] = ()
    rule: str = ""
    title: str = ""
    keys: tuple[Key, ...] = field(default=())
    """The records that a mark is put on, where the action decides nothing."""

    @property
    def count(self) -> int:
        """How many records it touches."""
        return len(self.choices) or len(self.keys)

    @property
    def conflicts_left_out(self) -> int:
        """How many are left out for a conflict."""
        return dict(self.left_out).get("conflict", 0)
