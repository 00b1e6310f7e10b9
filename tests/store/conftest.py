"""A fresh store for each test, with a clock that stands until a test moves it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from x3studio.store import Store, Tables
from x3studio.store.slices import indexed_up_to

KEY = bytes(range(32))


class HandClock:
    """A clock that a test moves by hand."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def forward(self, step: timedelta) -> None:
        self.at += step


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "demo.x3studio"


@pytest.fixture
async def store(path: Path, clock: HandClock) -> AsyncIterator[Store]:
    async with Store.create(path, key=KEY, clock=clock) as opened:
        yield opened


async def indexed(store: Store) -> None:
    """Waits until the journal's words are all in the index, as they are once nobody writes."""
    while await store.read(_unindexed):  # noqa: ASYNC110 - the writer tells nobody
        await asyncio.sleep(0.01)


def _unindexed(tables: Tables) -> bool:
    last = tables.conn.execute("SELECT MAX(id) FROM exchanges").fetchone()[0]
    return last is not None and last > indexed_up_to(tables.conn)
