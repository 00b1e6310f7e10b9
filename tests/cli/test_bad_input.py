"""What goes wrong outside of the program: each time words and advice, nothing lost, nothing half-written."""

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from tests.cli.stage import Stage, greeting_of, staged
from tests.cli.story import KEY, ROOT, Program, documents, prepared
from x3studio.domain.catalogue import ItemStatus
from x3studio.store.cipher import connect
from x3studio.store.migrations import migrate
from x3studio.store.schema import STEPS

DUE = ("UNSHIPPED", "PARTIALLY_SHIPPED", "SHIPPED")
NAME = 'Ünal & Söhne <b>"é漢"</b> ]]> \x07'
ADVICE = "  "
"""Advice is indented below what happened."""


def _once(stage: Stage) -> list[str]:
    """Every reference that X3 holds; none twice."""
    found = documents(stage.served.ledger)
    assert len(found) == len(set(found))
    return found


def test_a_secret_that_is_rotated_in_mid_life_is_pasted_and_the_run_resumes(
    stage: Stage, tmp_path: Path
) -> None:
    program = prepared(tmp_path, stage.served)
    program("run", "orders", "--limit", "2").happened()
    held = _once(stage)
    stage.sandbox.x3_credentials.client_secret = "rotated-in-mid-life"
    said = program("run", "orders", "--json")
    assert said.code == 4
    assert said.lines[-1]["state"] == "failed"
    assert "Paste the current secret" in said.lines[-1]["reason"]
    assert _once(stage) == held
    assert program("check", "x3").code == 4
    fresh = Program(tmp_path).with_secrets(greeting_of(stage), x3="x3", amazon="seller")
    fresh("check", "x3").happened()
    last = fresh("run", "orders", "--json").lines[-1]
    assert last["sent"] == last["confirmed"] > 0
    assert len(_once(stage)) == len(held) + last["sent"]
    stage.sandbox.amazon_credentials.refresh_token = ""
    said = fresh("run", "orders")
    assert said.code == 4
    assert "paste the new refresh token" in said.out


def test_an_item_that_became_inactive_holds_its_orders_back(stage: Stage, tmp_path: Path) -> None:
    program = prepared(tmp_path, stage.served)
    world = stage.sandbox.world
    kept = dict(world.items)
    for entry in kept.values():
        world.put_item(replace(entry, item=replace(entry.item, status=ItemStatus.OBSOLETE)))
    said = program("run", "orders", "--json")
    assert (said.code, said.lines[-1]["sent"], _once(stage)) == (3, 0, [])
    cases = program("exceptions", "--json").document
    assert all("its status is obsolete" in case["message"] for case in cases)
    assert all("in X3" in case["advice"] for case in cases)
    for entry in kept.values():
        world.put_item(entry)
    last = program("replay", *(case["id"] for case in cases), "--json").happened().lines[-1]
    assert last["sent"] == len(cases) == len(_once(stage))


def _spoil(order: dict[str, Any], number: int) -> None:
    """The n-th order becomes one that nobody can post, or one with a name like no other."""
    if order["fulfillment"]["fulfillmentStatus"] not in DUE:
        return
    line = order["orderItems"][0]
    if number % 6 == 0:
        line["quantityOrdered"] = 0
        del order["orderItems"][1:]
    elif number % 6 == 1:
        del line["proceeds"], line["product"]["price"]
    elif number % 6 == 2:
        line["quantityOrdered"] = -3
    elif number % 6 == 3:
        line["product"]["price"]["unitPrice"]["amount"] = "NaN"
    elif number % 6 == 4:
        order["orderItems"] = []
    else:
        order.setdefault("buyer", {})["buyerName"] = NAME
        order.setdefault("recipient", {}).setdefault("deliveryAddress", {})["name"] = NAME


@pytest.mark.parametrize("dialect", ["gateway", "soap"])
def test_orders_that_nobody_can_post_wait_and_the_others_go_on(tmp_path: Path, dialect: str) -> None:
    numbers: dict[str, int] = {}
    with staged(tmp_path, orders=30) as stage:
        program = prepared(tmp_path, stage.served, dialect=dialect)
        stage.bend_orders(lambda order: _spoil(order, numbers.setdefault(order["orderId"], len(numbers))))
        said = program("run", "orders", "--json")
        last = said.lines[-1]
        assert (said.code, last["state"]) == (3, "partial")
        held = _once(stage)
        assert held
        assert {numbers[reference] % 6 for reference in held} == {5}
        cases = program("exceptions", "--json").document
        assert last["refused"] == len(cases)
        assert all(case["message"] and case["advice"] for case in cases)
        messages = {numbers[case["reference"]] % 6: case["message"] for case in cases}
        assert "every quantity is zero" in messages[0]
        assert "Amazon sent no price" in messages[1]
        assert "quantityOrdered: '-3'" in messages[2]
        assert "the amount 'NaN'" in messages[3]
        assert "came without lines" in messages[4]
        assert last["sent"] == last["confirmed"] == len(held)


@pytest.mark.parametrize(
    "body",
    [b"", b'{"items": [', b"<html><title>gone</title></html>"],
    ids=["empty", "truncated", "page"],
)
def test_an_answer_nobody_can_read_is_waited_out(stage: Stage, tmp_path: Path, body: bytes) -> None:
    program = prepared(tmp_path, stage.served)
    stage.bend_path("/salesOrders", 200, body)
    with program.started("run", "orders") as run:
        assert run.stderr is not None
        while "cannot be read" not in (line := run.stderr.readline()):
            assert line, "the run ended without a word"
        stage.bends.clear()
        out, err = run.communicate(timeout=60)
    assert run.returncode == 0, err
    assert "of orders: done" in out
    assert _once(stage)


