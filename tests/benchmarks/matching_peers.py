"""One matcher over two CSV files, in a process of its own: python matching_peers.py WHICH A.csv B.csv

Runs in the interpreter that has the peers (X3STUDIO_PEERS_PYTHON), so that the project needs none of them.
Prints one JSON object: seconds of computing (all threads), seconds on the clock, peak memory, and the share
of records whose own key is among the first five. Both files have the columns id and title, read before the
clock starts.
"""

import csv
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence

_RARE = 200
"""Words that so many titles have, or fewer, make a pair for Splink to weigh: with 20 it is twice as quick and
misses a tenth of the pairs, and what is compared is the time for finding equally many."""
Best = list[tuple[int, int]]
"""Pairs of a source row and one of its best five target rows."""


def read(path: str) -> tuple[list[str], list[str]]:
    """Keys and titles."""
    with open(path, encoding="utf-8", newline="") as file:  # noqa: PTH123 - runs without the project
        rows = list(csv.DictReader(file))
    return [row["id"] for row in rows], [row["title"] for row in rows]


def sparse_dot_topn(source: Sequence[str], target: Sequence[str]) -> Best:
    """TF-IDF of all runs of three characters, the best five by sparse_dot_topn, as string_grouper does it."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sparse_dot_topn import sp_matmul_topn

    vectors = TfidfVectorizer(analyzer="char", ngram_range=(3, 3), dtype="float32")
    right = vectors.fit([*source, *target]).transform(target).T.tocsr()
    best = sp_matmul_topn(vectors.transform(source), right, top_n=5, n_threads=2).tocoo()
    return list(zip(best.row.tolist(), best.col.tolist(), strict=True))


def rapidfuzz(source: Sequence[str], target: Sequence[str]) -> Best:
    """token_set_ratio of every pair."""
    import numpy as np
    from rapidfuzz import fuzz, process

    found: Best = []
    for start in range(0, len(source), 500):
        part = source[start : start + 500]
        scores = process.cdist(part, target, scorer=fuzz.token_set_ratio, workers=2, dtype=np.uint8)
        best = np.argpartition(-scores.astype(np.int16), 5, axis=1)[:, :5]
        found += [(start + row, int(column)) for row, columns in enumerate(best) for column in columns]
    return found


def splink(source: Sequence[str], target: Sequence[str]) -> Best:
    """Splink on DuckDB: blocked on shared rare words, without labels, the five best by weight."""
    import pandas as pd
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator

    seen = Counter(word for side in (source, target) for text in side for word in set(text.lower().split()))
    frames = [
        pd.DataFrame(
            {
                "unique_id": range(len(side)),
                "title": side,
                "words": [text.lower().split() for text in side],
                "rare": [[word for word in text.lower().split() if seen[word] <= _RARE] for text in side],
            }
        )
        for side in (source, target)
    ]
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[
            cl.JaroWinklerAtThresholds("title", [0.95, 0.9, 0.8, 0.7]),
            cl.ArrayIntersectAtSizes("words", [5, 4, 3, 2, 1]),
        ],
        blocking_rules_to_generate_predictions=[
            {"blocking_rule": "l.rare = r.rare", "arrays_to_explode": ["rare"], "sql_dialect": "duckdb"}
        ],
    )
    api = DuckDBAPI()
    tables = [api.register(frame) for frame in frames] if hasattr(api, "register") else frames
    linker = Linker(tables, settings) if hasattr(api, "register") else Linker(tables, settings, api)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
    scored = linker.inference.predict().as_pandas_dataframe()
    best = scored.sort_values("match_weight", ascending=False).groupby("unique_id_l").head(5)
    return list(zip(best["unique_id_l"].tolist(), best["unique_id_r"].tolist(), strict=True))


def ours(source: Sequence[str], target: Sequence[str]) -> Best:
    """The whole product: candidates, features, prior, suggestions with reasons."""
    from x3studio.matching import Table, match

    sides = [
        Table.of("side", {"id": [str(row) for row in range(len(side))], "title": side}, id_column="id")
        for side in (source, target)
    ]
    found = match(*sides, top=5)
    return list(zip(found.source.tolist(), found.target.tolist(), strict=True))


WAYS: dict[str, Callable[[Sequence[str], Sequence[str]], Best]] = {
    "ours": ours,
    "sparse_dot_topn": sparse_dot_topn,
    "rapidfuzz": rapidfuzz,
    "splink": splink,
}


def main(which: str, source: str, target: str) -> None:
    """Measures one way and prints what it took."""
    keys, titles = read(source)
    other_keys, others = read(target)
    clock, computed = time.perf_counter(), time.process_time()
    best = WAYS[which](titles, others)
    took = {"seconds": time.perf_counter() - clock, "cpu": time.process_time() - computed}
    reached = {row for row, column in best if keys[row] == other_keys[column]}
    print(json.dumps({**took, "peak_mb": _peak_mb(), "recall5": len(reached) / len(keys)}))


def _peak_mb() -> float:
    try:
        import resource
    except ImportError:
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20) if sys.platform == "darwin" else peak / 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
