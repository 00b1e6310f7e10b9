"""Runs that end while the window is open are told once, in words, wherever they were started."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from x3studio.domain.runs import Counts, RunState
from x3studio.gui.shell.ends import Ends
from x3studio.gui.widgets.toast import Toast
from x3studio.gui.window import Window
from x3studio.store import Tables

from .hands import Operator
from .scenes import FLOW

Drive = Callable[[Any], Any]
Opened = Callable[..., AbstractAsyncContextManager[Window]]


def _ended(
    state: RunState, *, reason: str = "", connection: str = "elsewhere", **counts: int
) -> Callable[[Tables], int]:
    """A run of another process, from its queueing to its end."""

    def work(tables: Tables) -> int:
        run = tables.runs.queue(flow=FLOW, connection=connection, started_by="Mira")
        tables.runs.start(run.id)
        tables.runs.beat(run.id, counts=Counts(**counts))
        tables.runs.move(run.id, state, reason=reason)
        return run.id

    return work


def test_a_failure_is_told_with_its_reason_and_opens_its_run(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened() as window:
            hands, store = Operator(window), window.desk.host.store
            failed = await store.write(
                _ended(RunState.FAILED, reason="X3 at x3.brandel.example cannot be reached.")
            )
            said = await hands.reads(f"run {failed:,}: Failed. X3 at x3.brandel.example cannot be reached.")
            assert said.startswith("Orders to X3")
            toast = next(toast for toast in hands.all(Toast) if toast.state.word == said)
            assert toast.link is not None
            await hands.click(toast.link)
            assert window.rail is not None and type(window.page).__module__.startswith("x3studio.gui.runs")

    drive(scene())


def test_beside_the_runs_the_bell_alone_remembers(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened() as window:
            hands, store = Operator(window), window.desk.host.store
            window.go("runs")
            done = await store.write(_ended(RunState.DONE, read=4, translated=4, sent=4, confirmed=4))
            word = f"run {done:,}: Done, 4 confirmed"
            await hands.until(lambda: any(word in text for text in window.news.said), word)
            assert not any(word in toast.state.word for toast in hands.all(Toast))

    drive(scene())


def test_many_ends_are_one_piece_of_news_and_nothing_new_is_none(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened(filled=False) as window:
            store = window.desk.host.store
            told: list[str] = []
            ends = Ends({FLOW: "Orders to X3"}, lambda state, _run: told.append(state.word))
            before = ends.since
            await store.write(_ended(RunState.DONE))
            await store.write(_ended(RunState.CANCELLED))
            await store.write(_ended(RunState.PARTIAL, read=3, refused=2, confirmed=1))
            ends.take(await store.read(lambda tables: tables.runs.ended_after(ends.since)))
            assert told == ["Orders to X3, run 3: Done with 2 exceptions"]
            for _ in range(2):
                await store.write(_ended(RunState.FAILED, reason="no"))
            await store.write(_ended(RunState.PARTIAL, read=3, refused=2, confirmed=1))
            ends.take(await store.read(lambda tables: tables.runs.ended_after(ends.since)))
            assert told[1:] == ["3 runs ended, 2 failed, 2 exceptions"]
            ends.take(await store.read(lambda tables: tables.runs.ended_after(before)))
            assert len(told) == 2, "nothing is told twice"

    drive(scene())
