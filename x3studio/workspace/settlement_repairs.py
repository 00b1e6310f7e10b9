"""Assisted repair of damaged settlements: suggested line by line, accepted by a named person, taken back."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from x3studio.domain.chain import Entry, SettlementState
from x3studio.domain.repairs import Mend, Mending, Repair
from x3studio.settlement.mending import mends
from x3studio.store import Tables
from x3studio.sync.settling.archive import Read
from x3studio.sync.settling.repairing import accept, read_anew, take_back
from x3studio.workspace.settlement_accounts import SettlementAccounts, entry_in, named

Keep = Callable[[Tables, Entry, Read], None]


class SettlementRepairs(SettlementAccounts):
    """The archived file never changes; a repair says how some of its lines are to be read."""

    async def mending(self, id: int) -> Mending:
        """What would mend a settlement's file, and the repair that stands."""
        entry, data, known, standing = await self._file(id)
        found: tuple[Mend, ...] = ()
        damaged = entry.state is SettlementState.QUARANTINED
        if damaged and standing is None:
            zone = known.rules.value("zone")
            found = await asyncio.to_thread(mends, data, zone=zone, vocabulary=known.vocabulary)
        return Mending(entry.id, entry.file_name, found, entry.why if damaged else "", standing, entry.fixed)

    async def repair(self, id: int, mend: Mend, *, who: str = "") -> None:
        """Reads the file as the mend says from now on, in a named person's name.

        Raises SettingFault where somebody repaired or posted it meanwhile, where it proves itself without,
        and where it does not prove itself even so.
        """
        accepted = Repair(mend, named(who), datetime.now(UTC))
        await self._read_anew(id, accepted, partial(accept, repair=accepted))

    async def take_back_repair(self, id: int, *, who: str = "") -> None:
        """Reads the file as it came again. Raises SettingFault where nothing stands, or once it is posted."""
        name = named(who)
        await self._read_anew(id, None, partial(take_back, who=name))

    async def _read_anew(self, id: int, repair: Repair | None, work: Keep) -> None:
        entry, data, known, _ = await self._file(id)
        found = await asyncio.to_thread(read_anew, entry, data, known, repair)

        def write(tables: Tables) -> None:
            # Asked again inside the transaction: another person may have been quicker.
            work(tables, entry_in(tables, id), found)

        await self._store.write(write)
        self._forget(id)
        await self.prove_all()

    def _forget(self, id: int) -> None:
        """Hears that a settlement reads otherwise from now on."""
