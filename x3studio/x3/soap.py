"""The SOAP dialect: what a site has published under its own names, through a pool of web service channels."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from x3studio.domain.catalogue import Item
from x3studio.domain.documents import (
    NUMBER_FIELD,
    Document,
    DocumentKind,
    Found,
    Unknown,
    Verdict,
)
from x3studio.domain.errors import Refused, SettingFault, StudioError
from x3studio.x3 import faults, masters, soap_xml, writing
from x3studio.x3.descriptions import Descriptions, refusal
from x3studio.x3.dialect import ObjectDescription, Rows, Sending
from x3studio.x3.importing import SERVICE, ImportTemplate, described, import_template, judged, parameter
from x3studio.x3.line import Call, Line
from x3studio.x3.lookups import Hits, need_reference_field, together, unreadable_reference
from x3studio.x3.master_tables import MasterTable, not_published
from x3studio.x3.soap_answers import (
    changed_since,
    comparison,
    flat,
    judge,
    plain,
    soap_text,
    unread,
    waited,
)
from x3studio.x3.soap_description import place, read_description, types
from x3studio.x3.soap_envelope import PATH, Context, Keys, Result, envelope, read_result
from x3studio.x3.soap_xml import Block, param_xml
from x3studio.x3.syracuse import SyracuseClient

_HEADERS = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""', "Accept": "text/xml"}
"""A missing SOAPAction is answered with HTTP 500; its value may be empty."""
_FIRST_LIST, _MOST_LIST = 50, 1000
_PAGE = 200
_OPERATORS = ("<", ">", "=", "!")


class SoapClient:
    """One pool of one folder. Looks up one reference per query and reads each hit for its lines.

    Masters are read by the published ITM and BPC objects; `since` filters what X3 lists with a change date.
    """

    writes = True
    batch = 1

    def __init__(self, line: Line) -> None:
        connection = line.connection
        self._line = line
        self._context = Context(language=connection.language, pool=connection.pool)
        self._descriptions = Descriptions(self._fetch_description)

    async def describe(self, kind: DocumentKind) -> ObjectDescription:
        """What getDescription says of the published object, asked once."""
        return await self._descriptions.get(kind)

    def _template(self, kind: DocumentKind) -> ImportTemplate | None:
        """The import template that documents of a kind go through, None where an object is published."""
        return import_template(self._line.connection.public_names.get(kind.value, ""), kind)

    async def _fetch_description(self, kind: DocumentKind) -> ObjectDescription:
        if (template := self._template(kind)) is not None:
            return described(template, kind)
        with self._line.call("describe") as call:
            result = await self._ask(call, "getDescription", kind)
            if result.status != 1 or not result.xml:
                raise self._not_described(kind, result)
            description = read_description(result.xml, kind=kind)
            call.outcome = "read"
            return description

    def _not_described(self, kind: DocumentKind, result: Result) -> SettingFault:
        """A wrong pool and a wrong name look alike: HTTP 200 with words that mislead."""
        return SettingFault(
            f"X3 does not describe {self._public_name(kind)} in the pool {self._context.pool}.",
            field="public_name" if self._descriptions.any_known else "pool",
            advice="Check the pool's alias (capitals count), that it runs, and the published name (GESAWE).",
            said=result.said,
        )

    def _public_name(self, kind: DocumentKind | str) -> str:
        name = self._line.connection.public_names.get(str(kind), "")
        if not name:
            raise SettingFault(
                f"The published name of {kind} is not set.",
                field="public_name",
                advice=f"Set it like {kind}=NAME; X3 lists the names in GESAWE.",
            )
        return name

    async def create(self, document: Document, *, sending: Sending | None = None) -> Verdict:
        """Saves a document through its published object; `sending` is awaited right before it leaves."""
        if document.reference.startswith(_OPERATORS):
            return refusal(comparison(document.reference))

        template = self._template(document.kind)

        async def act(call: Call, description: ObjectDescription) -> Verdict:
            if template is not None:
                return await self._import(call, document, template, sending=sending)
            xml = param_xml(place(document, description), types=types(description))
            call.sent = xml
            result = await self._ask(
                call, "save", document.kind, document=("objectXml", xml), saves=True, sending=sending
            )
            return judge(result, document.kind)

        try:
            return await writing.create(
                document, line=self._line, descriptions=self._descriptions, act=act, look_up=self.find
            )
        except Refused as fault:
            return refusal(fault)

    async def _import(
        self, call: Call, document: Document, template: ImportTemplate, *, sending: Sending | None
    ) -> Verdict:
        """Runs the import, then asks what X3 holds: its own answer names no number."""
        call.sent = parameter(document, template)
        result = await self._ask(
            call,
            "run",
            document.kind,
            document=("inputXml", call.sent),
            saves=True,
            sending=sending,
            name=SERVICE,
        )
        try:
            held = await self.find(document.kind, [document.reference])
        except StudioError as fault:
            # Whatever kept X3 from being asked, the import has been sent.
            return Unknown(f"The import was sent; X3 could not be asked what came of it: {fault.title}")
        return judged(result, held[document.reference])

    async def find(self, kind: DocumentKind, references: Sequence[str]) -> Mapping[str, Sequence[Found]]:
        """The documents that carry each reference, with lines: one query each, and one read per document.

        Of a kind that is imported nothing is published to look it up by: X3's REST is asked for it.
        """
        if self._template(kind) is not None:
            return await SyracuseClient(self._line).find(kind, references)
        field = need_reference_field(
            kind, masters.reference_field(kind, self._line.connection.reference_fields)
        )
        wanted = [reference for reference in dict.fromkeys(references) if reference]
        for reference in wanted:
            if reference.startswith(_OPERATORS):
                raise comparison(reference)
        hits = Hits(references)
        for held in await together(self._look_up(kind, field, reference) for reference in wanted):
            for document in held:
                hits.add(document)
        return hits.result()

    async def _look_up(self, kind: DocumentKind, field: str, reference: str) -> list[Found]:
        with self._line.call("look up", record=reference) as call:
            listed = await self._list(call, kind, field, reference)
            call.outcome = "found" if listed else "absent"
        numbers = dict.fromkeys(soap_text(row.get(NUMBER_FIELD[kind])) for row in listed)
        documents = [await self._read(kind, number, field, record=reference) for number in numbers]
        return [document for document in documents if document is not None]

    async def _list(self, call: Call, kind: DocumentKind, field: str, reference: str) -> list[soap_xml.Row]:
        """The rows that may carry the reference. X3 reads it as a pattern, so others may come along."""
        size = _FIRST_LIST
        while True:
            rows = await self._query(call, kind, [(field, reference)], size=size)
            number = NUMBER_FIELD[kind]
            if any(not soap_text(row.get(number)) for row in rows):
                raise unreadable_reference(kind, number)
            # Where the list shows the reference it decides here; else the read of each document will.
            near = [row for row in rows if field not in row or soap_text(row[field]) == reference]
            if len(rows) < size or (near and all(field in row for row in near) and len(near) > 1):
                return near
            if size >= _MOST_LIST:
                raise SettingFault(
                    f"X3 lists more than {_MOST_LIST} documents for one {field}.",
                    field="reference_fields",
                    advice=f"X3 seems not to filter by {field}: name a field that this object's list shows.",
                )
            size = _MOST_LIST

    async def _query(
        self, call: Call, kind: DocumentKind | str, keys: Keys, *, size: int
    ) -> list[soap_xml.Row]:
        result = await self._ask(call, "query", kind, keys=keys, size=size)
        return list(soap_xml.rows(self._blocks(result)))

    def _blocks(self, result: Result) -> tuple[Block, ...]:
        """The blocks of a successful answer; anything else is a failure, never an empty list."""
        if result.status != 1 or result.xml is None:
            raise unread(result)
        return soap_xml.parse(result.xml)

    async def _read(self, kind: DocumentKind, number: str, field: str, *, record: str) -> Found | None:
        """A listed document with its lines; None where it carries another reference after all."""
        with self._line.call("read", record=record) as call:
            result = await self._ask(call, "read", kind, keys=[(NUMBER_FIELD[kind], number)])
            blocks = self._blocks(result)
            description = await self.describe(kind)
            call.outcome = "found"
        header = soap_xml.header(blocks)
        if field not in header:
            raise unreadable_reference(kind, field)
        reference = soap_text(header[field])
        if reference != record:
            return None
        table = description.line_fields["ITMREF"].group if "ITMREF" in description.line_fields else ""
        tables = [block for block in blocks if isinstance(block, soap_xml.Table)]
        lines = next((block for block in tables if block.id == table), tables[0] if tables else None)
        return Found(
            number=number,
            reference=reference,
            header=plain(header, description, in_lines=False),
            lines=tuple(plain(row, description, in_lines=True) for row in (lines.rows if lines else ())),
        )

    async def table(
        self, table: MasterTable[Any], *, since: datetime | None = None, cursor: str = ""
    ) -> AsyncIterator[Rows]:
        """All listed rows of a published object in key order: a list has no cursor, but a key is compared."""
        if not self._line.connection.public_names.get(table.object, ""):
            name = f"Publish it and name it like {table.object}=NAME, or read" if table.object else "Read"
            raise not_published(table, advice=f"{name} it by another dialect.")
        (key,), seen = table.key, frozenset[str]()
        while True:
            # The server may cap a list below the size asked for: only an empty page is the end.
            with self._line.call(f"read {table.kind}") as call:
                keys = [(key, f">{cursor}")] if cursor else []
                rows = [flat(row) for row in await self._query(call, table.object, keys, size=_PAGE)]
                call.outcome = "read"
            keyed = {row.get(key, ""): row for row in rows}
            if not keyed:
                return
            if "" in keyed or keyed.keys() & seen:
                raise faults.garbled("its list does not move on by key")
            cursor, seen = next(reversed(keyed)), frozenset(keyed)
            changed = [row for row in keyed.values() if changed_since(masters.modified(row), since)]
            if changed:
                yield Rows(changed, cursor)

    async def existing_items(self, itmrefs: Collection[str]) -> Mapping[str, Item]:
        """The given items, one query each."""
        wanted = [itmref for itmref in dict.fromkeys(itmrefs) if itmref]
        found = await together(self._item(itmref) for itmref in wanted)
        return {itmref: item for itmref, item in zip(wanted, found, strict=True) if item is not None}

    async def _item(self, itmref: str) -> Item | None:
        with self._line.call("read items", record=itmref) as call:
            rows = await self._list(call, DocumentKind.ITEM, "ITMREF", itmref)
            call.outcome = "read" if rows else "absent"
        return next((masters.item(flat(row)) for row in rows), None)

    async def _ask(
        self,
        call: Call,
        operation: str,
        kind: DocumentKind | str,
        *,
        keys: Keys | None = None,
        size: int | None = None,
        document: tuple[str, str] | None = None,
        saves: bool = False,
        sending: Sending | None = None,
        name: str = "",
    ) -> Result:
        name = name or self._public_name(kind)
        content = envelope(
            operation, context=self._context, public_name=name, keys=keys, size=size, document=document
        )
        call.sent = call.sent or f"{operation} {name} {dict(keys or [])}"
        answer = await self._line.ask(
            call, "POST", PATH, content=content, headers=_HEADERS, saves=saves, sending=sending
        )
        if answer.status == 429:
            raise faults.busy(answer.status, headers=answer.headers)
        if saves and not answer.good:
            # The pool may have saved before something failed: no status of HTTP proves the contrary.
            raise faults.garbled(f"it is HTTP {answer.status}")
        if not answer.good:
            raise faults.of_status(
                answer.status,
                headers=answer.headers,
                body=answer.json_or_none(),
                connection=self._line.connection.name,
            )
        result = read_result(answer.body, operation=operation)
        call.answer = "\n".join(part for part in (result.said, result.xml) if part)
        call.note = call.note or waited(result)
        return result

    async def aclose(self) -> None:
        """Closes the line."""
        await self._line.aclose()
