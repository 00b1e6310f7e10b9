"""Orders that waited for what was decided here: they can be sent at once, or by the next run."""

from collections.abc import Collection, Mapping, Sequence

from PySide6.QtWidgets import QWidget

from x3studio.domain.workbench import Key
from x3studio.gui.mapping.telling import short
from x3studio.gui.page import Desk
from x3studio.gui.states import State, counted
from x3studio.gui.theme import Tone
from x3studio.gui.widgets.banner import Banner
from x3studio.gui.widgets.layout import clear, column

Cases = Mapping[str, Sequence[int]]


class FreedBanner(QWidget):
    """Shown while something waits to be replayed; the cases are collected by flow."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._cases: dict[str, Cases] = {}
        self._column = column(gap=0)
        self.setLayout(self._column)
        self.hide()

    @property
    def count(self) -> int:
        """How many orders are free to go."""
        return sum(len(ids) for cases in self._cases.values() for ids in cases.values())

    def add(self, subject: str, cases: Cases) -> None:
        """Further orders that waited for this record."""
        if any(cases.values()):
            self._cases[subject] = cases
            self._show()

    def drop(self, keys: Collection[Key]) -> None:
        """Decisions were taken back: what waited for them waits again."""
        gone = {subject for subject in self._cases if subject in {short(key) for key in keys}}
        if gone:
            self._cases = {subject: cases for subject, cases in self._cases.items() if subject not in gone}
            self._show()

    def forget(self) -> None:
        """They are replayed, or somebody will do so later."""
        self._cases = {}
        self._show()

    def replay(self) -> None:
        """Sends them; each is looked up in X3 before it is written."""
        self._desk.tasks.start(self._replay(), name="replay the orders")

    async def _replay(self) -> None:
        by_flow: dict[str, set[int]] = {}
        for cases in self._cases.values():
            for flow, ids in cases.items():
                by_flow.setdefault(flow, set()).update(ids)
        self.forget()
        for ids in map(sorted, by_flow.values()):
            run = await self._desk.host.replay(ids)
            words = f"Replay of {counted(len(ids), 'order')}: run {run:,} is queued"
            self._desk.notify(State("rotate-ccw", words, Tone.LIVE))

    def _show(self) -> None:
        clear(self._column)
        self.setVisible(bool(self.count))
        self._column.setContentsMargins(14, 10, 14, 10) if self.count else None
        if not self.count:
            return
        subject = counted(len(self._cases), "record") if len(self._cases) > 1 else next(iter(self._cases))
        banner = Banner(
            self._desk.theme,
            Tone.LIVE,
            f"{counted(self.count, 'order')} waited for {subject}",
            "Each is looked up in X3 again just before it is written.",
            icon="rotate-ccw",
            action=f"Replay {self.count:,}",
            later=True,
        )
        banner.acted.connect(self.replay)
        banner.dismissed.connect(self.forget)
        self._column.addWidget(banner)
