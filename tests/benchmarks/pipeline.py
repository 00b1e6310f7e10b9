"""Orders through the whole product: the real command against the demo systems, each in its own process."""

import asyncio
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.benchmarks.journal_rows import fill
from tests.benchmarks.process import Life, live
from tests.crash.clients import Product
from tests.crash.served import served
from x3studio.domain.connections import Dialect, X3Connection
from x3studio.domain.documents import Document
from x3studio.domain.outbox import OutboxRecord
from x3studio.domain.runs import Run, RunState
from x3studio.store import Store, Tables
from x3studio.workspace import Workspace

KEY = "5e" * 32
QUIET = {"rate_limits": False}
"""Nothing goes wrong and Amazon limits nothing."""


@dataclass(frozen=True)
class Carried:
    """A finished run: `seconds` from its start to its end as the product itself recorded them."""

    run: Run
    life: Life

    @property
    def orders(self) -> int:
        return self.run.counts.sent

    @property
    def seconds(self) -> float:
        assert self.run.started_at and self.run.ended_at
        return (self.run.ended_at - self.run.started_at).total_seconds()

    @property
    def rate(self) -> float:
        """Orders a second."""
        return self.orders / self.seconds

    @property
    def cpu_ms(self) -> float:
        """Milliseconds of computing an order, the program's own start included."""
        return self.life.cpu_seconds * 1000 / max(1, self.orders)


@dataclass(frozen=True)
class Pipeline(Product):
    """A workspace on served systems: fresh, or one that was made earlier for others and is taken over."""

    template: Path | None = None

    async def _prepare(self) -> None:
        if self.template is None:
            await super()._prepare()
            return
        await asyncio.to_thread(self.template.rename, self.path)
        workspace = await Workspace.open(self.path, vault=self.vault())
        await workspace.store.write(self._move)
        await workspace.close()

    def _move(self, tables: Tables) -> None:
        """Points the copied connections to where the systems are now."""
        for saved in tables.connections.all():
            old = saved.connection
            if isinstance(old, X3Connection):
                there = _where(self.served.x3)
                tables.connections.save(replace(old, dialect=self.dialect, **there), profile=None)  # type: ignore[arg-type]
            else:
                tables.connections.save(replace(old, **_where(self.served.amazon)), profile=None)  # type: ignore[arg-type]

    def carry(self) -> Carried:
        """One run of the real command to its end."""
        environment = {**os.environ, **self.environment(), "X3STUDIO_WORKSPACE": str(self.path)}
        life = live(["-m", "x3studio", "run", "orders", "--json"], environment=environment)
        last: dict[str, Any] = json.loads(life.output.splitlines()[-1])
        return Carried(asyncio.run(self._get(last["run"])), life)

    def documents(self) -> list[Document]:
        """What was sent, in the order in which X3 took it."""
        taken = [json.loads(line) for line in self.served.ledger.read_text(encoding="utf-8").splitlines()]
        references = [entry["reference"] for entry in taken if entry["kind"] == "SOH"]
        return [Document.from_json(record.document) for record in asyncio.run(self._records(references))]

    async def _get(self, run: int) -> Run:
        workspace = await Workspace.open(self.path, vault=self.vault())
        try:
            return await workspace.running.get(run)
        finally:
            await workspace.close()

    async def _records(self, references: list[str]) -> list[OutboxRecord]:
        workspace = await Workspace.open(self.path, vault=self.vault())

        def read(tables: Tables) -> list[OutboxRecord]:
            found = (tables.outbox.find(reference=reference) for reference in references)
            return [record for record in found if record is not None]

        try:
            return await workspace.store.read(read)
        finally:
            await workspace.close()


def _where(given: Mapping[str, Any]) -> dict[str, str]:
    return {name: given[name] for name in ("base_url", "token_url")}


def make_template(folder: Path) -> Path:
    """A mapped and connected workspace without a single run."""
    place = folder / "template"
    place.mkdir()
    with served(place, orders=1, faults=QUIET) as systems:
        product = Pipeline(systems, place / "template.x3studio", KEY)
        product.prepare()
    return product.path


def make_full(path: Path, *, exchanges: int) -> None:
    """Puts that many exchanges into a workspace's journal."""

    async def work() -> None:
        async with Store.open(path, key=bytes.fromhex(KEY)) as store:
            await fill(store, exchanges)

    asyncio.run(work())


def copies(template: Path, name: str, *, count: int) -> list[Path]:
    """That many copies beside the template, on the disk when this returns.

    Made before anything is measured: a large file that is still being written would delay every commit.
    """
    made = [template.with_name(f"{name}-{number}.x3studio") for number in range(count)]
    for path in made:
        shutil.copyfile(template, path)
        with path.open("rb+") as file:
            os.fsync(file.fileno())
    return made


@contextmanager
def carried(
    folder: Path, *, template: Path, orders: int, dialect: Dialect = Dialect.GATEWAY
) -> Iterator[tuple[Pipeline, Carried]]:
    """One run of the orders over freshly served systems, which stay for as long as the block runs."""
    folder.mkdir()
    with served(folder, orders=orders, faults=QUIET) as systems:
        pipeline = Pipeline(systems, folder / "orders.x3studio", KEY, dialect, template)
        pipeline.prepare()
        done = pipeline.carry()
        if done.run.state not in (RunState.DONE, RunState.PARTIAL):
            raise SystemExit(f"The run ended {done.run.state}: {done.run.reason}")
        yield pipeline, done
    pipeline.path.unlink()
