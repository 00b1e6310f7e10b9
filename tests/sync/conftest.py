"""A stage for engine tests: a real store in a temporary folder between a scripted source and target."""

import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.sync.rehearsal import ScriptedFlow, ScriptedX3, Stage
from x3studio.store import Store


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = Store.create(tmp_path / "test.x3studio", key=os.urandom(32))
    yield opened
    await opened.close()


@pytest.fixture
def stage(store: Store) -> Callable[..., Stage]:
    def build(*pages: list, x3: ScriptedX3 | None = None, **rest: object) -> Stage:  # type: ignore[type-arg]
        return Stage(store, ScriptedFlow(pages), x3 or ScriptedX3(), **rest)  # type: ignore[arg-type]

    return build
