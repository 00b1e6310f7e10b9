"""The exception desk over a real store: filters, causes, records, owners, states, and replays."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QPlainTextEdit

from x3studio.domain.documents import Document, DocumentKind
from x3studio.domain.errors import ConnectionFault
from x3studio.domain.mappings import CustomerPair, ItemPair, Judgement
from x3studio.domain.money import Money
from x3studio.domain.monitor import CaseState, ExceptionCase
from x3studio.domain.outbox import Stage
from x3studio.domain.runs import Manner
from x3studio.gui.exceptions import data
from x3studio.gui.exceptions.causes import ordered
from x3studio.gui.exceptions.data import CaseRow, Filters
from x3studio.gui.exceptions.page import ExceptionsPage
from x3studio.gui.exceptions.preview import Fate, forecast, summary
from x3studio.gui.exceptions.replay import ReplayDialog
from x3studio.gui.exceptions.words import CAUSES, cause, heading, primary, speaker, worth
from x3studio.gui.faults import Door
from x3studio.gui.memory import Memory
from x3studio.gui.tasks import Tasks
from x3studio.gui.theme import Theme
from x3studio.gui.widgets.inputs import Input
from x3studio.gui.window import Window
from x3studio.store import CaseGroup, Store, Tables
from x3studio.workspace.replays import Prospect

from .conftest import active, dialog_over, settled
from .scenes import KEY, WHO, morning
from .scenes_exceptions import MAPPING, REFUSED, SAID, DeskHost, desk

Drive = Callable[[Any], Any]
Opened = Callable[..., AbstractAsyncContextManager[Window]]
UNSOLVED = Filters(frozenset({CaseState.NEW, CaseState.OPEN, CaseState.WAITING}))
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def desked(theme: Theme, memory: Memory, door: Door, tmp_path: Path) -> Opened:
    """`async with desked() as window`: the exceptions page over the morning and the desk's own cases."""

    @asynccontextmanager
    async def open_(**host: Any) -> AsyncIterator[Window]:
        path = tmp_path / "brandel.x3studio"
        store = Store.create(path, key=KEY)
        await morning(store)
        await desk(store)
        tasks = Tasks(door.take)
        window = Window(DeskHost(store, path, **host), theme, memory, door, tasks, who=WHO)
        window.show()
        window.go("exceptions")
        await settled(tasks)
        try:
            yield window
        finally:
            window.close()
            await tasks.close()
            await store.close()
            window.deleteLater()

    return open_


def page_of(window: Window) -> ExceptionsPage:
    assert isinstance(window.page, ExceptionsPage)
    return window.page


def host_of(window: Window) -> DeskHost:
    assert isinstance(window.desk.host, DeskHost)
    return window.desk.host


async def again(window: Window) -> None:
    window.refresh_all()
    await settled(window.tasks)


async def chosen(window: Window, fingerprint: str) -> ExceptionsPage:
    page = page_of(window)
    assert page.causes.choose(fingerprint)
    await settled(window.tasks)
    return page


def test_causes_are_grouped_with_counts_and_money(drive: Drive, desked: Opened) -> None:
    async def scene() -> None:
        async with desked() as window:
            page = page_of(window)
            current = page.causes.current
            assert current is not None and current.fingerprint == MAPPING
            cases = await data.all_of(window.desk.host.store, current, page.filters)
            assert len(cases) == current.count == page.detail.rows.rowCount()
            total = sum((row.case.worth.amount for row in cases if row.case.worth), Decimal(0))
            assert current.worth == {"EUR": total}
            assert page.detail.title.text() == "No X3 item for SKU"
            subjects = {row.case.subject for row in cases}
            assert page.detail.sub.text().startswith(f"{current.count} orders from {len(subjects)} SKUs")
            spoken = page.causes.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
            assert spoken.startswith(f"No X3 item for SKU, {current.count} records, € ")
            assert page.count.text().endswith(f"{page.causes.model().rowCount()} causes")

    drive(scene())


