"""Matching next to its peers: quality on labelled sets that the prior never saw, calibration, and time.

The sets are read below X3STUDIO_FOREIGN_DATA. Peers run in the interpreter that X3STUDIO_PEERS_PYTHON names;
what is not installed there is left out, and the row says so.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks import matching_peers
from tests.benchmarks.matching_worlds import large_catalogues
from tests.benchmarks.table import Row
from tests.benchmarks.train_prior import lessons, train
from tests.matching.invented import catalogue
from tests.matching.labelled_sets import KINDS, LabelledSet, load_set
from tests.matching.quality import Measured, Quality

_JUDGED = 200
_SEEDS = range(5)
_SETS = {
    "abt-buy": (0.91, 0.95),
    "amazon-google": (0.77, 0.75),
    "promap-en": (None, None),
    "fodors-zagats": (None, None),
}
"""Set: the bars of top-1 without a judgement and of F1 with 200."""
_PUBLISHED = {
    "abt-buy": "char 3-grams .85, .93",
    "amazon-google": "char 3-grams .74, .72",
    "promap-en": "char 3-grams .93, .63",
    "fodors-zagats": "char 3-grams 1.00, .97",
}
"""Top-1 and F1 of TF-IDF over runs of three characters, measured beforehand."""
_SIZES = ((10_000, "splink", 10.0), (100_000, "sparse_dot_topn", 4.0))
"""Rows, the peer that is compared at that size, and how many times faster the product has to be."""
_EQUAL = 0.005
_LONGEST = 3600


def measure() -> list[Row]:
    """Every labelled set that is at hand, and both sizes."""
    foreign = os.environ.get("X3STUDIO_FOREIGN_DATA", "")
    rows: list[Row] = []
    if Path(foreign, "matching").is_dir():
        for name in _SETS:
            rows += _quality_rows(load_set(Path(foreign), name), Path(foreign))
    else:
        rows.append(Row("Quality of matching", "not measured: X3STUDIO_FOREIGN_DATA names no folder"))
    for size, peer, times in _SIZES:
        rows += _speed_rows(size, peer, times)
    return rows


def short() -> list[Row]:
    """A small invented catalogue, and a small search."""
    world = catalogue(100, families=20)
    found = Measured(LabelledSet(world.name, world.kind, world.source, world.target, world.gold)).quality()
    return [
        _quality_row("invented catalogue, no judgement", found, "", None, None),
        *_speed_rows(500, "", 0.0),
    ]


def _quality_rows(labelled: LabelledSet, foreign: Path) -> list[Row]:
    """The prior is trained afresh without this set."""
    model = train(KINDS[labelled.name], lessons(KINDS[labelled.name], foreign, leave_out=[labelled.name]))
    measured = Measured(labelled, model=model)
    top1, f1 = _SETS[labelled.name]
    said = _PUBLISHED[labelled.name]
    rows = [_quality_row(f"{labelled.name}, no judgement", measured.quality(), said, top1, None)]
    if len(labelled.source) > 2 * _JUDGED:
        taught = measured.average(judged=_JUDGED, seeds=_SEEDS)
        rows.append(_quality_row(f"{labelled.name}, {_JUDGED} judgements", taught, said, None, f1))
        calibrated = f"{labelled.name}, calibration error with {_JUDGED} judgements"
        rows.append(Row(calibrated, f"{taught.error:.3f}", "", "0.050", taught.error <= 0.05))
    return rows


def _quality_row(measured: str, found: Quality, beside: str, top1: float | None, f1: float | None) -> Row:
    ours = f"top-1 {found.top1:.3f}, recall@5 {found.recall5:.3f}, F1 {found.f1:.3f}"
    if top1 is not None:
        return Row(measured, ours, beside, f"top-1 {top1:.2f}", found.top1 >= top1)
    if f1 is not None:
        return Row(measured, ours, beside, f"F1 {f1:.2f}", found.f1 >= f1)
    return Row(measured, ours, beside)


@dataclass(frozen=True, slots=True)
class Taken:
    """What one matcher took: seconds of computing and on the clock, memory, recall@5."""

    cpu: float
    seconds: float
    peak_mb: float
    recall5: float

    def __str__(self) -> str:
        return (
            f"{self.cpu:.1f} s computing, {self.seconds:.1f} s on the clock, {self.peak_mb:,.0f} MB, "
            f"recall@5 {self.recall5:.3f}"
        )


def _speed_rows(size: int, peer: str, times: float) -> list[Row]:
    """Compared in seconds of computing: on a machine that does other work too, the clock says little."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, f"{side.name}.csv") for side in large_catalogues(size)]
        for path, side in zip(paths, large_catalogues(size), strict=True):
            side.frame.to_csv(path, index=False)
        mine = _taken([sys.executable, "-m", "tests.benchmarks.matching_peers", "ours"], paths)
        assert mine is not None
        measured = f"{size:,} x {size:,} items"
        if not peer:
            return [Row(measured, str(mine))]
        python = os.environ.get("X3STUDIO_PEERS_PYTHON", "")
        other = _taken([python, str(Path(matching_peers.__file__)), peer], paths) if python else None
    if other is None:
        return [Row(measured, str(mine), f"{peer} is not installed here", f"{times:.0f} times {peer}")]
    met = other.cpu / mine.cpu >= times and mine.recall5 >= other.recall5 - _EQUAL
    return [Row(measured, str(mine), f"{peer}: {other}", f"{times:.0f} times {peer}", met)]


def _taken(command: Sequence[str], paths: Sequence[Path]) -> Taken | None:
    """None where the peer cannot be imported."""
    done = subprocess.run(
        [*command, *map(str, paths)], capture_output=True, text=True, timeout=_LONGEST, check=False
    )
    if "ModuleNotFoundError" in done.stderr:
        return None
    if done.returncode:
        raise subprocess.CalledProcessError(done.returncode, command, done.stdout, done.stderr)
    said = json.loads(done.stdout.splitlines()[-1])
    return Taken(said["cpu"], said["seconds"], said["peak_mb"], said["recall5"])
