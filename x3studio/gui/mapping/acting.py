"""What each key and button of the page does, one after the other; written before the next is shown."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from x3studio.domain.mappings import Judgement
from x3studio.domain.workbench import Key, Kind, Mark
from x3studio.gui.mapping import telling
from x3studio.gui.mapping.asking import ask_text
from x3studio.gui.mapping.bulk import BulkActs
from x3studio.gui.mapping.changing import Changing
from x3studio.gui.mapping.editing import Editing
from x3studio.gui.mapping.offers import Offers
from x3studio.gui.mapping.rebinding import KeysDialog
from x3studio.gui.mapping.second import four_eyes, look_again
from x3studio.gui.mapping.strip import FOCUS, GRID
from x3studio.gui.mapping.targets import attach
from x3studio.gui.mapping.views import MOST
from x3studio.gui.mapping.words import factor_words
from x3studio.gui.states import State
from x3studio.gui.theme import Tone
from x3studio.workbench import Filter
from x3studio.workspace.workbench.values import Target

if TYPE_CHECKING:
    from x3studio.gui.mapping.page import MappingPage


class Acting(QObject):
    """`do` takes the name of an act of the keymap. `armed` says that Enter accepts despite a block."""

    def __init__(self, page: "MappingPage") -> None:
        super().__init__(page)
        self._page, self._session, self._desk = page, page.session, page.desk
        self.blind = False
        self.armed = False
        self.changing = Changing(page)
        self.editing = Editing(page, self.changing)
        self.offers = Offers(page, self.changing, self.editing)
        self.bulk = BulkActs(page, self.changing)
        self._acts: dict[str, Callable[[], object]] = {
            "accept": self._accept_chosen,
            "none": lambda: self._queue(self._none, "save the decision"),
            "unsure": lambda: self._queue(self._unsure, "save the mark"),
            "kit": lambda: self._queue(self.editing.kit, "edit the kit"),
            "pack": self._pack,
            "request": lambda: self._queue(self.editing.request, "request a new item"),
            "flag": lambda: self._queue(self._flag, "save the flag"),
            "comment": lambda: self._queue(self.editing.comment, "save the comment"),
            "search": self._search,
            "previous": lambda: self._step(-1),
            "next": lambda: self._step(1),
            "next_conflict": lambda: self._conflict(1),
            "previous_conflict": lambda: self._conflict(-1),
            "identical": lambda: self._queue(self.bulk.alike, "preview what is alike"),
            "family": lambda: self._queue(self.editing.family, "open the family"),
            "bulk": lambda: self.bulk.ask("accept"),
            "undo": lambda: self._queue(self.changing.undo, "undo"),
            "redo": lambda: self._queue(self.changing.redo, "redo"),
            "revert": self._revert_current,
            "filter": self._filter,
            "excel": page.open_workbook_export,
            "mode": lambda: page.set_mode(FOCUS if page.mode == GRID else GRID),
            "blind": self._blind,
            "back": self._back,
            "match": lambda: page.work.match(),
            **{f"view{place}": partial(self._view, place) for place in range(1, 7)},
        }
        self._found = attach(self._desk, page.candidates.search, lambda: page.session.deck.kind)
        page.work.more += [
            ("Judge a sample again, without scores ...", lambda: self._aside(self._second, "judge again")),
            (
                "Four eyes for what earns most ...",
                lambda: self._aside(self._four_eyes, "list what one person saw"),
            ),
            ("", lambda: None),
            ("Keys ...", self._rebind),
        ]
        self._wire()

    def do(self, name: str, *, digit: int = 0) -> None:
        """Does what a key asks for; `digit` is the number of a candidate."""
        if name != "accept":
            self._arm(False)
        if name == "choose":
            self._queue(lambda: self._accept(digit - 1), "save the decision")
        elif name in self._acts:
            self._acts[name]()

    async def open_record(self, record: str) -> None:
        """A record from another page, whatever the filter; the kind follows from its name."""
        session = self._session
        buyers = telling.buyers_of(record)
        kind = Kind.ITEMS if buyers is None else Kind.CUSTOMERS
        if not session.ready or session.deck.kind is not kind:
            await self._page.open_kind(kind)
        key = buyers or telling.key_like(session.deck, record)
        if session.deck.row_of(key) < 0:
            words = f"{record} is not known here yet"
            self._desk.notify(State("search-x", words, Tone.WARN))
            return
        await self._open(key)

    async def _open(self, key: Key) -> None:
        """Takes a record in hand, and filters off what hides it."""
        session = self._session
        if session.view.place_of(session.deck.row_of(key)) < 0:
            self._page.facets.show_filter(Filter())
            await session.refilter(Filter())
        self._page.set_mode(FOCUS)
        session.pick(key)

    # -- decisions ----------------------------------------------------------------------------------

    def _accept_chosen(self) -> None:
        self._queue(lambda: self._accept(None), "save the decision")

    async def _accept(self, place: int | None) -> None:
        """Accepts a candidate; what blocks it is said first, a second Enter accepts all the same."""
        evidence = await self._session.current()
        if evidence is None:
            return
        wanted = self._session.chosen if place is None else place
        if not 0 <= wanted < len(evidence.candidates):
            words = "No candidate to accept" if place is None else f"There is no candidate {wanted + 1}"
            self._page.showing.announce(words)
            return
        if wanted != self._session.chosen:
            evidence = await self._session.choose_now(wanted)
        hard = telling.hard_findings(evidence)
        if hard and not self.armed:
            self._arm(True)
            again = self._page.keymap.cap("accept") or "the button"
            words = f"Blocked: {', '.join(hard)}. {again} once more accepts it anyway."
            self._page.showing.announce(words)
            self._desk.notify(State("octagon-alert", words, Tone.BAD))
            return
        self._arm(False)
        one = evidence.candidates[wanted]
        pack = telling.pack_wanted(evidence) or factor_words(one.pack)
        await self.changing.accept(evidence.key, one.target, pack=pack, components=one.components)

    async def _none(self) -> None:
        if self._session.key is not None:
            await self.changing.decide(self._session.key, judgement=Judgement.REJECTED)

    async def _unsure(self) -> None:
        if self._session.key is not None:
            await self.changing.mark([self._session.key], Mark.UNSURE, "1", said="Unsure", moves=True)

    async def _flag(self) -> None:
        session = self._session
        if session.key is not None:
            on = not session.deck.flagged[session.deck.row_of(session.key)]
            said = "Flagged" if on else "No longer flagged"
            await self.changing.mark([session.key], Mark.FLAG, "1" if on else "", said=said)

    def _pack(self) -> None:
        """The offered factor at once where there is one, else the editor."""
        evidence = self._session.evidence
        if evidence is not None and telling.pack_wanted(evidence) and evidence.candidates:
            self._accept_chosen()
        else:
            self._queue(self.editing.pack, "edit the pack factor")

    def _revert_current(self) -> None:
        """The decision with the keyboard in the log, else the last one about the record in hand."""
        if self._page.log.current:
            self.revert(self._page.log.current)
        elif self._session.evidence is not None:
            line = next((one for one in telling.happened(self._session.evidence) if one.decision), None)
            if line is not None:
                self.revert_decision(line.decision)

    def revert(self, step: int) -> None:
        """One step of the log."""
        self._queue(lambda: self.changing.revert_step(step), "take the decision back")

    def revert_decision(self, decision: int) -> None:
        """One decision of the history."""
        self._queue(lambda: self.changing.revert(decision), "take the decision back")

    # -- moving -------------------------------------------------------------------------------------

    def _step(self, by: int) -> None:
        if not self._session.step(by):
            self._page.showing.announce(telling.nothing_left(self._session.deck.kind))

    def _conflict(self, by: int) -> None:
        if not self._session.step_conflict(by):
            self._page.showing.announce("No further conflict in this view")

    def _back(self) -> None:
        if not self._session.back():
            self._page.showing.announce("No record was in hand before this one")

    def _view(self, place: int) -> None:
        views = self._page.views.all()
        if place <= len(views):
            self._page.grid.view_wanted.emit(views[place - 1].name)

    async def _save_view(self) -> None:
        session, views = self._session, self._page.views
        name = await ask_text(
            self._desk, self._page, "Save this view", caption="Name", action="Save", hint="Such as: Batteries"
        )
        if name and not views.add(name, session.wanted):
            words = f"There is room for {MOST} views; forget one first"
            self._desk.notify(State("circle-x", words, Tone.WARN))
        self._page.showing.show_counts()

    def _drop_view(self) -> None:
        current = self._page.views.matching(self._session.wanted)
        if current is not None:
            self._page.views.remove(current.name)
            self._page.showing.show_counts()

    def _search(self) -> None:
        self._page.set_mode(FOCUS)
        self._page.body.reveal(self._page.candidates)
        self._page.candidates.search.jump()

    def _compare(self, target: Target) -> None:
        """What was found is compared; Enter then accepts it."""
        self._page.candidates.search.clear()
        self._queue(lambda: self._session.compare_with(target.key), f"compare with {target.key}")
        self._page.queue.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    async def _second(self) -> None:
        await look_again(self._desk, self._page, self._session.deck.kind)

    async def _four_eyes(self) -> None:
        key = await four_eyes(self._desk, self._page, self._session.deck.kind)
        if key is not None:
            await self._open(key)

    def _aside(self, work: Callable[[], Awaitable[None]], name: str) -> None:
        self._queue(work, name)

    def _rebind(self) -> None:
        dialog = KeysDialog(self._desk, self._page, self._page.keymap)
        self._desk.tasks.start(dialog.ask(), name="change the keys")

    def _filter(self) -> None:
        self._page.body.reveal(self._page.facets)
        self._page.facets.text.jump()

    def _blind(self) -> None:
        self.blind = not self.blind
        for view in (self._page.queue, self._page.grid):
            view.columns.hide_scores(self.blind)
        if self._session.evidence is not None:
            self._page.showing.show_evidence(self._session.evidence)

    def _arm(self, armed: bool) -> None:
        if armed != self.armed:
            self.armed = armed
            if self._session.evidence is not None:
                self._page.showing.show_actions(self._session.evidence)

    def _queue(self, work: Callable[[], object], name: str) -> None:
        self._session.act(work, name=name)  # type: ignore[arg-type]

    def _wire(self) -> None:
        page, session = self._page, self._session
        page.candidates.acted.connect(self.do)
        page.candidates.chosen.connect(session.choose)
        page.candidates.taken.connect(lambda place: self.do("choose", digit=place + 1))
        page.candidates.history.reverted.connect(self.revert_decision)
        page.log.reverted.connect(self.revert)
        page.focus.conflicts.offered.connect(self.offers.take)
        page.grid.saving.connect(lambda: self._queue(self._save_view, "save the view"))
        page.grid.dropping.connect(self._drop_view)
        page.grid.bulk_wanted.connect(self.bulk.ask)
        page.grid.table.opened.connect(lambda _row: page.set_mode(FOCUS))
        self._found.taken.connect(self._compare)
        session.picked.connect(lambda: self._arm(False))
