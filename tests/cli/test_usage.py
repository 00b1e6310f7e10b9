"""Wrong usage, help, and what a workspace without its key or place says."""

import os
import pty
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.story import KEY, ROOT, Program
from x3studio.__main__ import main

COMMANDS = """
    sandbox|init|connect|connect x3|connect amazon|check|fetch|map|map list|map accept|map reject|map undo
    |map redo|map log|map revert|map look-up|map recheck
    |map import|map export|run|reconcile|replay|runs|exceptions|exchanges|schedule|schedule show|schedule set
    |schedule serve|explore|doctor|settlement|settlement show|demo
"""
X3 = ("connect", "x3", "--name", "x3", "--base-url", "https://127.0.0.1:1", "--folder", "SEED")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """A workspace without a connection."""
    program = Program(tmp_path_factory.mktemp("usage"))
    program("init").happened()
    yield program


@pytest.mark.parametrize("command", [command.split() for command in COMMANDS.split("|")], ids=" ".join)
def test_each_command_explains_itself(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command, "-h"])
    said = capsys.readouterr()
    assert ended.value.code == 0
    assert said.out.startswith(f"usage: x3studio {' '.join(command)}")
    assert said.err == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("fly",), "invalid choice: 'fly'"),
        (("run",), "required: FLOW"),
        (("run", "steering"), "there is no flow 'steering'; there is orders"),
        (("reconcile", "steering"), "there is no flow 'steering'"),
        (("schedule", "set", "steering", "--every", "5"), "there is no flow 'steering'"),
        (("schedule", "set", "orders", "--every", "-5"), "no number from 0 on"),
        (("run", "orders", "--limit", "0"), "no number above zero"),
        (("run", "orders", "--since", "yesterday"), "is no date; write 2026-11-20"),
        (("replay",), "required: ID"),
        (("replay", "first"), "invalid int value"),
        (("exchanges", "--limit", "-1"), "no number above zero"),
        (("map", "accept", "SKU", "ITEM", "--pack-factor", "nan"), "is no number above zero"),
        (("fetch", "dreams"), "invalid choice: 'dreams'"),
        (("explore", "dreams"), "there is no object 'dreams'; there are items"),
        ((*X3, "--settle", "-1"), "is no number of seconds"),
        ((*X3, "--settle", "nan"), "is no number of seconds"),
        ((*X3, "--slots", "0"), "no number above zero"),
        ((*X3, "--dialect", "latin"), "invalid choice: 'latin'"),
        ((*X3, "--name", "a>b"), "is no name for a connection"),
        ((*X3, "--client-secret", "s3cret"), "unrecognized arguments"),
        ((*X3, "--folder", "SEED\r\nX-Other: 1"), "an argument holds a line's end"),
        (("map", "reject", "a\udcffb"), "bytes that are no text in UTF-8"),
    ],
    ids=lambda value: " ".join(value[:4]) if isinstance(value, tuple) else "",
)
def test_wrong_usage_is_said_in_a_sentence(
    arguments: tuple[str, ...], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    said = capsys.readouterr()
    assert ended.value.code == 2
    assert words in said.err.splitlines()[-1]
    assert said.out == ""


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("{not json", "holds no JSON object"),
        ('["a"]', "must be one JSON object"),
        ('{"client_id": 5}', "must be one JSON object"),
        ('{"client_id": "a", "client_secret": "line\\nend"}', "The client secret holds a character"),
    ],
)
def test_secrets_that_are_none_are_wrong_usage(made: Program, given: str, words: str) -> None:
    said = made(*X3, "--secrets-from", "stdin", stdin=given)
    assert (said.code, said.out) == (2, "")
    assert words in said.err


def test_secrets_are_asked_for_only_at_a_terminal(made: Program) -> None:
    said = made(*X3)
    assert said.code == 2
    assert "Give --secrets-from env" in said.err
    assert made(*X3, "--secrets-from", "stdin", "--public-name", "SOH", stdin="{}").code == 2


def test_the_terminal_never_shows_a_secret(made: Program) -> None:
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(ROOT)
        os.execve(sys.executable, [sys.executable, "-m", "x3studio", *X3], made.environment())
    shown = b""
    for secret in (b"", b"s3cret-typed", b"", b""):
        while shown.count(b"(leave empty if none): ") == 0:
            shown += os.read(terminal, 1024)
        os.write(terminal, secret + b"\n")
        shown = shown.replace(b"(leave empty if none): ", b"", 1)
    _, status = os.waitpid(child, 0)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(status) == 4
    assert b"s3cret" not in shown


