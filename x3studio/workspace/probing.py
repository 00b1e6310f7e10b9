"""Testing a connection before it is saved, and testing it again later."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from x3studio.amazon import AmazonSecrets
from x3studio.amazon import probe as probe_amazon
from x3studio.amazon import profile as amazon_profile
from x3studio.domain.connections import AmazonConnection, Dialect, ProbeStep, Profile, Verdict, X3Connection
from x3studio.domain.monitor import Exchange
from x3studio.store import Store
from x3studio.workspace.buckets import StoredBuckets
from x3studio.x3 import probe as probe_x3


class Probe:
    """One test of one connection: read `steps` to their end, then `profile` says what was found.

    `connection` is the connection as the test completed it (the dialect chosen, for `auto`);
    `profile` is None while the test runs and after it failed; `failed` is the step it failed in first.
    `exchanges` is what was said meanwhile.
    """

    def __init__(
        self, connection: X3Connection | AmazonConnection, secrets: Mapping[str, str], *, store: Store
    ) -> None:
        self.connection = connection
        self.secrets = dict(secrets)
        self.profile: Profile | None = None
        self.failed: ProbeStep | None = None
        self.exchanges: list[Exchange] = []
        self._store = store

    async def steps(self) -> AsyncIterator[ProbeStep]:
        """Each step twice: first as being tested, then with its verdict."""
        own = self._x3_steps() if isinstance(self.connection, X3Connection) else self._amazon_steps()
        async for step in own:
            if step.verdict is Verdict.FAIL and self.failed is None:
                self.failed = step
            yield step
        await self._store.write(lambda tables: tables.journal.add(self.exchanges))

    async def _x3_steps(self) -> AsyncIterator[ProbeStep]:
        assert isinstance(self.connection, X3Connection)
        probe = probe_x3(self.connection, self.secrets, record=self.exchanges.append)
        async for step in probe:
            yield step
        self.profile = probe.profile
        if probe.profile is not None and self.connection.dialect is Dialect.AUTO:
            self.connection = replace(self.connection, dialect=Dialect(probe.profile.dialect))

    async def _amazon_steps(self) -> AsyncIterator[ProbeStep]:
        assert isinstance(self.connection, AmazonConnection)
        seen: list[ProbeStep] = []
        async for step in probe_amazon(
            self.connection,
            AmazonSecrets(**self.secrets),
            record=self.exchanges.append,
            buckets=StoredBuckets(self._store),
        ):
            seen.append(step)
            yield step
        self.profile = amazon_profile(seen, at=datetime.now(UTC))
