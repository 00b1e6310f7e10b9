"""The demo: a throw-away workspace on the demo company, with both systems served on this machine."""

import asyncio
import json
import secrets
import subprocess
import tempfile
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from x3studio.domain.bookkeeping import AccountRule
from x3studio.domain.connections import AmazonConnection, Dialect, Environment, X3Connection
from x3studio.domain.errors import SettingFault, StudioError
from x3studio.domain.mappings import ItemPair, Judgement
from x3studio.domain.settlements import Account
from x3studio.domain.workbench import Kind
from x3studio.sandbox import seed
from x3studio.sandbox.x3_ledgers import demo_mapping
from x3studio.shipped import shipped_text
from x3studio.store import Tables
from x3studio.vault import MemoryVault
from x3studio.workspace import mapping_files
from x3studio.workspace.apart import program
from x3studio.workspace.connecting import secret_names
from x3studio.workspace.masters import KINDS
from x3studio.workspace.workspace import Workspace

ORDERS = 240
_PATIENCE = 30.0
_SETTLE = 3.0
_WHO = "Demo"
_FETCHED = (*KINDS, "stock", "codes", "sales")


class Demo:
    """The served systems and the workspace over them. `workspace` is open until `close`."""

    def __init__(self, folder: "tempfile.TemporaryDirectory[str]", sandbox: "subprocess.Popen[str]") -> None:
        self.workspace: Workspace
        self._folder = folder
        self._sandbox = sandbox

    @property
    def server_id(self) -> int:
        """The process that serves both systems."""
        return self._sandbox.pid

    async def close(self) -> None:
        """Closes the workspace, ends the servers and deletes the file."""
        await self.workspace.close()
        await asyncio.to_thread(self._end)

    def _end(self) -> None:
        self._sandbox.terminate()
        self._sandbox.wait(timeout=_PATIENCE)
        for pipe in (self._sandbox.stdin, self._sandbox.stdout):
            if pipe is not None:
                pipe.close()
        self._folder.cleanup()


async def open_demo(*, orders: int = ORDERS) -> Demo:
    """Serves the demo company and opens a workspace on it: connected and mapped, but for one SKU."""
    folder = tempfile.TemporaryDirectory(prefix="x3studio-demo-")
    place = Path(folder.name)
    sandbox = await asyncio.to_thread(_serve, place, orders)
    demo = Demo(folder, sandbox)
    greeting = await asyncio.to_thread(_greeting, sandbox)
    company = seed.company()
    vault = MemoryVault({})
    vault.put("workspace", "key", secrets.token_hex(32))
    demo.workspace = await Workspace.create(
        place / "demo.x3studio", title=seed.company()["company"]["name"], vault=vault
    )
    await _connect(demo.workspace, greeting)
    await _map(demo.workspace, place / "mapping.csv", but=company["unmapped_demo_sku"])
    for kind in _FETCHED:
        await demo.workspace.masters.fetch(kind)
    return demo


def _serve(place: Path, orders: int) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [*program(), "sandbox", "--leash", "--orders", str(orders), "--mappings", str(place / "mapping.csv")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _greeting(sandbox: "subprocess.Popen[str]") -> Mapping[str, Any]:
    assert sandbox.stdout is not None
    line = sandbox.stdout.readline()
    if not line:
        raise StudioError("The demo systems did not start.", advice="Run 'x3studio sandbox' to see why.")
    greeting: Mapping[str, Any] = json.loads(line)
    return greeting


async def _connect(workspace: Workspace, greeting: Mapping[str, Any]) -> None:
    x3, amazon = greeting["x3"], greeting["amazon"]
    folder = X3Connection(
        name=f"X3 {x3['folder']}",
        base_url=x3["base_url"],
        folder=x3["folder"],
        dialect=Dialect.GATEWAY,
        pool=x3["pool"],
        public_names=x3["public_names"],
        token_url=x3["token_url"],
        settle_seconds=_SETTLE,
        slots=4,
    )
    seller = AmazonConnection(
        name="Amazon EU",
        region="eu",
        seller_id=amazon["seller_id"],
        marketplaces=tuple(amazon["marketplaces"]),
        base_url=amazon["base_url"],
        token_url=amazon["token_url"],
        environment=Environment.TEST,
    )
    for connection, given in ((folder, x3), (seller, amazon)):
        secrets_given = {name: given[name] for name in secret_names(connection)}
        probe = workspace.connecting.probe(connection, secrets_given)
        async for step in probe.steps():
            if step.said and probe.profile is None and step.field:
                raise SettingFault(step.title, field=step.field, said=step.said, advice=step.advice)
        await workspace.connecting.save(probe)


def _odd_pairs(company: Mapping[str, Any]) -> list[ItemPair]:
    """What somebody mapped in a hurry: each breaks a rule of the workbench; nobody orders these SKUs."""
    places = {row["market"]: row["id"] for row in company["marketplaces"]}
    return [
        ItemPair(row["sku"], row["itmref"], Decimal(row.get("factor", 1)), marketplace=places[row["market"]])
        for row in company["odd_pairs"]
    ]


async def _map(workspace: Workspace, path: Path, *, but: str) -> None:
    found = await asyncio.to_thread(mapping_files.decisions_in, path, kind=Kind.ITEMS)
    pairs = [pair for pair, _ in found if not (isinstance(pair, ItemPair) and pair.seller_sku == but)]
    pairs += _odd_pairs(seed.company())

    def work(tables: Tables) -> None:
        tables.mappings.decide_many(pairs, Judgement.ACCEPTED, who=_WHO, batch="demo company")
        for group, account in demo_mapping().items():
            tables.accounts.set(AccountRule(group, Account(account)), who=_WHO)
        tables.settings.set("site", shipped_text("templates/site.json"))

    await workspace.store.write(work)
