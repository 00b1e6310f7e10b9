"""A consultant's sitting by real keys, timed from each key to the paint that answers it."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

from x3studio.domain.workbench import RecordState
from x3studio.gui.mapping.strip import FOCUS
from x3studio.gui.mapping.telling import hard_findings
from x3studio.gui.widgets.inputs import Input
from x3studio.store.cipher import connect

from .scenes import KEY
from .workbench_hands import Consultant

JUDGED = {
    "Return": {RecordState.ACCEPTED, RecordState.KIT},
    "X": {RecordState.REJECTED},
    "Space": {RecordState.UNSURE},
}
_NEXT = "key to next record"


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds by what was waited for."""

    taken: dict[str, list[float]] = field(default_factory=dict)

    def add(self, what: str, seconds: float) -> None:
        """One more."""
        self.taken.setdefault(what, []).append(seconds * 1000)

    def share(self, what: str, part: float) -> float:
        """So much of it was quicker than this."""
        ordered = sorted(self.taken[what])
        return ordered[min(int(len(ordered) * part), len(ordered) - 1)]

    def lines(self) -> Iterator[str]:
        """A table: times, median, 95 of 100, the slowest."""
        yield f"{'':<30}{'times':>6}{'p50 ms':>9}{'p95 ms':>9}{'worst ms':>10}"
        for what, taken in self.taken.items():
            middle, most = self.share(what, 0.5), self.share(what, 0.95)
            yield f"{what:<30}{len(taken):>6}{middle:>9.1f}{most:>9.1f}{max(taken):>10.1f}"


