"""The dialect that looks for itself: a gateway where one answers, else SOAP to write and Syracuse to read."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from x3studio.domain.catalogue import Item
from x3studio.domain.documents import Document, DocumentKind, Found, Verdict
from x3studio.domain.errors import ConnectionFault
from x3studio.x3 import faults
from x3studio.x3.dialect import ObjectDescription, Rows, Sending
from x3studio.x3.gateway import FOLDERS, GatewayClient
from x3studio.x3.line import Line
from x3studio.x3.master_tables import MasterTable
from x3studio.x3.soap import SoapClient
from x3studio.x3.syracuse import SyracuseClient


async def gateway_answers(line: Line) -> bool:
    """Whether a gateway stands there. Raises ConnectionFault or CredentialFault where nothing can be said."""
    with line.call("look for a gateway") as call:
        answer = await line.ask(call, "GET", FOLDERS)
        if answer.status >= 500 or answer.status == 429:
            raise ConnectionFault(f"X3 failed with HTTP {answer.status}.", advice="It is tried again.")
        body = answer.json_or_none()
        there = answer.good and isinstance(body, dict) and isinstance(body.get("items"), list)
        call.outcome = "found" if there else "absent"
        return there


class AutoClient:
    """Chooses once, at the first call; a connection that failed meanwhile chooses nothing."""

    writes = True
    batch = GatewayClient.batch

    def __init__(self, line: Line) -> None:
        self._line = line
        self._choosing = asyncio.Lock()
        self._reader: GatewayClient | SyracuseClient | None = None
        self._writer: GatewayClient | SoapClient | None = None

    async def _choose(self) -> tuple[GatewayClient | SyracuseClient, GatewayClient | SoapClient]:
        async with self._choosing:
            if self._reader is None or self._writer is None:
                if await gateway_answers(self._line):
                    self._reader = self._writer = GatewayClient(self._line)
                else:
                    self._reader, self._writer = SyracuseClient(self._line), SoapClient(self._line)
            return self._reader, self._writer

    async def describe(self, kind: DocumentKind) -> ObjectDescription:
        """As the dialect that writes describes it."""
        _, writer = await self._choose()
        return await writer.describe(kind)

    async def create(self, document: Document, *, sending: Sending | None = None) -> Verdict:
        """By the dialect that writes; nothing is sent before the choice is made."""
        try:
            _, writer = await self._choose()
        except ConnectionFault as fault:
            return faults.unsent(fault)
        return await writer.create(document, sending=sending)

    async def find(self, kind: DocumentKind, references: Sequence[str]) -> Mapping[str, Sequence[Found]]:
        """By the dialect that writes: what it wrote, it finds."""
        _, writer = await self._choose()
        return await writer.find(kind, references)

    async def table(
        self, table: MasterTable[Any], *, since: datetime | None = None, cursor: str = ""
    ) -> AsyncIterator[Rows]:
        """By the dialect that reads."""
        reader, _ = await self._choose()
        async for page in reader.table(table, since=since, cursor=cursor):
            yield page

    async def existing_items(self, itmrefs: Collection[str]) -> Mapping[str, Item]:
        """By the dialect that reads."""
        reader, _ = await self._choose()
        return await reader.existing_items(itmrefs)

    async def aclose(self) -> None:
        """Closes the line that both share."""
        await self._line.aclose()
