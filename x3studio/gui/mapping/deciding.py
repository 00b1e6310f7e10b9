"""Decisions as the window takes them: recorded at once, taken back one by one, and what they set free."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, Signal

from x3studio.domain.mappings import Decision, Judgement
from x3studio.gui.host import Pair
from x3studio.gui.mapping import data
from x3studio.gui.mapping.words import decision_state, decision_words, subject_of
from x3studio.gui.page import Desk
from x3studio.gui.states import State, counted
from x3studio.gui.theme import Tone


class Deciding(QObject):
    """`changed` tells that what stands or what waits is different now."""

    changed = Signal()

    def __init__(self, desk: Desk, parent: QObject, domains: Mapping[str, str]) -> None:
        super().__init__(parent)
        self._desk, self._domains = desk, domains
        self._taken: list[Decision] = []
        self._freed: dict[str, Mapping[str, Sequence[int]]] = {}

    @property
    def freed(self) -> Mapping[str, int]:
        """How many orders waited for each key decided here, and were not replayed yet."""
        counts = {key: sum(len(ids) for ids in cases.values()) for key, cases in self._freed.items()}
        return {key: count for key, count in counts.items() if count}

    async def decide(self, pair: Pair, judgement: Judgement) -> Decision:
        """Records a decision, says so, and looks for orders that waited for it."""
        decision = await self._desk.host.decide(pair, judgement)
        self._taken.append(decision)
        subject, state = subject_of(pair, self._domains), decision_state(decision)
        self._desk.notify(state.saying(f"{subject}: {decision_words(decision)}"))
        self._freed.pop(subject, None)
        if judgement is Judgement.ACCEPTED:
            self._freed[subject] = await data.waiting(self._desk.host.store, pair)
        self.changed.emit()
        return decision

    async def undo(self) -> Decision | None:
        """Takes the last decision of this window back, then the one before it."""
        if not self._taken:
            words = "Nothing was decided in this window yet; older decisions stand in the log"
            self._desk.notify(State("undo-2", words, Tone.IDLE))
            return None
        return await self._take_back(self._taken.pop().id)

    async def revert(self, decision_id: int) -> Decision:
        """Takes one decision back, whatever came after it; that can be undone as well."""
        reverted = await self._take_back(decision_id)
        self._taken = [one for one in self._taken if one.id != decision_id]
        self._taken.append(reverted)
        return reverted

    async def replay(self) -> None:
        """Sends what waited for these decisions; each order is looked up in X3 before it is written."""
        by_flow: dict[str, list[int]] = {}
        for cases in self._freed.values():
            for flow, ids in cases.items():
                by_flow.setdefault(flow, []).extend(ids)
        self.forget()
        for ids in by_flow.values():
            run = await self._desk.host.replay(ids)
            words = f"Replay of {counted(len(ids), 'order')}: run {run:,} is queued"
            self._desk.notify(State("rotate-ccw", words, Tone.LIVE))

    def forget(self) -> None:
        """The orders are replayed, or somebody will do so later."""
        self._freed = {}
        self.changed.emit()

    async def _take_back(self, decision_id: int) -> Decision:
        decision = await self._desk.host.undo(decision_id)
        subject = subject_of(decision.pair, self._domains)
        self._freed.pop(subject, None)
        words = f"Taken back. {subject}: {decision_words(decision)}"
        self._desk.notify(State("undo-2", words, Tone.IDLE))
        self.changed.emit()
        return decision
