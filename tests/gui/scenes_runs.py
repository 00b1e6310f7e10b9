"""Runs as the engine leaves them: a history, a live run that adds up, a dry run, a doubtful order."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from PySide6.QtWidgets import QAbstractButton

from x3studio.domain.documents import DocumentKind
from x3studio.domain.monitor import Direction, ExceptionCase, Exchange, System
from x3studio.domain.outbox import Moment
from x3studio.domain.runs import Counts, Load, RunState
from x3studio.gui.runs.data import Overview
from x3studio.gui.runs.page import RunsPage
from x3studio.gui.window import Window
from x3studio.store import Capture, Store, Tables
from x3studio.store.outbox import Intent

from .conftest import settled
from .scenes import FLOW, WHO, X3

ROUTE = "Amazon EU>X3 BRKTST"
DOUBTFUL = "302-4417003-6629148"
NUMBER = "SONBRK26-008214"
FIRST_RUN = 4_772
BOTH = frozenset({"x3", "amazon"})
TRACE = """{ref} becomes a document SOH over 43.90 EUR.
SALFCY = HAM01 (from setting sales_site)
    setting: The site's setting.
BPCORD = AMZ-DE (from order.marketplace)
    customer mapping: AMZ-DE is the customer for this marketplace and channel. [A1PA6795UKMFR9/FBM -> AMZ-DE]
CUSORDREF = {ref} (from order.order_id)
    taken: Taken as it is.
line 1 ITMREF = LIN-TM-GE (from line.sku)
    item mapping: LT-GELB-6ER stands for LIN-TM-GE. [LT-GELB-6ER -> LIN-TM-GE]
line 1 QTY = 6 (from line.quantity)
    pack: 1 on Amazon make 6 in sales units of LIN-TM-GE. [1 -> 6]
line 1 GROPRI = 3.99 (from line.total)
    price: 1 x 23.94 = 23.94. 23.94 / 6: 6 x 3.99 = 23.94. [23.94 -> 3.99]
line 2 ITMREF = LIN-KS-SW (from line.sku)
    item mapping: LK-RONDO-S stands for LIN-KS-SW. [LK-RONDO-S -> LIN-KS-SW]
line 2 QTY = 4 (from line.quantity)
    pack: 4 on Amazon make 4 in sales units of LIN-KS-SW.
line 2 GROPRI = 4.99 (from line.total)
    price: 4 x 4.99 = 19.96. 19.96 / 4: 4 x 4.99 = 19.96. [19.96 -> 4.99]"""


def order_text(reference: str, *, at: datetime) -> str:
    """An order as Amazon's Orders 2026-01-01 sends it, the buyer taken out."""

    def item(number: int, sku: str, quantity: int, price: str, total: str) -> dict[str, object]:
        return {
            "orderItemId": f"100{number}",
            "quantityOrdered": quantity,
            "product": {
                "asin": f"B08{sku[-4:]}",
                "sellerSku": sku,
                "title": "Lindner Textmarker Classic",
                "price": {"unitPrice": {"amount": price, "currencyCode": "EUR"}},
            },
            "proceeds": {"proceedsTotal": {"amount": total, "currencyCode": "EUR"}, "breakdowns": []},
        }

    return json.dumps(
        {
            "orderId": reference,
            "createdTime": f"{at:%Y-%m-%dT%H:%M:%SZ}",
            "lastUpdatedTime": f"{at:%Y-%m-%dT%H:%M:%SZ}",
            "buyer": {"buyerName": "[redacted]"},
            "fulfillment": {"fulfilledBy": "MERCHANT", "fulfillmentStatus": "UNSHIPPED"},
            "orderItems": [
                item(1, "LT-GELB-6ER", 1, "23.94", "23.94"),
                item(2, "LK-RONDO-S", 4, "4.99", "19.96"),
            ],
            "proceeds": {"grandTotal": {"amount": "43.90", "currencyCode": "EUR"}, "breakdowns": []},
            "programs": [],
            "salesChannel": {"channelName": "AMAZON", "marketplaceId": "A1PA6795UKMFR9"},
        },
        separators=(",", ":"),
    )


def document_text(reference: str) -> str:
    """The sales order the rules make of it."""
    header = {
        "SALFCY": "HAM01",
        "SOHTYP": "SOI",
        "BPCORD": "AMZ-DE",
        "CUR": "EUR",
        "CUSORDREF": reference,
        "BPDNAM": "[redacted]",
    }
    lines = [
        {"ITMREF": "LIN-TM-GE", "SAU": "UN", "QTY": "6", "GROPRI": "3.99"},
        {"ITMREF": "LIN-KS-SW", "SAU": "UN", "QTY": "4", "GROPRI": "4.99"},
    ]
    whole = {"kind": "SOH", "reference": reference, "header": header, "lines": lines}
    return json.dumps(whole, separators=(",", ":"))


