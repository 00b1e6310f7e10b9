"""The bills of an archived settlement, for sites that post each order as a document of its own."""

import asyncio

from x3studio.domain.errors import Refused
from x3studio.settlement.fees import QUANTITIES
from x3studio.settlement.invoices import Bill, bills
from x3studio.settlement.reading import read_settlement
from x3studio.store import Store
from x3studio.sync.settling.knowledge import Knowledge


async def bills_of(store: Store, id: int, known: Knowledge) -> tuple[Bill, ...] | Refused | None:
    """Its bills; None where the site posts summarised journals; Refused where no invoice can hold a sale."""
    if known.rules.value("mode") != "documents":
        return None
    data, repair = await store.read(lambda tables: (tables.settlements.data(id), tables.repairs.standing(id)))

    def work() -> tuple[Bill, ...]:
        zone, touches = known.rules.value("zone"), repair.mend.touches if repair else ()
        return bills(read_settlement(data, zone=zone, also=QUANTITIES, touches=touches), known.vocabulary)

    try:
        return await asyncio.to_thread(work)
    except Refused as fault:
        return fault
