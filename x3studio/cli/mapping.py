"""The mapping's decisions from the command line."""

import argparse
from decimal import Decimal
from pathlib import Path

from x3studio.cli import output
from x3studio.cli.arguments import Commands, json_argument, within, workspace_argument
from x3studio.cli.output import Exit
from x3studio.domain.mappings import CustomerPair, ItemPair, Judgement
from x3studio.workspace import Workspace
from x3studio.workspace.mapping_files import pack_factor


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
    importing.add_argument("--kind", choices=("items", "customers"), default="items")
    importing.set_defaults(verb=take_in)
    exporting = verbs.add_parser("export", help="decisions to a CSV or Excel file")
    exporting.add_argument("file", type=Path)
    exporting.add_argument("--kind", choices=("items", "customers"), default="items")
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
    """Takes over a file of decisions as one batch."""

    async def work(workspace: Workspace) -> int:
        report = await workspace.mapping.take_over(parsed.file, kind=parsed.kind)
        if parsed.json:
            output.result(
                {"imported": report.imported, "unchanged": report.unchanged, "problems": report.problems}
            )
        else:
            print(f"{report.imported} decisions taken over, {report.unchanged} stood already.")
            for problem in report.problems:
                output.say(problem)
        return Exit.PARTIAL if report.problems else Exit.DONE

    return within(parsed, work)


def give_out(parsed: argparse.Namespace) -> int:
    """Writes the decisions that stand to a file."""

    async def work(workspace: Workspace) -> int:
        count = await workspace.mapping.hand_out(parsed.file, kind=parsed.kind)
        if parsed.json:
            output.result({"exported": count, "file": str(parsed.file)})
        else:
            print(f"{count} decisions written to {parsed.file}.")
        return Exit.DONE

    return within(parsed, work)


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
