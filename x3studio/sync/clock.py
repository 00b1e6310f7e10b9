"""A clock for the settle time: it neither jumps with the wall clock nor stops while the machine sleeps."""

import subprocess
import sys
import time
from functools import cache
from pathlib import Path

from x3studio.domain.outbox import Moment

_LINUX_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def now() -> Moment:
    """This instant, comparable with every other Moment of the same boot, across processes."""
    return Moment(boot=_boot_id(), seconds=_seconds())


def elapsed(since: Moment) -> float | None:
    """Seconds since that moment, or None when the machine was booted in between.

    A moment that lies ahead is of another machine's or container's clock, so it proves nothing either.
    """
    current = now()
    same = current.boot == since.boot and since.seconds <= current.seconds
    return current.seconds - since.seconds if same else None


def _seconds() -> float:
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    if sys.platform == "darwin":
        # The raw monotonic clock of macOS goes on while the machine sleeps (clock_gettime(3)).
        return time.clock_gettime(time.CLOCK_MONOTONIC_RAW)
    return _windows_ticks()


@cache
def _boot_id() -> str:
    if sys.platform == "linux":
        return _LINUX_BOOT_ID.read_text(encoding="ascii").strip()
    if sys.platform == "darwin":
        answer = subprocess.run(
            ["/usr/sbin/sysctl", "-n", "kern.bootsessionuuid"], capture_output=True, text=True, check=True
        )
        return answer.stdout.strip()
    # Windows names no boot: its start to the minute does. A set clock changes it, which only waits longer.
    return f"boot-{round((time.time() - _windows_ticks()) / 60)}"


def _windows_ticks() -> float:
    import ctypes

    counter = getattr(ctypes, "windll").kernel32.GetTickCount64  # noqa: B009 - absent off Windows
    counter.restype = ctypes.c_uint64
    return float(counter()) / 1000
