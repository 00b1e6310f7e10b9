"""`settlement deferred`: what Amazon holds back beyond a month's end, as an accrual and its reversal."""

import argparse
from collections.abc import Callable
from datetime import date
from typing import Any

from x3studio.cli import output
from x3studio.cli.arguments import within
from x3studio.cli.output import Exit
from x3studio.domain.settlements import JournalLine
from x3studio.settlement.figures import figure, money
from x3studio.workspace import Workspace
from x3studio.workspace.settlement_deferred import MonthEnd


def add_actions(actions: Any, *, common: Callable[[argparse.ArgumentParser, Any], None]) -> None:
    """Adds `deferred`; `common` gives it the options all actions of a workspace have."""
    deferring = actions.add_parser("deferred", help="what Amazon holds back beyond a month's end")
    deferring.add_argument(
        "--month", type=_month, metavar="YYYY-MM", help="default: the month before this one"
    )
    deferring.add_argument("--read", action="store_true", help="ask Amazon first")
    deferring.add_argument(
        "--keep",
        action="store_true",
        help="accept this month's end: the next run of settlements writes both journals",
    )
    common(deferring, deferred)


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError as fault:
        raise argparse.ArgumentTypeError(f"{text!r} is no month; write 2026-11") from fault


def deferred(args: argparse.Namespace) -> int:
    """Prints both journals of a month's end by marketplace; 3 while one of them is not accepted."""

    async def work(workspace: Workspace) -> int:
        service = workspace.settlements
        if args.read:
            output.say(f"{await service.read_deferred()} transactions read.")
        if args.keep:
            output.say(f"{await service.keep_accrual(args.month, who=args.who)} accruals accepted.")
        ends = await service.month_end(args.month)
        if args.json:
            output.result([_document(end) for end in ends])
        else:
            for end in ends:
                _print(end)
        return Exit.PARTIAL if any(end.accrual.lines and end.kept is None for end in ends) else Exit.DONE

    return within(args, work)


def _print(end: MonthEnd) -> None:
    accrual, kept = end.accrual, end.kept
    there = f", in X3 as {' and '.join(end.numbers)}" if end.numbers else ""
    booked = f", accepted by {kept.who} on {kept.at:%Y-%m-%d}{there}" if kept else ", not accepted"
    output.say(
        f"{end.marketplace or 'no marketplace'}: {money(accrual.total, end.currency)} of {end.transactions} "
        f"transactions open on {accrual.day}{booked if accrual.lines else ''}."
    )
    rows = [
        (day, line.account.code if line.account else "", line.group, *_sides(line, end.currency))
        for day, lines in ((accrual.day, accrual.lines), (accrual.reversed_on, accrual.reversal))
        for line in lines
    ]
    if rows:
        output.table(("DATE", "ACCOUNT", "GROUP", "DEBIT", "CREDIT"), rows)


def _sides(line: JournalLine, currency: str) -> tuple[str, str]:
    return (
        figure(line.debit, currency) if line.debit else "",
        figure(line.credit, currency) if line.credit else "",
    )


def _document(end: MonthEnd) -> dict[str, Any]:
    accrual = end.accrual

    def lines(rows: tuple[JournalLine, ...]) -> list[dict[str, Any]]:
        return [
            {
                "group": line.group,
                "account": line.account.code if line.account else None,
                "debit": figure(line.debit, end.currency),
                "credit": figure(line.credit, end.currency),
            }
            for line in rows
        ]

    return {
        "marketplace": end.marketplace,
        "currency": end.currency,
        "open": figure(accrual.total, end.currency),
        "transactions": end.transactions,
        "accrual": {"date": accrual.day, "lines": lines(accrual.lines)},
        "reversal": {"date": accrual.reversed_on, "lines": lines(accrual.reversal)},
        "accepted_by": end.kept.who if end.kept else None,
        "numbers": list(end.numbers),
    }
