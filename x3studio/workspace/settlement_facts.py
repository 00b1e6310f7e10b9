"""What others say of a settlement: the bank's movements and Amazon's own summary, by file or by hand."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from x3studio.domain.bookkeeping import BankLine, OrderPlace
from x3studio.domain.errors import SettingFault
from x3studio.settlement.dates import NotADate, Order, decide, order_of
from x3studio.settlement.dates import read as read_date
from x3studio.store import Tables
from x3studio.workspace.settlement_accounts import SettlementAccounts
from x3studio.workspace.sources.columns import places
from x3studio.workspace.sources.rows import MOST_BYTES, Mixed, plain_faults, rows_of, unreadable
from x3studio.workspace.sources.sniffing import decimal_mark, text_form
from x3studio.workspace.sources.values import Reading

_BANK = {
    "day": "bookingdate buchungstag buchungsdatum valuedate valutadatum wertstellung valuta date datum"
    " dateoperation datevaleur fecha data day",
    "amount": "amount betrag montant importe importo credit gutschrift haben paidin moneyin",
    "currency": "currency waehrung devise divisa moneda ccy",
    "words": "description reference verwendungszweck buchungstext text libelle concepto descrizione details"
    " narrative memo payee",
}
_SUMMARY = {
    "kind": "transactiontype type typ vorgang transaktionstyp",
    "description": "amountdescription description beschreibung libelle",
    "amount": "amount total betrag montant importe importo summe",
}
_ROUTES = {
    "order": "transactioneventid amazonorderid orderid bestellnummer",
    "destination": "salearrivalcountry arrivalcountry shiptocountry destinationcountry",
    "ship_from": "saledepartcountry departurecountry shipfromcountry departcountry",
}
Figures = Mapping[tuple[str, str], Decimal]


class SettlementFacts(SettlementAccounts):
    """Facts from outside, kept with the settlements; each proves again what it speaks of."""

    async def add_bank(self, lines: Iterable[BankLine]) -> None:
        """Movements of the bank account, to find deposits among."""
        movements = list(lines)
        await self._store.write(lambda tables: tables.accounts.put_bank(movements))
        await self.prove_all()

    async def add_bank_file(self, path: Path, *, currency: str = "") -> tuple[BankLine, ...]:
        """The movements of a bank's statement; `currency` where the file names none. Raises SettingFault."""
        found = await asyncio.to_thread(read_bank, path, currency=currency)
        await self.add_bank(found)
        return found

    async def add_places_file(self, path: Path | None = None) -> int:
        """Where orders went and came from, by a VAT report; without one by the orders that were read here.

        Settlements that are not posted are read again; returns how many orders the report told of.
        Raises SettingFault.
        """
        found = await asyncio.to_thread(read_places, path) if path is not None else ()

        def work(tables: Tables) -> list[int]:
            tables.order_places.put(found)
            tables.order_places.remember()
            return [each.id for each in tables.settlements.entries() if not each.fixed and each.total]

        for id in await self._store.write(work):
            await self._reread(id)
        await self.prove_all()
        return len(found)

    async def summary(self, id: int) -> Figures:
        """Amazon's own figures for a settlement, where a person gave them."""
        return await self._store.read(lambda tables: tables.accounts.summary(id))

    async def read_summary(self, path: Path) -> Figures:
        """Amazon's own figures from a table; nothing is kept yet. Raises SettingFault."""
        return await asyncio.to_thread(read_summary, path)

    async def put_summary(self, id: int, figures: Figures) -> None:
        """Amazon's own figures by transaction type and description; none takes them back."""
        await self._store.write(lambda tables: tables.accounts.put_summary(id, figures))
        await self.prove_all([id])


def read_bank(path: Path, *, currency: str = "") -> tuple[BankLine, ...]:
    """A bank's statement as CSV or workbook, whatever its columns are called. Raises SettingFault."""
    table = _read(path, _BANK, needed=("day", "amount"))
    if "currency" not in table.names and not currency:
        raise SettingFault(
            f"{path.name} does not say which currency its amounts are in.",
            field="currency",
            advice="Name the currency of the account.",
        )
    money = [(number, cells) for number, cells in table.rows if cells["amount"]]
    order = _order(path, money)
    reading = Reading(table.mark)
    return tuple(
        BankLine(
            _day(path, number, cells["day"], order),
            _amount(path, number, cells["amount"], reading),
            (cells.get("currency", "") or currency).upper(),
            cells.get("words", ""),
        )
        for number, cells in money
    )


