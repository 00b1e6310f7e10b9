"""Repairing a damaged file, comparing Amazon's summary, taking decisions back: by real keys and clicks."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtGui import QGuiApplication

from x3studio.domain.chain import SettlementState
from x3studio.domain.settlements import Verdict
from x3studio.gui.settlements.decisions import DecisionsDialog
from x3studio.gui.settlements.deferred import DeferredDialog
from x3studio.gui.settlements.page import SettlementsPage
from x3studio.gui.settlements.repairing import RepairDialog
from x3studio.gui.settlements.summary import SummaryDialog
from x3studio.gui.widgets.dialog import Dialog
from x3studio.gui.widgets.inputs import Choice
from x3studio.gui.widgets.label import Label

from .conftest import settled
from .hands import Operator
from .scenes_settlements import damaged, decisions, held_back, normal, shifted
from .settlement_files import Fortnight, chain, write

Drive = Callable[[Awaitable[Any]], Any]
Opened = Callable[..., Any]
D = TypeVar("D", bound=Dialog)


def told(dialog: RepairDialog) -> list[tuple[int, str, str, str]]:
    return [(row.line, row.column, row.before, row.after) for row in dialog.rows.snapshot()]


async def asked(operator: Operator, kind: type[D], *, after: Dialog | None = None) -> D:
    """The dialog that opens once the file was read in a thread, of which no task tells."""
    came = asyncio.Event()
    application = QGuiApplication.instance()
    assert isinstance(application, QGuiApplication)
    application.focusWindowChanged.connect(came_up := lambda _window: came.set())
    async with asyncio.timeout(20):
        while not isinstance(dialog := operator.ground, kind) or dialog is after:
            came.clear()
            await came.wait()
    application.focusWindowChanged.disconnect(came_up)
    return dialog


def test_a_damaged_file_is_repaired_and_taken_back_by_keys(
    drive: Drive, opened: Opened, tmp_path: Path
) -> None:
    async def scene() -> None:
        async with opened() as window:
            window.resize(1440, 900)
            page, operator = await damaged(window, tmp_path), Operator(window)
            assert page.sheet is not None and page.sheet.proof is None
            entry, service = page.sheet.entry.id, window.desk.host.settlements
            await operator.keys("Ctrl+R")
            dialog = await asked(operator, RepairDialog)
            lines = told(dialog)
            assert (8, "amount", "Principal", "29,40") in lines
            assert next(row[1] for row in lines if row[0] != 8) == "amount"
            assert any("exactly Amazon's total" in label.text() for label in dialog.findChildren(Label))
            await operator.keys("Escape")
            await operator.closed()
            assert (await service.mending(entry)).accepted is None
            await operator.keys("Ctrl+R")
            dialog = await asked(operator, RepairDialog)
            await operator.press("Accept repair")
            await settled(window.tasks)
            assert page.sheet.entry.settlement_id == "21567300004" and page.sheet.proof is not None
            b1 = page.sheet.proof.check("B1")
            assert b1.verdict is Verdict.WARN and "repaired by Nele" in b1.detail
            assert page.face.repair.isHidden() and page.face.more.repaired.isEnabled()
            page.face.more.repaired.trigger()
            dialog = await asked(operator, RepairDialog)
            assert told(dialog) == lines
            await operator.press("Take back")
            await settled(window.tasks)
            assert page.sheet.entry.state is SettlementState.QUARANTINED
            assert page.face.repair.isVisible() and not page.face.more.repaired.isEnabled()

    drive(scene())


def test_what_cannot_be_mended_says_so(drive: Drive, opened: Opened, tmp_path: Path) -> None:
    async def scene() -> None:
        async with opened() as window:
            path = shifted(tmp_path)
            rows = path.read_text().split("\n")
            path.write_text("\n".join([*rows[:40], *rows[44:]]), newline="")
            await window.desk.host.settlements.take([path])
            window.go("settlements")
            await settled(window.tasks)
            page, operator = window.page, Operator(window)
            assert isinstance(page, SettlementsPage)
            await operator.keys("Ctrl+R")
            dialog = await asked(operator, RepairDialog)
            assert "Nothing can be suggested" in operator.words(within=dialog)
            await operator.press("Close")
            await operator.closed()

    drive(scene())


def test_figures_of_amazons_summary_are_typed_and_compared(
    drive: Drive, opened: Opened, tmp_path: Path
) -> None:
    async def scene() -> None:
        async with opened() as window:
            window.resize(1440, 900)
            page, operator = await normal(window, tmp_path), Operator(window)
            page.face.more.summary.trigger()
            dialog = await asked(operator, SummaryDialog)
            first, second = dialog.rows.snapshot()[:2]
            await operator.type(f"{first.ours}".replace(".", ","))
            await operator.keys("Return")
            for wrong in ("1.234", "12,3x"):
                await operator.fill(dialog.figure, wrong)
                await operator.keys("Return")
                assert dialog.figures == {first.key: first.ours}
            await operator.fill(dialog.figure, f"{second.ours + 1}")
            await operator.keys("Return")
            words = [row.state.word for row in dialog.rows.snapshot()[:3]]
            assert words == ["Agrees", "Differs", "Not given"]
            table = tmp_path / "summary.csv"
            table.write_text(f"type,description,amount\n{first.kind},{first.description},1.00\nX,Y,2.50\n")
            dialog.take([table, tmp_path / "none.csv"])
            await operator.until(lambda: dialog.figures.get(("X", "Y")), "the figures of the table")
            assert dialog.figures[first.key] == Decimal("1.00")
            await operator.press("Keep figures")
            await settled(window.tasks)
            assert page.sheet is not None and page.sheet.proof is not None
            assert page.sheet.proof.check("B23").verdict is Verdict.OPEN
            kept = await window.desk.host.settlements.summary(page.sheet.entry.id)
            assert kept["X", "Y"] == Decimal("2.50") and len(kept) == 3

    drive(scene())


def test_a_decision_is_taken_back_in_the_window(drive: Drive, opened: Opened, tmp_path: Path) -> None:
    async def scene() -> None:
        async with opened() as window:
            await decisions(window, tmp_path)
            operator, service = Operator(window), window.desk.host.settlements
            dialog = await asked(operator, DecisionsDialog)
            kind = dialog.chosen
            before = {each.triple for each in await service.decided()}
            await operator.press("Take back")
            await settled(window.tasks)
            assert before - {each.triple for each in await service.decided()} == {kind}
            assert kind in {each.triple for each in await service.unknown()}

    drive(scene())


def test_the_archived_file_is_saved_as_it_came(drive: Drive, opened: Opened, tmp_path: Path) -> None:
    async def scene() -> None:
        async with opened() as window:
            path = chain(tmp_path, settlements=1)[0]
            await window.desk.host.settlements.take([path])
            window.go("settlements")
            await settled(window.tasks)
            page = window.page
            assert isinstance(page, SettlementsPage) and page.face.more.original.isEnabled()
            page.save_original(tmp_path / "copy.txt")
            await settled(window.tasks)
            assert (tmp_path / "copy.txt").read_bytes() == path.read_bytes()

    drive(scene())


def test_a_months_end_is_looked_at_and_booked(drive: Drive, opened: Opened, tmp_path: Path) -> None:
    async def scene() -> None:
        async with opened() as window:
            window.resize(1440, 900)
            await held_back(window, tmp_path)
            operator, service = Operator(window), window.desk.host.settlements
            dialog = await asked(operator, DeferredDialog)
            assert len(dialog.rows.snapshot()) == 6 and "34 transactions" in dialog.told.text()
            await operator.press("Month before")
            earlier = await asked(operator, DeferredDialog, after=dialog)
            assert earlier.rows.rowCount() == 0 and not earlier.keep.isEnabled()
            await operator.press("Month after")
            again = await asked(operator, DeferredDialog, after=earlier)
            await operator.press("Accept")
            booked = await asked(operator, DeferredDialog, after=again)
            assert "Accepted by Nele" in booked.told.text() and not booked.keep.isEnabled()
            await operator.press("Close")
            await settled(window.tasks)
            (end,) = await service.month_end()
            assert end.kept is not None and end.kept.who == "Nele"

    drive(scene())


def test_a_settlement_of_fees_alone_is_given_its_marketplace(
    drive: Drive, opened: Opened, tmp_path: Path
) -> None:
    async def scene() -> None:
        async with opened() as window:
            draft = Fortnight(1, datetime.now(UTC), returned="0", kept="0").draft()
            fees = tuple(replace(line, marketplace="") for line in draft.lines if not line.order)
            await window.desk.host.settlements.take([write(tmp_path, replace(draft, lines=fees))])
            window.go("settlements")
            await settled(window.tasks)
            page, operator = window.page, Operator(window)
            assert isinstance(page, SettlementsPage) and page.face.more.place.isEnabled()
            page.face.more.place.trigger()
            await asked(operator, Dialog)
            choice = await operator.named(Choice, "Marketplace")
            choice.choose("amazon.nl")
            await operator.press("Set marketplace")
            await settled(window.tasks)
            assert page.sheet is not None and page.sheet.entry.marketplace == "amazon.nl"

    drive(scene())


def test_a_vat_report_is_added_in_the_window(drive: Drive, opened: Opened, tmp_path: Path) -> None:
    async def scene() -> None:
        async with opened() as window:
            await window.desk.host.settlements.take(chain(tmp_path, settlements=1))
            window.go("settlements")
            await settled(window.tasks)
            page = window.page
            assert isinstance(page, SettlementsPage)
            report = tmp_path / "vat.csv"
            report.write_text("order-id,ARRIVAL_COUNTRY\n305-1,FR\n305-2,DE\n")
            page.take_places([report])
            await settled(window.tasks)
            known = await window.desk.host.store.read(lambda tables: tables.order_places.all())
            assert {order: place.destination for order, place in known.items()} == {
                "305-1": "FR",
                "305-2": "DE",
            }

    drive(scene())
