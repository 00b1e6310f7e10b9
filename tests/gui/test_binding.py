"""Guards against a binding that loses references of None (PySide6 6.12.0 on Python 3.11 did)."""

import sys

from PySide6.QtWidgets import QApplication, QWidget


def test_void_calls_do_not_eat_none(app: QApplication) -> None:
    widget = QWidget()
    before = sys.getrefcount(None)
    for _ in range(2_000):
        widget.update()
        widget.setToolTip("")
    # From Python 3.12 on None is immortal and its count constant.
    assert abs(sys.getrefcount(None) - before) < 200
