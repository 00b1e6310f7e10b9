"""A deck's columns as one block of bytes, so that the next start need not put them together again."""

from typing import Any

import numpy as np
import pyarrow as pa

from x3studio.workbench.columns import Columns
from x3studio.workbench.words import BETWEEN

_FORMAT = b"1"
_NUMBERS = {
    "states": pa.uint8(),
    "bands": pa.uint8(),
    "confidences": pa.float32(),
    "margins": pa.float32(),
    "conflicts": pa.uint32(),
    "worths": pa.int64(),
    "lines": pa.int32(),
    "units": pa.int32(),
    "waiting": pa.int32(),
    "flagged": pa.uint8(),
    "shared": pa.uint8(),
    "apart": pa.uint8(),
    "at": pa.int64(),
}
_FEW = frozenset(
    {
        *("key_marketplaces", "key_channels", "vat_numbers", "targets", "target_titles", "packs"),
        *("channels", "brands", "families", "owners", "who"),
    }
)


def packed(columns: Columns) -> bytes:
    """The columns, compressed."""
    arrays = {name: _array(name, getattr(columns, name)) for name in Columns.__dataclass_fields__}
    table = pa.table(arrays).replace_schema_metadata({b"format": _FORMAT})
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with pa.ipc.new_file(sink, table.schema, options=options) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def unpacked(data: bytes) -> Columns | None:
    """The columns that `packed` wrote, None where another version of the program wrote them."""
    table = pa.ipc.open_file(pa.py_buffer(data)).read_all()
    if (table.schema.metadata or {}).get(b"format") != _FORMAT:
        return None
    if set(table.column_names) != set(Columns.__dataclass_fields__):
        return None
    return Columns(
        **{name: _column(name, table.column(name).combine_chunks()) for name in table.column_names}
    )


def _array(name: str, values: Any) -> pa.Array:
    if name in _NUMBERS:
        return pa.array(np.asarray(values), _NUMBERS[name])
    if name == "marketplaces":
        if isinstance(values, pa.DictionaryArray):
            return values
        return pa.array([BETWEEN.join(each) for each in values], pa.string()).dictionary_encode()
    texts = values if isinstance(values, pa.Array) else pa.array(values, pa.string())
    return texts.dictionary_encode() if name in _FEW and not isinstance(texts, pa.DictionaryArray) else texts


def _column(name: str, array: pa.Array) -> Any:
    if name in _NUMBERS:
        return array.to_numpy()
    if name in _KEYS and len(array.dictionary) == 1:
        return array.dictionary.to_pylist() * len(array)
    return array


_KEYS = frozenset({"key_marketplaces", "key_channels", "vat_numbers"})
