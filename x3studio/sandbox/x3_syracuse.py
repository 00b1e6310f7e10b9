"""Syracuse's REST (api1) as the demo X3 speaks it: reads everything, writes by custom representations only.

    GET  /api1/x3/erp/FOLDER/CLASS?representation=REP.$query&count=&where=&orderBy=   pages: $links.$next.$url
    GET  .../CLASS('KEY')?representation=REP.$details (or .$edit)     a missing key is 200 with $diagnoses
    GET  .../CLASS/$template?representation=REP.$create   GET .../CLASS/$prototypes('REP.$query')
    POST .../CLASS?representation=YREP.$create            PUT .../CLASS('KEY')?representation=YREP.$edit
    GET  /api1/syracuse/collaboration/syracuse/endPoints?representation=endPoints.$query
Read-only representations are named like their class; those that write (of SORDER, BPCUSTOMER, ITMMASTER) like
the object's public name: YSOH, YBPC, YITM. Refusals of a write come as 200 (header) or 201 (lines) with
$diagnoses and no $key, because both happen.
"""

import re
import uuid
from collections.abc import Iterable, Iterator
from itertools import islice, takewhile
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from x3studio.sandbox.x3_auth import Door
from x3studio.sandbox.x3_classes import classes
from x3studio.sandbox.x3_desk import Desk, Outcome
from x3studio.sandbox.x3_ledger_classes import ledger_classes
from x3studio.sandbox.x3_objects import FieldSpec, ObjectSpec, objects
from x3studio.sandbox.x3_tables import Keyed, RestClass, Row
from x3studio.sandbox.x3_where import BadWhere, UnknownProperty, parse_where
from x3studio.sandbox.x3_wire import BadRequest, answer, body_of, diagnosis, flat, language
from x3studio.sandbox.x3_words import say

_ADDRESS = re.compile(r"(?P<name>[A-Za-z0-9_]+)(?:\('(?P<key>.*)'\))?")
_PROTOTYPE = re.compile(r"(?P<name>\w+)/\$prototypes\('(?P<rep>\w+)\.\$(?P<facet>\w+)'\)")
_ENDPOINTS = "/api1/syracuse/collaboration/syracuse/endPoints"
_TYPES = {
    "integer": "application/x-integer",
    "menu": "application/x-choice",
    "decimal": "application/x-decimal",
}


