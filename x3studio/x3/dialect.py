"""The tongues of X3 behind one protocol: whatever the dialect, a write has one kind of result."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from x3studio.domain.catalogue import Item
from x3studio.domain.documents import Document, DocumentKind, Found, Verdict
from x3studio.domain.monitor import Exchange
from x3studio.x3.master_tables import MasterTable

Recorder = Callable[[Exchange], None]
"""Receives every exchange, its payloads already redacted."""

Sending = Callable[[], Awaitable[None]]
"""Awaited right before the bytes of a write leave: the moment to re-stamp an old intent."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a published object, from a prototype or getDescription.

    `group` is the block that carries it ("" where the dialect is flat), `length` the most characters
    (0 = unknown), `kind` one of text, integer, decimal, date, menu.
    """

    name: str
    title: str = ""
    group: str = ""
    kind: str = "text"
    length: int = 0
    mandatory: bool = False
    in_lines: bool = False


@dataclass(frozen=True, slots=True)
class ObjectDescription:
    """What this site's X3 says of an object: its fields, by name, and the most lines a document takes.

    One name may stand in the header and in the lines (DEMDLVDAT of a sales order does): `fields` then
    holds the header's, `line_fields` always holds those of the lines.
    """

    kind: DocumentKind
    fields: Mapping[str, Field]
    most_lines: int = 0
    line_fields: Mapping[str, Field] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a master under X3's own names. `cursor` goes on behind them, in this dialect alone."""

    rows: Sequence[Mapping[str, Any]]
    cursor: str


class X3Client(Protocol):
    """One X3 folder in one dialect. Every method may raise ConnectionFault, CredentialFault, SettingFault.

    `create` never raises a ConnectionFault: a connection that fails during a write is a verdict (Unsent
    with proof, otherwise Unknown). Whatever else it raises (a sign-in that X3 refused, a folder it does
    not know) proves that X3 did not act. Calls wait for a free slot of the pool by themselves.
    """

    @property
    def writes(self) -> bool:
        """Whether this dialect can create documents."""
        ...

    @property
    def batch(self) -> int:
        """How many references one `find` call looks up in one request."""
        ...

    async def describe(self, kind: DocumentKind) -> ObjectDescription: ...

    async def create(self, document: Document, *, sending: Sending | None = None) -> Verdict:
        """Creates the document; `sending` is awaited once a slot and a token are at hand."""
        ...

    async def find(self, kind: DocumentKind, references: Sequence[str]) -> Mapping[str, Sequence[Found]]:
        """The documents that carry each reference; a reference without one maps to an empty sequence.

        With lines, so that a read-back can compare them. Never returns "nothing" for a failed look-up.
        """
        ...

    def table(
        self, table: MasterTable[Any], *, since: datetime | None = None, cursor: str = ""
    ) -> AsyncIterator[Rows]:
        """All rows of a master in key order, or those changed since; behind `cursor` where one is given.

        Raises NotPublished where X3 does not show it. Read it through reading.read_masters.
        """
        ...

    async def existing_items(self, itmrefs: Collection[str]) -> Mapping[str, Item]:
        """The given items as X3 has them now; an absent key means X3 answered that there is none."""
        ...

    async def aclose(self) -> None: ...
