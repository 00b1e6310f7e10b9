"""What the bank and Amazon's own summary say of settlements, taken over by command."""

import argparse
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from x3studio.cli import output
from x3studio.cli.arguments import within
from x3studio.cli.output import Exit
from x3studio.domain.errors import SettingFault
from x3studio.domain.settlements import Verdict
from x3studio.workspace import Workspace


def add_actions(actions: Any, *, common: Callable[[argparse.ArgumentParser, Any], None]) -> None:
    """Adds `bank` and `summary`; `common` gives them the options all actions of a workspace have."""
    bank = actions.add_parser("bank", help="take a bank's statement over, to find deposits in it")
    bank.add_argument("file", type=Path, metavar="FILE", help="CSV or XLSX: day, amount, currency, words")
    bank.add_argument("--currency", default="", metavar="CODE", help="where the statement names none")
    common(bank, take_bank)

    places = actions.add_parser("places", help="where orders went and came from, for VAT by country")
    places.add_argument(
        "file", nargs="?", type=Path, metavar="FILE", help="Amazon's VAT report; none: the orders read here"
    )
    common(places, take_places)

    summary = actions.add_parser("summary", help="compare with the figures of Amazon's own summary")
    summary.add_argument("settlement", metavar="ID")
    summary.add_argument("file", nargs="?", type=Path, metavar="FILE", help="CSV: type, description, amount")
    summary.add_argument(
        "--figure",
        nargs=3,
        action="append",
        default=[],
        metavar=("TYPE", "DESCRIPTION", "AMOUNT"),
        help="one figure by hand; may be repeated",
    )
    common(summary, put_summary)


def take_places(args: argparse.Namespace) -> int:
    """Where orders went and came from; every settlement that is not posted is proven anew."""

    async def work(workspace: Workspace) -> int:
        count = await workspace.settlements.add_places_file(args.file)
        told = f"{count} order{'' if count == 1 else 's'} told of by the report."
        output.say(told if args.file else "What the orders read here tell is taken over.")
        return Exit.DONE

    return within(args, work)


def take_bank(args: argparse.Namespace) -> int:
    """Takes a bank's movements over; each settlement's deposit is looked for among them."""

    async def work(workspace: Workspace) -> int:
        found = await workspace.settlements.add_bank_file(args.file, currency=args.currency)
        days = sorted(line.day for line in found)
        if args.json:
            output.result({"movements": len(found), "from": days[:1], "to": days[-1:]})
        else:
            span = f" from {days[0]} to {days[-1]}" if days else ""
            output.say(f"{len(found)} movement{'' if len(found) == 1 else 's'}{span}.")
        return Exit.DONE

    return within(args, work)


def put_summary(args: argparse.Namespace) -> int:
    """Keeps Amazon's own figures; 3 where the settlement's differ."""
    from x3studio.workspace.settlement_facts import read_summary

    figures = read_summary(args.file) if args.file else {}
    for kind, description, amount in args.figure:
        figures[kind, description] = _by_hand(amount)

    async def work(workspace: Workspace) -> int:
        entry = await workspace.settlements.find(args.settlement)
        await workspace.settlements.put_summary(entry.id, figures)
        proof = (await workspace.settlements.sheet(entry.id)).proof
        if proof is None:
            raise SettingFault(entry.why, field="settlement", advice="Add a better copy of the file.")
        check = proof.check("B23")
        if args.json:
            output.result({"verdict": check.verdict.value, "detail": check.detail})
        else:
            output.say(check.detail)
        return Exit.PARTIAL if check.verdict is Verdict.OPEN else Exit.DONE

    return within(args, work)


def _by_hand(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as fault:
        raise SettingFault(
            f"{text!r} is no amount.", field="figure", advice="Write it with a point: 1234.50"
        ) from fault
