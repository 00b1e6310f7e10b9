"""One encoding for the whole file, decided from its bytes, and whole lines of UTF-8 whatever it was."""

import codecs
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from x3studio.settlement.faults import NothingInside, OtherReport, Unreadable
from x3studio.settlement.source import Source, blocks

T = TypeVar("T")

# The longest real line is under 1 kB.
LONGEST_LINE = 1 << 20
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HINTS_WITHIN = 1 << 16
_JAPANESE = (b"JPY", b"amazon.co.jp", b"Amazon.co.jp")


class NotThisEncoding(Exception):
    """The bytes of `line` contradict the encoding; `japanese` says what else those before hinted at."""

    def __init__(self, *, japanese: bool, line: int) -> None:
        super().__init__()
        self.japanese = japanese
        self.line = line


def guess(start: bytes) -> str:
    """The encoding the first bytes speak for; UTF-8 unless they say otherwise."""
    for mark, name in _BOMS:
        if start.startswith(mark):
            return name
    head = start[:512]
    if head[1::2].count(0) > len(head) // 4:
        return "utf-16-le"
    if head[0::2].count(0) > len(head) // 4:
        return "utf-16-be"
    return "utf-8"


def fallback(encoding: str, *, japanese: bool, line: int) -> str:
    """What to try after `encoding`: Shift-JIS for files from Japan, else Windows' Western code page.

    Amazon names no charset for this report; these two were seen (amazon Finances issue 3025).
    """
    if encoding == "utf-8":
        return "cp932" if japanese else "cp1252"
    if encoding == "cp932":
        return "cp1252"
    raise Unreadable(
        f"The characters in line {line} follow no encoding Amazon uses.",
        advice="Download the settlement again and do not open it in an editor before.",
        line=line,
    )


def in_its_encoding(source: Source, read: Callable[[Iterator[bytes], str], T]) -> T:
    """What `read` makes of the file's lines and the encoding's name, begun anew while bytes contradict it.

    Errors: those of settlement.faults that speak of a file as a whole.
    """
    start = next(blocks(source), b"")
    if not start.strip():
        raise NothingInside("The file is empty.", advice="Download the settlement again.", line=1)
    encoding = guess(start)
    del start
    while True:
        try:
            return read(lines(blocks(source), encoding), encoding)
        except NotThisEncoding as contradiction:
            encoding = fallback(encoding, japanese=contradiction.japanese, line=contradiction.line)


def lines(raw: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Blocks of whole lines in UTF-8, ended by LF only; the last block may lack its line end.

    Errors: NotThisEncoding, and OtherReport for bytes that are no text.
    """
    decode = _transcoder(encoding)
    rest = b""
    for block in raw:
        text = decode(block, False)
        end = text.rfind(b"\n") + 1
        if not end:
            text, rest = rest + text, b""
            if len(text) > LONGEST_LINE:
                end = text.rfind(b"\r", 0, -1) + 1  # a CR at the very end may be half of a CRLF
        whole = b"".join((rest, memoryview(text)[:end])) if end else b""
        rest = text[end:]
        if len(rest) > LONGEST_LINE and b"\r" not in rest:
            raise OtherReport(
                "This is not a settlement: a line is longer than a megabyte.",
                advice="Choose the settlement as Flat File V2 (.txt).",
                line=1,
            )
        if whole:
            yield _line_feeds(whole)
    rest += decode(b"", True)
    if rest:
        yield _line_feeds(rest)


def _line_feeds(text: bytes) -> bytes:
    if b"\0" in text:
        raise OtherReport(
            "This is not a text file.", advice="Choose the settlement as Flat File V2 (.txt).", line=1
        )
    if b"\r" in text:
        text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return text


def _transcoder(encoding: str) -> Callable[[bytes, bool], bytes]:
    decoder = codecs.getincrementaldecoder(encoding)()
    plain = encoding == "utf-8"
    pending = False
    start = b""
    before = 1

    def decode(block: bytes, last: bool) -> bytes:
        nonlocal pending, start, before
        start = start or block[:_HINTS_WITHIN]
        if plain and not pending and block.isascii():
            return block
        try:
            text = decoder.decode(block, last)
        except UnicodeDecodeError as fault:
            if last and fault.end >= len(fault.object) and encoding.startswith("utf"):
                return b""  # the file stops inside a character; its last line is reported as cut
            japanese = any(word in start or word in block for word in _JAPANESE)
            line = before + fault.object[: fault.start].count(b"\n")
            raise NotThisEncoding(japanese=japanese, line=line) from fault
        pending = bool(decoder.getstate()[0])
        before += 0 if plain else text.count("\n")
        return text.encode("utf-8")

    return decode
