"""A fresh store for each test, with a clock that stands until a test moves it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from x3studio.store import Store

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
    while await store.read(lambda tables: tables.journal.unindexed()):  # noqa: ASYNC110 - the writer tells nobody
        await asyncio.sleep(0.01)
