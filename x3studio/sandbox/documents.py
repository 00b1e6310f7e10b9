"""What the demo X3 has been asked to keep: documents by number, and by the reference they carry."""

import bisect
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

PREFIX: Mapping[str, str] = {"SOH": "SON", "SDH": "SDN", "SRH": "SRN", "SIH": "SIN", "GAS": "GEN"}
"""How a number starts, by object code; customers and items are numbered by their own key."""


@dataclass(slots=True)
class StoredDocument:
    """One document as X3 keeps it: field names and texts; `at` is when it was committed (UTC)."""

    kind: str
    number: str
    reference: str
    folder: str
    header: dict[str, str]
    lines: list[dict[str, str]] = field(default_factory=list)
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    modified: datetime = field(default_factory=lambda: datetime.now(UTC))


class Documents:
    """Documents by kind, folder and number, with an index by reference: no look-up walks them all."""

    def __init__(self) -> None:
        self._by_number: dict[tuple[str, str], dict[str, StoredDocument]] = defaultdict(dict)
        self._by_reference: dict[tuple[str, str, str], list[StoredDocument]] = defaultdict(list)
        self._numbers: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._counters: dict[tuple[str, str], int] = defaultdict(int)

    def next_number(self, kind: str, *, folder: str, site: str) -> str:
        """The next number of a kind at a site, such as SONHAM0126000042; never given twice."""
        self._counters[kind, folder] += 1
        year = datetime.now(UTC).strftime("%y")
        return f"{PREFIX.get(kind, kind)}{site}{year}{self._counters[kind, folder]:06d}"

    def add(self, document: StoredDocument) -> None:
        """Keeps a document; a second one with the same reference is kept too, as X3 does."""
        self._by_number[document.kind, document.folder][document.number] = document
        bisect.insort(self._numbers[document.kind, document.folder], document.number)
        self._by_reference[document.kind, document.folder, document.reference].append(document)

    def rename(self, document: StoredDocument, reference: str) -> None:
        """Moves a document to another reference (a modify of CUSORDREF)."""
        self._by_reference[document.kind, document.folder, document.reference].remove(document)
        document.reference = reference
        self._by_reference[document.kind, document.folder, reference].append(document)

    def get(self, kind: str, number: str, *, folder: str) -> StoredDocument | None:
        """The document with that number in that folder, or None."""
        return self._by_number[kind, folder].get(number)

    def by_reference(self, kind: str, reference: str, *, folder: str) -> list[StoredDocument]:
        """Every document that carries the reference, oldest first."""
        return list(self._by_reference.get((kind, folder, reference), ()))

    def of(self, kind: str, *, folder: str) -> list[StoredDocument]:
        """All documents of a kind in a folder, oldest first."""
        return list(self._by_number[kind, folder].values())

    def kept(self, kind: str, *, folder: str) -> Mapping[str, StoredDocument]:
        """All documents of a kind in a folder, by number; a view, not a copy."""
        return self._by_number[kind, folder]

    def numbers(self, kind: str, *, folder: str) -> Sequence[str]:
        """The numbers of a kind in a folder, sorted, for paging by key."""
        return self._numbers[kind, folder]

    def duplicated(self) -> dict[str, int]:
        """References that more than one document of a kind carries, and how many do."""
        return {key[2]: len(docs) for key, docs in self._by_reference.items() if key[2] and len(docs) > 1}
