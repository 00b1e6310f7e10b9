"""Checks that need facts from X3, the bank or Amazon's summary (B10, B16 to B19, B23), compared."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from x3studio.domain.bookkeeping import BankLine, LedgerAccount, OrderSum
from x3studio.domain.settlements import Check, JournalLine, JournalPart, Proof, Triple, Verdict
from x3studio.settlement.figures import figure, money

_ZERO = Decimal(0)
_BANK_DAYS = timedelta(days=5)
_NEAR = Decimal("0.05")
# Sage's help on importing journal entries.
MOST_LINES = 9_999


def with_evidence(proof: Proof, checks: Sequence[Check]) -> Proof:
    """The proof with these checks in the places of those that were n/a."""
    known = {check.id: check for check in checks}
    return replace(proof, checks=tuple(known.get(check.id, check) for check in proof.checks))


def check_reserve_account(balance: Decimal, *, kept: Decimal, currency: str) -> Check:
    """B10: the reserve account holds what was last kept; both positive where Amazon holds money."""
    if balance == kept:
        return Check(
            "B10", Verdict.PASS, f"The reserve account holds {money(kept, currency)}, the last reserve."
        )
    return Check(
        "B10",
        Verdict.OPEN,
        f"The reserve account holds {money(balance, currency)}, Amazon keeps {money(kept, currency)}: "
        "a posting is missing, doubled or voided.",
    )


@dataclass(frozen=True, slots=True)
class OrderInX3:
    """What X3 holds of an order: its value, and how far rounding of its prices may carry."""

    value: Decimal
    rounding: Decimal


def check_orders(settled: Sequence[OrderSum], orders: Mapping[str, OrderInX3], *, currency: str) -> Check:
    """B16: goods and shipping Amazon settled per order against X3's orders, for orders written from here.

    Prices in X3 may hold the tax or not. Less than X3 has is timing: the rest settles later; more is real.
    """
    shared = [each for each in settled if each.order in orders]
    timing: list[tuple[OrderSum, Decimal]] = []
    real: list[tuple[OrderSum, Decimal]] = []
    for each in shared:
        held = orders[each.order]
        apart = min((each.sold - held.value, each.sold + each.tax - held.value), key=abs)
        if abs(apart) > held.rounding:
            (timing if apart < 0 else real).append((each, apart))
    if not timing and not real:
        return Check("B16", Verdict.PASS, f"{len(shared)} orders agree with X3.", figure=f"{len(shared):,}")
    first, apart = (real or timing)[0]
    return Check(
        "B16",
        Verdict.OPEN,
        f"{len(real) + len(timing)} of {len(shared)} orders differ: {len(timing)} settled less than X3 holds "
        f"(timing), {len(real)} more; {first.order} by {money(apart, currency)}.",
        figure=f"{len(real) + len(timing)} differ",
    )


def check_refunds(refunds: Sequence[OrderSum], *, currency: str) -> Check:
    """B17: no order gives back more than it brought; `refunds` are each order's sums over all settlements."""
    known = [each for each in refunds if each.sold]
    earlier = len(refunds) - len(known)
    told = f"{earlier} were sold before the archive begins." if earlier else ""
    off = [each for each in known if -each.refunded > each.sold or -each.tax_refunded > each.tax]
    if not off:
        words = f"{len(known)} refunds reverse known sales. {told}".strip()
        return Check("B17", Verdict.PASS, words, figure=f"{len(known):,}")
    first = off[0]
    return Check(
        "B17",
        Verdict.OPEN,
        f"{len(off)} refunds exceed their sales; {first.order}: refunded "
        f"{money(-first.refunded - first.tax_refunded, currency)}, sold "
        f"{money(first.sold + first.tax, currency)}. {told}".strip(),
        figure=f"{len(off)} exceed",
    )