def test_x3_is_quoted_word_for_word(drive: Drive, desked: Opened) -> None:
    async def scene() -> None:
        async with desked() as window:
            page = await chosen(window, REFUSED)
            texts = [label.text() for label in page.detail.quote.findChildren(type(page.detail.sub))]
            assert SAID in texts and "X3 says, word for word" in texts and "about SAU" in texts
            assert page.detail.likely.text() == CAUSES["value"].likely
            assert page.detail.advice.text().startswith("Read X3's words")
            page = await chosen(window, MAPPING)
            assert page.detail.quote.isHidden()

    drive(scene())


def test_filters_narrow_causes_and_records(drive: Drive, desked: Opened) -> None:
    async def scene() -> None:
        async with desked() as window:
            page = page_of(window)
            page.facets.choose({"State": ["new", "open"], "Owner": ["Malte Voss"]})
            await settled(window.tasks)
            assert page.causes.model().rowCount() == 1
            assert {row.case.owner for row in page.detail.rows.snapshot()} == {"Malte Voss"}
            page.facets.choose({"State": ["new", "open"], "Owner": ["Malte Voss", WHO]})
            await settled(window.tasks)
            assert page.causes.model().rowCount() == 2
            await chosen(window, MAPPING)
            assert {row.case.owner for row in page.detail.rows.snapshot()} == {WHO}
            page.facets.choose({"Class": ["period"]})
            await settled(window.tasks)
            assert page.pane.state.isVisible()
            show = next(one for one in page.pane.state.findChildren(QAbstractButton) if one.isVisible())
            show.click()
            await settled(window.tasks)
            assert page.detail.isVisible() and page.filters == UNSOLVED

    drive(scene())


def test_owners_are_given_and_taken_back(drive: Drive, desked: Opened) -> None:
    async def scene() -> None:
        async with desked() as window:
            page = await chosen(window, REFUSED)
            page.detail.rows.toggle(0)
            page.detail.owner.choose(WHO)
            page.detail.owner.activated.emit(page.detail.owner.currentIndex())
            await settled(window.tasks)
            owners = [row.case.owner for row in page.detail.rows.snapshot()]
            assert sorted(owners) == ["", WHO]
            toast = window.news.toasts.shown[-1]
            assert toast.state.word == f"1 exception given to {WHO}" and toast.link is not None
            toast.link.click()
            await settled(window.tasks)
            assert {row.case.owner for row in page.detail.rows.snapshot()} == {""}
            page.detail.rows.check_all(False)
            page.detail.owner.setCurrentIndex(page.detail.owner.count() - 1)
            page.detail.owner.activated.emit(page.detail.owner.currentIndex())
            dialog = await dialog_over(window)
            field = dialog.findChild(Input)
            assert field is not None
            QTest.keyClicks(field, "Rieke Daum")
            QTest.keyClick(field, Qt.Key.Key_Return)
            await settled(window.tasks)
            assert {row.case.owner for row in page.detail.rows.snapshot()} == {"Rieke Daum"}

    drive(scene())


def test_states_change_and_undo_restores_each(drive: Drive, desked: Opened) -> None:
    async def scene() -> None:
        async with desked() as window:
            page = await chosen(window, REFUSED)
            store = window.desk.host.store
            ids = [row.case.id for row in page.detail.rows.snapshot()]
            await store.write(lambda tables: tables.exceptions.set_state(ids[:1], CaseState.OPEN))
            await again(window)
            page.detail.marked.emit(CaseState.RESOLVED)
            await settled(window.tasks)
            moved = await store.read(lambda tables: tables.exceptions.by_ids(ids))
            assert {case.state for case in moved} == {CaseState.RESOLVED}
            assert not page.causes.choose(REFUSED)
            toast = window.news.toasts.shown[-1]
            assert toast.state.word == "2 exceptions marked as resolved" and toast.link is not None
            toast.link.click()
            await settled(window.tasks)
            back = await store.read(lambda tables: tables.exceptions.by_ids(ids))
            assert {case.id: case.state for case in back} == {ids[0]: CaseState.OPEN, ids[1]: CaseState.NEW}
            assert page.causes.choose(REFUSED)

    drive(scene())


