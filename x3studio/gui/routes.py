"""From which connection to which a flow runs: said, remembered, and asked for where it is not plain."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from x3studio.domain.connections import Environment
from x3studio.gui.memory import Memory
from x3studio.gui.theme import Theme
from x3studio.gui.widgets.buttons import Look
from x3studio.gui.widgets.dialog import Dialog
from x3studio.gui.widgets.inputs import Choice, Field
from x3studio.workspace.routes import Route

_REMEMBERED = "route"


def said(route: Route) -> str:
    """ "Amazon EU to X3 BRKTST (TEST)"; the folder alone names no connection."""
    environment = "TEST" if route.x3.environment is Environment.TEST else "LIVE"
    return f"{route.amazon.name} to {route.x3.name} ({environment})"


def said_name(name: str) -> str:
    """The same of a route of which only the name is known, "" for none."""
    return name.replace(">", " to ")


def remembered(memory: Memory, routes: Sequence[Route]) -> str:
    """The route that was chosen last, where it still exists; else the first."""
    last = memory.text(_REMEMBERED)
    names = [route.name for route in routes]
    return last if last in names else next(iter(names), "")


class RouteChoice(Field):
    """Hidden while there is one way at most; `route` is None then."""

    def __init__(self, theme: Theme, memory: Memory) -> None:
        self.choice = Choice(theme, name="Route, from which connection to which")
        super().__init__(theme, "From and to", self.choice)
        self._memory = memory
        self._routes: tuple[Route, ...] = ()
        self.hide()

    def show_routes(self, routes: Sequence[Route]) -> None:
        """The ways there are; what was chosen stays chosen."""
        if tuple(routes) == self._routes:
            return
        self._routes = tuple(routes)
        self.choice.set_choices([(route.name, said(route)) for route in routes])
        self.choice.choose(remembered(self._memory, routes))
        self.setVisible(len(routes) > 1)

    @property
    def route(self) -> str | None:
        """The chosen one, remembered from now on."""
        if len(self._routes) < 2:
            return None
        self._memory.keep(_REMEMBERED, self.choice.current_key())
        return self.choice.current_key()


async def ask_route(
    theme: Theme, memory: Memory, parent: QWidget, routes: Sequence[Route], *, title: str, action: str
) -> tuple[bool, str | None]:
    """Whether to go on, and by which route; asks only where there are several."""
    if len(routes) < 2:
        return True, None
    dialog = Dialog(theme, parent, title, width=440)
    choice = RouteChoice(theme, memory)
    choice.show_routes(routes)
    dialog.add(choice)
    dialog.add_button("Cancel")
    dialog.add_button(action, answer="go", look=Look.FILLED, icon="play")
    choice.choice.setFocus()
    return (True, choice.route) if await dialog.ask() == "go" else (False, None)
