"""What the first bytes of a settlement tell at once, as written there, while all of it is being read."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from x3studio.settlement.columns import read_columns
from x3studio.settlement.decoding import guess
from x3studio.settlement.source import blocks

_BYTES = 64 << 10


@dataclass(frozen=True, slots=True)
class Glance:
    """The summary's cells by column name and the first lines after it; nothing is proven yet.

    `size` are the file's bytes, packed where it is packed. `summary` lacks what the file leaves empty.
    """

    name: str
    size: int
    columns: tuple[str, ...]
    summary: Mapping[str, str]
    rows: tuple[tuple[str, ...], ...]

    def cell(self, row: tuple[str, ...], name: str) -> str:
        """One cell of a line, "" where the file has no such column."""
        place = self.columns.index(name) if name in self.columns else -1
        return row[place].strip() if 0 <= place < len(row) else ""


def glance(path: Path, *, most: int = 200) -> Glance:
    """Reads no further than the first block. Errors: SettlementRefused where even that is no settlement."""
    block = next(blocks(path), b"")
    text = block[:_BYTES].decode(guess(block), "replace").replace("\r\n", "\n").replace("\r", "\n")
    head, _, body = text.lstrip("\n").partition("\n")
    columns = read_columns(head).names
    lines = [line for line in body.split("\n") if line.strip()]
    if len(block) > _BYTES:
        del lines[-1:]  # cut by us, not by the file
    rows = [tuple(line.split("\t")) for line in lines]
    summary = {
        name: cell.strip()
        for name, cell in zip(columns, rows[0] if rows else (), strict=False)
        if cell.strip()
    }
    return Glance(path.name, path.stat().st_size, columns, summary, tuple(rows[1 : most + 1]))
