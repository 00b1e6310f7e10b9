"""The mapping's decisions from the command line."""

import argparse
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from x3studio.cli import output
from x3studio.cli.arguments import Commands, json_argument, within, workspace_argument
from x3studio.cli.output import Exit
from x3studio.domain.mappings import CustomerPair, ItemPair, Judgement
from x3studio.domain.workbench import Kind
from x3studio.workbench.merge import Difference
from x3studio.workbench.sheets import form_of, pack_factor
from x3studio.workspace import Workspace
from x3studio.workspace.round_trip import Answer

_KINDS = tuple(kind.value for kind in Kind)


def add_parser(commands: Commands) -> None:
    """Adds `map list|accept|reject|undo|import|export`."""
    verbs = commands.add_parser("map", help="which X3 item stands for which SKU").add_subparsers(
        title="verbs", metavar="VERB", required=True
    )
    listing = verbs.add_parser("list", help="what is mapped, what waits")
    listing.add_argument("--only", choices=("mapped", "unmapped", "rejected"))
    listing.add_argument("--search", default="", metavar="TEXT")
    listing.set_defaults(verb=show)
    accepting = verbs.add_parser("accept", help="an item stands for a SKU")
    accepting.add_argument("sku")
    accepting.add_argument("itmref")
    accepting.add_argument("--pack-factor", type=_factor, default=Decimal(1), metavar="K")
    accepting.add_argument("--marketplace", default="")
    accepting.add_argument("--note", default="")
    accepting.set_defaults(verb=accept)
    rejecting = verbs.add_parser("reject", help="there is no item for this SKU")
    rejecting.add_argument("sku")
    rejecting.add_argument("--marketplace", default="")
    rejecting.set_defaults(verb=reject)
    undoing = verbs.add_parser("undo", help="take one decision back; without ID the last one")
    undoing.add_argument("id", nargs="?", type=int)
    undoing.set_defaults(verb=undo)
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
    for parser in (listing, accepting, rejecting, undoing, importing, exporting):
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
    """Decides that an item stands for a SKU."""
    pair = ItemPair(
        seller_sku=parsed.sku,
        itmref=parsed.itmref,
        pack_factor=parsed.pack_factor,
        marketplace=parsed.marketplace,
        note=parsed.note,
    )
    return _decide(parsed, pair, Judgement.ACCEPTED)


def reject(parsed: argparse.Namespace) -> int:
    """Decides that there is no item for a SKU."""
    pair = ItemPair(seller_sku=parsed.sku, itmref="", marketplace=parsed.marketplace)
    return _decide(parsed, pair, Judgement.REJECTED)


def undo(parsed: argparse.Namespace) -> int:
    """Takes one decision back; what stood before it stands again."""

    async def work(workspace: Workspace) -> int:
        decision = await workspace.mapping.undo(parsed.id)
        if parsed.json:
            output.result({"id": decision.id, "judgement": decision.judgement.value})
        else:
            print(f"Taken back, recorded as decision {decision.id}.")
        return Exit.DONE

    return within(parsed, work)


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
    answers: Sequence[Answer], problems: Sequence[str], left: Sequence[tuple[Kind, Difference]]
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


def _decide(parsed: argparse.Namespace, pair: ItemPair | CustomerPair, judgement: Judgement) -> int:
    async def work(workspace: Workspace) -> int:
        decision = await workspace.mapping.decide(pair, judgement)
        if parsed.json:
            output.result({"id": decision.id, "judgement": judgement.value})
        else:
            print(f"Decision {decision.id} is saved.")
        return Exit.DONE

    return within(parsed, work)


def _factor(text: str) -> Decimal:
    try:
        return pack_factor(text)
    except ValueError as fault:
        raise argparse.ArgumentTypeError(str(fault)) from fault
