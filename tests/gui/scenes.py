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
from x3studio.domain.outbox import Moment, OutboxRecord, Stage
from x3studio.domain.runs import Counts, Load, Manner, RunState
from x3studio.gui.host import ORDINARY
from x3studio.gui.opening import OpenWorkspace
from x3studio.shipped import shipped_text
from x3studio.store import Capture, Store, Tables
from x3studio.store.outbox import Intent
from x3studio.vault import MemoryVault
from x3studio.workspace import Workspace

KEY = b"k" * 32
FLOW = "orders"
X3 = X3Connection(name="Brandel test", base_url="https://x3.brandel.example:8124", folder="BRKTST")
EU = AmazonConnection(name="Amazon EU", region="eu", seller_id="A1EXAMPLE", marketplaces=("A1PA6795UKMFR9",))
UK = AmazonConnection(name="Amazon UK", region="eu", seller_id="A2EXAMPLE", marketplaces=("A1F83G8C2ARO7P",))
WHO = "Nele"
EARLIER, LIVE = 31, 96
"""How many orders the two runs of the morning read."""
_HOURLY = (12, 9, 7, 4, 3, 3, 6, 15, 38, 52, 61, 57, 49, 66, 71, 58, 54, 63, 70, 48, 37, 26, EARLIER, 47)
_SKUS = (
    ("LT-GELB-6ER", "Lindner Textmarker Neon, gelb, 6er-Pack"),
    ("OT-NOTE-76-12", "Ottwald Haftnotizen 76 x 76 mm gelb, 12 Blöcke"),
    ("BR-PACK-50-6", "Brandel Packband 50 mm braun, 6 Rollen"),
    ("SET-HEFTEN", "Hofkamp Heftgerät mit 2000 Heftklammern"),
)


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
    title: str = "Brandel Kontor GmbH"
    vault_note: str = ""
    known: Sequence[ShownFlow] = (ShownFlow(FLOW, "Orders to X3", "Amazon orders become sales orders"),)
    asked: list[tuple[object, ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.workspace = Workspace(self.store, MemoryVault({}), title=self.title)

    def flows(self) -> Sequence[ShownFlow]:
        return self.known

    async def launch(
        self,
        flow: str,
        *,
        route: str | None = None,
        dry_run: bool = False,
        since: datetime | None = None,
        limit: int | None = None,
    ) -> int:
        self.asked.append(("launch", flow, dry_run, *((route,) if route else ())))
        run = await self.store.write(
            lambda tables: tables.runs.queue(flow=flow, connection="eu", started_by=WHO, dry_run=dry_run)
        )
        return run.id

    async def cancel(self, run_id: int) -> None:
        self.asked.append(("cancel", run_id))
        await self.store.write(lambda tables: tables.runs.request_cancel(run_id))

    async def resume_run(self, run_id: int) -> None:
        self.asked.append(("resume", run_id))
        await self.workspace.running.resume(run_id)

    async def stop_after_current(self, run_id: int) -> None:
        self.asked.append(("stop", run_id))
        await self.store.write(lambda tables: tables.runs.request_stop(run_id))

    async def replay(
        self, case_ids: Sequence[int], *, route: str | None = None, manner: Manner = ORDINARY
    ) -> int:
        self.asked.append(("replay", tuple(case_ids)))
        run = await self.store.write(
            lambda tables: tables.runs.queue(flow=FLOW, connection="eu", started_by=WHO)
        )
        return run.id

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
        _settings(tables, at)

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
    counts = Counts(read=EARLIER, translated=EARLIER, sent=EARLIER, confirmed=EARLIER)
    tables.runs.beat(earlier.id, counts=counts, total=EARLIER)
    tables.runs.move(earlier.id, RunState.DONE)
    live = tables.runs.queue(flow=FLOW, connection=EU.name, started_by="scheduler")
    tables.runs.start(live.id)
    # 47 read back, 4 written, 1 in doubt; 6 are translated, 35 have not been looked at.
    counts = Counts(read=LIVE, translated=58, refused=5, sent=52, confirmed=47, waiting=4, in_doubt=1)
    load = Load(sessions=2, slots=4, operation="searchOrders", tokens=12, burst=20)
    tables.runs.beat(live.id, counts=counts, total=LIVE, load=load)


def _orders(tables: Tables, at: datetime) -> None:
    """What the two runs left in the outbox, and orders of Amazon UK that wait for its secret."""
    for place, record in enumerate(_captured(tables, "305-3150", EARLIER, run=1)):
        _write(tables, record.id, place)
        tables.outbox.confirm([record.id])
        _date(tables, record.id, seen=at - timedelta(minutes=88), took=timedelta(seconds=70 + 11 * place))
    for record in _captured(tables, "026-7702", 6, run=1):
        _date(tables, record.id, seen=at - timedelta(minutes=47), took=timedelta(0))
    taken = LIVE - 4
    for place, record in enumerate(_captured(tables, "305-4188", taken, run=2)):
        refused = place in (9, 21, 33, 48, 54)
        if refused:
            tables.outbox.reject(record.id, run=2)
        elif place < 57:
            _write(tables, record.id, EARLIER + place, doubtful=place == 55)
            tables.outbox.confirm([record.id] if place < 52 else [])
        _date(tables, record.id, seen=at - timedelta(minutes=6), took=timedelta(seconds=40 + 5 * place))


def _captured(tables: Tables, start: str, count: int, *, run: int) -> list[OutboxRecord]:
    kind = DocumentKind.SALES_ORDER
    rows = [
        Capture(FLOW, X3.account, kind, f"{start}{n:03}-61{40 + n * 7:05}", "{}", f"{start}{n}", run)
        for n in range(count)
    ]
    return [captured.record for captured in tables.outbox.capture(rows)]


def _write(tables: Tables, row: int, place: int, *, doubtful: bool = False) -> None:
    tables.outbox.intend([Intent(row, "{}", "d")], run=2)
    if doubtful:
        tables.outbox.doubt(row, moment=Moment("demo", 12.0))
    else:
        tables.outbox.done({row: f"SONHAM0126{2140 + place:05}"}, run=2)


def _date(tables: Tables, row: int, *, seen: datetime, took: timedelta) -> None:
    """The store stamps times itself; these lie before the scene was made."""
    since, until = (int(when.timestamp() * 1_000_000) for when in (seen, seen + took))
    tables.conn.execute("UPDATE outbox SET seen_at = ?, changed_at = ? WHERE id = ?", [since, until, row])


def _exceptions(tables: Tables, at: datetime) -> None:
    tables.masters.put_listings(
        [
            Listing(sku, f"B0{place}BRANDEL", title, EU.marketplaces[0])
            for place, (sku, title) in enumerate(_SKUS)
        ]
    )
    refused = [row.reference for row in tables.outbox.latest().rows if row.stage is Stage.REJECTED]
    for n, reference in enumerate([*refused, *(f"305-2907{n:03}-5530918" for n in range(22))]):
        _open(
            tables,
            reference=reference,
            cause="mapping",
            title="No X3 item for SKU",
            advice="Map the SKU, then replay the orders that wait for it.",
            subject=_SKUS[n % len(_SKUS)][0],
            worth=Decimal("23.90"),
            at=at - timedelta(minutes=4 + n) if n < 5 else at - timedelta(hours=(3, 4, 10)[n % 3]),
        )
    for n in range(3):
        _open(
            tables,
            reference=f"028-5561{n:03}-1184520",
            cause="value",
            title="Pack factor not whole",
            advice="Set a whole pack factor for the SKU.",
            subject="KR-ORD-8-S-10",
            worth=Decimal("41.15"),
            at=at - timedelta(days=1 + n),
        )
    _solved(tables, at)


def _solved(tables: Tables, at: datetime) -> None:
    """Ups and downs of two weeks: cases that later runs solved, but for two."""
    opened: list[tuple[str, int, int]] = []
    for days_ago, new in enumerate((0, 8, 11, 6, 19, 24, 13, 5, 3, 9, 12, 17, 7, 10)):
        for n in range(new):
            reference = f"304-{days_ago:03}{n:04}-4471206"
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
    solved = [entry for entry in opened if entry[1:] not in ((4, 0), (4, 1))]
    tables.exceptions.resolve(
        flow=FLOW, references=[entry[0] for entry in solved], note="a later run succeeded"
    )
    # The store stamps the day of solving itself; these were solved one to four days after they came up.
    for reference, days_ago, n in solved:
        days = max(days_ago - 1 - n % 4, 0)
        tables.conn.execute(
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
            worth=Money(worth, "EUR") if worth else None,
            first_at=at,
            last_at=at,
        )
    )


def _confirmations(tables: Tables, at: datetime) -> None:
    hour = at.replace(minute=0, second=0, microsecond=0)
    exchanges = [
        Exchange(
            record=f"305-{place:03}{n:04}-6140087",
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


def _settings(tables: Tables, at: datetime) -> None:
    plan = {"every_minutes": 15, "missed": "once", "last": (at - timedelta(minutes=6)).isoformat()}
    tables.settings.set("schedules", {FLOW: plan})
    tables.settings.set("site", shipped_text("templates/site.json"))
    day = at.date()
    rates = [
        {
            "base": "GBP",
            "quote": "EUR",
            "day": f"{day - timedelta(days=ago)}",
            "value": value,
            "source": "ECB",
        }
        for ago, value in ((1, "1.1384"), (2, "1.1371"), (3, "1.1402"))
    ]
    tables.settings.set("rates", rates)


def _notes(at: datetime) -> list[dict[str, str]]:
    first = (
        "The night's run stopped once for the X3 backup and went on by itself. "
        "The four new SKUs are with purchasing; please map nothing by guess."
    )
    second = "Amazon UK wants a new secret. Tilo has it and pastes it before noon."
    return [
        {"text": first, "who": "Mareike Olthoff", "at": (at - timedelta(hours=2)).isoformat()},
        {"text": second, "who": "Tilo Brandes", "at": (at - timedelta(hours=15)).isoformat()},
    ]
