"""Renders pages and parts to PNG files: python -m tests.screens FOLDER [name ...]; add a scene to SCENES."""

import asyncio
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QWidget

from tests.gui import scenes_exceptions, scenes_runs
from tests.gui.components import components
from tests.gui.scenes import KEY, FakeHost, morning
from tests.gui.scenes_connections import CONNECTIONS
from tests.gui.scenes_mapping import MAPPING
from tests.gui.scenes_settlements import SETTLEMENTS
from x3studio.domain.errors import ConnectionFault
from x3studio.gui.app import event_loop, make_application
from x3studio.gui.faults import Door
from x3studio.gui.memory import Memory
from x3studio.gui.pages import PAGES
from x3studio.gui.states import State
from x3studio.gui.tasks import Tasks
from x3studio.gui.theme import Scheme, Theme, Tone
from x3studio.gui.window import Window
from x3studio.store import Store

SIZES = ((1440, 900), (1280, 720), (960, 540))
Scene = Callable[[Window], Awaitable[None]]


async def page(window: Window, *, key: str) -> None:
    """A page as it is when it has been read."""
    window.go(key)


async def keys(window: Window) -> None:
    """The help on F1."""
    window.go("home")
    window.top.help_.emit()


async def trouble(window: Window) -> None:
    """A fault that has to be seen to, in a dialog, and two toasts."""
    window.go("home")
    fault = ConnectionFault(
        "X3 did not answer.",
        advice="Check that the pool runs, then try again.",
        said="CAdxWebService: Pool STUDIO",
    )
    window.desk.door.take(fault, "read")
    window.desk.notify(State("circle-check", "LIN-TM-GE taken for LT-GELB-6ER", Tone.OK))
    window.desk.notify(State("cloud-off", "X3 does not answer, 8 orders wait", Tone.WARN))


async def site_choice(window: Window) -> None:
    """One of the site's choices, with its exceptions."""
    window.go("settings")
    await asyncio.sleep(0.2)
    buttons = window.page.findChildren(QAbstractButton)
    next(button for button in buttons if button.accessibleName() == "Change stock site").click()


EMPTY = {"first-steps", "site-example"}
"""Scenes over a new workspace, with nothing in it."""
SCENES: dict[str, Scene] = {
    **{entry.key: partial(page, key=entry.key) for entry in PAGES},
    "keys": keys,
    "trouble": trouble,
    "first-steps": partial(page, key="home"),
    "site-example": partial(page, key="settings"),
    "site-choice": site_choice,
    "settlements-empty": partial(page, key="settlements"),
    **CONNECTIONS,
    **scenes_runs.SCENES,
    **scenes_exceptions.SCENES,
    **MAPPING,
    **SETTLEMENTS,
}
"""By name: brings a freshly opened window over the morning's store into the state to be seen."""


def main(arguments: Sequence[str]) -> int:
    """Renders every scene, light and dark, in every size."""
    folder, names = Path(arguments[0]), list(arguments[1:])
    folder.mkdir(parents=True, exist_ok=True)
    application = make_application()
    with closing(event_loop(application)) as loop:
        loop.run_until_complete(_render(application, folder, names))
    return 0


async def _render(application: QApplication, folder: Path, names: Sequence[str]) -> None:
    theme = Theme(application, scheme=Scheme.LIGHT)
    theme.calm = False
    for scheme in (Scheme.LIGHT, Scheme.DARK):
        theme.choose(scheme)
        if not names or "components" in names:
            sheet = components(theme)
            sheet.resize(760, 1040)
            sheet.show()
            await asyncio.sleep(0.05)
            sheet.grab().save(str(folder / f"components-{scheme.value}.png"))
            sheet.close()
        for name, scene in SCENES.items():
            if not names or name in names:
                for width, height in SIZES:
                    file = folder / f"{name}-{width}x{height}-{scheme.value}.png"
                    await _shoot(theme, scene, file, width=width, height=height)


async def _shoot(theme: Theme, scene: Scene, file: Path, *, width: int, height: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "brandel.x3studio"
        store = Store.create(path, key=KEY)
        if not file.name.startswith(tuple(f"{name}-{width}" for name in EMPTY)):
            await morning(store)
        door = Door()
        door.crashed.connect(lambda report: print(report, file=sys.stderr))
        tasks = Tasks(door.take)
        window = Window(FakeHost(store, path), theme, Memory(Path(place) / "w.ini"), door, tasks, who="Nele")
        window.resize(width, height)
        window.show()
        await scene(window)
        await _quiet(tasks)
        if (window.width(), window.height()) != (width, height):
            print(f"{file.name}: the window came out {window.width()}x{window.height()}", file=sys.stderr)
        _picture(window).save(str(file))
        window.close()
        await tasks.close()
        await store.close()
        window.deleteLater()


async def _quiet(tasks: Tasks) -> None:
    for _round in range(40):
        await asyncio.sleep(0.02)
        if tasks.running <= 1:
            break
    await asyncio.sleep(0.25)


def _picture(window: QWidget) -> QPixmap:
    """The window with whatever dialog lies over it."""
    picture = window.grab()
    painter = QPainter(picture)
    for dialog in window.findChildren(QDialog):
        if dialog.isVisible():
            painter.drawPixmap(window.mapFromGlobal(dialog.pos()), dialog.grab())
    painter.end()
    return picture


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