class Painted(QObject):
    """Sees the first paint of a widget after a signal; `before` is called just before the paint begins."""

    def __init__(self, widget: QWidget, signal: Any, before: Callable[[], None]) -> None:
        super().__init__(widget)
        self._widget, self._signal, self._before = widget, signal, before
        self.seen: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._armed = False
        signal.connect(self._arm)
        widget.installEventFilter(self)

    def _arm(self, *_values: object) -> None:
        self._armed = True
        self._widget.update()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Heard before the paint; told once control is back after it."""
        if event.type() is QEvent.Type.Paint and self._armed:
            self._armed = False
            self._signal.disconnect(self._arm)
            self._widget.removeEventFilter(self)
            before = time.perf_counter()
            self._before()
            looked = time.perf_counter() - before
            QTimer.singleShot(0, self, lambda: self.seen.set_result(time.perf_counter() - looked))
        return False


class Sitting:
    """Judgements, kits, searches, bulk and undo, each carried out by keys and timed."""

    def __init__(self, hands: Consultant) -> None:
        self.hands, self.page = hands, hands.page
        self.times = Times()
        self.decided = 0
        self._file = connect(hands.host.store.path, key=KEY)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    async def judges(self, key: str) -> str:
        """One judgement by one key; what blocks gets another judgement. Returns the record."""
        hands = self.hands
        code, evidence = hands.code, await self.page.session.current()
        assert evidence is not None
        if key == "Return" and (not evidence.candidates or hard_findings(evidence)):
            key = "X"
        if key == "Space" and not hands.state(code).is_open:
            # What is decided stays decided: a doubt does not take it away.
            key = "X"
        await self._saves(_NEXT, lambda: hands.keys(key))
        assert hands.state(code) in JUDGED[key], (code, key)
        return code

    async def takes_back_and_redoes(self, code: str) -> None:
        """Undo shows the record as it was before, redo as it was judged."""
        hands, judged = self.hands, self.hands.state(code)
        steps = self._steps()
        await self._timed("undo to its record", self.page.session.touched, lambda: hands.keys("Ctrl+Z"))
        assert hands.code == code and self._steps() == steps + 1
        await self._timed("redo to its record", self.page.session.touched, lambda: hands.keys("Ctrl+Y"))
        assert hands.state(code) is judged
        await hands.presses("Down")

    async def puts_a_kit_together(self, components: Sequence[tuple[str, int]]) -> str:
        """By the kit editor, over the record in hand."""
        hands, code = self.hands, self.hands.code
        await hands.keys("K")
        dialog = await hands.dialog()
        for place, (item, quantity) in enumerate(components, start=1):
            await hands.fill(await hands.named(Input, f"Quantity {place}"), str(quantity))
            await hands.fill(await hands.named(Input, f"Item {place}"), item)
            # Going on closes what X3 has to offer for the words typed.
            await hands.keys("Tab")
        await self._saves("kit saved to next record", lambda: hands.press("Save the kit", within=dialog))
        await hands.closed()
        assert hands.state(code) is RecordState.KIT
        return code

    async def searches(self, words: str) -> str:
        """Everything X3 has is searched; what is found is compared and accepted."""
        hands, code = self.hands, self.hands.code
        await hands.presses("/")
        await hands.type(words[:-1])
        await hands.at_rest()
        before = time.perf_counter()
        await hands.type(words[-1])
        await hands.at_rest()
        assert self.page.acting._found.isVisible()
        self.times.add("letter to what X3 has", time.perf_counter() - before)
        await hands.presses("Down", "Return")
        evidence = self.page.session.evidence
        assert evidence is not None
        if hard_findings(evidence):
            await hands.presses("Return")
        await self._saves(_NEXT, lambda: hands.keys("Return"))
        assert hands.state(code) is RecordState.ACCEPTED
        return code

    async def accepts_many(self) -> int:
        """The filtered set is previewed, accepted as one step, and taken back as one."""
        hands, session = self.hands, self.page.session
        await hands.presses("Ctrl+1", "Ctrl+Return")
        plan = self.page.preview.plan
        assert plan is not None
        open_before = self._open()
        if plan.count:
            words = f"Accept {plan.count} record{'s' if plan.count > 1 else ''}"
            steps = self._steps()
            await self._timed(
                "many accepted", session.touched, lambda: hands.press(words, within=self.page.preview)
            )
            assert self._steps() == steps + 1
            assert self._open() == open_before - plan.count
            await self._timed("many taken back", session.touched, lambda: hands.keys("Ctrl+Z"))
            assert self._open() == open_before
        await hands.presses("Ctrl+G")
        assert self.page.mode == FOCUS
        return plan.count

    async def _saves(self, what: str, act: Callable[[], Awaitable[None]]) -> None:
        """A decision: its step is in the file when the next record is painted."""
        steps, found = self._steps(), []
        await self._timed(
            what, self.page.session.picked, act, before=lambda: found.append(self._steps() - steps)
        )
        assert found == [1], "painted before it was saved"
        self.decided += 1

    async def _timed(
        self,
        what: str,
        signal: Any,
        act: Callable[[], Awaitable[None]],
        *,
        before: Callable[[], None] = lambda: None,
    ) -> None:
        hands, grid = self.hands, self.page.mode != FOCUS
        shown = self.page.grid.table.viewport() if grid else self.page.focus.header
        painted = Painted(shown, signal, before)
        start = time.perf_counter()
        await act()
        try:
            self.times.add(what, await asyncio.wait_for(painted.seen, 20) - start)
        except TimeoutError:
            held = hands.window.focusWidget()
            seen = f"{hands.code}, {self.page.session.place() + 1} of {len(hands.codes())}"
            raise AssertionError(f"{what}: nothing was painted; {held} has the keyboard; {seen}") from None
        await hands.at_rest()

    def _open(self) -> int:
        """How many records still wait, whatever the filter."""
        deck = self.page.session.deck
        return sum(deck.state(row).is_open for row in range(deck.count))

    def _steps(self) -> int:
        """What the file holds for another one who has it open."""
        return int(self._file.execute("SELECT ifnull(max(id), 0) FROM steps").fetchone()[0])
