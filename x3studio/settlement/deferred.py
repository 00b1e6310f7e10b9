"""Money earned but not yet settled at a month's end: accrued once, reversed once on the next day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from x3studio.domain.deferrals import Accrued, Deferral
from x3studio.domain.settlements import Account, Accounts, Check, JournalLine, Verdict
from x3studio.settlement.dates import end_of_month
from x3studio.settlement.figures import figure, money

_ZERO = Decimal(0)
DEFERRED = "deferred"
# The first level of Amazon's breakdown of a transaction; what is none of these is a sale or a refund.
_GROUPS: Mapping[str, str] = {
    "expenses": "selling-fees",
    "fees": "selling-fees",
    "amazonfees": "selling-fees",
    "amazon fees": "selling-fees",
    "tax": "tax-collected",
    "taxes": "tax-collected",
}


@dataclass(frozen=True, slots=True)
class DeferredAmount:
    """A part of a transaction held back; `released` is the day it was let go, None while it waits."""

    transaction: str
    group: str
    earned: date
    amount: Decimal
    released: date | None = None

    def open_on(self, day: date) -> bool:
        """Whether it is earned but not released at the end of that day."""
        return self.earned <= day and (self.released is None or self.released > day)


def amounts_of(deferrals: Iterable[Deferral]) -> tuple[DeferredAmount, ...]:
    """Transactions by group. Parts that do not come to the transaction's amount are not trusted."""
    return tuple(
        DeferredAmount(each.transaction, group, each.earned.date(), amount, each.released)
        for each in deferrals
        for group, amount in _by_group(each)
    )


def _by_group(each: Deferral) -> Iterable[tuple[str, Decimal]]:
    usual = "refunds" if each.amount < 0 else "sales"
    if sum((amount for _, amount in each.parts), _ZERO) != each.amount:
        return [(usual, each.amount)]
    return [(_GROUPS.get(name.casefold(), usual), amount) for name, amount in each.parts if amount]


@dataclass(frozen=True, slots=True)
class Accrual:
    """The two journals of a month end: what is open, and its exact opposite a day later."""

    day: date
    lines: tuple[JournalLine, ...]
    reversed_on: date
    reversal: tuple[JournalLine, ...]

    @property
    def total(self) -> Decimal:
        """What is open: the amount of the line against the groups."""
        return -sum((line.net for line in self.lines if line.group == DEFERRED), _ZERO)


def accrue(amounts: Sequence[DeferredAmount], *, month_end: date, accounts: Accounts) -> Accrual:
    """Accrues by group what is open at the end of `month_end`, against the group "deferred"."""
    sums: dict[str, Decimal] = {}
    for each in amounts:
        if each.open_on(month_end):
            sums[each.group] = sums.get(each.group, _ZERO) + each.amount
    nets = {name: amount for name, amount in sorted(sums.items()) if amount}
    if total := sum(nets.values(), _ZERO):
        nets[DEFERRED] = -total
    return accrual_of(month_end, tuple(nets.items()), accounts)


def accrual_of(day: date, nets: Iterable[tuple[str, Decimal]], accounts: Accounts) -> Accrual:
    """Both journals of a month end from what each group comes to, the line against them included."""
    known = tuple(nets)
    return Accrual(
        day,
        tuple(_line(n, amount, f"Deferred at {day}", accounts.get(n)) for n, amount in known),
        day + timedelta(days=1),
        tuple(_line(n, -amount, f"Reversal of {day}", accounts.get(n)) for n, amount in known),
    )


def _line(group: str, net: Decimal, text: str, account: Account | None) -> JournalLine:
    return JournalLine(group, account, max(-net, _ZERO), max(net, _ZERO), text)


def month_ends(amounts: Sequence[DeferredAmount], *, until: date) -> list[date]:
    """The ends of all months from the first amount earned up to that day."""
    if not amounts:
        return []
    found, end = [], end_of_month(min(each.earned for each in amounts))
    while end <= until:
        found.append(end)
        end = end_of_month(end + timedelta(days=1))
    return found


def check_deferred(
    amounts: Sequence[DeferredAmount], kept: Sequence[Accrued], *, on: date, currency: str
) -> Check:
    """B22: each month end up to that day is accrued once, with what was open then; it reverses itself.

    Earned less released is what is still open.
    """
    earned = sum((each.amount for each in amounts if each.earned <= on), _ZERO)
    released = sum((each.amount for each in amounts if each.earned <= on and not each.open_on(on)), _ZERO)
    closing = earned - released
    told = (
        f"Deferred {money(earned, currency)}, released {money(released, currency)}, "
        f"open {money(closing, currency)} on {on}."
    )
    shown = figure(closing, currency)
    known = {each.day: each for each in kept}
    for day in month_ends(amounts, until=on):
        there = accrue(amounts, month_end=day, accounts={}).total
        accrued = known.get(day)
        if accrued is None and there:
            words = f"{told} {money(there, currency)} were open on {day}, and that month end is not accrued."
            return Check("B22", Verdict.OPEN, words, figure=shown)
        if accrued is not None and accrued.total != there:
            words = (
                f"{told} {accrued.who} accrued {money(accrued.total, currency)} for {day}; by what Amazon "
                f"says today {money(there, currency)} were open."
            )
            return Check("B22", Verdict.OPEN, words, figure=shown)
    return Check("B22", Verdict.PASS, told, figure=shown)
