"""The settlements page under real keys and clicks, over a real workspace that archives and proves."""

from collections.abc import Awaitable, Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from x3studio.domain.bookkeeping import Took
from x3studio.domain.chain import SettlementState
from x3studio.domain.errors import StoreFault
from x3studio.domain.settlements import Verdict
from x3studio.gui.settlements.adding import AddingDialog
from x3studio.gui.settlements.book import GROUPS, JOURNAL, ROWS, UNMAPPED
from x3studio.gui.settlements.dialogs import AccountDialog
from x3studio.gui.settlements.page import SettlementsPage
from x3studio.gui.settlements.posting import PostingDialog
from x3studio.gui.widgets.dropping import DropShade
from x3studio.gui.widgets.inputs import Input
from x3studio.gui.window import Window

from .conftest import settled
from .hands import Operator
from .scenes import FakeHost
from .scenes_settlements import archived, give_accounts, unmapped
from .settlement_files import Fortnight, chain, write

Drive = Callable[[Awaitable[Any]], Any]
Opened = Callable[..., Any]


async def page_of(window: Window) -> SettlementsPage:
    window.resize(1440, 900)
    window.go("settlements")
    await settled(window.tasks)
    page = window.page
    assert isinstance(page, SettlementsPage)
    return page


def drop(window: Window, *paths: Path) -> None:
    """Files let go over the window, as its system tells it."""
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    left, plain = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    copy, spot = Qt.DropAction.CopyAction, QPointF(400, 300)
    enter = QDragEnterEvent(spot.toPoint(), copy, dropped, left, plain)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    shade = window.findChild(DropShade)
    assert isinstance(shade, DropShade) and shade.isVisible() and shade.size() == window.stack.size()
    QApplication.sendEvent(window, QDragLeaveEvent())
    assert shade.isHidden()
    QApplication.sendEvent(window, QDragEnterEvent(spot.toPoint(), copy, dropped, left, plain))
    QApplication.sendEvent(window, QDropEvent(spot, copy, dropped, left, plain))
    assert shade.isHidden()


def verdict(page: SettlementsPage, check: str) -> str:
    rows = page.face.proof.rows.snapshot()
    return next(row.state.word for row in rows if row.check.id == check)


