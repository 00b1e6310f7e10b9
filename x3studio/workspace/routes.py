"""From where to where a flow runs: one Amazon account and one X3 folder."""

from collections.abc import Sequence
from dataclasses import dataclass

from x3studio.domain.connections import AmazonConnection, X3Connection
from x3studio.domain.errors import SettingFault


@dataclass(frozen=True, slots=True)
class Route:
    """A pair of connections; its name is what runs and checkpoints are kept under."""

    amazon: AmazonConnection
    x3: X3Connection

    @property
    def name(self) -> str:
        return f"{self.amazon.name}>{self.x3.name}"


def routes_between(connections: Sequence[X3Connection | AmazonConnection]) -> list[Route]:
    """Every pair that the saved connections allow, in the order they were saved."""
    folders = [connection for connection in connections if isinstance(connection, X3Connection)]
    sellers = [connection for connection in connections if isinstance(connection, AmazonConnection)]
    return [Route(seller, folder) for folder in folders for seller in sellers]


def choose(routes: Sequence[Route], wanted: str | None) -> Route:
    """The wanted route, or the only one; raises SettingFault where that is not clear."""
    if not routes:
        raise SettingFault(
            "A flow needs a connection to X3 and one to Amazon.",
            field="connection",
            advice="Connect both first: in the window under Connections, or with x3studio connect.",
        )
    matching = [route for route in routes if wanted in (None, route.name)]
    if len(matching) == 1:
        return matching[0]
    names = ", ".join(route.name for route in routes)
    raise SettingFault(
        f"There is no route {wanted}." if wanted else "Several routes are possible.",
        field="route",
        advice=f"Choose one of {names}.",
    )
