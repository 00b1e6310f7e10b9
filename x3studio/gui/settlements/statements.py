"""What others say beside the settlements: the bank of deposits, VAT reports of where orders went."""

from collections.abc import Sequence
from pathlib import Path

from x3studio.gui.page import Desk
from x3studio.gui.states import State, counted
from x3studio.gui.theme import Tone


async def add(desk: Desk, paths: Sequence[Path], *, currency: str) -> None:
    """Takes statements over; `currency` is the account's where a file names none."""
    for path in paths:
        found = await desk.host.settlements.add_bank_file(path, currency=currency)
        days = sorted(line.day for line in found)
        span = f", {days[0]:%d %b %Y} to {days[-1]:%d %b %Y}" if days else ""
        words = f"{counted(len(found), 'bank movement')} from {path.name}{span}"
        desk.notify(State("circle-check", words, Tone.OK if found else Tone.IDLE))


async def add_places(desk: Desk, paths: Sequence[Path]) -> bool:
    """Takes VAT reports over; True, as every settlement that waits is proven anew."""
    for path in paths:
        count = await desk.host.settlements.add_places_file(path)
        words = f"{path.name} tells where {counted(count, 'order')} went"
        desk.notify(State("circle-check", words, Tone.OK if count else Tone.IDLE))
    return True
