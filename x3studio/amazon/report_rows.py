"""Rows of Amazon's flat files: tabs without quotes, columns by name, whatever encoding a line is in."""

import codecs
from collections.abc import AsyncIterator, Mapping, Sequence

from x3studio.domain.errors import Refused

_LONGEST_LINE = 1 << 20
_JAPANESE = "A1VC38T7YXB528"
_BOM = b"\xef\xbb\xbf"
Row = Mapping[str, str]


async def report_rows(
    blocks: AsyncIterator[bytes], *, needed: Sequence[str], charset: str = "", marketplace: str = ""
) -> AsyncIterator[Row]:
    """Each row by lower-case column name; a row that is short has "" in what it lacks.

    The charset that Amazon names is tried first, then UTF-8, then the region's code page, line by line:
    files with both occur. Raises Refused where a column of `needed` is missing, or a line is endless.
    """
    encodings = (*((charset,) if _known(charset) else ()), "utf-8", _code_page(marketplace))
    header: list[str] = []
    async for line in _lines(blocks):
        cells = [cell.strip() for cell in _text(line, encodings).split("\t")]
        if not header:
            header = [cell.lower().strip('"') for cell in cells]
            _check(header, needed)
        elif any(cells):
            yield dict(zip(header, cells + [""] * (len(header) - len(cells)), strict=False))


async def _lines(blocks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    rest = b""
    first = True
    async for block in blocks:
        rest += block
        if first and len(rest) >= len(_BOM):
            rest, first = rest.removeprefix(_BOM), False
        *whole, rest = rest.split(b"\n")
        for line in whole:
            yield line.rstrip(b"\r")
        if len(rest) > _LONGEST_LINE:
            raise Refused(
                "A line of Amazon's report is longer than any line can be.",
                advice="Download the report by hand and look at it.",
                cause="too_large",
            )
    if rest:
        yield rest.rstrip(b"\r")


def _check(header: Sequence[str], needed: Sequence[str]) -> None:
    missing = [name for name in needed if name not in header]
    if missing:
        raise Refused(
            f"Amazon's report has no column {', '.join(missing)}.",
            advice="Set the language of reports to English in Seller Central, or import the file.",
            said=", ".join(header)[:300],
            cause="parse",
        )


def _text(line: bytes, encodings: Sequence[str]) -> str:
    for encoding in encodings:
        try:
            return line.decode(encoding)
        except UnicodeDecodeError:
            continue
    return line.decode("latin-1")


def _known(charset: str) -> bool:
    try:
        codecs.lookup(charset)
    except LookupError:
        return False
    return bool(charset)


def _code_page(marketplace: str) -> str:
    return "cp932" if marketplace == _JAPANESE else "cp1252"
