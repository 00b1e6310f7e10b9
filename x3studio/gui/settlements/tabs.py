"""Tabs that are read once they are looked at: rows from the archive, fees with their history, comparison."""

from x3studio.domain.chain import Chain
from x3studio.domain.sheets import Sheet
from x3studio.gui.page import Desk
from x3studio.gui.settlements import book
from x3studio.gui.settlements.book import Book
from x3studio.gui.settlements.chain import entries_of
from x3studio.gui.settlements.fees import findings
from x3studio.gui.settlements.words import period


class Tabs:
    """What is shown already is not read again, unless the sheet is another one by now."""

    def __init__(self, desk: Desk, shown: Book) -> None:
        self._desk, self._book = desk, shown
        self._wanted = 0
        """The settlement whose tab was asked for last: an answer for another one comes too late."""

    async def read(self, key: str, sheet: Sheet, known: Chain) -> None:
        """Fills a tab."""
        self._wanted = sheet.entry.id
        match key:
            case book.ROWS:
                await self._read_rows(sheet)
            case book.FEES:
                await self._read_fees(sheet, known)
            case book.COMPARE:
                await self._read_comparison(sheet, known)

    async def _read_rows(self, sheet: Sheet) -> None:
        lines = self._book.lines
        if lines.rows.settlement is None or lines.entry != sheet.entry.id:
            lines.show_busy()
        settlement = await self._desk.host.settlements.lines(sheet.entry.id)
        if self._wanted == sheet.entry.id:
            lines.entry = sheet.entry.id
            await lines.show_settlement(settlement)

    async def _read_fees(self, sheet: Sheet, known: Chain) -> None:
        fees, service, entry = self._book.fees, self._desk.host.settlements, sheet.entry
        fees.show_busy()
        unusual, changes = await service.anomalies(entry.id), await service.fee_changes(entry.id)
        found = findings(unusual, changes, await service.losses(entry.id), entry.currency)
        if self._wanted == entry.id:
            history = [each.id for each in entries_of(known, entry.chain)].index(entry.id)
            fees.show_findings(found, currency=entry.currency, history=history)

    async def _read_comparison(self, sheet: Sheet, known: Chain) -> None:
        compare, other = self._book.compare, self._book.compare.wanted
        if other is None:
            return
        found = await self._desk.host.settlements.compare(other, sheet.entry.id)
        beside = next(entry for entry in known.entries if entry.id == other)
        compare.show_comparison(
            found,
            this=period(sheet.entry.start, sheet.entry.end),
            other=period(beside.start, beside.end),
            currency=sheet.entry.currency,
        )
