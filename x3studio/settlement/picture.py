"""A proven settlement as pictures need it: bars from gross sales to the bank line, and a tree of groups."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache

from x3studio.domain.settlements import UNMAPPED, Account, Amount, Group, Proof, Role, Triple
from x3studio.domain.sheets import Bar, Branch, Leaf
from x3studio.settlement.book import Book
from x3studio.settlement.chain import is_returned
from x3studio.settlement.resources import resource

_ZERO = Decimal(0)
_RESERVE_KEPT = "reserve-out"


@cache
def steps() -> Mapping[str, str]:
    """The steps' titles by id, in order."""
    return {row["id"]: row["title"] for row in resource("groups.json")["steps"]}


def bars(proof: Proof) -> tuple[Bar, ...]:
    """From gross sales to the bank line; steps without an amount are left out, the last bar is the total."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    members: dict[str, list[Triple]] = defaultdict(list)
    for total in proof.groups:
        for triple, amount in total.triples:
            step = _step(total.group, triple)
            sums[step] += amount
            members[step].append(triple)
    for triple, amount in proof.unmapped:
        sums[UNMAPPED] += amount
        members[UNMAPPED].append(triple)
    found: list[Bar] = []
    level = _ZERO
    for step, title in {**steps(), UNMAPPED: "Unknown"}.items():
        amount = sums.get(step, _ZERO)
        if amount:
            kind = "rise" if amount > 0 else "fall"
            found.append(Bar(step, title, amount, level, level + amount, kind, tuple(members[step])))
            level += amount
    found.append(Bar("bank", "Bank", proof.header.total, _ZERO, proof.header.total, "total", ()))
    return tuple(found)


def _step(group: Group, triple: Triple) -> str:
    return _RESERVE_KEPT if group.role is Role.RESERVE and not is_returned(triple) else group.step


def branches(proof: Proof, book: Book) -> tuple[Branch, ...]:
    """Unknown kinds of amounts first, then each group in order, parted by account and marketplace."""
    groups = {triple: total.group for total in proof.groups for triple, _ in total.triples}
    unknown = Group(UNMAPPED, "Not yet in any group", "")
    by_group: dict[str, list[Amount]] = defaultdict(list)
    for amount in proof.amounts:
        by_group[groups.get(amount.triple, unknown).id].append(amount)
    order = [unknown, *(total.group for total in proof.groups)]
    return tuple(_branch(group, by_group[group.id], book) for group in order if by_group.get(group.id))


def _branch(group: Group, amounts: Sequence[Amount], book: Book) -> Branch:
    leaves: dict[tuple[str, ...], list[Amount]] = defaultdict(list)
    accounts: dict[tuple[str, ...], Account | None] = {}
    for amount in amounts:
        account = book.account_for(group.id, amount)
        key = _leaf_key(group, amount, account)
        leaves[key].append(amount)
        accounts[key] = account
    distinct = set(accounts.values())
    return Branch(
        group=group,
        rows=sum(amount.rows for amount in amounts),
        amount=_sum(amounts),
        account=next(iter(distinct)) if len(distinct) == 1 else None,
        leaves=tuple(_leaf(group, leaves[key], accounts[key]) for key in sorted(leaves)),
    )


def _leaf_key(group: Group, amount: Amount, account: Account | None) -> tuple[str, ...]:
    if group.id == UNMAPPED:
        return tuple(amount.triple)
    code = (account.code, account.tax_code) if account else ("", "")
    return (amount.marketplace.casefold(), amount.channel, amount.triple.amount_description, *code)


def _leaf(group: Group, amounts: Sequence[Amount], account: Account | None) -> Leaf:
    first = amounts[0]
    title = str(first.triple) if group.id == UNMAPPED else first.triple.amount_description
    return Leaf(
        title=title or first.triple.amount_type or first.triple.transaction_type,
        marketplace=first.marketplace,
        channel=first.channel,
        triples=tuple(dict.fromkeys(amount.triple for amount in amounts)),
        rows=sum(amount.rows for amount in amounts),
        amount=_sum(amounts),
        account=account,
    )


def _sum(amounts: Iterable[Amount]) -> Decimal:
    return sum((amount.amount for amount in amounts), _ZERO)
