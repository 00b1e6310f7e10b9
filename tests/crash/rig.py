"""Kills a client over and over while it writes to a demo X3 that commits late, then counts documents.

python -m tests.crash.rig --kills 1000           the product, forked from a warm parent
python -m tests.crash.rig --kills 50 --command   the product's real command line
python -m tests.crash.rig --kills 200 --naive    a naive client: the rig must find duplicates
python -m tests.crash.rig --sweep 40             the command line, killed at chosen writes (strace)
"""

import argparse
import os
import random
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.crash import checker
from tests.crash.clients import Naive, Product
from tests.crash.served import served
from x3studio.domain.connections import Dialect

_ORDERS_A_KILL, _ORDERS_A_COMMAND = 12, 40

_WRITES_A_LIFE = 400
"""Writes to the file up to which a sweep kills: opening, reading, some orders."""
_COMMAND = [sys.executable, "-m", "x3studio", "run", "orders", "--json"]


def forked(work: Callable[[], object]) -> int:
    """Runs `work` in a child of this process; returns the child's id."""
    child = os.fork()
    if child:
        return child
    # Whatever happens in here, the child must not come back into the parent's code.
    try:
        work()
    except BaseException:  # noqa: BLE001
        sys.excepthook(*sys.exc_info())
        os._exit(1)
    os._exit(0)


def killed(child: int, after: float) -> bool:
    """Kills the child that many seconds from now; False when it had ended before."""
    ends = time.monotonic() + after
    while time.monotonic() < ends:
        if os.waitpid(child, os.WNOHANG)[0]:
            return False
        time.sleep(0.002)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


def kill_product(
    folder: Path, *, kills: int, seed: int, command: bool = False, dialect: Dialect = Dialect.GATEWAY
) -> checker.Count:
    """Kills the product's runs over one workspace, lets one run end, and counts."""
    lives = random.Random(seed)
    # A command lives longer before it is killed: some work has to be left for the last one.
    orders = max(60, kills * (_ORDERS_A_COMMAND if command else _ORDERS_A_KILL))
    with served(folder, orders=orders) as systems:
        product = Product(systems, folder / "rig.x3studio", secrets.token_hex(32), dialect)
        os.waitpid(forked(product.prepare), 0)
        done = 0
        while done < kills:
            if command:
                died = _killed_command(product, after=lives.uniform(0.4, 1.6))
            else:
                died = killed(forked(product.run), lives.uniform(0.03, 0.35))
            done += 1
            if not died:
                break
        print(f"{done} lives, the last one {'killed' if died else 'ended by itself'}", file=sys.stderr)
        for _ in range(2):
            os.waitpid(forked(product.run), 0)
        return checker.count(systems.ledger, systems.amazon, excused=product.excused())


def kill_naive(folder: Path, *, kills: int, seed: int) -> checker.Count:
    """The same with a client that just sends again."""
    lives = random.Random(seed)
    with served(folder, orders=max(60, kills * 4)) as systems:
        references = sorted(checker.due_orders(systems.amazon))
        naive = Naive(systems, folder / "done.jsonl")
        for _ in range(kills):
            killed(forked(lambda: naive.run(references)), lives.uniform(0.03, 0.35))
        os.waitpid(forked(lambda: naive.run(references)), 0)
        return checker.count(systems.ledger, systems.amazon, excused=set())


def sweep(folder: Path, *, lives: int, seed: int) -> tuple[checker.Count, int]:
    """Kills the command at evenly spread writes to its file; the count, and how many were killed."""
    with served(folder, orders=max(60, lives * _ORDERS_A_KILL)) as systems:
        product = Product(systems, folder / "rig.x3studio", secrets.token_hex(32))
        os.waitpid(forked(product.prepare), 0)
        places = [1 + life * _WRITES_A_LIFE // lives for life in range(lives)]
        random.Random(seed).shuffle(places)
        struck = [
            injected(product, f"pwrite64:signal=SIGKILL:when={place}").returncode == -signal.SIGKILL
            for place in places
        ]
        for _ in range(2):
            os.waitpid(forked(product.run), 0)
        return checker.count(systems.ledger, systems.amazon, excused=product.excused()), sum(struck)


def injected(product: Product, *faults: str) -> subprocess.CompletedProcess[str]:
    """One run of the command whose system calls fail as told, in strace's words."""
    tracing = [strace(), "-f", "-qq", "-o", os.devnull, "-e", "trace=pwrite64,fsync"]
    injecting = [part for fault in faults for part in ("-e", f"inject={fault}")]
    return subprocess.run(
        [*tracing, *injecting, *_COMMAND], env=_environment(product), capture_output=True, text=True
    )


def strace() -> str:
    """Where strace is, "" where it is not installed."""
    return shutil.which("strace") or ""


def _environment(product: Product) -> dict[str, str]:
    return {**os.environ, **product.environment(), "X3STUDIO_WORKSPACE": str(product.path)}


def _killed_command(product: Product, *, after: float) -> bool:
    process = subprocess.Popen(
        _COMMAND,
        env=_environment(product),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        process.wait(timeout=after)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return True
    return False


def main() -> int:
    """Prints what was counted; 1 where the product duplicated or lost a document."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--command", action="store_true")
    parser.add_argument("--naive", action="store_true")
    parser.add_argument("--sweep", type=int, default=0, metavar="N")
    parser.add_argument("--dialect", choices=("gateway", "soap", "syracuse"), default="gateway")
    given = parser.parse_args()
    if given.sweep and not strace():
        print("strace is not installed: nothing was swept.")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        if given.sweep:
            found, struck = sweep(Path(folder), lives=given.sweep, seed=given.seed)
            print(f"{struck} of {given.sweep} lives killed at a write", file=sys.stderr)
        elif given.naive:
            found = kill_naive(Path(folder), kills=given.kills, seed=given.seed)
        else:
            found = kill_product(
                Path(folder),
                kills=given.kills,
                seed=given.seed,
                command=given.command,
                dialect=Dialect(given.dialect),
            )
    print(found)
    bad = bool(found.duplicated or found.lost or found.uncalled)
    return int(bad and not given.naive)


if __name__ == "__main__":
    sys.exit(main())
