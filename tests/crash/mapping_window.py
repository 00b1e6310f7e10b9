"""A mapping window that is used by keys, to be killed: it tells what it has painted as saved.

Run: python -m tests.crash.mapping_window FOLDER
"""

import asyncio
import os
import sys
from contextlib import closing
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.gui.catalogue import catalogue
from tests.gui.scenes import KEY, FakeHost, morning
from x3studio.gui.app import event_loop, make_application
from x3studio.gui.faults import Door
from x3studio.gui.mapping.page import MappingPage
from x3studio.gui.memory import Memory
from x3studio.gui.tasks import Tasks
from x3studio.gui.theme import Scheme, Theme
from x3studio.gui.window import Window
from x3studio.store import Store

FILE = "brandel.x3studio"


async def main(theme: Theme, folder: Path) -> None:
    """Presses X on one record after the other; tells each that the queue then shows as decided."""
    store = Store.create(folder / FILE, key=KEY)
    await morning(store)
    await catalogue(store)
    door = Door()
    host, memory = FakeHost(store, folder / FILE), Memory(folder / "w.ini")
    window = Window(host, theme, memory, door, Tasks(door.take), who="Nele")
    window.show()
    window.go("mapping")
    page = window.page
    assert isinstance(page, MappingPage)
    session = page.session
    told: set[str] = set()
    while True:
        await asyncio.sleep(0.01)
        deck = session.deck
        decided = [deck.codes[row] for row in session.view.rows.tolist() if not deck.state(row).is_open]
        for code in decided:
            if code not in told:
                told.add(code)
                print("painted", code, flush=True)
        if session.evidence is not None:
            QTest.keyClick(page.queue.table, Qt.Key.Key_X)


if __name__ == "__main__":
    application = make_application()
    with closing(event_loop(application)) as loop:
        loop.run_until_complete(main(Theme(application, scheme=Scheme.LIGHT), Path(sys.argv[1])))
