"""Fee types and the accounts they are posted to: the rules that settlements read are what stands here."""

from collections.abc import Sequence

from x3studio.domain.bookkeeping import AccountRule
from x3studio.domain.catalogue import Code, CodeTable
from x3studio.domain.settlements import Account
from x3studio.domain.workbench import Key, Kind
from x3studio.settlement.vocabulary import starting_groups
from x3studio.store import Tables
from x3studio.workspace.workbench.deciding import who

TAX_CODE = "tax_code"
"""The further value of a pair that is no dimension."""


def groups() -> dict[str, str]:
    """The title of every kind of money, by its group."""
    # The settlements' services load clients and engine: nobody needs them to look at other records.
    from x3studio.workspace.settlement_accounts import OWN_GROUPS

    return {group.id: group.title for group in starting_groups().values()} | dict(OWN_GROUPS)


def standing(tables: Tables) -> dict[Key, tuple[str, str]]:
    """Account and who set it, by group, marketplace and channel; wherever it was set."""
    return {
        Key(rule.group, rule.marketplace, rule.channel): (rule.account.code, rule.who)
        for rule in tables.accounts.rules()
        if not rule.line
    }


def accounts(tables: Tables) -> list[Code]:
    """X3's accounts as last read."""
    found, _, _ = tables.accounts.ledger()
    known = [Code(CodeTable.ACCOUNTS, account.code, account.title) for account in found]
    return known or tables.masters.codes(CodeTable.ACCOUNTS)


def follow(tables: Tables, keys: Sequence[Key]) -> None:
    """Lets the settlements' rules say what the decisions on these groups leave standing."""
    stands = {
        Key(pair.code, pair.marketplace, pair.channel): pair for pair in tables.mappings.codes(Kind.FEES)
    }
    for key in keys:
        pair = stands.get(key)
        details = dict(pair.details) if pair else {}
        account = Account(
            pair.target if pair else "",
            details.pop(TAX_CODE, ""),
            tuple(sorted(details.items())),
        )
        tables.accounts.set(AccountRule(key.code, account, key.marketplace, key.channel), who=who())
