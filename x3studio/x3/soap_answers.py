"""What SOAP answers mean: verdicts on a save, failures of a read, cells as text."""

from datetime import datetime

from x3studio.domain.documents import NUMBER_FIELD, DocumentKind, Rejected, Taken, Unknown, Verdict
from x3studio.domain.errors import ConnectionFault, Refused, SettingFault
from x3studio.x3 import faults, masters, soap_xml
from x3studio.x3.dialect import ObjectDescription
from x3studio.x3.soap_envelope import Result


def judge(result: Result, kind: DocumentKind) -> Verdict:
    """The verdict on a save: status 1 and a number, status 0 and a word, or doubt."""
    number = ""
    if result.xml:
        number = soap_text(soap_xml.header(soap_xml.parse(result.xml)).get(NUMBER_FIELD[kind]))
    words = tuple(message.text for message in result.messages if message.text)
    if result.status == 1 and number:
        return Taken(number, notes=words)
    if result.status == 0 and words and not number:
        return Rejected(words)
    if result.status == 1:
        return Unknown("X3 answered with success but named no number.")
    return Unknown("X3 answered without success and without a reason.")


def unread(result: Result) -> ConnectionFault | SettingFault:
    """The fault of a read that brought no result: X3's words, or nothing that can be read."""
    if result.messages:
        return SettingFault(
            "X3 refused to read that.",
            field="pool",
            advice="Check the pool, the published object and the rights of this user.",
            said=result.said,
        )
    return faults.garbled("it holds neither a result nor a reason")


def waited(result: Result) -> str:
    """How long the call waited for a channel of the pool, where X3 says so: the pool may be too small."""
    wait = masters.decimal(result.technical.get("poolWaitDuration"))
    return f"waited {wait:.0f} ms for a channel of the pool" if wait and wait >= 1000 else ""


def soap_text(cell: soap_xml.Cell | None) -> str:
    """A cell as one text; a list by its first member."""
    if cell is None or isinstance(cell, str):
        return cell or ""
    return cell[0] if cell else ""


def flat(row: soap_xml.Row) -> dict[str, str]:
    """A row with every cell as one text."""
    return {name: soap_text(cell) for name, cell in row.items()}


def plain(row: soap_xml.Row, description: ObjectDescription, *, in_lines: bool) -> dict[str, str]:
    """A row as documents are written: dates YYYY-MM-DD."""
    known = description.line_fields if in_lines else description.fields
    dates = {name for name, field in known.items() if field.kind == "date"}
    return {name: masters.iso_date(value) if name in dates else value for name, value in flat(row).items()}


def changed_since(modified: datetime | None, since: datetime | None) -> bool:
    """What names no change date counts as changed: better read twice than missed."""
    return since is None or modified is None or modified >= since


def comparison(reference: str) -> Refused:
    """A reference that could be written but never looked up again."""
    return Refused(
        f"The reference {reference} starts with a comparison sign, which X3's list would obey.",
        advice="Give the document a reference that starts with a letter or a digit.",
        subject="reference",
    )