def test_a_note_is_written_to_the_checked_records(drive: Drive, desked: Opened) -> None:
    async def scene() -> None:
        async with desked() as window:
            page = await chosen(window, REFUSED)
            page.detail.rows.toggle(1)
            QTest.mouseClick(page.detail.note, Qt.MouseButton.LeftButton)
            dialog = await dialog_over(window)
            text = dialog.findChild(QPlainTextEdit)
            assert text is not None and dialog.windowTitle() == "Note on 1 exception"
            QTest.keyClicks(text, "asked the buyer")
            next(one for one in dialog.findChildren(QAbstractButton) if one.text() == "Save note").click()
            await settled(window.tasks)
            await again(window)
            assert [row.case.note for row in page.detail.rows.snapshot()] == ["", "asked the buyer"]

    drive(scene())


async def replaying(window: Window) -> ReplayDialog:
    await active(window)
    QTest.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    dialog = await dialog_over(window)
    assert isinstance(dialog, ReplayDialog)
    await settled(window.tasks, standing=2)
    return dialog


def figures(dialog: ReplayDialog) -> list[str]:
    return [fact.figure.text() for fact in dialog.facts]


def test_a_replay_is_looked_up_shown_and_started(drive: Drive, desked: Opened) -> None:
    async def scene() -> None:
        async with desked() as window:
            page = await chosen(window, MAPPING)
            rows = page.detail.rows.snapshot()
            mapped = [row for row in rows if row.case.subject != rows[0].case.subject]
            still = {row.case.subject for row in rows} & await data.unmapped(window.desk.host.store, rows)
            leave = [row for row in rows if row.case.subject in still]
            goes = [row for row in rows if row.case.subject not in still]
            assert leave and goes and mapped
            host = host_of(window)
            host.held = {goes[0].case.reference: ["SON1"], goes[1].case.reference: ["SON2"]}
            dialog = await replaying(window)
            assert host.asked == [("preview", len(rows))]
            assert figures(dialog)[:3] == [str(len(goes) - 2), "2", str(len(leave))]
            assert dialog.action.words() == f"Replay {len(goes) - 2}, link 2"
            fates = [one.state.word for one in dialog.table_rows.snapshot()]
            assert fates[0] == "Leave: still no X3 item" and "Link to SON1" in fates
            assert dialog.form.failures.check.isChecked() and dialog.form.pace.check.isChecked()
            dialog.form.afresh.click()
            dialog.form.pace.check.click()
            QTest.keyClick(dialog, Qt.Key.Key_Return)
            await settled(window.tasks)
            assert host.manners == [Manner(most_failures=3, afresh=True)]
            assert window.desk.memory.text("replay/pace") == "off"
            asked = host.asked[-1]
            assert asked[0] == "replay" and set(asked[1]) == {row.case.id for row in goes}  # type: ignore[call-overload]
            assert window.rail is not None and type(window.page).__name__ == "RunsPage"

    drive(scene())


def test_the_mapping_as_it_was_is_compared_and_chosen(drive: Drive, desked: Opened) -> None:
    async def scene() -> None:
        async with desked() as window:
            store = window.desk.host.store
            await chosen(window, REFUSED)
            pair = ItemPair("SKU-NEW", "ITM0042")
            await store.write(lambda t: t.mappings.decide(pair, Judgement.ACCEPTED, who="Nele"))
            dialog = await replaying(window)
            (now, then) = (dialog.form.current.text(), dialog.form.as_was.text())
            assert now != then and dialog.form.as_was.isEnabled()
            row = dialog.table_rows.snapshot()[0]
            assert (row.quantity, row.price) == ("1 → 6", "23.94 → 3.99")
            assert dialog.differs.text() == "line 1 QTY 1 → 6, line 1 GROPRI 23.94 → 3.99"
            dialog.form.as_was.click()
            await settled(window.tasks, standing=2)
            assert dialog.table_rows.snapshot()[0].quantity == "6 → 1"
            QTest.keyClick(dialog, Qt.Key.Key_Return)
            await settled(window.tasks)
            host = host_of(window)
            assert isinstance(host, DeskHost)
            assert host.manners[0].as_of == int(then.rsplit(maxsplit=1)[1].replace(",", ""))

    drive(scene())


