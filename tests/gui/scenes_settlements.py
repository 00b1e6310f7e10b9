"""The settlements page in its states, over files the real workspace archived, proved and posted."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent
from PySide6.QtWidgets import QApplication

from x3studio.domain.bookkeeping import AccountRule, BankLine, LedgerAccount, LedgerPeriod
from x3studio.domain.chain import Announced, Entry
from x3studio.domain.deferrals import Deferral
from x3studio.domain.documents import DocumentKind
from x3studio.domain.settlements import Account
from x3studio.gui.settlements.page import SettlementsPage
from x3studio.gui.settlements.summary import summary_rows
from x3studio.gui.window import Window
from x3studio.store import Capture, Store, Tables
from x3studio.store.outbox import Intent
from x3studio.sync.settling.knowledge import knowledge
from x3studio.sync.settling.posting import FLOW, Ready, make_ready
from x3studio.sync.settling.proving import prove_again
from x3studio.workspace.settlements import Settlements

from .conftest import settled
from .scenes import EU, WHO, X3
from .settlement_files import FORTNIGHT, Fortnight, chain, unknown_kinds, write

ACCOUNTS: dict[str, tuple[str, str]] = {
    "sales": ("440010", "V19"),
    "sales-shipping": ("440020", "V19"),
    "promotions": ("440910", "V19"),
    "refunds": ("440810", "V19"),
    "refunds-promotions": ("440911", "V19"),
    "selling-fees": ("673010", ""),
    "selling-fees-refunded": ("673011", ""),
    "refund-fees": ("673012", ""),
    "fba-fulfilment-fees": ("673020", ""),
    "fba-storage-fees": ("673024", ""),
    "advertising": ("623100", ""),
    "subscription": ("673030", ""),
    "service-fees": ("673090", ""),
    "tax-collected": ("445710", ""),
    "tax-withheld": ("445790", ""),
    "reserve": ("467100", ""),
    "clearing": ("511200", ""),
    "rollover": ("471300", ""),
}


async def give_accounts(service: Settlements, store: Store, *, but: str = "") -> None:
    """What a consultant sets once, and X3's own accounts and periods as they were read."""
    rules = [
        AccountRule(group, Account(code, tax)) for group, (code, tax) in ACCOUNTS.items() if group != but
    ]
    known = [LedgerAccount(code, group.capitalize()) for group, (code, _) in ACCOUNTS.items()]
    year = datetime.now(UTC).year
    years = (year - 1, year, year + 1)
    periods = [LedgerPeriod(f"{each}-01-01", f"{each}-12-31", True) for each in years]
    own = LedgerAccount("440011", "Sales, own shipping")
    await store.write(lambda tables: tables.accounts.put_ledger([*known, own], periods))
    shipped = AccountRule("sales", Account("440011", "V19"), channel="MFN")
    await service.set_account(*rules, shipped, who=WHO)


async def bank(service: Settlements, *, less: str = "12.40") -> None:
    """Every deposit on its day; the last one came short."""
    entries = [entry for entry in (await service.chain()).entries if entry.total and entry.deposit]
    lines = [BankLine(entry.deposit.date(), entry.total, "EUR") for entry in entries]  # type: ignore[union-attr,arg-type]
    lines[-1] = replace(lines[-1], amount=lines[-1].amount - Decimal(less))
    await service.add_bank(lines)


async def post_all(store: Store, entries: Sequence[Entry]) -> None:
    """What posting leaves behind: the sheet released, each part in X3 with its number and read back."""

    def work(tables: Tables) -> None:
        known = knowledge(tables)
        for entry in entries:
            ready = make_ready(tables, entry.id, known, who=WHO)
            assert isinstance(ready, Ready), ready
            for place, document in enumerate(ready.documents.values()):
                captured = tables.outbox.capture(
                    [Capture(FLOW, X3.account, DocumentKind.JOURNAL, document.reference, "{}", "h", 1)]
                )
                row = captured[0].record.id
                tables.outbox.intend([Intent(row, document.as_json(), "d")], run=1)
                tables.outbox.done({row: f"AMZHAM01{2600 + entry.id * 10 + place:06}"}, run=1)
                tables.outbox.confirm([row])
        prove_again(tables, None, known)

    await store.write(work)


