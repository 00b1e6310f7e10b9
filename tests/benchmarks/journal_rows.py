"""A journal as years of orders leave it: real shapes, no two orders alike, and goods that many share."""

import asyncio
import json
import random
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from x3studio.domain.monitor import Direction, Exchange, System
from x3studio.store import Store

_TOGETHER = 5_000
_GOODS = ("linen towel", "oak board", "soap dish", "wool blanket", "tea caddy", "brass hook", "candle jar")
_FIRST = datetime(2026, 1, 1, tzinfo=UTC)


def exchanges(count: int, *, seed: int = 11) -> Iterator[Exchange]:
    """That many exchanges, four for each order: read, translated, written, read back."""
    return islice(_endless(random.Random(seed)), count)


def _endless(dice: random.Random) -> Iterator[Exchange]:
    at, number = _FIRST, 0
    while True:
        number += 1
        at += timedelta(seconds=dice.randrange(1, 120))
        yield from _life(dice, at, number)


def _life(dice: random.Random, at: datetime, number: int) -> Iterator[Exchange]:
    order = f"{dice.randrange(300, 310)}-{dice.randrange(10**7):07d}-{dice.randrange(10**7):07d}"
    goods, sku = dice.choice(_GOODS), f"HRT-{dice.randrange(5000):04d}"
    price, name, run = f"{dice.randrange(199, 9999) / 100:.2f}", f"SON2611HAM{number:06d}", number // 400
    source = {
        "orderId": order,
        "programs": ["FBM"],
        "orderItems": [
            {
                "sellerSku": sku,
                "title": f"{goods} {sku}",
                "quantityOrdered": 1,
                "price": price,
                "currency": "EUR",
            }
        ],
    }
    document = {
        "SALFCY": "HAM01",
        "SOHTYP": "SON",
        "BPCORD": "AMZ-DE-FBM",
        "CUSORDREF": order,
        "lines": [{"ITMREF": sku, "SAU": "UN", "QTY": "1", "GROPRI": price}],
    }
    sent, held = json.dumps(document), json.dumps({**document, "SOHNUM": name, "ORDSTA": "1"})
    yield _step(order, "captured", "read", at, run, System.AMAZON, answer=json.dumps(source))
    yield _step(order, "mapped", "mapped", at, run, System.STUDIO, sent=sent, note=f"ITMREF from {sku}")
    took = dice.randrange(2, 40)
    status = "refused" if number % 97 == 0 else "taken"
    yield _step(order, "create", status, at, run, System.X3, sent=sent, answer=held, duration_ms=took)
    yield _step(order, "read back", "confirmed", at, run, System.STUDIO, note=name)


def _step(
    order: str,
    operation: str,
    status: str,
    at: datetime,
    run: int,
    system: System,
    *,
    sent: str = "",
    answer: str = "",
    note: str = "",
    duration_ms: int = 0,
) -> Exchange:
    direction = Direction.OUT if operation == "create" else Direction.IN
    return Exchange(
        record=order,
        operation=operation,
        system=system,
        direction=direction,
        status=status,
        duration_ms=duration_ms,
        sent=sent,
        answer=answer,
        note=note,
        run=run,
        at=at,
    )


async def fill(store: Store, count: int) -> None:
    """Puts that many exchanges into a workspace's journal, through its own door."""
    rows = exchanges(count)
    while some := await asyncio.to_thread(lambda: list(islice(rows, _TOGETHER))):
        await store.write(lambda tables, some=some: tables.journal.add(some))  # type: ignore[misc]


def fill_plain(path: Path, count: int) -> None:
    """The same rows in an unencrypted SQLite file with one plain table."""
    book = sqlite3.connect(path)
    book.execute(
        "CREATE TABLE journal (id INTEGER PRIMARY KEY, at TEXT, record TEXT, run INTEGER, operation TEXT,"
        " status TEXT, duration_ms INTEGER, note TEXT, sent TEXT, answer TEXT)"
    )
    book.executemany(
        "INSERT INTO journal (at, record, run, operation, status, duration_ms, note, sent, answer)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                str(it.at),
                it.record,
                it.run,
                it.operation,
                it.status,
                it.duration_ms,
                it.note,
                it.sent,
                it.answer,
            )
            for it in exchanges(count)
        ),
    )
    book.commit()
    book.close()
