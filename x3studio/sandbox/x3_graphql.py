"""X3 Services' GraphQL as the demo X3 speaks it: customers and products, read only.

POST /xtrem/api, header x-xtrem-endpoint: FOLDER. The root is x3MasterData, or xtremX3MasterData where
Switches.graphql_root is "xtremX3" (before 2023 R2). A node in Switches.graphql_denied ("customer", "product")
answers null with an error, next to the data of the others.
Paging is Relay's: first (20 by default), after, pageInfo{hasNextPage endCursor}. filter, orderBy: strings.
"""

import base64
import binascii
import bisect
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from graphql import GraphQLError, GraphQLResolveInfo, graphql_sync
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from x3studio.domain.catalogue import Customer, ItemStatus
from x3studio.sandbox.world import World, WorldItem
from x3studio.sandbox.x3_auth import Door
from x3studio.sandbox.x3_desk import Desk
from x3studio.sandbox.x3_filter import BadFilter, fits, parse_filter
from x3studio.sandbox.x3_graphql_sdl import schema
from x3studio.sandbox.x3_masters import stamp, text
from x3studio.sandbox.x3_wire import BadRequest, answer, body_of

_STATUS = dict(
    zip(
        ItemStatus,
        ("active", "inDevelopment", "onShortage", "notRenewed", "obsolete", "notUsable"),
        strict=True,
    )
)
_MOST = 500
_LONGEST_QUERY = 20_000


class GraphQL:
    """The handler; `routes()` is what x3.py mounts."""

    def __init__(self, desk: Desk, door: Door) -> None:
        self._desk = desk
        self._door = door

    def routes(self) -> list[Route]:
        """The one address."""
        return [Route("/xtrem/api", self._ask, methods=["POST"])]

    async def _ask(self, request: Request) -> Response:
        refused = self._door.refuse(request)
        if refused is not None:
            return refused
        folder = request.headers.get("x-xtrem-endpoint", "")
        if folder not in self._desk.world.folders:
            return answer({"errors": [{"message": f"Unknown endpoint: {folder}"}]}, status=400)
        try:
            body = await body_of(request)
        except BadRequest as fault:
            return answer({"errors": [{"message": fault.message}]}, status=fault.status)
        query, variables = body.get("query"), body.get("variables")
        if not isinstance(query, str) or not isinstance(variables, dict | None):
            return answer({"errors": [{"message": "The request holds no query."}]}, status=400)
        if len(query) > _LONGEST_QUERY:
            return answer({"errors": [{"message": "The query is too long."}]}, status=413)
        root = self._desk.switches.graphql_root
        result = graphql_sync(
            schema(root),
            query,
            root_value={f"{root}MasterData": _MasterData(self._desk)},
            variable_values=variables,
            operation_name=body.get("operationName"),
        )
        return answer(result.formatted, status=200 if result.data is not None else 400)


