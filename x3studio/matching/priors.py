"""The shipped models, one for each kind of record; how they are made stands in
tests/benchmarks/train_prior.py.
"""

from functools import cache

from x3studio.matching.model import Model, load_model
from x3studio.matching.values import Kind
from x3studio.shipped import shipped


@cache
def prior(kind: Kind) -> Model:
    """The model that ships for `kind`."""
    return load_model(shipped(f"matching/{kind}.json"))