def test_without_a_settlement_the_page_says_how_to_begin(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened() as window:
            page = await page_of(window)
            operator = Operator(window)
            assert page.face.pane.state.isVisible() and "No settlement yet" in operator.words()
            assert not page.face.post.isVisible() and not page.face.clock.isVisible()

    drive(scene())


def test_a_dropped_file_is_archived_and_shown(drive: Drive, opened: Opened, tmp_path: Path) -> None:
    async def scene() -> None:
        async with opened() as window:
            window.go("home")
            await settled(window.tasks)
            path = chain(tmp_path, settlements=1)[0]
            drop(window, path)
            await settled(window.tasks)
            page = window.page
            assert isinstance(page, SettlementsPage) and page.sheet is not None
            assert page.sheet.entry.settlement_id == path.stem and page.sheet.entry.by_hand
            steps = page.face.pictures.deposit.chart.steps
            assert steps[0].key == "sales" and steps[-1].value == page.sheet.entry.total
            first, nxt = page.face.strip.cards
            assert first.state.word == "Blocked by 1" and nxt.state.word.startswith("Open until ")

    drive(scene())


def test_a_statement_of_the_bank_finds_the_deposit(drive: Drive, opened: Opened, tmp_path: Path) -> None:
    async def scene() -> None:
        async with opened() as window:
            window.go("home")
            await settled(window.tasks)
            drop(window, chain(tmp_path, settlements=1)[0])
            await settled(window.tasks)
            page = window.page
            assert isinstance(page, SettlementsPage) and page.sheet is not None
            entry = page.sheet.entry
            statement = tmp_path / "bank.csv"
            statement.write_text(f"Date,Amount\n{entry.deposit:%Y-%m-%d},{entry.total}\n")
            page.take_statements([statement])
            await settled(window.tasks)
            proof = (await page.desk.host.settlements.sheet(entry.id)).proof
            assert proof is not None and proof.check("B19").verdict is Verdict.PASS

    drive(scene())


def test_several_files_each_get_their_own_word(drive: Drive, opened: Opened, tmp_path: Path) -> None:
    async def scene() -> None:
        async with opened() as window:
            paths = chain(tmp_path, settlements=3)
            await window.desk.host.settlements.take(paths[:1])
            page, operator = await page_of(window), Operator(window)
            cut, other = tmp_path / "cut.txt", tmp_path / "orders.txt"
            text = paths[2].read_text()
            cut.write_text(text[: len(text) // 2], newline="")
            other.write_text("amazon-order-id\tpurchase-date\n1\t2\n")
            page.take_files([paths[0], paths[1], other])
            dialog = await operator.dialog()
            assert isinstance(dialog, AddingDialog)
            await operator.button("Show settlement")
            rows = dialog.rows.snapshot()
            assert [row.taken.took for row in rows if row.taken] == [Took.KNOWN, Took.ARCHIVED, Took.REFUSED]
            assert [row.state.word for row in rows] == ["Known already", "Archived", "Refused"]
            assert rows[1].about.startswith(paths[1].stem) and rows[1].total.endswith(" EUR")
            await operator.click_row(dialog.table, other)
            assert "orders report" in dialog.advice.text()
            await operator.click_row(dialog.table, paths[1])
            await operator.press("Show settlement")
            await settled(window.tasks)
            assert page.sheet is not None and page.sheet.entry.settlement_id == paths[1].stem
            page.take_files([cut])
            await operator.dialog()
            await operator.button("Show settlement")
            assert any("Look at line" in text for text in operator.words())
            await operator.keys("Escape")
            await operator.closed()

    drive(scene())


def test_the_way_along_the_chain_and_into_the_rows(drive: Drive, opened: Opened, tmp_path: Path) -> None:
    async def scene() -> None:
        async with opened() as window:
            await archived(window, tmp_path)
            page, operator = await page_of(window), Operator(window)
            assert page.sheet is not None
            last = page.sheet.entry
            await operator.keys("Alt+Left")
            await settled(window.tasks)
            assert page.sheet.entry.id == last.id - 1
            await operator.click(
                await operator.button_spoken(f"Settlement {last.settlement_id}", within=page)
            )
            await settled(window.tasks)
            assert page.sheet.entry == last
            chart = page.face.pictures.deposit.chart
            await operator.click(chart, at=chart.bar("fulfilment").center().toPoint())
            await settled(window.tasks)
            lines = page.face.book.lines
            assert page.face.book.current == ROWS and lines.filter.words() == "FBA, storage"
            bar = next(bar for bar in page.sheet.bars if bar.id == "fulfilment")
            assert sum((row.amount for row in lines.rows.whole()), Decimal(0)) == bar.amount
            await operator.fill(lines.search, "set-heften")
            await operator.until(lambda: {row.sku for row in lines.rows.whole()} == {"SET-HEFTEN"}, "one SKU")
            lines.rows.ask_sort(next(column for column in lines.rows.columns if column.key == "amount"))
            await settled(window.tasks)
            amounts = [row.amount for row in lines.rows.whole()]
            assert amounts == sorted(amounts, reverse=True) and len(amounts) > 3
            lines.table.setCurrentIndex(lines.rows.index(0, 0))
            lines.table.setFocus()
            await operator.keys("Ctrl+C")
            copied = QGuiApplication.clipboard().text().splitlines()
            assert (
                copied[0].startswith("Line\tPosted\tType") and "SET-HEFTEN" in copied[1] and len(copied) == 2
            )
            await operator.press("FBA, storage", within=lines)
            await operator.fill(lines.search, "no such order")
            await operator.press("Show all rows")
            await settled(window.tasks)
            assert lines.rows.rowCount() == page.sheet.entry.rows
            target = tmp_path / "rows.csv"
            lines.table.export(target)
            await settled(window.tasks)
            assert len(target.read_text("utf-8-sig").splitlines()) == page.sheet.entry.rows + 1

    drive(scene())


def test_unknown_kinds_come_first_and_keys_decide_them(drive: Drive, opened: Opened, tmp_path: Path) -> None:
    async def scene() -> None:
        async with opened() as window:
            await unmapped(window, tmp_path)
            page, operator = await page_of(window), Operator(window)
            book, service = page.face.book, window.desk.host.settlements
            assert book.current == UNMAPPED and verdict(page, "B3") == "Fail"
            table = book.unmapped.table
            first = table.current()
            assert first is not None and first.suggestion is not None
            table.setFocus(Qt.FocusReason.TabFocusReason)
            await operator.keys("Return")
            await operator.until(lambda: book.unmapped.rows.rowCount() == 2, "one decided")
            decided = {each.triple: each for each in await service.decided()}
            assert decided[first.triple].who == "Nele" and decided[first.triple].group == first.suggestion.id
            second = table.current()
            assert second is not None and table.hasFocus()
            await operator.keys("G")
            assert book.unmapped.other.hasFocus()
            book.unmapped.other.choose("advertising")
            await operator.press("Put into group")
            await operator.until(lambda: book.unmapped.rows.rowCount() == 1, "two decided")
            decided = {each.triple: each for each in await service.decided()}
            assert decided[second.triple].group == "advertising"
            await operator.press("Show rows", within=book.unmapped)
            await settled(window.tasks)
            third = book.unmapped.rows.row_at(0)
            await operator.until(
                lambda: {row.triple for row in book.lines.rows.whole()} == {third.triple}, "its rows"
            )
            book.turn(UNMAPPED)
            await operator.press("Accept", within=book.unmapped)
            await operator.until(lambda: book.current == GROUPS, "nothing left to decide")
            assert verdict(page, "B3") == "Pass" and not book.unmapped.isVisible()

    drive(scene())


def test_a_named_person_explains_and_assigns_open_checks(
    drive: Drive, opened: Opened, tmp_path: Path
) -> None:
    async def scene() -> None:
        async with opened() as window:
            await archived(window, tmp_path)
            page, operator = await page_of(window), Operator(window)
            proof = page.face.proof
            assert proof.current is not None and proof.current.check.id == "B19"
            assert proof.current.state.word == "Open" and proof.chip.text().endswith("open")
            proof.table.setFocus(Qt.FocusReason.TabFocusReason)
            await operator.keys("A")
            await operator.dialog()
            await operator.fill(await operator.named(Input, "Name"), "Jonas Frey")
            await operator.press("Assign")
            await operator.until(lambda: proof.assign.words() == "Jonas Frey", "the owner")
            await operator.closed()
            proof.table.setFocus(Qt.FocusReason.TabFocusReason)
            await operator.keys("E")
            dialog = await operator.dialog()
            text = next(iter(operator.all(QPlainTextEdit, within=dialog)))
            await operator.fill(text, "Bank charge of 12.40, booked on 627000")
            await operator.press("Explain")
            await operator.until(lambda: verdict(page, "B19") == "Explained", "the explanation")
            sheet = await window.desk.host.settlements.sheet(page.sheet.entry.id if page.sheet else 0)
            said = sheet.explanations["B19"]
            assert (said.who, said.owner) == ("Nele", "Jonas Frey") and "12.40" in said.words
            proof.choose("B19")
            assert any("Nele" in words and "627000" in words for words in operator.words(within=proof))

    drive(scene())


def test_an_account_is_set_where_it_lacks_and_the_settlement_becomes_ready(
    drive: Drive, opened: Opened, tmp_path: Path
) -> None:
    async def scene() -> None:
        async with opened() as window:
            host = window.desk.host
            await host.settlements.take(chain(tmp_path, settlements=1))
            await give_accounts(host.settlements, host.store, but="advertising")
            page, operator = await page_of(window), Operator(window)
            assert page.sheet is not None and page.sheet.entry.state is SettlementState.BLOCKED
            await operator.press("Post to X3")
            dialog = await operator.dialog()
            assert isinstance(dialog, PostingDialog) and not dialog.post.isEnabled()
            assert any(words.startswith("B18 blocks") for words in operator.words())
            await operator.keys("Escape")
            await operator.closed()
            groups = page.face.book.groups
            await operator.click_row(groups.table, "advertising", twice=True)
            account = await operator.dialog()
            assert isinstance(account, AccountDialog) and not account.keep.isEnabled()
            await operator.fill(account.account, "623100")
            await operator.fill(account.dims, "AMZDE")
            assert not account.keep.isEnabled()
            await operator.fill(account.dims, "CCE3=OFFICE")
            await operator.press("Set account")
            await operator.until(
                lambda: page.sheet is not None and page.sheet.entry.state is SettlementState.READY, "ready"
            )
            rules = {rule.group: rule for rule in await host.settlements.account_rules()}
            assert rules["advertising"].who == "Nele" and rules["advertising"].account.code == "623100"
            row = next(row for row in groups.rows.snapshot() if row.group == "advertising")
            assert row.account is not None and ("CCE3", "OFFICE") in row.account.dimensions

    drive(scene())


def test_a_file_that_does_not_add_up_shows_the_line_to_look_at(
    drive: Drive, opened: Opened, tmp_path: Path
) -> None:
    async def scene() -> None:
        async with opened() as window:
            from datetime import UTC, datetime

            made = Fortnight(3, datetime(2026, 11, 9, 7, 42, tzinfo=UTC), returned="0", kept="0")
            wrong = made.draft(total=made.draft().sum - 2 * made.lines[10].amount)
            await window.desk.host.settlements.take([write(tmp_path, wrong)])
            page, operator = await page_of(window), Operator(window)
            assert page.sheet is not None and page.sheet.entry.state is SettlementState.QUARANTINED
            assert page.face.book.chip.text().endswith("off") and not page.face.post.isVisible()
            assert page.face.pictures.deposit.chart.steps[-2].tone == "warn"
            check = page.sheet.proof.check("B2") if page.sheet.proof is not None else None
            assert check is not None and check.verdict is Verdict.FAIL and check.line is not None
            page.face.proof.choose("B2")
            await operator.press(f"Show line {check.line:,}")
            await operator.until(lambda: page.face.book.lines.table.current() is not None, "the line")
            current = page.face.book.lines.table.current()
            assert current is not None and current.line == check.line

    drive(scene())


def test_groups_fold_by_key_and_the_journal_shows_its_parts(
    drive: Drive, opened: Opened, tmp_path: Path
) -> None:
    async def scene() -> None:
        async with opened() as window:
            await archived(window, tmp_path, posted=0)
            page, operator = await page_of(window), Operator(window)
            await operator.keys("Alt+Left")
            await settled(window.tasks)
            groups = page.face.book.groups
            assert [row.words for row in groups.rows.snapshot()[:3]] == [
                "Product sales",
                "Principal, AFN",
                "Principal, MFN",
            ]
            groups.choose("sales")
            groups.table.setFocus(Qt.FocusReason.TabFocusReason)
            await operator.keys("Left")
            assert groups.rows.row_at(1).level == 0
            await operator.keys("Right")
            assert groups.rows.row_at(1).level == 1
            assert page.sheet is not None and page.sheet.proof is not None
            tops = [row for row in groups.rows.snapshot() if row.level == 0]
            assert sum((row.amount for row in tops), Decimal(0)) == page.sheet.proof.header.total
            await operator.press("Journal")
            assert page.face.book.current == JOURNAL
            parts = [row for row in page.face.book.journal.rows.snapshot() if row.level == 0]
            assert len(parts) == 2 and all(part.debit == part.credit for part in parts)
            assert "21567300003-1" in parts[0].words

    drive(scene())


def test_jumps_reach_a_settlement_and_its_check(drive: Drive, opened: Opened, tmp_path: Path) -> None:
    async def scene() -> None:
        async with opened() as window:
            await archived(window, tmp_path)
            page = await page_of(window)
            assert window.go("settlements", "21567300002 B9")
            await settled(window.tasks)
            assert page.sheet is not None and page.sheet.entry.settlement_id == "21567300002"
            current = page.face.proof.current
            assert current is not None and current.check.id == "B9"
            window.go("settlements", "999")
            await settled(window.tasks)
            assert window.news.toasts.shown[-1].state.word == "Settlement 999 is not archived"

    drive(scene())


def test_the_proof_sheet_is_a_drawer_at_960_by_540(drive: Drive, opened: Opened, tmp_path: Path) -> None:
    async def scene() -> None:
        async with opened() as window:
            await archived(window, tmp_path, settlements=2)
            page, operator = await page_of(window), Operator(window)
            window.resize(960, 540)
            assert (window.width(), window.height()) == (960, 540)
            assert page.face.pictures.tabbed and not page.face.proof.isVisible()
            await operator.press("Proof sheet", within=page)
            assert page.face.proof.isVisible() and not page.face.left.isVisible()
            await operator.press("Back to the settlement", within=page)
            await operator.press("Reserve ladder", within=page)
            assert page.face.pictures.reserve.isVisible() and not page.face.pictures.deposit.isVisible()
            window.resize(1280, 720)
            assert (window.width(), window.height()) == (1280, 720) and page.face.proof.isVisible()
            window.resize(1440, 900)
            assert page.face.pictures.deposit.isVisible() and page.face.pictures.reserve.isVisible()

    drive(scene())


def test_fees_open_their_rows_and_two_settlements_stand_side_by_side(
    drive: Drive, opened: Opened, tmp_path: Path
) -> None:
    async def scene() -> None:
        async with opened() as window:
            await archived(window, tmp_path)
            page, operator = await page_of(window), Operator(window)
            book = page.face.book
            await operator.press("Fees", within=page)
            await operator.until(lambda: book.fees.rows.rowCount() > 0, "findings")
            stakes = [finding.stake for finding in book.fees.rows.snapshot()]
            assert stakes == sorted(stakes, reverse=True) and "at stake" in book.fees.words.text()
            finding = next(one for one in book.fees.rows.snapshot() if one.sku == "KR-ORD-8-S-10")
            await operator.click_row(book.fees.table, finding.key)
            assert book.fees.words.text() == finding.reason
            await operator.press("Show rows", within=book.fees)
            await operator.until(
                lambda: {row.sku for row in book.lines.rows.whole()} == {finding.sku},
                "the rows of the finding",
            )
            await operator.press("Compare", within=page)
            await operator.until(lambda: book.compare.rows.rowCount() > 0, "the comparison")
            assert page.sheet is not None and page.sheet.proof is not None
            total = sum((row.second for row in book.compare.rows.snapshot()), Decimal(0))
            assert total == page.sheet.proof.header.total
            before = book.compare.words.text()
            book.compare.other.setCurrentIndex(1)
            book.compare.other.activated.emit(1)
            await operator.until(lambda: book.compare.words.text() != before, "another comparison")

    drive(scene())


def test_the_proof_sheet_is_written_as_pdf(drive: Drive, opened: Opened, tmp_path: Path) -> None:
    async def scene() -> None:
        async with opened() as window:
            await archived(window, tmp_path, settlements=1)
            page = await page_of(window)
            target = tmp_path / "proof.pdf"
            page.save_pdf(target)
            await settled(window.tasks)
            assert target.read_bytes().startswith(b"%PDF-")
            assert window.news.toasts.shown[-1].state.word.startswith("proof.pdf: ")

    drive(scene())


def test_what_cannot_be_read_says_so_and_can_be_tried_again(
    drive: Drive, opened: Opened, tmp_path: Path
) -> None:
    async def scene() -> None:
        async with opened() as window:
            await window.desk.host.settlements.take(chain(tmp_path, settlements=1))
            page, operator = await page_of(window), Operator(window)
            host = window.desk.host
            assert isinstance(host, FakeHost)
            whole, host.workspace = host.workspace, Broken()  # type: ignore[assignment]
            await page.refresh()
            assert page.face.pane.state.isVisible()
            assert {"The disk is full.", "Free some space."} <= set(operator.words(within=page))
            host.workspace = whole
            await operator.press("Try again")
            await operator.until(lambda: page.face.pane.content.isVisible(), "the settlements")

    drive(scene())


class Broken:
    """A workspace whose file cannot be read just now."""

    @property
    def settlements(self) -> "Broken":
        return self

    async def chain(self) -> None:
        raise StoreFault("The disk is full.", advice="Free some space.")
