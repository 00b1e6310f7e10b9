"""A command in a process of its own: how long it lived, what it computed, and its largest memory."""

import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

_LOOK = 0.05


@dataclass(frozen=True, slots=True)
class Life:
    """What a process was seen to use: seconds of computing and the peak of its resident memory."""

    output: str
    cpu_seconds: float
    peak_mb: float


def live(command: Sequence[str], *, environment: Mapping[str, str], most_seconds: float = 7200) -> Life:
    """Runs `python command` to its end; raises CalledProcessError for any exit code but 0 and 3.

    3 is the product's word for "done, but some records wait for a person".
    """
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen([sys.executable, *command], stdout=output, env=dict(environment))
        cpu, peak = _watch(process, most_seconds=most_seconds)
        output.seek(0)
        said = output.read()
    if process.returncode not in (0, 3):
        raise subprocess.CalledProcessError(process.returncode, process.args, said)
    return Life(said, cpu, peak)


def _watch(process: "subprocess.Popen[bytes]", *, most_seconds: float) -> tuple[float, float]:
    seen, cpu, peak, left = psutil.Process(process.pid), 0.0, 0.0, most_seconds
    while left > 0:
        try:
            times = seen.cpu_times()
            cpu, peak = times.user + times.system, max(peak, _peak_mb(seen))
            process.wait(timeout=_LOOK)
        except subprocess.TimeoutExpired:
            left -= _LOOK
        except (psutil.NoSuchProcess, psutil.AccessDenied, ProcessLookupError, FileNotFoundError):
            process.wait()
        if process.returncode is not None:
            return cpu, peak
    process.kill()
    process.wait()
    raise subprocess.TimeoutExpired(process.args, most_seconds)


def _peak_mb(process: psutil.Process) -> float:
    """The kernel's own high-water mark where it keeps one, else the size of this moment."""
    status = Path(f"/proc/{process.pid}/status")
    if status.exists():
        _, found, rest = status.read_text().partition("VmHWM:")
        return int(rest.split()[0]) / 1024 if found else 0.0
    memory = process.memory_info()
    return float(getattr(memory, "peak_wset", memory.rss)) / (1 << 20)
