"""What the mapping page reads of the store itself: cases that a decision sets free, and the masters' age."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from x3studio.domain.catalogue import Item
from x3studio.domain.connections import X3Connection
from x3studio.domain.monitor import CaseState
from x3studio.store import Store, Tables

KINDS = ("items", "customers", "listings")
_UNSOLVED = (CaseState.NEW, CaseState.OPEN, CaseState.WAITING)


async def freed(store: Store, references: Collection[str]) -> Mapping[str, Sequence[int]]:
    """The unsolved mapping cases of these records, by flow."""
    wanted = frozenset(references)

    def read(tables: Tables) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        before: int | None = None
        while True:
            cases = tables.exceptions.page(before=before, states=_UNSOLVED, causes=("mapping",))
            for case in cases.rows:
                if case.reference in wanted:
                    found.setdefault(case.flow, []).append(case.id)
            before = cases.next
            if before is None:
                return found

    return await store.read(read)


async def item(store: Store, itmref: str) -> Item | None:
    """An X3 item with its units, None where the masters do not have it."""
    found = await store.read(lambda tables: tables.masters.items_by_ref([itmref]))
    return found.get(itmref)


@dataclass(frozen=True, slots=True)
class Masters:
    """How old the copies of the masters are, and whether X3 was reached when it was asked last."""

    ages: Mapping[str, datetime | None]
    unreachable: bool


async def masters(store: Store) -> Masters:
    """The age of each kind of masters here."""

    def read(tables: Tables) -> Masters:
        saved = tables.connections.all()
        unreachable = any(
            one.state == "unreachable" for one in saved if isinstance(one.connection, X3Connection)
        )
        return Masters({kind: tables.masters.age(kind) for kind in KINDS}, unreachable)

    return await store.read(read)
