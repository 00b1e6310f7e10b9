"""From Amazon's reports to a journal in X3 that was read back, played by keys and clicks at the window."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.workspace.settled import Desk, desk, give_accounts
from x3studio.domain.chain import SettlementState
from x3studio.domain.settlements import Verdict
from x3studio.domain.sheets import Sheet
from x3studio.gui.faults import Door
from x3studio.gui.memory import Memory
from x3studio.gui.opening import OpenWorkspace
from x3studio.gui.settlements.dialogs import AccountDialog
from x3studio.gui.settlements.page import SettlementsPage
from x3studio.gui.settlements.posting import PostingDialog
from x3studio.gui.tasks import Tasks
from x3studio.gui.theme import Theme
from x3studio.gui.window import Window
from x3studio.sandbox.x3_ledgers import demo_mapping

from .conftest import settled
from .hands import Operator

Drive = Callable[[Awaitable[Any]], Any]
LACKING = "advertising"


@asynccontextmanager
async def played(
    theme: Theme, memory: Memory, door: Door, folder: Path
) -> AsyncIterator[tuple[Window, Desk, Operator]]:
    """The window over a workspace that is connected to the demo's X3 and Amazon."""
    async with desk(folder) as open_desk:
        tasks = Tasks(door.take)
        window = Window(OpenWorkspace(open_desk.workspace, tasks), theme, memory, door, tasks, who="Nele")
        window.resize(1440, 900)
        window.show()
        await settled(tasks)
        try:
            yield window, open_desk, Operator(window)
        finally:
            window.close()
            await tasks.close()
            window.deleteLater()


async def sets_the_account(page: SettlementsPage, operator: Operator) -> None:
    """The last group without an account gets one, from X3's own list."""
    groups = page.face.book.groups
    await operator.row(groups.table, lambda row: row.group == LACKING, "the group")
    await operator.click_row(groups.table, LACKING, twice=True)
    dialog = await operator.dialog()
    assert isinstance(dialog, AccountDialog)
    await operator.fill(dialog.account, demo_mapping()[LACKING])
    await operator.press("Set account")
    await operator.closed()


async def posts(page: SettlementsPage, operator: Operator) -> list[str]:
    """Asks, posts, and returns the numbers X3 gave."""
    await operator.press("Post to X3")
    dialog = await operator.dialog()
    assert isinstance(dialog, PostingDialog) and dialog.post.isEnabled()
    parts = dialog.rows.snapshot()
    assert parts and not any(part.number for part in parts)
    await operator.press(dialog.post.words())
    await operator.reads("Posted, read back and equal to the sheet")
    numbers = [part.number for part in dialog.rows.snapshot()]
    assert all(numbers) and len(numbers) == len(parts)
    await operator.press("Close", within=dialog)
    await operator.closed()
    return numbers


def read_back(sheet: Sheet | None) -> bool:
    """Whether a settlement is posted, and its journal found equal to the proof in X3."""
    if sheet is None or sheet.proof is None or sheet.entry.state is not SettlementState.POSTED:
        return False
    return sheet.proof.check("B20").verdict is Verdict.PASS


def test_from_amazons_report_to_a_journal_that_was_read_back(
    drive: Drive, theme: Theme, memory: Memory, door: Door, tmp_path: Path
) -> None:
    async def scene() -> None:
        async with played(theme, memory, door, tmp_path) as (window, demo, operator):
            service = demo.workspace.settlements
            held: list[str] = []
            demo.entered.append(lambda entry: held.append(entry.number))
            await give_accounts(demo.workspace, but=LACKING)
            await operator.keys("Alt+5")
            page = window.page
            assert isinstance(page, SettlementsPage)
            await operator.press("Collect", within=page)
            await operator.until(lambda: page.sheet, "a settlement from Amazon")
            await operator.until(lambda: page.face.collect.isEnabled(), "the end of collecting")
            entries = (await service.chain()).entries
            assert len(page.face.strip.cards) >= len([e for e in entries if e.chain == entries[0].chain])
            await service.read_ledger()
            await operator.until(
                lambda: page.sheet is not None and page.sheet.entry.state is SettlementState.BLOCKED,
                "blocked",
            )
            await sets_the_account(page, operator)
            await operator.until(
                lambda: page.sheet is not None and page.sheet.entry.state is SettlementState.READY, "ready"
            )
            numbers = await posts(page, operator)
            await operator.until(lambda: read_back(page.sheet), "posted and read back")
            assert page.sheet is not None and list(page.sheet.entry.numbers) == numbers
            assert not page.face.post.isVisible() and numbers[0] in page.face.proof.sub.text()
            assert [number for number in held if number in numbers] == numbers

    drive(scene())
