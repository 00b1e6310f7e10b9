"""The file as columns: a row for each line, repeated ones too, quotes meaning nothing, every cell text."""

from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import chain

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import csv

from x3studio.domain.repairs import Touch
from x3studio.settlement.coded import Coded, coded
from x3studio.settlement.columns import Columns, read_columns
from x3studio.settlement.decoding import in_its_encoding
from x3studio.settlement.faults import NothingInside, OtherReport, Truncated
from x3studio.settlement.source import Source
from x3studio.settlement.touching import touched

_FEW = 10_000
_WORTH_THREADS = 4 << 20
# Columns in which nearly every order has a text of its own; all others repeat and are kept as codes.
_VARIED = frozenset({"order-id", "merchant-order-id", "shipment-id", "posted-date-time", "order-item-code"})
# Columns that no sum, month or check of a line depends on; read again where a person asks for lines.
_LATER = frozenset(
    {
        "merchant-order-id",
        "adjustment-id",
        "shipment-id",
        "merchant-order-item-id",
        "merchant-adjustment-item-id",
        "quantity-purchased",
        "promotion-id",
        "settlement-start-date",
        "settlement-end-date",
        "deposit-date",
    }
)


@dataclass(frozen=True, slots=True)
class Shape:
    """What the lines looked like: line numbers of short and over-long lines, and how the file ends."""

    short: tuple[int, ...]
    long: tuple[int, ...]
    last: int
    ended: bool


@dataclass(frozen=True, slots=True)
class TextTable:
    """All lines but the first, as text. `numbers[i]` is the line in the file of row i.

    `opening` is the number and the cells of the first of them, as a rule the summary; without `powers` no
    cell can be a number in powers of ten.
    """

    columns: Columns
    table: pa.Table
    numbers: NDArray[np.int32]
    shape: Shape
    encoding: str
    opening: tuple[int, tuple[str, ...]]
    powers: bool = True

    def coded(self, name: str) -> Coded:
        """A column as codes; all empty where the file has no such column."""
        return coded(self.table, name)

    def text(self, name: str, row: int) -> str:
        """One cell; of the first line all cells are at hand, even of columns that were not kept."""
        if name in self.table.column_names:
            return str(self.table[name][row].as_py())
        number, cells = self.opening
        place = self.columns.place(name)
        return cells[place] if number == self.numbers[row] and 0 <= place < len(cells) else ""


def read_table(
    path: Source, *, everything: bool = False, also: Collection[str] = (), touches: Sequence[Touch] = ()
) -> TextTable:
    """Every line of the file as text: the columns the proof needs, those of unknown meaning, or `everything`.

    `also` names columns beyond those; lines that are repaired read as `touches` say.

    Errors: those of settlement.faults that speak of a file as a whole.
    """
    return in_its_encoding(
        path,
        lambda decoded, encoding: _Tokens(encoding, everything, frozenset(also)).read(
            touched(decoded, touches)
        ),
    )


