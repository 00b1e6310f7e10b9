"""The Syracuse dialect (api1): reads every class by where clauses; writes by a writable representation.

Sage ships its representations read-only. A site that has made a writable one names it as the object's public
name, or calls it like the class with Y or Z in front; without one this dialect only reads.
"""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from x3studio.domain.catalogue import Item
from x3studio.domain.documents import NUMBER_FIELD, Document, DocumentKind, Found, Verdict
from x3studio.domain.errors import ConnectionFault, SettingFault
from x3studio.x3 import faults, masters, writing
from x3studio.x3.descriptions import Descriptions
from x3studio.x3.dialect import ObjectDescription, Rows, Sending
from x3studio.x3.line import Call, Line
from x3studio.x3.lookups import Hits, batches, need_reference_field, unreadable_reference
from x3studio.x3.master_tables import ITEMS, MasterTable
from x3studio.x3.syracuse_lists import BATCH, SyracuseLists
from x3studio.x3.syracuse_wire import (
    any_of,
    array_properties,
    fields_of,
    good_object,
    quoted,
)

CLASSES: Mapping[DocumentKind, str] = {
    DocumentKind.SALES_ORDER: "SORDER",
    DocumentKind.DELIVERY: "SDELIVERY",
    DocumentKind.RETURN: "SRETURN",
    DocumentKind.INVOICE: "SINVOICE",
    DocumentKind.JOURNAL: "GACCENTRY",
    DocumentKind.CUSTOMER: "BPCUSTOMER",
    DocumentKind.ITEM: "ITMMASTER",
}