def sent_text(reference: str) -> str:
    """The same as the gateway is sent it."""
    raw = json.loads(document_text(reference))
    return json.dumps({**raw["header"], "lines": raw["lines"]})


def held_text(references: Sequence[str]) -> str:
    """A look-up's answer in which X3 holds these."""
    return json.dumps(
        {
            "items": [
                {**json.loads(sent_text(ref)), "SOHNUM": NUMBER, "PTE": "SOFORT", "ORDNOT": "43.90"}
                for ref in references
            ]
        }
    )


async def monitor(
    store: Store, *, now: datetime | None = None, live: RunState | None = RunState.RUNNING
) -> int:
    """A history of forty runs and, unless `live` is None, a run in that state; returns the newest id."""
    at = now or datetime.now(UTC)
    return await store.write(lambda tables: _fill(tables, at, live))


def _fill(tables: Tables, at: datetime, live: RunState | None) -> int:
    for run in tables.runs.live():
        tables.runs.move(run.id, RunState.DONE)
    tables.conn.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'runs'", [FIRST_RUN - 1])
    newest = _history(tables, at)
    newest = _rehearsal(tables, at)
    return _live(tables, at, live) if live is not None else newest


def _history(tables: Tables, at: datetime) -> int:
    states = (
        [RunState.DONE] * 3
        + [RunState.PARTIAL, RunState.DONE, RunState.FAILED, RunState.SKIPPED, RunState.INTERRUPTED]
        + [RunState.DONE, RunState.CANCELLED, RunState.DONE, RunState.PARTIAL]
    )
    reasons = {
        RunState.FAILED: "X3 did not answer for 2 minutes.",
        RunState.SKIPPED: "The run before it was still going on.",
        RunState.INTERRUPTED: "The program that carried it out ended.",
        RunState.CANCELLED: "Cancelled by the operator.",
        RunState.PARTIAL: "2 exceptions wait.",
    }
    last = 0
    for n in range(39):
        state = states[n % len(states)]
        run = tables.runs.queue(flow=FLOW, connection=ROUTE, started_by="scheduler" if n % 4 else WHO)
        last = run.id
        confirmed = 0 if n % 5 == 4 else 12 + n * 7 % 90
        refused = 2 if state is RunState.PARTIAL else 0
        if state is not RunState.SKIPPED:
            tables.runs.start(run.id)
            read = confirmed + refused
            counts = Counts(
                read=read, translated=confirmed, refused=refused, sent=confirmed, confirmed=confirmed
            )
            tables.runs.beat(run.id, counts=counts, total=read)
        tables.runs.move(run.id, state, reason=reasons.get(state, ""))
        begin = at - timedelta(minutes=18 * (40 - n), seconds=n * 7)
        _stamp(tables, run.id, begin, begin + timedelta(seconds=4 + confirmed))
    return last


def _stamp(tables: Tables, run: int, begin: datetime, end: datetime | None) -> None:
    """The store stamps times itself; these runs have been earlier."""
    ends = int(end.timestamp() * 1_000_000) if end else None
    begins = int(begin.timestamp() * 1_000_000)
    tables.conn.execute(
        "UPDATE runs SET queued_at = ?, started_at = CASE WHEN started_at IS NULL THEN NULL ELSE ? END,"
        " ended_at = ? WHERE id = ?",
        [begins, begins, ends, run],
    )


def _rehearsal(tables: Tables, at: datetime) -> int:
    """A dry run over 20 orders: 15 would be created, 2 linked, 1 refused, 2 are not due."""
    begin = at - timedelta(minutes=9)
    run = tables.runs.queue(flow=FLOW, connection=ROUTE, started_by=WHO, dry_run=True, limit=20)
    tables.runs.start(run.id)
    counts = Counts(read=20, translated=17, refused=1, waiting=2, known=2)
    tables.runs.beat(run.id, counts=counts)
    tables.runs.move(run.id, RunState.PARTIAL, reason="1 exceptions wait.")
    _stamp(tables, run.id, begin, begin + timedelta(seconds=3))
    steps = []
    for n in range(18):
        ref = f"303-{n:07}-6629148"
        moment = begin + timedelta(milliseconds=90 * n)
        if n < 15:
            document, told = document_text(ref), TRACE.format(ref=ref)
            steps.append(_step(ref, "would create", "mapped", moment, run.id, sent=document, note=told))
        elif n < 17:
            steps.append(_step(ref, "would link", "found", moment, run.id, note=NUMBER))
        else:
            said = "No X3 item stands for the SKU OT-NOTE-5-12. Choose the X3 item in the mapping."
            steps.append(_step(ref, "would refuse", "refused", moment, run.id, note=said))
    tables.journal.add(steps)
    return run.id


