"""What consultants say of stock and pushing travels with the project; comments and persons stay behind."""

import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from x3studio.domain.catalogue import Listing
from x3studio.domain.errors import SettingFault
from x3studio.domain.workbench import Key, Kind, Mark
from x3studio.vault import MemoryVault
from x3studio.workspace import Workspace
from x3studio.workspace.bundle import archive

DE = "A1PA6795UKMFR9"
PEN, CASE = Key("PEN"), Key("CASE")


async def _made(path: Path) -> Workspace:
    vault = MemoryVault({})
    vault.put("workspace", "key", secrets.token_hex(32))
    found = await Workspace.create(path, title="Hartmann", vault=vault)
    listings = [Listing(sku, f"B-{sku}", sku.title(), DE) for sku in ("PEN", "CASE")]
    await found.store.write(lambda tables: tables.masters.put_listings(listings))
    return found


@pytest.fixture
async def ours(tmp_path: Path) -> AsyncIterator[Workspace]:
    found = await _made(tmp_path / "ours.x3studio")
    yield found
    await found.close()


@pytest.fixture
async def theirs(tmp_path: Path) -> AsyncIterator[Workspace]:
    found = await _made(tmp_path / "theirs.x3studio")
    yield found
    await found.close()


async def _marks(workspace: Workspace) -> dict[tuple[Key, Mark], str]:
    found = await workspace.store.read(lambda tables: tables.marks.all(Kind.ITEMS))
    return {(one.key, one.mark): one.value for one in found}


async def test_sharing_and_pushing_travel_and_one_undo_takes_each_back(
    ours: Workspace, theirs: Workspace, tmp_path: Path
) -> None:
    bench = ours.workbench
    await bench.mark(Kind.ITEMS, [PEN, CASE], Mark.SHARE, "fba_fbm")
    await bench.mark(Kind.ITEMS, [PEN, CASE], Mark.PUSH, "on")
    await bench.mark(Kind.ITEMS, [PEN], Mark.COMMENT, "ask Ines")
    await bench.mark(Kind.ITEMS, [PEN], Mark.OWNER, "Ines")
    shown = await bench.evidence(Kind.ITEMS, PEN)
    said = next(row.words for row in shown.rows if row.field == "Noted")
    assert said == "stock is shared (FBA and FBM); its quantity may be sent to Amazon; ask Ines"
    stocked = Listing("CASE", "B-CASE", "Case", DE, fulfilled_by_amazon=True)
    await theirs.store.write(lambda tables: tables.masters.put_listings([stocked]))
    await ours.bundles.hand_out(tmp_path / "a.x3bundle")
    received = await theirs.bundles.look(tmp_path / "a.x3bundle")
    assert "share of items PEN" in received.fresh
    await theirs.bundles.take_over(received)
    # What Amazon stocks is never pushed, whoever says so.
    taken = {(PEN, Mark.SHARE): "fba_fbm", (CASE, Mark.SHARE): "fba_fbm", (PEN, Mark.PUSH): "on"}
    assert await _marks(theirs) == taken
    again = await theirs.bundles.look(tmp_path / "a.x3bundle")
    assert [name for name in again.fresh if " of items " in name] == ["push of items CASE"]
    assert await theirs.workbench.undo() is not None
    assert len(await _marks(theirs)) in (1, 2)


@pytest.mark.parametrize(
    "marks",
    [
        '[["items", ["PEN", "", "", ""], "comment", "hello"]]',
        '[["items", ["PEN", "", "", ""], "share", ""]]',
        '[["items", ["PEN"], "nonsense", "x"]]',
        '[["items", ["PEN", "", "", "", "", ""], "share", "x"]]',
        '[["items"]]',
    ],
)
async def test_marks_that_do_not_travel_are_refused(theirs: Workspace, tmp_path: Path, marks: str) -> None:
    path = tmp_path / "odd.x3bundle"
    members = {"marks.json": marks.encode(), "rules.json": b"[]"}
    archive.write(path, members, facts={"title": "", "written_by": "", "at": ""})
    with pytest.raises(SettingFault):
        await theirs.bundles.look(path)
