"""Arrow's columns as numpy's and back, by their buffers: Arrow's own way loads pandas, which nothing here needs."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
from numpy.typing import NDArray

_TYPES = {np.dtype(np.int32): pa.int32(), np.dtype(np.int64): pa.int64(), np.dtype(np.int8): pa.int8()}


def whole(column: pa.Array | pa.ChunkedArray) -> NDArray[np.int64]:
    """The whole numbers of a column without nulls, as a read-only view where it has one chunk."""
    return _joined([_whole(chunk) for chunk in _chunks(column)], np.int64)


def codes(column: pa.ChunkedArray) -> NDArray[np.int32]:
    """The codes of a column that is kept as codes."""
    return _joined([_whole(chunk.indices) for chunk in _chunks(column)], np.int32)


def flags(column: pa.Array | pa.ChunkedArray) -> NDArray[np.bool_]:
    """The truth values of a column without nulls."""
    return _joined([_flags(chunk) for chunk in _chunks(column)], np.bool_)


def column(values: NDArray[np.generic]) -> pa.Array:
    """An Arrow array of whole numbers or truth values."""
    if values.dtype == np.bool_:
        bits = np.packbits(values, bitorder="little")
        return pa.Array.from_buffers(pa.bool_(), len(values), [None, pa.py_buffer(bits)])
    kind = _TYPES[values.dtype]
    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(np.ascontiguousarray(values))])


def texts(values: Sequence[str]) -> pa.Array:
    """An Arrow array of texts."""
    encoded = [value.encode() for value in values]
    ends = np.cumsum([0, *map(len, encoded)], dtype=np.int32)
    return pa.Array.from_buffers(
        pa.string(), len(encoded), [None, pa.py_buffer(ends), pa.py_buffer(b"".join(encoded))]
    )


def text(value: str) -> pa.Scalar:
    """A single text for comparisons."""
    return texts([value])[0]


def zero(kind: pa.DataType) -> pa.Scalar:
    """Nothing, as an amount of that type."""
    return column(np.zeros(1, np.int64)).cast(pa.decimal128(19, 0)).cast(kind)[0]


def _chunks(column: pa.Array | pa.ChunkedArray) -> list[pa.Array]:
    return column.chunks if isinstance(column, pa.ChunkedArray) else [column]


def _whole(array: pa.Array) -> NDArray[np.generic]:
    width = {4: np.int32, 8: np.int64, 1: np.int8}[array.type.bit_width // 8]
    start = array.offset
    return np.frombuffer(array.buffers()[1], width)[start : start + len(array)]


def _flags(array: pa.Array) -> NDArray[np.bool_]:
    bits = np.unpackbits(np.frombuffer(array.buffers()[1], np.uint8), bitorder="little")
    return bits[array.offset : array.offset + len(array)].view(np.bool_)


def _joined(parts: list[NDArray[np.generic]], kind: type[np.generic]) -> NDArray[np.generic]:
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else np.zeros(0, kind)
