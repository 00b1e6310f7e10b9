"""The demo systems in a process of their own, with faults on, for clients that get killed."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LATE: Mapping[str, Any] = {
    "x3": {
        "latency_ms": [1, 12],
        "late_commit": 0.25,
        "late_ms": [20, 300],
        "reset_after": 0.03,
        "error_500_after": 0.02,
    },
    "rate_limits": False,
}
"""A quarter of the commits are late by up to 300 ms, some answers are lost."""


@dataclass(frozen=True)
class Served:
    """Where the systems are, and the files beside them."""

    greeting: Mapping[str, Any]
    ledger: Path
    mappings: Path

    @property
    def x3(self) -> Mapping[str, Any]:
        return self.greeting["x3"]  # type: ignore[no-any-return]

    @property
    def amazon(self) -> Mapping[str, Any]:
        return self.greeting["amazon"]  # type: ignore[no-any-return]


@contextmanager
def served(folder: Path, *, orders: int, faults: Mapping[str, Any] = LATE) -> Iterator[Served]:
    """Serves for as long as the block runs."""
    ledger, mappings, plan = folder / "ledger.jsonl", folder / "mappings.csv", folder / "faults.json"
    ledger.touch()
    plan.write_text(json.dumps(faults), encoding="utf-8")
    command = [sys.executable, "-m", "x3studio", "sandbox", "--orders", str(orders)]
    command += ["--ledger", str(ledger), "--mappings", str(mappings), "--faults", str(plan)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield Served(json.loads(process.stdout.readline()), ledger, mappings)
    finally:
        process.terminate()
        process.wait(timeout=30)
        process.stdout.close()