async def archived(window: Window, folder: Path, *, settlements: int = 4, posted: int | None = None) -> None:
    """A chain with accounts and bank lines; the first `posted` (all by default) are in X3."""
    service, store = window.desk.host.settlements, window.desk.host.store
    await service.take(chain(folder, settlements=settlements))
    await give_accounts(service, store)
    await bank(service)
    entries = (await service.chain()).entries
    await post_all(store, entries if posted is None else entries[:posted])
    words = "The first settlement after going live; the one before was booked by hand."
    await service.explain(entries[0].id, "B12", words, who="Mareike Olthoff")
    # The store notes by itself who brought a file; these came from Amazon.
    await store.write(lambda tables: tables.conn.execute("UPDATE settlements SET by_hand = 0"))


async def opened(window: Window) -> SettlementsPage:
    """The page, read and quiet."""
    window.go("settlements")
    await settled(window.tasks)
    page = window.page
    assert isinstance(page, SettlementsPage)
    return page


async def normal(window: Window, folder: Path) -> SettlementsPage:
    """Four fortnights in X3; the bank line of the last one came 12.40 short."""
    await archived(window, folder)
    return await opened(window)


async def unmapped(window: Window, folder: Path) -> None:
    """The last fortnight holds three kinds of amounts nobody knows yet."""
    await archived(window, folder, settlements=3)
    end = datetime.now(UTC).replace(hour=7, minute=42, second=0, microsecond=0) - timedelta(days=4)
    service = window.desk.host.settlements
    await service.take([unknown_kinds(folder, end + FORTNIGHT)])
    await opened(window)


async def missing(window: Window, folder: Path) -> None:
    """One fortnight is still at Amazon, one overlaps, one does not add up; account rules lack one group."""
    service, store = window.desk.host.settlements, window.desk.host.store
    now = datetime.now(UTC).replace(hour=7, minute=42, second=0, microsecond=0)
    paths = chain(folder, settlements=4)
    made = Fortnight(7, now - timedelta(days=4) + FORTNIGHT, returned="904.60", kept="0")
    wrong = write(folder, made.draft(total=made.draft().sum + Decimal("23.90")))
    await service.take([paths[0], *paths[2:], wrong])
    await give_accounts(service, store, but="advertising")
    report = Announced(
        "51204018", "d", EU.name, now - timedelta(days=31), now - 3 * FORTNIGHT - timedelta(days=4)
    )
    report = replace(report, end=now - 2 * FORTNIGHT - timedelta(days=4))
    await store.write(lambda tables: tables.settlements.announce([report]))
    page = await opened(window)
    page.face.proof.choose("B2")


async def posting(window: Window, folder: Path) -> None:
    """The dialog before a settlement is written."""
    await archived(window, folder, posted=2)
    page = await opened(window)
    page.face.strip.step(-1)
    await settled(window.tasks)
    page.face.post.click()
    await _turns()


async def rows(window: Window, folder: Path) -> None:
    """The rows behind a bar."""
    page = await normal(window, folder)
    page.face.pictures.deposit.chart.choose("fulfilment")
    page._open_bar("fulfilment")
    await settled(window.tasks)


async def tab(window: Window, folder: Path, *, key: str) -> None:
    """One of the tabs of the book."""
    page = await normal(window, folder)
    page.face.book.turn(key)
    await settled(window.tasks)


