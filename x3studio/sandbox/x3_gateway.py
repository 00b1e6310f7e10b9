"""The gateway dialect of the demo X3: plain REST under /api/v1, the folder in a header.

Every call: Authorization, and X-Sage-Folder (or Sage-Folder). Refusals are 422 with $diagnoses; those about
the customer's state come as 200 without a number, because real X3 does that too. Warnings ride in a 201.
"""

import bisect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from x3studio.sandbox.x3_auth import Door
from x3studio.sandbox.x3_classes import classes
from x3studio.sandbox.x3_desk import Desk, Outcome
from x3studio.sandbox.x3_gateway_asked import count_of, folder_of, since_of, values_of
from x3studio.sandbox.x3_masters import customer_fields, item_fields, stock_fields
from x3studio.sandbox.x3_objects import FieldSpec, objects
from x3studio.sandbox.x3_tables import RestClass
from x3studio.sandbox.x3_wire import (
    BadRequest,
    answer,
    body_of,
    diagnosis,
    document_json,
    flat,
    language,
    refusal,
)
from x3studio.sandbox.x3_words import say

Handler = Callable[[Request], Awaitable[Response]]
_PATHS = {
    "SOH": "/sales/salesOrders",
    "SDH": "/sales/deliveries",
    "SRH": "/sales/returns",
    "SIH": "/financials/invoices",
    "GAS": "/financials/journalEntries",
}
_CLASSES = {
    "/products/productSites": "ITMFACILIT",
    "/products/stockTotals": "ITMMVT",
    "/products/billsOfMaterial": "BOMD",
    "/customers/addresses": "BPADDRESS",
}
_IN_200 = frozenset({"customer", "orderable customer"})