def test_only_checked_records_are_replayed(drive: Drive, desked: Opened) -> None:
    async def scene() -> None:
        async with desked() as window:
            page = await chosen(window, REFUSED)
            page.detail.rows.toggle(1)
            assert page.detail.replay.words() == "Replay 1"
            dialog = await replaying(window)
            assert figures(dialog)[:3] == ["1", "0", "0"] and dialog.action.words() == "Replay 1"
            QTest.keyClick(dialog, Qt.Key.Key_Escape)
            await settled(window.tasks)
            assert [entry[0] for entry in host_of(window).asked] == ["preview"]

    drive(scene())


def test_x3_that_does_not_answer_never_looks_like_nothing_found(drive: Drive, desked: Opened) -> None:
    async def scene() -> None:
        fault = ConnectionFault("X3 did not answer.", advice="Check that it runs, then try again.")
        async with desked(fault=fault) as window:
            await chosen(window, REFUSED)
            dialog = await replaying(window)
            assert dialog.pane.state.isVisible() and figures(dialog)[:2] == ["–", "–"]
            texts = [label.text() for label in dialog.pane.state.findChildren(type(dialog._title))]
            assert "X3 did not answer." in texts
            host_of(window).fault = None
            retry = next(one for one in dialog.pane.state.findChildren(QAbstractButton) if one.isVisible())
            retry.click()
            await settled(window.tasks, standing=2)
            assert dialog.table.isVisible() and figures(dialog)[:2] == ["2", "0"]
            dialog.reject()
            await settled(window.tasks)

    drive(scene())


def test_a_record_opens_in_runs_and_jumps_come_back(drive: Drive, desked: Opened) -> None:
    async def scene() -> None:
        async with desked() as window:
            page = await chosen(window, REFUSED)
            await active(window)
            page.causes.setFocus(Qt.FocusReason.TabFocusReason)
            QTest.keyClick(page.causes, Qt.Key.Key_Return)
            assert page.detail.table.hasFocus()
            reference = page.detail.rows.row_at(0).case.reference
            QTest.keyClick(page.detail.table, Qt.Key.Key_Return)
            await settled(window.tasks)
            runs: Any = window.page
            assert runs.record.reference == reference
            conflict = "305-1130427-6629148"
            assert window.go("exceptions", conflict)
            await settled(window.tasks)
            current = page.detail.table.current()
            assert current is not None and current.case.reference == conflict
            assert window.go("exceptions", "nothing of that kind")
            await settled(window.tasks)
            told = window.news.toasts.shown[-1].state.word
            assert told == "No exception waits for nothing of that kind"

    drive(scene())


def test_nothing_left_says_when_it_was_checked(drive: Drive, desked: Opened) -> None:
    async def scene() -> None:
        async with desked() as window:
            page, store = page_of(window), window.desk.host.store
            references = await store.read(lambda tables: tables.exceptions.references())
            await store.write(lambda tables: tables.exceptions.resolve(flow="orders", references=references))
            await again(window)
            assert page.pane.state.isVisible()
            texts = [label.text() for label in page.pane.state.findChildren(type(page.count))]
            assert "No exceptions" in texts and any(text.startswith("Checked ") for text in texts)
            assert (await data.load(store, UNSOLVED, now=NOW)).solved >= len(references)

    drive(scene())


