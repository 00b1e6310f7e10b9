"""What the page shows of its session: rows, counts, the record in hand, its evidence, coverage and log."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

from x3studio.domain.workbench import Kind
from x3studio.gui.mapping import data, telling
from x3studio.gui.mapping.nothing import show_pane
from x3studio.gui.mapping.queue import count_words
from x3studio.gui.mapping.rows import code
from x3studio.gui.mapping.strip import GRID
from x3studio.gui.mapping.tables import PageTable
from x3studio.gui.mapping.turns import later
from x3studio.gui.mapping.vocabulary import KINDS, money, noun, symbol
from x3studio.gui.states import State
from x3studio.workbench import Evidence, Filter, Sort

if TYPE_CHECKING:
    from x3studio.gui.mapping.page import MappingPage

_READ_AFTER_MS = 500
_LOGGED = 10


class Showing(QObject):
    """Follows the session; asks the service only for coverage, pace and the log."""

    def __init__(self, page: "MappingPage", domains: Mapping[str, str]) -> None:
        super().__init__(page)
        self._page, self.domains = page, domains
        self._session = page.session
        self.known_targets = 0
        self.status: Sequence[State] = ()
        self._following = False
        self._away = False
        """Whether X3 did not answer when it was asked last."""
        self._later = later(self, _READ_AFTER_MS, lambda: self._start(self.read_all(), "read the coverage"))
        for pane in (page.queue.pane, page.grid.pane):
            pane.show_state().show_busy("Reading the records")
        page.focus.pane.show_state().show_busy("Reading the evidence")
        self._wire()

    # -- what the service counts --------------------------------------------------------------------

    async def read_all(self) -> None:
        """Coverage, pace and the last decisions."""
        bench, kind = self._session.bench, self._session.deck.kind
        coverage = await bench.coverage(kind)
        pace = await bench.pace(kind)
        self.known_targets = await bench.known_targets(kind)
        self._show_status(await data.masters(self._page.desk.host.store))
        self._page.strip.show_coverage(coverage)
        self._page.strip.show_pace(pace)
        await self.read_log()

    async def read_log(self) -> None:
        """The last decisions."""
        entries = await self._session.bench.log(_LOGGED)
        self._page.log.show_entries([telling.entry(one, self.domains) for one in entries])

    def _show_status(self, masters: data.Masters) -> None:
        if self._away and not masters.unreachable:
            self._page.work.renew()
        self._away = masters.unreachable
        status = telling.masters_status(masters, self._session.deck.kind, datetime.now(UTC))
        if status != self.status:
            self.status = status
            self._page.status_changed.emit()

    def read_soon(self) -> None:
        """The log at once, the rest when a burst of decisions has ended."""
        self._start(self.read_log(), "read the last decisions")
        self.read_later()

    def read_later(self) -> None:
        """Coverage, pace and log, a moment after the last wish for them."""
        self._later.start()

    # -- rows ---------------------------------------------------------------------------------------

    def show_rows(self) -> None:
        """The table that is seen, facets and words that count; the other one follows when it is turned to."""
        session, page = self._session, self._page
        rows = page.grid.rows if page.mode == GRID else page.queue.rows
        rows.show_view(session.deck, session.view)
        for shows_order in (page.queue, page.grid):
            shows_order.show_order(session.sort, session.descending)
        for columns in (page.queue.columns, page.grid.columns):
            columns.show_kind(session.deck.kind)
        self.show_counts()
        for pane in (page.queue.pane, page.grid.pane):
            show_pane(page, pane, clear=self._clear)
        self.show_current()
        page.take_focus()

    def show_counts(self) -> None:
        """Facets, views and the words beside the title."""
        session, page = self._session, self._page
        page.facets.show_counts(session.view.facets, session.wanted)
        page.facets.follow(session.wanted)
        count = len(session.view)
        filters = sum(map(len, session.wanted.chosen.values())) + bool(session.wanted.text)
        page.queue.show_count(count_words(count, filters))
        if page.mode == GRID:
            page.grid.show_views(session.wanted, page.views.counts(session.deck))
            page.grid.show_shown(count, session.deck.kind)

    def show_touched(self, rows: object) -> None:
        """These rows look different now."""
        if isinstance(rows, list):
            for model in (self._page.queue.rows, self._page.grid.rows):
                model.touch(rows)
        self.show_record()

    # -- the record in hand -------------------------------------------------------------------------

    def show_current(self) -> None:
        """Moves both tables to the record in hand."""
        key = self._session.key
        self._following = True
        table = self._page.grid.table if self._page.mode == GRID else self._page.queue.table
        if key is not None:
            table.choose(key)
        self._following = False
        self.show_record()

    def show_record(self) -> None:
        """The header: what the deck knows."""
        session, header = self._session, self._page.focus.header
        if session.key is None:
            header.show_nothing()
            self._page.focus.conflicts.show_findings((), cap="")
            self._show_no_evidence()
            return
        deck, row = session.deck, session.deck.row_of(session.key)
        if row < 0:
            return
        place = session.place()
        worth = int(deck.worths[row])
        second = [deck.titles[row], deck.subtitles[row], deck.channels[row]]
        if deck.families[row]:
            alike = int((deck.families.codes == deck.families.codes[row]).sum())
            second.append(f"family of {alike:,}, {self._page.keymap.cap('family')} opens it")
        if deck.waiting[row]:
            second.append(f"{int(deck.waiting[row]):,} orders wait")
        header.show_record(
            code=code(deck, row),
            state=telling.state_words(deck, row),
            place=f"{place + 1:,} of {len(session.view):,}" if place >= 0 else "outside the filter",
            second=" · ".join(filter(None, second)),
            worth=f"{symbol(deck.currency)} {money(worth)}" if worth else "",
            since="price x stock" if deck.worth_is_estimated else "in 90 days",
            flagged=bool(deck.flagged[row]),
        )

    def show_evidence(self, evidence: Evidence) -> None:
        """Side by side, with candidates and history."""
        page, session = self._page, self._session
        shown = session.chosen
        one = evidence.candidates[shown] if shown < len(evidence.candidates) else None
        page.focus.conflicts.show_findings(evidence.conflicts, cap=telling.offer_cap(evidence, page.keymap))
        _name, ours, _title, theirs = KINDS[evidence.kind]
        foreign = f"Amazon · {telling.short(evidence.key)}"
        x3 = f"X3 · {one.target}" if one is not None else "X3"
        rows = [replace(each, points=None) for each in evidence.rows] if page.acting.blind else evidence.rows
        page.focus.evidence.show_rows(rows, foreign=foreign, ours=x3)
        if evidence.rows:
            page.focus.pane.show_content()
        else:
            page.focus.pane.show_state().show_empty(
                f"Nothing to compare this {ours} with",
                f"Choose an {theirs} by searching, or say that there is none.",
                icon="search-x",
                tone="muted",
            )
        panel = page.candidates
        panel.show_evidence(evidence, chosen=shown, known=self.known_targets, blind=page.acting.blind)
        panel.show_history(f"History of this {noun(evidence.kind, 1)}", telling.happened(evidence))
        panel.memory.show_offer(*telling.similar(evidence))
        self.show_actions(evidence)

    def show_actions(self, evidence: Evidence) -> None:
        """What Enter would do now."""
        page = self._page
        words = telling.accept_words(evidence, self._session.chosen, armed=page.acting.armed)
        page.candidates.show_actions(accept=words, kind=evidence.kind, can_accept=bool(evidence.candidates))

    def announce(self, words: str) -> None:
        """Says something through the screen reader: "accepted ITM0042, 1 of 312"."""
        self._page.setAccessibleDescription(words)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._page, words))

    def place_words(self) -> str:
        """ "1 of 312" of the record in hand."""
        place = self._session.place()
        return f"{place + 1:,} of {len(self._session.view):,}" if place >= 0 else ""

    # -- wiring -------------------------------------------------------------------------------------

    def _wire(self) -> None:
        session, page = self._session, self._page
        session.opened.connect(self._opened)
        session.viewed.connect(self.show_rows)
        session.counted.connect(self.show_counts)
        session.picked.connect(self.show_current)
        session.evidenced.connect(self.show_evidence)
        session.touched.connect(self.show_touched)
        for table in (page.queue.table, page.grid.table):
            table.chosen.connect(lambda row, table=table: self._walked(row, table))
        page.queue.ordered.connect(self._order)
        page.grid.ordered.connect(self._order)
        page.grid.view_wanted.connect(self._open_view)
        page.facets.filtered.connect(self._filter)
        page.facets.turned.connect(lambda kind: self._start(page.open_kind(Kind(kind)), "open the records"))
        page.focus.header.stepped.connect(session.step)
        page.focus.header.candidates_wanted.connect(lambda: page.body.reveal(page.candidates))
        page.body.narrowed.connect(self._fit)

    def _opened(self) -> None:
        self._page.facets.forget()
        self._start(self.read_all(), "read the coverage")

    def _walked(self, row: int, table: PageTable[int]) -> None:
        """The user moved with the arrows or a click."""
        if not self._following and table.isVisible():
            self._session.moved()
            self._session.pick(self._session.deck.key(row))

    def _order(self, sort: str, descending: bool) -> None:
        wanted = Sort.CONFIDENCE if sort == "standing" else Sort(sort)
        self._start(self._session.order(wanted, descending=descending), "sort the records")

    def _filter(self) -> None:
        self._start(self._session.refilter(self._page.facets.wanted), "filter the records")

    def _open_view(self, name: str) -> None:
        found = next((one for one in self._page.views.all() if one.name == name), None)
        if found is not None:
            self._page.facets.show_filter(found.wanted)
            self._start(self._session.refilter(found.wanted), "open the view")

    def _fit(self) -> None:
        page = self._page
        page.queue.set_narrow(not page.body.wide)
        page.grid.columns.set_narrow(not page.body.wide)
        page.strip.set_narrow(page.width())
        page.focus.header.open_candidates.setVisible(page.body.with_drawers)

    def _show_no_evidence(self) -> None:
        words = "Choose one in the queue." if len(self._session.view) else "The queue is empty."
        self._page.focus.pane.show_state().show_empty("No record in hand", words, icon="list", tone="muted")
        self._page.candidates.show_nothing(words, kind=self._session.deck.kind)

    def _clear(self) -> None:
        self._page.facets.show_filter(Filter())
        self._start(self._session.refilter(Filter()), "clear the filters")

    def _start(self, work: object, name: str) -> None:
        self._page.desk.tasks.start(work, name=name)  # type: ignore[arg-type]