class Syracuse:
    """The handlers; `routes()` is what x3.py mounts."""

    def __init__(self, desk: Desk, door: Door) -> None:
        self._desk = desk
        self._door = door
        self._classes = {**classes(desk.world), **ledger_classes(desk)}

    def routes(self) -> list[Route]:
        """The folder's classes and the list of folders."""
        return [
            Route("/api1/x3/erp/{folder}/{rest:path}", self._guarded, methods=["GET", "POST", "PUT"]),
            Route(_ENDPOINTS, self._endpoints, methods=["GET"]),
        ]

    async def _guarded(self, request: Request) -> Response:
        refused = self._door.refuse(request)
        if refused is not None:
            return refused
        folder = request.path_params["folder"]
        if folder not in self._desk.world.folders:
            return _said(say("unknown folder", language(request), value=folder), status=404)
        try:
            return await self._dispatch(request, folder, request.path_params["rest"])
        except BadRequest as fault:
            return _said(fault.message, status=fault.status)

    async def _dispatch(self, request: Request, folder: str, rest: str) -> Response:
        prototype = _PROTOTYPE.fullmatch(rest)
        if prototype:
            return self._prototype(self._class(prototype["name"]), prototype["rep"])
        address = _ADDRESS.fullmatch(rest.removesuffix("/$template"))
        if address is None:
            raise BadRequest("The address cannot be read.", status=404)
        entry = self._class(address["name"])
        representation, facet = self._representation(request, entry)
        if facet in ("$create", "$edit") and representation == entry.name:
            raise BadRequest(
                f"Facet {facet} is not available in representation {representation}.", status=405
            )
        key = address["key"].replace("''", "'") if address["key"] is not None else None
        if rest.endswith("/$template"):
            return answer(dict.fromkeys(entry.properties, "") | {"$uuid": _uuid("template")})
        if request.method == "POST" and facet == "$create" and key is None:
            return await self._create(request, folder, entry, representation)
        if request.method == "PUT" and facet == "$edit" and key is not None:
            return await self._edit(request, folder, entry, key)
        if request.method == "GET" and facet == "$query" and key is None:
            return self._query(request, folder, entry, representation)
        if request.method == "GET" and facet in ("$details", "$edit", "$summary") and key is not None:
            return self._details(entry, folder, key)
        raise BadRequest(f"Facet {facet} does not answer {request.method} here.")

    def _class(self, name: str) -> RestClass:
        entry = self._classes.get(name)
        if entry is None or name in self._desk.switches.hidden:
            raise BadRequest(f"Class {name}: unknown", status=404)
        return entry

    def _representation(self, request: Request, entry: RestClass) -> tuple[str, str]:
        wanted = request.query_params.get("representation", "")
        name, _, facet = wanted.partition(".")
        if not wanted:
            raise BadRequest("The parameter representation is missing.")
        self._belongs(name, entry)
        return name, facet

    def _belongs(self, representation: str, entry: RestClass) -> None:
        writable = self._desk.switches.public_names.get(entry.code)
        if representation not in (entry.name, writable):
            raise BadRequest(f"Representation {representation} does not belong to class {entry.name}.")

    def _query(self, request: Request, folder: str, entry: RestClass, representation: str) -> Response:
        wished = request.query_params.get("count", "20")
        if not wished.isdigit() or int(wished) < 1:
            raise BadRequest("count is not a positive number.")
        size = min(int(wished), self._desk.switches.page)
        after = request.query_params.get("key", "").removeprefix("gt.")
        try:
            rows = self._rows(request, folder, entry, after)
        except UnknownProperty as fault:
            raise BadRequest(f"Property {fault} is unknown.", status=500) from fault
        except BadWhere as fault:
            raise BadRequest("The where expression cannot be read.") from fault
        page = list(islice(rows, size + 1))
        path = request.url.path
        links = {}
        if len(page) > size:
            query = [(name, value) for name, value in request.query_params.multi_items() if name != "key"]
            following = urlencode([*query, ("key", f"gt.{page[size - 1][0]}")])
            links["$next"] = {"$url": f"{path}?{following}", "$type": "application/json;vnd.sage=syracuse"}
        return answer(
            {
                "$url": str(request.url),
                "$descriptor": entry.name,
                "$itemsPerPage": size,
                "$resources": [_resource(path, representation, keyed) for keyed in page[:size]],
                "$links": links,
            }
        )

    def _rows(self, request: Request, folder: str, entry: RestClass, after: str) -> Iterator[Keyed]:
        """Rows that fit, in key order or in the order asked for, behind the key `after`."""
        order = request.query_params.get("orderBy", "")
        where = request.query_params.get("where", "")
        condition = parse_where(where, known=entry.properties) if where else None
        source: Iterable[Keyed] | None = None
        for name, find in (entry.indexed or {}).items():
            values = condition.values(name) if condition else None
            if values is not None:
                found = [keyed for value in sorted(map(str, values)) for keyed in find(folder, value)]
                source = (keyed for keyed in sorted(found, key=lambda k: k[0]) if order or keyed[0] > after)
        if source is None and condition and entry.leading and not order:
            source = _between(entry, folder, after, condition.bounds(entry.leading))
        if source is None:
            source = entry.rows(folder, "" if order else after)
        fitting = (keyed for keyed in source if condition is None or condition.holds(keyed[1]))
        return _ordered(fitting, order, after, entry) if order else iter(fitting)

    def _details(self, entry: RestClass, folder: str, key: str) -> Response:
        row = entry.one(folder, key)
        if row is None:
            return _said("721 : Record does not exist", status=200)
        return answer({"$uuid": _uuid(key), "$etag": row.get("UPDDATTIM", ""), "$key": key, **_with_ids(row)})

    async def _create(self, request: Request, folder: str, entry: RestClass, representation: str) -> Response:
        spec = objects()[entry.code]
        header, lines = flat(await body_of(request), lines=spec.lines_key)
        outcome = self._desk.create(spec.code, header, lines, folder=folder, language=language(request))
        if outcome.document is None:
            in_lines = any(finding.line for finding in outcome.findings)
            return _refused(outcome, status=201 if in_lines else 200)
        number = outcome.document.number
        content = self._written(entry, folder, number, outcome)
        where = f"{request.url.path}('{number}')?representation={representation}.$details"
        return answer(content, status=201, headers={"Location": where})

    async def _edit(self, request: Request, folder: str, entry: RestClass, key: str) -> Response:
        spec = objects()[entry.code]
        header, lines = flat(await body_of(request), lines=spec.lines_key)
        outcome = self._desk.modify(spec.code, key, header, lines, folder=folder, language=language(request))
        if outcome.document is None:
            return _refused(outcome, status=200)
        return answer(self._written(entry, folder, key, outcome))

    def _written(self, entry: RestClass, folder: str, key: str, outcome: Outcome) -> dict[str, Any]:
        content = {"$uuid": _uuid(key), "$key": key, **_with_ids(entry.one(folder, key) or {})}
        if outcome.findings:
            content["$diagnoses"] = [diagnosis(finding) for finding in outcome.findings]
        return content

    def _prototype(self, entry: RestClass, representation: str) -> Response:
        self._belongs(representation, entry)
        spec = objects().get(entry.code)
        fields = spec.fields if spec else {}
        properties = {name: _property(name, fields.get(name)) for name in entry.properties}
        if spec:
            properties[spec.lines_key] = _lines_property(spec)
        return answer({"$class": entry.name, "$representation": representation, "$properties": properties})

    async def _endpoints(self, request: Request) -> Response:
        refused = self._door.refuse(request)
        if refused is not None:
            return refused
        if not request.query_params.get("representation"):
            return _said("The parameter representation is missing.", status=400)
        resources = [
            {
                "$uuid": _uuid(folder.code),
                "$key": _uuid(folder.code),
                "$url": f"{_ENDPOINTS}('{_uuid(folder.code)}')?representation=endPoint.$details",
                "$title": folder.code,
                "description": folder.description,
                "dataset": folder.code,
                "$etag": 1,
            }
            for folder in self._desk.world.folders.values()
        ]
        size = len(resources)
        return answer(
            {
                "$url": str(request.url),
                "$descriptor": "endPoints",
                "$startIndex": 1,
                "$itemsPerPage": 100,
                "$totalResults": size,
                "$resources": resources,
            }
        )


