"""What a replay would do with each record, judged from a live look-up in X3 and from both mappings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import Enum

from x3studio.domain.documents import Document, is_personal
from x3studio.domain.monitor import ExceptionCase
from x3studio.gui.exceptions.data import CaseRow
from x3studio.gui.states import State
from x3studio.gui.theme import Tone
from x3studio.workspace.replays import Prospect

MOST_LOOKED_UP = 500
"""X3 is asked for so many before a replay; the run itself looks up every single one."""
_MOST_DIFFERENCES = 4


class Fate(Enum):
    """What will happen: icon, tone, words."""

    CREATE = ("plus", Tone.OK, "Create sales order")
    LINK = ("link", Tone.LIVE, "Link")
    LEAVE = ("circle-minus", Tone.BAD, "Leave")
    SEVERAL = ("octagon-alert", Tone.BAD, "Leave: several in X3")

    def state(self, more: str = "") -> State:
        """As it stands in a cell."""
        icon, tone, words = self.value
        joint = " to " if self is Fate.LINK else ": "
        return State(icon, f"{words}{joint}{more}" if more else words, tone)


_SHOWN = (Fate.SEVERAL, Fate.LEAVE, Fate.LINK, Fate.CREATE)


@dataclass(frozen=True, slots=True)
class Forecast:
    """One record: what X3 holds of it (None: not asked), what a replay makes of it and why.

    `document` is what would be sent, `before` what the other mapping would make of it.
    """

    case: ExceptionCase
    held: tuple[str, ...] | None
    fate: Fate
    why: str = ""
    document: Document | None = None
    before: Document | None = None

    @property
    def looked_up(self) -> str:
        """ "not in X3", "already in X3", "2 in X3", "not asked"."""
        if self.held is None:
            return "not asked yet"
        if len(self.held) == 1:
            return "already in X3"
        return f"{len(self.held)} in X3" if self.held else "not in X3"

    @property
    def goes(self) -> bool:
        """Whether it is part of the replay."""
        return self.fate in (Fate.CREATE, Fate.LINK)

    @property
    def state(self) -> State:
        """What will happen, with X3's number where it links."""
        if self.fate is Fate.LINK and self.held:
            return self.fate.state(self.held[0])
        return self.fate.state(self.why if self.fate is Fate.LEAVE else "")

    @property
    def quantity(self) -> str:
        """All units of the document; with an arrow where the other mapping makes it another number."""
        return _arrow(_units(self.before), _units(self.document))

    @property
    def price(self) -> str:
        """The gross price of a single line, else how many lines; with an arrow where it differs."""
        return _arrow(_price(self.before), _price(self.document))

    @property
    def differences(self) -> tuple[str, ...]:
        """What the mapping changes, field by field: "line 1 QTY 1 → 6". Nothing of the buyer."""
        if self.document is None:
            return ()
        if self.before is None:
            return ("the other mapping makes no document of it",)
        found = _differing("", self.before.header, self.document.header)
        if len(self.before.lines) != len(self.document.lines):
            return (*found, f"lines {len(self.before.lines)} → {len(self.document.lines)}")
        for number, (old, new) in enumerate(zip(self.before.lines, self.document.lines, strict=True), 1):
            found += _differing(f"line {number} ", old, new)
        return tuple(found)

    @property
    def explained(self) -> str:
        """One sentence on the record: why it stays, or what the mapping changes."""
        if not self.goes:
            return self.why
        told = self.differences
        if not told:
            return "Both mappings make the same document of it." if self.document else ""
        more = f" and {len(told) - _MOST_DIFFERENCES} more" if len(told) > _MOST_DIFFERENCES else ""
        return ", ".join(told[:_MOST_DIFFERENCES]) + more


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures above the preview; `worth` by currency of what is created or linked."""

    create: int
    link: int
    leave: int
    worth: Mapping[str, Decimal]

    @property
    def action(self) -> str:
        """What the button promises: "Replay 31, link 2"."""
        if not self.create and not self.link:
            return "Nothing to replay"
        if self.create and self.link:
            return f"Replay {self.create:,}, link {self.link:,}"
        return f"Link {self.link:,}" if self.link else f"Replay {self.create:,}"


def forecast(
    rows: Sequence[CaseRow],
    prospects: Sequence[Prospect] | None,
    unmapped: frozenset[str],
    *,
    as_it_was: bool = False,
) -> list[Forecast]:
    """One forecast per record; `prospects` None where X3 could not be asked."""
    known = {(one.account, one.reference): one for one in prospects or ()}
    found = []
    for row in rows:
        case = row.case
        prospect = known.get((case.account, case.reference)) or _anywhere(known, case.reference)
        found.append(_one(case, prospect, unmapped, as_it_was=as_it_was))
    # What is not simply created comes first: that is what a person wants to see before pressing.
    return sorted(found, key=lambda one: _SHOWN.index(one.fate))


def summary(forecasts: Sequence[Forecast]) -> Summary:
    """The figures."""
    amounts: dict[str, Decimal] = {}
    for one in forecasts:
        if one.goes and one.case.worth is not None:
            currency = one.case.worth.currency
            amounts[currency] = amounts.get(currency, Decimal(0)) + one.case.worth.amount
    fates = [one.fate for one in forecasts]
    leave = len(fates) - fates.count(Fate.CREATE) - fates.count(Fate.LINK)
    return Summary(fates.count(Fate.CREATE), fates.count(Fate.LINK), leave, amounts)


def _anywhere(known: Mapping[tuple[str, str], Prospect], reference: str) -> Prospect | None:
    """A case from before folders were kept names none: its record has only one."""
    return next((one for (_, each), one in known.items() if each == reference), None)


def _one(
    case: ExceptionCase, prospect: Prospect | None, unmapped: frozenset[str], *, as_it_was: bool
) -> Forecast:
    if prospect is None:
        # Not asked, or never read: what stands in the mapping is all there is to go by.
        if case.cause == "mapping" and case.subject in unmapped:
            return Forecast(case, None, Fate.LEAVE, "still no counterpart")
        return Forecast(case, None, Fate.CREATE)
    now, then = (prospect.now, prospect.why_not), (prospect.then, prospect.why_not_then)
    (document, why), (before, _) = (then, now) if as_it_was else (now, then)
    if len(prospect.held) > 1:
        return Forecast(case, prospect.held, Fate.SEVERAL, "X3 holds several documents with this reference.")
    if prospect.held:
        return Forecast(case, prospect.held, Fate.LINK, document=document, before=before)
    if document is None:
        return Forecast(case, prospect.held, Fate.LEAVE, why, before=before)
    return Forecast(case, prospect.held, Fate.CREATE, document=document, before=before)


def _units(document: Document | None) -> str:
    if document is None:
        return ""
    return _plain(sum((_number(line.get("QTY", "")) for line in document.lines), Decimal(0)))


def _price(document: Document | None) -> str:
    if document is None:
        return ""
    if len(document.lines) != 1:
        return f"{len(document.lines)} lines"
    return f"{_number(document.lines[0].get('GROPRI', '')):,.2f}"


def _arrow(old: str, new: str) -> str:
    return f"{old} → {new}" if old and new and old != new else new or old


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal(0)


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _differing(place: str, old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    names = [name for name in {**old, **new} if not is_personal(name) and old.get(name) != new.get(name)]
    return [f"{place}{name} {old.get(name) or '–'} → {new.get(name) or '–'}" for name in names]
