"""A bundle that anybody may have made: only what its manifest names, within bounds, or a clear refusal."""

import json
import os
import random
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from x3studio.domain.errors import SettingFault
from x3studio.workspace.bundle import archive

LONG = bool(os.environ.get("X3STUDIO_LONG"))
MEMBERS = {"items.csv": b"kind,seller_sku\nitems,HB-1\n", "site.json": b'{"sales_site": "HAM"}'}


def bundle(path: Path) -> Path:
    archive.write(path, MEMBERS, facts={"title": "Hartmann"})
    return path


def test_what_is_written_is_read(tmp_path: Path) -> None:
    facts, members = archive.read(bundle(tmp_path / "a.x3bundle"))
    assert members == MEMBERS
    assert facts["title"] == "Hartmann"


def test_the_same_project_makes_the_same_file_and_hash(tmp_path: Path) -> None:
    first = archive.write(tmp_path / "a", MEMBERS, facts={})
    second = archive.write(tmp_path / "b", dict(reversed(MEMBERS.items())), facts={})
    assert first == second
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert archive.write(tmp_path / "c", MEMBERS | {"site.json": b"{}"}, facts={}) != first


def test_members_the_manifest_does_not_name_are_not_looked_at(tmp_path: Path) -> None:
    path = bundle(tmp_path / "a")
    with zipfile.ZipFile(path, "a") as more:
        more.writestr("../../outside.txt", "x")
    assert archive.read(path)[1] == MEMBERS
    assert sorted(found.name for found in tmp_path.iterdir()) == ["a"]


def test_a_billion_zeros_are_refused_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "bomb"
    manifest = {"format": 1, "members": {"items.csv": "0" * 64}}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("manifest.json", json.dumps(manifest))
        with made.open("items.csv", "w") as member:
            for _ in range(1000):
                member.write(bytes(1_000_000))
    tracemalloc.start()
    with pytest.raises(SettingFault, match="cannot be read") as fault:
        archive.read(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "larger than any project" in fault.value.said
    assert peak < 250_000_000


@pytest.mark.parametrize(
    ("manifest", "words"),
    [
        ({"format": 9, "members": {}}, "newer"),
        ({"format": 1, "members": {f"{n}.csv": "" for n in range(99)}}, "cannot be read"),
        ({"format": 1, "members": {"items.csv": "0" * 64}}, "cannot be read"),
        ({"format": 1, "members": {"gone.csv": "0" * 64}}, "cannot be read"),
        ({"members": {}}, "cannot be read"),
        ([1, 2], "cannot be read"),
    ],
)
def test_a_manifest_that_does_not_hold_is_refused(tmp_path: Path, manifest: object, words: str) -> None:
    path = tmp_path / "a"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("manifest.json", json.dumps(manifest))
        made.writestr("items.csv", "kind")
    with pytest.raises(SettingFault, match=words):
        archive.read(path)


def test_damaged_bundles_are_refused_or_whole(tmp_path: Path) -> None:
    whole = bundle(tmp_path / "a").read_bytes()
    path, chance = tmp_path / "damaged", random.Random(7)
    for _ in range(10_000 if LONG else 500):
        data = bytearray(whole)
        for _ in range(chance.randrange(1, 6)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path.write_bytes(data[: chance.randrange(len(data))] if chance.random() < 0.3 else data)
        try:
            _, members = archive.read(path)
        except SettingFault as fault:
            assert fault.advice
        else:
            assert all(MEMBERS.get(name, data) == data for name, data in members.items())


def test_a_place_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(SettingFault, match="cannot be written"):
        bundle(tmp_path / "none" / "a")
    assert list(tmp_path.iterdir()) == []
