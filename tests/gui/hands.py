"""An operator at the window: finds what can be seen, presses real keys, clicks where things are."""

import asyncio
from collections.abc import Callable, Hashable
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QLabel,
    QMenu,
    QScrollArea,
    QWidget,
)

from x3studio.gui.states import State
from x3studio.gui.widgets.dialog import Dialog
from x3studio.gui.widgets.table.view import Table
from x3studio.gui.widgets.toast import Toast
from x3studio.gui.window import Window

T = TypeVar("T")
W = TypeVar("W", bound=QWidget)
At = QPoint | Callable[[], QPoint]
"""A place within a widget, or how to find it at the moment of the click."""
PATIENCE, _GLANCE = 45.0, 0.1
_LOOKS, _BLINK = 300, 0.01
_LEFT, _PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


class Operator:
    """Keys and clicks go through the window system, so what is covered or switched off does not answer."""

    def __init__(self, window: Window) -> None:
        self.window = window

    # -- seeing --------------------------------------------------------------------------------------

    async def until(self, found: Callable[[], T | None], what: str) -> T:
        """Waits until something is there; looks again whenever a task of the window begins or ends.

        And ten times a second, as what opens or is shown in the midst of a task tells nobody.
        """
        moved = asyncio.Event()
        heard = self.window.tasks.busy_changed.connect(lambda _running: moved.set())
        try:
            async with asyncio.timeout(PATIENCE):
                while not (seen := found()):
                    moved.clear()
                    with suppress(TimeoutError):
                        await asyncio.wait_for(moved.wait(), _GLANCE)
                    # What ended is told of just before what follows from it is shown.
                    await asyncio.sleep(0)
        except TimeoutError:
            raise AssertionError(f"never came: {what}; on the screen: {self.words()}") from None
        finally:
            self.window.tasks.busy_changed.disconnect(heard)
        return seen

    def all(self, kind: type[W], *, within: QWidget | None = None) -> list[W]:
        """Every widget of a kind that is shown, in the dialog on top where there is one."""
        return [one for one in (within or self.ground).findChildren(kind) if one.isVisible()]

    def words(self, *, within: QWidget | None = None) -> list[str]:
        """All words on labels, buttons and toasts."""
        texts = [one.text() for one in self.all(QLabel, within=within)]
        texts += [one.text() for one in self.all(QAbstractButton, within=within)]
        texts += [one.state.word for one in self.all(Toast, within=within)]
        return [text.replace("&&", "&") for text in texts if text]

    async def reads(self, part: str) -> str:
        """Waits until some label or button holds these words; returns it whole."""
        return await self.until(lambda: next((text for text in self.words() if part in text), None), part)

    @property
    def ground(self) -> QWidget:
        """The dialog on top, else the window."""
        dialogs = [one for one in self.window.findChildren(Dialog) if one.isVisible()]
        return dialogs[-1] if dialogs else self.window

    async def dialog(self) -> Dialog:
        """Waits until a dialog is open."""
        return await self.until(lambda: self.ground if isinstance(self.ground, Dialog) else None, "a dialog")

    async def closed(self) -> None:
        """Waits until no dialog is open."""
        await self.until(lambda: self.ground is self.window, "the dialog to close")

    async def button(self, words: str, *, within: QWidget | None = None) -> QAbstractButton:
        """Waits for a button that says (or is spoken as) these words and can be pressed."""

        def found() -> QAbstractButton | None:
            buttons = self.all(QAbstractButton, within=within)
            return next((one for one in buttons if one.isEnabled() and _says(one, words)), None)

        return await self.until(found, f"a button {words}")

    async def button_spoken(self, start: str, *, within: QWidget) -> QAbstractButton:
        """Waits for a painted button whose accessible name begins with these words."""

        def found() -> QAbstractButton | None:
            buttons = self.all(QAbstractButton, within=within)
            return next((one for one in buttons if one.accessibleName().startswith(start)), None)

        return await self.until(found, f"a button {start}")

    async def named(self, kind: type[W], name: str) -> W:
        """Waits for a widget by its accessible name."""
        return await self.until(
            lambda: next((one for one in self.all(kind) if one.accessibleName() == name), None), name
        )

    async def row(self, table: Table[Any], holds: Callable[[Any], bool], what: str) -> Any:
        """Waits for a row of a table."""
        return await self.until(
            lambda: next((one for one in table.rows.snapshot() if holds(one)), None), f"row: {what}"
        )

    def reading(self, table: Table[Any], row: Any) -> list[str]:
        """A row as it is read: each cell's words."""
        shown = [column.value(row) for column in table.rows.columns]
        return [cell.word if isinstance(cell, State) else str(cell) for cell in shown if cell is not None]

    # -- doing ---------------------------------------------------------------------------------------

    async def click(self, widget: QWidget, *, at: At | None = None, twice: bool = False) -> None:
        """Moves to a widget, scrolled into view where it has to be, and clicks into it."""
        act = QTest.mouseDClick if twice else QTest.mouseClick
        for look in range(_LOOKS, -1, -1):
            try:
                await self._focused()
                await self._do(lambda: QTest.mouseMove(_handle(widget.window()), _spot(widget, at)))
                # Where it is by now: what arrives meanwhile may have moved it.
                await self._do(lambda: act(_handle(widget.window()), _LEFT, _PLAIN, _spot(widget, at)))
                return
            except AssertionError:
                # Not to be seen this very moment, so nothing was clicked: a person would look again.
                if not look:
                    raise
                await asyncio.sleep(_BLINK)

    async def press(self, words: str, *, within: QWidget | None = None) -> None:
        """Clicks a button by its words."""
        await self.click(await self.button(words, within=within))

    async def click_row(self, table: Table[Any], key: Hashable, *, twice: bool = False) -> None:
        """Clicks a row of a table, wherever the rows that come and go meanwhile have moved it."""

        def middle() -> QPoint:
            place = table.rows.position(key)
            assert place is not None, f"no row {key}"
            index = table.rows.index(place, 0)
            table.scrollTo(index)
            return table.visualRect(index).center()

        await self.click(table.viewport(), at=middle, twice=twice)

    async def choose_from_menu(self, words: str) -> None:
        """Clicks an entry of the menu that is open."""
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        action = next(one for one in menu.actions() if one.text() == words)
        spot = menu.actionGeometry(action).center()
        await self._do(lambda: QTest.mouseClick(_handle(menu), _LEFT, _PLAIN, spot))

    async def keys(self, *pressed: str) -> None:
        """Presses keys such as Alt+3, Return or Ctrl+Z, one after the other."""
        for key in pressed:
            await self._focused()
            await self._do(partial(QTest.keySequence, _handle(self.ground), QKeySequence(key)))

    async def type(self, text: str) -> None:
        """Types into whatever has the keyboard, over what is selected there."""
        for letter in text:
            await self._do(partial(QTest.keyClick, _handle(self.ground), letter))

    async def fill(self, editor: QWidget, text: str) -> None:
        """Clicks into an input and types over what stands there."""
        await self.click(editor)
        assert editor.hasFocus(), f"{_called(editor)} has no keyboard"
        await self.keys("Ctrl+A")
        await self.type(text)

    async def _do(self, act: Callable[[], object]) -> None:
        """From the loop itself: QTest runs Qt's events, which must not happen inside a task."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()

        def carried_out() -> None:
            try:
                act()
            except AssertionError as missed:
                done.set_exception(missed)
            else:
                done.set_result(None)

        loop.call_soon(carried_out)
        await done

    async def _focused(self) -> None:
        """Waits until the window system has given the keyboard to the window on top."""
        top = self.ground
        if top.isActiveWindow():
            return
        got = asyncio.Event()
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        heard = application.focusWindowChanged.connect(lambda _window: got.set())
        top.activateWindow()
        async with asyncio.timeout(PATIENCE):
            while not top.isActiveWindow():
                got.clear()
                await got.wait()
        application.focusWindowChanged.disconnect(heard)


def _handle(top: QWidget) -> QWindow:
    return top.windowHandle()


def _spot(widget: QWidget, at: At | None) -> QPoint:
    """Where on its window a widget is clicked; fails where something else would get the click."""
    _reveal(widget)
    place = (at() if callable(at) else at) or widget.rect().center()
    assert widget.visibleRegion().contains(place), f"{_called(widget)} cannot be seen"
    spot = widget.mapTo(widget.window(), place)
    under = widget.window().childAt(spot)
    assert under is not None and (under is widget or widget.isAncestorOf(under)), (
        f"{_called(widget)} is covered"
    )
    return spot


def _says(button: QAbstractButton, words: str) -> bool:
    return words in (button.text().replace("&&", "&"), button.accessibleName())


def _called(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.accessibleName()}"


def _reveal(widget: QWidget) -> None:
    """Turns the wheel, so to speak, until a widget within a scrolled page is in view."""
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QScrollArea) and not isinstance(widget.parentWidget(), QAbstractScrollArea):
            parent.ensureWidgetVisible(widget)
        parent = parent.parentWidget()
