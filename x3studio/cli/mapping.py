"""The mapping's decisions from the command line."""

import argparse
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from x3studio.cli import mapping_work, output
from x3studio.cli.arguments import Commands, json_argument, within, workspace_argument
from x3studio.cli.output import Exit
from x3studio.domain.mappings import Judgement
from x3studio.domain.workbench import Kind
from x3studio.workbench.merge import Difference
from x3studio.workbench.sheets import form_of, pack_factor
from x3studio.workspace import Workspace
from x3studio.workspace.workbench.values import Choice

if TYPE_CHECKING:
    from x3studio.workspace.round_trip import Answer

_KINDS = tuple(kind.value for kind in Kind)


def add_parser(commands: Commands) -> None:
    """Adds `map list|accept|reject|undo|import|export` and the workbench's other verbs."""
    verbs = commands.add_parser("map", help="which X3 item stands for which SKU").add_subparsers(
        title="verbs", metavar="VERB", required=True
    )
    listing = verbs.add_parser("list", help="what is mapped, what waits")
    listing.add_argument("--only", choices=("mapped", "unmapped", "rejected"))
    listing.add_argument("--search", default="", metavar="TEXT")
    listing.set_defaults(verb=show)
    accepting = verbs.add_parser("accept", help="an item stands for a SKU, an X3 code for a foreign one")
    accepting.add_argument("sku", help="SKU or code; of customers MARKETPLACE/CHANNEL or vat:NUMBER")
    accepting.add_argument("itmref", help="ITMREF, BPCNUM or X3 code")
    accepting.add_argument("--pack-factor", type=_factor, default=Decimal(1), metavar="K")
    accepting.add_argument("--marketplace", default="")
    accepting.add_argument("--note", default="")
    accepting.set_defaults(verb=accept)
    rejecting = verbs.add_parser("reject", help="there is no item for this SKU")
    rejecting.add_argument("sku")
    rejecting.add_argument("--marketplace", default="")
    rejecting.set_defaults(verb=reject)
    worked = mapping_work.add_verbs(verbs.add_parser)
    importing = verbs.add_parser("import", help="decisions from a CSV or Excel file")
    importing.add_argument("file", type=Path)
    importing.add_argument("--kind", choices=_KINDS, default="items")
    importing.add_argument(
        "--conflicts",
        choices=("list", "ours", "theirs"),
        default="list",
        help="what counts where both sides changed; by default they are listed and wait",
    )
    importing.set_defaults(verb=take_in)
    exporting = verbs.add_parser("export", help="decisions to a CSV or Excel file")
    exporting.add_argument("file", type=Path)
    exporting.add_argument("--kind", choices=_KINDS, default="items")
    exporting.set_defaults(verb=give_out)
    for parser in (accepting, rejecting):
        parser.add_argument("--kind", choices=_KINDS, default="items")
    for parser in (listing, accepting, rejecting, *worked, importing, exporting):
        workspace_argument(parser)
        json_argument(parser)


def show(parsed: argparse.Namespace) -> int:
    """Lists what is known of each SKU."""

    async def work(workspace: Workspace) -> int:
        rows = await workspace.mapping.rows(text=parsed.search, only=parsed.only)
        if parsed.json:
            output.result(
                [
                    {
                        "seller_sku": row.sku,
                        "marketplace": row.marketplace,
                        "itmref": row.itmref,
                        "pack_factor": row.pack_factor,
                        "state": str(row.state),
                        "title": row.title,
                        "waiting_orders": row.waiting,
                    }
                    for row in rows
                ]
            )
            return Exit.DONE
        output.table(
            ("SKU", "Marketplace", "ITMREF", "Factor", "State", "Waiting orders", "Title"),
            [
                (
                    row.sku,
                    row.marketplace,
                    row.itmref,
                    row.pack_factor,
                    row.state,
                    row.waiting,
                    row.title[:50],
                )
                for row in rows
            ],
        )
        return Exit.DONE

    return within(parsed, work)


