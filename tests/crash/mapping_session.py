"""A mapping session that says what was acknowledged, to be killed at any moment.

Run: python -m tests.crash.mapping_session FILE SEED
"""

import asyncio
import random
import sys
from pathlib import Path

from x3studio.domain.mappings import Judgement
from x3studio.domain.workbench import Key, Kind, Mark
from x3studio.store import Store
from x3studio.workspace.workbench.service import Workbench
from x3studio.workspace.workbench.values import Choice

KEY = bytes(range(32))
SKUS = 40


async def main(path: Path, seed: int) -> None:
    """Decides, marks, undoes and redoes without end; prints each action once it was acknowledged."""
    dice = random.Random(seed)
    async with Store.open(path, key=KEY) as store:
        bench = Workbench(store)
        await bench.deck(Kind.ITEMS)
        while True:
            await _act(bench, dice)


async def _act(bench: Workbench, dice: random.Random) -> None:
    keys = [Key(f"S{number:02d}") for number in dice.sample(range(SKUS), dice.choice((1, 1, 1, 6)))]
    what = dice.choice(("accept", "accept", "reject", "mark", "undo", "redo"))
    print("try", what, flush=True)
    if what == "undo":
        done = await bench.undo()
    elif what == "redo":
        done = await bench.redo()
    elif what == "mark":
        done = await bench.mark(Kind.ITEMS, keys, Mark.COMMENT, f"note {dice.randrange(1_000)}")
    else:
        judgement = Judgement.ACCEPTED if what == "accept" else Judgement.REJECTED
        target = f"ITM{dice.randrange(9)}" if what == "accept" else ""
        done = await bench.decide([Choice(Kind.ITEMS, key, target, judgement=judgement) for key in keys])
    print("done", done.step if done else 0, flush=True)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
