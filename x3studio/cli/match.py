"""Suggestions from two CSV files without a workspace: who goes with whom, how sure, and why."""

import argparse
import csv
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from x3studio import matching
from x3studio.cli import output
from x3studio.cli.output import Exit
from x3studio.domain.errors import SettingFault
from x3studio.domain.workbench import Confidence
from x3studio.matching import (
    Judged,
    Kind,
    Role,
    Suggestions,
    Table,
    guess_kind,
    guess_roles,
    read_table,
)
from x3studio.matching.decided import disputed
from x3studio.matching.reading import read_decisions
from x3studio.matching.reasons import texts

COLUMNS = ("source_id", "rank", "target_id", "confidence", "band", "reasons")
_NAMED = 5


def match(parsed: argparse.Namespace) -> int:
    """Carries out the command."""
    source = read_table(parsed.source, field="source", id_column=parsed.source_id)
    target = read_table(parsed.target, field="target", id_column=parsed.target_id)
    wanted = [_role(text) for text in parsed.role]
    source_roles = _with(guess_roles(source), source, wanted, side="A")
    target_roles = _with(guess_roles(target), target, wanted, side="B")
    _check_used(wanted, source, target)
    kind = Kind(parsed.kind) if parsed.kind else guess_kind((source, target), (source_roles, target_roles))
    output.say(f"Kind: {kind}")
    for table, roles in ((source, source_roles), (target, target_roles)):
        listed = ", ".join(f"{role}={column}" for column, role in roles.items())
        output.say(f"{table.name}: {len(table):,} rows, key {table.id_column}, roles {listed}")
        if Role.TITLE not in roles.values():
            output.say(f"{table.name}: no column reads as a title; name one with --role title=COLUMN.")
    decisions = _decisions(parsed.decisions)
    _say_disputed(decisions)
    suggestions = matching.match(
        source,
        target,
        kind=kind,
        source_roles=source_roles,
        target_roles=target_roles,
        decisions=decisions,
        top=parsed.top,
        one_to_one=parsed.one_to_one,
        progress=_Progress(),
    )
    write_suggestions(suggestions, parsed.out)
    _close(suggestions, parsed.out)
    return Exit.DONE


def _role(text: str) -> tuple[Role, str]:
    name, mark, column = text.partition("=")
    if not mark or name not in {role.value for role in Role}:
        raise SettingFault(
            f"--role {text} is not understood.",
            field="role",
            advice=f"Write ROLE=COLUMN with a role of {', '.join(Role)}.",
        )
    return Role(name), column


def _with(
    guessed: dict[str, Role], table: Table, wanted: Sequence[tuple[Role, str]], *, side: str
) -> dict[str, Role]:
    """The guessed roles with those that were said; a said role is taken from the column that was guessed."""
    roles = dict(guessed)
    said = [(role, _column(column, side)) for role, column in wanted]
    said = [(role, column) for role, column in said if column in table.frame.columns]
    for role, _ in said:
        for column, guess in guessed.items():
            if guess is role:
                roles[column] = Role.OTHER
    return roles | {column: role for role, column in said}


def _column(column: str, side: str) -> str:
    """The column a --role means on this side; a prefix A: or B: binds it to one file."""
    mark, colon, rest = column.partition(":")
    if colon and mark in ("A", "B"):
        return rest if mark == side else ""
    return column


def _check_used(wanted: Sequence[tuple[Role, str]], source: Table, target: Table) -> None:
    for _, column in wanted:
        found = _column(column, "A") in source.frame.columns or _column(column, "B") in target.frame.columns
        if not found:
            known = dict.fromkeys([*map(str, source.frame.columns), *map(str, target.frame.columns)])
            raise SettingFault(
                f"No file has the column {column}.",
                field="role",
                advice=f"Choose one of {', '.join(known)}.",
            )


def _decisions(path: Path | None) -> Judged:
    if path is None:
        return Judged()
    frame = read_decisions(path)
    return Judged(
        source_ids=frame["source_id"].tolist(),
        target_ids=frame["target_id"].tolist(),
        matched=(frame["judgement"].str.casefold() == "matched").tolist(),
    )


def _say_disputed(decisions: Judged) -> None:
    found = disputed(decisions)
    if found.turned:
        pairs = _some([f"{source} with {target}" for source, target in found.turned])
        output.say(f"Judged both ways ({len(found.turned):,}), the later judgement counts: {pairs}.")
    if found.several:
        count = len(found.several)
        output.say(f"Matched with several ({count:,}), all of them count: {_some(found.several)}.")


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:_NAMED]) + (" ..." if len(names) > _NAMED else "")


def write_suggestions(suggestions: Suggestions, path: Path) -> None:
    """Writes the machine format of `match`: one row a suggestion, confidence empty while uncalibrated."""
    lines = texts(
        suggestions.words,
        suggestions.points,
        conflicts=suggestions.conflicts,
        exact=suggestions.exact,
        percent=suggestions.calibrated,
    )
    words = [Confidence(band).word for band in range(len(Confidence))]
    if suggestions.calibrated:
        confidence = [f"{value:.6f}" for value in suggestions.confidence.tolist()]
    else:
        confidence = [""] * len(suggestions)
    rows = zip(
        [suggestions.source_ids[row] for row in suggestions.source.tolist()],
        suggestions.rank.tolist(),
        [suggestions.target_ids[row] for row in suggestions.target.tolist()],
        confidence,
        [words[band] for band in suggestions.band.tolist()],
        lines,
        strict=True,
    )
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            writer.writerows(rows)
    except OSError as fault:
        raise SettingFault(
            f"{path} cannot be written.", field="out", advice="Check the folder.", said=fault.strerror or ""
        ) from fault


class _Progress:
    """One line on a terminal's standard error, nothing elsewhere."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()

    def __call__(self, share: float, doing: str) -> None:
        if self._shown:
            sys.stderr.write(f"\r{share:4.0%} {doing:<24}" + ("\n" if share >= 1 else ""))
            sys.stderr.flush()


def _close(suggestions: Suggestions, path: Path) -> None:
    with_one = len(np.unique(suggestions.source))
    counts = ", ".join(
        f"{int((suggestions.band[suggestions.rank == 1] == band).sum()):,} {band.word}"
        for band in reversed(Confidence)
    )
    output.say(f"{with_one:,} of {len(suggestions.source_ids):,} records have a suggestion: {counts}.")
    if suggestions.unknown_decisions:
        output.say(
            f"{suggestions.unknown_decisions} decisions name records that are in neither file; not used."
        )
    if not suggestions.calibrated:
        output.say(f"Confidence stays empty until 200 pairs are judged; {suggestions.judged} are.")
    output.say(f"Written to {path}.")
