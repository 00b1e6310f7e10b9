"""Arrow's columns as numpy's and back, by their buffers: Arrow's own way loads pandas for nothing."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

_TYPES = {np.dtype(np.int32): pa.int32(), np.dtype(np.int64): pa.int64()}


def whole(column: pa.Array | pa.ChunkedArray) -> NDArray[np.int64]:
    """The whole numbers of a column without nulls, as a read-only view where it has one chunk."""
    parts = [_whole(chunk).astype(np.int64, copy=False) for chunk in _chunks(column)]
    return parts[0] if len(parts) == 1 else np.concatenate([*parts, np.zeros(0, np.int64)])


def codes(column: pa.ChunkedArray) -> NDArray[np.int32]:
    """The codes of a column that is kept as codes."""
    parts = [_whole(chunk.indices).astype(np.int32, copy=False) for chunk in _chunks(column)]
    return parts[0] if len(parts) == 1 else np.concatenate([*parts, np.zeros(0, np.int32)])


def flags(column: pa.Array | pa.ChunkedArray) -> NDArray[np.bool_]:
    """The truth values of a column without nulls."""
    return np.concatenate([*(_flags(chunk) for chunk in _chunks(column)), np.zeros(0, np.bool_)])


def column(values: NDArray[np.bool_] | NDArray[np.integer]) -> pa.Array:
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


def _chunks(column: pa.Array | pa.ChunkedArray) -> list[pa.Array]:
    return column.chunks if isinstance(column, pa.ChunkedArray) else [column]


def _whole(array: pa.Array) -> NDArray[np.integer]:
    kind = np.dtype(f"i{array.type.bit_width // 8}")
    return np.frombuffer(array.buffers()[1], kind)[array.offset : array.offset + len(array)]


def _flags(array: pa.Array) -> NDArray[np.bool_]:
    bits = np.unpackbits(np.frombuffer(array.buffers()[1], np.uint8), bitorder="little")
    return bits[array.offset : array.offset + len(array)].view(np.bool_)
