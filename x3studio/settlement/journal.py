"""One journal a month: groups on accounts, the balance carried forward, the deposit in the last."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from x3studio.domain.settlements import (
    CLEARING,
    ROLLOVER,
    UNMAPPED,
    Account,
    Amount,
    Group,
    GroupTotal,
    JournalLine,
    JournalPart,
    SettlementHeader,
    Triple,
)
from x3studio.settlement.book import Book
from x3studio.settlement.vat import NO_TREATMENTS, Treatments
from x3studio.settlement.vocabulary import Vocabulary

_ZERO = Decimal(0)
CARRIED_FROM = "Carried forward from"
CARRIED_TO = "Carried forward to"

Slot = tuple[str, Account | None]
"""Where an amount is posted: its group and the account the book has for it."""


@dataclass(frozen=True, slots=True)
class Grouped:
    """All amounts in groups: totals over the settlement, the triples no rule knows, and each month's sums."""

    groups: tuple[GroupTotal, ...]
    unmapped: tuple[tuple[Triple, Decimal], ...]
    months: Mapping[str, Mapping[Slot, Decimal]]


def group(
    amounts: Iterable[Amount], vocabulary: Vocabulary, book: Book, treatments: Treatments = NO_TREATMENTS
) -> Grouped:
    """Each amount in exactly one group, in the order of the vocabulary; unknown triples by themselves."""
    totals: dict[Triple, Decimal] = defaultdict(Decimal)
    rows: dict[str, int] = defaultdict(int)
    months: dict[str, dict[Slot, Decimal]] = {}
    members: dict[str, set[Triple]] = defaultdict(set)
    used: dict[str, dict[Account | None, None]] = defaultdict(dict)
    for grain in amounts:
        known = vocabulary.group_of(grain.triple)
        name = known.id if known else UNMAPPED
        account = treatments.coded(book.account_for(name, grain), known, grain) if known else None
        totals[grain.triple] += grain.amount
        rows[name] += grain.rows
        members[name].add(grain.triple)
        used[name][account] = None
        sums = months.setdefault(grain.month, defaultdict(Decimal))
        sums[name, account] += grain.amount
    unknown = members.pop(UNMAPPED, set())
    return Grouped(
        groups=tuple(
            _total(known, members[name], totals, tuple(used[name]), rows[name])
            for name, known in vocabulary.groups.items()
            if name in members
        ),
        unmapped=tuple((triple, totals[triple]) for triple in sorted(unknown)),
        months=dict(sorted(months.items())),
    )


def _total(
    known: Group,
    members: set[Triple],
    totals: Mapping[Triple, Decimal],
    accounts: Sequence[Account | None],
    rows: int,
) -> GroupTotal:
    triples = tuple((triple, totals[triple]) for triple in sorted(members))
    account = accounts[0] if len(accounts) == 1 else None
    return GroupTotal(known, triples, account, sum((amount for _, amount in triples), _ZERO), rows)


def journal(
    grouped: Grouped, header: SettlementHeader, *, groups: Mapping[str, str], book: Book
) -> tuple[JournalPart, ...]:
    """The parts, oldest month first. `groups` gives the title of each group id, in the order of lines.

    Every part but the last nets to zero through the roll-over account; the last takes the deposit. What is
    carried out of a month is all that was earned up to its end. Reserves have their own group and account,
    so that both can be proven to return to zero.
    """
    months = list(grouped.months)
    parts = []
    carried = _ZERO
    for place, month in enumerate(months):
        sums = grouped.months[month]
        lines = _grouped_lines(sums, groups)
        if carried:
            lines.append(_own(ROLLOVER, carried, f"{CARRIED_FROM} {months[place - 1]}", book))
        carried += sum(sums.values(), _ZERO)
        if place + 1 < len(months) and carried:
            lines.append(_own(ROLLOVER, -carried, f"{CARRIED_TO} {months[place + 1]}", book))
        elif place + 1 == len(months) and header.total:
            words = "Deposit" if header.total > 0 else "Owed to Amazon"
            lines.append(_own(CLEARING, -header.total, f"{words}, settlement {header.settlement_id}", book))
        parts.append(JournalPart(month, tuple(lines)))
    return tuple(parts)


def _grouped_lines(sums: Mapping[Slot, Decimal], groups: Mapping[str, str]) -> list[JournalLine]:
    titles = {**groups, UNMAPPED: "Not yet in any group"}
    order = {name: place for place, name in enumerate(titles)}
    slots = sorted(sums, key=lambda slot: (order[slot[0]], _by_account(slot[1])))
    return [
        _line(name, account, sums[name, account], titles[name])
        for name, account in slots
        if sums[name, account]
    ]


def _by_account(account: Account | None) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    return (account.code, account.tax_code, account.dimensions) if account else ("", "", ())


def _own(name: str, net: Decimal, text: str, book: Book) -> JournalLine:
    return _line(name, book.plain(name), net, text)


def _line(name: str, account: Account | None, net: Decimal, text: str) -> JournalLine:
    """Money towards us is a credit of its group; what leaves is a debit."""
    return JournalLine(name, account, max(-net, _ZERO), max(net, _ZERO), text)


def net(lines: Sequence[JournalLine]) -> Decimal:
    """Credits minus debits."""
    return sum((line.net for line in lines), _ZERO)