class Gateway:
    """The handlers; `routes()` is what x3.py mounts."""

    def __init__(self, desk: Desk, door: Door) -> None:
        self._desk = desk
        self._door = door
        self._classes = classes(desk.world)

    def routes(self) -> list[Route]:
        """Every path of the dialect, most used first."""
        routes = []
        for code, path in _PATHS.items():
            routes += [
                self._route(path, self._create(code), "POST"),
                self._route(path, self._by_reference(code), "GET"),
                self._route(path + "/{number}", self._read(code), "GET"),
            ]
        return [
            *routes,
            self._route("/folders", self._folders, "GET", folderless=True),
            self._route("/products/products", self._items, "GET"),
            self._route("/products/products", self._create("ITM"), "POST"),
            self._route("/products/products/{number}", self._item, "GET"),
            self._route("/products/products/{number}", self._change("ITM"), "PUT"),
            self._route("/products/products/{number}/stock", self._stock, "GET"),
            self._route("/customers/businessPartners", self._customers, "GET"),
            self._route("/customers/businessPartners", self._create("BPC"), "POST"),
            self._route("/customers/businessPartners/{number}", self._customer, "GET"),
            self._route("/customers/businessPartners/{number}", self._change("BPC"), "PUT"),
            self._route("/objects/{code}", self._describe, "GET"),
            *(self._route(path, self._rows(name), "GET") for path, name in _CLASSES.items()),
            self._route("/tables/{name}", self._table, "GET"),
        ]

    def _route(self, path: str, handler: Handler, method: str, *, folderless: bool = False) -> Route:
        async def guarded(request: Request) -> Response:
            refused = self._door.refuse(request)
            if refused is not None:
                return refused
            folder = folder_of(request)
            if not folderless and folder not in self._desk.world.folders:
                words = say("unknown folder", language(request), value=folder)
                return answer({"$diagnoses": [{"$severity": "error", "$message": words}]}, status=404)
            try:
                return await handler(request)
            except BadRequest as fault:
                said = {"$severity": "error", "$message": fault.message}
                return answer({"$diagnoses": [said]}, status=fault.status)

        return Route("/api/v1" + path, guarded, methods=[method])

    def _create(self, code: str) -> Handler:
        async def create(request: Request) -> Response:
            header, lines = flat(await body_of(request), lines="lines")
            outcome = self._desk.create(
                code, header, lines, folder=folder_of(request), language=language(request)
            )
            return _written(outcome, status=201)

        return create

    def _change(self, code: str) -> Handler:
        async def change(request: Request) -> Response:
            header, lines = flat(await body_of(request), lines="lines")
            number = request.path_params["number"]
            if self._desk.read(code, number, folder=folder_of(request)) is None:
                return self._absent(request, objects()[code].title, number)
            outcome = self._desk.modify(
                code, number, header, lines, folder=folder_of(request), language=language(request)
            )
            return _written(outcome, status=200)

        return change

    def _read(self, code: str) -> Handler:
        async def read(request: Request) -> Response:
            number = request.path_params["number"]
            document = self._desk.read(code, number, folder=folder_of(request))
            if document is None:
                return self._absent(request, objects()[code].title, number)
            return answer(document_json(document, lines="lines"))

        return read

    def _by_reference(self, code: str) -> Handler:
        field = objects()[code].reference

        async def find(request: Request) -> Response:
            references = values_of(request, field)
            documents, folder = self._desk.world.documents, folder_of(request)
            if references is None:
                return self._documents(request, code, folder)
            found = [
                document_json(document, lines="lines")
                for reference in references
                for document in documents.by_reference(code, reference, folder=folder)
            ]
            return answer({"items": found})

        return find

    def _documents(self, request: Request, code: str, folder: str) -> Response:
        """All documents of a kind, page by page."""
        documents = self._desk.world.documents.kept(code, folder=folder)
        return self._page(
            request,
            self._desk.world.documents.numbers(code, folder=folder),
            lambda number: documents[number].modified,
            lambda number: document_json(documents[number], lines="lines"),
        )

    async def _folders(self, request: Request) -> Response:
        del request
        folders = self._desk.world.folders.values()
        rows = [{"folder": f.code, "description": f.description, "test": f.test} for f in folders]
        return answer({"items": rows})

    async def _items(self, request: Request) -> Response:
        world = self._desk.world
        wanted = values_of(request, "ITMREF")
        if wanted is not None:
            return answer(
                {"items": [item_fields(world.items[r]) for r in wanted if r in world.items], "next": None}
            )
        return self._page(
            request,
            world.item_keys,
            lambda key: world.items[key].item.modified,
            lambda key: item_fields(world.items[key]),
        )

    async def _item(self, request: Request) -> Response:
        number = request.path_params["number"]
        entry = self._desk.world.items.get(number)
        return answer(item_fields(entry)) if entry else self._absent(request, "Product", number)

    async def _stock(self, request: Request) -> Response:
        number = request.path_params["number"]
        entry = self._desk.world.items.get(number)
        if entry is None:
            return self._absent(request, "Product", number)
        return answer({"items": [stock_fields(entry, site, level) for site, level in entry.stock.items()]})

    async def _customers(self, request: Request) -> Response:
        world = self._desk.world
        wanted = values_of(request, "BPCNUM")
        if wanted is not None:
            rows = [customer_fields(world, world.customers[b]) for b in wanted if b in world.customers]
            return answer({"items": rows, "next": None})
        return self._page(
            request,
            world.customer_keys,
            lambda key: world.customers[key].modified,
            lambda key: customer_fields(world, world.customers[key]),
        )

    async def _customer(self, request: Request) -> Response:
        number = request.path_params["number"]
        customer = self._desk.world.customers.get(number)
        if customer is None:
            return self._absent(request, "Customer", number)
        return answer(customer_fields(self._desk.world, customer))

    def _rows(self, name: str) -> Handler:
        async def rows(request: Request) -> Response:
            return self._list(request, self._classes[name])

        return rows

    async def _table(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in self._classes or self._classes[name].code:
            return self._absent(request, "Table", name)
        return self._list(request, self._classes[name])

    def _list(self, request: Request, entry: RestClass) -> Response:
        """Rows of a class behind the key `after`, changed at or after `modifiedSince`."""
        if entry.name in self._desk.switches.hidden:
            return self._absent(request, "Table", entry.name)
        since, count = since_of(request), min(count_of(request), self._desk.switches.page)
        after = request.query_params.get("after", "")
        found = (
            (key, row)
            for key, row in entry.rows(folder_of(request), after)
            if since is None or datetime.fromisoformat(row["UPDDATTIM"]) >= since
        )
        page = list(islice(found, count + 1))
        following = page[count - 1][0] if len(page) > count else None
        return answer({"items": [row for _, row in page[:count]], "next": following})

    async def _describe(self, request: Request) -> Response:
        spec = objects().get(request.path_params["code"])
        if spec is None:
            return self._absent(request, "Object", request.path_params["code"])
        fields = {name: _prototype(field, in_lines=False) for name, field in spec.fields.items()}
        fields |= {
            name: _prototype(field, in_lines=True)
            for name, field in spec.line_fields.items()
            if name not in fields
        }
        return answer({"fields": fields, "mostLines": spec.most_lines})

    def _page(
        self,
        request: Request,
        keys: Sequence[str],
        modified: Callable[[str], datetime | None],
        row: Callable[[str], Mapping[str, Any]],
    ) -> Response:
        """`count` rows behind the key `after`, changed at or after `modifiedSince`, and where to go on."""
        since = since_of(request)
        count = min(count_of(request), self._desk.switches.page)
        after = request.query_params.get("after", "")
        rows: list[Mapping[str, Any]] = []
        for index in range(bisect.bisect_right(keys, after) if after else 0, len(keys)):
            changed = modified(keys[index])
            if since is not None and (changed is None or changed < since):
                continue
            if len(rows) == count:
                return answer({"items": rows, "next": keys[index - 1]})
            rows.append(row(keys[index]))
        return answer({"items": rows, "next": None})

    def _absent(self, request: Request, title: str, number: str) -> Response:
        words = say("unknown record", language(request), title=title, value=number)
        return answer({"$diagnoses": [{"$severity": "error", "$message": words}]}, status=404)


def _written(outcome: Outcome, *, status: int) -> Response:
    if outcome.document is None:
        about = {finding.about for finding in outcome.findings if finding.severity == "error"}
        return refusal(outcome.findings, status=200 if about <= _IN_200 else 422)
    content = document_json(outcome.document, lines="lines")
    if outcome.findings:
        content["$diagnoses"] = [diagnosis(finding) for finding in outcome.findings]
    return answer(content, status=status)


def _prototype(field: FieldSpec, *, in_lines: bool) -> dict[str, Any]:
    return {
        "title": field.title,
        "type": field.type,
        "maxLength": field.length,
        "mandatory": field.mandatory,
        "inLines": in_lines,
    }
