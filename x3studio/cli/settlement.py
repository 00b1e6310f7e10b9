"""`settlement show`: a settlement file as a proven journal, without a workspace; the others need one."""

import argparse
from decimal import Decimal
from pathlib import Path
from typing import Any

from x3studio.cli import output, settlement_archive
from x3studio.cli.arguments import Commands, json_argument
from x3studio.cli.output import Exit
from x3studio.domain.errors import SettingFault
from x3studio.domain.settlements import NO_ACCOUNTS, Proof, SettlementRefused, Verdict
from x3studio.settlement.figures import figure


def add_parser(commands: Commands) -> None:
    """Adds `settlement` and its actions to the command line."""
    parser = commands.add_parser("settlement", help="Amazon's settlements and the journals they become")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    showing = actions.add_parser("show", help="groups, journal parts and every check of a settlement file")
    showing.add_argument("file", type=Path, metavar="FILE", help="Flat File V2, also as .gz")
    showing.add_argument(
        "--accounts", type=Path, metavar="FILE", help="CSV: group, account, tax code; none means no accounts"
    )
    showing.add_argument(
        "--zone", default="", metavar="ZONE", help="whose midnight ends a month, such as Europe/Berlin"
    )
    json_argument(showing)
    showing.set_defaults(verb=show)
    settlement_archive.add_actions(actions)


def show(args: argparse.Namespace) -> int:
    """Prints a settlement and its proof; 0 when nothing blocks, 3 when a person is needed, 1 when refused."""
    # Imported here: the columns behind it take longer to load than most other verbs take to run.
    from x3studio.settlement.accounts import read_accounts
    from x3studio.settlement.book import Book
    from x3studio.settlement.proof import prove
    from x3studio.settlement.reading import read_settlement

    try:
        accounts = read_accounts(args.accounts) if args.accounts else NO_ACCOUNTS
        proof = prove(read_settlement(args.file, zone=args.zone), book=Book.of_groups(accounts))
    except SettingFault as fault:
        _refuse(fault, line=None, as_json=args.json)
        return Exit.USAGE
    except SettlementRefused as fault:
        _refuse(fault, line=fault.line, as_json=args.json)
        return Exit.FAILED
    if args.json:
        output.result(document(proof))
    else:
        print_proof(proof)
    return Exit.DONE if proof.postable else Exit.PARTIAL


def _refuse(fault: SettingFault | SettlementRefused, *, line: int | None, as_json: bool) -> None:
    if as_json:
        output.result({"error": {"title": fault.title, "advice": fault.advice, "line": line}})
    else:
        output.complain(fault)


def document(proof: Proof) -> dict[str, Any]:
    """The proof in the machine format other programs rely on: amounts as text, dates in ISO 8601."""
    header = proof.header

    def text(amount: Decimal) -> str:
        return figure(amount, header.currency)

    return {
        "settlement_id": header.settlement_id,
        "currency": header.currency,
        "start": _moment(header.start),
        "end": _moment(header.end),
        "deposit_date": header.deposit.date().isoformat() if header.deposit else None,
        "total": text(header.total),
        "rows": proof.rows,
        "sum": text(proof.sum),
        "groups": [
            {
                "group": total.group.id,
                "triples": [[*triple, text(amount)] for triple, amount in total.triples],
                "account": total.account.code if total.account else None,
                "amount": text(total.amount),
            }
            for total in proof.groups
        ],
        "unmapped": [[*triple, text(amount)] for triple, amount in proof.unmapped],
        "parts": [
            {
                "month": part.month,
                "lines": [
                    {
                        "account": line.account.code if line.account else None,
                        "debit": text(line.debit),
                        "credit": text(line.credit),
                        "text": line.text,
                    }
                    for line in part.lines
                ],
            }
            for part in proof.parts
        ],
        "checks": [
            {"id": check.id, "verdict": check.verdict.value, "detail": check.detail} for check in proof.checks
        ],
    }


def _moment(moment: Any) -> str | None:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def print_proof(proof: Proof) -> None:
    """The proof for people: groups, parts, and the checks that could be answered."""
    header = proof.header
    currency = header.currency
    print(
        f"Settlement {header.settlement_id}: {figure(header.total, currency)} {currency}, {proof.rows} lines"
    )
    if header.start and header.end:
        print(
            f"From {header.start:%Y-%m-%d %H:%M} to {header.end:%Y-%m-%d %H:%M} UTC, months in {proof.zone}"
        )
    print()
    output.table(
        ("GROUP", "ACCOUNT", "AMOUNT"),
        [
            (total.group.title, total.account.code if total.account else "", figure(total.amount, currency))
            for total in proof.groups
        ]
        + [(f"Unknown: {triple}", "", figure(amount, currency)) for triple, amount in proof.unmapped],
    )
    for part in proof.parts:
        print(f"\nJournal {part.month}")
        output.table(
            ("ACCOUNT", "TEXT", "DEBIT", "CREDIT"),
            [
                (
                    line.account.code if line.account else "",
                    line.text,
                    figure(line.debit, currency) if line.debit else "",
                    figure(line.credit, currency) if line.credit else "",
                )
                for line in part.lines
            ],
        )
    print("\nChecks")
    output.table(
        ("CHECK", "VERDICT", "FIGURES"),
        [
            (check.id, check.verdict.value, check.detail)
            for check in proof.checks
            if check.verdict is not Verdict.NOT_APPLICABLE
        ],
    )
    waiting = [check.id for check in proof.checks if check.verdict is Verdict.NOT_APPLICABLE]
    if waiting:
        print(f"Not applicable without a workspace: {', '.join(waiting)}")
