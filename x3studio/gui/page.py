"""What a page is, and the desk it is given: everything it may use, passed by hand."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from x3studio.gui.faults import Door
from x3studio.gui.host import Host
from x3studio.gui.memory import Memory
from x3studio.gui.states import State
from x3studio.gui.tasks import Tasks
from x3studio.gui.theme import Theme


@dataclass(frozen=True, slots=True)
class Desk:
    """`go(page, record)` opens another page, True where it exists; `notify` shows a toast."""

    host: Host
    theme: Theme
    tasks: Tasks
    door: Door
    memory: Memory
    who: str
    """The signed-in person, for owners, decisions and notes."""
    go: Callable[[str, str], bool]
    has_page: Callable[[str], bool]
    notify: Callable[[State], object]


class Page(QWidget):
    """The base of every page: layout and wiring, no reading or writing of its own.

    `status_changed` tells that `status` says something else now.
    """

    status_changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.setProperty("surface", "window")

    async def refresh(self) -> None:
        """Reads again: after a change in the store, when the page is shown, and once a minute."""

    def show_record(self, record: str) -> None:
        """Opens one record: an order number, a SKU, a run id, a cause; whatever the page lists."""

    def panels(self) -> Sequence[QWidget]:
        """Where F6 goes, in reading order; the first focusable widget of each gets the focus."""
        return ()

    def reveal(self, panel: QWidget) -> bool:
        """Opens a panel that is put away, as a drawer is; False where it is not to be seen now."""
        return panel.isVisible()

    def take_files(self, _paths: Sequence[Path], /) -> bool:
        """Files were dropped on the window; False where the page has no use for them."""
        return False

    def status(self) -> Sequence[State]:
        """What the status bar says while the page is shown, such as how old the masters are."""
        return ()

    def keys(self) -> Sequence[tuple[str, str]]:
        """(key, what it does) for the help on F1."""
        return ()
