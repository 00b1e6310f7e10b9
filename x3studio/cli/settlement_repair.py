"""`settlement repair`: what would mend a damaged file, line by line; accepted or taken back by a person."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from x3studio.cli import output
from x3studio.cli.arguments import above_zero, within
from x3studio.cli.output import Exit
from x3studio.domain.errors import SettingFault
from x3studio.domain.repairs import Mend, Mending
from x3studio.domain.settlements import SettlementRefused
from x3studio.workspace import Workspace

_NONE = "No change of single lines is proven by the total: nothing is suggested."
_AGAIN = "Download the settlement again."
_WHOLE = "The settlement proves itself: there is nothing to repair."


def add_actions(actions: Any, *, common: Callable[[argparse.ArgumentParser, Any], None]) -> None:
    """Adds `repair`; `common` gives it the options all actions of a workspace have."""
    repairing = actions.add_parser(
        "repair", help="what would mend a damaged file; accept it, or take it back"
    )
    repairing.add_argument(
        "settlement", metavar="ID-or-FILE", help="of the archive; a file is archived on --accept"
    )
    what = repairing.add_mutually_exclusive_group()
    what.add_argument(
        "--accept",
        nargs="?",
        const=0,
        type=above_zero,
        metavar="N",
        help="read the file as suggestion N says from now on (default: 1, where it is the only one)",
    )
    what.add_argument(
        "--undo", action="store_true", help="read the file as it came again, until it is posted"
    )
    common(repairing, repair)


def repair(args: argparse.Namespace) -> int:
    """0 where it is mended, or mendable; 3 where nothing mends it."""
    path = Path(args.settlement)
    file = path if path.is_file() else None
    if file is not None and args.accept is None and not args.undo:
        return _tell(_of_file(path), as_json=args.json)

    async def work(workspace: Workspace) -> int:
        service = workspace.settlements
        entry = await _entry(workspace, args.settlement, file)
        if args.undo:
            await service.take_back_repair(entry, who=args.who)
            output.say("The file is read as it came again.")
            return Exit.DONE
        found = await service.mending(entry)
        if args.accept is not None:
            await service.repair(entry, _chosen(found, args.accept), who=args.who)
            found = await service.mending(entry)
        return _tell(found, as_json=args.json)

    return within(args, work)


def _of_file(path: Path) -> Mending:
    """Of a file that is not archived: nothing is stored, and no workspace is needed."""
    from x3studio.settlement.mending import mends
    from x3studio.settlement.proof import FILE_CHECKS, prove
    from x3studio.settlement.reading import read_settlement

    try:
        proof = prove(read_settlement(path))
    except SettlementRefused as fault:
        wrong = fault.title
    else:
        blocking = (check for check in proof.checks if check.id in FILE_CHECKS and check.blocks)
        wrong = next((f"{check.id}: {check.detail}" for check in blocking), "")
    return Mending(0, path.name, mends(path) if wrong else (), wrong)


async def _entry(workspace: Workspace, name: str, file: Path | None) -> int:
    if file is None:
        return (await workspace.settlements.find(name)).id
    (taken,) = await workspace.settlements.take([file])
    if taken.entry is None:
        raise SettingFault(taken.title, field="file", advice=taken.advice)
    return taken.entry


def _chosen(found: Mending, number: int) -> Mend:
    """The suggestion that is meant; where there are several, it has to be named."""
    if found.accepted is not None:
        raise _fault(
            f"It is repaired already. {found.accepted.words}", "Take that repair back first: --undo."
        )
    if not found.mends:
        raise _fault(_NONE if found.wrong else _WHOLE, _AGAIN if found.wrong else "Show its proof sheet.")
    if number > len(found.mends) or (not number and len(found.mends) > 1):
        raise _fault(
            f"There are {len(found.mends)} suggestions."
            if len(found.mends) > 1
            else "There is 1 suggestion.",
            "Look at them without --accept, then name one: --accept 1.",
        )
    return found.mends[max(number, 1) - 1]


def _fault(title: str, advice: str) -> SettingFault:
    return SettingFault(title, field="repair", advice=advice)


def _tell(found: Mending, *, as_json: bool) -> int:
    standing = found.accepted
    if as_json:
        accepted = {**_document(standing.mend), "who": standing.who, "at": standing.at} if standing else None
        output.result(
            {
                "file": found.file_name,
                "wrong": found.wrong,
                "suggestions": [_document(mend) for mend in found.mends],
                "accepted": accepted,
                "posted": found.fixed,
            }
        )
    elif standing is not None:
        output.say(standing.words)
        _print(standing.mend)
    else:
        output.say(found.wrong or _WHOLE)
        if found.wrong and not found.mends:
            output.say(f"{_NONE} {_AGAIN}")
        for number, mend in enumerate(found.mends, start=1):
            output.say(f"Suggestion {number}: {mend.reason} Read so, {mend.proof}")
            _print(mend)
    return Exit.PARTIAL if found.wrong and not found.mends else Exit.DONE


def _print(mend: Mend) -> None:
    output.table(
        ("LINE", "COLUMN", "AS IT CAME", "AS IT READS"),
        [(touch.line, *cell) for touch in mend.touches for cell in touch.told(mend.columns)],
    )


def _document(mend: Mend) -> dict[str, Any]:
    return {
        "reason": mend.reason,
        "proof": mend.proof,
        "lines": [
            {
                "line": touch.line,
                "old": touch.old,
                "new": touch.new,
                "cells": [cell._asdict() for cell in touch.cells(mend.columns)],
            }
            for touch in mend.touches
        ],
    }
