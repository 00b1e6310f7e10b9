"""The workbench for those who do not see it or use no mouse, and the checks that a second person makes."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QWidget

from x3studio.domain.mappings import Judgement
from x3studio.gui.mapping.evidence_table import TALL, broken
from x3studio.gui.mapping.keymap import ACTS
from x3studio.gui.mapping.rebinding import KeysDialog
from x3studio.gui.mapping.second import SecondLook
from x3studio.gui.mapping.strip import FOCUS, GRID
from x3studio.gui.mapping.telling import country_of
from x3studio.gui.typography import Role
from x3studio.workbench import EvidenceRow, Verdict

from .workbench_hands import Consultant, Drive, Opened, at_work


def nameless(page: QWidget) -> list[str]:
    """Everything the keyboard reaches that a screen reader would have no word for."""
    found = []
    for widget in page.findChildren(QWidget):
        reached = widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        if reached and not isinstance(widget.parentWidget(), QAbstractButton):
            spoken = QAccessible.queryAccessibleInterface(widget)
            if spoken is None or not spoken.text(QAccessible.Text.Name).strip():
                found.append(f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}")
    return found


def test_everything_the_keyboard_reaches_has_a_name(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            await hands.goes_to("BR-BATT-AA-24")
            for mode in (FOCUS, GRID):
                hands.page.set_mode(mode)
                await hands.at_rest()
                assert nameless(hands.page) == []

    drive(scene())


def test_every_cell_says_its_column_and_its_words(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            await hands.goes_to("BR-BATT-AA-24")
            rows = hands.page.queue.rows
            place = hands.page.session.place()
            said = [
                rows.data(rows.index(place, column), Qt.ItemDataRole.AccessibleTextRole)
                for column in range(rows.columnCount())
            ]
            assert ("SKU: BR-BATT-AA-24" in said and "Flags: PACK, PRICE" in said) or "Flags: PACK" in said
            assert all(": " in words for words in said)
            evidence = hands.page.focus.evidence.rows
            pack = next(row for row in range(evidence.rowCount()) if evidence.row_at(row).field == "Pack")
            verdict = evidence.data(evidence.index(pack, 3), Qt.ItemDataRole.AccessibleTextRole)
            assert verdict.startswith("Verdict: Expected 24")

    drive(scene())


def test_f1_tells_every_key_that_is_bound(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            await hands.keys("F1")
            await hands.dialog()
            words = hands.words(within=hands.ground)
            assert [act.words for act in ACTS if act.words not in words] == []
            await hands.keys("Escape")
            await hands.closed()

    drive(scene())


def test_another_key_is_given_by_pressing_it(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            hands.page.acting._rebind()
            dialog = await hands.dialog()
            assert isinstance(dialog, KeysDialog)
            dialog.table.choose("none")
            await hands.keys("Return", "R")
            await hands.reads("R: No X3 counterpart.")
            await hands.press("Close", within=dialog)
            await hands.closed()
            code = hands.code
            await hands.presses("X")
            assert hands.state(code).is_open and hands.code == code
            await hands.presses("R")
            assert not hands.state(code).is_open
            assert hands.page.candidates.buttons["none"]._key == "R"

    drive(scene())


async def decides_some(hands: Consultant) -> list[str]:
    codes = []
    for _record in range(3):
        codes.append(hands.code)
        await hands.presses("X")
    return codes


def test_a_sample_is_judged_again_without_scores_and_compared(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            codes = await decides_some(hands)
            before = await hands.host.store.read(lambda tables: tables.mappings.revision())
            hands.page.work.more[0][1]()
            dialog = await hands.dialog()
            assert isinstance(dialog, SecondLook)
            shown = " ".join(hands.words(within=dialog))
            assert "Judged again" in shown and "%" not in shown.replace("0 of", "")
            while hands.ground is dialog:
                await hands.keys("X")
            await hands.reads("judged again")
            agreement = await hands.host.workbench.agreement(hands.page.session.deck.kind)
            assert agreement.judged > 0 and agreement.open == 0
            assert await hands.host.store.read(lambda tables: tables.mappings.revision()) == before
            assert await hands.judged(codes[0]) == [Judgement.REJECTED]

    drive(scene())


def test_four_eyes_lists_what_only_one_person_saw(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            first, *_ = await decides_some(hands)
            hands.page.work.more[1][1]()
            dialog = await hands.dialog()
            await hands.reads("for a second person")
            await hands.press("Open the record", within=dialog)
            await hands.closed()
            await hands.at_rest()
            assert hands.code == first

    drive(scene())


def test_words_too_long_for_their_row_are_shown_whole_where_the_mark_is(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            await hands.goes_to("BR-BATT-AA-24")
            table = hands.page.focus.evidence
            long = "Brandel Batterien AA Alkaline für Funkmäuse, Uhren und Lampen, 24 Stück im Karton, lose"
            row = EvidenceRow("Title", long, "short", Verdict.INFO, f"Both sides say: {long}")
            table.show_rows([row, row], foreign="Amazon", ours="X3")
            assert table.rowHeight(0) == table.rowHeight(1) == TALL
            table.setCurrentIndex(table.rows.index(1, 0))
            assert table.rowHeight(0) == TALL < table.rowHeight(1)
            index = table.rows.index(1, 1)
            assert table.rows.data(index, Qt.ItemDataRole.ToolTipRole) == long
            assert long in table.rows.data(index, Qt.ItemDataRole.AccessibleTextRole)
            assert "".join(broken(long, Role.BODY, 120)) == long

    drive(scene())


def test_stores_are_called_by_their_country_where_there_is_no_room() -> None:
    named = {"amazon.co.uk": "UK", "amazon.de": "DE", "amazon.com": "US", "amazon.com.mx": "MX"}
    assert {domain: country_of(domain) for domain in named} == named