def read_places(path: Path) -> tuple[OrderPlace, ...]:
    """Countries by order from a VAT report, whatever its columns are called. Raises SettingFault."""
    table = _read(path, _ROUTES, needed=("order",))
    if not table.names & {"destination", "ship_from"}:
        raise SettingFault(
            f"{path.name} names no country of arrival or departure.",
            field="file",
            advice="Download Amazon's VAT transactions report as CSV or text.",
        )
    found: dict[str, OrderPlace] = {}
    for number, cells in table.rows:
        ends = (cells.get("destination", "").upper(), cells.get("ship_from", "").upper())
        if odd := [end for end in ends if end and not (len(end) == 2 and end.isascii() and end.isalpha())]:
            raise _odd(path, number, "country", odd[0])
        if cells["order"] and any(ends):
            found[cells["order"]] = OrderPlace(cells["order"], *ends)
    return tuple(found.values())


def read_summary(path: Path) -> dict[tuple[str, str], Decimal]:
    """Amazon's summary as a table: transaction type, description, amount. Raises SettingFault."""
    table = _read(path, _SUMMARY, needed=("kind", "description", "amount"))
    reading = Reading(table.mark)
    figures: dict[tuple[str, str], Decimal] = {}
    for number, cells in table.rows:
        key = cells["kind"], cells["description"]
        figures[key] = figures.get(key, Decimal(0)) + _amount(path, number, cells["amount"], reading)
    return figures


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The fields a table has, its rows with their numbers, and its decimal mark."""

    names: frozenset[str]
    rows: list[tuple[int, dict[str, str]]]
    mark: str


def _read(path: Path, known: Mapping[str, str], *, needed: tuple[str, ...]) -> _Sheet:
    with plain_faults(path):
        if path.stat().st_size > MOST_BYTES:
            raise unreadable(path, "It is larger than 2 GB.")
        encoding, delimiter = text_form(path)
        rows = rows_of(path, encoding=encoding, delimiter=delimiter, mixed=Mixed())
        header = next(rows, [])
        columns = places(known, header)
        if absent := [name for name in needed if name not in columns]:
            raise SettingFault(
                f"{path.name} has no column for {', '.join(absent)}.",
                field="file",
                advice=f"Its columns are {', '.join(header[:20])}; name them in the first row.",
            )
        found = list(_cells(rows, columns))
    return _Sheet(frozenset(columns), found, decimal_mark(cells.get("amount", "") for _, cells in found))


def _cells(rows: Iterable[list[str]], columns: Mapping[str, int]) -> Iterator[tuple[int, dict[str, str]]]:
    for number, row in enumerate(rows, 2):
        if any(row):
            yield number, {name: row[at] if at < len(row) else "" for name, at in columns.items()}


def _order(path: Path, rows: Iterable[tuple[int, Mapping[str, str]]]) -> Order:
    """The order of day and month, decided once from all days."""
    days = []
    for number, cells in rows:
        try:
            order_of(cells["day"])
        except NotADate as fault:
            raise _odd(path, number, "day", cells["day"]) from fault
        days.append(cells["day"])
    return decide(days, edges=(), preferred=Order.DAY_FIRST)


def _day(path: Path, number: int, text: str, order: Order) -> date:
    try:
        return read_date(text, order).day
    except NotADate as fault:
        raise _odd(path, number, "day", text) from fault


def _amount(path: Path, number: int, text: str, reading: Reading) -> Decimal:
    found = reading.number(text)
    if found is None:
        raise _odd(path, number, "amount", text)
    return found


def _odd(path: Path, number: int, what: str, text: str) -> SettingFault:
    return SettingFault(
        f"Row {number} of {path.name} has no {what} that can be read: {text[:40]!r}.",
        field="file",
        advice="Correct that row, or save the table again; nothing of it was taken over.",
    )
