"""Which pages there are: one line each, in the order of the rail."""

from dataclasses import dataclass
from importlib import import_module

from x3studio.gui.page import Desk, Page


@dataclass(frozen=True, slots=True)
class Entry:
    """`factory` is module:class, imported when the page is first opened; `last` stands at the rail's foot."""

    key: str
    title: str
    icon: str
    factory: str
    last: bool = False

    def build(self, desk: Desk) -> Page:
        """The page itself."""
        module, _, name = self.factory.partition(":")
        page = getattr(import_module(module), name)(desk)
        if not isinstance(page, Page):
            raise TypeError(f"{self.factory} is no page")
        return page


PAGES: tuple[Entry, ...] = (
    Entry("home", "Home", "house", "x3studio.gui.home.page:HomePage"),
    Entry("mapping", "Mapping", "panels-top-left", "x3studio.gui.mapping.page:MappingPage"),
    Entry("runs", "Runs", "play", "x3studio.gui.runs.page:RunsPage"),
    Entry("exceptions", "Exceptions", "triangle-alert", "x3studio.gui.exceptions.page:ExceptionsPage"),
    Entry("settlements", "Settlements", "landmark", "x3studio.gui.settlements.page:SettlementsPage"),
    Entry("connections", "Connections", "plug", "x3studio.gui.connections.page:ConnectionsPage"),
    Entry("settings", "Settings", "settings", "x3studio.gui.settings.page:SettingsPage", last=True),
)
