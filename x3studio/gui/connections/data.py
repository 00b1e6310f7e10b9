"""What the connections page reads of the store, and the one thing it notes there itself."""

from collections.abc import Sequence

from x3studio.domain.connections import ProbeStep, X3Connection
from x3studio.store import SavedConnection, Store

_STATES = {"token": "expired", "host": "unreachable"}
"""What a failed step says of a saved connection."""


async def load(store: Store) -> Sequence[SavedConnection]:
    """Every connection, X3 first, by name."""
    saved = await store.read(lambda tables: tables.connections.all())
    return sorted(saved, key=lambda one: not isinstance(one.connection, X3Connection))


async def note_failure(store: Store, name: str, step: ProbeStep) -> None:
    """Notes that a saved connection failed its test, where that says how it fares as a whole."""
    state = _STATES.get(step.key)
    if state is not None:
        said = step.said or step.found
        await store.write(lambda tables: tables.connections.set_state(name, state, said=said))
