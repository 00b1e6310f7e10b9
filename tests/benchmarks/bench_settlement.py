"""A settlement of a million lines: our reader beside a plain loop of csv and Decimal that does the same.

Run: python -m tests.benchmarks.bench_settlement [--lines N]
"""

import argparse
import csv
import random
import subprocess
import sys
import tempfile
import time
import zlib
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import psutil

from x3studio.domain.settlements import SettlementRefused
from x3studio.settlement.columns import V2
from x3studio.settlement.proof import prove
from x3studio.settlement.reading import read_settlement

_ORDER_LINE = (
    ("ItemPrice", "Principal"),
    ("ItemPrice", "Tax"),
    ("ItemFees", "Commission"),
    ("ItemFees", "FBAPerUnitFulfillmentFee"),
    ("ItemWithheldTax", "MarketplaceFacilitatorTax-Principal"),
)
_RUNS = 3  # the quickest of each counts: others may be at work on the machine
_ZONE = ZoneInfo("America/Los_Angeles")


def write_settlement(path: Path, lines: int) -> None:
    """A settlement of five-line orders over two months, every order, second and item number of its own."""
    dice = random.Random(7)
    start = datetime(2026, 6, 16, tzinfo=UTC)
    total = 0
    body: list[str] = []
    while len(body) < lines - lines % 5:
        order = f"{dice.randint(111, 114)}-{dice.randrange(10**7):07d}-{dice.randrange(10**7):07d}"
        posted = start + timedelta(seconds=dice.randrange(20 * 86_400))
        price, tax = dice.randint(100, 90_000), dice.randint(1, 2_000)
        cents = (price, tax, -price * 15 // 100, -dice.randint(200, 1_500), -tax)
        item = dice.randrange(10**13, 10**14)
        for (kind, description), amount in zip(_ORDER_LINE, cents, strict=True):
            total += amount
            body.append(
                f"28471003921\t\t\t\t\tUSD\tOrder\t{order}\t{order}\t\tDS{item}\tamazon.com\t{kind}\t{description}\t"
                f"{_money(amount)}\tAFN\t{posted:%Y-%m-%d}\t{posted:%Y-%m-%d %H:%M:%S} UTC\t{item}\t\t\t"
                f"INX-{item % 5000:05d}\t1\t\n"
            )
    summary = (
        f"28471003921\t{start:%Y-%m-%d} 00:00:00 UTC\t2026-07-06 00:00:00 UTC\t2026-07-08 00:00:00 UTC\t"
    )
    with path.open("w", newline="") as file:
        file.write("\t".join(V2) + "\n")
        file.write(summary + _money(total) + "\tUSD" + "\t" * 18 + "\n")
        file.writelines(body)


def _money(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def plain_loop(path: Path) -> tuple[Decimal, int, int]:
    """Reads line by line: dates to months in a zone, sums by kind and month, tax per order line."""
    sums: dict[tuple[str, str, str, str], Decimal] = defaultdict(Decimal)
    taxes: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    total = added = Decimal(0)
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        place = {name: i for i, name in enumerate(next(rows))}
        kind, description = place["amount-type"], place["amount-description"]
        for row in rows:
            if row[place["total-amount"]]:
                total = Decimal(row[place["total-amount"]])
                continue
            amount = Decimal(row[place["amount"]])
            posted = datetime.fromisoformat(row[place["posted-date-time"]].replace(" UTC", "+00:00"))
            local = posted.astimezone(_ZONE)
            key = (
                row[place["transaction-type"]],
                row[kind],
                row[description],
                f"{local.year}-{local.month:02d}",
            )
            sums[key] += amount
            if "Tax" in row[description]:
                taxes[row[place["order-id"]], row[place["order-item-code"]]] += amount
            added += amount
    if total != added or any(taxes.values()):
        raise SystemExit("the plain loop found a difference")
    return added, len(sums), len(taxes)


def our_reader(path: Path) -> tuple[Decimal, int, int]:
    """Parses, groups, splits by month and proves with all checks."""
    proof = prove(read_settlement(path))
    if not proof.postable:
        raise SystemExit("our reader found a difference")
    return proof.sum, sum(len(part.lines) for part in proof.parts), proof.rows


def write_bomb(path: Path) -> None:
    """A settlement's first lines, then ten gigabytes of one character."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    with path.open("wb") as file:
        file.write(packer.compress(("\t".join(V2) + "\n").encode()) + packer.flush(zlib.Z_FULL_FLUSH))
        filling = b"0" * (1 << 26)
        file.write(packer.compress(filling) + packer.flush(zlib.Z_FULL_FLUSH))
        # After a full flush equal input packs to equal bytes.
        file.writelines([packer.compress(filling) + packer.flush(zlib.Z_FULL_FLUSH)] * 159)


def refuse_bomb(path: Path) -> tuple[Decimal, int, int]:
    """How a bomb is met."""
    try:
        read_settlement(path)
    except SettlementRefused:
        return Decimal(0), 0, 0
    raise SystemExit("the bomb was read")


_WAYS = {"plain loop": plain_loop, "our reader": our_reader}
_BOMB = "10 GB bomb"
_MEASURED = {**_WAYS, _BOMB: refuse_bomb}


def main() -> None:
    """Writes the file, measures both ways in a process of their own and prints a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--way", choices=sorted(_MEASURED), help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.way:
        _measure(given.way, given.file)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "settlement.txt"
        write_settlement(path, given.lines)
        print(f"{given.lines:,} lines, {path.stat().st_size / 1e6:.0f} MB")
        print(f"{'':12}{'seconds':>9}{'CPU s':>8}{'peak MB':>9}  sum")
        seconds = {}
        bomb = Path(folder) / "bomb.gz"
        write_bomb(bomb)
        for way in _MEASURED:
            file = bomb if way == _BOMB else path
            command = [sys.executable, "-m", __spec__.name, "--way", way, "--file", str(file)]
            runs = [
                subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
                for _ in range(_RUNS)
            ]
            took, cpu, peak, added = min(runs, key=lambda run: float(run[0]))
            seconds[way] = float(took)
            print(f"{way:12}{float(took):9.2f}{float(cpu):8.2f}{float(peak):9.0f}  {added}")
        print(f"our reader is {seconds['plain loop'] / seconds['our reader']:.1f} times as fast")


def _measure(way: str, path: Path) -> None:
    began, cpu = time.perf_counter(), time.process_time()
    added = _MEASURED[way](path)[0]
    took, spent = time.perf_counter() - began, time.process_time() - cpu
    print(took, spent, _peak(psutil.Process()), f"{added:.2f}")


def _peak(process: object) -> float:
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    memory = process.memory_info()  # type: ignore[attr-defined]
    return float(getattr(memory, "peak_wset", memory.rss)) / (1 << 20)


if __name__ == "__main__":
    main()
