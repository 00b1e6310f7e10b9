"""Older files are brought up to date with a backup, newer ones are refused."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from tests.store.conftest import KEY
from x3studio.domain.errors import StoreFault
from x3studio.store import Store
from x3studio.store.cipher import connect
from x3studio.store.migrations import migrate
from x3studio.store.schema import STEPS
from x3studio.store.sqlite import database
from x3studio.store.tables import STEPS_KNOWN


def _older(path: Path, *, without: str) -> None:
    path.touch()
    conn = connect(path, key=KEY)
    STEPS.apply(database(conn), stop_before=without)
    conn.execute("INSERT INTO settings (key, value) VALUES ('mine', '42')")
    conn.close()


async def test_an_older_file_is_saved_then_migrated(path: Path) -> None:
    _older(path, without="mappings")
    async with Store.open(path, key=KEY) as store:
        assert await store.read(lambda t: (t.settings.get("mine"), t.mappings.revision())) == (42, 0)
    (backup,) = (entry for entry in path.parent.iterdir() if ".backup-" in entry.name)
    old = connect(backup, key=KEY)
    assert old.execute("SELECT value FROM settings WHERE key = 'mine'").fetchone() == ("42",)
    assert "decisions" not in database(old).table_names()
    old.close()


def test_the_number_of_steps_is_known_without_loading_them() -> None:
    assert len(STEPS.pending(Database(memory=True))) == STEPS_KNOWN


def test_a_current_file_is_opened_without_loading_the_steps(path: Path) -> None:
    asyncio.run(Store.create(path, key=KEY).close())
    code = f"""
import sys
from pathlib import Path
from x3studio.store import Store
Store.open(Path({str(path)!r}), key=bytes.fromhex({KEY.hex()!r}))
print(sorted({{"sqlite_utils", "x3studio.store.schema"}} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


async def test_a_file_that_does_not_count_its_steps_is_counted(path: Path) -> None:
    await Store.create(path, key=KEY).close()
    conn = connect(path, key=KEY)
    conn.execute("PRAGMA user_version = 0")
    conn.close()
    await Store.open(path, key=KEY).close()
    conn = connect(path, key=KEY)
    assert conn.execute("PRAGMA user_version").fetchone() == (STEPS_KNOWN,)
    conn.close()


async def test_a_current_file_needs_neither(store: Store, path: Path) -> None:
    async with Store.open(path, key=KEY):
        assert not [entry for entry in path.parent.iterdir() if ".backup-" in entry.name]


async def test_a_newer_file_is_refused_by_the_version_that_wrote_it(path: Path) -> None:
    await Store.create(path, key=KEY).close()
    newer = Migrations("x3studio")
    for step in STEPS.pending(Database(memory=True)):
        newer(name=step.name)(step.fn)

    @newer()
    def tomorrow(db: Database) -> None:
        db.conn.execute("CREATE TABLE tomorrow (a)")

    conn = connect(path, key=KEY)
    assert migrate(conn, path=path, key=KEY, steps=newer, version="9.8.7") is not None
    conn.close()
    with pytest.raises(StoreFault, match=r"written by X3 Studio 9\.8\.7; this is the older") as caught:
        Store.open(path, key=KEY)
    assert "9.8.7" in caught.value.advice


async def test_a_failing_step_changes_nothing(path: Path) -> None:
    await Store.create(path, key=KEY).close()
    before = connect(path, key=KEY)
    tables = database(before).table_names()
    before.close()
    broken = Migrations("x3studio")
    for step in STEPS.pending(Database(memory=True)):
        broken(name=step.name)(step.fn)

    @broken()
    def first(db: Database) -> None:
        db.conn.execute("CREATE TABLE first (a)")

    @broken()
    def second(_: Database) -> None:
        raise ZeroDivisionError

    conn = connect(path, key=KEY)
    with pytest.raises(ZeroDivisionError):
        migrate(conn, path=path, key=KEY, steps=broken)
    assert database(conn).table_names() == tables
    conn.close()
    await Store.open(path, key=KEY).close()
