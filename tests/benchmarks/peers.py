"""What one would write in an hour: loops that post the same documents, each in a process of its own.

    python -m tests.benchmarks.peers wire SPEC      nothing but the posts: the floor of the wire
    python -m tests.benchmarks.peers noting SPEC    each answer committed to SQLite before the next post

Neither looks anything up, reads anything back, keeps a journal or survives a lost answer.
"""

import asyncio
import json
import os
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.benchmarks.process import Life, live
from x3studio.domain.documents import Document

WAYS = ("wire", "noting")
_SLOTS = 8
Note = Callable[[str, str], None]
"""Keeps a reference with the number that X3 gave it."""


def post_again(way: str, *, x3: Mapping[str, Any], documents: Sequence[Document], folder: Path) -> "Posted":
    """Lets one of the loops post the documents once more, in a process of its own."""
    spec = folder / f"{way}.json"
    bodies = [_body(document) for document in documents]
    spec.write_text(json.dumps({"x3": x3, "bodies": bodies}), encoding="utf-8")
    life = live(["-m", "tests.benchmarks.peers", way, str(spec)], environment=os.environ)
    said = json.loads(life.output)
    return Posted(rate=said["orders"] / said["seconds"], life=life)


@dataclass(frozen=True, slots=True)
class Posted:
    """Orders a second, and what the process used."""

    rate: float
    life: Life


def _body(document: Document) -> dict[str, Any]:
    return {**_filled(document.header), "lines": [_filled(line) for line in document.lines]}


def _filled(fields: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in fields.items() if value}


def main(arguments: list[str]) -> None:
    """Posts the documents of the specification and prints how many, and in how many seconds."""
    way, spec = arguments[0], json.loads(Path(arguments[1]).read_text(encoding="utf-8"))
    book = sqlite3.connect(f"{arguments[1]}.{way}.db", isolation_level=None)
    book.execute("PRAGMA journal_mode = WAL")
    book.execute("PRAGMA synchronous = FULL")
    book.execute("CREATE TABLE done (reference TEXT PRIMARY KEY, number TEXT NOT NULL)")

    def keep(reference: str, number: str) -> None:
        book.execute("INSERT OR REPLACE INTO done VALUES (?, ?)", (reference, number))

    began = time.perf_counter()
    asyncio.run(_post_all(spec["x3"], spec["bodies"], keep if way == "noting" else lambda *_: None))
    took = time.perf_counter() - began
    book.close()
    print(json.dumps({"orders": len(spec["bodies"]), "seconds": took}))


async def _post_all(x3: Mapping[str, Any], bodies: list[dict[str, Any]], note: Note) -> None:
    async with httpx.AsyncClient(base_url=x3["base_url"], timeout=60) as http:
        form = {"grant_type": "client_credentials"}
        form |= {name: x3[name] for name in ("client_id", "client_secret")}
        token = (await http.post(x3["token_url"], data=form)).raise_for_status().json()["access_token"]
        http.headers.update({"Authorization": f"Bearer {token}", "X-Sage-Folder": x3["folder"]})
        waiting = iter(bodies)
        await asyncio.gather(*(_slot(http, waiting, note) for _ in range(_SLOTS)))


async def _slot(http: httpx.AsyncClient, waiting: Iterator[dict[str, Any]], note: Note) -> None:
    for body in waiting:
        answer = await http.post("/api/v1/sales/salesOrders", json=body)
        note(body["CUSORDREF"], answer.raise_for_status().json()["SOHNUM"])


if __name__ == "__main__":
    main(sys.argv[1:])
