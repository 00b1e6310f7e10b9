"""The SOAP dialect of the demo X3: one generic service, objects behind the public names of this site.

POST /soap-generic/syracuse/collaboration/syracuse/CAdxWebServiceXmlCC with a SOAPAction header, empty or not.
The pool alias chooses the folder: Switches.pool is the test folder, Switches.pool + "_" + FOLDER any other.
Public names are in Switches.public_names, block ids in Switches.groups, children in Switches.children.
"""

import bisect
import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from x3studio.sandbox.documents import StoredDocument
from x3studio.sandbox.x3_auth import Door
from x3studio.sandbox.x3_desk import Desk, Outcome
from x3studio.sandbox.x3_envelope import Call, NoEnvelope, Reply, read_call, write_fault, write_reply
from x3studio.sandbox.x3_import import run_import
from x3studio.sandbox.x3_masters import Fields, customer_fields, item_fields, stamp
from x3studio.sandbox.x3_objects import ObjectSpec, objects
from x3studio.sandbox.x3_param import (
    Unreadable,
    description_xml,
    fold,
    read_param,
    result_xml,
    rows_xml,
    undated,
    unfold,
)
from x3studio.sandbox.x3_rules import Finding
from x3studio.sandbox.x3_wire import MOST_BYTES, answer
from x3studio.sandbox.x3_words import language_of, say
from x3studio.sandbox.x3_wsdl import OPERATIONS, wsdl

SERVICE = "/syracuse/collaboration/syracuse/CAdxWebServiceXmlCC"
SOAP_PATH = "/soap-generic" + SERVICE
_WSDL_PATH = "/soap-wsdl" + SERVICE
_SEVERITY = {"info": 1, "warning": 2, "error": 3}


class Soap:
    """The handlers; `routes()` is what x3.py mounts."""

    def __init__(self, desk: Desk, door: Door) -> None:
        self._desk = desk
        self._door = door
        self._verbs: Mapping[str, Callable[[Call, ObjectSpec, str], Reply]] = {
            "save": self._save,
            "modify": self._modify,
            "read": self._read,
            "query": self._query,
            "getDescription": self._describe,
        }

    def routes(self) -> list[Route]:
        """The service and its WSDL."""
        return [
            Route(SOAP_PATH, self._call, methods=["POST"]),
            Route(_WSDL_PATH, self._wsdl, methods=["GET"]),
        ]

    async def _wsdl(self, request: Request) -> Response:
        refused = self._door.refuse(request)
        base = f"{request.url.scheme}://{request.url.netloc}"
        return refused or Response(wsdl(base + SOAP_PATH), media_type="text/xml")

    async def _call(self, request: Request) -> Response:
        refused = self._door.refuse(request)
        if refused is not None:
            return refused
        if "soapaction" not in request.headers:
            return _broken("Header 'soapAction' is missing.")
        if self._desk.switches.children < 1:
            return _broken("No Web services accepted")
        body = await request.body()
        if len(body) > MOST_BYTES:
            return _broken("The request is too large.")
        try:
            call = read_call(body)
        except NoEnvelope:
            return Response(write_fault("Client", "The request is no SOAP call."), 500, media_type="text/xml")
        started = time.perf_counter()
        reply = self._reply(call)
        took = (time.perf_counter() - started) * 1000
        timed = Reply(reply.status, reply.result, reply.messages, took, reply.technical)
        return Response(write_reply(call.operation, timed), media_type="text/xml; charset=utf-8")

    def _reply(self, call: Call) -> Reply:
        if call.operation not in OPERATIONS:
            return _refused("Unknown operation")
        folder = self._folder(call.pool)
        if folder is None:
            return _refused("Record does not exist")  # what X3 really says of a pool it does not know
        public = call.texts.get("publicName", "").strip()
        if call.operation == "run":
            return self._run(call, public, folder)
        code = next((code for code, name in self._desk.switches.public_names.items() if name == public), None)
        if code is None:
            return _refused("Unknown web service (0)")
        verb = self._verbs.get(call.operation)
        return verb(call, objects()[code], folder) if verb else _refused("Operation not published")

    def _folder(self, pool: str) -> str | None:
        """The folder behind a pool alias, capitals counting."""
        name = self._desk.switches.pool
        pools = {f"{name}_{folder}": folder for folder in self._desk.world.folders}
        return self._desk.world.test_folder if pool == name else pools.get(pool)

    def _save(self, call: Call, spec: ObjectSpec, folder: str) -> Reply:
        language = language_of(call.language)
        header, lines, findings = self._input(call, spec, language)
        if findings:
            return _judged(findings)
        outcome = self._desk.create(spec.code, header, lines, folder=folder, language=language)
        return self._outcome(call, spec, outcome)

    def _modify(self, call: Call, spec: ObjectSpec, folder: str) -> Reply:
        language = language_of(call.language)
        header, lines, findings = self._input(call, spec, language)
        if findings:
            return _judged(findings)
        number = call.keys.get(spec.number, "")
        outcome = self._desk.modify(spec.code, number, header, lines, folder=folder, language=language)
        return self._outcome(call, spec, outcome)

    def _input(
        self, call: Call, spec: ObjectSpec, language: str
    ) -> tuple[dict[str, str], list[dict[str, str]], list[Finding]]:
        try:
            blocks = read_param(call.texts.get("objectXml", ""))
        except Unreadable as fault:
            return {}, [], [Finding(f"objectXml: {fault}")]
        return unfold(spec, blocks, groups=self._desk.switches.groups, language=language)

    def _outcome(self, call: Call, spec: ObjectSpec, outcome: Outcome) -> Reply:
        if outcome.document is None:
            return _judged(outcome.findings)
        blocks = fold(
            spec, outcome.document, groups=self._desk.switches.groups, user=self._desk.credentials.user
        )
        return Reply(1, _shown(call, blocks, result_xml(spec, blocks)), _messages(outcome.findings))

    def _read(self, call: Call, spec: ObjectSpec, folder: str) -> Reply:
        number = call.keys.get(spec.number, "")
        document = self._desk.read(spec.code, number, folder=folder)
        if document is None:
            return _refused(say("unknown record", language_of(call.language), title=spec.title, value=number))
        return self._outcome(call, spec, Outcome(document))

    def _query(self, call: Call, spec: ObjectSpec, folder: str) -> Reply:
        wished = call.texts.get("listSize", "").strip()
        size = min(int(wished) if wished.isdigit() else 100, self._desk.switches.page)
        keys = {name: value for name, value in call.keys.items() if value not in ("", "*")}
        fits = (row for row in self._rows(spec, keys, folder) if _fits(row, keys))
        rows = list(islice(fits, size))
        return Reply(1, _shown(call, rows if len(rows) != 1 else rows[0], rows_xml(spec, rows)))

    def _rows(self, spec: ObjectSpec, keys: Mapping[str, str], folder: str) -> Iterable[Fields]:
        """Candidates for a query; one that names number or reference is answered from the index."""
        world = self._desk.world
        if spec.code == "ITM":
            return (item_fields(world.items[key]) for key in _narrowed(world.item_keys, keys.get("ITMREF")))
        if spec.code == "BPC":
            wanted = _narrowed(world.customer_keys, keys.get("BPCNUM"))
            return (customer_fields(world, world.customers[key]) for key in wanted)
        reference = keys.get(spec.reference, "")
        if reference and not reference.startswith(("<", ">")) and "*" not in reference:
            documents = world.documents.by_reference(spec.code, reference, folder=folder)
        else:
            documents = world.documents.of(spec.code, folder=folder)
        return (_listed(spec, document) for document in documents)

    def _describe(self, call: Call, spec: ObjectSpec, folder: str) -> Reply:
        del call, folder
        return Reply(1, description_xml(spec, groups=self._desk.switches.groups))

    def _run(self, call: Call, public: str, folder: str) -> Reply:
        """AOWSIMPORT is on every site; which templates there are is the site's own affair."""
        if public != "AOWSIMPORT":
            return _refused("Unknown web service (0)")
        try:
            blocks = read_param(call.texts.get("inputXml", ""))
        except Unreadable as fault:
            return _refused(f"inputXml: {fault}")
        group = blocks.get("GRP1", {})
        given = group if isinstance(group, dict) else {}
        return run_import(self._desk, given, folder=folder, language=language_of(call.language))


