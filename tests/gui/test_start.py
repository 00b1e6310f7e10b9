"""The start: which workspace is opened, the window over a real one, and whose thread frees Qt's objects."""

import asyncio
import gc
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton

from x3studio.domain.errors import SettingFault, StoreFault, VaultFault
from x3studio.gui.collector import Collector
from x3studio.gui.faults import Door
from x3studio.gui.memory import Memory
from x3studio.gui.opening import OpenWorkspace
from x3studio.gui.passphrase import ask_passphrase
from x3studio.gui.splash import Splash
from x3studio.gui.start import VARIABLE, open_workspace
from x3studio.gui.tasks import Tasks
from x3studio.gui.theme import Theme
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.table.columns import Column
from x3studio.gui.widgets.table.fixed import FixedRows
from x3studio.gui.window import Window
from x3studio.workspace import Workspace

from .conftest import dialog_over, settled

Drive = Callable[[Any], Any]


async def never_asked(why: Exception, new: bool) -> str:
    """Where a keyring or the environment holds the key nobody is asked."""
    raise AssertionError(f"asked for a passphrase: {why}")


@pytest.fixture
def secrets_in_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """What an operator without a keyring sets."""
    monkeypatch.setenv("X3STUDIO_VAULT", "memory")
    monkeypatch.setenv("X3STUDIO_SECRET_WORKSPACE_KEY", "ab" * 32)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv(VARIABLE, raising=False)
    yield


@pytest.mark.usefixtures("secrets_in_memory")
def test_the_last_workspace_is_opened_again(drive: Drive, memory: Memory, tmp_path: Path) -> None:
    async def scene() -> None:
        named = tmp_path / "brandel.x3studio"
        await (await Workspace.create(named, title="Brandel")).close()
        for arguments in ([str(named)], []):
            opened = await open_workspace(arguments, memory, never_asked)
            assert (opened.workspace.path, opened.workspace.title) == (named, "Brandel")
            await opened.close()

    drive(scene())


@pytest.mark.usefixtures("secrets_in_memory")
def test_what_cannot_be_opened_is_said(drive: Drive, memory: Memory, tmp_path: Path) -> None:
    async def scene() -> None:
        with pytest.raises(StoreFault):
            await open_workspace([str(tmp_path / "absent.x3studio")], memory, never_asked)
        with pytest.raises(SettingFault, match="does not know what to do with b"):
            await open_workspace(["a", "b"], memory, never_asked)

    drive(scene())


@pytest.mark.usefixtures("secrets_in_memory")
def test_the_window_over_a_real_new_workspace(
    drive: Drive, theme: Theme, memory: Memory, tmp_path: Path
) -> None:
    async def scene() -> None:
        workspace = await Workspace.create(tmp_path / "new.x3studio", title="Brandel")
        door, refused = Door(), list[SettingFault]()
        door.blocked.connect(refused.append)
        tasks = Tasks(door.take)
        window = Window(OpenWorkspace(workspace, tasks), theme, memory, door, tasks, who="Nele")
        window.show()
        await settled(tasks)
        words = [label.text() for label in window.findChildren(Label) if label.isVisible()]
        assert {"Connect Sage X3", "Connect Amazon", "No X3 connected", workspace.vault_note} <= set(words)
        tasks.start(window.desk.host.launch("orders"), name="start Orders to X3")
        refusal = asyncio.Event()
        door.blocked.connect(lambda _fault: refusal.set())
        async with asyncio.timeout(45):
            await refusal.wait()
        dialog = await dialog_over(window)
        assert [dialog.windowTitle()] == [fault.title for fault in refused]
        window.close()
        await tasks.close()
        await workspace.close()
        window.deleteLater()

    drive(scene())


def test_the_splash_stands_where_the_window_was(theme: Theme, memory: Memory) -> None:
    splash = Splash(theme, memory)
    splash.show()
    assert "Opening the workspace" in [label.text() for label in splash.findChildren(Label)]
    splash.close()


def test_garbage_is_freed_on_the_windows_thread(app: QApplication) -> None:
    freed: list[int] = []

    class Knot(QObject):
        def __init__(self) -> None:
            super().__init__()
            self.itself = self

        def __del__(self) -> None:
            freed.append(threading.get_ident())

    owner = QObject()
    collector = Collector(owner)
    assert not gc.isenabled()
    for _knot in range(3):
        Knot()
    busy = threading.Thread(target=lambda: [[] for _ in range(20_000)])
    busy.start()
    busy.join()
    assert freed == []
    rest = [[n] for n in range(gc.get_threshold()[0] + 1)]
    collector.collect()
    assert freed == [threading.get_ident()] * 3
    assert rest


def test_short_lists_sort_at_once(app: QApplication) -> None:
    column: Column[int] = Column("n", "N", str, sort=lambda number: number)
    model = FixedRows((column,), key=lambda number: number, rows=[2, 3, 1])
    model.ask_sort(column)
    assert model.snapshot() == [1, 2, 3]
    model.ask_sort(column)
    assert model.snapshot() == [3, 2, 1]
    assert model.position(3) == 0


@pytest.fixture
def no_keyring(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A machine whose secrets have nowhere to go: memory, and no key in the environment."""
    monkeypatch.setenv("X3STUDIO_VAULT", "memory")
    monkeypatch.delenv("X3STUDIO_SECRET_WORKSPACE_KEY", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv(VARIABLE, raising=False)
    yield


@pytest.mark.usefixtures("no_keyring")
def test_without_a_keyring_a_passphrase_makes_and_opens_the_file(drive: Drive, memory: Memory) -> None:
    asked: list[tuple[str, bool]] = []
    answers = ["correct horse battery", "wrong one entirely", "correct horse battery"]

    async def ask(why: Exception, new: bool) -> str:
        asked.append((type(why).__name__, new))
        return answers.pop(0)

    async def scene() -> None:
        made = await open_workspace([], memory, ask)
        await made.workspace.store.write(lambda tables: tables.settings.set("kept", "yes"))
        assert "memory" in made.workspace.vault_note
        await made.close()
        again = await open_workspace([], memory, ask)
        assert await again.workspace.store.read(lambda tables: tables.settings.get("kept")) == "yes"
        await again.close()

    drive(scene())
    assert asked == [("VaultFault", True), ("VaultFault", False), ("StoreFault", False)]


@pytest.mark.usefixtures("no_keyring")
def test_giving_up_says_why_there_is_no_workspace(drive: Drive, memory: Memory) -> None:
    async def give_up(why: Exception, new: bool) -> str:
        return ""

    async def scene() -> None:
        with pytest.raises(VaultFault):
            await open_workspace([], memory, give_up)

    drive(scene())


def test_a_new_passphrase_is_typed_twice(drive: Drive, theme: Theme, memory: Memory) -> None:
    async def scene() -> None:
        splash = Splash(theme, memory)
        splash.show()
        why = VaultFault("No keyring answers.")
        asking = asyncio.ensure_future(ask_passphrase(theme, splash, why, new=True))
        dialog = await dialog_over(splash)
        first, second = dialog.findChildren(QLineEdit)
        go = next(each for each in dialog.findChildren(QPushButton) if "Make" in each.text())
        QTest.keyClicks(first, "correct horse battery")
        assert not go.isEnabled()
        QTest.keyClicks(second, "correct horse battery")
        assert go.isEnabled()
        QTest.mouseClick(go, Qt.MouseButton.LeftButton)
        assert await asking == "correct horse battery"
        splash.close()

    drive(scene())
