"""Documents through AOWSIMPORT: X3's standard import web service, with a template of the site's own.

A site that has published no object for a document names the import instead, as its public name:
AOWSIMPORT:TEMPLATE, or AOWSIMPORT:TEMPLATE:G,TYP,FCY,...:D,LIN,ACC,... where the template has other fields.
What the service answers beyond X3's messages could not be seen: the look-up by reference decides.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from x3studio.domain.documents import Document, DocumentKind, Found, Rejected, Taken, Unknown, Verdict
from x3studio.domain.errors import Refused, SettingFault
from x3studio.x3.dialect import Field, ObjectDescription
from x3studio.x3.soap_envelope import Result

SERVICE = "AOWSIMPORT"
_SEPARATORS = ";|\r\n"
_RECORD, _FIELD = "|", ";"
_MOST_LINES = 9_999
"""Sage's help on importing journal entries."""
_USUAL: Mapping[DocumentKind, tuple[str, str]] = {
    DocumentKind.JOURNAL: (
        "G,TYP,NUM,JOU,FCY,ACCDAT,CUR,CAT,STA,REFINT,REF,DESVCR,BPRDATVCR",
        "D,LIN,FCYLIN,ACC,SNS,AMTCUR,DES,TAX,CCE1,CCE2,CCE3",
    ),
}
_DATES = frozenset({"ACCDAT", "BPRDATVCR", "VALDAT", "INVDAT", "ORDDAT"})


@dataclass(frozen=True, slots=True)
class ImportTemplate:
    """An import template: its name, and the record letters with the fields behind them, in order."""

    name: str
    header: tuple[str, ...]
    line: tuple[str, ...]


def import_template(public_name: str, kind: DocumentKind) -> ImportTemplate | None:
    """The template a public name speaks of, None where it names a published object. Error: SettingFault."""
    service, _, rest = public_name.partition(":")
    if service != SERVICE:
        return None
    name, *layouts = rest.split(":")
    usual = _USUAL.get(kind)
    header, line = layouts if len(layouts) == 2 else usual or ("", "")
    if not name or not header or not line or len(layouts) not in (0, 2):
        raise SettingFault(
            f"The import of {kind.value} does not say which template it goes through.",
            field="public_name",
            advice=f"Write {kind.value}={SERVICE}:TEMPLATE, or with its fields: "
            f"{SERVICE}:TEMPLATE:G,TYP,FCY,...:D,LIN,ACC,...",
        )
    return ImportTemplate(name, tuple(header.split(",")), tuple(line.split(",")))


def described(template: ImportTemplate, kind: DocumentKind) -> ObjectDescription:
    """The fields of a template, as far as it says: what X3 insists on, it says when it is written to."""
    fields = {name: _field(name, in_lines=False) for name in template.header[1:]}
    lines = {name: _field(name, in_lines=True) for name in template.line[1:]}
    return ObjectDescription(kind, {**lines, **fields}, _MOST_LINES, lines)


def _field(name: str, *, in_lines: bool) -> Field:
    return Field(name, kind="date" if name in _DATES else "text", in_lines=in_lines)


def parameter(document: Document, template: ImportTemplate) -> str:
    """The inputXml of the call, in its JSON form. Raises Refused for a value that would break the record."""
    records = [_record(template.header, document.header)]
    records += [_record(template.line, line) for line in document.lines]
    group = {
        "I_MODIMP": template.name,
        "I_AOWSTA": "NO",
        "I_EXEC": "REALTIME",
        "I_RECORDSEP": _RECORD,
        "I_FILE": _RECORD.join([*records, "END"]),
    }
    return json.dumps({"GRP1": group}, ensure_ascii=False)


def _record(layout: Sequence[str], values: Mapping[str, str]) -> str:
    cells = [layout[0]]
    for name in layout[1:]:
        value = values.get(name, "")
        if any(char in _SEPARATORS for char in value):
            raise Refused(
                f"{name} holds a sign that separates fields in an import.",
                advice="Take it out by a rule, or publish the object and write through that.",
                subject=name,
            )
        cells.append(value.replace("-", "") if name in _DATES else value)
    return _FIELD.join(cells)


def judged(result: Result, held: Sequence[Found]) -> Verdict:
    """What an import came to: what X3 holds afterwards counts, not what it says of it."""
    words = tuple(message.text for message in result.messages if message.text)
    if len(held) == 1:
        return Taken(held[0].number, notes=words)
    if held:
        return Unknown("X3 holds several entries with this reference.")
    if result.status == 0 and words:
        return Rejected(words)
    return Unknown("The import ended, and X3 shows no entry with this reference yet.")