def _live(tables: Tables, at: datetime, state: RunState) -> int:
    """612 read; 409 translated, 3 refused; 221 sent, 1 of them in doubt at first; 214 read back."""
    begin = at - timedelta(minutes=2, seconds=11)
    run = tables.runs.queue(flow=FLOW, connection=ROUTE, started_by="scheduler")
    tables.runs.start(run.id)
    counts = Counts(read=612, translated=409, refused=3, sent=221, confirmed=214, in_doubt=1)
    limited = state is RunState.RATE_LIMITED
    load = Load(sessions=2, slots=4, operation="searchOrders", tokens=0 if limited else 12, burst=20)
    tables.runs.beat(run.id, counts=counts, total=612, load=load)
    _stamp(tables, run.id, begin, None)
    if state is RunState.RATE_LIMITED:
        until = at + timedelta(minutes=9)
        tables.runs.move(run.id, state, reason="Amazon limits how often orders are read.", until=until)
    elif state is RunState.WAITING_RETRY:
        until = at + timedelta(seconds=40)
        tables.runs.move(run.id, state, reason="X3 did not answer.", until=until)
    references = [f"302-{7_000_000 + n * 9137}-{6_629_148 - n * 11}" for n in range(611)]
    _capture(tables, [*references, DOUBTFUL], run.id)
    steps: list[Exchange] = []
    for n, ref in enumerate(references):
        steps += _record_steps(tables, ref, n, begin + timedelta(milliseconds=150 * n), run.id)
    steps += _doubtful_steps(tables, begin + timedelta(seconds=61), run.id)
    tables.journal.add(sorted(steps, key=lambda step: step.at or at))
    return run.id


def _capture(tables: Tables, references: Sequence[str], run: int) -> None:
    rows = [
        Capture(FLOW, X3.account, DocumentKind.SALES_ORDER, ref, "{}", f"h{ref}", run) for ref in references
    ]
    tables.outbox.capture(rows)


def _record_steps(tables: Tables, ref: str, n: int, moment: datetime, run: int) -> list[Exchange]:
    found = tables.outbox.find(reference=ref)
    assert found is not None
    steps = [_step(ref, "captured", "read", moment, run, answer="{}", system=System.AMAZON)]
    if n < 3:
        tables.outbox.reject(found.id, run=run)
        words = f"No X3 item stands for the SKU OT-NOTE-{n + 5}-12. Choose the X3 item in the mapping."
        tables.exceptions.open(
            ExceptionCase(
                FLOW, ref, "mapping", words.split(". ")[0] + ".", "Choose the X3 item.", f"map{n}", run=run
            )
        )
        return [*steps, _step(ref, "refused", "refused", moment, run, note=words)]
    if n < 411:
        steps.append(
            _step(ref, "mapped", "mapped", moment, run, sent=document_text(ref), note=TRACE.format(ref=ref))
        )
    if n < 223:
        tables.outbox.intend([Intent(found.id, document_text(ref), "h")], run=run)
        tables.outbox.done({found.id: f"SONBRK26-{7_990 + n:06}"}, run=run)
        later = moment + timedelta(milliseconds=1_840)
        answer = json.dumps({"SOHNUM": f"SONBRK26-{7_990 + n:06}"})
        steps.append(
            _step(
                ref,
                "create",
                "taken",
                later,
                run,
                sent=sent_text(ref),
                answer=answer,
                ms=1_840,
                system=System.X3,
            )
        )
    if n < 217:
        tables.outbox.confirm([found.id])
        steps.append(_step(ref, "read back", "confirmed", moment + timedelta(seconds=4), run, note=NUMBER))
    return steps