def test_documents_that_were_there_twice_before_us_need_a_person(stage: Stage, tmp_path: Path) -> None:
    program = prepared(tmp_path, stage.served)
    program("run", "orders").happened()
    first = documents(stage.served.ledger)[0]
    _write_again(stage, first)
    other = tmp_path / "another"
    other.mkdir()
    restored = prepared(other, stage.served)
    said = restored("run", "orders", "--json")
    assert said.code == 4
    assert said.lines[-1]["sent"] == 0
    (case,) = restored("exceptions", "--json").document
    assert (case["class"], case["reference"]) == ("conflict", first)
    assert "cancel the others" in case["advice"]
    said = program("reconcile", "orders", "--json")
    assert said.code == 3
    assert [(d["reference"], d["kind"]) for d in said.document["differences"]] == [(first, "several")]


def _write_again(stage: Stage, reference: str) -> None:
    """Somebody keys the same order by hand: X3 enforces nothing."""
    world = stage.sandbox.world
    (held,) = world.documents.by_reference("SOH", reference, folder=world.test_folder)
    number = world.documents.next_number("SOH", folder=world.test_folder, site=held.header["SALFCY"])
    world.documents.add(replace(held, number=number, header={**held.header, "SOHNUM": number}))


# -- the file ----------------------------------------------------------------------------------------


def _untouched(program: Program, before: bytes) -> None:
    assert program.workspace.read_bytes() == before


def test_a_workspace_of_a_newer_version_is_left_alone(program: Program) -> None:
    program("init").happened()
    newer = Migrations("x3studio")
    for step in STEPS.pending(Database(memory=True)):
        newer(name=step.name)(step.fn)

    @newer()
    def tomorrow(db: Database) -> None:
        db.conn.execute("CREATE TABLE tomorrow (a)")

    key = bytes.fromhex(KEY)
    conn = connect(program.workspace, key=key)
    migrate(conn, path=program.workspace, key=key, steps=newer, version="9.8.7")
    conn.close()
    before = program.workspace.read_bytes()
    said = program("runs", "--json")
    assert (said.code, said.out) == (1, "")
    assert "written by X3 Studio 9.8.7" in said.err
    assert "Install X3 Studio 9.8.7 or newer." in said.err
    _untouched(program, before)


@pytest.mark.parametrize("damage", ["cut", "zeroed", "empty", "folder", "words"])
def test_a_damaged_workspace_is_named_as_such(program: Program, damage: str) -> None:
    program("init").happened()
    file = program.workspace
    content = bytearray(file.read_bytes())
    if damage == "folder":
        file.unlink()
        file.mkdir()
    elif damage == "zeroed":
        content[4096:40960] = bytes(36864)
        file.write_bytes(content)
    else:
        file.write_bytes({"cut": bytes(content[:100_000]), "empty": b"", "words": b"no workspace"}[damage])
    said = program("run", "orders", "--json")
    assert (said.code, said.out) == (1, ""), said
    assert said.err.startswith("x3studio: ")
    assert ADVICE in said.err.splitlines()[-1]


def _in_small_room(
    program: Program, room: Path, options: str, script: str
) -> "subprocess.CompletedProcess[str]":
    """A shell script in a mount of its own, which ends with the script; only root may do that."""
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        pytest.skip("a file system of its own needs root and unshare")
    mount = f"mount -t tmpfs -o {options} none {room} && {script}"
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", mount],
        cwd=ROOT,
        env=program.environment(PY=sys.executable, ROOM=str(room)),
        capture_output=True,
        text=True,
        timeout=90,
    )
    if "mount:" in done.stderr or "unshare:" in done.stderr:
        pytest.skip(f"no mount here: {done.stderr.strip()}")
    return done


def test_a_full_disk_stops_in_words_and_loses_nothing(stage: Stage, tmp_path: Path) -> None:
    program = prepared(tmp_path, stage.served)
    room = tmp_path / "room"
    room.mkdir()
    size = program.workspace.stat().st_size // 1024 + 260
    script = (
        "cp $X3STUDIO_WORKSPACE $ROOM/w.x3studio; OLD=$X3STUDIO_WORKSPACE;"
        " export X3STUDIO_WORKSPACE=$ROOM/w.x3studio;"
        " $PY -m x3studio run orders --json; echo code $?; cp $ROOM/w.x3studio* $(dirname $OLD)/ "
    )
    said = _in_small_room(program, room, f"size={size}k", script)
    assert "Traceback" not in said.stderr, said.stderr
    assert "code 1" in said.stdout, said
    assert "The disk is full" in said.stdout + said.stderr
    held = _once(stage)
    program.workspace.unlink()
    (tmp_path / "w.x3studio").rename(program.workspace)
    for ending in ("-wal", "-shm"):
        left = tmp_path / f"w.x3studio{ending}"
        if left.exists():
            left.rename(Path(f"{program.workspace}{ending}"))
    last = program("run", "orders", "--json").happened().lines[-1]
    assert last["state"] == "done"
    assert len(_once(stage)) == 20 >= len(held)


def test_a_read_only_file_is_named_as_such(program: Program, tmp_path: Path) -> None:
    program("init").happened()
    room = tmp_path / "room"
    room.mkdir()
    script = (
        "cp $X3STUDIO_WORKSPACE $ROOM/w.x3studio; mount -o remount,ro $ROOM;"
        " export X3STUDIO_WORKSPACE=$ROOM/w.x3studio; $PY -m x3studio runs --json; echo code $?"
    )
    said = _in_small_room(program, room, "size=4m", script)
    assert said.stdout == "code 1\n", said
    assert "x3studio: " in said.stderr
    assert "you may read and write in it" in said.stderr
