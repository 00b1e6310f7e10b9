"""The sandbox as a process: its first line, its ports, its files, and how it ends."""

import csv
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

import httpx
import pytest

from tests.sandbox.demo import ORDERS, order, signed_in
from x3studio.domain.errors import SettingFault
from x3studio.sandbox.ledger import Ledger
from x3studio.sandbox.mapping_file import write_mappings
from x3studio.sandbox.serve import Sandbox, serve

RUN = """
import json, sys
from pathlib import Path
from x3studio.sandbox.serve import serve
wanted = json.loads(sys.argv[1])
files = {name: Path(wanted[name]) if wanted.get(name) else None for name in ("faults", "ledger", "mappings")}
serve(port=0, seed=7, orders=wanted["orders"], items=60, out=lambda line: print(line, flush=True), **files)
"""


@contextmanager
def running(**wanted: Any) -> Iterator[tuple[dict[str, Any], "subprocess.Popen[str]"]]:
    arguments = [sys.executable, "-c", RUN, json.dumps({"orders": 240, **wanted})]
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    out: IO[str] = process.stdout  # type: ignore[assignment]
    try:
        yield json.loads(out.readline()), process
    finally:
        process.kill()
        process.communicate()


def token(greeting: dict[str, Any]) -> str:
    x3 = greeting["x3"]
    form = {"grant_type": "client_credentials", **{key: x3[key] for key in ("client_id", "client_secret")}}
    return str(httpx.post(x3["token_url"], data=form).json()["access_token"])


def test_the_first_line_is_all_and_the_ledger_tells_the_truth(tmp_path: Path) -> None:
    ledger, mappings = tmp_path / "ledger.jsonl", tmp_path / "mappings.csv"
    with running(ledger=str(ledger), mappings=str(mappings)) as (greeting, process):
        x3 = greeting["x3"]
        assert set(greeting) == {"x3", "amazon", "orders", "items"}
        assert set(x3) == {
            *("base_url", "token_url", "folder", "client_id", "client_secret"),
            *("user", "password", "pool", "public_names"),
        }
        assert set(greeting["amazon"]) == {
            *("base_url", "token_url", "client_id", "client_secret"),
            *("refresh_token", "seller_id", "marketplaces"),
        }
        assert (greeting["orders"], greeting["items"]) == (240, 60)
        headers = {"Authorization": f"Bearer {token(greeting)}", "X-Sage-Folder": x3["folder"]}
        answer = httpx.post(x3["base_url"] + ORDERS, json=order("305-7"), headers=headers)
        number = answer.json()["SOHNUM"]
        written = json.loads(ledger.read_text())
        assert {key: written[key] for key in ("system", "kind", "number", "reference")} == {
            "system": "x3",
            "kind": "SOH",
            "number": number,
            "reference": "305-7",
        }
        assert written["at"].endswith("+00:00")
        process.send_signal(signal.SIGTERM)
        rest, errors = process.communicate(timeout=10)
    assert (rest, errors, process.returncode) == ("", "", 0)
    assert mappings.read_text().startswith("kind,")


def test_a_hundred_thousand_orders_are_served() -> None:
    with running(orders=100_000) as (greeting, _):
        assert greeting["orders"] == 100_000


def test_an_unknown_fault_is_refused_before_anything_is_served(tmp_path: Path) -> None:
    faults = tmp_path / "faults.json"
    faults.write_text('{"x3": {"explode": 1}}')
    with pytest.raises(SettingFault, match="explode"):
        serve(port=0, seed=7, orders=1, items=4, faults=faults, ledger=None, mappings=None, out=print)


@pytest.mark.parametrize("setting", ["faults", "ledger", "mappings"])
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, setting: str) -> None:
    files: dict[str, Any] = dict.fromkeys(("faults", "ledger", "mappings"))
    files[setting] = tmp_path / "absent" / "file"
    with pytest.raises(SettingFault, match="absent") as caught:
        serve(port=0, seed=7, orders=1, items=4, out=print, **files)
    assert caught.value.field == setting


async def test_a_taken_port_is_named(sandbox: Sandbox) -> None:
    async with sandbox.listening() as greeting:
        taken = int(greeting["x3"]["base_url"].rpartition(":")[2])
        with pytest.raises(SettingFault, match=str(taken)):
            async with Sandbox(amazon=False).listening(port=taken):
                raise AssertionError("two sandboxes share a port")


async def test_two_neighbouring_ports_are_served(sandbox: Sandbox) -> None:
    async with sandbox.listening() as free:
        near = int(free["x3"]["base_url"].rpartition(":")[2]) + 200
    async with sandbox.listening(port=near) as greeting:
        assert greeting["x3"]["base_url"] == f"http://127.0.0.1:{near}"
        assert greeting["amazon"]["base_url"] == f"http://127.0.0.1:{near + 1}"
        assert sandbox.x3_credentials.audience == greeting["x3"]["base_url"]


async def test_eight_clients_at_once_are_each_served(sandbox: Sandbox) -> None:
    import asyncio

    async with sandbox.listening() as greeting:

        async def busy(number: int) -> None:
            async with signed_in(sandbox, base_url=greeting["x3"]["base_url"]) as x3:
                for turn in range(25):
                    answer = await x3.post(ORDERS, json=order(f"{number}-{turn}"))
                    assert answer.status_code == 201

        await asyncio.gather(*(busy(number) for number in range(8)))
    assert sandbox.ledger.written == 200
    assert sandbox.world.documents.duplicated() == {}


def test_the_mapping_file_is_complete(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "mappings.csv"
    count = write_mappings(sandbox.world, path)
    with path.open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    assert len(found) == count
    items = {row["seller_sku"]: row for row in found if row["kind"] == "items"}
    assert set(items) == set(sandbox.world.listings)
    assert Decimal(items["LT-GELB-6ER"]["pack_factor"]) == 6
    assert items["SET-HEFTEN"]["itmref"] == ""
    assert items["SET-HEFTEN"]["components"] == "HOF-HG-24*1+HOF-HK-24*2"
    customers = [row for row in found if row["kind"] == "customers"]
    assert {row["bpcnum"] for row in customers} <= set(sandbox.world.customers)
    assert sum(bool(row["vat_number"]) for row in customers) == 7


def test_a_ledger_appends_and_is_flushed_at_each_entry(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    for number in ("1", "2"):
        with Ledger(path) as ledger:
            ledger.add("amazon", "FEED", number, "")
            assert path.read_text().count("\n") == int(number)
