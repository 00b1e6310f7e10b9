"""The common part of both details: a key of X3 with candidates, checked before it is taken."""

from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from x3studio.gui.mapping.completion import Candidates
from x3studio.gui.mapping.words import Doubt
from x3studio.gui.states import State
from x3studio.gui.tasks import Tasks
from x3studio.gui.theme import Theme, Tone
from x3studio.gui.typography import Role
from x3studio.gui.widgets.chips import StateLabel
from x3studio.gui.widgets.inputs import Field, Input
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import boxed, column, row
from x3studio.gui.widgets.table.columns import Column, R


@dataclass(frozen=True, slots=True)
class Source(Generic[R]):
    """Where keys come from: by key, by what is typed, what the key is, how a row is told in two lines."""

    columns: Sequence[Column[R]]
    key: Callable[[R], str]
    find: Callable[[str], Awaitable[R | None]]
    search: Callable[[str], Awaitable[Sequence[R]]]
    state: Callable[[R], State]
    tell: Callable[[R], str]
    doubt: Callable[[str, R | None], Doubt | None]


class KeyEditor(QWidget, Generic[R]):
    """`entered` tells that Enter was pressed. A key X3 does not know is taken only when asked for twice."""

    entered = Signal()
    edited = Signal()

    def __init__(self, theme: Theme, source: Source[R], tasks: Tasks, *, caption: str, hint: str) -> None:
        super().__init__()
        self._source, self._tasks = source, tasks
        self._insisted = ""
        self._turn = 0
        self.input = Input(theme, name=caption, hint=hint)
        self._field = Field(theme, caption, self.input)
        self._told = Label(theme, role=Role.SECONDARY, tone="text2", elide=Qt.TextElideMode.ElideRight)
        self._state = StateLabel(theme, State("", "", Tone.IDLE))
        told = row(self._told, self._state, gap=8)
        told.setStretch(0, 1)
        self._known = boxed(told)
        self._advice = Label(theme, role=Role.SECONDARY, tone="text2", wrap=True)
        self.setLayout(column(self._field, self._known, self._advice, gap=3))
        key: Callable[[R], Hashable] = source.key
        self.candidates = Candidates(
            theme,
            self.input,
            columns=source.columns,
            key=key,
            search=source.search,
            tasks=tasks,
            name=f"{caption} candidates",
        )
        self.candidates.taken.connect(self._take)
        self.input.textEdited.connect(lambda _text: self._typed())
        self.input.returnPressed.connect(self.entered)

    @property
    def ref(self) -> str:
        """The key as X3 writes it."""
        return self.input.text().strip().upper()

    @property
    def insisting(self) -> bool:
        """Whether the next Enter takes a key in spite of what was said."""
        return bool(self._insisted) and self._insisted == self.ref

    def show_ref(self, ref: str) -> None:
        """Another key; what X3 says of it follows."""
        self.candidates.close_list()
        self.input.setText(ref)
        self._clear()
        self._show(None)
        self._look_up()

    async def accepted(self) -> bool:
        """Whether the key may be saved: it is known and usable, or it was confirmed by a second Enter."""
        ref = self.ref
        if not ref:
            self._field.set_error("Type the start of its key or name.")
            return False
        found = await self._source.find(ref)
        doubt = self._source.doubt(ref, found)
        if doubt is None or self.insisting:
            return True
        self._insisted = ref
        self._field.set_error(doubt.words)
        self._advice.setText(doubt.advice)
        self._advice.show()
        self._known.setVisible(found is not None)
        self.edited.emit()
        return False

    def _typed(self) -> None:
        self._clear()
        self._show(None)
        self.edited.emit()
        self._look_up()

    def _take(self, chosen: R) -> None:
        self.input.setText(self._source.key(chosen))
        self._clear()
        self._show(chosen)
        self.edited.emit()

    def _clear(self) -> None:
        self._insisted = ""
        self._field.set_error("")
        self._advice.hide()
        self._known.show()

    def _look_up(self) -> None:
        self._turn += 1
        if self.ref:
            self._tasks.start(self._look(self.ref, self._turn), name="look up the key")

    async def _look(self, ref: str, turn: int) -> None:
        found = await self._source.find(ref)
        if turn == self._turn:
            self._show(found)

    def _show(self, found: R | None) -> None:
        self._told.setText(self._source.tell(found) if found is not None else "")
        self._state.show_state(self._source.state(found) if found is not None else State("", "", Tone.IDLE))
        self._state.setVisible(found is not None)
