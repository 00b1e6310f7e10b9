"""One journal a month: groups on accounts, the balance carried forward, the deposit in the last."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from x3studio.domain.settlements import (
    CLEARING,
    ROLLOVER,
    UNMAPPED,
    Account,
    Accounts,
    Amount,
    Group,
    GroupTotal,
    JournalLine,
    JournalPart,
    SettlementHeader,
    Triple,
)
from x3studio.settlement.vocabulary import Vocabulary

_ZERO = Decimal(0)
CARRIED_FROM = "Carried forward from"
CARRIED_TO = "Carried forward to"


@dataclass(frozen=True, slots=True)
class Grouped:
    """All amounts in groups: totals over the settlement, the triples no rule knows, and each month's sums."""

    groups: tuple[GroupTotal, ...]
    unmapped: tuple[tuple[Triple, Decimal], ...]
    months: dict[str, dict[str, Decimal]]


def group(amounts: Iterable[Amount], vocabulary: Vocabulary, accounts: Accounts) -> Grouped:
    """Each amount in exactly one group, in the order of the vocabulary; unknown triples by themselves."""
    totals: dict[Triple, Decimal] = defaultdict(Decimal)
    months: dict[str, dict[str, Decimal]] = {}
    members: dict[str, set[Triple]] = defaultdict(set)
    for grain in amounts:
        known = vocabulary.group_of(grain.triple)
        name = known.id if known else UNMAPPED
        totals[grain.triple] += grain.amount
        members[name].add(grain.triple)
        sums = months.setdefault(grain.month, defaultdict(Decimal))
        sums[name] += grain.amount
    unknown = members.pop(UNMAPPED, set())
    return Grouped(
        groups=tuple(
            _total(known, members[name], totals, accounts.get(name))
            for name, known in vocabulary.groups.items()
            if name in members
        ),
        unmapped=tuple((triple, totals[triple]) for triple in sorted(unknown)),
        months=dict(sorted(months.items())),
    )


def _total(
    known: Group, members: set[Triple], totals: dict[Triple, Decimal], account: Account | None
) -> GroupTotal:
    triples = tuple((triple, totals[triple]) for triple in sorted(members))
    return GroupTotal(known, triples, account, sum((amount for _, amount in triples), _ZERO))


def journal(
    grouped: Grouped, header: SettlementHeader, *, groups: dict[str, str], accounts: Accounts
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
        lines = [_line(name, sums[name], title, accounts) for name, title in groups.items() if sums.get(name)]
        if sums.get(UNMAPPED):
            lines.append(_line(UNMAPPED, sums[UNMAPPED], "Not yet in any group", accounts))
        if carried:
            lines.append(_line(ROLLOVER, carried, f"{CARRIED_FROM} {months[place - 1]}", accounts))
        carried += sum(sums.values(), _ZERO)
        if place + 1 < len(months) and carried:
            lines.append(_line(ROLLOVER, -carried, f"{CARRIED_TO} {months[place + 1]}", accounts))
        elif place + 1 == len(months) and header.total:
            words = "Deposit" if header.total > 0 else "Owed to Amazon"
            lines.append(
                _line(CLEARING, -header.total, f"{words}, settlement {header.settlement_id}", accounts)
            )
        parts.append(JournalPart(month, tuple(lines)))
    return tuple(parts)


def _line(name: str, net: Decimal, text: str, accounts: Accounts) -> JournalLine:
    """Money towards us is a credit of its group; what leaves is a debit."""
    return JournalLine(name, accounts.get(name), max(-net, _ZERO), max(net, _ZERO), text)


def net(lines: Sequence[JournalLine]) -> Decimal:
    """Credits minus debits."""
    return sum((line.net for line in lines), _ZERO)
