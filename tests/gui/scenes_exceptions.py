"""Exceptions as the engine leaves them, over the morning's store, and an X3 that can be asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from x3studio.domain.documents import Document, DocumentKind
from x3studio.domain.errors import StudioError
from x3studio.domain.mappings import ItemPair, Judgement
from x3studio.domain.money import Money
from x3studio.domain.monitor import CaseState, ExceptionCase
from x3studio.domain.runs import Counts, Manner, RunState
from x3studio.gui.exceptions import data
from x3studio.gui.exceptions.data import CaseRow
from x3studio.gui.exceptions.page import ExceptionsPage
from x3studio.gui.host import ORDINARY
from x3studio.gui.window import Window
from x3studio.store import Capture, Store, Tables
from x3studio.workspace.replays import Prospect

from .conftest import settled
from .scenes import FLOW, WHO, X3, FakeHost

MAPPING = "mapping:No X3 item for SKU"
REFUSED = "rejected:SAU"
ROUTE = "Amazon EU>X3 BRKTST"
SAID = "Verkaufseinheit : KAR\nEinheit für Artikel LIN-KS-SW nicht erlaubt"


@dataclass(slots=True)
class DeskHost(FakeHost):
    """A host whose X3 answers with `held`, or with `fault`; replays are queued and written down."""

    held: Mapping[str, Sequence[str]] = field(default_factory=dict)
    fault: StudioError | None = None
    manners: list[Manner] = field(default_factory=list)

    async def preview(
        self, case_ids: Sequence[int], *, then: int, route: str | None = None
    ) -> list[Prospect]:
        self.asked.append(("preview", len(case_ids)))
        if self.fault is not None:
            raise self.fault
        cases = await self.store.read(lambda tables: tables.exceptions.by_ids(case_ids))
        unmapped = await data.unmapped(self.store, [CaseRow(case, None) for case in cases])
        return [self._prospect(case, unmapped) for case in cases]

    def _prospect(self, case: ExceptionCase, unmapped: frozenset[str]) -> Prospect:
        """A case of the mapping has no document by the mapping as it was; any other one of one piece."""
        held = tuple(self.held.get(case.reference, ()))
        none, why = None, "still no X3 item"
        if case.cause == "mapping" and case.subject in unmapped:
            return Prospect(case.account, case.reference, held, none, why, none, why)
        six, one = _document(case, "6", "3.99"), _document(case, "1", "23.94")
        if case.cause == "mapping":
            return Prospect(case.account, case.reference, held, six, "", none, why)
        return Prospect(case.account, case.reference, held, six, "", one, "")

    async def replay(
        self, case_ids: Sequence[int], *, route: str | None = None, manner: Manner = ORDINARY
    ) -> int:
        self.asked.append(("replay", tuple(case_ids)))
        self.manners.append(manner)

        def work(tables: Tables) -> int:
            references = sorted({case.reference for case in tables.exceptions.by_ids(case_ids)})
            queued = tables.runs.queue(flow=FLOW, connection=ROUTE, started_by=WHO, records=references)
            return queued.id

        return await self.store.write(work)


def _document(case: ExceptionCase, quantity: str, price: str) -> Document:
    line = {"ITMREF": "ITM0042", "QTY": quantity, "GROPRI": price}
    return Document(DocumentKind.SALES_ORDER, case.reference, {"CUR": "EUR"}, (line,))


async def desk(store: Store, *, now: datetime | None = None) -> None:
    """To the morning's 41 cases: their records in the outbox, two refusals of X3, a conflict, owners."""
    at = now or datetime.now(UTC)
    await store.write(lambda tables: _fill(tables, at))


