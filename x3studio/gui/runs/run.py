"""One run's page: its outcome in words and its records; of a dry run, what would happen."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from time import monotonic

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from x3studio.domain.runs import FINAL, Run
from x3studio.gui.page import Desk
from x3studio.gui.runs import data
from x3studio.gui.runs.columns import RECORDS
from x3studio.gui.runs.data import RecordRow, RunShown
from x3studio.gui.runs.history import NARROW
from x3studio.gui.runs.words import full_state, headline, outcome, what
from x3studio.gui.states import counted
from x3studio.gui.theme import Tone
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Button, Look
from x3studio.gui.widgets.chips import Chip
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import boxed, column, row
from x3studio.gui.widgets.panels import Pane
from x3studio.gui.widgets.surfaces import line
from x3studio.gui.widgets.table.paged import PagedRows
from x3studio.gui.widgets.table.view import Table
from x3studio.store import Page

_FOLLOWED, _SELDOM_SECONDS = 1_000, 5.0
_REFUSED = frozenset({"refused", "differs"})


class RunView(QWidget):
    """`opened` carries the chosen record's reference."""

    opened = Signal(str)

    def __init__(self, desk: Desk, flows: Mapping[str, str]) -> None:
        super().__init__()
        theme = desk.theme
        self._desk, self._flows = desk, flows
        self.run: Run | None = None
        self._known: Run | None = None
        """The run whose records are in the table, as it stood when they were read."""
        self._reading = asyncio.Lock()
        self._read_at = 0.0
        self.title = Label(theme, role=Role.SECTION, elide=Qt.TextElideMode.ElideRight)
        self.facts = Label(theme, role=Role.SECONDARY, tone="text2", elide=Qt.TextElideMode.ElideRight)
        self.chip: Chip | None = None
        self.outcome = Label(theme, wrap=True, selectable=True)
        self.exceptions = Button(theme, "Open exceptions", look=Look.LINK, small=True)
        self.exceptions.clicked.connect(lambda: desk.go("exceptions", ""))
        self.rows: PagedRows[RecordRow] = PagedRows(
            RECORDS, key=lambda row: row.reference, fetch=self._fetch, tasks=desk.tasks, tint=_tint
        )
        self.table = Table(theme, self.rows, name="Records of the run", tasks=desk.tasks, memory=desk.memory)
        self.table.opened.connect(lambda row: self.opened.emit(row.reference))
        self.pane = Pane(theme, self.table)
        self._head = row(column(self.title, self.facts, gap=1), gap=12, margins=(14, 8, 14, 8))
        self._head.setStretch(0, 1)
        words = row(self.outcome, self.exceptions, margins=(14, 9, 14, 9))
        words.setStretch(0, 1)
        whole = column(self._head, line(), words, line(), gap=0)
        whole.addWidget(self.pane, 1)
        self._whole = Pane(theme, boxed(whole))
        self.setLayout(column(self._whole, gap=0))
        self._whole.show_state().show_empty(
            "No run is chosen", "Choose one in the history.", icon="list", tone="muted"
        )
        self.exceptions.hide()

    async def show_run(self, shown: RunShown, *, now: datetime) -> None:
        """Another run, or the same as it stands now."""
        run = self.run = shown.run
        self._whole.show_content()
        self.title.setText(what(run, self._flows))
        self.facts.setText(headline(run, now=now))
        self._show_state(run)
        self.outcome.setText(outcome(run, before=shown.before, now=now))
        refused = 0 if run.dry_run else run.counts.refused
        self.exceptions.setText(f"Open {counted(refused, 'exception')}")
        self.exceptions.setVisible(refused > 0 and self._desk.has_page("exceptions"))
        async with self._reading:
            # Whoever asked last shows the rows, also those that an earlier call has read.
            if self.run is run:
                await self._read(run)
            if self.run is run:
                self._show_rows(run)

    async def _read(self, run: Run) -> None:
        if self._known is None or self._known.id != run.id:
            self._read_at = monotonic()
            await self.rows.restart()
        elif self._is_due(run, self._known):
            self._read_at = monotonic()
            await self.rows.reload()
        self._known = run

    def set_wide(self, width: int) -> None:
        """Number and time of the last step need room."""
        for place, shown in enumerate(RECORDS):
            self.table.setColumnHidden(place, width < NARROW and shown.key in ("number", "at"))

    async def step(self, reference: str, by: int) -> str:
        """The record above or below another one in the table, "" at its ends."""
        place = self.rows.position(reference)
        if place is None:
            return ""
        self.rows.want(place + by)
        if not 0 <= place + by < self.rows.rowCount():
            return ""
        self.table.choose(self.rows.key(self.rows.row_at(place + by)))
        return self.rows.row_at(place + by).reference

    def _is_due(self, run: Run, known: Run) -> bool:
        """Whether its records are read again: not once it has ended, and seldom where many are loaded."""
        if run == known and run.state in FINAL:
            return False
        return self.rows.rowCount() <= _FOLLOWED or monotonic() - self._read_at > _SELDOM_SECONDS

    async def _fetch(self, cursor: object) -> Page[RecordRow]:
        if self.run is None:
            return Page(())
        return await data.records(self._desk.host.store, cursor, run=self.run)

    def _show_state(self, run: Run) -> None:
        if self.chip is None:
            self.chip = Chip(self._desk.theme, full_state(run))
            self._head.addWidget(self.chip)
        self.chip.show_state(full_state(run))

    def _show_rows(self, run: Run) -> None:
        if self.rows.rowCount():
            self.pane.show_content()
            return
        if run.state not in FINAL:
            self.pane.show_state().show_busy("No record has been touched yet")
        else:
            fact = "Nothing would have to be written" if run.dry_run else "No record was touched"
            self.pane.show_state().show_empty(fact, f"{run.counts.read:,} read")


def _tint(row: RecordRow) -> Tone | None:
    return Tone.BAD if row.last.status in _REFUSED else None