def _doubtful_steps(tables: Tables, moment: datetime, run: int) -> list[Exchange]:
    """The design's own order: no answer in 30 s, looked up, not found, sent again, taken."""
    found = tables.outbox.find(reference=DOUBTFUL)
    assert found is not None
    tables.outbox.intend([Intent(found.id, document_text(DOUBTFUL), "h")], run=run)
    tables.outbox.doubt(found.id, moment=Moment("b", 1.0))
    tables.outbox.retry(found.id)
    tables.outbox.intend([Intent(found.id, document_text(DOUBTFUL), "h")], run=run)
    tables.outbox.done({found.id: NUMBER}, run=run)
    bought = moment - timedelta(minutes=39)
    sent, mapped = sent_text(DOUBTFUL), document_text(DOUBTFUL)
    url = f"GET https://x3.brandel.example:8124/api/v1/sales/salesOrders?CUSORDREF=302-1%2C{DOUBTFUL}"

    def at(seconds: float) -> datetime:
        return moment + timedelta(seconds=seconds)

    source = order_text(DOUBTFUL, at=bought)
    silent = "No answer from x3.brandel.example in 30 s."
    taken = json.dumps({**json.loads(sent), "SOHNUM": NUMBER})
    x3 = System.X3
    return [
        _step(DOUBTFUL, "captured", "read", at(0.114), run, answer=source, system=System.AMAZON),
        _step(DOUBTFUL, "mapped", "mapped", at(0.402), run, sent=mapped, note=TRACE.format(ref=DOUBTFUL)),
        _step("", "look up", "absent", at(0.9), run, sent=url, answer='{"items":[]}', ms=84, system=x3),
        _step(DOUBTFUL, "create", "unknown", at(33.02), run, sent=sent, ms=30_000, note=silent, system=x3),
        _step("", "look up", "absent", at(34.771), run, sent=url, answer='{"items":[]}', ms=91, system=x3),
        _step(DOUBTFUL, "create", "taken", at(36.948), run, sent=sent, answer=taken, ms=1_842, system=x3),
    ]


def _step(
    ref: str,
    operation: str,
    status: str,
    at: datetime,
    run: int,
    *,
    sent: str = "",
    answer: str = "",
    note: str = "",
    ms: int = 0,
    system: System = System.STUDIO,
) -> Exchange:
    way = Direction.OUT if operation == "create" else Direction.IN
    return Exchange(ref, operation, system, way, status, ms, sent, answer, note, run=run, at=at)


async def live(window: Window) -> None:
    """A run under way, watched for two minutes, the doubtful order open at its compared document."""
    now = datetime.now(UTC)
    newest = await monitor(window.desk.host.store, now=now)
    run = await window.desk.host.store.read(lambda tables: tables.runs.get(newest))
    window.go("runs")
    page = window.page
    assert isinstance(page, RunsPage) and run is not None
    settled_so_far = 130.0
    for second in range(120, 0, -3):
        settled_so_far += (217 - 130) / 41 * (0.4 if 50 < second < 75 else 1.15)
        counts = replace(run.counts, confirmed=round(settled_so_far), refused=0)
        seen = Overview(
            now - timedelta(seconds=second), [replace(run, counts=counts)], [], {}, None, newest, BOTH
        )
        page.live.show_overview(seen, chosen=None)
    window.refresh_all()
    page.show_record(DOUBTFUL)
    await settled(window.tasks)
    page.record.timeline.findChildren(QAbstractButton)[1].click()


async def limited(window: Window) -> None:
    """The same run while Amazon makes it wait; its records at the right."""
    await monitor(window.desk.host.store, live=RunState.RATE_LIMITED)
    await _shown(window)


async def paused(window: Window) -> None:
    """A run that somebody has paused, with the reason."""
    newest = await monitor(window.desk.host.store)

    def pause(tables: Tables) -> None:
        tables.runs.request_pause(newest, by="Mareike Olthoff", reason="Stocktaking until noon")
        tables.runs.move(newest, RunState.PAUSED, reason="Stocktaking until noon")

    await window.desk.host.store.write(pause)
    await _shown(window)


async def idle(window: Window) -> None:
    """Nothing runs: the panel to start from, and what the dry run would have done."""
    newest = await monitor(window.desk.host.store, live=None)
    page = await _shown(window)
    page.show_record(str(newest))


async def searched(window: Window) -> None:
    """Exchanges that hold a word."""
    await monitor(window.desk.host.store)
    page = await _shown(window)
    page.history.search.setText("answer")
    await page.history.seek("answer")


async def _shown(window: Window) -> RunsPage:
    window.go("runs")
    window.refresh_all()
    assert isinstance(window.page, RunsPage)
    return window.page


SCENES = {
    "runs": live,
    "runs-limited": limited,
    "runs-paused": paused,
    "runs-idle": idle,
    "runs-search": searched,
}
