"""Tables whose letters belong to the page: they walk and copy, and leave every other key alone."""

from typing import Generic

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from x3studio.gui.widgets.table.columns import R
from x3studio.gui.widgets.table.view import Table

_key = Qt.Key
_WALKS = frozenset(
    {
        _key.Key_Up,
        _key.Key_Down,
        _key.Key_PageUp,
        _key.Key_PageDown,
        _key.Key_Left,
        _key.Key_Right,
    }
)
_CHORD = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ControlModifier


class PageTable(Table[R], Generic[R]):
    """Enter, Space and letters decide on the page; the arrows walk here."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walks and copies; Home and End are the first and the last record."""
        far = {_key.Key_Home: -1, _key.Key_End: 1}.get(_key(event.key()), 0)
        if far and not event.modifiers() & _CHORD:
            self.step(far * self.rows.rowCount())
            return
        walking = event.key() in _WALKS and not event.modifiers() & _CHORD
        if walking or event.matches(QKeySequence.StandardKey.Copy):
            super().keyPressEvent(event)
        else:
            event.ignore()