def test_a_workspace_has_a_place_and_a_key(made: Program, tmp_path: Path) -> None:
    said = made("runs", X3STUDIO_WORKSPACE="")
    assert (said.code, said.out) == (2, "")
    assert "Give --workspace FILE" in said.err
    for key, words in (("", "is missing"), ("zz", "is malformed"), ("f" * 64, "with this key")):
        said = made("runs", "--json", X3STUDIO_SECRET_WORKSPACE_KEY=key)
        assert (said.code, said.out) == (1, "")
        assert words in said.err
        assert not key or key not in said.err
    said = made("runs", "--workspace", tmp_path / "none.x3studio")
    assert said.code == 1
    assert "cannot be read" in said.err


def test_init_makes_a_file_once_and_nothing_where_it_cannot(made: Program, tmp_path: Path) -> None:
    file = tmp_path / "new.x3studio"
    made_of = made("init", file, "--title", "Müller & Söhne", "--json").happened().document
    assert made_of == {"workspace": str(file), "title": "Müller & Söhne"}
    assert oct(file.stat().st_mode)[-3:] == "600"
    before = file.read_bytes()
    said = made("init", file)
    assert (said.code, said.out) == (1, "")
    assert file.read_bytes() == before
    assert made("init", tmp_path / "no" / "place.x3studio").code == 1
    unkeyed = made("init", tmp_path / "unkeyed.x3studio", X3STUDIO_SECRET_WORKSPACE_KEY="")
    assert unkeyed.code == 1
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["new.x3studio"]
    assert KEY not in unkeyed.err


def test_without_connections_each_command_says_what_is_missing(made: Program) -> None:
    for command in (("run", "orders"), ("fetch", "items"), ("check",)):
        said = made(*command)
        assert (said.code, said.out) == (1, ""), command
        assert "onnect" in said.err
    assert made("exceptions", "--json").happened().document == []


def test_a_reader_that_goes_away_is_no_crash(made: Program) -> None:
    with made.started("map", "list", "--json") as command:
        assert command.stdout is not None
        command.stdout.close()
        command.wait(timeout=60)
        assert command.stderr is not None
        assert "Traceback" not in command.stderr.read()


def test_the_schedule_is_kept_until_told_to_end(made: Program) -> None:
    assert made("schedule", "set", "orders", "--every", "15", "--missed", "skip").happened().out
    plans = made("schedule", "show", "--json").happened().document
    plan = next(plan for plan in plans if plan["flow"] == "orders")
    assert (plan["flow"], plan["every_minutes"], plan["missed"]) == ("orders", 15, "skip")
    assert plan["next"]
    with made.started("schedule", "serve", "--json") as serving:
        assert serving.stderr is not None
        assert "Keeping the schedules" in serving.stderr.readline()
        serving.send_signal(signal.SIGTERM)
        out, err = serving.communicate(timeout=30)
    assert serving.returncode == 0
    assert out == ""
    assert "Traceback" not in err
    off = made("schedule", "set", "orders", "--every", "0", "--json").happened().document
    assert off["next"] is None


def test_what_is_due_is_erased_with_proof(made: Program) -> None:
    assert made("erase", "--show", "--json").happened().document == []
    (proof,) = made("erase", "--json").happened().document
    counted = ("delivered", "refused", "exchanges", "backups", "left", "on_their_way")
    assert [proof[name] for name in counted] == [0] * 6 and proof["by"]
    assert made("erase", "--show", "--json").happened().document == [proof]
    found = {each["what"]: each for each in made("doctor", "--json").happened().document}
    assert found["Personal data"]["good"] and "erased last" in found["Personal data"]["found"]


def test_the_doctor_speaks_also_of_a_workspace_that_does_not_open(made: Program, tmp_path: Path) -> None:
    sound = made("doctor", "--json").happened().document
    assert {finding["what"] for finding in sound} >= {"System", "Secrets", "Workspace file", "Clock"}
    bundle = tmp_path / "support.txt"
    said = made("doctor", "--bundle", bundle, X3STUDIO_SECRET_WORKSPACE_KEY="f" * 64)
    assert said.code == 1
    assert "BAD  Workspace file" in said.out
    text = bundle.read_text(encoding="utf-8")
    assert "BAD  Workspace file" in text
    assert "f" * 64 not in text
    assert made("doctor", "--bundle", tmp_path / "no" / "bundle.txt").code == 1