def accept(parsed: argparse.Namespace) -> int:
    """Decides what stands for a SKU, a kind of buyer or a code."""
    kind = Kind(parsed.kind)
    return mapping_work.decide(
        parsed,
        Choice(
            kind,
            mapping_work.key_of(kind, parsed.sku, parsed.marketplace),
            parsed.itmref,
            pack=parsed.pack_factor,
            note=parsed.note,
        ),
    )


def reject(parsed: argparse.Namespace) -> int:
    """Decides that X3 has nothing for it."""
    kind = Kind(parsed.kind)
    key = mapping_work.key_of(kind, parsed.sku, parsed.marketplace)
    return mapping_work.decide(parsed, Choice(kind, key, judgement=Judgement.REJECTED))


def take_in(parsed: argparse.Namespace) -> int:
    """Takes over a file of decisions; what was changed on both sides waits for a person."""

    async def work(workspace: Workspace) -> int:
        answers = await workspace.round_trip.look(parsed.file, Kind(parsed.kind))
        conflicts = [(answer.kind, one) for answer in answers for one in answer.conflicts]
        theirs = {(kind, one.row) for kind, one in conflicts} if parsed.conflicts == "theirs" else set()
        taken = sum(done.count for done in await workspace.round_trip.take_over(answers, theirs=theirs))
        left = conflicts if parsed.conflicts == "list" else []
        problems = [one.why or "A row changes nothing." for answer in answers for one in answer.troubled]
        if parsed.json:
            output.result(
                {
                    "imported": taken,
                    "unchanged": sum(answer.unchanged for answer in answers),
                    "problems": problems,
                    "conflicts": [_conflict(kind, one) for kind, one in left],
                }
            )
        else:
            stood = sum(answer.unchanged for answer in answers)
            print(f"{taken} decisions taken over, {stood} stood already.")
        _tell(answers, problems, left)
        if left:
            return Exit.NEEDS_PERSON
        return Exit.PARTIAL if problems else Exit.DONE

    return within(parsed, work)


def give_out(parsed: argparse.Namespace) -> int:
    """Writes decisions to a file: CSV as a list, Excel as a workbook to be answered and brought back."""

    async def work(workspace: Workspace) -> int:
        count = await workspace.round_trip.hand_out(parsed.file, Kind(parsed.kind))
        if parsed.json:
            output.result({"exported": count, "file": str(parsed.file)})
        else:
            print(f"{count} rows written to {parsed.file}.")
        return Exit.DONE

    return within(parsed, work)


def _conflict(kind: Kind, one: Difference) -> dict[str, object]:
    """A conflict in the machine format: three versions of the same cells."""
    columns = form_of(kind).values

    def cells(values: Sequence[str] | None) -> dict[str, str] | None:
        return None if values is None else dict(zip(columns, values, strict=True))

    return {
        "kind": kind.value,
        "row": one.row,
        "key": dict(zip(form_of(kind).key, one.key, strict=True)),
        "handed_out": cells(one.base),
        "here": cells(one.ours),
        "file": cells(one.theirs),
        "why": one.why,
    }


def _tell(
    answers: "Sequence[Answer]", problems: Sequence[str], left: Sequence[tuple[Kind, Difference]]
) -> None:
    """What a person must know beside the counts."""
    for problem in problems:
        output.say(problem)
    for answer in answers:
        if answer.strange:
            output.say(f"Columns of their own are left alone: {', '.join(answer.strange)}.")
    for _, one in left:
        here, file = (" ".join(filter(None, side or ("nothing",))) for side in (one.ours, one.theirs))
        output.say(
            f"Row {one.row}, {' '.join(filter(None, one.key))}: here {here}; in the file {file}. {one.why}"
        )
    if left:
        output.say(
            "Decide with --conflicts theirs (the file counts) or --conflicts ours (what stands counts)."
        )


def _factor(text: str) -> Decimal:
    try:
        return pack_factor(text)
    except ValueError as fault:
        raise argparse.ArgumentTypeError(str(fault)) from fault
