"""The first job from the first look to the X3 number, played by keys and clicks at the real window."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from x3studio.domain.runs import RunState
from x3studio.gui.faults import Door
from x3studio.gui.memory import Memory
from x3studio.gui.theme import Theme

from . import story

Drive = Callable[[Any], Any]


def test_an_order_is_refused_mapped_replayed_and_read_back(
    drive: Drive, theme: Theme, memory: Memory, door: Door
) -> None:
    async def scene() -> None:
        async with story.staged(theme, memory, door) as staged:
            store = staged.workspace.store
            await story.begins_connected(staged)
            rehearsal = await story.rehearses(staged)
            assert rehearsal.counts.sent == 0 and rehearsal.counts.translated > 0
            run = await story.runs_partly(staged)
            assert run.state is RunState.PARTIAL
            assert run.counts.confirmed == run.counts.sent == rehearsal.counts.translated
            waiting = await story.finds_the_cause(staged)
            await story.maps_the_sku(staged, waiting=waiting)
            pairs = await store.read(lambda tables: tables.mappings.items_for([story.SKU]))
            assert [(pair.itmref, pair.pack_factor) for pair in pairs.values()] == [(story.ITEM, Decimal(6))]
            replay = await story.replays(staged, waiting=waiting)
            assert replay.state is RunState.DONE and replay.counts.confirmed == waiting
            await story.finds_fewer_exceptions(staged, left=run.counts.refused - waiting)
            await story.takes_it_back(staged)
            assert not await store.read(lambda tables: tables.mappings.items_for([story.SKU]))
            again = await story.signs_in_again(staged)
            assert again.state is RunState.DONE
            await story.connects_another(staged, folder="BRKPRD")

    drive(scene())
