"""The story of the first job, played at the real window: python -m tests.gui.story FOLDER films it.

Connect, rehearse, run, a refused order, its SKU mapped, replayed, an X3 number; then a secret that expired
and a second connection. Each chapter goes by what can be seen and fails where it does not come.
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from tests.gui.hands import Operator
from x3studio.domain.connections import X3Connection
from x3studio.domain.runs import Run
from x3studio.gui.app import event_loop, make_application
from x3studio.gui.collector import Collector
from x3studio.gui.connections.page import ConnectionsPage
from x3studio.gui.exceptions.page import ExceptionsPage
from x3studio.gui.faults import Door
from x3studio.gui.mapping.page import MappingPage
from x3studio.gui.memory import Memory
from x3studio.gui.opening import OpenWorkspace
from x3studio.gui.runs.page import RunsPage
from x3studio.gui.tasks import Tasks
from x3studio.gui.theme import Scheme, Theme
from x3studio.gui.widgets.inputs import Input
from x3studio.gui.widgets.table.view import Table
from x3studio.gui.window import Window
from x3studio.workspace import Workspace
from x3studio.workspace.demo import open_demo

SKU, ITEM, PART, PACK = "LT-GELB-6ER", "LIN-TM-GE", "textmarker gelb", "6"
X3, AMAZON = "X3 BRKTST", "Amazon EU"
SIZE = (1440, 900)
Shoot = Callable[[str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Scene:
    """The window over the demo company, and who plays at it. `shoot` keeps a picture, or does nothing."""

    workspace: Workspace
    window: Window
    operator: Operator
    shoot: Shoot

    async def secrets(self) -> dict[str, str]:
        """What the administrator of the demo X3 would hand out."""
        return await self.workspace.connecting.secrets_of(await self.x3())

    async def x3(self) -> X3Connection:
        """The demo X3 as it is connected."""
        saved = (await self.workspace.connecting.get(X3)).connection
        assert isinstance(saved, X3Connection)
        return saved


@asynccontextmanager
async def staged(
    theme: Theme, memory: Memory, door: Door, *, shoot: Shoot | None = None
) -> AsyncIterator[Scene]:
    """The demo as `x3studio demo` opens it: both systems served, and the real window over its workspace."""
    demo = await open_demo()
    tasks = Tasks(door.take)
    window = Window(OpenWorkspace(demo.workspace, tasks), theme, memory, door, tasks, who="Nele")
    window.resize(*SIZE)
    window.show()
    try:
        yield Scene(demo.workspace, window, Operator(window), shoot or _unseen)
    finally:
        window.close()
        await tasks.close()
        await demo.close()
        window.deleteLater()


async def _unseen(_title: str) -> None:
    """Nobody takes pictures."""


async def begins_connected(scene: Scene) -> None:
    """Home: both sides connected, the SKUs mapped, nothing sent yet."""
    operator = scene.operator
    await operator.reads(f"{X3} connected")
    await operator.reads("Amazon EU connected")
    await operator.reads("Rehearse with a dry run")
    await scene.shoot("home at the start")
    await operator.keys("Alt+6")
    await operator.reads("What this connection can do")
    await scene.shoot("connections")


async def rehearses(scene: Scene) -> Run:
    """Runs: a dry run, which writes nothing; one of its documents is opened and left again."""
    operator = scene.operator
    await operator.keys("Alt+3")
    page = runs_page(scene)
    await operator.press("Dry run", within=page)
    run = await ended(scene, dry_run=True)
    await scene.shoot("dry run")
    row = await operator.row(page.run.table, lambda row: row.last.operation == "would create", "to create")
    await operator.click_row(page.run.table, row.reference, twice=True)
    await operator.until(
        lambda: page.record.isVisible() and page.record.reference == row.reference, "a record"
    )
    await operator.reads("Dry run")
    await scene.shoot("dry run document")
    await operator.keys("Alt+Left")
    await operator.until(page.run.isVisible, "the run again")
    return run


async def runs_partly(scene: Scene) -> Run:
    """The run itself: its progress, then done with exceptions."""
    operator, page = scene.operator, runs_page(scene)
    await operator.press("Run now", within=page)
    await operator.until(page.live.isVisible, "the live card")
    await operator.row(page.history.table, lambda run: run.counts.sent > 0, "a run that sends")
    await scene.shoot("run under way")
    run = await ended(scene, dry_run=False)
    await operator.until(page.launch.isVisible, "the launch card again")
    await scene.shoot("run done in part")
    return run


async def finds_the_cause(scene: Scene) -> int:
    """Exceptions: the unmapped SKU as a cause with its orders, and the way to it. Returns how many wait."""
    operator = scene.operator
    await operator.press(f"Open {runs_page(scene).run.run.counts.refused} exceptions")  # type: ignore[union-attr]
    page = scene.window.page
    assert isinstance(page, ExceptionsPage)
    group = await operator.until(lambda: page.detail.group, "a cause")
    assert SKU in group.title and group.cause == "mapping"
    await operator.reads("Likely cause")
    await operator.until(lambda: len(page.detail.rows.snapshot()) == group.count, "the orders of the cause")
    await scene.shoot("exceptions")
    await operator.press("Open mapping on 1 SKU", within=page)
    return group.count


async def maps_the_sku(scene: Scene, *, waiting: int) -> None:
    """Mapping: the SKU in hand; part of the item is typed, one found item compared, accepted as a pack."""
    operator, page = scene.operator, mapping_page(scene)
    session = page.session
    await operator.until(lambda: session.evidence is not None and session.evidence.key.code == SKU, "the SKU")
    await operator.reads(f"{waiting} orders wait")
    await operator.keys("/")
    await operator.type(PART)
    found = page.acting._found
    await operator.until(found.isVisible, "what X3 has")
    item = await operator.row(found.table, lambda target: target.key == ITEM, ITEM)
    await scene.shoot("candidates")
    while found.table.current() is not item:
        await operator.keys("Down")
    await operator.keys("Return")
    await operator.until(
        lambda: (
            session.evidence is not None
            and ITEM in [one.target for one in session.evidence.candidates[session.chosen :][:1]]
        ),
        ITEM,
    )
    # Title, price and weight agree on the factor: the offer stands on its button.
    await operator.button(f"Accept as pack of {PACK}", within=page)
    await scene.shoot("pack factor")
    await operator.keys("P")
    await operator.reads(f"{waiting} orders waited for {SKU}")
    await scene.shoot("mapped")


async def replays(scene: Scene, *, waiting: int) -> Run:
    """The banner's offer is taken; Runs shows the replay, one of its orders with its number and its life."""
    operator = scene.operator
    await operator.press(f"Replay {waiting}")
    await operator.keys("Alt+3")
    page = runs_page(scene)
    run = await ended(scene, dry_run=False, replay=waiting)
    await operator.click_row(page.history.table, run.id)
    await operator.until(lambda: page.run.run is not None and page.run.run.id == run.id, "the replay")
    row = await operator.row(
        page.run.table, lambda row: row.number and row.last.operation == "read back", "sent"
    )
    assert operator.reading(page.run.table, row)[1] == "Confirmed"
    await scene.shoot("replay")
    await operator.click_row(page.run.table, row.reference, twice=True)
    await operator.until(
        lambda: page.record.isVisible() and page.record.reference == row.reference, "its life"
    )
    await operator.reads(row.number)
    await operator.button_spoken("Read back", within=page.record.timeline)
    await scene.shoot("record with its X3 number")
    return run


