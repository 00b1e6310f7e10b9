"""Starts the window: fonts, theme, the event loop both asyncio and Qt run on, and one way to fail."""

import asyncio
import getpass
import logging
import sys
from collections.abc import Sequence
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs
import qasync
from PySide6.QtCore import QMessageLogContext, Qt, QtMsgType, SignalInstance, qInstallMessageHandler
from PySide6.QtWidgets import QApplication, QMessageBox

from x3studio.domain.errors import StoreFault, StudioError, VaultFault
from x3studio.gui.collector import Collector
from x3studio.gui.faults import Door, report
from x3studio.gui.memory import Memory
from x3studio.gui.splash import Splash
from x3studio.gui.tasks import Tasks
from x3studio.gui.theme import Scheme, Theme
from x3studio.gui.typography import install_fonts

if TYPE_CHECKING:
    from x3studio.workspace import Workspace

_log = logging.getLogger("x3studio.qt")
_SETTLED = 1.0
"""Seconds after which a start is over for whoever looks at it."""
_SWITCH = 0.001
"""Seconds until a thread that reads the store gives way to the window's: a fifth of Python's own choice."""
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def main(arguments: Sequence[str] = ()) -> int:
    """Runs the window until it is closed; returns the exit code, 1 where it could not start."""
    application = make_application()
    Collector(application)
    with closing(event_loop(application)) as loop:
        return loop.run_until_complete(_run(application, arguments))


def make_application() -> QApplication:
    """The application object with its fonts and with Qt's messages in the log."""
    qInstallMessageHandler(_heard)
    QApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    application = QApplication(["X3 Studio"])
    application.setApplicationName("X3 Studio")
    application.setDesktopFileName("x3studio")
    # The window's coroutine decides when it is over: it still has to close the store.
    application.setQuitOnLastWindowClosed(False)
    install_fonts()
    return application


def event_loop(application: QApplication) -> asyncio.AbstractEventLoop:
    """One loop for asyncio and Qt."""
    loop: asyncio.AbstractEventLoop = qasync.QEventLoop(application)
    return loop


async def _run(application: QApplication, arguments: Sequence[str]) -> int:
    """The whole program as one task, so that whatever ends it is shown before the window is gone."""
    sys.setswitchinterval(_SWITCH)
    memory = Memory(Path(platformdirs.user_config_path("X3 Studio")) / "window.ini")
    theme = Theme(application, scheme=_scheme(memory))
    theme.calm = memory.text("calm") == "yes"
    splash = Splash(theme, memory)
    splash.show()
    life = asyncio.ensure_future(_live(theme, memory, arguments, splash))
    await asyncio.wait([life])
    splash.close()
    error = life.exception()
    if error is not None:
        await _say_why(error)
    return 1 if error is not None else 0


async def _live(theme: Theme, memory: Memory, arguments: Sequence[str], splash: Splash) -> None:
    await asyncio.to_thread(import_module, "x3studio.gui.start")
    # Imported now: store, engine and clients are many modules, and the splash needs none of them.
    from x3studio.gui.opening import OpenWorkspace
    from x3studio.gui.start import open_workspace
    from x3studio.gui.window import Window

    async def ask(why: VaultFault | StoreFault, new: bool) -> str:
        from x3studio.gui.passphrase import ask_passphrase

        return await ask_passphrase(theme, splash, why, new=new)

    opened = await open_workspace(arguments, memory, ask)
    door = Door()
    sys.excepthook = door.hook
    tasks = Tasks(door.take)
    try:
        host = OpenWorkspace(opened.workspace, tasks)
        window = Window(host, theme, memory, door, tasks, who=_who())
        window.filled.connect(
            lambda: tasks.start(_keep_schedule(opened.workspace, door), name="keep the schedule"),
            Qt.ConnectionType.SingleShotConnection,
        )
        window.show()
        splash.close()
        await _emitted(window.closed)
    finally:
        await tasks.close()
        await opened.close()


async def _keep_schedule(workspace: "Workspace", door: Door) -> None:
    """Loads engine and clients, once the page has been painted, and sees to what is due."""
    await asyncio.sleep(_SETTLED)
    await asyncio.to_thread(import_module, "x3studio.workspace.running")
    await asyncio.gather(
        workspace.scheduling.keep(lambda _run: None, failed=door.take, carry_out=workspace.apart.carry_out),
        workspace.retention.keep(failed=door.take),
    )


async def _emitted(signal: SignalInstance) -> None:
    """Waits for a signal."""
    came = asyncio.Event()
    signal.connect(lambda *_: came.set())
    await came.wait()


async def _say_why(error: BaseException) -> None:
    """The one dialog for a start that failed; it needs no window behind it."""
    if isinstance(error, StudioError):
        title, more = error.title, (error.advice, error.said)
    else:
        title, more = "X3 Studio found a fault in itself.", (report(error, "start"), "")
        _log.error("Could not start", exc_info=error)
    box = QMessageBox(QMessageBox.Icon.Critical, "X3 Studio", title)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setInformativeText("\n\n".join(part for part in more if part))
    box.open()
    await _emitted(box.finished)


def _scheme(memory: Memory) -> Scheme:
    known = {scheme.value: scheme for scheme in Scheme}
    return known.get(memory.text("theme"), Scheme.SYSTEM)


def _who() -> str:
    """The signed-in person, as decisions and notes name them."""
    name = getpass.getuser()
    return name[:1].upper() + name[1:]


def _heard(kind: QtMsgType, _context: QMessageLogContext, message: str | None) -> None:
    _log.log(_LEVELS.get(kind, logging.WARNING), "%s", message)
