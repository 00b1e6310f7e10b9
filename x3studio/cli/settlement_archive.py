"""The settlements of a workspace: archive them, give them accounts, look at their proofs, post them."""

import argparse
from pathlib import Path
from typing import Any

from x3studio.cli import (
    output,
    settlement_accounts,
    settlement_deferred,
    settlement_facts,
    settlement_repair,
)
from x3studio.cli.arguments import json_argument, within, workspace_argument
from x3studio.cli.output import Exit
from x3studio.domain.bookkeeping import Taken, Took
from x3studio.domain.chain import Entry, SettlementState
from x3studio.domain.errors import SettingFault
from x3studio.workspace import Workspace

_WIDE = 160
_BAD = (Took.REFUSED, Took.QUARANTINED, Took.REISSUED)


def add_actions(actions: Any) -> None:
    """Adds the actions that need a workspace."""
    archiving = actions.add_parser("archive", help="archive downloaded files; without one, list the archive")
    archiving.add_argument("files", nargs="*", type=Path, metavar="FILE", help="Flat File V2, also as .gz")
    archiving.add_argument("--collect", action="store_true", help="ask Amazon for new ones first")
    archiving.add_argument("--copy", metavar="ID", help="write the archived file of this settlement ...")
    archiving.add_argument("--to", type=Path, metavar="FILE", help="... to this file")
    _common(archiving, archive)

    posting = actions.add_parser("post", help="write journals to X3: what the checks allow, every part")
    posting.add_argument(
        "settlements", nargs="*", metavar="ID", help="settlement ids, or files; none: all ready"
    )
    _common(posting, post)

    sheet = actions.add_parser("sheet", help="the proof sheet of an archived settlement")
    sheet.add_argument("settlement", metavar="ID")
    sheet.add_argument("--html", type=Path, metavar="FILE", help="write it as a printable page")
    _common(sheet, show_sheet)

    explaining = actions.add_parser("explain", help="close an open check with a person's words")
    explaining.add_argument("settlement", metavar="ID")
    explaining.add_argument("check", metavar="CHECK", help="such as B12")
    explaining.add_argument("words", metavar="WORDS")
    _common(explaining, explain)

    settlement_accounts.add_actions(actions, common=_common)
    settlement_facts.add_actions(actions, common=_common)
    settlement_repair.add_actions(actions, common=_common)
    settlement_deferred.add_actions(actions, common=_common)


def _common(parser: argparse.ArgumentParser, verb: Any) -> None:
    parser.add_argument(
        "--who", default="", metavar="NAME", help="who decides (default: this machine's user)"
    )
    workspace_argument(parser)
    json_argument(parser)
    parser.set_defaults(verb=verb)


def archive(args: argparse.Namespace) -> int:
    """Archives files and what Amazon holds; lists the archive, or copies a file out of it."""
    if bool(args.copy) != bool(args.to):
        raise SettingFault("--copy and --to belong together.", field="copy")

    async def work(workspace: Workspace) -> int:
        settlements = workspace.settlements
        if args.copy:
            size = await settlements.copy_out((await settlements.find(args.copy)).id, args.to)
            output.say(f"{size} bytes written to {args.to}.")
            return Exit.DONE
        taken: tuple[Taken, ...] = ()
        if args.collect:
            taken += (await settlements.collect()).taken
        if args.files:
            taken += await settlements.take(args.files)
        if args.files or args.collect:
            _tell_taken(taken, as_json=args.json)
            return Exit.PARTIAL if any(each.took in _BAD for each in taken) else Exit.DONE
        chain = await settlements.chain()
        if args.json:
            output.result(
                {
                    "settlements": [_entry(entry) for entry in chain.entries],
                    "announced": [
                        {"report": each.report_id, "created": each.created, "lost_on": each.lost_on}
                        for each in chain.announced
                    ],
                }
            )
        else:
            output.table(
                ("ID", "MARKETPLACE", "FROM", "TO", "TOTAL", "", "STATE", "X3", "WHY"),
                [_row(entry) for entry in chain.entries],
            )
            for each in chain.announced:
                output.say(
                    f"Report {each.report_id} is not archived; Amazon deletes it on {each.lost_on:%Y-%m-%d}."
                )
        return Exit.DONE

    return within(args, work)