def test_many_causes_and_records_stay_quick(drive: Drive, desked: Opened) -> None:
    many = 2_000

    async def scene() -> None:
        async with desked() as window:

            def work(tables: Tables) -> None:
                for n in range(many):
                    tables.exceptions.open(
                        ExceptionCase("orders", f"306-{n:07}", "value", f"Cause {n}", "", f"f{n}")
                    )

            await window.desk.host.store.write(work)
            await again(window)
            page = page_of(window)
            assert page.causes.model().rowCount() > many
            assert page.causes.choose(f"f{many - 1}")
            await settled(window.tasks)
            assert page.detail.title.text() == f"Cause {many - 1}"

    drive(scene())


def test_filters_are_a_drawer_at_960_by_540(drive: Drive, desked: Opened) -> None:
    async def scene() -> None:
        async with desked() as window:
            page = page_of(window)
            window.resize(960, 540)
            assert (window.width(), window.height()) == (960, 540)
            assert page.causes.isVisible() and not page.facets.isVisible()
            QTest.mouseClick(page.drawer, Qt.MouseButton.LeftButton)
            assert page.facets.isVisible() and not page.causes.isVisible()
            QTest.mouseClick(page.closing, Qt.MouseButton.LeftButton)
            assert page.causes.isVisible()
            window.resize(1440, 900)
            assert page.facets.isVisible() and page.causes.isVisible()

    drive(scene())


def case(reference: str, *, cause_key: str = "mapping", subject: str = "SKU1") -> CaseRow:
    made = ExceptionCase(
        "orders", reference, cause_key, "t", "a", "f", subject=subject, worth=Money(Decimal("10.50"), "EUR")
    )
    return CaseRow(made, Stage.REJECTED)


def prospect(reference: str, *held: str, quantity: str = "6", then: str = "1", why: str = "") -> Prospect:
    def document(units: str) -> Document | None:
        lines = ({"ITMREF": "ITM1", "QTY": units, "GROPRI": "3.99"},)
        return Document(DocumentKind.SALES_ORDER, reference, {}, lines) if units else None

    return Prospect("", reference, held, document(quantity), why, document(then), "" if then else why)


def test_forecasts() -> None:
    rows = [case("a"), case("b", subject="SKU2"), case("c", subject="SKU2"), case("d", cause_key="value")]
    asked = [
        prospect("a", "S1"),
        prospect("b", quantity="", then="", why="No X3 item stands for SKU2."),
        prospect("c", "S2", "S3"),
        prospect("d"),
    ]
    found = forecast(rows, asked, frozenset())
    assert [(one.case.reference, one.fate) for one in found] == [
        ("c", Fate.SEVERAL),
        ("b", Fate.LEAVE),
        ("a", Fate.LINK),
        ("d", Fate.CREATE),
    ]
    assert [one.looked_up for one in found] == ["2 in X3", "not in X3", "already in X3", "not in X3"]
    assert found[1].state.word == "Leave: No X3 item stands for SKU2."
    told = summary(found)
    assert (told.create, told.link, told.leave) == (1, 1, 2) and told.worth == {"EUR": Decimal("21.00")}
    assert told.action == "Replay 1, link 1"
    assert summary(forecast(rows[:1], asked[:1], frozenset())).action == "Link 1"
    assert summary(forecast(rows[1:2], asked[1:2], frozenset())).action == "Nothing to replay"
    unasked = forecast(rows, None, frozenset({"SKU2"}))
    assert {one.looked_up for one in unasked} == {"not asked yet"}
    assert [one.fate for one in unasked] == [Fate.LEAVE, Fate.LEAVE, Fate.CREATE, Fate.CREATE]


