"""What the installer says: calm lines on standard error with the seconds so far, and one way to stop."""

import sys
import time
from collections.abc import Callable
from typing import TextIO


class Stop(Exception):
    """The start cannot go on; `title` says what happened, `advice` what to do."""

    def __init__(self, title: str, *, advice: str) -> None:
        super().__init__(title)
        self.title = title
        self.advice = advice


class Voice:
    """Writes one line per step to a stream."""

    def __init__(self, stream: TextIO | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._clock = clock
        self._began = clock()

    def say(self, text: str) -> None:
        """Write one line behind the seconds since this voice began."""
        print(f"[{self._clock() - self._began:6.1f} s] {text}", file=self._stream, flush=True)

    def refuse(self, stop: Stop) -> None:
        """Write why the start cannot go on and what to do, without a time, as the last words."""
        print(f"\n{stop.title}\n{stop.advice}", file=self._stream, flush=True)
