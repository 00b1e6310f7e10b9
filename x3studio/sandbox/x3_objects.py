"""The objects the demo X3 publishes, with their fields: one description for every dialect and every check."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from x3studio.sandbox.seed import locate


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field: `type` is text, integer, decimal, date or menu; `length` 0 means unlimited.

    `check` names the rule of x3_rules that its value must pass; `group` is its block in SOAP.
    """

    name: str
    title: str
    type: str
    length: int
    group: str
    mandatory: bool = False
    check: str = ""


@dataclass(frozen=True, slots=True)
class ObjectSpec:
    """One object: which fields number and reference it, and how many lines it takes."""

    code: str
    title: str
    table: str
    number: str
    reference: str
    site: str
    lines_group: str
    lines_key: str
    most_lines: int
    fields: Mapping[str, FieldSpec]
    line_fields: Mapping[str, FieldSpec]


@cache
def objects() -> Mapping[str, ObjectSpec]:
    """Every object by its code (SOH, SDH, SRH, SIH, GAS, BPC, ITM)."""
    raw = json.loads(locate("demo/x3_objects.json").read_text(encoding="utf-8"))
    return {
        code: ObjectSpec(
            code=code,
            title=row["title"],
            table=row["table"],
            number=row["number"],
            reference=row["reference"],
            site=row["site"],
            lines_group=row["lines"],
            lines_key=row["lineKey"],
            most_lines=row["mostLines"],
            fields={field["name"]: FieldSpec(**field) for field in row["fields"]},
            line_fields={field["name"]: FieldSpec(**field) for field in row["lineFields"]},
        )
        for code, row in raw.items()
    }
