"""A workspace beside the demo's two systems, connected without a probe, for tests of settlements."""

import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tests.settlement.making import Draft
from x3studio.domain.bookkeeping import AccountRule
from x3studio.domain.connections import AmazonConnection, Dialect, Environment, X3Connection
from x3studio.domain.mappings import CustomerPair, ItemPair, Judgement
from x3studio.domain.settlements import Account
from x3studio.sandbox.ledger import Entry, Ledger
from x3studio.sandbox.serve import Sandbox
from x3studio.sandbox.x3_ledgers import demo_mapping
from x3studio.shipped import shipped_text
from x3studio.store import Tables
from x3studio.vault import MemoryVault
from x3studio.workspace import Workspace


@dataclass
class Desk:
    """One workspace and the sandbox it is connected to."""

    workspace: Workspace
    sandbox: Sandbox
    vault: MemoryVault
    entered: list[Callable[[Entry], None]] = field(default_factory=list)
    """Hear of every document at the moment X3 creates it."""


@asynccontextmanager
async def desk(
    folder: Path,
    *,
    dialect: Dialect = Dialect.GATEWAY,
    public_names: Mapping[str, str] = MappingProxyType({}),
    **world: int,
) -> AsyncIterator[Desk]:
    """Serves the demo company and opens a workspace on it, some published names replaced."""
    entered: list[Callable[[Entry], None]] = []

    def heard(entry: Entry) -> None:
        for listener in entered:
            listener(entry)

    ledger = Ledger(on_entry=heard)
    sandbox = Sandbox(seed=7, orders=world.get("orders", 60), items=world.get("items", 60), ledger=ledger)
    async with sandbox.listening() as greeting:
        vault = MemoryVault({})
        vault.put("workspace", "key", secrets.token_hex(32))
        workspace = await Workspace.create(folder / "w.x3studio", title="Settlements", vault=vault)
        try:
            x3 = greeting["x3"]
            x3["public_names"] = {**x3["public_names"], **public_names}
            await connect(workspace, vault, greeting, dialect)
            yield Desk(workspace, sandbox, vault, entered)
        finally:
            await workspace.close()


async def connect(
    workspace: Workspace, vault: MemoryVault, greeting: Mapping[str, Any], dialect: Dialect
) -> None:
    """Saves both connections with their secrets."""
    x3, amazon = greeting["x3"], greeting["amazon"]
    folder = X3Connection(
        name="x3",
        base_url=x3["base_url"],
        folder=x3["folder"],
        dialect=dialect,
        pool=x3["pool"],
        public_names=x3["public_names"],
        token_url=x3["token_url"],
        settle_seconds=0.2,
    )
    seller = AmazonConnection(
        name="amazon",
        region="eu",
        seller_id=amazon["seller_id"],
        marketplaces=tuple(amazon["marketplaces"]),
        base_url=amazon["base_url"],
        token_url=amazon["token_url"],
        environment=Environment.TEST,
    )
    for connection, given in ((folder, x3), (seller, amazon)):
        for name in ("client_id", "client_secret", "user", "password", "refresh_token"):
            if given.get(name):
                vault.put(connection.name, name, given[name])

    def work(tables: Tables) -> None:
        for connection in (folder, seller):
            tables.connections.save(connection, profile=None)
        tables.settings.set("site", shipped_text("templates/site.json"))

    await workspace.store.write(work)


async def connect_also(here: Desk, like: str, **other: str) -> None:
    """Saves a connection that differs from a saved one in some fields, with the same secrets."""
    saved = (await here.workspace.connecting.get(like)).connection
    connection = replace(saved, **other)  # type: ignore[arg-type]
    for name in here.vault.names(like):
        here.vault.put(connection.name, name, here.vault.get(like, name) or "")
    await here.workspace.store.write(lambda tables: tables.connections.save(connection, profile=None))


def first_of_month(back: int) -> datetime:
    """Noon of the first day of the month so many months ago: X3's periods are open there."""
    today = datetime.now(UTC)
    month = today.year * 12 + today.month - 1 - back
    return datetime(month // 12, month % 12 + 1, 1, 12, tzinfo=UTC)


def moved(draft: Draft, start: datetime) -> Draft:
    """The draft with all its dates moved so that it starts then."""
    by = start.replace(hour=0) - draft.start.replace(hour=0, minute=0, second=0)
    return replace(
        draft,
        lines=tuple(replace(line, posted=line.posted + by if line.posted else None) for line in draft.lines),
        start=draft.start + by,
        end=draft.end + by,
        deposit=draft.deposit + by,
    )


async def give_accounts(workspace: Workspace, *, but: str = "") -> None:
    """The demo company's accounts, all but one group's where that is wanted."""
    rules = [AccountRule(group, Account(code)) for group, code in demo_mapping().items() if group != but]
    await workspace.settlements.set_account(*rules, who="Ada")


async def map_items(here: Desk) -> None:
    """Every SKU and customer of the demo company, as its mapping file has them."""
    world = here.sandbox.world
    pairs: list[ItemPair | CustomerPair] = [*world.item_pairs(), *world.customer_pairs()]
    await here.workspace.store.write(
        lambda tables: tables.mappings.decide_many(pairs, Judgement.ACCEPTED, who="Ada", batch="demo")
    )
