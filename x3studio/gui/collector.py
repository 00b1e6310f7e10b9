"""Collects garbage on the window's thread only: a Qt object freed by another thread takes the program down.

Python starts its collector on whichever thread happens to allocate, also on the store's readers, and frees
what it finds there. Timers and widgets that hung in a cycle would then be destroyed on the wrong thread.
"""

import gc

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 1_000


def spare_what_stays() -> None:
    """Takes what was loaded for good out of every later look: walking over it holds the window up."""
    gc.freeze()


class Collector(QObject):
    """Switches the automatic collector off and does its work by a timer, by the same thresholds."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        timer = QTimer(self)
        timer.setInterval(_EVERY_MS)
        timer.timeout.connect(self.collect)
        timer.start()

    def collect(self) -> None:
        """One look: the oldest generation that is due, or none."""
        due = [
            generation
            for generation, (count, most) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True))
            if most and count > most
        ]
        if due:
            gc.collect(max(due))
