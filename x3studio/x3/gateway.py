"""The gateway dialect: REST paths below /api/v1, the folder in a header, X3's field names in flat JSON."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from x3studio.domain.catalogue import Item
from x3studio.domain.documents import NUMBER_FIELD, Document, DocumentKind, Found, Unknown, Verdict
from x3studio.domain.errors import ConnectionFault, CredentialFault, Refused, SettingFault
from x3studio.x3 import faults, masters, writing
from x3studio.x3.answer import Answer
from x3studio.x3.descriptions import Descriptions, refusal
from x3studio.x3.dialect import Field, ObjectDescription, Rows, Sending
from x3studio.x3.line import Call, Line, Params, accept_language
from x3studio.x3.lookups import Hits, batches, need_reference_field, unreadable_reference
from x3studio.x3.master_tables import MasterTable, hidden

PATHS: Mapping[DocumentKind, str] = {
    DocumentKind.SALES_ORDER: "api/v1/sales/salesOrders",
    DocumentKind.DELIVERY: "api/v1/sales/deliveries",
    DocumentKind.RETURN: "api/v1/sales/returns",
    DocumentKind.INVOICE: "api/v1/financials/invoices",
    DocumentKind.JOURNAL: "api/v1/financials/journalEntries",
    DocumentKind.CUSTOMER: "api/v1/customers/businessPartners",
    DocumentKind.ITEM: "api/v1/products/products",
}
FOLDERS = "api/v1/folders"
_BATCH = 100
_PAGE = 250
_KINDS = {
    "string": "text",
    "text": "text",
    "decimal": "decimal",
    "number": "decimal",
    "integer": "integer",
    "date": "date",
    "menu": "menu",
    "enum": "menu",
}


class GatewayClient:
    """One folder behind a gateway. Reads and writes; looks up 100 references per request, with lines."""

    writes = True
    batch = _BATCH

    def __init__(self, line: Line) -> None:
        self._line = line
        self._folder = line.connection.folder
        self._descriptions = Descriptions(self._fetch_description)

    async def describe(self, kind: DocumentKind) -> ObjectDescription:
        """The prototype of an object, asked once."""
        return await self._descriptions.get(kind)

    async def _fetch_description(self, kind: DocumentKind) -> ObjectDescription:
        with self._line.call("describe") as call:
            body = await self._read(call, f"api/v1/objects/{kind.value}")
            raw = body.get("fields")
            if not isinstance(raw, dict) or not raw:
                raise faults.garbled(f"it describes no field of {kind.value}")
            call.outcome = "read"
        fields = {name: _field(name, row) for name, row in raw.items() if isinstance(row, dict)}
        return ObjectDescription(
            kind=kind,
            fields=fields,
            most_lines=int(masters.decimal(body.get("mostLines")) or 0),
            # A name is listed once: one that stands in header and lines is listed as a header field.
            line_fields={
                name: field if field.in_lines else replace(field, in_lines=True, mandatory=False)
                for name, field in fields.items()
            },
        )

    async def create(self, document: Document, *, sending: Sending | None = None) -> Verdict:
        """Creates a document; `sending` is awaited right before its bytes leave."""
        if "," in document.reference:
            return refusal(_comma(document.reference))

        async def act(call: Call, _: ObjectDescription) -> Verdict:
            answer = await self._line.ask(
                call,
                "POST",
                PATHS[document.kind],
                body=_body(document),
                headers=self._headers(),
                saves=True,
                sending=sending,
            )
            return await self._judge(answer, document)

        return await writing.create(
            document, line=self._line, descriptions=self._descriptions, act=act, look_up=self.find
        )

    async def _judge(self, answer: Answer, document: Document) -> Verdict:
        body = answer.json() if answer.good else answer.json_or_none()
        number = masters.text(body.get(NUMBER_FIELD[document.kind])) if isinstance(body, dict) else ""
        if answer.status == 404:
            try:
                await self._check_folder()
            except (ConnectionFault, CredentialFault) as fault:
                return Unknown(f"X3 answered HTTP 404, and then: {fault.title}")
            except SettingFault as fault:
                if fault.field == "folder":
                    raise
                return Unknown(f"X3 answered HTTP 404, and then: {fault.title}")
        if answer.status == 429:
            # Proof only where the gateway says when to come back.
            return faults.verdict_of(faults.busy(answer.status, headers=answer.headers))
        return faults.judge(status=answer.status, remarks=faults.diagnoses(body), number=number)

    async def find(self, kind: DocumentKind, references: Sequence[str]) -> Mapping[str, Sequence[Found]]:
        """The documents that carry each reference, with lines, 100 references per request."""
        field = need_reference_field(
            kind, masters.reference_field(kind, self._line.connection.reference_fields)
        )
        for reference in references:
            if "," in reference:
                raise _comma(reference)
        hits = Hits(references)
        for batch in batches(dict.fromkeys(reference for reference in references if reference), size=_BATCH):
            with self._line.call("look up", record=batch[0] if len(batch) == 1 else "") as call:
                async for row in self.rows(call, PATHS[kind], [(field, ",".join(batch))]):
                    hits.add(_found(kind, row, field=field))
                call.outcome = "found" if hits.any else "absent"
        return hits.result()

    async def table(
        self, table: MasterTable[Any], *, since: datetime | None = None, cursor: str = ""
    ) -> AsyncIterator[Rows]:
        """All rows of a master, or those changed since; pages of 250."""
        params = [("count", str(_PAGE))]
        if since is not None:
            params.append(("modifiedSince", since.astimezone(UTC).isoformat()))
        after: str | None = cursor
        while after is not None:
            with self._line.call(f"read {table.kind}") as call:
                try:
                    rows, following = await self._page(call, f"api/v1/{table.path}", params, after=after)
                except SettingFault as fault:
                    raise hidden(table, fault) from fault
                call.outcome = "read"
            if rows:
                yield Rows(rows, following or after)
            after = following

    async def existing_items(self, itmrefs: Collection[str]) -> Mapping[str, Item]:
        """The given items as X3 has them now."""
        known: dict[str, Item] = {}
        plain = [itmref for itmref in dict.fromkeys(itmrefs) if itmref and "," not in itmref]
        for batch in batches(plain, size=_BATCH):
            with self._line.call("read items", record=batch[0] if len(batch) == 1 else "") as call:
                async for row in self.rows(call, PATHS[DocumentKind.ITEM], [("ITMREF", ",".join(batch))]):
                    known[masters.text(row.get("ITMREF"))] = masters.item(row)
                call.outcome = "read"
        for itmref in set(itmrefs) - set(plain) - {""}:
            single = await self._one_item(itmref)
            if single is not None:
                known[itmref] = masters.item(single)
        return {itmref: known[itmref] for itmref in dict.fromkeys(itmrefs) if itmref in known}

    async def _one_item(self, itmref: str) -> Mapping[str, Any] | None:
        path = f"{PATHS[DocumentKind.ITEM]}/{quote(itmref, safe='')}"
        with self._line.call("read items", record=itmref) as call:
            answer = await self._line.ask(call, "GET", path, headers=self._headers())
            if answer.status == 404 and faults.diagnoses(answer.json_or_none()):
                await self._check_folder()
                call.outcome = "absent"
                return None
            call.outcome = "read" if answer.good else ""
            return self._good(answer)

    async def rows(self, call: Call, path: str, params: Params) -> AsyncIterator[Mapping[str, Any]]:
        """Every row of a list, over all its pages."""
        after: str | None = ""
        while after is not None:
            rows, after = await self._page(call, path, params, after=after)
            for row in rows:
                yield row

    async def _page(
        self, call: Call, path: str, params: Params, *, after: str
    ) -> tuple[list[Mapping[str, Any]], str | None]:
        """One page and the key of the next (None at the end)."""
        asked = [*params, *([("after", after)] if after else [])]
        body = await self._read(call, path, asked)
        rows = body.get("items")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise faults.garbled("it holds no list of items")
        following = masters.text(body.get("next"))
        if following and following == after:
            raise faults.garbled("its pages run in a circle")
        return rows, following or None

    async def _read(self, call: Call, path: str, params: Params = ()) -> dict[str, Any]:
        answer = await self._line.ask(call, "GET", path, params=params, headers=self._headers())
        if answer.status == 404:
            await self._check_folder()
        return self._good(answer)

    def _good(self, answer: Answer) -> dict[str, Any]:
        if not answer.good:
            raise faults.of_status(
                answer.status,
                headers=answer.headers,
                body=answer.json_or_none(),
                connection=self._line.connection.name,
            )
        body = answer.json_object()
        faults.refuse_diagnosed(body)
        return body

    async def folders(self) -> list[tuple[str, str]]:
        """Code and description of every folder this sign-in may use."""
        with self._line.call("read folders") as call:
            answer = await self._line.ask(call, "GET", FOLDERS)
            rows = self._good(answer).get("items")
            if not isinstance(rows, list):
                raise faults.garbled("it holds no list of folders")
            call.outcome = "read"
        return [
            (masters.text(row.get("folder")), masters.text(row.get("description")))
            for row in rows
            if isinstance(row, dict)
        ]

    async def _check_folder(self) -> None:
        """Raises SettingFault where this X3 does not know the folder: a 404 may mean that."""
        known = [code for code, _ in await self.folders()]
        if self._folder not in known:
            raise faults.unknown_folder(self._folder, known)

    def _headers(self) -> dict[str, str]:
        return {"X-Sage-Folder": self._folder, **accept_language(self._line.connection.language)}

    async def aclose(self) -> None:
        """Closes the line."""
        await self._line.aclose()


def _body(document: Document) -> dict[str, Any]:
    """Flat header fields and lines; blanks are left out, so that X3's own defaults apply."""
    body: dict[str, Any] = {name: value for name, value in document.header.items() if value}
    if document.lines:
        body["lines"] = [{name: value for name, value in line.items() if value} for line in document.lines]
    return body


def _field(name: str, row: Mapping[str, Any]) -> Field:
    return Field(
        name=name,
        title=masters.text(row.get("title")),
        kind=_KINDS.get(masters.text(row.get("type")).lower(), "text"),
        length=int(masters.decimal(row.get("maxLength")) or 0),
        mandatory=row.get("mandatory") is True,
        in_lines=row.get("inLines") is True,
    )


def _found(kind: DocumentKind, row: Mapping[str, Any], *, field: str) -> Found:
    if field not in row:
        raise unreadable_reference(kind, field)
    lines = row.get("lines")
    held = masters.found(
        kind,
        header=row,
        lines=[line for line in lines if isinstance(line, dict)] if isinstance(lines, list) else [],
        reference=masters.text(row[field]),
    )
    if not held.number:
        raise faults.garbled("it lists a document without a number")
    return held


def _comma(reference: str) -> Refused:
    return Refused(
        f"The reference {reference} holds a comma, which this gateway cannot look up.",
        advice="Give the document a reference without a comma.",
        subject="reference",
    )
