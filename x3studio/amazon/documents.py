"""Report documents, read in blocks: sniffed and inflated within bounds, whatever Amazon says of them."""

import time
import zlib
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass, field

import httpx

from x3studio.amazon import faults
from x3studio.amazon.calls import Calls
from x3studio.amazon.operations import GET_REPORT_DOCUMENT
from x3studio.amazon.wire import checked_url
from x3studio.domain.errors import ConnectionFault, Refused
from x3studio.domain.monitor import Direction, Exchange, System

MOST_BYTES = 2 << 30
"""Of plain text; the largest report seen is far below."""
_MOST_RATIO = 200
_RATIO_COUNTS_FROM = 16 << 20
_BLOCK = 1 << 20
_GZIP = b"\x1f\x8b"


@dataclass(slots=True)
class Inflater:
    """Plain bytes out of a stream that is gzip by its first two bytes, or plain already.

    Raises Refused (cause "too_large") beyond `most` bytes or a ratio no report has.
    """

    most: int = MOST_BYTES
    taken: int = 0
    given: int = 0
    _start: bytes = b""
    _gzip: "zlib._Decompress | None" = None
    _sniffed: bool = False

    def feed(self, block: bytes) -> Iterator[bytes]:
        """The plain bytes that one block brings, in blocks of at most a megabyte."""
        self.taken += len(block)
        if not self._sniffed:
            self._start += block
            if len(self._start) < len(_GZIP):
                return
            block, self._sniffed = self._start, True
            if block.startswith(_GZIP):
                self._gzip = zlib.decompressobj(31)
        for plain in self._inflated(block) if self._gzip else (block,):
            self.given += len(plain)
            self._bound()
            yield plain

    def _inflated(self, block: bytes) -> Iterator[bytes]:
        assert self._gzip is not None
        rest = block
        while rest:
            if self._gzip.eof:
                if not rest.startswith(_GZIP[: len(rest)]):
                    return
                self._gzip = zlib.decompressobj(31)
            plain = self._gzip.decompress(rest, _BLOCK)
            while plain:
                yield plain
                plain = self._gzip.decompress(self._gzip.unconsumed_tail, _BLOCK)
            rest = self._gzip.unused_data

    def _bound(self) -> None:
        bomb = self.given > _RATIO_COUNTS_FROM and self.given > self.taken * _MOST_RATIO
        if self.given > self.most or bomb:
            raise Refused(
                "A report is larger than any report can be.",
                advice="Nothing of it was kept. Download it by hand and look at it before it is added.",
                cause="too_large",
            )

    def end(self) -> Iterator[bytes]:
        """What is left at the end of the stream. Raises ValueError where it stops in the middle."""
        if not self._sniffed and self._start:
            yield self._start
        if self._gzip is not None and not self._gzip.eof:
            raise ValueError("it ends in the middle")


@dataclass(slots=True)
class ReportDocument:
    """A document that is being read: `charset` is what the answer's Content-Type names, "" where nothing."""

    document_id: str
    charset: str = ""
    size: int = 0
    inflater: Inflater = field(default_factory=Inflater)


async def document(
    calls: Calls,
    document_id: str,
    *,
    record: str = "",
    most: int = MOST_BYTES,
    opened: ReportDocument | None = None,
) -> AsyncGenerator[bytes, None]:
    """The plain bytes of a report document, block by block; `opened` learns charset and size.

    The address Amazon names lives five minutes and wants no sign-in. A stream that fails is not resumed:
    read it again from its start. Raises ConnectionFault, Refused, and what calls raise.
    """
    answer = await calls.call(GET_REPORT_DOCUMENT, path={"reportDocumentId": document_id}, record=record)
    url = answer.content.get("url") if isinstance(answer.content, dict) else None
    if not isinstance(url, str):
        raise faults.unreadable(GET_REPORT_DOCUMENT, httpx.Headers(), found="no address of the document")
    checked_url(url.partition("?")[0], field="base_url")
    held = opened or ReportDocument(document_id)
    held.inflater = Inflater(most)
    began = time.monotonic()
    try:
        async with calls.open_document(url) as response:
            held.charset = response.charset_encoding or ""
            async for block in response.aiter_raw():
                for plain in held.inflater.feed(block):
                    held.size += len(plain)
                    yield plain
            for plain in held.inflater.end():
                held.size += len(plain)
                yield plain
    except (zlib.error, ValueError) as fault:
        raise ConnectionFault(
            "A report's document arrived damaged.", advice="It is fetched again.", said=str(fault)
        ) from fault
    finally:
        calls.recording.put(
            Exchange(
                record=record,
                operation="download",
                system=System.AMAZON,
                direction=Direction.IN,
                status="read",
                duration_ms=round((time.monotonic() - began) * 1000),
                answer=f"[{held.size} bytes]",
                at=calls.clock.now(),
            )
        )
