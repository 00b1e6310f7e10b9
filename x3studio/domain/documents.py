"""What is written: a document for X3 (or for Amazon), in the target's own field names."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any


class DocumentKind(StrEnum):
    """X3's object codes, and what Amazon creates for us."""

    SALES_ORDER = "SOH"
    DELIVERY = "SDH"
    RETURN = "SRH"
    JOURNAL = "GAS"
    INVOICE = "SIH"
    CUSTOMER = "BPC"
    ITEM = "ITM"
    FULFILMENT = "MCF"


REFERENCE_FIELD: Mapping[DocumentKind, str] = {
    DocumentKind.SALES_ORDER: "CUSORDREF",
    DocumentKind.INVOICE: "INVREF",
    DocumentKind.JOURNAL: "REFINT",
    DocumentKind.CUSTOMER: "BPCNUM",
    DocumentKind.ITEM: "ITMREF",
}
"""The X3 field that carries our reference, where X3 has a standard one (none is enforced unique)."""

NUMBER_FIELD: Mapping[DocumentKind, str] = {
    DocumentKind.SALES_ORDER: "SOHNUM",
    DocumentKind.DELIVERY: "SDHNUM",
    DocumentKind.RETURN: "SRHNUM",
    DocumentKind.JOURNAL: "NUM",
    DocumentKind.INVOICE: "NUM",
    DocumentKind.CUSTOMER: "BPCNUM",
    DocumentKind.ITEM: "ITMREF",
}

PERSONAL_FIELDS = frozenset(
    {"BPDNAM", "BPDADDLIG", "BPDPOSCOD", "BPDCTY", "BPDSAT", "BPRNAM", "BPAADDLIG", "ADDLIG", "POSCOD"}
    | {"CTY", "SAT", "TEL", "WEB", "FAX", "MOB", "EECNUM", "BPCNAM", "CNTNAM", "YBUYER"}
)
"""X3 fields that can hold a buyer's data; numbered ones (ADDLIG1) belong to their stem."""

REDACTED = "[redacted]"

Value = str
"""Field values travel as text: decimals with a point, dates as YYYY-MM-DD; a dialect reshapes them."""


@dataclass(frozen=True, slots=True)
class Document:
    """One X3 document: header fields and lines, keyed by X3's field names, in sending order."""

    kind: DocumentKind
    reference: str
    header: Mapping[str, Value]
    lines: tuple[Mapping[str, Value], ...] = ()

    def as_json(self) -> str:
        """The canonical text: stable for the same content, so that its hash can be compared."""
        return json.dumps(
            {
                "kind": self.kind.value,
                "reference": self.reference,
                "header": dict(self.header),
                "lines": [dict(line) for line in self.lines],
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )

    @classmethod
    def from_json(cls, text: str) -> "Document":
        """The document that `as_json` wrote."""
        raw: dict[str, Any] = json.loads(text)
        return cls(
            kind=DocumentKind(raw["kind"]),
            reference=raw["reference"],
            header=raw["header"],
            lines=tuple(raw["lines"]),
        )

    def redacted(self) -> "Document":
        """The document without the buyer's data, fit for the journal."""
        return replace(
            self, header=_without_personal(self.header), lines=tuple(map(_without_personal, self.lines))
        )

    def fingerprint(self) -> str:
        """SHA-256 of the canonical text, in hex."""
        return hashlib.sha256(self.as_json().encode()).hexdigest()


def is_personal(field: str) -> bool:
    """Whether an X3 field can hold a buyer's data: BPDADDLIG, ADDLIG1, BPDADDLIG_2."""
    return field.rstrip("0123456789").rstrip("_").upper() in PERSONAL_FIELDS


def _without_personal(fields: Mapping[str, Value]) -> dict[str, Value]:
    return {name: REDACTED if value and is_personal(name) else value for name, value in fields.items()}


@dataclass(frozen=True, slots=True)
class Taken:
    """X3 created the document and gave it this number. `notes` are its warnings, verbatim."""

    number: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejected:
    """X3 answered and refused: nothing was written. `messages` are its words, verbatim.

    `field` is the X3 field it names, `line` the 1-based line, `existing` the number of the document
    that already carries the reference, where X3 says so.
    """

    messages: tuple[str, ...]
    field: str = ""
    line: int = 0
    existing: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Sent, and nothing proves whether X3 wrote it."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unsent:
    """Proof that X3 never acted on it (connection refused, TLS failed): safe to send again."""

    reason: str
    retry_after: float = 0.0


Verdict = Taken | Rejected | Unknown | Unsent
"""The one result of a write, whatever the dialect."""


@dataclass(frozen=True, slots=True)
class Found:
    """A document that X3 holds: its number and the fields that were read back."""

    number: str
    reference: str
    header: Mapping[str, Value]
    lines: tuple[Mapping[str, Value], ...] = ()
