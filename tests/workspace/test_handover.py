"""The report that ends a project: its figures are those of the workspace, and its hash is the project's."""

import secrets
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest

from x3studio.domain.catalogue import Listing
from x3studio.domain.mappings import CodePair, CustomerPair, ItemPair, Judgement
from x3studio.domain.money import Money
from x3studio.domain.workbench import Kind, RecordState
from x3studio.store import Tables
from x3studio.vault import MemoryVault
from x3studio.workspace import Workspace
from x3studio.workspace.handover import handover

DE = "A1PA6795UKMFR9"


@pytest.fixture
async def workspace(tmp_path: Path) -> AsyncIterator[Workspace]:
    vault = MemoryVault({})
    vault.put("workspace", "key", secrets.token_hex(32))
    found = await Workspace.create(tmp_path / "w.x3studio", title="Hartmann", vault=vault)
    await found.store.write(_prepared)
    yield found
    await found.close()


def _prepared(tables: Tables) -> None:
    tables.masters.put_listings(
        [
            Listing(f"HB-{n}", f"B{n}", f"Stift {n}", DE, price=Money(Decimal(n), "EUR"), quantity=10)
            for n in range(1, 6)
        ]
    )
    accepted: list[ItemPair] = [ItemPair("HB-1", "ITM1"), ItemPair("HB-2", "ITM2")]
    tables.mappings.decide_many(accepted, Judgement.ACCEPTED, who="ines")
    tables.mappings.decide(ItemPair("HB-3", ""), Judgement.REJECTED, who="paul")
    tables.mappings.decide(CustomerPair("BPC1", DE, "FBM"), Judgement.ACCEPTED, who="ines")
    tables.mappings.decide(CustomerPair("BPC2", vat_number="DE123456789"), Judgement.ACCEPTED, who="ines")
    tables.mappings.decide(CodePair(Kind.CARRIERS, "DHL", "YDHL"), Judgement.ACCEPTED, who="ines")


async def test_the_figures_are_those_of_the_workspace(workspace: Workspace) -> None:
    report = await handover(workspace.store, workspace.workbench, title=workspace.title)
    assert (report.coverage.records.total, report.coverage.records.by_hand) == (4, 2)
    assert dict(report.states)[RecordState.REJECTED] == 1
    assert [one.code for one in report.open] == ["HB-5", "HB-4"]
    assert report.open_count == 2
    assert [(one.who, one.decisions, one.rejected) for one in report.kept.deciders] == [
        ("ines", 5, 0),
        ("paul", 1, 1),
    ]
    assert [pair.target for pair in report.kept.codes] == ["YDHL"]


async def test_the_hash_is_that_of_the_project_file_and_changes_with_a_decision(
    workspace: Workspace, tmp_path: Path
) -> None:
    report = await handover(workspace.store, workspace.workbench, title="")
    assert (await workspace.bundles.hand_out(tmp_path / "a")).project == report.kept.project
    await workspace.mapping.decide(ItemPair("HB-4", "ITM4"), Judgement.ACCEPTED)
    assert (
        await handover(workspace.store, workspace.workbench, title="")
    ).kept.project != report.kept.project