def _fill(tables: Tables, at: datetime) -> None:
    run = tables.runs.queue(flow=FLOW, connection=ROUTE, started_by="scheduler")
    tables.runs.start(run.id)
    tables.runs.beat(run.id, counts=Counts(read=240, translated=234, refused=8, sent=232, confirmed=232))
    tables.runs.move(run.id, RunState.PARTIAL, reason="8 exceptions wait.")
    references = tables.exceptions.references()
    _refuse(tables, references, run.id)
    for n in range(2):
        reference = f"304-66{n:05}-6629148"
        _refuse(tables, [reference], run.id)
        tables.exceptions.open(
            ExceptionCase(
                FLOW,
                reference,
                "value",
                "X3 refused the document (SAU, line 2)",
                "Read X3's words, correct the item, the customer or the mapping, then replay.",
                REFUSED,
                said=SAID,
                subject="SAU",
                run=run.id,
                worth=Money(Decimal("38.99"), "EUR"),
                first_at=at - timedelta(minutes=31 + n),
                last_at=at - timedelta(minutes=31 + n),
            )
        )
    tables.exceptions.open(
        ExceptionCase(
            FLOW,
            "305-1130427-6629148",
            "conflict",
            "X3 holds several documents with this reference",
            "Decide in X3 which of SONBRK26-008190, SONBRK26-008191 is right and cancel the others.",
            "conflict",
            subject="SONBRK26-008190, SONBRK26-008191",
            run=run.id,
            worth=Money(Decimal("119.95"), "EUR"),
            first_at=at - timedelta(hours=5),
            last_at=at - timedelta(hours=5),
        )
    )
    waiting = [case.id for case in tables.exceptions.page(fingerprint="value:Pack factor not whole").rows]
    tables.exceptions.set_state(waiting, CaseState.OPEN)
    tables.exceptions.assign(waiting, "Malte Voss")
    mine = tables.exceptions.page(fingerprint=MAPPING, limit=20).rows
    tables.exceptions.assign([case.id for case in mine], WHO)
    # All SKUs but one have been mapped since.
    subjects = sorted({case.subject for case in tables.exceptions.page(fingerprint=MAPPING).rows})
    for n, sku in enumerate(subjects[1:]):
        pair = ItemPair(sku, f"ITM{n:04}", Decimal(6))
        tables.mappings.decide(pair, Judgement.ACCEPTED, who=WHO)


def _refuse(tables: Tables, references: Sequence[str], run: int) -> None:
    rows = [
        Capture(FLOW, X3.account, DocumentKind.SALES_ORDER, ref, "{}", f"h{ref}", run) for ref in references
    ]
    for result in tables.outbox.capture(rows):
        tables.outbox.reject(result.record.id, run=run)


async def cases(window: Window) -> None:
    """The cause that costs most, none of its records checked."""
    await _shown(window)


async def refusal(window: Window) -> None:
    """X3's own words, one record checked."""
    page = await _shown(window)
    page.show_record(REFUSED)
    await settled(window.tasks)
    page.detail.rows.toggle(0)


async def replay(window: Window) -> None:
    """The replay dialog with its preview."""
    page = await _shown(window)
    host = window.desk.host
    if isinstance(host, DeskHost):
        references = await host.store.read(lambda tables: tables.exceptions.references(cause="mapping"))
        host.held = {references[2]: ["SONBRK26-008190"], references[9]: ["SONBRK26-008201"]}
    page.causes.choose(MAPPING)
    await settled(window.tasks)
    page.detail.replay.click()


async def filtered(window: Window) -> None:
    """Nothing passes the filters."""
    page = await _shown(window)
    page.facets.choose({"Class": ["period"]})


async def empty(window: Window) -> None:
    """Nothing waits for anybody."""
    page = await _shown(window)
    store = window.desk.host.store
    references = await store.read(lambda tables: tables.exceptions.references())
    await store.write(lambda tables: tables.exceptions.resolve(flow=FLOW, references=references))
    await page.refresh()


async def _shown(window: Window) -> ExceptionsPage:
    host = window.desk.host
    # The scene's X3 answers by itself; pages take the host from the desk when they are opened.
    object.__setattr__(window.desk, "host", DeskHost(host.store, host.path))
    await desk(host.store)
    window.go("exceptions")
    window.refresh_all()
    await settled(window.tasks)
    assert isinstance(window.page, ExceptionsPage)
    return window.page


SCENES = {
    "exceptions": cases,
    "exceptions-refusal": refusal,
    "exceptions-replay": replay,
    "exceptions-filtered": filtered,
    "exceptions-empty": empty,
}
