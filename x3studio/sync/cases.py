"""How something that went wrong with one record becomes an exception a person can work with."""

import hashlib
from dataclasses import replace

from x3studio.domain.documents import REDACTED, Document, Rejected, is_personal
from x3studio.domain.money import Money
from x3studio.domain.monitor import ExceptionCase
from x3studio.store import Tables
from x3studio.sync.flow import Refusal

_SHORTEST_STRUCK = 2
"""A country code stands in too many words, and names nobody."""


def fingerprint(*parts: str) -> str:
    """A short, stable key for "the same cause": records that share it stand on one card."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def open_case(tables: Tables, case: ExceptionCase, *, account: str) -> int:
    """Opens the case for one X3 folder: the same record may stand otherwise in another, on its own card."""
    own = fingerprint(account, case.fingerprint)
    return tables.exceptions.open(replace(case, account=account, fingerprint=own))


def refused(flow: str, reference: str, refusal: Refusal) -> ExceptionCase:
    """The case of a record that our own rules hold back; its further problems stand in the note."""
    fault = refusal.fault
    kind = fault.context.get("kind", "")
    others = "\n".join(words for key, words in fault.context.items() if key.startswith("problem "))
    return ExceptionCase(
        flow=flow,
        reference=reference,
        cause=fault.cause,
        title=fault.title,
        advice=fault.advice,
        said=fault.said,
        subject=fault.subject,
        kind=kind,
        fingerprint=fingerprint(flow, fault.cause, kind, _without(fault.title, fault.subject)),
        note=others,
        worth=refusal.worth,
    )


def rejected(
    flow: str, document: Document, verdict: Rejected, *, worth: Money | None = None
) -> ExceptionCase:
    """The case of a record that X3 refused, in X3's own words but for what they repeat of the buyer."""
    said = struck("\n".join(verdict.messages), document)
    where = ", ".join(
        part for part in (verdict.field, f"line {verdict.line}" if verdict.line else "") if part
    )
    return ExceptionCase(
        flow=flow,
        reference=document.reference,
        cause="value",
        title=f"X3 refused the document ({where})" if where else "X3 refused the document",
        advice="Read X3's words, correct the item, the customer or the mapping, then replay.",
        said=said,
        subject=verdict.field,
        fingerprint=fingerprint(flow, "rejected", verdict.field, _shape(said)),
        worth=worth,
    )


def conflict(flow: str, reference: str, numbers: list[str]) -> ExceptionCase:
    """X3 holds more than one document for one reference: nothing automatic happens any more."""
    return ExceptionCase(
        flow=flow,
        reference=reference,
        cause="conflict",
        title="X3 holds several documents with this reference",
        advice=f"Decide in X3 which of {', '.join(numbers)} is right and cancel the others.",
        subject=", ".join(numbers),
        fingerprint=fingerprint(flow, "conflict"),
    )


def cancelled(flow: str, reference: str, number: str) -> ExceptionCase:
    """Amazon cancelled what X3 already has."""
    return ExceptionCase(
        flow=flow,
        reference=reference,
        cause="cancelled",
        title="Cancelled on Amazon after it was written to X3",
        advice=f"Close or credit {number} in X3, then mark this exception as resolved.",
        subject=number,
        fingerprint=fingerprint(flow, "cancelled"),
    )


def called_off(flow: str, reference: str) -> ExceptionCase:
    """Amazon cancelled what may be in X3: it is not sent again, and a document that turns up is named."""
    return ExceptionCase(
        flow=flow,
        reference=reference,
        cause="cancelled",
        title="Cancelled on Amazon while X3's answer was awaited",
        advice="Nothing yet: X3 is asked whether it holds a document, and this exception then says so.",
        fingerprint=fingerprint(flow, "called off"),
    )


def exhausted(flow: str, reference: str, attempts: int) -> ExceptionCase:
    """A record that never got an answer."""
    return ExceptionCase(
        flow=flow,
        reference=reference,
        cause="intermittent",
        title="X3 gave no usable answer to this document",
        advice=f"It was sent {attempts} times and is not in X3. Check X3's own log, then replay.",
        fingerprint=fingerprint(flow, "exhausted"),
    )


def differs(flow: str, reference: str, number: str, differences: str) -> ExceptionCase:
    """What X3 stored is not what was sent."""
    return ExceptionCase(
        flow=flow,
        reference=reference,
        cause="readback",
        title="X3 stored something else than was sent",
        advice=f"Compare {number} with the order and correct it in X3.",
        said=differences,
        subject=number,
        fingerprint=fingerprint(flow, "differs"),
    )


def struck(words: str, document: Document) -> str:
    """`words` without the values of those fields of the document that can hold a buyer's data."""
    values = {
        value
        for fields in (document.header, *document.lines)
        for name, value in fields.items()
        if is_personal(name) and len(value) > _SHORTEST_STRUCK
    }
    for value in sorted(values, key=len, reverse=True):
        words = words.replace(value, REDACTED)
    return words


def _without(title: str, subject: str) -> str:
    """A title without what it is about, so that the records of one cause stand on one card."""
    return title.replace(subject, "") if subject else title


def _shape(words: str) -> str:
    """Foreign words with their numbers and codes taken out, so that records of one cause group."""
    return " ".join(word for word in words.split() if word.isalpha())
