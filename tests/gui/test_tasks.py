"""The runner: keeps, reports busy, cancels, and lets no failure pass unseen."""

import asyncio
import gc
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QPushButton

from x3studio.domain.errors import ConnectionFault, CredentialFault, StudioError
from x3studio.gui.faults import Door
from x3studio.gui.tasks import Tasks
from x3studio.gui.watch import Watch
from x3studio.store import Store

from .scenes import KEY

Drive = Callable[[Any], Any]


def test_a_result_arrives_and_the_button_is_off_meanwhile(drive: Drive) -> None:
    async def scene() -> None:
        tasks, got, seen = Tasks(unexpected), list[int](), list[bool]()
        button = QPushButton()

        async def work() -> int:
            seen.append(button.isEnabled())
            await asyncio.sleep(0)
            return 7

        busy: list[int] = []
        tasks.busy_changed.connect(busy.append)
        task = tasks.start(work(), name="count", done=got.append, busy=button)
        assert tasks.running == 1
        await task
        await asyncio.sleep(0)
        assert (got, seen, busy, button.isEnabled()) == ([7], [False], [1, 0], True)

    drive(scene())


def test_an_unheld_task_survives_the_collector(drive: Drive) -> None:
    async def scene() -> None:
        tasks, ended = Tasks(unexpected), asyncio.Event()

        async def work() -> None:
            await asyncio.sleep(0.01)
            ended.set()

        tasks.start(work(), name="work")
        gc.collect()
        async with asyncio.timeout(45):
            await ended.wait()

    drive(scene())


def test_failures_leave_by_the_door(drive: Drive) -> None:
    async def scene() -> None:
        door, tasks = Door(), None
        told: list[StudioError] = []
        blocked: list[StudioError] = []
        crashed: list[str] = []
        door.told.connect(told.append)
        door.blocked.connect(blocked.append)
        door.crashed.connect(crashed.append)
        tasks = Tasks(door.take)

        async def fail(error: BaseException) -> None:
            raise error

        for error in (ConnectionFault("X3 is away."), CredentialFault("Sign in again."), KeyError("sku")):
            await asyncio.wait([tasks.start(fail(error), name="read items")])
        await asyncio.sleep(0)
        assert [error.title for error in told] == ["X3 is away."]
        assert [error.title for error in blocked] == ["Sign in again."]
        assert len(crashed) == 1 and "Could not read items." in crashed[0] and "KeyError" in crashed[0]

    drive(scene())


def test_the_caller_may_take_a_failure(drive: Drive) -> None:
    async def scene() -> None:
        taken: list[BaseException] = []

        def take(error: BaseException) -> bool:
            taken.append(error)
            return True

        async def fail() -> None:
            raise ConnectionFault("X3 is away.")

        tasks = Tasks(unexpected)
        await asyncio.wait([tasks.start(fail(), name="read", failed=take)])
        await asyncio.sleep(0)
        assert [str(error) for error in taken] == ["X3 is away."]

    drive(scene())


def test_cancelling_and_closing_end_quietly(drive: Drive) -> None:
    async def scene() -> None:
        tasks = Tasks(unexpected)
        first = tasks.start(asyncio.sleep(60), name="wait")
        tasks.start(asyncio.sleep(60), name="wait longer")
        first.cancel()
        await asyncio.wait([first])
        await tasks.close()
        await asyncio.sleep(0)
        assert first.cancelled() and tasks.running == 0

    drive(scene())


def test_a_deleted_button_is_left_alone(drive: Drive) -> None:
    async def scene() -> None:
        import shiboken6

        tasks, button, gate = Tasks(unexpected), QPushButton(), asyncio.Event()
        task = tasks.start(gate.wait(), name="wait", busy=button)
        shiboken6.delete(button)
        gate.set()
        await asyncio.wait([task])
        await asyncio.sleep(0)

    drive(scene())


def test_the_watch_hears_a_commit(drive: Drive, tmp_path: Path) -> None:
    async def scene() -> None:
        async with Store.create(tmp_path / "w.x3studio", key=KEY) as store:
            tasks, heard = Tasks(unexpected), asyncio.Event()
            watch = Watch(store, seen=lambda: True)
            watch.changed.connect(heard.set)
            tasks.start(watch.follow(), name="watch")
            await store.version()
            await asyncio.sleep(0)
            async with asyncio.timeout(45):
                while not heard.is_set():
                    await store.write(lambda tables: tables.settings.set("at", "x"))
            await tasks.close()

    drive(scene())


def unexpected(error: BaseException, name: str) -> None:
    raise AssertionError(f"{name}: {error}")