async def finds_fewer_exceptions(scene: Scene, *, left: int) -> None:
    """Exceptions: what was mapped is gone; what lacks its price is still there."""
    operator = scene.operator
    await operator.keys("Alt+4")
    page = scene.window.page
    assert isinstance(page, ExceptionsPage)
    await operator.reads(f"{left} record, 1 cause")
    await operator.until(lambda: SKU not in " ".join(operator.words(within=page)), f"no word of {SKU}")
    await scene.shoot("fewer exceptions")


async def takes_it_back(scene: Scene) -> None:
    """Mapping: Ctrl+Z takes the decision back; the SKU is to be mapped again."""
    operator = scene.operator
    await operator.keys("Alt+2", "Ctrl+Z")
    page = mapping_page(scene)
    await operator.reads(f"Undone: {SKU}")
    deck = page.session.deck
    await operator.until(lambda: deck.state(deck.codes.index(SKU)).is_open, "to be mapped again")
    await scene.shoot("taken back")


async def signs_in_again(scene: Scene) -> Run:
    """The secret was rotated: the run says so, the banner leads to the field, the new one lets it go on."""
    operator, connecting = scene.operator, scene.workspace.connecting
    right = (await connecting.secrets_of((await connecting.get(AMAZON)).connection))["client_secret"]
    # What Amazon sees once somebody has rotated the secret there: the one kept here is wrong.
    await asyncio.to_thread(connecting._vault.put, AMAZON, "client_secret", "amzn1.oa2-cs.v1.rotated-away")
    await operator.keys("Alt+3")
    page = runs_page(scene)
    await operator.press("Run now", within=page)
    await operator.reads(f"{AMAZON} expired")
    failed = await ended(scene, dry_run=False, after=4)
    await scene.shoot("run without sign-in")
    await operator.keys("Alt+6")
    await operator.reads(f"{AMAZON}: the sign-in was refused")
    await scene.shoot("secret expired")
    await operator.press("Paste new secret")
    await operator.dialog()
    await operator.type("still-wrong")
    await operator.keys("Return")
    await operator.reads("does not accept the client secret")
    await scene.shoot("secret still wrong")
    await operator.keys("Ctrl+A")
    await operator.type(right)
    await operator.keys("Return")
    await operator.closed()
    await operator.reads(f"{AMAZON} connected")
    await scene.shoot("signed in again")
    await operator.keys("Alt+3")
    await operator.press("Run now", within=page)
    run = await ended(scene, dry_run=False, after=failed.id + 1)
    await scene.shoot("run after the new secret")
    return run


