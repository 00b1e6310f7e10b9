"""Money earned but not yet settled at a month's end: accrued once, reversed once on the next day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from x3studio.domain.settlements import Account, Accounts, Check, JournalLine, Verdict
from x3studio.settlement.figures import money

_ZERO = Decimal(0)
DEFERRED = "deferred"


@dataclass(frozen=True, slots=True)
class DeferredAmount:
    """One transaction Amazon holds back; `released` is the day it entered a settlement, None while it waits.

    Statuses DEFERRED, RELEASED and DEFERRED_RELEASED: Amazon's Finances model 2024-06-19.
    """

    transaction: str
    group: str
    earned: date
    amount: Decimal
    released: date | None = None

    def open_on(self, day: date) -> bool:
        """Whether it is earned but not released at the end of that day."""
        return self.earned <= day and (self.released is None or self.released > day)


@dataclass(frozen=True, slots=True)
class Accrual:
    """The two journals of a month end: what is open, and its exact opposite a day later."""

    day: date
    lines: tuple[JournalLine, ...]
    reversed_on: date
    reversal: tuple[JournalLine, ...]


def accrue(amounts: Sequence[DeferredAmount], *, month_end: date, accounts: Accounts) -> Accrual:
    """Accrues by group what is open at the end of `month_end`, against the group "deferred"."""
    sums: dict[str, Decimal] = {}
    for each in amounts:
        if each.open_on(month_end):
            sums[each.group] = sums.get(each.group, _ZERO) + each.amount
    nets = {name: amount for name, amount in sorted(sums.items()) if amount}
    if total := sum(nets.values(), _ZERO):
        nets[DEFERRED] = -total
    following = month_end + timedelta(days=1)
    return Accrual(
        month_end,
        tuple(_line(n, amount, f"Deferred at {month_end}", accounts.get(n)) for n, amount in nets.items()),
        following,
        tuple(_line(n, -amount, f"Reversal of {month_end}", accounts.get(n)) for n, amount in nets.items()),
    )


def _line(group: str, net: Decimal, text: str, account: Account | None) -> JournalLine:
    return JournalLine(group, account, max(-net, _ZERO), max(net, _ZERO), text)


def check_deferred(
    amounts: Sequence[DeferredAmount], accruals: Sequence[Accrual], *, on: date, currency: str
) -> Check:
    """B22: each accrual is reversed exactly once, and earned less released is what is still open."""
    for accrual in accruals:
        for line, back in zip(accrual.lines, accrual.reversal, strict=True):
            if line.net != -back.net:
                return Check("B22", Verdict.OPEN, f"The accrual of {accrual.day} is not reversed exactly.")
    days = [accrual.day for accrual in accruals]
    if len(days) != len(set(days)):
        return Check("B22", Verdict.OPEN, "A month end is accrued twice.")
    earned = sum((each.amount for each in amounts if each.earned <= on), _ZERO)
    released = sum((each.amount for each in amounts if each.released and each.released <= on), _ZERO)
    closing = sum((each.amount for each in amounts if each.open_on(on)), _ZERO)
    verdict = Verdict.PASS if earned - released == closing else Verdict.OPEN
    return Check(
        "B22",
        verdict,
        f"Deferred {money(earned, currency)}, released {money(released, currency)}, "
        f"open {money(closing, currency)} on {on}.",
    )
