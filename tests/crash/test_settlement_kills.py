"""Posting settlements, killed at random moments: each part in X3 once, every settlement whole."""

import asyncio
import json
import os
import random
import secrets
import sys
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.crash.clients import Product
from tests.crash.rig import forked, killed
from tests.crash.served import served
from tests.settlement.making import Draft, other, sale
from tests.workspace.settled import first_of_month, give_accounts
from x3studio.domain.chain import SettlementState
from x3studio.workspace import Workspace

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="the rig forks"),
    pytest.mark.timeout(400),
]
_SETTLEMENTS = 12


def drafts(folder: Path) -> list[Path]:
    """Downloaded files of settlements that end in the month after they began: two parts each."""
    made = []
    for number in range(_SETTLEMENTS):
        lines = (
            *sale(number, f"{10 + number}.49", posted=first_of_month(2) + timedelta(days=19)),
            *sale(number + 500, "7.10", posted=first_of_month(1) + timedelta(days=2)),
            other("Subscription Fee", "-1.00", posted=first_of_month(1) + timedelta(days=2)),
        )
        draft = Draft(
            lines,
            settlement_id=f"{28471000000 + number}",
            start=first_of_month(2) + timedelta(days=18),
            end=first_of_month(1) + timedelta(days=3),
            deposit=first_of_month(1) + timedelta(days=5),
        )
        path = folder / f"settlement {number}.txt"
        path.write_text(draft.text())
        made.append(path)
    return made


async def prepare(product: Product, files: list[Path]) -> None:
    workspace = await Workspace.open(product.path, vault=product.vault())
    await give_accounts(workspace)
    await workspace.settlements.take(files)
    await workspace.close()


async def post_all(product: Product) -> None:
    workspace = await Workspace.open(product.path, vault=product.vault())
    await workspace.running.carry_out(await workspace.running.queue("settlements", started_by="rig"))
    await workspace.close()


async def states(product: Product) -> list[tuple[SettlementState, tuple[str, ...], int]]:
    workspace = await Workspace.open(product.path, vault=product.vault())
    chain = await workspace.settlements.chain()
    await workspace.close()
    return [(entry.state, entry.numbers, entry.parts) for entry in chain.entries if entry.by_hand]


def test_killed_postings_leave_every_part_once_and_every_settlement_whole(tmp_path: Path) -> None:
    lives = random.Random(11)
    with served(tmp_path, orders=60) as systems:
        product = Product(systems, tmp_path / "rig.x3studio", secrets.token_hex(32))
        files = drafts(tmp_path)
        os.waitpid(forked(product.prepare), 0)
        os.waitpid(forked(lambda: asyncio.run(prepare(product, files))), 0)
        deaths = sum(
            killed(forked(lambda: asyncio.run(post_all(product))), lives.uniform(0.2, 1.2)) for _ in range(7)
        )
        for _ in range(2):
            os.waitpid(forked(lambda: asyncio.run(post_all(product))), 0)
        written = [json.loads(line) for line in systems.ledger.read_text().splitlines()]
        found = asyncio.run(states(product))
    references = Counter(entry["reference"] for entry in written if entry["kind"] == "GAS")
    assert deaths > 2
    assert len(found) == _SETTLEMENTS
    assert all(
        state is SettlementState.POSTED and len(numbers) == parts == 2 for state, numbers, parts in found
    )
    assert [reference for reference, times in references.items() if times > 1] == []
    assert {f"{28471000000 + n}-{part}" for n in range(_SETTLEMENTS) for part in (1, 2)} <= references.keys()


def test_the_parts_of_a_draft_add_up(tmp_path: Path) -> None:
    """The rig's own settlements are what it takes them for."""
    path = drafts(tmp_path)[0]
    amounts = [line.split("\t")[14] for line in path.read_text().splitlines()[2:]]
    total = path.read_text().splitlines()[1].split("\t")[4]
    assert sum(map(Decimal, amounts)) == Decimal(total)
