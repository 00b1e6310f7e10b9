"""What a person does with the settlement that is shown; then the page is read again."""

from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QWidget

from x3studio.domain.settlements import Check, Triple
from x3studio.domain.sheets import Sheet
from x3studio.gui.page import Desk, Page
from x3studio.gui.settlements import asking, statements, verbs
from x3studio.gui.settlements.chain import Key
from x3studio.gui.settlements.decisions import show_decisions
from x3studio.gui.settlements.deferred import show_deferred
from x3studio.gui.settlements.face import Face
from x3studio.gui.settlements.groups import GroupRow
from x3studio.gui.settlements.repairing import repair
from x3studio.gui.settlements.summary import compare_summary
from x3studio.gui.states import State
from x3studio.gui.theme import Tone


class Acting(Page):
    """`sheet` is the settlement that is shown, `_chain` its chain; both None while there is none."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._chain: Key | None = None
        self.sheet: Sheet | None = None
        self.face = Face(desk)

    def take_files(self, paths: Sequence[Path], /) -> bool:
        """Archives files a person chose or dropped."""
        self._start(self._take(paths), "archive the files")
        return True

    def _wire_more(self) -> None:
        more = self.face.more
        title = "Add bank statements"
        more.statement.triggered.connect(
            lambda: asking.ask_open(self, title, asking.TABLES, self.take_statements)
        )
        more.vat.triggered.connect(
            lambda: asking.ask_open(self, "Add VAT reports", asking.TABLES, self.take_places)
        )
        more.summary.triggered.connect(lambda: self._after(self._summary(), "compare the summary"))
        more.repaired.triggered.connect(self._repair)
        more.place.triggered.connect(self._set_place)
        more.original.triggered.connect(self._ask_original)
        more.deferred.triggered.connect(
            lambda: self._after(show_deferred(self.desk, self), "look at what is held back")
        )
        more.decisions.triggered.connect(
            lambda: self._after(show_decisions(self.desk, self), "take a decision back")
        )

    def _ask_files(self) -> None:
        asking.ask_open(self, "Add downloaded settlements", asking.SETTLEMENTS, self.take_files)

    def take_statements(self, paths: Sequence[Path]) -> None:
        """Looks for deposits in statements of the bank."""
        currency = self._chain[-1] if self._chain else ""
        self._start(statements.add(self.desk, paths, currency=currency), "read the statement")

    def take_places(self, paths: Sequence[Path]) -> None:
        """Where orders went and came from, by VAT reports; what is not posted is proven anew."""
        self._after(statements.add_places(self.desk, paths), "read the VAT report")

    def _ask_pdf(self) -> None:
        if self.sheet is not None and self.sheet.proof is not None:
            name = f"proof-{self.sheet.entry.settlement_id}.pdf"
            asking.ask_save(self, "Save the proof sheet", name, asking.PDF, self.save_pdf, suffix="pdf")

    def save_pdf(self, path: Path) -> None:
        """Writes the proof sheet that is shown."""
        if self.sheet is not None:
            self._start(verbs.save_pdf(self.desk, self.sheet, path), "save the proof sheet")

    def _ask_original(self) -> None:
        if self.sheet is not None:
            name = self.sheet.entry.file_name.removesuffix(".gz")
            asking.ask_save(
                self, "Save the archived file", name, asking.TEXT, self.save_original, suffix="txt"
            )

    def save_original(self, path: Path) -> None:
        """Writes the archived file of the settlement that is shown, as it came."""
        if self.sheet is not None:
            self._start(verbs.save_original(self.desk, self.sheet, path), "save the archived file")

    async def _take(self, paths: Sequence[Path]) -> None:
        entry = await verbs.add_files(self.desk, self, paths)
        if entry is None:
            await self.refresh()
        else:
            self.show_record(str(entry))

    def _collect(self) -> None:
        self._start(self._collected(), "collect the settlements", busy=self.face.collect)

    async def _collected(self) -> None:
        await verbs.collect(self.desk)
        await self.refresh()

    async def _post(self) -> bool:
        if self.sheet is None or self.sheet.proof is None:
            return False
        await verbs.post(self.desk, self, self.sheet, self.sheet.proof)
        return True

    def _repair(self) -> None:
        if self.sheet is not None:
            work = self._repaired(self.sheet.entry.id)
            self._start(work, "repair the settlement", busy=self.face.repair)

    async def _repaired(self, entry: int) -> None:
        if await repair(self.desk, self, entry):
            # It may belong to another chain now, as the file could not be read before, or cannot any more.
            self.show_record(str(entry))

    def _set_place(self) -> None:
        if self.sheet is not None:
            self._start(self._placed(self.sheet), "set the marketplace")

    async def _placed(self, sheet: Sheet) -> None:
        if await verbs.set_place(self.desk, self, sheet):
            self.show_record(str(sheet.entry.id))

    async def _summary(self) -> bool:
        sheet = self.sheet
        if sheet is None or sheet.proof is None:
            return False
        return await compare_summary(self.desk, self, sheet.entry.id, sheet.proof)

    async def _explain(self, check: Check) -> bool:
        return self.sheet is not None and await verbs.explain(self.desk, self, self.sheet, check)

    async def _assign(self, check: Check) -> bool:
        return self.sheet is not None and await verbs.assign(self.desk, self, self.sheet, check)

    async def _set_account(self, row: GroupRow) -> bool:
        return await verbs.set_account(self.desk, self, row)

    def _decide(self, triple: Triple, group: str, why: str) -> None:
        self._after(verbs.decide(self.desk, triple, group, why), "keep the decision")

    def _exported(self, path: str, count: int) -> None:
        told = State("file-spreadsheet", f"{Path(path).name}: {count:,} rows written", Tone.OK)
        self.desk.notify(told)

    def _after(self, work: Coroutine[Any, Any, bool], name: str) -> None:
        """Does something and shows what it changed."""

        async def both() -> None:
            if await work:
                await self.refresh()

        self._start(both(), name)

    def _again(self) -> None:
        self._start(self.refresh(), "read the settlements")

    def _start(self, work: Coroutine[Any, Any, None], name: str, *, busy: QWidget | None = None) -> None:
        self.desk.tasks.start(work, name=name, busy=busy)
