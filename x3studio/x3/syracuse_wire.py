"""How Syracuse's REST spells things: where clauses, pages, prototypes, the list of its endpoints."""

from collections.abc import Mapping, Sequence
from typing import Any

from x3studio.x3 import faults, masters
from x3studio.x3.answer import Answer
from x3studio.x3.dialect import Field
from x3studio.x3.line import Line, accept_language

ENDPOINTS = "api1/syracuse/collaboration/syracuse/endPoints"
_KINDS = {
    "application/x-string": "text",
    "application/x-date": "date",
    "application/x-decimal": "decimal",
    "application/x-integer": "integer",
    "application/x-choice": "menu",
}


def quoted(value: str) -> str:
    """A text literal of a where clause; a quote inside is doubled."""
    return "'" + value.replace("'", "''") + "'"


def any_of(field: str, values: Sequence[str]) -> str:
    """The where clause that is true for each of the values."""
    return " or ".join(f"{field} eq {quoted(value)}" for value in values)


async def endpoints(line: Line) -> list[tuple[str, str]]:
    """Name and description of every endpoint (folder) of this server."""
    params = [("representation", "endPoints.$query"), ("count", "100")]
    with line.call("read folders") as call:
        headers = accept_language(line.connection.language)
        answer = await line.ask(call, "GET", ENDPOINTS, params=params, headers=headers)
        rows = good_object(answer, line).get("$resources")
        if not isinstance(rows, list):
            raise faults.garbled("it holds no $resources")
        call.outcome = "read"
    return [
        (masters.text(row.get("dataset") or row.get("$title")), masters.text(row.get("description")))
        for row in rows
        if isinstance(row, dict)
    ]


def good_object(answer: Answer, line: Line) -> dict[str, Any]:
    """The JSON object of a success; everything else is a fault, an error diagnosis in a 200 included."""
    if not answer.good:
        raise faults.of_status(
            answer.status,
            headers=answer.headers,
            body=answer.json_or_none(),
            connection=line.connection.name,
            field="public_name",
        )
    body = answer.json_object()
    faults.refuse_diagnosed(body)
    return body


def next_url(body: Mapping[str, Any]) -> str | None:
    links = body.get("$links")
    following = links.get("$next") if isinstance(links, dict) else None
    url = following.get("$url") if isinstance(following, dict) else None
    return url if isinstance(url, str) and url else None


def array_properties(row: object) -> Mapping[str, Any]:
    """The properties of an array's elements; {} for what is no array."""
    if not isinstance(row, dict) or row.get("$type") != "application/x-array":
        return {}
    element = row.get("$item") or row.get("$items") or row
    inner = element.get("$properties") if isinstance(element, dict) else None
    return inner if isinstance(inner, dict) else {}


def fields_of(properties: Mapping[str, Any], *, in_lines: bool) -> dict[str, Field]:
    return {
        name: Field(
            name=name,
            title=masters.text(row.get("$title")),
            kind=_KINDS.get(masters.text(row.get("$type")), "text"),
            length=int(masters.decimal(row.get("$maxLength")) or 0),
            mandatory=row.get("$isMandatory") is True,
            in_lines=in_lines,
        )
        for name, row in properties.items()
        if isinstance(row, dict) and not name.startswith("$") and row.get("$type") != "application/x-array"
    }