@dataclass(slots=True)
class _Tokens:
    """Cuts blocks of lines into cells and remembers which lines are unusual."""

    encoding: str
    everything: bool
    also: frozenset[str] = frozenset()
    wanted: tuple[str, ...] = ()
    tables: list[pa.Table] = field(default_factory=list)
    numbers: list[NDArray[np.int32]] = field(default_factory=list)
    short: list[int] = field(default_factory=list)
    long: list[int] = field(default_factory=list)
    line: int = 1
    last: bytes = b""
    final: int = 0
    opening: tuple[int, tuple[str, ...]] = (0, ())
    powers: bool = False

    def read(self, whole_lines: Iterator[bytes]) -> TextTable:
        first = next(whole_lines, b"")
        while first and not first.strip() and (more := next(whole_lines, b"")):
            first += more
        self.line += len(first) - len(first.lstrip(b"\n"))
        head, _, body = first.lstrip(b"\n").partition(b"\n")
        columns = read_columns(head.decode("utf-8", "replace"))
        later = frozenset() if self.everything or columns.wide else _LATER - self.also
        self.wanted = tuple(name for name in columns.names if name not in later)
        del first
        self.line += 1
        blank = len(body) - len(body.lstrip(b"\n"))
        opening = body[blank:].partition(b"\n")[0].decode("utf-8", "replace")
        self.opening = (self.line + blank, tuple(opening.split("\t")))
        for block in chain((body,), _ahead(whole_lines)):
            self._add(block, columns)
        if not self.tables and self.short:
            raise Truncated(
                "The file stops in the middle of its summary line.",
                advice="Download the settlement again.",
                line=self.final,
            )
        if not self.tables:
            raise NothingInside(
                "The file names its columns and holds nothing else.",
                advice="Download the settlement again; Amazon delivers at least a summary line.",
                line=1,
            )
        return TextTable(
            columns,
            pa.concat_tables(self.tables).unify_dictionaries(),
            np.concatenate(self.numbers),
            self._shape(),
            self.encoding,
            self.opening,
            self.powers,
        )

    def _shape(self) -> Shape:
        return Shape(
            short=tuple(self.short),
            long=tuple(self.long),
            last=self.final,
            ended=self.last.endswith(b"\n"),
        )

    def _add(self, block: bytes, columns: Columns) -> None:
        if not block:
            return
        # Where every line is regular there are as many rows as line ends: no need to count those.
        table = self._regular(block, columns) if block.endswith(b"\n") else None
        breaks = table.num_rows if table else block.count(b"\n")
        closing = len(block) - len(block.rstrip(b"\n")) if block.endswith(b"\n\n") else block.endswith(b"\n")
        if closing < len(block):
            self.powers = self.powers or b"+" in block
            self.final = self.line + breaks - closing
            self.last = block
            self._parse(block, columns, breaks, table)
        self.line += breaks

    def _regular(self, block: bytes, columns: Columns) -> pa.Table | None:
        """The cells of a block whose lines all have the same number of them, else None."""
        try:
            return _cells(block, columns, self.wanted, gaps=False)
        except pa.ArrowInvalid:
            return None

    def _parse(self, block: bytes, columns: Columns, breaks: int, table: pa.Table | None) -> None:
        if table is None:  # a line with too few or too many cells, or none
            _refuse_cellless(block, self.line)
            block = self._mended(block, columns)
            if not block.strip(b"\n"):
                return
            table = _cells(block, columns, self.wanted, gaps=True)
        self.tables.append(table)
        self.numbers.append(self._numbered(block, table.num_rows, breaks))

    def _numbered(self, block: bytes, rows: int, breaks: int) -> NDArray[np.int32]:
        if rows == breaks + (not block.endswith(b"\n")):
            return np.arange(self.line, self.line + rows, dtype=np.int32)
        filled = [i for i, line in enumerate(block.split(b"\n")) if line]
        return np.array(filled, np.int32) + self.line

    def _mended(self, block: bytes, columns: Columns) -> bytes:
        """The block with every line at its full number of cells; notes which lines had fewer or more."""
        width = len(columns.names)
        mended = []
        rows = block.split(b"\n")
        if rows[-1] and rows[-1].count(b"\t") + 1 < width:
            self.short.append(self.line + len(rows) - 1)
            rows[-1] = _uncut(rows[-1], columns)
        for number, line in enumerate(rows, start=self.line):
            cells = line.count(b"\t") + 1
            if not line or cells == width:
                mended.append(line)
                continue
            if cells < width:
                self.short.append(number)
                mended.append(line + b"\t" * (width - cells))
                continue
            parts = line.split(b"\t")
            if any(cell.strip() for cell in parts[width:]):
                self.long.append(number)
            mended.append(b"\t".join(parts[:width]))
        return b"\n".join(mended)


def _ahead(whole_lines: Iterator[bytes]) -> Iterator[bytes]:
    """The blocks, the next one read and decoded while the last is cut into cells."""
    with ThreadPoolExecutor(1) as reader:
        following = reader.submit(next, whole_lines, b"")
        while block := following.result():
            following = reader.submit(next, whole_lines, b"")
            yield block


def _refuse_cellless(block: bytes, line: int) -> None:
    """Text without columns is refused before its lines, perhaps millions of two bytes, become rows."""
    lines = block.count(b"\n")
    if lines > _FEW and block.count(b"\t") < lines:
        raise OtherReport(
            f"The lines from line {line} on have no columns: this is not a settlement.",
            advice="Choose the settlement as Flat File V2 (.txt).",
            line=line,
        )


def _uncut(line: bytes, columns: Columns) -> bytes:
    """A line the file's end cut inside a cell: without that cell, or nothing where it has no amount."""
    cells = line.split(b"\t")[:-1]
    total, amount = columns.place("total-amount"), columns.place("amount")
    if len(cells) <= amount and not b"".join(cells[total : total + 1]):
        return b""
    return b"\t".join([*cells, *[b""] * (len(columns.names) - len(cells))])


def _cells(block: bytes, columns: Columns, wanted: Sequence[str], *, gaps: bool) -> pa.Table:
    """The block's cells; with `gaps` empty lines are passed over.

    Error: ArrowInvalid where a line has too few or too many, or is empty without `gaps`.
    """
    repeated = pa.dictionary(pa.int32(), pa.string())
    return csv.read_csv(
        pa.BufferReader(block),
        read_options=csv.ReadOptions(
            column_names=list(columns.names),
            block_size=_block_size(block),
            # A pool of threads that has hardly begun when the program ends makes Arrow abort it.
            use_threads=len(block) > _WORTH_THREADS,
        ),
        parse_options=csv.ParseOptions(
            delimiter="\t", quote_char=False, double_quote=False, ignore_empty_lines=gaps
        ),
        convert_options=csv.ConvertOptions(
            column_types={name: pa.string() if name in _VARIED else repeated for name in wanted},
            include_columns=wanted,
            strings_can_be_null=False,
            check_utf8=False,  # decoding made or found it valid already
        ),
    )


def _block_size(block: bytes) -> int:
    """Larger than the longest line: where each stretch holds a line end, none is longer than two stretches.

    Small where that is enough: what fits a processor's cache is read a fifth quicker.
    """
    for step in (1 << 18, 1 << 20):
        if all(block.find(b"\n", at, at + step) >= 0 for at in range(0, max(len(block) - step, 0), step)):
            return 4 * step
    return len(block) + 1