def _between(entry: RestClass, folder: str, after: str, bounds: tuple[str, str]) -> Iterator[Keyed]:
    """Rows whose key begins between two texts, without walking over those before."""
    low, high = bounds
    before = low[:-1] + chr(ord(low[-1]) - 1) + "\U0010ffff" if low else ""
    rows = entry.rows(folder, max(after, before))
    return takewhile(lambda keyed: not high or keyed[0] <= high + "~\U0010ffff", rows)


def _ordered(rows: Iterable[Keyed], order: str, after: str, entry: RestClass) -> Iterator[Keyed]:
    """Rows sorted by one or more properties; the page goes on behind the row with the key `after`."""
    found = sorted(rows, key=lambda keyed: keyed[0])
    for part in reversed(re.split("[,;]", order)):
        name, _, direction = part.strip().partition(" ")
        if name not in entry.properties:
            raise UnknownProperty(name)
        found.sort(key=lambda keyed, by=name: str(keyed[1].get(by, "")), reverse=direction.lower() == "desc")
    place = next((index for index, keyed in enumerate(found, 1) if keyed[0] == after), 0)
    return iter(found[place:])


def _resource(path: str, representation: str, keyed: Keyed) -> dict[str, Any]:
    key, row = keyed
    url = f"{path}('{key}')?representation={representation}.$details"
    return {"$uuid": _uuid(key), "$key": key, "$url": url, "$etag": row.get("UPDDATTIM", ""), **row}


def _with_ids(row: Row) -> dict[str, Any]:
    """Lines carry an id of their own."""
    return {
        name: [{"$uuid": _uuid(f"{index}"), **line} for index, line in enumerate(value)]
        if isinstance(value, list)
        else value
        for name, value in row.items()
    }


def _property(name: str, field: FieldSpec | None) -> dict[str, Any]:
    kind = field.type if field else "text"
    shown: dict[str, Any] = {
        "$title": field.title if field else name,
        "$type": _TYPES.get(kind, f"application/x-{kind}"),
    }
    if kind == "text":
        shown["$type"] = "application/x-string"
    if field and field.length:
        shown["$maxLength"] = field.length
    if field and field.mandatory:
        shown["$isMandatory"] = True
    return shown


def _lines_property(spec: ObjectSpec) -> dict[str, Any]:
    item = {"$properties": {name: _property(name, field) for name, field in spec.line_fields.items()}}
    return {"$type": "application/x-array", "$maxItems": spec.most_lines, "$item": item}


def _uuid(key: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, key))


def _refused(outcome: Outcome, *, status: int) -> Response:
    return answer({"$diagnoses": [diagnosis(finding) for finding in outcome.findings]}, status=status)


def _said(message: str, *, status: int) -> Response:
    return answer({"$diagnoses": [{"$severity": "error", "$message": message}]}, status=status)
