"""The promises of the file itself: grouped commits, lone failures, secrecy, and errors in plain words."""

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.store.conftest import KEY
from x3studio.domain.errors import StoreFault
from x3studio.domain.monitor import Direction, Exchange, System
from x3studio.store import Store, Tables

CANARY = "Wilhelmine Canary, 14 Secret Lane"


def _set(key: str, value: object) -> Callable[[Tables], None]:
    return lambda tables: tables.settings.set(key, value)


def _many(tables: Tables) -> None:
    for i in range(2_000):
        tables.settings.set(f"k{i}", "x" * 200)


class TestWrites:
    async def test_works_of_one_instant_share_one_commit(self, store: Store) -> None:
        entered, open_door = threading.Event(), threading.Event()

        def block(_: Tables) -> None:
            entered.set()
            open_door.wait()

        first = asyncio.create_task(store.write_alone(block))
        await asyncio.to_thread(entered.wait)
        before = await store.version()
        rest = [asyncio.create_task(store.write(_set(f"k{i}", i))) for i in range(50)]
        await asyncio.sleep(0)
        open_door.set()
        await asyncio.gather(first, *rest)
        # data_version counts each commit that another connection made.
        assert await store.version() == before + 1
        assert await store.read(lambda t: [t.settings.get(f"k{i}") for i in range(50)]) == list(range(50))

    async def test_one_failing_work_is_rolled_back_alone(self, store: Store) -> None:
        def fail(tables: Tables) -> None:
            tables.settings.set("half", "done")
            raise ZeroDivisionError("a bug stays a bug")

        results = await asyncio.gather(
            store.write(_set("a", 1)), store.write(fail), store.write(_set("b", 2)), return_exceptions=True
        )
        assert isinstance(results[1], ZeroDivisionError)
        assert results[0] is results[2] is None
        assert await store.read(
            lambda t: (t.settings.get("a"), t.settings.get("half"), t.settings.get("b"))
        ) == (1, None, 2)

    async def test_a_programming_error_in_sql_is_no_store_fault(self, store: Store) -> None:
        with pytest.raises(Exception, match="no such table") as caught:
            await store.write(lambda t: t.conn.execute("DELETE FROM nowhere"))
        assert not isinstance(caught.value, StoreFault)
        await store.write(_set("still", "works"))

    async def test_readers_cannot_write(self, store: Store) -> None:
        with pytest.raises(StoreFault, match="read-only"):
            await store.read(_set("a", 1))

    async def test_a_cancelled_work_that_still_waits_is_not_done(self, store: Store) -> None:
        entered, open_door = threading.Event(), threading.Event()

        def block(_: Tables) -> None:
            entered.set()
            open_door.wait()

        blocker = asyncio.create_task(store.write_alone(block))
        await asyncio.to_thread(entered.wait)
        waiting = asyncio.create_task(store.write(_set("never", 1)))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        open_door.set()
        await blocker
        assert await store.read(lambda t: t.settings.get("never")) is None

    async def test_close_writes_what_is_queued_and_refuses_what_comes_after(self, path: Path) -> None:
        store = Store.create(path, key=KEY)
        queued = [asyncio.create_task(store.write(_set(f"k{i}", i))) for i in range(20)]
        await asyncio.sleep(0)
        await store.close()
        await store.close()
        await asyncio.gather(*queued)
        with pytest.raises(StoreFault, match="closed"):
            await store.write(_set("late", 1))
        with pytest.raises(StoreFault, match="closed"):
            await store.read(lambda t: t.settings.get("k1"))
        async with Store.open(path, key=KEY) as again:
            assert await again.read(lambda t: t.settings.get("k19")) == 19
        assert [entry.name for entry in path.parent.iterdir()] == [path.name]

    async def test_version_tells_of_another_store(self, store: Store, path: Path) -> None:
        async with Store.open(path, key=KEY) as other:
            seen = await other.version()
            assert await other.version() == seen
            await store.write(_set("a", 1))
            assert await other.version() != seen

    def test_any_loop_will_do(self, path: Path) -> None:
        store = Store.create(path, key=KEY)
        asyncio.run(store.write(_set("a", 1)))
        assert asyncio.run(store.read(lambda t: t.settings.get("a"))) == 1
        asyncio.run(store.close())


