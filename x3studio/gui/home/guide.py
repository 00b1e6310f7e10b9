"""The first steps of a new workspace, ticked off as they are done."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from x3studio.gui.home.data import Start
from x3studio.gui.states import State
from x3studio.gui.theme import Theme, Tone
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Button, Look
from x3studio.gui.widgets.chips import StateLabel
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, boxed, clear, column, row
from x3studio.gui.widgets.picture import Picture
from x3studio.gui.widgets.surfaces import Card, line

DONE = State("circle-check", "Done", Tone.OK)
TO_DO = State("circle-dashed", "To do", Tone.IDLE)


@dataclass(frozen=True, slots=True)
class FirstStep:
    """`key` is a page, or fetch, rehearse or run, which happen here; only what is `ready` can be taken."""

    key: str
    title: str
    detail: str
    action: str
    record: str = ""
    done: bool = False
    ready: bool = True


_X3 = FirstStep(
    "connections",
    "Connect Sage X3",
    "Its address, folder and sign-in; tested step by step.",
    "Connect X3",
    "new:x3",
)
_AMAZON = FirstStep(
    "connections",
    "Connect Amazon",
    "The seller account and its marketplaces.",
    "Connect Amazon",
    "new:amazon",
)
_SITE = FirstStep(
    "settings",
    "Say where orders belong",
    "Which X3 site sells and ships, order type, unit and time zone.",
    "Open settings",
    "site",
)
_FETCH = FirstStep(
    "fetch",
    "Read items, customers and listings",
    "A local copy of both sides, to map them.",
    "Read now",
)
_MAP = FirstStep(
    "mapping",
    "Map your SKUs",
    "What each SKU is in X3, by hand, by proposal or from a file.",
    "Open mapping",
)
_REHEARSE = FirstStep(
    "rehearse",
    "Rehearse with a dry run",
    "Shows every document it would make and writes nothing.",
    "Start dry run",
)
_RUN = FirstStep(
    "run",
    "Send the first orders",
    "Each one exactly once; what X3 refuses waits for you as an exception.",
    "Run now",
)


def first_steps(start: Start) -> Sequence[FirstStep]:
    """In the order a consultant takes them; empty once a document has reached X3."""
    if start.delivered:
        return ()
    both = start.x3 and start.amazon
    return (
        replace(_X3, done=start.x3),
        replace(_AMAZON, done=start.amazon),
        replace(_SITE, done=start.site),
        replace(_FETCH, done=start.masters, ready=both),
        replace(_MAP, done=start.mapped, ready=start.masters),
        replace(_REHEARSE, done=start.rehearsed, ready=both),
        replace(_RUN, ready=both and start.rehearsed),
    )


class FirstSteps(Card):
    """`pressed` carries the step."""

    pressed = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, title="First steps")
        self._theme = theme
        self._shown: tuple[FirstStep, ...] = ()
        self._list = column(gap=0)
        self.add(boxed(self._list))

    def show_steps(self, steps: Sequence[FirstStep], *, reachable: frozenset[str]) -> None:
        """Those whose page exists have a button; the next one is filled."""
        self.setVisible(bool(steps))
        if tuple(steps) == self._shown:
            return
        self._shown = tuple(steps)
        self.set_aside(f"{sum(step.done for step in steps)} of {len(steps)} done")
        clear(self._list)
        open_ = [step for step in steps if not step.done and step.ready and step.key in reachable]
        for place, step in enumerate(steps):
            if place:
                self._list.addWidget(line())
            offered = step in open_
            self._list.addWidget(self._row(step, offered=offered, first=offered and step is open_[0]))

    def say(self, progress: str) -> None:
        """What is going on, in place of the count."""
        self.set_aside(progress)

    def _row(self, step: FirstStep, *, offered: bool, first: bool) -> QWidget:
        elide = Qt.TextElideMode.ElideRight
        role, tone = (Role.BODY, "muted") if step.done else (Role.STRONG, "text")
        title = Label(self._theme, step.title, role=role, tone=tone, elide=elide)
        detail = Label(self._theme, step.detail, role=Role.SECONDARY, tone="muted", elide=elide)
        text = column(STRETCH, title, detail, STRETCH, gap=1)
        state = DONE if step.done else TO_DO
        icon = Picture(self._theme, state.icon, state.tone.value)
        parts: list[QWidget] = []
        if step.done:
            parts.append(StateLabel(self._theme, DONE))
        elif offered:
            look = Look.FILLED if first else Look.OUTLINED
            button = Button(self._theme, step.action, look=look, small=True)
            button.clicked.connect(lambda: self.pressed.emit(step))
            parts.append(button)
        layout = row(icon, text, *parts, gap=12, margins=(14, 4, 12, 4))
        layout.setStretch(1, 1)
        holder = boxed(layout)
        holder.setMinimumHeight(47)
        return holder
