"""Clients that are killed: the product's engine, and a naive one that the same rig must convict."""

import asyncio
import json
import os
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.crash.served import Served
from x3studio.domain.connections import (
    AmazonConnection,
    Dialect,
    X3Connection,
)
from x3studio.domain.monitor import CaseState
from x3studio.domain.runs import Run
from x3studio.domain.workbench import Kind
from x3studio.vault import MemoryVault
from x3studio.workspace import Workspace

SETTLE = 0.4
"""Longer than the longest late commit."""


@dataclass(frozen=True)
class Product:
    """A workspace on the served systems; every method runs in the process that calls it."""

    served: Served
    path: Path
    key: str
    dialect: Dialect = Dialect.GATEWAY

    def prepare(self) -> None:
        """Makes the workspace: connected without a test, and mapped."""
        asyncio.run(self._prepare())

    def run(self) -> Run:
        """One run of the orders flow to its end."""
        return asyncio.run(self._run())

    def excused(self) -> set[str]:
        """References with an open exception."""
        return asyncio.run(self._excused())

    def vault(self) -> MemoryVault:
        """The secrets, as a service's environment would give them."""
        return MemoryVault(self.environment())

    def environment(self) -> dict[str, str]:
        """The variables that a process without a keyring needs."""
        given = {"X3": self.served.x3, "SELLER": self.served.amazon}
        names = {
            "X3": ("client_id", "client_secret", "user", "password"),
            "SELLER": ("client_id", "client_secret", "refresh_token"),
        }
        secrets = {
            f"X3STUDIO_SECRET_{owner}_{name.upper()}": given[owner][name]
            for owner in given
            for name in names[owner]
        }
        return {**secrets, "X3STUDIO_SECRET_WORKSPACE_KEY": self.key, "X3STUDIO_VAULT": "memory"}

    async def _prepare(self) -> None:
        x3, amazon = self.served.x3, self.served.amazon
        workspace = await Workspace.create(self.path, vault=self.vault())
        folder = X3Connection(
            name="x3",
            base_url=x3["base_url"],
            folder=x3["folder"],
            dialect=self.dialect,
            pool=x3["pool"],
            public_names=x3["public_names"],
            token_url=x3["token_url"],
            settle_seconds=SETTLE,
            slots=8,
        )
        seller = AmazonConnection(
            name="seller",
            region="eu",
            seller_id=amazon["seller_id"],
            marketplaces=tuple(amazon["marketplaces"]),
            base_url=amazon["base_url"],
            token_url=amazon["token_url"],
        )
        for connection in (folder, seller):
            await workspace.store.write(
                lambda tables, each=connection: tables.connections.save(each, profile=None)  # type: ignore[misc]
            )
        await workspace.round_trip.take_over(
            await workspace.round_trip.look(self.served.mappings, Kind.ITEMS)
        )
        await workspace.close()

    async def _run(self) -> Run:
        workspace = await Workspace.open(self.path, vault=self.vault())
        run = await workspace.running.carry_out(await workspace.running.queue("orders", started_by="rig"))
        await workspace.close()
        return run

    async def _excused(self) -> set[str]:
        workspace = await Workspace.open(self.path, vault=self.vault())
        states = (CaseState.NEW, CaseState.OPEN, CaseState.WAITING)
        page = await workspace.store.read(lambda t: t.exceptions.page(states=states, limit=100_000))
        await workspace.close()
        return {case.reference for case in page.rows}


class Naive:
    """Remembers what was answered, sends again what was not: the way it is usually done."""

    def __init__(self, served: Served, done: Path) -> None:
        self._served = served
        self._done = done
        done.touch()

    def run(self, references: list[str]) -> None:
        """Sends every reference that has no number yet."""
        asyncio.run(self._send_all(references))

    async def _send_all(self, references: list[str]) -> None:
        x3 = self._served.x3
        known = {json.loads(line)["reference"] for line in self._done.read_text().splitlines()}
        async with httpx.AsyncClient(base_url=x3["base_url"], timeout=5) as http:
            form = {"grant_type": "client_credentials"} | {
                name: x3[name] for name in ("client_id", "client_secret")
            }
            token = (await http.post(x3["token_url"], data=form)).json()["access_token"]
            headers = {"Authorization": f"Bearer {token}", "X-Sage-Folder": x3["folder"]}
            for reference in references:
                while reference not in known:
                    if await self._sent(http, headers, reference):
                        known.add(reference)

    async def _sent(self, http: httpx.AsyncClient, headers: dict[str, str], reference: str) -> bool:
        body = {
            "SALFCY": "HAM01",
            "SOHTYP": "SON",
            "BPCORD": "AMZ-DE-FBM",
            "ORDDAT": "2026-11-20",
            "CUR": "EUR",
            "STOFCY": "HAM01",
            "CUSORDREF": reference,
            "lines": [{"ITMREF": "LIN-TM-GE", "SAU": "UN", "QTY": "1", "GROPRI": "1"}],
        }
        try:
            answer = await http.post("/api/v1/sales/salesOrders", json=body, headers=headers)
        except httpx.HTTPError:
            return False
        if answer.status_code != 201:
            return False
        with self._done.open("a") as file:
            file.write(json.dumps({"reference": reference}) + "\n")
            file.flush()
            os.fsync(file.fileno())
        return True