def check_targets(
    parts: Sequence[JournalPart],
    *,
    accounts: Mapping[str, LedgerAccount] | None,
    closed: Collection[str],
    currency: str,
) -> Check:
    """B18: each line has an account that takes it, each month is open, no part is longer than X3 allows.

    Without `accounts` X3's own are not known: X3 judges them when the journal is posted.
    """
    lines = f"{sum(len(part.lines) for part in parts)} lines"
    for part in parts:
        if part.month in closed:
            return Check("B18", Verdict.FAIL, f"The period {part.month} is closed.", figure=lines)
        if len(part.lines) > MOST_LINES:
            told = f"{part.month} has {len(part.lines)} lines; X3 takes {MOST_LINES}."
            return Check("B18", Verdict.FAIL, told, figure=lines)
        for line in part.lines:
            if reason := _refused(line, accounts, currency):
                return Check("B18", Verdict.FAIL, f"{part.month}, {line.text}: {reason}.", figure=lines)
    if accounts is None:
        return Check(
            "B18",
            Verdict.WARN,
            "Every line has an account; whether X3 takes them was not read yet, X3 judges it.",
            figure=lines,
        )
    return Check("B18", Verdict.PASS, "Every line has an active account; every period is open.", figure=lines)


def _refused(line: JournalLine, accounts: Mapping[str, LedgerAccount] | None, currency: str) -> str:
    if line.account is None:
        return "no account is mapped"
    if accounts is None:
        return ""
    known = accounts.get(line.account.code)
    if known is None:
        return f"X3 has no account {line.account.code}"
    if not known.active:
        return f"the account {known.code} is inactive"
    if known.currency not in ("", currency):
        return f"the account {known.code} takes {known.currency} only"
    filled = dict(line.account.dimensions)
    if empty := [name for name in known.dimensions if not filled.get(name)]:
        return f"the account {known.code} needs a dimension in {', '.join(empty)}"
    return ""


def check_deposit(
    proof: Proof, bank: Sequence[BankLine], *, rate: Decimal | None = None, tolerance: Decimal = _ZERO
) -> Check:
    """B19: the deposit came, in its currency exactly, or in another at `rate` within `tolerance`."""
    header = proof.header
    if header.total <= 0:
        return Check("B19", Verdict.PASS, "Nothing is owed to the seller: no deposit is expected.")
    if header.deposit is None:
        return Check("B19", Verdict.OPEN, "The settlement names no deposit date.")
    first = header.deposit.date()
    near: BankLine | None = None
    for line in bank:
        if not first <= line.day <= first + _BANK_DAYS:
            continue
        expected = header.total if line.currency == header.currency else header.total * (rate or _ZERO)
        allowed = _ZERO if line.currency == header.currency else tolerance
        if abs(line.amount - expected) <= allowed and expected:
            return Check(
                "B19",
                Verdict.PASS,
                f"{money(line.amount, line.currency)} came on {line.day}.",
                figure=figure(line.amount, line.currency),
            )
        if line.currency == header.currency and abs(line.amount - expected) <= expected * _NEAR:
            near = line
    if near is not None:
        return _nearly(near, header.total)
    return Check(
        "B19",
        Verdict.OPEN,
        f"No bank line of {money(header.total, header.currency)} from {first} to {first + _BANK_DAYS}.",
    )


def _nearly(line: BankLine, total: Decimal) -> Check:
    """A movement that may be the deposit, and what it lacks."""
    apart = total - line.amount
    side = "less" if apart > 0 else "more"
    return Check(
        "B19",
        Verdict.OPEN,
        f"The bank shows {money(abs(apart), line.currency)} {side} than the deposit "
        f"({money(line.amount, line.currency)} on {line.day}); perhaps a bank charge.",
        figure=f"{figure(abs(apart), line.currency)} {side}",
    )


def check_summary(proof: Proof, summary: Mapping[tuple[str, str], Decimal]) -> Check:
    """B23: totals by (transaction type, amount description) against Amazon's own figures, where given."""
    ours: dict[tuple[str, str], Decimal] = {}
    listed: list[tuple[Triple, Decimal]] = [pair for total in proof.groups for pair in total.triples]
    for triple, amount in [*listed, *proof.unmapped]:
        key = (triple.transaction_type, triple.amount_description)
        ours[key] = ours.get(key, _ZERO) + amount
    currency = proof.header.currency
    for key, amount in summary.items():
        if ours.get(key, _ZERO) != amount:
            return Check(
                "B23",
                Verdict.OPEN,
                f"{' / '.join(key)}: Amazon says {money(amount, currency)}, the file "
                f"{money(ours.get(key, _ZERO), currency)}.",
            )
    return Check("B23", Verdict.PASS, f"{len(summary)} figures of Amazon's summary agree.")
