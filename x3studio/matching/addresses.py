"""Addresses that speak against a pair: its own two contradict, or another candidate has the right one."""

import numpy as np
from numpy.typing import NDArray

from x3studio.matching.features import Columns, competition
from x3studio.matching.vectors import Rows

ADDRESS = frozenset({"street", "postcode", "city"})
_UNLIKE_STREET, _UNLIKE_CITY = 0.7, 0.6
_SAME_NAME = 0.85
_GOOD, _LEAD = 0.85, 0.2

Mask = NDArray[np.bool_]


def contradict(columns: Columns) -> Mask:
    """Whether two of street, postcode and city are said on both sides and are not the same."""
    street = columns["street"] < _UNLIKE_STREET
    postcode = columns["postcode"] < 1
    city = columns["city"] < _UNLIKE_CITY
    return np.asarray((street & (postcode | city)) | (postcode & city), dtype=np.bool_)


def better_elsewhere(columns: Columns, source: Rows) -> Mask:
    """Whether another candidate of the same record has its name too and agrees clearly better on the
    address.
    """
    agreed = _agreement(columns)
    named = np.where(columns["word set"] >= _SAME_NAME, agreed, 0.0).astype(np.float32)
    lead = competition(named, source, np.arange(len(source)))["lead over other targets"]
    # Behind the best by this much: the best is another one, of the same name.
    best = named - lead
    return np.asarray((lead < 0) & (best >= _GOOD) & (best - agreed >= _LEAD), dtype=np.bool_)


def _agreement(columns: Columns) -> NDArray[np.float32]:
    """How far the addresses agree, 0..1: the mean of what both sides say, 0 where they say nothing."""
    house = np.where(columns["street"] >= _UNLIKE_STREET, columns["house number"], np.nan)
    parts = np.column_stack([columns["street"], columns["postcode"] == 1, columns["city"], house])
    parts[np.isnan(columns["postcode"]), 1] = np.nan
    said = (~np.isnan(parts)).sum(axis=1)
    return np.asarray(np.nansum(parts, axis=1) / np.maximum(said, 1), dtype=np.float32)
