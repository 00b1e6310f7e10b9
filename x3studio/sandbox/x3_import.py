"""AOWSIMPORT of the demo X3: records through a template; each document succeeds or fails by itself."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from x3studio.sandbox.x3_desk import Desk
from x3studio.sandbox.x3_envelope import Reply
from x3studio.sandbox.x3_words import say

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Template:
    """An import template: the object it makes, and the fields behind the record letters."""

    code: str
    header: tuple[str, ...]
    line: tuple[str, ...]


TEMPLATES: Mapping[str, Template] = {
    "YAMZGAS": Template(
        "GAS",
        (
            "G",
            "TYP",
            "NUM",
            "JOU",
            "FCY",
            "ACCDAT",
            "CUR",
            "CAT",
            "STA",
            "REFINT",
            "REF",
            "DESVCR",
            "BPRDATVCR",
        ),
        ("D", "LIN", "FCYLIN", "ACC", "SNS", "AMTCUR", "DES", "TAX", "CCE1", "CCE2", "CCE3"),
    )
}
"""What this site has defined in GESAOE."""


def run_import(desk: Desk, group: Mapping[str, str], *, folder: str, language: str) -> Reply:
    """Imports what I_FILE holds; errors stand in the messages and the process report."""
    template = TEMPLATES.get(group.get("I_MODIMP", ""))
    if template is None:
        words = say("unknown record", language, title="Template", value=group.get("I_MODIMP", ""))
        return Reply(0, None, ((3, words),), technical={"processReport": f"[err] {words}"})
    messages: list[tuple[int, str]] = []
    done = 0
    for header, lines in _documents(group, template):
        outcome = desk.create(template.code, header, lines, folder=folder, language=language)
        done += outcome.document is not None
        messages += [(3 if f.severity == "error" else 1, f.message) for f in outcome.findings]
    report = "\n".join(f"[err] {words}" if kind == 3 else words for kind, words in messages)
    status = 1 if done else 0
    told = f'<FLD NAME="O_STATUS" TYPE="Integer">{1 - status}</FLD>'
    result = f'<RESULT><GRP ID="GRP3">{told}</GRP></RESULT>'
    return Reply(status, result, tuple(messages), technical={"processReport": report})


def _documents(group: Mapping[str, str], template: Template) -> Iterator[tuple[Row, list[Row]]]:
    header: Row | None = None
    lines: list[Row] = []
    separator = group.get("I_RECORDSEP") or "|"
    for record in group.get("I_FILE", "").split(separator):
        cells = record.split(";")
        if cells[0] == template.header[0]:
            if header is not None:
                yield header, lines
            header, lines = _row(template.header, cells), []
        elif cells[0] == template.line[0]:
            lines.append(_row(template.line, cells))
    if header is not None:
        yield header, lines


def _row(layout: Sequence[str], cells: Sequence[str]) -> Row:
    """The filled fields of a record; dates as the demo keeps them."""
    row = {name: cell for name, cell in zip(layout[1:], cells[1:], strict=False) if cell}
    for name in ("ACCDAT", "BPRDATVCR"):
        if len(row.get(name, "")) == 8:
            row[name] = f"{row[name][:4]}-{row[name][4:6]}-{row[name][6:]}"
    return row
