"""A workspace in an honest state of the morning: what the real engine would have left in the store."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from x3studio.domain.catalogue import Listing
from x3studio.domain.connections import AmazonConnection, Profile, X3Connection
from x3studio.domain.documents import DocumentKind
from x3studio.domain.money import Money
from x3studio.domain.monitor import Direction, ExceptionCase, Exchange, System
from x3studio.domain.runs import Counts, RunState
from x3studio.gui.opening import OpenWorkspace
from x3studio.store import Capture, Store, Tables
from x3studio.vault import MemoryVault
from x3studio.workspace import Workspace

KEY = b"k" * 32
FLOW = "orders"
X3 = X3Connection(name="Hartmann test", base_url="https://x3.hartmann.example:8124", folder="HARTST")
EU = AmazonConnection(name="Amazon EU", region="eu", seller_id="A1EXAMPLE", marketplaces=("A1PA6795UKMFR9",))
UK = AmazonConnection(name="Amazon UK", region="eu", seller_id="A2EXAMPLE", marketplaces=("A1F83G8C2ARO7P",))
_HOURLY = (22, 18, 14, 9, 6, 5, 8, 19, 44, 61, 72, 68, 77, 83, 74, 70, 88, 92, 79, 66, 58, 47, 38, 30)


@dataclass(frozen=True, slots=True)
class ShownFlow:
    """A flow as the window shows it."""

    name: str
    title: str
    subtitle: str


@dataclass(slots=True)
class FakeHost(OpenWorkspace):
    """A Host over a real store and its real rooms; runs that pages start are written down instead of run."""

    store: Store
    path: Path
    title: str = "Hartmann Bürobedarf GmbH"
    vault_note: str = ""
    known: Sequence[ShownFlow] = (ShownFlow(FLOW, "Orders to X3", "Amazon orders become sales orders"),)
    asked: list[tuple[object, ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.workspace = Workspace(self.store, MemoryVault({}), title=self.title)

    def flows(self) -> Sequence[ShownFlow]:
        return self.known

    async def launch(
        self, flow: str, *, dry_run: bool = False, since: datetime | None = None, limit: int | None = None
    ) -> int:
        self.asked.append(("launch", flow, dry_run))
        run = await self.store.write(
            lambda tables: tables.runs.queue(flow=flow, connection="eu", started_by="Ines", dry_run=dry_run)
        )
        return run.id

    async def cancel(self, run_id: int) -> None:
        self.asked.append(("cancel", run_id))
        await self.store.write(lambda tables: tables.runs.request_cancel(run_id))

    async def stop_after_current(self, run_id: int) -> None:
        self.asked.append(("stop", run_id))
        await self.store.write(lambda tables: tables.runs.request_stop(run_id))

    async def resume(self, connection: str) -> None:
        self.asked.append(("resume", connection))


async def morning(store: Store, *, now: datetime | None = None) -> None:
    """Fills a new store: connections (one expired), runs (one live), exceptions, confirmations, a note."""
    at = now or datetime.now(UTC)

    def work(tables: Tables) -> None:
        _connections(tables, at)
        _runs(tables)
        _orders(tables, at)
        _exceptions(tables, at)
        _confirmations(tables, at)
        tables.settings.set("handover", _notes(at))

    await store.write(work)


def _connections(tables: Tables, at: datetime) -> None:
    found = Profile("gateway", {"Version": "2024 R2", "Items": "3,961"}, (), at)
    tables.connections.save(X3, profile=found)
    tables.connections.save(EU, profile=Profile("sp-api", {}, (), at))
    tables.connections.save(UK, profile=None)
    tables.connections.set_state(UK.name, "expired", said="invalid_client")


def _runs(tables: Tables) -> None:
    earlier = tables.runs.queue(flow=FLOW, connection=EU.name, started_by="scheduler")
    tables.runs.start(earlier.id)
    tables.runs.beat(earlier.id, counts=Counts(read=31, translated=31, sent=31, confirmed=31), total=31)
    tables.runs.move(earlier.id, RunState.DONE)
    live = tables.runs.queue(flow=FLOW, connection=EU.name, started_by="scheduler")
    tables.runs.start(live.id)
    counts = Counts(read=612, translated=409, refused=3, sent=221, confirmed=211, in_doubt=1)
    tables.runs.beat(live.id, counts=counts, total=612)


def _orders(tables: Tables, at: datetime) -> None:
    rows = [
        Capture(FLOW, X3.account, DocumentKind.SALES_ORDER, f"302-88419{n:02}-5520347", "{}", f"h{n}", None)
        for n in range(7)
    ]
    tables.outbox.capture(rows)
    # The store stamps the time of sight itself; these orders have been waiting since before the shift.
    since = at - timedelta(minutes=52)
    tables.db.execute("UPDATE outbox SET seen_at = ?", [int(since.timestamp() * 1_000_000)])


def _exceptions(tables: Tables, at: datetime) -> None:
    skus = [f"HB-22{n}-6PK" for n in range(91, 97)]
    tables.masters.put_listings(
        [
            Listing(sku, f"B08{sku}", "Lindner Textmarker Classic gelb, 6er Pack", "A1PA6795UKMFR9")
            for sku in skus
        ]
    )
    for n in range(34):
        _open(
            tables,
            reference=f"302-77{n:05}-5520347",
            cause="mapping",
            title="No X3 item for SKU",
            advice="Map the SKU, then replay the orders that wait for it.",
            subject=skus[n % 6],
            worth=Decimal("73.48"),
            at=at - timedelta(hours=(2, 3, 9)[n % 3], minutes=n),
        )
    for n in range(4):
        _open(
            tables,
            reference=f"028-55{n:05}-1127561",
            cause="value",
            title="Pack factor not whole",
            advice="Set a whole pack factor for the SKU.",
            subject="HB-5120-P5",
            worth=Decimal("104.10"),
            at=at - timedelta(days=1 + n % 3),
        )
    _solved(tables, at)


def _solved(tables: Tables, at: datetime) -> None:
    """Ups and downs of two weeks: cases that later runs solved, but for three."""
    opened: list[tuple[str, int, int]] = []
    for days_ago, new in enumerate((0, 12, 9, 12, 26, 31, 16, 4, 5, 8, 14, 22, 9, 12)):
        for n in range(new):
            reference = f"303-{days_ago:03}{n:04}-6629140"
            _open(
                tables,
                reference=reference,
                cause="connection",
                title="X3 did not answer",
                advice="It is tried again by itself.",
                subject="",
                worth=None,
                at=at - timedelta(days=days_ago),
            )
            opened.append((reference, days_ago, n))
    solved = [entry for entry in opened if entry[1:] not in ((4, 0), (4, 1), (4, 2))]
    tables.exceptions.resolve(
        flow=FLOW, references=[entry[0] for entry in solved], note="a later run succeeded"
    )
    # The store stamps the day of solving itself; these were solved one to four days after they came up.
    for reference, days_ago, n in solved:
        days = max(days_ago - 1 - n % 4, 0)
        tables.db.execute(
            "UPDATE cases SET resolved_day = resolved_day - ? WHERE reference = ?", [days, reference]
        )


def _open(
    tables: Tables,
    *,
    reference: str,
    cause: str,
    title: str,
    advice: str,
    subject: str,
    worth: Decimal | None,
    at: datetime,
) -> None:
    tables.exceptions.open(
        ExceptionCase(
            flow=FLOW,
            reference=reference,
            cause=cause,
            title=title,
            advice=advice,
            fingerprint=f"{cause}:{title}",
            subject=subject,
            said="Artikel: HB-2291-6PK : Datensatz nicht vorhanden" if cause == "mapping" else "",
            worth=Money(worth, "EUR") if worth else None,
            first_at=at,
            last_at=at,
        )
    )


def _confirmations(tables: Tables, at: datetime) -> None:
    hour = at.replace(minute=0, second=0, microsecond=0)
    exchanges = [
        Exchange(
            record=f"302-{place:03}{n:04}-5520347",
            operation="read back",
            system=System.X3,
            direction=Direction.IN,
            status="found",
            duration_ms=84,
            at=hour - timedelta(hours=23 - place) + timedelta(seconds=n),
        )
        for place, count in enumerate(_HOURLY)
        for n in range(count)
    ]
    tables.journal.add(exchanges)


def _notes(at: datetime) -> list[dict[str, str]]:
    first = (
        "X3 was restarted at 03:10. All 6 runs caught up by themselves. "
        "Please do not resume Customers before Kanzlei Roth has answered."
    )
    second = "Amazon UK refused our secret since 16:04. Jonas has asked for a new one."
    return [
        {"text": first, "who": "Samira Benali", "at": (at - timedelta(hours=2)).isoformat()},
        {"text": second, "who": "Jonas Frey", "at": (at - timedelta(hours=15)).isoformat()},
    ]
