"""The public labelled sets, read where they lie; only the pairs of their gold are known to match."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from x3studio.matching.reading import read_table
from x3studio.matching.values import Kind, Table

KINDS = {
    "abt-buy": Kind.ITEMS,
    "amazon-google": Kind.ITEMS,
    "promap-en": Kind.ITEMS,
    "fodors-zagats": Kind.CUSTOMERS,
}


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """Two tables and the pairs of keys known to match."""

    name: str
    kind: Kind
    source: Table
    target: Table
    gold: set[tuple[str, str]]


def load_set(foreign: Path, name: str) -> LabelledSet:
    """Reads one of `KINDS` below the folder of foreign data."""
    folder = foreign / "matching" / name
    if name == "promap-en":
        return _from_pairs(folder, name)
    source = read_table(folder / "A.csv", field="source")
    target = read_table(folder / "B.csv", field="target")
    gold = read_table(folder / "gt.csv", field="gold").frame
    pairs = set(zip(gold.iloc[:, 0].tolist(), gold.iloc[:, 1].tolist(), strict=True))
    return LabelledSet(name, KINDS[name], source, target, pairs)


def _from_pairs(folder: Path, name: str) -> LabelledSet:
    """A set of judged pairs as two tables of the different records in them."""
    pairs = pd.read_csv(folder / "pairs.csv", dtype=str, keep_default_na=False)
    sides = []
    for side in ("1", "2"):
        columns = {f"{column}{side}": column for column in ("id", "name", "short_description", "price")}
        frame = pairs[list(columns)].rename(columns=columns).drop_duplicates("id").reset_index(drop=True)
        sides.append(Table(f"{name} {side}", frame, "id"))
    matched = pairs[pairs["match"] == "1"]
    gold = set(zip(matched["id1"].tolist(), matched["id2"].tolist(), strict=True))
    return LabelledSet(name, KINDS[name], sides[0], sides[1], gold)
