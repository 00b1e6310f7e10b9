"""Damaged settlements in a workspace: repaired by a named person, proven again, taken back until posted."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.settlement.making import PLAIN as SAMPLE
from tests.workspace.settled import Desk, desk, first_of_month, give_accounts, moved
from x3studio.domain.bookkeeping import AccountRule, Took
from x3studio.domain.chain import Entry, SettlementState
from x3studio.domain.errors import SettingFault
from x3studio.domain.repairs import Mend, Touch
from x3studio.domain.settlements import Account, Verdict
from x3studio.store import Tables
from x3studio.sync.settling.archive import Read
from x3studio.sync.settling.proving import stored_proof
from x3studio.sync.settling.repairing import read_anew
from x3studio.workspace import settlement_accounts

PLAIN = moved(SAMPLE, first_of_month(1) + timedelta(days=1))
TEXT = PLAIN.text()
COMMA = TEXT.replace("129.99", "129,99", 1)
SIGN = TEXT.replace("-39.99", "39.99", 1)


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(tmp_path) as opened:
        yield opened


async def damaged(here: Desk, folder: Path, text: str, name: str = "damaged.txt") -> Entry:
    path = folder / name
    path.write_text(text)
    (taken,) = await here.workspace.settlements.take([path])
    assert taken.took is Took.QUARANTINED and taken.entry is not None
    return await here.workspace.settlements.find(str(taken.entry))


@pytest.mark.parametrize("text", [COMMA, SIGN, TEXT[:-12]], ids=["comma", "sign", "tail"])
async def test_an_accepted_repair_is_proven_posted_and_leaves_the_file_alone(
    here: Desk, tmp_path: Path, text: str
) -> None:
    service = here.workspace.settlements
    held = await damaged(here, tmp_path, text)
    found = await service.mending(held.id)
    await service.repair(held.id, found.mends[0], who="Ada")
    await give_accounts(here.workspace)
    ready = await service.find(PLAIN.settlement_id)
    assert (ready.id, ready.state, ready.total) == (held.id, SettlementState.READY, PLAIN.sum)
    sheet = await service.sheet(held.id)
    assert sheet.proof is not None and sheet.repair is not None
    check = sheet.proof.check("B1")
    assert check.verdict is Verdict.WARN and "repaired by Ada on 20" in check.detail
    assert sheet.explanations["B1"].who == "Ada" and sheet.repair.mend == found.mends[0]
    assert (await service.lines(held.id)).sum == PLAIN.sum
    await service.copy_out(held.id, tmp_path / "copy.txt")
    assert (tmp_path / "copy.txt").read_text() == text
    posted = await service.post(held.id, who="Ada")
    assert all(part.number for part in posted.parts)
    with pytest.raises(SettingFault, match="posted already"):
        await service.take_back_repair(held.id, who="Ada")
    with pytest.raises(SettingFault, match="posted already"):
        await service.repair(held.id, found.mends[0], who="Bob")
    assert (await service.mending(held.id)).fixed


async def test_a_repair_is_taken_back_and_another_accepted(here: Desk, tmp_path: Path) -> None:
    service = here.workspace.settlements
    held = await damaged(here, tmp_path, COMMA)
    (mend,) = (await service.mending(held.id)).mends
    await service.repair(held.id, mend, who="Ada")
    assert (await service.mending(held.id)).mends == ()
    await service.take_back_repair(held.id, who="Bob")
    again = await service.find(str(held.id))
    assert again == held
    assert (await service.sheet(held.id)).explanations["B1"].words == ""
    with pytest.raises(SettingFault, match="no repair to take back"):
        await service.take_back_repair(held.id, who="Bob")
    await service.repair(held.id, mend, who="Bob")
    standing = (await service.mending(held.id)).accepted
    assert standing is not None and standing.who == "Bob"
    kept = await here.workspace.store.read(
        lambda tables: tables.conn.execute(
            "SELECT who, undone_by FROM settlement_repairs ORDER BY id"
        ).fetchall()
    )
    assert kept == [("Ada", "Bob"), ("Bob", "")]


async def test_of_two_persons_the_second_is_told_who_was_quicker(here: Desk, tmp_path: Path) -> None:
    service = here.workspace.settlements
    held = await damaged(here, tmp_path, SIGN)
    (mend,) = (await service.mending(held.id)).mends
    both = await asyncio.gather(
        service.repair(held.id, mend, who="Ada"),
        service.repair(held.id, mend, who="Bob"),
        return_exceptions=True,
    )
    (fault,) = [each for each in both if isinstance(each, SettingFault)]
    standing = (await service.mending(held.id)).accepted
    assert standing is not None and f"repaired by {standing.who}" in fault.title and fault.advice


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            lambda touch: replace(touch, new=touch.new.replace("129.99", "130.00")),
            "still does not prove itself",
        ),
        (lambda touch: replace(touch, new=""), "still does not prove itself"),
        (lambda touch: replace(touch, old="something else"), "not the line that was repaired"),
        (lambda touch: replace(touch, line=999), "not the line that was repaired"),
        (lambda touch: replace(touch, new=touch.new.replace("129.99", "129,99")), "mixes two ways"),
    ],
    ids=["another amount", "left out", "another line's text", "beyond the end", "not mended"],
)
async def test_what_does_not_prove_itself_is_never_accepted(
    here: Desk, tmp_path: Path, change: object, words: str
) -> None:
    assert callable(change)
    service = here.workspace.settlements
    held = await damaged(here, tmp_path, COMMA)
    (mend,) = (await service.mending(held.id)).mends
    with pytest.raises(SettingFault, match=words):
        await service.repair(held.id, replace(mend, touches=(change(mend.touches[0]),)), who="Ada")
    assert await service.find(str(held.id)) == held


async def test_a_whole_settlement_is_not_repaired(here: Desk, tmp_path: Path) -> None:
    service = here.workspace.settlements
    (tmp_path / "whole.txt").write_text(TEXT)
    (taken,) = await service.take([tmp_path / "whole.txt"])
    assert taken.entry is not None
    assert (await service.mending(taken.entry)).mends == ()
    mend = Mend((Touch(3, TEXT.split("\n")[2], TEXT.split("\n")[2]),), "Nothing.")
    with pytest.raises(SettingFault, match="nothing to repair"):
        await service.repair(taken.entry, mend, who="Ada")
    with pytest.raises(SettingFault, match="no settlement 77"):
        await service.mending(77)


async def test_a_damaged_copy_of_an_archived_settlement_is_not_repaired_beside_it(
    here: Desk, tmp_path: Path
) -> None:
    service = here.workspace.settlements
    (tmp_path / "whole.txt").write_text(TEXT)
    await service.take([tmp_path / "whole.txt"])
    held = await damaged(here, tmp_path, COMMA)
    with pytest.raises(SettingFault, match=f"{PLAIN.settlement_id} is archived already, from whole.txt"):
        await service.repair(held.id, (await service.mending(held.id)).mends[0], who="Ada")


async def test_a_whole_file_takes_the_place_of_a_repaired_one_until_it_is_posted(
    here: Desk, tmp_path: Path
) -> None:
    service = here.workspace.settlements
    held = await damaged(here, tmp_path, SIGN)
    await service.repair(held.id, (await service.mending(held.id)).mends[0], who="Ada")
    (tmp_path / "worse.txt").write_text(TEXT.replace("-39.99", "-3999"))
    (worse,) = await service.take([tmp_path / "worse.txt"])
    assert worse.took is not Took.ARCHIVED and worse.entry == held.id
    (tmp_path / "whole.txt").write_text(TEXT)
    (better,) = await service.take([tmp_path / "whole.txt"])
    assert better.took is Took.ARCHIVED and better.entry is not None
    assert (await service.sheet(better.entry)).repair is None
    with pytest.raises(SettingFault, match="no settlement"):
        await service.mending(held.id)


async def meanwhile(
    here: Desk, monkeypatch: pytest.MonkeyPatch, work: Callable[[], Awaitable[object]]
) -> None:
    """Has every open settlement read again, and does the work after the first file was read."""
    parsed, done = threading.Event(), threading.Event()

    def slowly(*file: object) -> Read:
        found = read_anew(*file)  # type: ignore[arg-type]
        parsed.set()
        assert done.wait(30)
        return found

    monkeypatch.setattr(settlement_accounts, "read_anew", slowly)
    reading = asyncio.ensure_future(here.workspace.settlements.add_places_file())
    assert await asyncio.to_thread(parsed.wait, 30)
    try:
        await work()
    finally:
        done.set()
    await reading


async def test_what_is_posted_while_its_file_is_read_again_stays_as_it_was_proven(
    here: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = here.workspace.settlements
    (tmp_path / "whole.txt").write_text(TEXT)
    (taken,) = await service.take([tmp_path / "whole.txt"])
    assert taken.entry is not None
    id = taken.entry
    await give_accounts(here.workspace)

    async def accounts() -> set[str]:
        proof = await here.workspace.store.read(lambda tables: stored_proof(tables, id))
        assert proof is not None
        return {line.account.code for part in proof.parts for line in part.lines if line.account}

    async def post_otherwise() -> None:
        codes = {rule.group: rule.account.code for rule in await service.account_rules() if rule.account}
        await service.set_account(AccountRule("sales", Account(codes["refunds"])), who="Ada")
        posted = await service.post(id, who="Ada")
        assert all(part.number for part in posted.parts)
        written.update(await accounts())

    written: set[str] = set()
    await meanwhile(here, monkeypatch, post_otherwise)
    assert await accounts() == written
    assert (await service.find(str(id))).state is SettlementState.POSTED


async def test_what_is_gone_when_its_file_was_read_again_is_passed_over(
    here: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "whole.txt").write_text(TEXT)
    (taken,) = await here.workspace.settlements.take([tmp_path / "whole.txt"])
    assert taken.entry is not None
    id = taken.entry

    def remove(tables: Tables) -> None:
        tables.settlements.remove(id)

    await meanwhile(here, monkeypatch, lambda: here.workspace.store.write(remove))
    assert await here.workspace.store.read(lambda tables: tables.settlements.get(id)) is None
    left = await here.workspace.store.read(
        lambda tables: [
            tables.conn.execute(f"SELECT count(*) FROM {name} WHERE settlement = ?", (id,)).fetchone()[0]
            for name in ("settlement_fees", "settlement_orders")
        ]
    )
    assert left == [0, 0]


async def test_what_is_repaired_while_its_file_is_read_again_stays_repaired(
    here: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = here.workspace.settlements
    held = await damaged(here, tmp_path, SIGN)
    (mend,) = (await service.mending(held.id)).mends
    await meanwhile(here, monkeypatch, lambda: service.repair(held.id, mend, who="Ada"))
    after = await service.find(str(held.id))
    assert (after.state, after.total) == (SettlementState.BLOCKED, PLAIN.sum)
    assert (await service.mending(held.id)).wrong == ""