def _listed(spec: ObjectSpec, document: StoredDocument) -> Fields:
    row: Fields = {name: undated(spec.fields.get(name), value) for name, value in document.header.items()}
    row["UPDDATTIM"] = stamp(document.modified)
    return row


def _narrowed(keys: Sequence[str], wanted: str | None) -> Iterable[str]:
    """Keys in order that may fit: from the named one on, or behind it."""
    if wanted and wanted.startswith(">"):
        return islice(keys, bisect.bisect_left(keys, wanted.lstrip(">=")), None)
    if wanted and not wanted.startswith("<") and not wanted.endswith("*"):
        start = bisect.bisect_left(keys, wanted)
        return keys[start : start + 1]
    return keys


def _fits(row: Fields, keys: Mapping[str, str]) -> bool:
    return all(_compares(str(row.get(name, "")), wanted) for name, wanted in keys.items())


def _compares(value: str, wanted: str) -> bool:
    """X3's key patterns: a comparison sign in front, or a star at the end, or the value itself."""
    for sign, holds in _COMPARISONS:
        if wanted.startswith(sign):
            return holds(value, wanted.removeprefix(sign))
    return value.startswith(wanted[:-1]) if wanted.endswith("*") else value == wanted


_COMPARISONS: tuple[tuple[str, Callable[[str, str], bool]], ...] = (
    ("<>", lambda value, other: value != other),
    (">=", lambda value, other: value >= other),
    ("<=", lambda value, other: value <= other),
    (">", lambda value, other: value > other),
    ("<", lambda value, other: value < other),
)


def _shown(call: Call, twin: Any, xml: str) -> str:
    return json.dumps(twin, ensure_ascii=False) if call.wants_json else xml


def _messages(findings: Iterable[Finding]) -> tuple[tuple[int, str], ...]:
    return tuple((_SEVERITY[finding.severity], finding.message) for finding in findings)


def _judged(findings: Iterable[Finding]) -> Reply:
    return Reply(0, None, _messages(findings))


def _refused(words: str) -> Reply:
    return Reply(0, None, ((3, words),))


def _broken(words: str) -> Response:
    return answer({"$diagnoses": [{"$severity": "error", "$message": words}]}, status=500)
