"""The window over a real store: size, keys, spoken names, memory, and what it does with change."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTableView,
    QWidget,
)

from x3studio.domain.errors import CredentialFault, StoreFault
from x3studio.gui.memory import Memory
from x3studio.gui.pages import PAGES, Entry
from x3studio.gui.shell.search import find
from x3studio.gui.theme import Scheme
from x3studio.gui.widgets.dialog import Dialog
from x3studio.gui.window import Window

from .conftest import active, dialog_over, settled

Drive = Callable[[Any], Any]
Opened = Callable[..., AbstractAsyncContextManager[Window]]
_ALT = Qt.KeyboardModifier.AltModifier


def test_every_page_fits_1280_by_720(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened() as window:
            for entry in PAGES:
                window.go(entry.key)
                await settled(window.tasks)
                least = window.minimumSizeHint()
                assert least.width() <= 1280 and least.height() <= 720, f"{entry.key} needs {least}"
                window.resize(1280, 720)
                assert (window.width(), window.height()) == (1280, 720)

    drive(scene())


def test_pages_are_built_when_they_are_opened(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened() as window:
            assert window.stack.count() == 1
            for place, entry in enumerate(PAGES, start=1):
                QTest.keyClick(window, Qt.Key(Qt.Key.Key_0 + place), _ALT)
                await settled(window.tasks)
                assert window.stack.count() == place
                assert type(window.page).__module__.startswith(entry.factory.partition(":")[0])
            assert not window.go("nowhere")

    drive(scene())


def test_everything_that_can_be_used_has_a_name(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened() as window:
            for entry in PAGES:
                window.go(entry.key)
                await settled(window.tasks)
                kinds = (QAbstractButton, QLineEdit, QComboBox, QPlainTextEdit, QTableView)
                nameless = [
                    type(widget).__name__
                    for widget in window.findChildren(QWidget)
                    if isinstance(widget, kinds) and not widget.isHidden()
                    if widget.focusPolicy() and not _name(widget)
                ]
                assert nameless == []

    drive(scene())


def _name(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return widget.accessibleName() or text


def test_f6_goes_round_the_panels_and_arrows_walk_the_rail(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened() as window:
            await active(window)
            seen: list[QWidget | None] = []
            for _panel in range(8):
                QTest.keyClick(window, Qt.Key.Key_F6)
                seen.append(window.focusWidget())
            assert window.top.search in seen
            inside = {
                panel for panel in window.page.panels() for one in seen if one and panel.isAncestorOf(one)
            }
            assert len(inside) >= 2
            rail = [one for one in seen if one is not None and window.rail.isAncestorOf(one)]
            assert rail
            rail[0].setFocus(Qt.FocusReason.TabFocusReason)
            QTest.keyClick(rail[0], Qt.Key.Key_Up)
            focused = window.focusWidget()
            assert focused is not None and focused is not rail[0]
            QTest.keyClick(focused, Qt.Key.Key_Space)
            assert window.page is not None and window.desk.memory.text("page") == PAGES[-1].key

    drive(scene())


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.key)
@pytest.mark.parametrize("filled", [True, False], ids=["filled", "new"])
def test_tab_reaches_whatever_can_be_used(drive: Drive, opened: Opened, entry: Entry, filled: bool) -> None:
    async def scene() -> None:
        async with opened(filled=filled) as window:
            await active(window)
            window.go(entry.key)
            await settled(window.tasks)
            window.top.search.setFocus(Qt.FocusReason.TabFocusReason)
            reached: list[QWidget] = []
            for _step in range(300):
                focused = window.focusWidget()
                assert focused is not None
                if focused in reached:
                    break
                reached.append(focused)
                QTest.keyClick(focused, Qt.Key.Key_Tab)
            wanted = [widget for widget in window.findChildren(QWidget) if _usable(widget)]
            assert [_told(widget) for widget in wanted if widget not in reached] == []
            assert [_told(widget) for widget in reached if not _name(widget)] == []

    drive(scene())


def _usable(widget: QWidget) -> bool:
    """Whether a person can do something with it here and now."""
    kinds = (QAbstractButton, QLineEdit, QComboBox, QPlainTextEdit, QTableView)
    if not isinstance(widget, kinds) or not widget.isVisible() or not widget.isEnabled():
        return False
    # Of an exclusive group only the chosen one is a stop; arrows lead to the others.
    other = isinstance(widget, QAbstractButton) and not widget.isChecked()
    grouped = isinstance(widget, QAbstractButton) and (widget.autoExclusive() or widget.group() is not None)
    inside = isinstance(widget.parent(), QComboBox | QAbstractItemView)
    return not inside and not (other and grouped)


def _told(widget: QWidget) -> str:
    return f"{type(widget).__name__} {_name(widget)!r}"


def test_f1_lists_the_keys_and_escape_closes(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened() as window:
            await active(window)
            QTest.keyClick(window, Qt.Key.Key_F1)
            QTest.keyClick(await dialog_over(window), Qt.Key.Key_Escape)
            await settled(window.tasks)
            assert not [one for one in window.findChildren(Dialog) if one.isVisible()]

    drive(scene())


def test_page_geometry_and_theme_are_remembered(drive: Drive, opened: Opened, memory: Memory) -> None:
    async def scene() -> None:
        async with opened() as window:
            window.resize(1300, 760)
            window.go("settings")
            window.desk.theme.choose(Scheme.DARK)
        assert memory.text("page") == "settings"
        assert not memory.bytes_("geometry").isEmpty()

    drive(scene())


def test_a_commit_elsewhere_reaches_the_page(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened() as window:
            changed = asyncio.Event()
            window._watch.changed.connect(changed.set)
            await window.desk.host.store.write(
                lambda tables: tables.connections.set_state("Amazon EU", "expired")
            )
            async with asyncio.timeout(45):
                await changed.wait()
            await settled(window.tasks)
            names = [button.accessibleName() for button in window.page.findChildren(QAbstractButton)]
            assert any(name.startswith("Credentials: 2, Expired") for name in names)

    drive(scene())


def test_faults_are_shown_and_remembered(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened() as window:
            door = window.desk.door
            door.take(StoreFault("The disk is full.", advice="Free some space."), "save")
            assert [toast.state.word for toast in window.news.toasts.shown] == [
                "The disk is full. Free some space."
            ]
            door.take(CredentialFault("Amazon UK: the secret expired.", said="invalid_client"), "sign in")
            dialog = await dialog_over(window)
            assert dialog.windowTitle() == "Amazon UK: the secret expired."
            door.take(KeyError("sku"), "read")
            assert len([one for one in window.findChildren(Dialog) if one.isVisible()]) == 1
            dialog.close_with("")
            await settled(window.tasks)
            door.take(KeyError("sku"), "read")
            await asyncio.sleep(0)
            report = next(one for one in window.findChildren(Dialog) if one.isVisible()).findChild(
                QPlainTextEdit
            )
            assert report is not None and "Could not read." in report.toPlainText()

    drive(scene())


def test_search_finds_orders_and_skus_on_pages_that_exist(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened() as window:
            store = window.desk.host.store
            everywhere = await find(store, "305-4188000-6100040", pages=lambda _key: True)
            assert [(hit.page, hit.record) for hit in everywhere] == [("runs", "305-4188000-6100040")]
            skus = await find(store, "LT-GELB", pages=lambda key: key == "mapping")
            assert [hit.record for hit in skus] == ["LT-GELB-6ER"]
            assert await find(store, "LT-GELB", pages=lambda _key: False) == []
            await active(window)
            QTest.keyClicks(window.top.search, "zz nothing")
            QTest.keyClick(window.top.search, Qt.Key.Key_Return)
            await settled(window.tasks)

    drive(scene())
