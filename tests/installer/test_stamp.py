"""The stamp decides the smallest step, and anything unclear makes the environment anew."""

from dataclasses import replace
from pathlib import Path

import pytest

from installer.stamp import Found, Stamp, Step, decide, read_stamp, wanted_stamp, write_begun, write_stamp

WANTED = Stamp(python="3.11 /usr/bin/python3.11", place="/checkout", lock="aa", project="bb")
READY = Found(exists=True, works=True, stamp=WANTED)


@pytest.mark.parametrize(
    ("found", "step"),
    [
        (Found(exists=False, works=False), Step.BUILD),
        (Found(exists=True, works=False, stamp=WANTED), Step.BUILD),
        (Found(exists=True, works=True, begun=True), Step.BUILD),
        (Found(exists=True, works=True), Step.PACKAGES),
        (replace(READY, stamp=replace(WANTED, python="3.12 /usr/bin/python3.12")), Step.BUILD),
        (replace(READY, stamp=replace(WANTED, place="/elsewhere")), Step.BUILD),
        (replace(READY, stamp=replace(WANTED, lock="cc")), Step.PACKAGES),
        (replace(READY, stamp=replace(WANTED, project="cc")), Step.PROJECT),
        (READY, Step.NOTHING),
    ],
)
def test_the_smallest_step_is_chosen(found: Found, step: Step) -> None:
    assert decide(found, wanted=WANTED) is step


def test_a_stamp_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "stamp.json"
    assert read_stamp(path) == (None, False)
    write_begun(path)
    assert read_stamp(path) == (None, True)
    write_stamp(path, stamp=WANTED)
    assert read_stamp(path) == (WANTED, False)
    assert [entry.name for entry in tmp_path.iterdir()] == ["stamp.json"]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"python": "3.11"}', '{"state": "ready"}'])
def test_a_damaged_stamp_counts_as_unfinished(tmp_path: Path, content: str) -> None:
    path = tmp_path / "stamp.json"
    path.write_text(content, encoding="utf-8")
    assert read_stamp(path) == (None, True)


def test_the_wanted_stamp_follows_the_files(tmp_path: Path) -> None:
    (tmp_path / "x3studio").mkdir()
    for name in ("requirements.lock", "pyproject.toml", "x3studio/__init__.py"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    first = wanted_stamp(tmp_path, python="3.11")
    assert first == wanted_stamp(tmp_path, python="3.11")
    (tmp_path / "requirements.lock").write_text("other", encoding="utf-8")
    second = wanted_stamp(tmp_path, python="3.11")
    assert (second.lock != first.lock, second.project == first.project) == (True, True)
    (tmp_path / "x3studio" / "__init__.py").write_text("a new version", encoding="utf-8")
    assert wanted_stamp(tmp_path, python="3.11").project != second.project
