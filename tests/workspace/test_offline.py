"""Without a network what was read stays, with its age; on the way back it is read again where it is old."""

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from x3studio.domain.connections import AmazonConnection, Dialect, SignIn, X3Connection
from x3studio.domain.errors import ConnectionFault
from x3studio.sandbox.fault_plan import plan_of
from x3studio.sandbox.serve import Sandbox
from x3studio.store import Tables
from x3studio.vault import MemoryVault
from x3studio.workspace import Workspace


async def _connect(workspace: Workspace, vault: MemoryVault, greeting: dict[str, dict[str, str]]) -> None:
    x3, amazon = greeting["x3"], greeting["amazon"]
    folder = X3Connection(
        name="X3",
        base_url=x3["base_url"],
        token_url=x3["token_url"],
        folder=x3["folder"],
        dialect=Dialect.SYRACUSE,
        sign_in=SignIn.BASIC,
    )
    seller = AmazonConnection(
        name="Amazon",
        region="eu",
        seller_id=amazon["seller_id"],
        marketplaces=tuple(amazon["marketplaces"]),
        base_url=amazon["base_url"],
        token_url=amazon["token_url"],
    )
    for connection, given in ((folder, x3), (seller, amazon)):
        for name in ("client_id", "client_secret", "user", "password", "refresh_token"):
            if name in given:
                vault.put(connection.name, name, given[name])
        await workspace.store.write(partial(_save, connection=connection))


def _save(tables: Tables, *, connection: X3Connection | AmazonConnection) -> None:
    tables.connections.save(connection, profile=None)


async def test_what_was_read_stays_with_its_age_and_is_read_again(tmp_path: Path) -> None:
    vault = MemoryVault({})
    vault.put("workspace", "key", "ab" * 32)
    sandbox = Sandbox(items=72, orders=0, plan=plan_of({"rate_limits": False}))
    workspace = await Workspace.create(tmp_path / "w.x3studio", title="T", vault=vault)
    try:
        async with sandbox.listening() as greeting:
            await _connect(workspace, vault, greeting)
            await workspace.masters.fetch("items")
            read = {state.kind: state for state in await workspace.masters.states()}
            assert await workspace.masters.revalidate(older_than=timedelta(hours=1)) == {}
        # The servers are gone.
        with pytest.raises(ConnectionFault):
            await workspace.masters.fetch("items")
        with pytest.raises(ConnectionFault):
            await workspace.masters.revalidate(older_than=timedelta(0))
        offline = {state.kind: state for state in await workspace.masters.states()}
        assert (offline["items"].rows, offline["items"].at) == (72, read["items"].at)
        async with sandbox.listening() as greeting:
            await _connect(workspace, vault, greeting)
            sandbox.world.touch_item("LIN-TM-GE", at=datetime.now(UTC))
            done = await workspace.masters.revalidate(older_than=timedelta(0))
        assert list(done) == ["items"]
        assert done["items"].rows == 1
        again = {state.kind: state for state in await workspace.masters.states()}
        assert read["items"].at is not None
        assert again["items"].at is not None
        assert again["items"].at > read["items"].at
    finally:
        await workspace.close()
