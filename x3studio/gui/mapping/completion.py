"""What X3 has, offered below an input while somebody types; nothing is taken that was not chosen."""

from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Generic

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame

from x3studio.gui.tasks import Tasks, alive
from x3studio.gui.theme import Theme
from x3studio.gui.widgets.inputs import Input
from x3studio.gui.widgets.layout import column
from x3studio.gui.widgets.table.columns import Column, R
from x3studio.gui.widgets.table.fixed import FixedRows
from x3studio.gui.widgets.table.view import Table

_ROW, _MOST_ROWS, _WIDTH = 42, 7, 440


class Candidates(QFrame, Generic[R]):
    """A list over the window, right below its editor. `taken` carries what was chosen.

    Down and Up walk it, Enter takes the marked row, Escape closes it; the editor keeps the keyboard.
    """

    taken = Signal(object)

    def __init__(
        self,
        theme: Theme,
        editor: Input,
        *,
        columns: Sequence[Column[R]],
        key: Callable[[R], Hashable],
        search: Callable[[str], Awaitable[Sequence[R]]],
        tasks: Tasks,
        name: str,
    ) -> None:
        super().__init__(editor)
        self._editor, self._search, self._tasks = editor, search, tasks
        self._key_of = key
        self._rows = FixedRows(columns, key=key, parent=self)
        self._turn = 0
        self.table = Table(theme, self._rows, name=name, tasks=tasks, row_height=_ROW)
        self.table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.table.horizontalHeader().hide()
        self.table.clicked.connect(lambda _index: self._take())
        self.setProperty("kind", "card")
        self.setLayout(column(self.table, gap=0, margins=(1, 1, 1, 1)))
        self.hide()
        editor.textEdited.connect(self._typed)
        editor.installEventFilter(self)

    def close_list(self) -> None:
        """Closes it; answers on their way are dropped."""
        self._turn += 1
        self.hide()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Keys of the list while it is open; it closes when the keyboard goes elsewhere."""
        if event.type() is QEvent.Type.FocusOut:
            self.close_list()
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress and self.isVisible():
            return self._key(Qt.Key(event.key()))
        return False

    def _key(self, key: Qt.Key) -> bool:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(key, 0)
        if step:
            here = self.table.currentIndex().row()
            if here < 0:
                self.table.choose_first()
            else:
                self.table.step(step)
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.table.current() is not None:
            self._take()
            return True
        if key == Qt.Key.Key_Escape:
            self.close_list()
            return True
        return False

    def _typed(self, text: str) -> None:
        self._turn += 1
        if not text.strip():
            self.hide()
            return
        self._tasks.start(self._look(text.strip(), self._turn), name="search in X3's masters")

    async def _look(self, text: str, turn: int) -> None:
        found = await self._search(text)
        # The dialog it belongs to may be gone by now.
        if not alive(self) or turn != self._turn:
            return
        marked = self.table.current() if self.isVisible() else None
        self.table.clearSelection()
        self.table.setCurrentIndex(self._rows.index(-1, -1))
        self._rows.set_rows(found)
        if marked is not None:
            # Somebody walks the list already: what comes in later does not take the mark away.
            self.table.choose(self._key_of(marked))
        if self._editor.hasFocus():
            self._place(len(found))

    def _place(self, count: int) -> None:
        if not count:
            self.hide()
            return
        # Over the window, as the column of the editor is too narrow for descriptions.
        ground = self._editor.window()
        if self.parentWidget() is not ground:
            self.setParent(ground)
        below = self._editor.mapTo(ground, QPoint(self._editor.width(), self._editor.height() + 2))
        above = self._editor.mapTo(ground, QPoint(0, -2)).y()
        width = max(self._editor.width(), _WIDTH)
        wanted = min(count, _MOST_ROWS) * _ROW + 4
        room = ground.height() - below.y() - 4
        # Upwards where the foot of the window is near.
        upwards = room < wanted and above > room
        height = min(wanted, max((above if upwards else room), _ROW))
        off, needed = Qt.ScrollBarPolicy.ScrollBarAlwaysOff, Qt.ScrollBarPolicy.ScrollBarAsNeeded
        self.table.setVerticalScrollBarPolicy(off if count * _ROW < height else needed)
        self.setGeometry(below.x() - width, above - height if upwards else below.y(), width, height)
        self.show()
        self.raise_()

    def _take(self) -> None:
        chosen = self.table.current()
        self.close_list()
        if chosen is not None:
            self.taken.emit(chosen)
