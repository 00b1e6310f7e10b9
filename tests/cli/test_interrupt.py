"""Ctrl+C at any moment: the program ends at once, says so, and nothing is lost or written twice."""

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.stage import Stage, staged
from tests.cli.story import ROOT, Program, documents, prepared
from tests.crash.served import Served, served
from x3studio.sandbox.faults import read_faults

SLOW = {"x3": {"latency_ms": [150, 300], "late_commit": 0.2, "late_ms": [50, 300]}, "rate_limits": False}
CRAWLING = {"x3": {"latency_ms": [2_000, 2_500]}, "rate_limits": False}


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[Served]:
    """An X3 that takes its time and commits late."""
    with served(tmp_path, orders=60, faults=SLOW) as systems:
        yield systems


def _progress(run: "subprocess.Popen[str]", *, sent: int) -> None:
    """Returns once the run has said that it sent so many."""
    assert run.stdout is not None
    while json.loads(run.stdout.readline())["sent"] < sent:
        continue


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_interrupted_ends_at_once_and_the_next_one_goes_on(
    slow: Served, tmp_path: Path, number: signal.Signals
) -> None:
    program = prepared(tmp_path, slow)
    with program.started("run", "orders", "--json") as run:
        _progress(run, sent=3)
        run.send_signal(number)
        out, err = run.communicate(timeout=30)
    assert run.returncode == 130
    assert "Interrupted." in err
    assert "Traceback" not in err
    last = json.loads(out.splitlines()[-1])
    assert (last["state"], "progress" in last) == ("cancelled", False)
    assert program("runs", "--json").document[0]["state"] == "cancelled"
    after = program("run", "orders", "--json")
    assert after.code in (0, 3), after
    found = documents(slow.ledger)
    assert len(found) == len(set(found)) == 50
    assert after.lines[-1]["state"] == ("partial" if after.lines[-1]["refused"] else "done")


def test_a_run_that_waits_for_another_process_gives_up_its_own_run_only(slow: Served, tmp_path: Path) -> None:
    program = prepared(tmp_path, slow)
    with program.started("run", "orders", "--json") as holder:
        _progress(holder, sent=0)
        with program.started("run", "orders", "--json") as waiting:
            assert waiting.stdout is not None
            first = json.loads(waiting.stdout.readline())
            assert first["state"] == "queued"
            waiting.send_signal(signal.SIGINT)
            out, _ = waiting.communicate(timeout=30)
        assert waiting.returncode == 130
        assert json.loads(out.splitlines()[-1])["state"] == "cancelled"
        ended, _ = holder.communicate(timeout=60)
    assert holder.returncode in (0, 3)
    assert json.loads(ended.splitlines()[-1])["state"] in ("done", "partial")
    states = {run["run"]: run["state"] for run in program("runs", "--json").document}
    assert states[first["run"]] == "cancelled"


def test_a_killed_run_is_told_as_interrupted_and_taken_up(slow: Served, tmp_path: Path) -> None:
    program = prepared(tmp_path, slow)
    with program.started("run", "orders", "--json") as run:
        _progress(run, sent=0)
        run.kill()
        run.wait()
    assert program("run", "orders", "--json").code in (0, 3)
    states = [each["state"] for each in program("runs", "--json").document]
    assert states[0] in ("done", "partial")
    assert states[1] == "interrupted"
    found = documents(slow.ledger)
    assert len(found) == len(set(found))


def test_without_waiting_doubts_are_left_to_the_next_run(tmp_path: Path) -> None:
    faults = {"x3": {"late_commit": 1.0, "late_ms": [50, 100]}, "rate_limits": False}
    with served(tmp_path, orders=3, faults=faults) as systems:
        program = prepared(tmp_path, systems)
        said = program("run", "orders", "--json", "--no-wait")
        assert said.code == 3
        assert "in doubt" in said.lines[-1]["reason"]
        last = program("run", "orders", "--json").lines[-1]
        assert last["state"] == "done"
        found = documents(systems.ledger)
        assert len(found) == len(set(found)) > 0


def test_a_terminal_shows_one_line_that_moves(slow: Served, tmp_path: Path) -> None:
    program = prepared(tmp_path, slow)
    shown = _at_a_terminal(program, "run", "orders", "--limit", "30")
    assert "\r\x1b[K[" in shown
    assert "running: " in shown
    assert shown.rsplit("\x1b[K", 1)[1].startswith("Run 1 of orders: ")
    assert "\n" not in shown[: shown.index("Run 1 of orders")].rstrip("\r\n")


def _at_a_terminal(program: Program, *arguments: str) -> str:
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(ROOT)
        os.execve(sys.executable, [sys.executable, "-m", "x3studio", *arguments], program.environment())
    shown = b""
    ends = time.monotonic() + 60
    while time.monotonic() < ends and select.select([terminal], [], [], 60)[0]:
        try:
            piece = os.read(terminal, 4096)
        except OSError:  # the child has closed the terminal
            break
        if not piece:
            break
        shown += piece
    os.waitpid(child, 0)
    os.close(terminal)
    return shown.decode()


IMPATIENT = """
import os, signal, sys
from x3studio.__main__ import main
class Impatient:
    def find_spec(self, name, *_):
        if name == "x3studio.cli.main":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Impatient())
sys.exit(main(["runs"]))
"""


def test_a_command_that_is_interrupted_while_it_starts_is_quiet(program: Program) -> None:
    said = subprocess.run(
        [sys.executable, "-c", IMPATIENT],
        cwd=ROOT,
        env=program.environment(),
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert (said.returncode, said.stdout, said.stderr) == (130, "", "")


def test_a_run_paused_from_another_terminal_outlives_its_command_and_is_resumed(tmp_path: Path) -> None:
    with staged(tmp_path, orders=60) as stage:
        stage.sandbox.set_faults(read_faults(json.dumps(SLOW)))
        _paused_and_resumed(stage, prepared(tmp_path, stage.served))


def _paused_and_resumed(stage: Stage, program: Program) -> None:
    slow = stage.served
    with program.started("run", "orders", "--json") as run:
        _progress(run, sent=3)
        # However long the other commands take to start, the run is not over before.
        stage.sandbox.set_faults(read_faults(json.dumps(CRAWLING)))
        number = str(program("runs", "--json").document[0]["run"])
        told = program("pause", number, "--reason", "stocktaking", "--json")
        assert (told.code, told.document["paused_by"] != "") == (0, True)
        assert run.stdout is not None
        while (line := json.loads(run.stdout.readline()))["state"] != "paused":
            continue
        assert line["reason"] == "stocktaking"
        stage.sandbox.set_faults(read_faults(json.dumps({"rate_limits": False})))
        written = len(documents(slow.ledger))
        run.send_signal(signal.SIGTERM)
        run.communicate(timeout=30)
    assert program("runs", "--json").document[0]["state"] == "paused"
    skipped = program("run", "orders", "--json")
    assert (skipped.code, skipped.lines[-1]["state"]) == (0, "skipped")
    assert len(documents(slow.ledger)) == written
    assert program("pause", "999").code == 1
    after = program("resume", number, "--json")
    assert after.code in (0, 3), after
    found = documents(slow.ledger)
    assert len(found) == len(set(found)) == 50
    assert after.lines[-1]["sent"] <= after.lines[-1]["translated"]
    again = program("resume", number)
    assert again.code == 1 and "is not paused" in again.err
    assert program("cancel", number).code == 1
