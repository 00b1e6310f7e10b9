"""One demo X3 per test, reached in process unless the test needs a real port."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest

from tests.sandbox.demo import signed_in
from x3studio.sandbox.serve import Sandbox

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)


@pytest.fixture
def sandbox() -> Sandbox:
    """A demo without Amazon."""
    return Sandbox(now=NOW, amazon=False)


@pytest.fixture
async def x3(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the demo X3 in process, signed in by password, in the test folder."""
    async with signed_in(sandbox) as client:
        yield client