async def connects_another(scene: Scene, *, folder: str) -> None:
    """The wizard: four inputs, a wrong secret said where it failed, the right one; saved only then."""
    operator = scene.operator
    known, secrets = await scene.x3(), await scene.secrets()
    await operator.keys("Alt+6")
    page = scene.window.page
    assert isinstance(page, ConnectionsPage)
    before = len(page.list.cards)
    await operator.press("Add")
    await operator.choose_from_menu("Sage X3")
    texts = {"Host": known.base_url, "Folder": folder, "Client id": secrets["client_id"]}
    for name, text in {**texts, "Client secret": "a-wrong-secret"}.items():
        await operator.fill(await operator.named(QLineEdit, name), text)
    await scene.shoot("wizard")
    await operator.keys("Return")
    await operator.reads("Unknown client or wrong secret.")
    saved = await scene.workspace.connecting.all()
    assert len(saved) == before
    await scene.shoot("wizard wrong secret")
    await operator.type(secrets["client_secret"])
    await operator.keys("Return")
    await operator.press("Next")
    await operator.named(Input, "Name of the connection")
    await scene.shoot("wizard summary")
    await operator.press("Save")
    await operator.until(lambda: f"X3 {folder}" in page.list.cards, "the new card")
    await operator.reads(f"X3 {folder} connected")
    await scene.shoot("second connection")


def runs_page(scene: Scene) -> RunsPage:
    """The page in the window, which has to be Runs."""
    page = scene.window.page
    assert isinstance(page, RunsPage)
    return page


def mapping_page(scene: Scene) -> MappingPage:
    """The page in the window, which has to be Mapping."""
    page = scene.window.page
    assert isinstance(page, MappingPage)
    return page


async def ended(scene: Scene, *, dry_run: bool, replay: int = 0, after: int = 0) -> Run:
    """Waits until the history's first row is a run of that kind that has ended."""
    table: Table[Run] = runs_page(scene).history.table

    def newest() -> Run | None:
        run = next(iter(table.rows.snapshot()), None)
        fits = run is not None and run.dry_run is dry_run and len(run.records) == replay and run.id >= after
        return run if fits and run is not None and run.ended_at is not None else None

    return await scene.operator.until(newest, "the end of the run")


async def tell(scene: Scene) -> None:
    """The whole story, in order."""
    await begins_connected(scene)
    await rehearses(scene)
    await runs_partly(scene)
    waiting = await finds_the_cause(scene)
    await maps_the_sku(scene, waiting=waiting)
    await replays(scene, waiting=waiting)
    await finds_fewer_exceptions(scene, left=1)
    await takes_it_back(scene)
    await signs_in_again(scene)
    await connects_another(scene, folder="BRKPRD")


def main(arguments: Sequence[str]) -> int:
    """Plays the story and writes a numbered picture of each step."""
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    application = make_application()
    Collector(application)
    with closing(event_loop(application)) as loop:
        loop.run_until_complete(_film(Theme(application, scheme=Scheme.LIGHT), folder))
    return 0


async def _film(theme: Theme, folder: Path) -> None:
    theme.calm = True
    windows: list[QWidget] = []
    number = 0

    async def shoot(title: str) -> None:
        nonlocal number
        number += 1
        await asyncio.sleep(0.1)
        _picture(windows[0]).save(str(folder / f"{number:02}-{title.lower().replace(' ', '-')}.png"))

    door = Door()
    door.crashed.connect(lambda report: print(report, file=sys.stderr))
    with tempfile.TemporaryDirectory() as place:
        memory = Memory(Path(place) / "window.ini")
        async with staged(theme, memory, door, shoot=shoot) as scene:
            windows.append(scene.window)
            await tell(scene)


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