def _tell_taken(taken: tuple[Taken, ...], *, as_json: bool) -> None:
    if as_json:
        output.result(
            [
                {
                    "file": each.name,
                    "became": each.took.value,
                    "entry": each.entry,
                    "title": each.title,
                    "advice": each.advice,
                    "line": each.line,
                }
                for each in taken
            ]
        )
        return
    output.table(
        ("FILE", "BECAME", "LINE", "WHY"),
        [(each.name, each.took.value, each.line or "", each.title) for each in taken],
    )


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "settlement_id": entry.settlement_id,
        "marketplace": entry.marketplace,
        "currency": entry.currency,
        "start": entry.start,
        "end": entry.end,
        "total": None if entry.total is None else str(entry.total),
        "rows": entry.rows,
        "state": entry.state.value,
        "numbers": list(entry.numbers),
        "why": entry.why,
    }


def _row(entry: Entry) -> tuple[Any, ...]:
    return (
        entry.settlement_id,
        entry.marketplace,
        f"{entry.start:%Y-%m-%d}" if entry.start else "",
        f"{entry.end:%Y-%m-%d}" if entry.end else "",
        "" if entry.total is None else str(entry.total),
        entry.currency,
        entry.state.value,
        " ".join(entry.numbers),
        entry.why[:_WIDE],
    )


def post(args: argparse.Namespace) -> int:
    """Posts settlements; 3 where one is held back, 0 when everything asked for is in X3."""
    files = {name: Path(name) for name in args.settlements if Path(name).is_file()}

    async def work(workspace: Workspace) -> int:
        settlements = workspace.settlements
        await settlements.refresh_ledger()
        wanted = [await _named(workspace, name, files.get(name)) for name in args.settlements]
        if not args.settlements:
            chain = await settlements.chain()
            able = (SettlementState.READY, SettlementState.POSTING)
            wanted = [entry for entry in chain.entries if entry.state in able]
        told, code = [], Exit.DONE
        for entry in wanted:
            try:
                posting = await settlements.post(entry.id, who=args.who)
            except SettingFault as fault:
                if fault.field != "settlement":
                    raise
                told.append(_told(entry, (), fault.title))
                code = Exit.PARTIAL
                continue
            numbers = tuple(part.number for part in posting.parts)
            whole = all(numbers)
            told.append(_told(entry, numbers, "" if whole else "held back; x3studio exceptions says why"))
            code = code if whole else Exit.PARTIAL
        if args.json:
            output.result(told)
        else:
            output.table(
                ("SETTLEMENT", "X3", "WHY"),
                [(each["settlement_id"], " ".join(each["numbers"]), each["why"]) for each in told],
            )
        return code

    return within(args, work)


def _told(entry: Entry, numbers: tuple[str, ...], why: str) -> dict[str, Any]:
    return {"settlement_id": entry.settlement_id, "numbers": [n for n in numbers if n], "why": why}


async def _named(workspace: Workspace, name: str, file: Path | None) -> Entry:
    """A settlement by its id; a file is archived first."""
    if file is not None:
        (taken,) = await workspace.settlements.take([file])
        if taken.entry is None:
            raise SettingFault(taken.title, field="file", advice=taken.advice)
        return await workspace.settlements.find(str(taken.entry))
    return await workspace.settlements.find(name)


def show_sheet(args: argparse.Namespace) -> int:
    """Prints an archived settlement's proof with the workspace's checks; 3 while something blocks."""
    from x3studio.cli.settlement import document, print_proof

    async def work(workspace: Workspace) -> int:
        entry = await workspace.settlements.find(args.settlement)
        sheet = await workspace.settlements.sheet(entry.id)
        if args.html:
            args.html.write_text(await workspace.settlements.html(entry.id), encoding="utf-8")
        if sheet.proof is None:
            raise SettingFault(entry.why, field="settlement", advice="Add a better copy of the file.")
        if args.json:
            output.result(
                {**document(sheet.proof), "state": entry.state.value, "numbers": list(entry.numbers)}
            )
        else:
            print_proof(sheet.proof)
        return Exit.DONE if sheet.proof.postable else Exit.PARTIAL

    return within(args, work)


def explain(args: argparse.Namespace) -> int:
    """Keeps a person's explanation of an open check."""

    async def work(workspace: Workspace) -> int:
        entry = await workspace.settlements.find(args.settlement)
        await workspace.settlements.explain(entry.id, args.check.upper(), args.words, who=args.who)
        return Exit.DONE

    return within(args, work)
