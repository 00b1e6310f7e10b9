"""The test of a connection, step by step and fit to be watched; nothing is saved, no document is written."""

import asyncio
import time
from collections.abc import AsyncGenerator, Mapping
from datetime import UTC, datetime

import httpx

from x3studio.domain.connections import ProbeStep, Profile, Verdict, X3Connection
from x3studio.domain.errors import ConnectionFault, StudioError
from x3studio.x3.dialect import Recorder
from x3studio.x3.line import Line
from x3studio.x3.probe_steps import AGAIN, Finding, Steps, Work

STEP_SECONDS = 60.0
_NEEDED = frozenset({"host", "token", "dialect", "folder", "customers"})
"""Without these nothing that follows makes sense."""


class Probe:
    """An async iterator of steps: each first as TESTING, then with its verdict. `profile` is set at the end.

    `profile` stays None unless every step has passed, warned or been skipped.
    """

    def __init__(
        self,
        connection: X3Connection,
        secrets: Mapping[str, str],
        *,
        record: Recorder,
        transport: httpx.AsyncBaseTransport | None = None,
        seconds: float = STEP_SECONDS,
    ) -> None:
        self.profile: Profile | None = None
        self._seconds = seconds
        self._steps = Steps(
            connection, open_line=lambda: Line(connection, secrets, record=record, transport=transport)
        )
        self._failed = self._stopped = False
        self._shown = self._run()

    def __aiter__(self) -> "Probe":
        return self

    async def __anext__(self) -> ProbeStep:
        return await anext(self._shown)

    async def aclose(self) -> None:
        """Ends the test early."""
        await self._shown.aclose()

    async def _run(self) -> AsyncGenerator[ProbeStep, None]:
        try:
            for key, title, work in self._steps.plan():
                yield ProbeStep(key, title, Verdict.TESTING)
                yield await self._take(key, title, work)
            if not self._failed:
                self.profile = Profile(
                    dialect=self._steps.dialect,
                    facts=self._steps.facts,
                    abilities=tuple(self._steps.abilities.values()),
                    checked_at=datetime.now(UTC),
                )
        finally:
            await self._steps.aclose()

    async def _take(self, key: str, title: str, work: Work) -> ProbeStep:
        if self._stopped:
            return ProbeStep(key, title, Verdict.SKIPPED, found="Not tested: an earlier step failed.")
        began = time.monotonic()
        try:
            async with asyncio.timeout(self._seconds):
                finding: Finding = await AGAIN(work)
        except StudioError as fault:
            finding = self._steps.failed(fault)
        except TimeoutError:
            finding = self._steps.failed(
                ConnectionFault(
                    f"No answer within {self._seconds:.0f} seconds.",
                    advice="X3 may be busy: test again later.",
                )
            )
        if finding.verdict is Verdict.FAIL:
            self._failed, self._stopped = True, self._stopped or key in _NEEDED
        return ProbeStep(
            key=key,
            title=title,
            verdict=finding.verdict,
            found=finding.found,
            said=finding.said,
            advice=finding.advice,
            field=finding.field,
            offers=finding.offers,
            milliseconds=round((time.monotonic() - began) * 1000),
        )


def probe(
    connection: X3Connection,
    secrets: Mapping[str, str],
    *,
    record: Recorder = lambda _: None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Probe:
    """Tests a connection: iterate over the steps, then read `.profile` (None where a step failed)."""
    return Probe(connection, secrets, record=record, transport=transport)
