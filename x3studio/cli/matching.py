"""The arguments of `match`; what it needs is loaded only when it runs."""

import argparse
from pathlib import Path

from x3studio.cli.arguments import Commands


def add_parser(commands: Commands) -> None:
    """Adds `match`."""
    parser = commands.add_parser("match", help="suggest which records of two CSV files belong together")
    parser.add_argument(
        "--source", required=True, type=Path, metavar="A.csv", help="the records to be matched"
    )
    parser.add_argument(
        "--target", required=True, type=Path, metavar="B.csv", help="the records to choose from"
    )
    parser.add_argument("--out", required=True, type=Path, metavar="S.csv", help="where the suggestions go")
    parser.add_argument("--kind", choices=("items", "customers"), help="guessed when not given")
    parser.add_argument("--source-id", metavar="COLUMN", help="key of A (default: id, else the first column)")
    parser.add_argument("--target-id", metavar="COLUMN", help="key of B (default: id, else the first column)")
    parser.add_argument(
        "--top", type=_positive, default=5, metavar="N", help="suggestions a record (default 5)"
    )
    parser.add_argument(
        "--decisions",
        type=Path,
        metavar="D.csv",
        help="judged pairs: source_id, target_id, judgement (matched, no_match)",
    )
    parser.add_argument(
        "--one-to-one",
        action="store_true",
        help="use each record at most once; only pairs worth it are written",
    )
    parser.add_argument(
        "--role",
        action="append",
        default=[],
        metavar="ROLE=COLUMN",
        help="what a column means (title, brand, code, ean, price ...), in both files or as A:COLUMN",
    )
    parser.set_defaults(verb=_match)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _match(parsed: argparse.Namespace) -> int:
    # The tables and matrices behind it take longer to load than most other verbs take to run.
    from x3studio.cli.match import match

    return match(parsed)
