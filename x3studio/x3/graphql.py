"""The GraphQL dialect (X3 Services): items and customers for reading; its schema changes with every release.

Root and field names are therefore introspected (graphql_schema.py).
"""

from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from x3studio.domain.catalogue import Item
from x3studio.domain.documents import Document, DocumentKind, Found, Verdict
from x3studio.domain.errors import SettingFault, StudioError
from x3studio.x3 import faults, masters
from x3studio.x3.dialect import ObjectDescription, Rows, Sending
from x3studio.x3.graphql_schema import MissingNode, Node, introspect, root_name
from x3studio.x3.line import Call, Line
from x3studio.x3.lookups import batches
from x3studio.x3.master_tables import ITEMS, MasterTable, hidden, not_published
from x3studio.x3.syracuse_wire import endpoints

PATH = "xtrem/api"
_PAGE = 250
_BATCH = 20


class GraphqlClient:
    """One endpoint (folder) of X3 Services. Reads items and customers; documents go another way."""

    writes = False
    batch = 1

    def __init__(self, line: Line) -> None:
        self._line = line
        self._nodes: dict[str, Node] = {}

    async def describe(self, kind: DocumentKind) -> ObjectDescription:
        """Nothing here describes what another dialect writes: raises SettingFault."""
        raise _reads_only(kind)

    async def create(self, document: Document, *, sending: Sending | None = None) -> Verdict:
        """Raises SettingFault: a mutation for documents is published nowhere."""
        del sending
        raise _reads_only(document.kind)

    async def find(self, kind: DocumentKind, references: Sequence[str]) -> Mapping[str, Sequence[Found]]:
        """Raises SettingFault: documents are looked up where they are written."""
        del references
        raise _reads_only(kind)

    async def table(
        self, table: MasterTable[Any], *, since: datetime | None = None, cursor: str = ""
    ) -> AsyncIterator[Rows]:
        """All rows of a node, or those changed since."""
        node = await self._published(table)
        query = (
            "query($first: Int, $after: String, $filter: String)"
            f"{{{node.root}{{{node.name}{{query(first: $first, after: $after, filter: $filter)"
            f"{{edges{{node{{{node.selection}}}}} pageInfo{{hasNextPage endCursor}}}}}}}}}}"
        )
        variables: dict[str, Any] = {"first": _PAGE, "after": cursor or None}
        stamp = node.field_of("UPDDATTIM")
        if since is not None and stamp:
            moment = f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
            variables["filter"] = f"{{{stamp}: {{_gte: {literal(moment)}}}}}"
        more = True
        while more:
            with self._line.call(f"read {table.kind}") as call:
                page = self._of(node, await self.ask(call, query, variables)).get("query")
                rows, after = list(_edges(page)), _following(page)
                call.outcome = "read"
            if rows:
                yield Rows([node.fields(row) for row in rows], after or variables["after"] or "")
            more = bool(after)
            if more and after == variables["after"]:
                raise faults.garbled("its pages run in a circle")
            variables["after"] = after

    async def _published(self, table: MasterTable[Any]) -> Node:
        """The node of a table; NotPublished where this release has none."""
        if not table.node:
            raise not_published(table, advice="GraphQL has no node for it: choose another dialect.")
        try:
            return await self.node(table)
        except MissingNode as fault:
            raise not_published(table, advice=fault.advice) from fault
        except SettingFault as fault:
            raise hidden(table, fault) from fault

    async def existing_items(self, itmrefs: Collection[str]) -> Mapping[str, Item]:
        """The given items, 20 questions in one request."""
        node, known = await self.node(ITEMS), dict[str, Item]()
        key = node.field_of("ITMREF")
        for batch in batches(dict.fromkeys(itmref for itmref in itmrefs if itmref), size=_BATCH):
            filters = {
                f"f{number}": f"{{{key}: {{_eq: {literal(value)}}}}}" for number, value in enumerate(batch)
            }
            declared = ", ".join(f"${name}: String" for name in filters)
            asked = " ".join(
                f"{name}: query(first: 2, filter: ${name}){{edges{{node{{...wanted}}}}}}" for name in filters
            )
            query = (
                f"query({declared}){{{node.root}{{{node.name}{{{asked}}}}}}} "
                f"fragment wanted on {node.type}{{{node.selection}}}"
            )
            with self._line.call("read items", record=batch[0] if len(batch) == 1 else "") as call:
                answers = self._of(node, await self.ask(call, query, filters))
                for name in filters:
                    for row in _edges(answers.get(name)):
                        item = masters.item(node.fields(row))
                        known[item.itmref] = item
                call.outcome = "read"
        return {itmref: known[itmref] for itmref in dict.fromkeys(itmrefs) if itmref in known}

    def _of(self, node: Node, data: Mapping[str, Any]) -> Mapping[str, Any]:
        root = data.get(node.root)
        found = root.get(node.name) if isinstance(root, dict) else None
        if not isinstance(found, dict):
            raise faults.garbled(f"it holds no {node.name}")
        return found

    async def node(self, table: MasterTable[Any]) -> Node:
        """Where this release keeps a table and how it calls its fields, asked once."""
        if table.node not in self._nodes:
            with self._line.call("describe") as call:
                self._nodes[table.node] = await introspect(
                    partial(self.ask, call), table.node, table.node_fields
                )
                call.outcome = "read"
        return self._nodes[table.node]

    async def root(self) -> str:
        """The name under which this release keeps its master data; SettingFault where it has none."""
        with self._line.call("describe") as call:
            root = await root_name(partial(self.ask, call))
            call.outcome = "read"
            return root

    async def ask(self, call: Call, query: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        """The data of an answer without errors; partial data is a refusal, never a short list."""
        answer = await self._line.ask(
            call,
            "POST",
            PATH,
            body={"query": query, "variables": dict(variables)},
            headers={"x-xtrem-endpoint": self._line.connection.folder},
        )
        body = answer.json_or_none()
        errors = body.get("errors") if isinstance(body, dict) else None
        if answer.status in (400, 403, 404):
            await self._check_folder()
        if not answer.good and not errors:
            raise faults.of_status(
                answer.status, headers=answer.headers, body=body, connection=self._line.connection.name
            )
        data = answer.json_object().get("data")
        if errors or (answer.good and not isinstance(data, dict)):
            raise _refused(errors)
        if answer.status >= 500 or not isinstance(data, dict):
            raise faults.garbled("it holds no data")
        return data

    async def _check_folder(self) -> None:
        """X3 Services cannot list the folders; the Syracuse server they stand on can."""
        try:
            known = [name for name, _ in await endpoints(self._line)]
        except StudioError:
            return
        if self._line.connection.folder not in known:
            raise faults.unknown_folder(self._line.connection.folder, known)

    async def aclose(self) -> None:
        """Closes the line."""
        await self._line.aclose()


def literal(text: str) -> str:
    """A text in a filter string, which X3 reads as JavaScript."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _reads_only(kind: DocumentKind) -> SettingFault:
    return SettingFault(
        f"GraphQL only reads: {kind.value} cannot be written or looked up by it.",
        field="dialect",
        advice="Choose gateway, SOAP or auto for documents.",
    )


def _refused(errors: object) -> StudioError:
    if not isinstance(errors, list):
        return faults.garbled("it holds no data")
    said = "; ".join(masters.text(row.get("message")) for row in errors if isinstance(row, dict))
    return SettingFault(
        "X3 Services refused to read that.",
        field="role",
        advice="Check the folder and the node rights of this user.",
        said=said,
    )


def _edges(page: object) -> Iterator[Mapping[str, Any]]:
    edges = page.get("edges") if isinstance(page, dict) else None
    if not isinstance(edges, list):
        raise faults.garbled("it holds no edges")
    for edge in edges:
        node = edge.get("node") if isinstance(edge, dict) else None
        if not isinstance(node, dict):
            raise faults.garbled("an edge of it holds no node")
        yield node


def _following(page: Any) -> str:
    info = page.get("pageInfo")
    if not isinstance(info, dict):
        raise faults.garbled("it says nothing of further pages")
    return masters.text(info.get("endCursor")) if info.get("hasNextPage") is True else ""