class TestSecrecy:
    async def test_nothing_readable_is_on_the_disk(self, store: Store, path: Path) -> None:
        exchange = Exchange(
            CANARY, "read", System.AMAZON, Direction.IN, "read", answer=f'{{"name": "{CANARY}"}}'
        )
        await store.write(lambda t: t.journal.add([exchange]))
        await store.write(_set("name", CANARY))
        files = list(path.parent.iterdir())
        assert any(file.name.endswith("-wal") for file in files)
        for file in files:
            content = file.read_bytes()
            for secret in (CANARY.encode(), b"Wilhelmine", b"CREATE TABLE", b"SQLite format 3"):
                assert secret not in content, file.name

    async def test_a_wrong_key_is_said_plainly_and_quietly(
        self, path: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        await Store.create(path, key=KEY).close()
        with pytest.raises(StoreFault, match="cannot be opened with this key"):
            Store.open(path, key=bytes(32))
        captured = capfd.readouterr()
        assert captured.out == captured.err == ""

    def test_a_key_of_another_length_is_a_bug(self, path: Path) -> None:
        with pytest.raises(ValueError, match="32 bytes"):
            Store.create(path, key=b"short")
        assert not path.exists()


class TestFaults:
    def test_missing_file_and_directory(self, path: Path) -> None:
        with pytest.raises(StoreFault, match="There is no workspace"):
            Store.open(path, key=KEY)
        with pytest.raises(StoreFault, match="does not exist"):
            Store.open(path.parent / "nowhere" / path.name, key=KEY)
        with pytest.raises(StoreFault, match="does not exist"):
            Store.create(path.parent / "nowhere" / path.name, key=KEY)

    async def test_create_refuses_an_existing_file(self, path: Path) -> None:
        _put(path, b"mine")
        with pytest.raises(StoreFault, match="already exists"):
            Store.create(path, key=KEY)
        assert _content(path) == b"mine"

    async def test_a_file_that_could_not_be_filled_is_no_file(self, tmp_path: Path) -> None:
        with _small_disk(tmp_path, free=100_000) as disk:
            with pytest.raises(StoreFault, match="disk is full"):
                Store.create(disk / "demo.x3studio", key=KEY)
            assert [entry.name for entry in disk.iterdir()] == ["ballast"]

    async def test_a_file_is_its_owners_alone(self, store: Store, path: Path) -> None:
        await store.write(_set("a", 1))
        assert {entry.stat().st_mode & 0o077 for entry in path.parent.iterdir()} == {0}

    async def test_odd_characters_in_the_name(self, path: Path) -> None:
        odd = path.with_name("100% späte #1 ?mode=ro.x3studio")
        async with Store.create(odd, key=KEY) as store:
            await store.write(_set("a", 1))
        assert odd.is_file()

    async def test_a_damaged_page_is_said_plainly(self, path: Path) -> None:
        async with Store.create(path, key=KEY) as store:
            await store.write(_many)
            assert await store.integrity() == ()
        content = _content(path)
        for page in range(5, len(content) // 4096 - 1):
            content[page * 4096 + 100] ^= 0xFF
        _put(path, content)
        with pytest.raises(StoreFault, match="damaged"):
            async with Store.open(path, key=KEY) as store:
                await store.read(lambda t: [t.settings.get(f"k{i}") for i in range(2_000)])

    async def test_integrity_names_a_forged_page(self, path: Path) -> None:
        async with Store.create(path, key=KEY) as store:
            await store.write(_many)
        content = _content(path)
        content[-2_000] ^= 0xFF
        _put(path, content)
        async with Store.open(path, key=KEY) as store:
            assert "HMAC" in (await store.integrity())[0]

    def test_a_cut_file_and_a_foreign_file(self, path: Path) -> None:
        path.write_bytes(b"SQLite format 3\0" + bytes(8_000))
        with pytest.raises(StoreFault, match="key"):
            Store.open(path, key=KEY)

    async def test_a_full_disk_fails_the_group_and_leaves_the_store_usable(self, path: Path) -> None:
        async with Store.create(path, key=KEY) as store:

            def fill(tables: Tables) -> None:
                (pages,) = tables.conn.execute("PRAGMA page_count").fetchone()
                tables.conn.execute(f"PRAGMA max_page_count = {pages + 10}").fetchone()
                tables.settings.set("big", "x" * 400_000)

            results = await asyncio.gather(
                store.write(_set("a", 1)), store.write(fill), return_exceptions=True
            )
            assert isinstance(results[1], StoreFault)
            assert "disk is full" in results[1].title
            await store.write(_set("small", 1))
            assert await store.read(lambda t: (t.settings.get("small"), t.settings.get("big"))) == (1, None)

    async def test_a_really_full_disk(self, tmp_path: Path) -> None:
        with _small_disk(tmp_path, free=2_000_000) as disk:
            store = Store.create(disk / "demo.x3studio", key=KEY)
            with pytest.raises(StoreFault, match="disk is full"):
                for i in range(100):
                    await store.write(_set(f"k{i}", "x" * 100_000))
            (disk / "ballast").unlink()
            await store.write(_set("after", 1))
            assert await store.read(lambda t: t.settings.get("after")) == 1
            assert await store.integrity() == ()
            await store.close()

    @pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root to become nobody")
    async def test_a_read_only_file(self, path: Path) -> None:
        await Store.create(path, key=KEY).close()
        _allow(path, 0o444)
        assert "read-only" in _as_nobody(path)

    @pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root to become nobody")
    async def test_a_file_that_may_not_be_read(self, path: Path) -> None:
        await Store.create(path, key=KEY).close()
        _allow(path, 0o600)
        assert "cannot be opened" in _as_nobody(path)


def _content(path: Path) -> bytearray:
    return bytearray(path.read_bytes())


def _put(path: Path, content: bytes | bytearray) -> None:
    path.write_bytes(content)


def _allow(path: Path, mode: int) -> None:
    """Gives the file these rights, and others a way to it."""
    path.chmod(mode)
    for directory in (path.parent, *path.parent.parents[:3]):
        directory.chmod(directory.stat().st_mode | 0o055)


@contextmanager
def _small_disk(tmp_path: Path, *, free: int) -> Iterator[Path]:
    """A disk of 3 MB with this much room left; a file named ballast takes the rest."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)]
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or subprocess.run(mount, check=False).returncode:
        pytest.skip("only root can mount a small disk here")
    try:
        (disk / "ballast").write_bytes(bytes(3 * 1024 * 1024 - free))
        yield disk
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def _as_nobody(path: Path) -> str:
    """Opens the store in a forked child without any rights; returns what it was told."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.setgid(65534)
        os.setuid(65534)
        try:
            Store.open(path, key=KEY)
            said = "opened"
        except StoreFault as fault:
            said = str(fault)
        os.write(writing, said.encode())
        os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading) as told:
        return told.read()


async def test_a_kill_loses_nothing_that_was_acknowledged(path: Path) -> None:
    program = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from x3studio.store import Store\n"
        "async def main():\n"
        "    store = Store.create(Path(sys.argv[1]), key=bytes(range(32)))\n"
        "    for i in range(10_000):\n"
        "        await store.write(lambda t: t.settings.set('last', i))\n"
        "        print(i, flush=True)\n"
        "asyncio.run(main())\n"
    )
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, str(path), stdout=asyncio.subprocess.PIPE
    )
    assert child.stdout is not None
    seen = -1
    while seen < 40:
        seen = int(await child.stdout.readline())
    child.kill()
    rest = await child.stdout.read()
    await child.wait()
    acknowledged = int(rest.split()[-1]) if rest.split() else seen
    async with Store.open(path, key=KEY) as store:
        assert await store.read(lambda t: t.settings.get("last")) >= acknowledged
