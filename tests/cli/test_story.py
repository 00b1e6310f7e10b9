"""The whole story, told by commands alone: connected, mapped, run, repaired, replayed, compared."""

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.story import Said, connected, documents
from tests.crash.served import LATE, Served, served

OUTCOME = {"run", "flow", "state", "read", "translated", "refused", "sent", "confirmed", "reason"}
EXCEPTION = {"id", "flow", "reference", "class", "message", "advice", "state"}
EXCHANGE = {"id", "run", "record", "operation", "direction", "system", "status", "duration_ms", "at"}


class Told:
    """What happened up to a point; each test looks at one side of it."""

    def __init__(self, home: Path, systems: Served) -> None:
        self.systems = systems
        self.program = program = connected(home, systems, mapped=False)
        self.fetched = {kind: program("fetch", kind, "--json") for kind in ("items", "customers", "listings")}
        self.unmapped_rehearsal = program("run", "orders", "--dry-run", "--limit", "3")
        found = re.search(r"SKU (\S+)\. ", self.unmapped_rehearsal.out)
        assert found
        mapping = list(csv.DictReader(systems.mappings.read_text(encoding="utf-8").splitlines()))
        self.left_out = [row for row in mapping if row["seller_sku"] == found[1]]
        self.rest = home / "rest.csv"
        with self.rest.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(mapping[0]))
            writer.writeheader()
            writer.writerows(row for row in mapping if row["seller_sku"] != found[1])
        self.imported = program("map", "import", self.rest, "--json")
        self.rehearsal = program("run", "orders", "--dry-run")
        self.before = systems.ledger.read_text(encoding="utf-8")
        self.limited = program("run", "orders", "--json", "--limit", "2")
        self.after_two = documents(systems.ledger)
        self.run = program("run", "orders", "--json")
        self.again = program("run", "orders", "--json", "--since", "2020-01-01")
        self.exceptions = program("exceptions", "--json")
        self.exchanges = program("exchanges", "--json", "--limit", "1000")
        self.runs = program("runs", "--json")