def test_what_a_mapping_changes_is_told_field_by_field() -> None:
    (one,) = forecast([case("a")], [prospect("a")], frozenset())
    assert (one.quantity, one.price, one.explained) == ("1 → 6", "3.99", "line 1 QTY 1 → 6")
    (back,) = forecast([case("a")], [prospect("a")], frozenset(), as_it_was=True)
    assert (back.quantity, back.explained) == ("6 → 1", "line 1 QTY 6 → 1")
    (same,) = forecast([case("a")], [prospect("a", then="6")], frozenset())
    assert (same.quantity, same.explained) == ("6", "Both mappings make the same document of it.")
    fresh = prospect("a", then="", why="No X3 item.")
    (made,) = forecast([case("a")], [fresh], frozenset())
    assert (made.fate, made.explained) == (Fate.CREATE, "the other mapping makes no document of it")
    (unmade,) = forecast([case("a")], [fresh], frozenset(), as_it_was=True)
    assert (unmade.fate, unmade.explained) == (Fate.LEAVE, "No X3 item.")


def test_a_buyer_is_not_shown_in_what_differs() -> None:
    old, new = (
        Document(DocumentKind.SALES_ORDER, "a", {"BPDNAM": name, "CUR": name[:3]}, ())
        for name in ("Erika Muster", "Max Muster")
    )
    (one,) = forecast([case("a")], [Prospect("", "a", (), new, "", old, "")], frozenset())
    assert "Muster" not in one.explained and "CUR Eri → Max" in one.explained


def test_customers_that_were_mapped_since_are_no_longer_left_out(drive: Drive, tmp_path: Path) -> None:
    async def scene() -> None:
        async with Store.create(tmp_path / "w.x3studio", key=KEY) as store:
            rows = [case("a", subject="A1PA/FBM"), case("b", subject="DE1"), case("c", subject="X")]
            assert await data.unmapped(store, rows) == {"A1PA/FBM", "DE1", "X"}
            generic = CustomerPair("AMZ-DE", "A1PA", "FBM")
            own = CustomerPair("B2B", vat_number="DE1")

            def work(tables: Tables) -> None:
                for pair in (generic, own):
                    tables.mappings.decide(pair, Judgement.ACCEPTED, who=WHO)

            await store.write(work)
            assert await data.unmapped(store, rows) == {"X"}

    drive(scene())


def test_orders_of_causes() -> None:
    def group(name: str, count: int, amount: str, hours: int) -> CaseGroup:
        last = NOW - timedelta(hours=hours)
        money = {"EUR": Decimal(amount)} if amount else {}
        return CaseGroup(name, "value", name, count, last, last, money, (0,) * 8)

    groups = [group("a", 5, "10", 9), group("b", 9, "", 1), group("c", 1, "99", 4)]
    assert [one.title for one in ordered(groups, "money")] == ["c", "a", "b"]
    assert [one.title for one in ordered(groups, "count")] == ["b", "a", "c"]
    assert [one.title for one in ordered(groups, "newest")] == ["b", "c", "a"]


def test_every_class_has_words() -> None:
    wanted = {"mapping", "value", "missing", "connection", "intermittent", "duplicate", "lock", "permission"}
    wanted |= {"period", "conflict", "cancelled", "reconcile", "readback"}
    assert set(CAUSES) == wanted
    assert cause("never heard of").word == "Other"
    assert {primary(key)[2] for key in CAUSES} == {"mapping", "runs", "connections", ""}
    assert primary("mapping", subjects=6, plus="+")[0] == "Open mapping on 6+ SKUs"
    assert heading(34, 6, (4809, 4812), cause_key="mapping", more=False) == (
        "34 orders from 6 SKUs, run 4,812 and 1 before it"
    )
    assert (
        worth({"EUR": Decimal("2498.2"), "GBP": Decimal(0), "SEK": Decimal(5)}) == "€ 2,498.20 and SEK 5.00"
    )
    said = ExceptionCase("o", "r", "value", "t", "a", "f", said="QTY: sent 6, X3 has 5")
    assert speaker(said) == "What differs, field by field"
    assert speaker(ExceptionCase("o", "r", "value", "t", "a", "f", said="Artikel gesperrt")).startswith(
        "X3 says"
    )
