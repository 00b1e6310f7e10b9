"""The mapping page over the demo company: most of it decided, some SKUs that orders wait for."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp

from PySide6.QtTest import QTest

from x3studio.domain.mappings import ItemPair, Judgement
from x3studio.gui.mapping.page import MappingPage
from x3studio.gui.widgets.dialog import Dialog
from x3studio.gui.window import Window
from x3studio.sandbox.world import World
from x3studio.store import Store, Tables

from .scenes import WHO

OPEN = 14
"""So many further SKUs are not decided yet; no order waits for them."""
_NONE = ("KR-KARTE", "BR-PACK", "HF-LOCH")


async def catalogue(store: Store, *, decided: bool = True) -> World:
    """Fills masters, listings and decisions over the morning's store; returns the demo company."""
    world = World.build(seed=7, items=60, orders=0, now=datetime.now(UTC))

    def work(tables: Tables) -> None:
        tables.masters.put_items([entry.item for entry in world.items.values()])
        tables.masters.put_customers(list(world.customers.values()))
        tables.masters.put_listings(list(world.listings.values()))
        if decided:
            _decide(tables, world)

    await store.write(work)
    return world


def _decide(tables: Tables, world: World) -> None:
    waiting = set(skus_that_wait(tables))
    pairs = [pair for pair in world.item_pairs() if pair.seller_sku not in waiting]
    rest = sorted(pairs, key=lambda pair: not pair.components)[: len(pairs) - OPEN]
    for pair in rest:
        judgement = Judgement.REJECTED if pair.seller_sku.startswith(_NONE) else Judgement.ACCEPTED
        shown = (
            pair
            if judgement is Judgement.ACCEPTED
            else ItemPair(pair.seller_sku, "", marketplace=pair.marketplace)
        )
        tables.mappings.decide(shown, judgement, who=WHO)
    for customer in world.customer_pairs()[:9]:
        tables.mappings.decide(customer, Judgement.ACCEPTED, who=WHO)


def skus_that_wait(tables: Tables) -> list[str]:
    """The SKUs orders wait for, the most wanted first."""
    rows = tables.mappings.page(only="unmapped", sort="waiting").rows
    return [row.sku for row in rows if row.waiting]


async def _page(window: Window) -> MappingPage:
    await catalogue(window.desk.host.store)
    window.go("mapping")
    assert isinstance(window.page, MappingPage)
    await asyncio.sleep(0.2)
    return window.page


async def to_map(window: Window) -> None:
    """What is to be mapped, the SKU most orders wait for first, candidates under what is typed."""
    page = await _page(window)
    window.activateWindow()
    await asyncio.sleep(0.1)
    page.items.detail.focus_item()
    QTest.keyClicks(page.items.detail.item.input, "packband")
    await asyncio.sleep(0.3)


async def everything(window: Window) -> None:
    """All SKUs, one of them mapped with a history."""
    page = await _page(window)
    page.items.only.choose("mapped")
    page.items._restart()
    await asyncio.sleep(0.2)
    page.items.table.step(9)


async def kit(window: Window) -> None:
    """A kit, read-only."""
    page = await _page(window)
    page.show_record("SET-MARKER-4")
    await asyncio.sleep(0.2)


async def freed(window: Window) -> None:
    """A decision that set orders free, and the next SKU in hand."""
    page = await _page(window)
    page.items.detail.item.input.setText("LIN-TM-GE")
    page.items.detail.pack.setText("6")
    page.items.detail.try_save()
    await asyncio.sleep(0.3)


async def customers(window: Window) -> None:
    """The buyers."""
    page = await _page(window)
    page._turn("customers")
    await asyncio.sleep(0.2)


async def unknown(window: Window) -> None:
    """An item X3 does not know, said before it is taken."""
    page = await _page(window)
    page.items.detail.item.input.setText("ITM0999")
    page.items.detail.try_save()
    await asyncio.sleep(0.2)


async def importing(window: Window) -> None:
    """A file before it is taken over."""
    page = await _page(window)
    path = Path(mkdtemp()) / "mapping-answers.csv"
    lines = ["seller_sku,itmref,pack_factor,marketplace,components,note"]
    skus = await window.desk.host.store.read(skus_that_wait)
    lines += [f"{sku},LIN-TM-GE,{n + 1},A1PA6795UKMFR9,," for n, sku in enumerate(skus)]
    lines += ["LT-GELB,LIN-TM-GN,1,A1PA6795UKMFR9,,", "LT-GRUEN,LIN-TM-GN,1,A1PA6795UKMFR9,,", "LT-ROSA,,,,,"]
    await asyncio.to_thread(path.write_text, "\n".join(lines))
    page.import_file(path, "items")
    for _turn in range(100):
        await asyncio.sleep(0.02)
        if [one for one in window.findChildren(Dialog) if one.isVisible()]:
            return


async def empty(window: Window) -> None:
    """A search that found nothing."""
    page = await _page(window)
    page.items.search.setText("stapler")
    page.items._restart()


MAPPING = {
    "mapping-to-map": to_map,
    "mapping-mapped": everything,
    "mapping-kit": kit,
    "mapping-freed": freed,
    "mapping-customers": customers,
    "mapping-unknown": unknown,
    "mapping-import": importing,
    "mapping-empty": empty,
}
"""By name, for tests/screens.py."""
