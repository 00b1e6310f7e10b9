"""The mapping workbench over the demo company, in every state that is to be looked at."""

import asyncio
from collections.abc import Awaitable, Callable

from PySide6.QtTest import QTest

from x3studio.domain.mappings import ItemPair, Judgement
from x3studio.domain.workbench import ConflictCode, Kind
from x3studio.gui.mapping.page import MappingPage
from x3studio.gui.mapping.strip import GRID
from x3studio.gui.window import Window
from x3studio.workbench import Filter

from .catalogue import catalogue

_PAUSE = 0.25


async def _page(window: Window, *, filled: bool = True) -> MappingPage:
    if filled:
        await catalogue(window.desk.host.store)
    window.go("mapping")
    assert isinstance(window.page, MappingPage)
    await _settled(window)
    return window.page


async def _settled(window: Window) -> None:
    for _round in range(60):
        await asyncio.sleep(0.02)
        if window.tasks.running <= 1:
            break
    await asyncio.sleep(_PAUSE)


async def _on(window: Window, sku: str) -> MappingPage:
    page = await _page(window)
    page.show_record(sku)
    await _settled(window)
    return page


async def focus(window: Window) -> None:
    """The first record that waits for a judgement, and some decisions behind it."""
    page = await _page(window)
    for act in ("accept", "none", "unsure"):
        page.acting.do(act)
        await _settled(window)


async def pack(window: Window) -> None:
    """A pack conflict with its offer."""
    await _on(window, "BR-BATT-AA-24")


async def family(window: Window) -> None:
    """The parent and its children as one tree."""
    page = await _on(window, "BR-KITTEL-WS-M")
    page.acting.do("family")
    await _settled(window)


async def tied(window: Window) -> None:
    """SKUs that begin alike, where Amazon knows no family; one of them is a pack with a conflict."""
    page = await _on(window, "BR-BATT-AA-24")
    page.acting.do("family")
    await _settled(window)


async def kit(window: Window) -> None:
    """The kit editor."""
    page = await _on(window, "BR-STARTER")
    page.acting.do("kit")
    await _settled(window)


async def factor(window: Window) -> None:
    """The pack factor editor."""
    page = await _on(window, "LT-GELB-6ER")
    page.session.act(page.acting.editing.pack, name="edit the pack factor")
    await _settled(window)


async def second_look(window: Window) -> None:
    """What was decided is judged again, without scores."""
    page = await _page(window)
    for act in ("accept", "none", "accept", "accept"):
        page.acting.do(act)
        await _settled(window)
    page.acting._aside(page.acting._second, "judge again")
    await _settled(window)


async def four_eyes(window: Window) -> None:
    """What earns most and only one person has seen."""
    page = await _page(window)
    pairs = [ItemPair("BR-ECO-SET", "BRA-KL-PK"), ItemPair("X0009-NEU", "LIN-TM-GE")]
    await window.desk.host.store.write(
        lambda tables: tables.mappings.decide_many(pairs, Judgement.ACCEPTED, who="Jonas")
    )
    await page.session.refresh()
    page.acting._aside(page.acting._four_eyes, "list what one person saw")
    await _settled(window)


async def nothing(window: Window) -> None:
    """Searched, and nothing found."""
    await _on(window, "BR-ECO-SET")


async def not_looked_up(window: Window) -> None:
    """Not searched yet, which is something else."""
    await _on(window, "X0009-NEU")


async def blind(window: Window) -> None:
    """Without scores."""
    page = await _on(window, "LT-GELB-2")
    page.acting.do("blind")


async def grid(window: Window) -> None:
    """The sheet, with a preview of what would be accepted."""
    page = await _page(window)
    page.set_mode(GRID)
    for row in page.grid.rows.snapshot()[:9:2]:
        page.grid.rows.toggle(page.grid.rows.snapshot().index(row))
    page.acting.do("bulk")
    await _settled(window)


async def sheet(window: Window) -> None:
    """The sheet before anything is asked for."""
    page = await _page(window)
    page.set_mode(GRID)


async def searched(window: Window) -> None:
    """Searching everything X3 has."""
    page = await _on(window, "BR-ECO-SET")
    window.activateWindow()
    await asyncio.sleep(0.1)
    page.acting.do("search")
    QTest.keyClicks(page.candidates.search, "packband")
    await _settled(window)


async def customers(window: Window) -> None:
    """Buyers instead of SKUs."""
    page = await _page(window)
    await page.open_kind(Kind.CUSTOMERS)
    await _settled(window)


async def codes(window: Window) -> None:
    """A code table."""
    page = await _page(window)
    await page.open_kind(Kind.MARKETPLACES)
    page.facets.show_filter(Filter(), tell=True)
    await _settled(window)


async def filtered_out(window: Window) -> None:
    """A filter that nothing passes."""
    page = await _page(window)
    page.facets.text.setText("stapler")
    page.facets.filtered.emit()
    await _settled(window)


async def drawer(window: Window) -> None:
    """The candidates' drawer, where the window is narrow."""
    page = await _on(window, "BR-BATT-AA-24")
    window.next_panel(-1)
    window.next_panel(-1)
    page.body.reveal(page.candidates)


async def empty(window: Window) -> None:
    """A workspace without masters."""
    await _page(window, filled=False)


async def keys(window: Window) -> None:
    """Other keys."""
    page = await _page(window)
    page.acting._rebind()
    await _settled(window)


async def busy(window: Window) -> None:
    """Matching goes on."""
    page = await _page(window)
    page.strip.show_busy("Matching: 214 of 612", share=214 / 612)


async def compared(window: Window) -> None:
    """Records that a conflict is about, side by side."""
    page = await _page(window)
    for row in range(page.session.deck.count):
        evidence = await page.session.bench.evidence(Kind.ITEMS, page.session.deck.key(row))
        shared = [one for one in evidence.conflicts if one.code is ConflictCode.EAN_SHARED]
        if shared and shared[0].offer is not None:
            page.show_record(page.session.deck.codes[row])
            await _settled(window)
            page.acting.offers.take(shared[0].offer)
            return


MAPPING: dict[str, Callable[[Window], Awaitable[None]]] = {
    "mapping-focus": focus,
    "mapping-pack": pack,
    "mapping-family": family,
    "mapping-tied": tied,
    "mapping-kit": kit,
    "mapping-factor": factor,
    "mapping-second-look": second_look,
    "mapping-four-eyes": four_eyes,
    "mapping-nothing": nothing,
    "mapping-not-looked-up": not_looked_up,
    "mapping-blind": blind,
    "mapping-grid": grid,
    "mapping-sheet": sheet,
    "mapping-search": searched,
    "mapping-customers": customers,
    "mapping-codes": codes,
    "mapping-filtered-out": filtered_out,
    "mapping-drawer": drawer,
    "mapping-empty": empty,
    "mapping-keys": keys,
    "mapping-busy": busy,
    "mapping-compared": compared,
}
"""By name, for tests/screens.py."""