@pytest.fixture(scope="module")
def told(systems: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    yield Told(tmp_path_factory.mktemp("books"), systems)


def test_masters_are_fetched_and_then_only_what_changed(told: Told) -> None:
    counts = {kind: said.happened().document for kind, said in told.fetched.items()}
    items = counts["items"]
    assert (items["kind"], items["read"], items["removed"], items["not_published"]) == ("items", 72, 0, [])
    assert counts["customers"]["read"] > 10
    assert counts["listings"]["read"] > 60
    assert told.program("fetch", "items", "--json").document["read"] == 0
    assert told.program("fetch", "items", "--full", "--json").document["read"] == 72


def test_an_unmapped_rehearsal_says_what_would_be_refused_and_opens_nothing(told: Told) -> None:
    said = told.unmapped_rehearsal
    assert said.code == 3
    assert "3 would be refused. Nothing was written." in said.out
    assert said.err == ""
    assert min(case["id"] for case in told.exceptions.document) == 1


def test_a_rehearsal_shows_documents_and_writes_nothing(told: Told) -> None:
    assert told.rehearsal.code in (0, 3)
    assert '"CUSORDREF":"302-' in told.rehearsal.out
    assert "Nothing was written" in told.rehearsal.out
    assert told.before == ""
    rehearsals = [run for run in told.runs.document if run["dry_run"]]
    assert [run["sent"] for run in rehearsals] == [0, 0]


def test_a_limited_run_reads_no_more(told: Told) -> None:
    last = told.limited.lines[-1]
    assert last["read"] == 2
    assert len(told.after_two) == last["sent"] <= 2


def test_a_run_says_how_it_ended_in_its_last_line(told: Told) -> None:
    last = told.run.lines[-1]
    assert set(last) == OUTCOME
    assert last["flow"] == "orders"
    assert last["state"] == ("partial" if last["refused"] else "done")
    assert told.run.code == (3 if last["refused"] else 0)
    assert told.run.err == ""
    assert all(line["progress"] for line in told.run.lines[:-1])


def test_every_reference_has_one_document_also_when_read_again(told: Told) -> None:
    found = documents(told.systems.ledger)
    assert found
    assert len(found) == len(set(found))
    again = told.again.lines[-1]
    assert (again["read"], again["sent"]) == (24, 0)


def test_exceptions_and_exchanges_have_their_stable_shapes(told: Told) -> None:
    cases = told.exceptions.happened().document
    assert cases
    assert all(set(case) == EXCEPTION for case in cases)
    assert all(case["message"] and case["advice"] and case["state"] == "new" for case in cases)
    assert any(case["class"] == "mapping" for case in cases)
    exchanges = told.exchanges.happened().document
    assert all(set(exchange) == EXCHANGE for exchange in exchanges)
    assert {exchange["system"] for exchange in exchanges} == {"x3", "amazon", "studio"}
    assert {exchange["direction"] for exchange in exchanges} == {"in", "out"}


def test_runs_are_listed_newest_first(told: Told) -> None:
    listed = told.runs.happened().document
    assert [run["run"] for run in listed] == sorted((run["run"] for run in listed), reverse=True)
    assert all(set(run) >= OUTCOME for run in listed)
    assert {run["connection"] for run in listed} == {"amazon>x3"}


def test_one_record_is_told_from_its_first_step_on(told: Told) -> None:
    reference = documents(told.systems.ledger)[0]
    said = told.program("exchanges", "--record", reference, "--json").happened()
    steps = [exchange["operation"] for exchange in said.document]
    assert steps.index("captured") < steps.index("mapped") < steps.index("read back")
    assert {exchange["record"] for exchange in said.document} == {reference}
    assert told.program("exchanges", "--search", reference, "--json").happened().document


def test_tables_are_made_for_people(told: Told) -> None:
    table = told.program("exceptions").happened().out.splitlines()
    assert table[0].split()[:4] == ["Id", "Flow", "Reference", "Class"]
    starts = [line.index("302-") for line in table[1:]]
    assert len(set(starts)) == 1
    assert "No X3 item stands for the SKU" in told.program("exceptions").out


def test_what_waits_for_a_mapping_is_mapped_replayed_and_resolved(told: Told) -> None:
    waiting = [case for case in told.exceptions.document if case["class"] == "mapping"]
    for row in told.left_out:
        more = ["--marketplace", row["marketplace"]] if row["marketplace"] else []
        factor = ["--pack-factor", row["pack_factor"] or "1"]
        told.program("map", "accept", row["seller_sku"], row["itmref"], *factor, *more).happened()
    before = documents(told.systems.ledger)
    ids = [case["id"] for case in waiting]
    said = told.program("replay", *ids, "--json").happened()
    assert said.lines[-1]["state"] == "done"
    new = documents(told.systems.ledger)[len(before) :]
    assert sorted(new) == sorted({case["reference"] for case in waiting})
    left = [case["id"] for case in told.program("exceptions", "--json").document]
    assert not {*left} & {*ids}
    assert {*ids} <= {case["id"] for case in told.program("exceptions", "--all", "--json").document}
    told.program("replay", *ids, "--json").happened()
    assert len(documents(told.systems.ledger)) == len(before) + len(new)
    _agree(told.program("reconcile", "orders", "--json"), told)


def _agree(said: Said, told: Told) -> None:
    """Nothing but what waits as an exception differs from X3."""
    found = said.document
    waiting = {case["reference"] for case in told.program("exceptions", "--json").document}
    assert {difference["reference"] for difference in found["differences"]} == waiting
    assert said.code == (3 if waiting else 0)
    assert found["compared"] >= len(documents(told.systems.ledger)) + len(waiting)


def test_two_runs_at_once_share_one_engine(told: Told, tmp_path: Path) -> None:
    run = ("run", "orders", "--json")
    with served(tmp_path, orders=16, faults=LATE) as late:
        program = connected(tmp_path, late)
        with program.started(*run) as one, program.started(*run) as two:
            outs = [json.loads(each.communicate(timeout=60)[0].splitlines()[-1]) for each in (one, two)]
        found = documents(late.ledger)
    assert len(found) == len(set(found)) == sum(out["sent"] for out in outs)
    assert {out["state"] for out in outs} <= {"done", "partial"}
    assert outs[0]["run"] != outs[1]["run"]


@pytest.mark.parametrize(
    ("what", "key", "where"),
    [
        ("items", "ITMREF", "ITMREF eq 'BRA-BK-100'"),
        ("customers", "BPCNUM", "AMZ-DE-FBM"),
        ("stock", "ITMREF", "BRA-BK-100"),
        ("prices", "BASPRI", "ITMREF eq 'BRA-BK-100'"),
        ("orders", "SOHNUM", "302-"),
        ("purchase-orders", "POHNUM", ""),
        ("supplier invoices", "NUM", ""),
    ],
)
def test_x3_can_be_looked_into(told: Told, what: str, key: str, where: str) -> None:
    said = told.program("explore", what, "--where", where, "--limit", "2", "--json").happened()
    assert 1 <= len(said.document) <= 2
    assert all(row[key] for row in said.document)
    assert said.err == ""


def test_an_expression_that_x3_cannot_read_is_said(told: Told) -> None:
    said = told.program("explore", "items", "--where", "NOSUCH eq 'x'")
    assert (said.code, said.out) == (1, "")
    assert "does not show items that way" in said.err
    table = told.program("explore", "orders", "--limit", "3").happened()
    assert table.out.startswith("SOHNUM")
    assert len(table.out.splitlines()) == 4
    assert "--json shows them all" in table.err
