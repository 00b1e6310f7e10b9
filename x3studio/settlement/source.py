"""Raw bytes of a settlement, inflated within bounds, in blocks; a bomb costs neither time nor memory."""

import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from x3studio.settlement.faults import OtherReport, TooLarge, Truncated, Unreadable

BLOCK = 24 << 20
# The largest real month seen is some tens of MB; text of this size would be seven million lines.
MOST_BYTES = 2 << 30
# Settlement text shrinks some 5 to 30 times; one line without end shrinks 200 times.
MOST_RATIO = 100
_RATIO_COUNTS_FROM = 16 << 20
Source = Path | bytes
_GZIP = b"\x1f\x8b"
_OTHER_KINDS = {
    b"PK\x03\x04": "a ZIP archive or an Excel workbook",
    b"%PDF": "a PDF document",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"<?xml": "an XML report",
    b"<!DOC": "a web page",
    b"<html": "a web page",
}


def blocks(source: Source) -> Iterator[bytes]:
    """The bytes of a file, or of a file in memory, inflated where they are gzip, whatever a name says.

    Errors: Unreadable, TooLarge, Truncated, OtherReport.
    """
    try:
        with _opened(source) as file:
            start = file.read(8)
            file.seek(0)
            _refuse_other_kinds(start)
            yield from _inflated(file) if start.startswith(_GZIP) else _plain(file)
    except OSError as fault:
        raise Unreadable(
            f"The file {_name(source)} cannot be read: {fault.strerror or fault}.",
            advice="Check the path and that you may read it.",
        ) from fault


def _opened(source: Source) -> BinaryIO:
    if isinstance(source, bytes):
        return io.BytesIO(source)
    if source.is_dir():
        raise Unreadable(
            f"{source.name or 'An empty file name'} stands for a folder, not for a file.",
            advice="Choose the settlement's own file.",
        )
    if source.exists() and not source.is_file():
        # A pipe or a device may keep a reader waiting for ever.
        raise Unreadable(
            f"{source.name or source} is no file.",
            advice="Choose the settlement's own file, as it was saved.",
        )
    return source.open("rb")


def _name(source: Source) -> str:
    return source.name if isinstance(source, Path) else "in the archive"


def _refuse_other_kinds(start: bytes) -> None:
    for magic, kind in _OTHER_KINDS.items():
        if start.startswith(magic):
            raise OtherReport(
                f"This is {kind}, not a settlement.",
                advice="Download the settlement as Flat File V2 (.txt) and leave it as it comes.",
                line=1,
            )


def _plain(file: BinaryIO) -> Iterator[bytes]:
    size = 0
    while block := file.read(BLOCK):
        size += len(block)
        _bound(size, packed=0)
        yield block


def _inflated(file: BinaryIO) -> Iterator[bytes]:
    inflater = zlib.decompressobj(31)
    packed = size = 0
    while rest := file.read(1 << 18):
        while rest:
            if inflater.eof:  # gzip files may be joined; Amazon's are not, but a tool on the way may
                if not rest.startswith(_GZIP[: len(rest)]):
                    return
                inflater = zlib.decompressobj(31)
            for block, unread in _drain(inflater, rest):
                if not size:
                    _refuse_packed_twice(block)
                size += len(block)
                _bound(size, packed=packed + len(rest) - unread)
                yield block
            packed += len(rest) - len(inflater.unused_data)
            rest = inflater.unused_data
    if not inflater.eof:
        raise Truncated("The compressed file ends in the middle.", advice="Download the settlement again.")


def _refuse_packed_twice(start: bytes) -> None:
    if start.startswith(_GZIP):
        raise OtherReport(
            "The file is compressed twice.",
            advice="Unpack it once, or download the settlement again.",
            line=1,
        )


def _drain(inflater: "zlib._Decompress", rest: bytes) -> Iterator[tuple[bytes, int]]:
    """Inflated blocks, each with how many of the packed bytes are still to be read."""
    while not inflater.eof:
        try:
            block = inflater.decompress(rest, BLOCK)
        except zlib.error as fault:
            raise Truncated(
                "The compressed file is damaged.", advice="Download the settlement again."
            ) from fault
        rest = inflater.unconsumed_tail
        if block:
            yield block, len(rest) or len(inflater.unused_data)
        if not rest and len(block) < BLOCK:
            return


def _bound(size: int, *, packed: int) -> None:
    if size > MOST_BYTES:
        raise TooLarge(
            f"The file holds more than {MOST_BYTES >> 30} GB of text.",
            advice="No settlement is that large. Download it again from Amazon.",
        )
    if packed and size > _RATIO_COUNTS_FROM and size > packed * MOST_RATIO:
        raise TooLarge(
            f"The compressed file inflates more than {MOST_RATIO} times.",
            advice="No settlement does that. Do not open this file; download the settlement from Amazon.",
        )
