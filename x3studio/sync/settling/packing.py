"""Settlement files as the archive keeps them: gzip in pieces, with the digest of the plain bytes."""

import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

_PIECE = 4 << 20
_LEVEL = 3


class Packing:
    """Plain bytes on their way into the archive: compressed in pieces, with the digest of the whole."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._gzip = zlib.compressobj(_LEVEL, zlib.DEFLATED, 31)
        self._packed = bytearray()

    def add(self, block: bytes) -> None:
        """Takes the next plain bytes."""
        self._hash.update(block)
        self._packed += self._gzip.compress(block)

    def finish(self) -> "Packed":
        """The packed file; nothing can be added afterwards."""
        self._packed += self._gzip.flush()
        return Packed(bytes(self._packed), self._hash.hexdigest())


@dataclass(frozen=True, slots=True)
class Packed:
    """A file as it is archived: gzip, and the SHA-256 of its plain bytes."""

    data: bytes
    digest: str

    def pieces(self) -> list[bytes]:
        """The packed bytes in pieces that the store writes one by one."""
        return [self.data[at : at + _PIECE] for at in range(0, len(self.data), _PIECE)]


def packed(blocks: Iterable[bytes], *, read: Callable[[int], None] = lambda _: None) -> Packed:
    """Packs a whole file. `read` hears how many plain bytes there were so far."""
    packing, size = Packing(), 0
    for block in blocks:
        packing.add(block)
        size += len(block)
        read(size)
    return packing.finish()


def blocks_of(data: bytes) -> Iterator[bytes]:
    """The plain bytes of an archived file, block by block: what `settlement archive --out` writes."""
    inflater = zlib.decompressobj(31)
    rest = data
    while rest and not inflater.eof:
        yield inflater.decompress(rest, _PIECE)
        rest = inflater.unconsumed_tail