class SyracuseClient:
    """One endpoint (folder) of a Syracuse server. Looks up 20 references per request."""

    batch = BATCH

    def __init__(self, line: Line) -> None:
        self._line = line
        self._names = line.connection.public_names
        self._lists = SyracuseLists(line)
        self._descriptions = Descriptions(self._fetch_description)
        self._line_properties: dict[DocumentKind, str] = {}
        self._writable: dict[DocumentKind, str] = {}

    @property
    def writes(self) -> bool:
        """Whether sales orders can be written: assumed until `describe` has looked for a representation."""
        return bool(self._writable.get(DocumentKind.SALES_ORDER, "assumed"))

    def can_write(self, kind: DocumentKind) -> bool:
        """Whether `describe` has found a representation that writes this object."""
        return bool(self._writable.get(kind))

    async def describe(self, kind: DocumentKind) -> ObjectDescription:
        """The prototype of the representation that writes (or, without one, of the standard one)."""
        return await self._descriptions.get(kind)

    async def _fetch_description(self, kind: DocumentKind) -> ObjectDescription:
        self._writable[kind] = await self._find_writable(kind)
        name = f"{self._writable[kind]}.$create" if self._writable[kind] else f"{CLASSES[kind]}.$details"
        with self._line.call("describe") as call:
            body = await self._lists.get(call, f"{self._path(kind)}/$prototypes('{quote(name)}')")
            properties = body.get("$properties")
            if not isinstance(properties, dict) or not properties:
                raise faults.garbled(f"it describes no field of {kind.value}")
            call.outcome = "read"
        arrays = {name: inner for name, row in properties.items() if (inner := array_properties(row))}
        array = next(iter(arrays), "")
        self._line_properties[kind] = array
        lines = fields_of(arrays.get(array, {}), in_lines=True)
        return ObjectDescription(
            kind=kind,
            fields={**lines, **fields_of(properties, in_lines=False)},
            most_lines=int(masters.decimal(properties.get(array, {}).get("$maxItems")) or 0) if array else 0,
            line_fields=lines,
        )

    async def _find_writable(self, kind: DocumentKind) -> str:
        """The representation that offers a template for a new document; "" where none does."""
        class_name = CLASSES[kind]
        for name in dict.fromkeys(
            (self._names.get(kind.value, ""), f"Y{class_name}", f"Z{class_name}", class_name)
        ):
            if not name:
                continue
            with self._line.call("look for a writable representation") as call:
                params = [("representation", f"{name}.$create")]
                answer = await self._line.ask(
                    call, "GET", f"{self._path(kind)}/$template", params=params, headers=self._lists.headers()
                )
                body = answer.json_or_none()
                if (
                    answer.good
                    and isinstance(body, dict)
                    and not any(d.error for d in faults.diagnoses(body))
                ):
                    call.outcome = "found"
                    return name
                if answer.status == 404:
                    await self._lists.check_folder()
                if answer.status >= 500 or answer.status == 429:
                    good_object(answer, self._line)
                call.outcome = "absent"
        return ""

    async def create(self, document: Document, *, sending: Sending | None = None) -> Verdict:
        """Creates a document by the writable representation; `sending` is awaited right before it leaves."""
        kind = document.kind

        async def act(call: Call, _: ObjectDescription) -> Verdict:
            answer = await self._line.ask(
                call,
                "POST",
                self._path(kind),
                params=[("representation", f"{self._writable[kind]}.$create")],
                body=self._body(document),
                headers=self._lists.headers(),
                saves=True,
                sending=sending,
            )
            if answer.status == 429:
                return faults.verdict_of(faults.busy(answer.status, headers=answer.headers))
            body = answer.json() if answer.good else answer.json_or_none()
            number = masters.text(body.get(NUMBER_FIELD[kind])) if isinstance(body, dict) else ""
            return faults.judge(status=answer.status, remarks=faults.diagnoses(body), number=number)

        try:
            await self.describe(kind)
        except ConnectionFault as fault:
            return faults.unsent(fault)
        if not self._writable[kind]:
            raise SettingFault(
                f"This X3 has no writable representation of {kind.value}.",
                field="public_name",
                advice=f"Name one like {kind.value}=NAME, or let SOAP write.",
            )
        return await writing.create(
            document, line=self._line, descriptions=self._descriptions, act=act, look_up=self.find
        )

    def _body(self, document: Document) -> dict[str, Any]:
        body: dict[str, Any] = {name: value for name, value in document.header.items() if value}
        if document.lines:
            property_ = self._line_properties.get(document.kind, "lines")
            body[property_] = [{n: v for n, v in line.items() if v} for line in document.lines]
        return body

    async def find(self, kind: DocumentKind, references: Sequence[str]) -> Mapping[str, Sequence[Found]]:
        """The documents that carry each reference: 20 per query, and each hit's details for its lines."""
        field = need_reference_field(
            kind, masters.reference_field(kind, self._line.connection.reference_fields)
        )
        hits = Hits(references)
        for batch in batches(dict.fromkeys(reference for reference in references if reference), size=BATCH):
            record = batch[0] if len(batch) == 1 else ""
            with self._line.call("look up", record=record) as call:
                rows = [row async for row in self.rows(call, self._path(kind), any_of(field, batch))]
                call.outcome = "found" if rows else "absent"
            for row in rows:
                if field in row and masters.text(row[field]) not in batch:
                    continue
                hits.add(await self._details(kind, row, field=field, record=record))
        return hits.result()

    async def _details(self, kind: DocumentKind, row: Mapping[str, Any], *, field: str, record: str) -> Found:
        key = masters.text(row.get("$key")) or masters.text(row.get(NUMBER_FIELD[kind]))
        if not key:
            raise faults.garbled("it lists a document without a key")
        with self._line.call("read", record=record) as call:
            whole = await self._lists.get(
                call, f"{self._path(kind)}({quote(quoted(key))})", [self._representation(kind, "$details")]
            )
            call.outcome = "found"
        if field not in whole:
            raise unreadable_reference(kind, field)
        tables = [value for value in whole.values() if isinstance(value, list) and value]
        lines = next((table for table in tables if all(isinstance(line, dict) for line in table)), [])
        held = masters.found(kind, header=whole, lines=lines, reference=masters.text(whole[field]))
        if not held.number:
            raise faults.garbled("it shows a document without a number")
        return held

    async def table(
        self, table: MasterTable[Any], *, since: datetime | None = None, cursor: str = ""
    ) -> AsyncIterator[Rows]:
        """All rows of a master, or those changed since."""
        async for rows in self._lists.table(table, since=since, cursor=cursor):
            yield rows

    async def existing_items(self, itmrefs: Collection[str]) -> Mapping[str, Item]:
        """The given items as X3 has them now."""
        wanted, known = dict.fromkeys(itmref for itmref in itmrefs if itmref), dict[str, Item]()
        for batch in batches(wanted, size=BATCH):
            record = batch[0] if len(batch) == 1 else ""
            for row in await self._lists.by_key(ITEMS, batch, record=record):
                known[masters.text(row.get("ITMREF"))] = masters.item(row)
        return {itmref: known[itmref] for itmref in wanted if itmref in known}

    async def rows(self, call: Call, start: str, where: str) -> AsyncIterator[Mapping[str, Any]]:
        """Every row of a list, over all its pages."""
        async for row in self._lists.rows(call, start, where):
            yield row

    def _path(self, kind: DocumentKind) -> str:
        return self._lists.path(CLASSES[kind])

    def _representation(self, kind: DocumentKind, facet: str) -> tuple[str, str]:
        return ("representation", f"{CLASSES[kind]}.{facet}")

    async def aclose(self) -> None:
        """Closes the line."""
        await self._line.aclose()
