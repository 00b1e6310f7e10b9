"""The settlements page: what is read when, and where each key and click leads."""

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import QSize
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from x3studio.domain.chain import Chain
from x3studio.domain.errors import StudioError
from x3studio.gui.page import Desk
from x3studio.gui.settlements.acting import Acting
from x3studio.gui.settlements.book import COMPARE
from x3studio.gui.settlements.chain import Key, chain_words, chains, entries_of
from x3studio.gui.settlements.showing import show_chain, show_nothing, show_sheet
from x3studio.gui.settlements.tabs import Tabs
from x3studio.gui.settlements.words import clock_state
from x3studio.gui.states import State
from x3studio.gui.theme import Tone
from x3studio.gui.widgets.layout import column

_CHAIN = "settlements/chain"
LEAST = QSize(720, 440)


class SettlementsPage(Acting):
    """The chain of one marketplace, and one settlement of it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._known: Chain | None = None
        self._entry: int | None = None
        self._sought = ""
        """The check to go to once its settlement is shown."""
        self._turn = 0
        """Counts readings: one that was overtaken by a later one is not shown."""
        self.setLayout(column(self.face, gap=0))
        self._wire()
        self.face.pane.show_state().show_busy("Reading the settlements")

    async def refresh(self) -> None:
        """The chain, and the settlement that is shown, as they stand now."""
        self._turn += 1
        turn = self._turn
        try:
            known = await self.desk.host.settlements.chain()
        except StudioError as fault:
            self.face.pane.show_state().show_failed(fault, act=self._again)
            return
        if turn == self._turn:
            await self._show(known)

    async def _show(self, known: Chain) -> None:
        face, keys = self.face, chains(known)
        self._known = known
        face.chain.set_choices([("|".join(key), chain_words(key, keys)) for key in keys])
        face.chain.setVisible(len(keys) > 1)
        face.only.setText(chain_words(keys[0], keys) if len(keys) == 1 else "")
        timed = bool(known.entries or known.announced)
        face.show_clock(clock_state(known.announced, datetime.now(UTC)) if timed else None)
        self._chain = self._wanted_chain(keys)
        if self._chain is None:
            show_nothing(face, waiting=len(known.announced), act=self._ask_files)
            return
        face.pane.show_content()
        await self._show_entry(self._wanted_entry())

    def show_record(self, record: str) -> None:
        """A settlement by Amazon's id; "21567300941 B19" goes to that check as well."""
        self.desk.tasks.start(self._jump(record), name="open the settlement")

    def panels(self) -> Sequence[QWidget]:
        """Periods, pictures, book, proof."""
        return (self.face.strip, self.face.pictures, self.face.book, self.face.proof)

    def reveal(self, panel: QWidget) -> bool:
        """Brings the proof sheet into sight, or what it lies over."""
        face = self.face
        if not face.pane.content.isVisible():
            return False
        if panel is face.proof:
            face.show_proof()
        else:
            face.show_book()
        return panel.isVisible()

    def keys(self) -> Sequence[tuple[str, str]]:
        """What the page adds to the window's keys."""
        return (
            ("Alt+Left", "The settlement before; Alt+Right the one after"),
            ("Ctrl+O", "Add downloaded files, or drop them on the window"),
            ("Return", "Rows of the bar or group; unmapped: accept the suggestion"),
            ("G", "Unmapped: choose another group"),
            ("E", "Proof sheet: explain the open check"),
            ("A", "Proof sheet: assign the check"),
            ("Ctrl+F", "Search the rows"),
            ("Ctrl+R", "Repair a damaged file, line by line"),
            ("Ctrl+P", "Save the proof sheet as PDF"),
            ("Ctrl+C", "Copy the selected lines of a table"),
        )

    def minimumSizeHint(self) -> QSize:
        """Usable on a screen of 1920 x 1080 at 200 %."""
        return LEAST

    # -- what is shown ---------------------------------------------------------------------------------

    def _wanted_chain(self, keys: Sequence[Key]) -> Key | None:
        kept = self.desk.memory.text(_CHAIN)
        wanted = self._chain or next((key for key in keys if "|".join(key) == kept), None)
        found = wanted if wanted in keys else keys[0] if keys else None
        if found is not None:
            self.face.chain.choose("|".join(found))
        return found

    def _wanted_entry(self) -> int:
        known, key = self._known, self._chain
        entries = entries_of(known, key) if known is not None and key is not None else []
        ids = [entry.id for entry in entries]
        return self._entry if self._entry in ids and self._entry is not None else ids[-1]

    async def _show_entry(self, entry: int) -> None:
        service = self.desk.host.settlements
        self._entry = entry
        self._turn += 1
        turn = self._turn
        sheet = await service.sheet(entry)
        unknown, groups = await service.unknown(), service.groups()
        if turn != self._turn:
            return
        self.sheet = sheet
        if self._known is not None and self._chain is not None:
            show_chain(self.face, self._known, self._chain, entry)
        show_sheet(self.face, sheet)
        if sheet.proof is not None:
            self.face.book.show_sheet(sheet, unknown, groups)
        if self._sought and self.face.proof.choose(self._sought):
            self._sought = ""
            self.face.show_proof()

    # -- where clicks lead -------------------------------------------------------------------------------

    def _wire(self) -> None:
        face, book, proof = self.face, self.face.book, self.face.proof
        face.chain.activated.connect(lambda _place: self._choose_chain())
        face.strip.chosen.connect(self._choose_card)
        face.add.clicked.connect(self._ask_files)
        face.collect.clicked.connect(self._collect)
        face.post.clicked.connect(lambda: self._after(self._post(), "post the settlement"))
        face.repair.clicked.connect(self._repair)
        self._wire_more()
        face.pictures.deposit.opened.connect(self._open_bar)
        book.turned.connect(self._turned)
        book.groups.opened.connect(lambda row: book.open_rows(row.triples, row.words))
        book.groups.assigning.connect(lambda row: self._after(self._set_account(row), "set the account"))
        book.unmapped.decided.connect(self._decide)
        book.unmapped.opened.connect(lambda triples, words: book.open_rows(triples, words))
        book.fees.opened.connect(
            lambda found: book.open_rows(found.triples, found.fee if found.triples else "", text=found.text)
        )
        book.compare.asked.connect(lambda _other: self._turned(COMPARE))
        self._tabs = Tabs(self.desk, book)
        proof.explaining.connect(lambda check: self._after(self._explain(check), "keep the explanation"))
        proof.assigning.connect(lambda check: self._after(self._assign(check), "assign the check"))
        proof.looking.connect(self._look)
        proof.printing.connect(self._ask_pdf)
        for table in (*book.tables, proof.table):
            table.exported.connect(self._exported)
        for key, act in (
            ("Alt+Left", lambda: face.strip.step(-1)),
            ("Alt+Right", lambda: face.strip.step(1)),
            ("Ctrl+P", self._ask_pdf),
        ):
            bound = QShortcut(QKeySequence(key), self)
            bound.activated.connect(act)

    def _choose_chain(self) -> None:
        key = self.face.chain.current_key()
        self.desk.memory.keep(_CHAIN, key)
        known = chains(self._known) if self._known is not None else []
        self._chain = next((each for each in known if "|".join(each) == key), None)
        self._entry = None
        self._again()

    def _choose_card(self, key: str) -> None:
        key = key.removeprefix("gap:")
        if key.isdecimal():
            self._start(self._show_entry(int(key)), "open the settlement")
        elif key.startswith("report:"):
            self._collect()

    def _turned(self, key: str) -> None:
        """Reads what a tab needs once it is looked at."""
        if self.sheet is not None and self.sheet.proof is not None and self._known is not None:
            self._start(self._tabs.read(key, self.sheet, self._known), f"read the {key}")

    def _open_bar(self, key: str) -> None:
        bar = next((bar for bar in self.sheet.bars if bar.id == key), None) if self.sheet else None
        if bar is not None:
            self.face.show_book()
            self.face.book.open_rows(
                None if bar.kind == "total" else bar.triples, "" if bar.kind == "total" else bar.title
            )

    def _look(self, line: int) -> None:
        self.face.show_book()
        self.face.book.lines.seek(line)
        self.face.book.open_rows(None, "")

    async def _jump(self, record: str) -> None:
        settlement, _, check = record.partition(" ")
        known = await self.desk.host.settlements.chain()
        named = (entry for entry in known.entries if settlement in (entry.settlement_id, str(entry.id)))
        found = next(named, None)
        if found is None:
            self.desk.notify(State("search-x", f"Settlement {settlement} is not archived", Tone.IDLE))
            return
        self._chain, self._entry, self._sought = found.chain, found.id, check
        await self._show(known)
