"""What the frame shows of the store: connections, and how much waits behind each entry of the rail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from x3studio.domain.connections import X3Connection
from x3studio.domain.monitor import CaseState
from x3studio.domain.runs import Run
from x3studio.store import SavedConnection, Store, Tables
from x3studio.workspace.scheduling import plans_in

TROUBLE = ("expired", "unreachable")


@dataclass(frozen=True, slots=True)
class ShellData:
    """`badges` counts by page key, none at zero; `next_run` is the first that a schedule starts,
    `ended` are the runs that have ended lately.
    """

    connections: Sequence[SavedConnection]
    badges: Mapping[str, int]
    next_run: datetime | None = None
    ended: Sequence[Run] = ()

    @property
    def x3(self) -> X3Connection | None:
        """The first X3 connection by name: the one the top bar names."""
        sides = [saved.connection for saved in self.connections]
        return next((side for side in sides if isinstance(side, X3Connection)), None)


async def load(store: Store, *, ended_after: datetime) -> ShellData:
    """Reads connections, counts, and which runs have ended since a moment."""
    return await store.read(lambda tables: _read(tables, ended_after))


def _read(tables: Tables, ended_after: datetime) -> ShellData:
    connections = tables.connections.all()
    states = tables.exceptions.counts()["state"]
    badges = {
        "exceptions": sum(number for state, number in states.items() if state != CaseState.RESOLVED),
        "connections": sum(saved.state in TROUBLE for saved in connections),
    }
    # X3 first: the side every flow ends at.
    ordered = sorted(connections, key=lambda saved: not isinstance(saved.connection, X3Connection))
    dues = [plan.due for plan in plans_in(tables) if plan.due is not None]
    shown = {key: number for key, number in badges.items() if number}
    ended = tables.runs.ended_after(ended_after)
    return ShellData(ordered, shown, min(dues, default=None), ended)
