"""Records of one kind as plain columns: what a deck is made of."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from x3studio.domain.workbench import Confidence, Key, RecordState

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
NAN = float("nan")
Texts = Any
"""A list of texts, or the same as an Arrow array."""

_TEXTS = (
    *("codes", "key_marketplaces", "key_channels", "vat_numbers", "titles", "subtitles", "eans", "targets"),
    *("target_titles", "packs", "channels", "brands", "families", "owners", "who"),
)


@dataclass(frozen=True, slots=True)
class Record:
    """One record as the queue shows it.

    `title` and `subtitle` are the foreign side's (a listing's ASIN); `target` the chosen X3 key, else the
    first candidate's; `pack` its factor as text, "kit" for a kit, "" where none is said. `confidence` 0..1
    or None while uncalibrated, `margin` its lead over the second candidate. `conflicts` are bits of
    ConflictCode. `worth` is the revenue of 90 days in minor units, `lines` its order lines, `units` what
    was sold, `waiting` the orders that wait. `at` and `who` tell of the decision.
    """

    key: Key
    title: str = ""
    subtitle: str = ""
    target: str = ""
    target_title: str = ""
    pack: str = ""
    channel: str = ""
    marketplaces: tuple[str, ...] = ()
    brand: str = ""
    family: str = ""
    owner: str = ""
    ean: str = ""
    state: RecordState = RecordState.NOT_LOOKED_UP
    band: Confidence = Confidence.NONE
    confidence: float | None = None
    margin: float | None = None
    conflicts: int = 0
    worth: int = 0
    lines: int = 0
    units: int = 0
    waiting: int = 0
    flagged: bool = False
    shared: bool = False
    """Whether a person declared that several may stand for the same target."""
    apart: bool = False
    """Whether a person declared that marketplaces differ on purpose."""
    at: datetime | None = None
    who: str = ""


@dataclass(slots=True)
class Columns:
    """A column for each field of Record, all of one length; the key in its four parts.

    Texts are lists or Arrow arrays, `marketplaces` tuples or an Arrow dictionary of joined words, numbers
    sequences or arrays. `confidences` and `margins` are nan where unknown, `at` microseconds since 1970 or 0.
    """

    codes: Texts = field(default_factory=list)
    key_marketplaces: Texts = field(default_factory=list)
    key_channels: Texts = field(default_factory=list)
    vat_numbers: Texts = field(default_factory=list)
    titles: Texts = field(default_factory=list)
    subtitles: Texts = field(default_factory=list)
    targets: Texts = field(default_factory=list)
    target_titles: Texts = field(default_factory=list)
    packs: Texts = field(default_factory=list)
    channels: Texts = field(default_factory=list)
    marketplaces: Any = field(default_factory=list)
    brands: Texts = field(default_factory=list)
    families: Texts = field(default_factory=list)
    owners: Texts = field(default_factory=list)
    eans: Texts = field(default_factory=list)
    states: Any = ()
    bands: Any = ()
    confidences: Any = ()
    margins: Any = ()
    conflicts: Any = ()
    worths: Any = ()
    lines: Any = ()
    units: Any = ()
    waiting: Any = ()
    flagged: Any = ()
    shared: Any = ()
    apart: Any = ()
    at: Any = ()
    who: Texts = field(default_factory=list)

    def listed(self) -> "Columns":
        """The same with lists of texts."""
        return replace(self, **{name: texts_of(getattr(self, name)) for name in _TEXTS})

    @classmethod
    def of(cls, records: Iterable[Record]) -> "Columns":
        """The columns of single records."""
        table = [cells(record) for record in records]
        names = cls.__dataclass_fields__
        return cls(**{name: [row[name] for row in table] for name in names})


def texts_of(column: Texts) -> list[str]:
    """A column of texts as a list; by way of NumPy: several times quicker than asking Arrow for each text."""
    if not isinstance(column, pa.Array):
        return list(column)
    found: list[str] = column.to_numpy(zero_copy_only=False).tolist()
    return found


def cells(record: Record) -> dict[str, Any]:
    """A record's values by the names of the columns."""
    return {
        "codes": record.key.code,
        "key_marketplaces": record.key.marketplace,
        "key_channels": record.key.channel,
        "vat_numbers": record.key.vat_number,
        "titles": record.title,
        "subtitles": record.subtitle,
        "targets": record.target,
        "target_titles": record.target_title,
        "packs": record.pack,
        "channels": record.channel,
        "marketplaces": record.marketplaces,
        "brands": record.brand,
        "families": record.family,
        "owners": record.owner,
        "eans": record.ean,
        "states": int(record.state),
        "bands": int(record.band),
        "confidences": NAN if record.confidence is None else record.confidence,
        "margins": NAN if record.margin is None else record.margin,
        "conflicts": record.conflicts,
        "worths": record.worth,
        "lines": record.lines,
        "units": record.units,
        "waiting": record.waiting,
        "flagged": int(record.flagged),
        "shared": int(record.shared),
        "apart": int(record.apart),
        "at": 0 if record.at is None else (record.at - _EPOCH) // _MICROSECOND,
        "who": record.who,
    }


def moment(stored: int) -> datetime | None:
    """A time of the columns, None for 0."""
    return _EPOCH + timedelta(microseconds=stored) if stored else None
