"""An exchange as the journal stores it: packed payloads, and the words by which it is found."""

import zlib
from dataclasses import dataclass

from x3studio.domain.monitor import Exchange
from x3studio.store.words import plain, value_words


@dataclass(frozen=True, slots=True)
class Packed:
    """What costs time is done here, by whoever made the exchange, and not by the one thread that writes."""

    exchange: Exchange
    sent: bytes | None
    answer: bytes | None
    words: str


def pack(exchange: Exchange) -> Packed:
    """An exchange made ready to be stored."""
    return Packed(exchange, _packed(exchange.sent), _packed(exchange.answer), words_of(exchange))


def words_of(exchange: Exchange) -> str:
    """All words of an exchange, payloads included, and one for each value that lists are filtered by."""
    values: list[tuple[str, str | int]] = [
        ("record", exchange.record),
        ("operation", exchange.operation),
        ("status", exchange.status),
        ("system", exchange.system.value),
    ]
    if exchange.run is not None:
        values.append(("run", exchange.run))
    told = (
        exchange.record,
        exchange.operation,
        exchange.status,
        exchange.note,
        exchange.sent,
        exchange.answer,
    )
    return " ".join((*value_words(values), plain(" ".join(told))))


def _packed(text: str) -> bytes | None:
    return zlib.compress(text.encode(), 1) if text else None


def unpacked(stored: bytes | None) -> str:
    """The payload again."""
    return "" if stored is None else zlib.decompress(stored).decode()
