"""Searching everything X3 has, offline, while one types: candidates in a list right below the input."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal

from x3studio.domain.workbench import Kind
from x3studio.gui.mapping.completion import Candidates
from x3studio.gui.page import Desk
from x3studio.gui.states import State
from x3studio.gui.theme import Tone
from x3studio.gui.widgets.inputs import Input
from x3studio.gui.widgets.table.columns import Column
from x3studio.gui.widgets.table.columns import Kind as CellKind
from x3studio.workspace.workbench.values import Target

_USABLE = State("circle-check", "Active", Tone.OK)
_DEAD = State("circle-x", "Not usable", Tone.BAD)
_MOST = 20


def columns() -> Sequence[Column[Target]]:
    """Key and name on two lines, and whether X3 takes it."""
    return (
        Column(
            "target",
            "X3",
            lambda one: (one.key, ", ".join(filter(None, (one.title, one.detail)))),
            kind=CellKind.TWO_LINE,
            stretch=True,
        ),
        Column(
            "state", "Status", lambda one: _USABLE if one.usable else _DEAD, kind=CellKind.STATE, width=110
        ),
    )


class TargetInput(Input):
    """`taken` carries what was chosen from the list; typing a key in full works too."""

    taken = Signal(object)

    def __init__(
        self,
        desk: Desk,
        *,
        kind: Kind,
        hint: str = "Key, or words of the name",
        text: str = "",
        cap: str = "",
    ) -> None:
        super().__init__(desk.theme, name="X3 record", hint=hint, text=text, icon="search", cap=cap)
        self._desk, self.kind = desk, kind
        self.list = attach(desk, self, lambda: self.kind)
        self.list.taken.connect(self._take)

    def _take(self, target: Target) -> None:
        self.setText(target.key)
        self.taken.emit(target)


def attach(desk: Desk, editor: Input, kind: Callable[[], Kind]) -> Candidates[Target]:
    """The list below an input; `kind` says what is searched when something is typed."""

    async def search(text: str) -> Sequence[Target]:
        return await desk.host.workbench.search_targets(kind(), text, limit=_MOST)

    return Candidates(
        desk.theme,
        editor,
        columns=columns(),
        key=lambda one: one.key,
        search=search,
        tasks=desk.tasks,
        name="Found in X3",
    )
