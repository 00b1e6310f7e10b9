"""Hostile sizes: a bomb costs no memory, and no line may be endless; benchmarks say how long it takes."""

import subprocess
import sys
import zlib
from decimal import Decimal
from pathlib import Path

import pytest

from tests.settlement.making import PLAIN
from x3studio.domain.settlements import SettlementRefused
from x3studio.settlement import source
from x3studio.settlement.faults import OtherReport, TooLarge
from x3studio.settlement.reading import read_settlement

_MEASURE = """
import sys
from pathlib import Path
from x3studio.settlement.reading import read_settlement
from x3studio.settlement.faults import OtherReport, TooLarge
try:
    read_settlement(Path(sys.argv[1]))
except (TooLarge, OtherReport) as fault:
    status = Path("/proc/self/status").read_text()  # the peak since exec; rusage would count the parent's
    peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    print(type(fault).__name__, peak)
"""


_ROW = PLAIN.text().splitlines(keepends=True)[2].encode()


@pytest.fixture(
    scope="module",
    params=[b"0" * 1024, b"0\n" * 512, b"\n" * 1024, b"\t" * 1024, _ROW],
    ids=["one line", "short lines", "empty lines", "tabs", "one row repeated"],
)
def bomb(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten gigabytes after a true settlement: one line, short lines, empty lines, tabs, one row repeated."""
    path = tmp_path_factory.mktemp("bomb") / "settlement.txt.gz"
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    with path.open("wb") as file:
        file.write(packer.compress(PLAIN.text().encode()))
        file.write(packer.flush(zlib.Z_FULL_FLUSH))
        filling = request.param * ((1 << 26) // len(request.param))
        one = packer.compress(filling) + packer.flush(zlib.Z_FULL_FLUSH)
        again = packer.compress(filling) + packer.flush(zlib.Z_FULL_FLUSH)
        file.write(one)
        # After a full flush equal input packs to equal bytes; only the closing checksum would be wrong.
        file.writelines([again] * 159)
    return path


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is read from /proc")
def test_a_ten_gigabyte_bomb_is_refused_within_200_megabytes(bomb: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(bomb)], capture_output=True, text=True, check=True, timeout=60
    )
    kind, peak = done.stdout.split()
    assert kind in ("TooLarge", "OtherReport")
    assert float(peak) < 200


def test_the_words_about_a_bomb(bomb: Path) -> None:
    with pytest.raises(SettlementRefused, match=r"inflates more than 100 times|no columns|longer than a"):
        read_settlement(bomb)


def test_plain_text_beyond_every_settlement_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.write(PLAIN.text().encode())
        file.truncate(source.MOST_BYTES + 2)
    with pytest.raises((TooLarge, OtherReport)):
        read_settlement(path)


def test_an_endless_line_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "line.txt"
    path.write_bytes(PLAIN.text().encode() + b"x" * (20 << 20))
    with pytest.raises(OtherReport, match="longer than a megabyte"):
        read_settlement(path)


def test_a_repetitive_settlement_is_no_bomb(tmp_path: Path) -> None:
    rows = PLAIN.text().splitlines(keepends=True)
    fees = "".join(rows[2].replace("129.99", f"{n % 900}.00") for n in range(300_000))
    total = sum(n % 900 for n in range(300_000))
    text = rows[0] + rows[1].replace(str(PLAIN.sum), f"{total}.00") + fees
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    path = tmp_path / "fees.txt.gz"
    path.write_bytes(packer.compress(text.encode()) + packer.flush())
    assert len(text) > 32 << 20
    settlement = read_settlement(path)
    assert settlement.rows == 300_000
    assert settlement.sum == Decimal(total)


def test_reading_and_proving_loads_no_pandas(tmp_path: Path) -> None:
    """A plain number handed to Arrow's functions loads pandas, as slow as half a million lines."""
    path = tmp_path / "settlement.txt"
    path.write_text(PLAIN.text())
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from x3studio.settlement.proof import prove\n"
        "from x3studio.settlement.reading import read_settlement\n"
        "prove(read_settlement(Path(sys.argv[1])))\nprint('pandas' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False"]