async def adding(window: Window, folder: Path) -> None:
    """Five files dropped at once: two good ones, one known, one cut, one of another report."""
    paths = chain(folder)
    await window.desk.host.settlements.take(paths[:2])
    page = await opened(window)
    cut = folder / "2156730cut.txt"
    text = paths[2].read_text()
    cut.write_text(text[: len(text) // 2], newline="")
    other = folder / "orders-november.txt"
    other.write_text("amazon-order-id\tpurchase-date\titem-price\n305-1\t2026-11-01\t9.90\n")
    page.take_files([paths[3], paths[1], cut, other])
    await settled(window.tasks, standing=2)


def shifted(folder: Path) -> Path:
    """The newest fortnight with a tab too many in one line and a decimal point in another."""
    path = chain(folder)[-1]
    rows = path.read_text().split("\n")
    rows[7] = rows[7].replace("amazon.de\t", "amazon.de\t\t")
    place = next(at for at in range(9, len(rows)) if "\tCommission\t-" in rows[at])
    cells = rows[place].split("\t")
    cells[14] = cells[14].replace(",", ".")
    rows[place] = "\t".join(cells)
    path.write_text("\n".join(rows), newline="")
    return path


async def damaged(window: Window, folder: Path) -> SettlementsPage:
    """Three good fortnights and a damaged one, which is shown."""
    service, store = window.desk.host.settlements, window.desk.host.store
    paths = [*chain(folder)[:3], shifted(folder)]
    await service.take(paths)
    await give_accounts(service, store)
    page = await opened(window)
    held = (await service.chain()).entries
    page.show_record(str(next(entry.id for entry in held if entry.total is None)))
    await settled(window.tasks)
    return page


async def repair(window: Window, folder: Path) -> None:
    """What would mend the damaged file, line by line."""
    page = await damaged(window, folder)
    page.face.repair.click()
    await settled(window.tasks, standing=2)


async def repaired(window: Window, folder: Path) -> None:
    """A repair that stands, shown over the settlement it made readable."""
    page = await damaged(window, folder)
    service, entry = window.desk.host.settlements, page.sheet.entry.id if page.sheet else 0
    await service.repair(entry, (await service.mending(entry)).mends[0], who=WHO)
    page.show_record(str(entry))
    await settled(window.tasks)
    page.face.proof.choose("B1")
    page.face.more.repaired.trigger()
    await settled(window.tasks, standing=2)


async def summary(window: Window, folder: Path) -> None:
    """Amazon's own figures beside the file's."""
    page = await normal(window, folder)
    assert page.sheet is not None and page.sheet.proof is not None
    held = {row.key: row.ours for row in summary_rows(page.sheet.proof, {})}
    given = {key: amount for key, amount in held.items() if key[0] == "Order"}
    given["Order", "Commission"] += Decimal("12.40")
    await window.desk.host.settlements.put_summary(page.sheet.entry.id, given)
    page.face.more.summary.trigger()
    await settled(window.tasks, standing=2)


async def decisions(window: Window, folder: Path) -> None:
    """What persons placed, to be taken back."""
    await unmapped(window, folder)
    service = window.desk.host.settlements
    for kind in await service.unknown():
        why = "Amazon's announcement of 12 October"
        await service.decide({kind.triple: "service-fees"}, who=WHO, why=why)
    page = await opened(window)
    page.face.more.decisions.trigger()
    await settled(window.tasks, standing=2)


async def held_back(window: Window, folder: Path) -> None:
    """What Amazon held back at the end of last month."""
    page = await normal(window, folder)
    last = datetime.now(UTC).replace(day=1, hour=9) - timedelta(days=2)
    rows = [
        Deferral(
            f"T{place}",
            "Order Payment",
            "DEFERRED",
            last - timedelta(hours=place),
            Decimal("84.10"),
            "EUR",
            "amazon.de",
            parts=(("Sales", Decimal("100.00")), ("Expenses", Decimal("-15.90"))),
        )
        for place in range(34)
    ]
    await window.desk.host.store.write(lambda tables: tables.deferrals.put("amazon-eu", rows))
    page.face.more.deferred.trigger()
    await settled(window.tasks, standing=2)


async def dropping(window: Window, folder: Path) -> None:
    """Files are dragged over the page."""
    path = chain(folder)[0]
    await normal(window, folder)
    carried = QMimeData()
    carried.setUrls([QUrl.fromLocalFile(str(path))])
    left, plain = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(400, 300), Qt.DropAction.CopyAction, carried, left, plain)
    QApplication.sendEvent(window, enter)


async def _turns() -> None:
    for _turn in range(30):
        await asyncio.sleep(0.01)
    QApplication.processEvents()


SceneOver = Callable[[Window, Path], Awaitable[object]]


async def _in_folder(window: Window, *, scene: SceneOver) -> None:
    await scene(window, window.desk.host.path.parent)


SETTLEMENTS: dict[str, Callable[[Window], Awaitable[None]]] = {
    name: partial(_in_folder, scene=scene)
    for name, scene in (
        ("settlements", normal),
        ("settlements-unmapped", unmapped),
        ("settlements-missing", missing),
        ("settlements-posting", posting),
        ("settlements-rows", rows),
        ("settlements-journal", partial(tab, key="journal")),
        ("settlements-fees", partial(tab, key="fees")),
        ("settlements-compare", partial(tab, key="compare")),
        ("settlements-adding", adding),
        ("settlements-held-back", held_back),
        ("settlements-dropping", dropping),
        ("settlements-damaged", damaged),
        ("settlements-repair", repair),
        ("settlements-repaired", repaired),
        ("settlements-summary", summary),
        ("settlements-decisions", decisions),
    )
}