class _MasterData:
    """Resolves the two nodes; a denied one is an error next to the other's data."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def customer(self, info: GraphQLResolveInfo) -> "_Node":
        self._allow("customer", info)
        world = self._desk.world
        return _Node(world.customer_keys, lambda key: customer_node(world.customers[key]))

    def product(self, info: GraphQLResolveInfo) -> "_Node":
        self._allow("product", info)
        return _products(self._desk.world)

    def productSite(self, info: GraphQLResolveInfo) -> "_Node":  # noqa: N802 - the schema's name
        self._allow("productSite", info)
        world = self._desk.world
        keys = [f"{key}~{site}" for key in world.item_keys for site in sorted(world.items[key].sites)]
        return _Node(keys, lambda key: _site_node(world, *key.split("~")))

    def site(self, info: GraphQLResolveInfo) -> "_Node":
        self._allow("site", info)
        return _codes({site.code: site.name for site in self._desk.world.sites.values()})

    def unitOfMeasure(self, info: GraphQLResolveInfo) -> "_Node":  # noqa: N802 - the schema's name
        self._allow("unitOfMeasure", info)
        return _codes(dict(self._desk.world.company["codes"]["units"]))

    def carrier(self, info: GraphQLResolveInfo) -> "_Node":
        self._allow("carrier", info)
        return _codes(dict(self._desk.world.company["codes"]["carriers"]))

    def _allow(self, name: str, info: GraphQLResolveInfo) -> None:
        if name in self._desk.switches.graphql_denied:
            raise GraphQLError(f"You do not have the rights to read {name}.", nodes=info.field_nodes)


def _codes(names: Mapping[str, str]) -> "_Node":
    return _Node(sorted(names), lambda key: {"_id": key, "code": key, "name": names[key]})


def _site_node(world: World, itmref: str, site: str) -> Mapping[str, Any]:
    return {
        "_id": f"{itmref}~{site}",
        "product": _coded(itmref),
        "stockSite": _coded(site),
        "safetyStock": "0",
        "_updateStamp": stamp(world.items[itmref].item.modified),
    }


def _products(world: World) -> "_Node":
    return _Node(world.item_keys, lambda key: product_node(world.items[key]))


class _Node:
    """query and read of one node, over sorted keys."""

    def __init__(self, keys: Sequence[str], show: Any) -> None:
        self._keys = keys
        self._show = show

    def read(self, info: GraphQLResolveInfo, _id: str) -> Mapping[str, Any] | None:
        del info
        place = bisect.bisect_left(self._keys, _id)
        return self._show(_id) if self._keys[place : place + 1] == [_id] else None

    def query(
        self,
        info: GraphQLResolveInfo,
        first: int = 20,
        after: str | None = None,
        filter: str | None = None,
        orderBy: str | None = None,  # noqa: N803
    ) -> Mapping[str, Any]:
        """One page; totalCount counts all that fit and is only worked out where it is asked for."""
        del info
        try:
            condition = parse_filter(filter) if filter else {}
            nodes = self._nodes(condition, _order(orderBy), _uncursor(after))
            page = list(islice(nodes, min(max(first, 0), _MOST) + 1))
        except (BadFilter, re.error) as fault:
            raise GraphQLError(f"The filter cannot be read: {fault}") from fault
        more = len(page) > min(max(first, 0), _MOST)
        edges = [{"cursor": _cursor(node["_id"]), "node": node} for node in page[: len(page) - more]]
        return {
            "totalCount": lambda _: sum(1 for _ in self._nodes(condition, None, "")),
            "edges": edges,
            "pageInfo": {
                "hasNextPage": more,
                "hasPreviousPage": bool(after),
                "startCursor": edges[0]["cursor"] if edges else None,
                "endCursor": edges[-1]["cursor"] if edges else None,
            },
        }

    def _nodes(
        self, condition: Mapping[str, Any], order: tuple[str, bool] | None, after: str
    ) -> Iterator[Mapping[str, Any]]:
        if order is None:
            start = bisect.bisect_right(self._keys, after) if after else 0
            behind = (self._show(self._keys[index]) for index in range(start, len(self._keys)))
            return (node for node in behind if fits(node, condition))
        name, descending = order
        found = [node for node in map(self._show, self._keys) if fits(node, condition)]
        found.sort(key=lambda node: str(node.get(name)), reverse=descending)
        place = next((index for index, node in enumerate(found, 1) if node["_id"] == after), 0)
        return iter(found[place:])


def _order(text_: str | None) -> tuple[str, bool] | None:
    """The first field to order by and whether it descends; None for the key's own order."""
    if not text_:
        return None
    name, direction = next(iter(parse_filter(text_).items()))
    return name, direction == -1


def _cursor(key: str) -> str:
    return base64.b64encode(key.encode()).decode()


def _uncursor(cursor: str | None) -> str:
    try:
        return base64.b64decode(cursor or "", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as fault:
        raise BadFilter("unknown cursor") from fault


def _coded(code: str) -> Mapping[str, str] | None:
    return {"_id": code, "code": code} if code else None


def customer_node(customer: Customer) -> Mapping[str, Any]:
    """A customer as the schema has it."""
    return {
        "_id": customer.bpcnum,
        "code": _coded(customer.bpcnum),
        "companyName1": customer.name,
        "isActive": customer.active,
        "country": _coded(customer.country),
        "currency": _coded(customer.currency),
        "europeanUnionVatNumber": customer.vat_number,
        "taxRule": _coded(customer.tax_rule),
        "paymentTerm": _coded(customer.payment_terms),
        "city": customer.city,
        "postalCode": customer.postcode,
        "language": _coded(customer.language),
        "_updateStamp": stamp(customer.modified),
    }


def product_node(entry: WorldItem) -> Mapping[str, Any]:
    """An item as the schema has it."""
    item = entry.item
    return {
        "_id": item.itmref,
        "code": item.itmref,
        "description1": item.description,
        "productStatus": _STATUS[item.status],
        "upc": item.ean,
        "productCategory": _coded(item.category),
        "accountingCode": _coded(item.accounting_code),
        "stockUnit": _coded(item.stock_unit),
        "salesUnit": _coded(item.sales_unit),
        "salesUnitToStockUnitConversionFactor": text(item.sales_to_stock),
        "productWeight": text(item.weight),
        "description2": item.more,
        "searchKey": item.search_key,
        "lotManagementMode": "mandatoryLot" if item.by_lot else "notManaged",
        "serialNumberManagementMode": "managed" if item.by_serial else "notManaged",
        "expirationManagementMode": "managed" if item.by_expiry else "notManaged",
        "substituteProduct": _coded(item.successor),
        "_updateStamp": stamp(item.modified),
    }
