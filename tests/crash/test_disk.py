"""Disks that fail, fill up or lose power at any write: a clear word, exit 1, and nothing lost afterwards."""

import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash import checker, rig
from tests.crash.clients import Product
from tests.crash.served import Served, served

pytestmark = [
    pytest.mark.skipif(not rig.strace(), reason="strace is not installed"),
    pytest.mark.timeout(400),
]


@pytest.fixture
def systems(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path, orders=60) as running:
        yield running


def _prepared(systems: Served, path: Path) -> Product:
    product = Product(systems, path, secrets.token_hex(32))
    os.waitpid(rig.forked(product.prepare), 0)
    return product


def _healed(product: Product, systems: Served) -> None:
    os.waitpid(rig.forked(product.run), 0)
    found = checker.count(systems.ledger, systems.amazon, excused=product.excused())
    assert found.due > 30
    assert (found.duplicated, found.lost, found.uncalled) == ((), (), ())


def test_killed_at_any_write_to_the_file(tmp_path: Path) -> None:
    found, struck = rig.sweep(tmp_path, lives=8, seed=3)
    assert struck == 8
    assert (found.duplicated, found.lost, found.uncalled) == ((), (), ())


def test_a_disk_that_fails_to_store(tmp_path: Path, systems: Served) -> None:
    product = _prepared(systems, tmp_path / "rig.x3studio")
    for first in (3, 6, 12):
        ended = rig.injected(product, f"fsync:error=EIO:when={first}+7")
        assert ended.returncode == 1, ended.stdout
        assert "The disk failed while the workspace was read or written." in ended.stdout + ended.stderr
        assert "Traceback" not in ended.stderr
    _healed(product, systems)


def test_a_disk_that_is_full(tmp_path: Path, systems: Served) -> None:
    small = tmp_path / "small"
    small.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(small)]
    if not shutil.which("mount") or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("a small disk cannot be mounted here")
    try:
        product = _prepared(systems, small / "rig.x3studio")
        ended = rig.injected(product)
        assert ended.returncode == 1, ended.stdout
        assert "The disk is full" in ended.stdout + ended.stderr
        assert "Traceback" not in ended.stderr
        subprocess.run(["mount", "-o", "remount,size=64m", str(small)], check=True)
        _healed(product, systems)
    finally:
        subprocess.run(["umount", str(small)], check=True)
