"""Where amounts belong by command: accounts of groups, groups of amounts, marketplaces of settlements."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from x3studio.cli import output
from x3studio.cli.arguments import within
from x3studio.cli.output import Exit
from x3studio.domain.bookkeeping import AccountRule
from x3studio.domain.settlements import Triple
from x3studio.workspace import Workspace


def add_actions(actions: Any, *, common: Callable[[argparse.ArgumentParser, Any], None]) -> None:
    """Adds `accounts`, `place` and `marketplace`; `common` gives them what all actions have."""
    accounts = actions.add_parser("accounts", help="take accounts over from a CSV; without one, list them")
    accounts.add_argument("file", nargs="?", type=Path, metavar="FILE", help="CSV: group, account, tax code")
    common(accounts, set_accounts)

    placing = actions.add_parser("place", help="put a kind of amount into a group")
    placing.add_argument("kind", nargs=3, metavar=("TYPE", "AMOUNT_TYPE", "DESCRIPTION"))
    placing.add_argument("--group", required=True, metavar="GROUP")
    common(placing, place)

    choosing = actions.add_parser("marketplace", help="where a settlement belongs that names no marketplace")
    choosing.add_argument("settlement", metavar="ID")
    choosing.add_argument("marketplace", metavar="SITE", help="such as amazon.de")
    common(choosing, choose_place)


def set_accounts(args: argparse.Namespace) -> int:
    """Takes accounts over, or lists those that stand."""

    async def work(workspace: Workspace) -> int:
        if args.file:
            from x3studio.settlement.accounts import read_accounts

            named = {group.id: group for group in workspace.settlements.groups()}
            found = read_accounts(args.file, groups=named)
            await workspace.settlements.set_account(
                *(AccountRule(group, account) for group, account in found.items()), who=args.who
            )
            output.say(f"{len(found)} accounts set.")
            return Exit.DONE
        rules = {rule.key: rule for rule in await workspace.settlements.account_rules()}
        rows = [
            (group.id, group.title, rule.marketplace, rule.channel, rule.account.code, rule.account.tax_code)
            for group in workspace.settlements.groups()
            for rule in [r for r in rules.values() if r.group == group.id] or [_unset(group.id)]
        ]
        if args.json:
            names = ("group", "title", "marketplace", "channel", "account", "tax_code")
            output.result([dict(zip(names, row, strict=True)) for row in rows])
        else:
            output.table(("GROUP", "TITLE", "MARKETPLACE", "CHANNEL", "ACCOUNT", "TAX"), rows)
        return Exit.DONE

    return within(args, work)


def _unset(group: str) -> AccountRule:
    from x3studio.domain.settlements import Account

    return AccountRule(group, Account(""))


def place(args: argparse.Namespace) -> int:
    """Puts a kind of amount into a group, in the name of a person."""

    async def work(workspace: Workspace) -> int:
        await workspace.settlements.decide({Triple(*args.kind): args.group}, who=args.who)
        return Exit.DONE

    return within(args, work)


def choose_place(args: argparse.Namespace) -> int:
    """Says where a settlement of fees alone belongs."""

    async def work(workspace: Workspace) -> int:
        entry = await workspace.settlements.find(args.settlement)
        await workspace.settlements.set_place(entry.id, args.marketplace)
        return Exit.DONE

    return within(args, work)
