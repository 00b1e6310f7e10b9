"""One settlement after the other: reserves handed on, no gap, debts returned (B9, B11, B12)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from x3studio.domain.settlements import Check, Proof, Role, SettlementHeader, Triple, Verdict
from x3studio.settlement.figures import money

_ZERO = Decimal(0)
# Amazon's next settlement starts in the second the last one ended, or in the one after.
_SEAM = timedelta(seconds=2)
_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)
_RETURNING = (Role.FAILED_TRANSFER, Role.CARD_CHARGE, Role.NEGATIVE_BALANCE, Role.CROSS_DEBT)


@dataclass(frozen=True, slots=True)
class Link:
    """What a settlement hands to its neighbours. Signs are the file's: a reserve kept is negative."""

    header: SettlementHeader
    reserve_kept: Decimal
    reserve_returned: Decimal
    movements: Mapping[Role, Decimal]
    sum: Decimal
    rows: int


def is_returned(triple: Triple) -> bool:
    """Whether a reserve's triple gives back what was kept before; the others keep."""
    return triple.amount_description.casefold().startswith(("previous", "reservecredit"))


def link(proof: Proof) -> Link:
    """A proven settlement's place in its chain."""
    kept = returned = _ZERO
    movements: dict[Role, Decimal] = {}
    for total in proof.groups:
        role = total.group.role
        if role is Role.RESERVE:
            previous = [amount for triple, amount in total.triples if is_returned(triple)]
            returned += sum(previous, _ZERO)
            kept += total.amount - sum(previous, _ZERO)
        elif role in _RETURNING:
            movements[role] = movements.get(role, _ZERO) + total.amount
    return Link(proof.header, kept, returned, movements, proof.sum, proof.rows)


def check_reserve(before: Link | None, after: Link) -> Check:
    """B9: the reserve returned here is the one the settlement before kept."""
    currency = after.header.currency
    if before is None:
        if not after.reserve_returned:
            return Check("B9", Verdict.PASS, "The first settlement of its chain; no reserve comes back.")
        return Check(
            "B9",
            Verdict.OPEN,
            f"{money(after.reserve_returned, currency)} come back from a settlement that is not archived.",
        )
    if after.reserve_returned == -before.reserve_kept:
        return Check("B9", Verdict.PASS, f"{money(after.reserve_returned, currency)} kept before came back.")
    return Check(
        "B9",
        Verdict.OPEN,
        f"Settlement {before.header.settlement_id} kept {money(-before.reserve_kept, currency)}, "
        f"{money(after.reserve_returned, currency)} came back: a settlement between them may be missing.",
    )


def check_sequence(before: Link | None, after: Link) -> Check:
    """B12: it starts when the one before ended."""
    if before is None or before.header.end is None or after.header.start is None:
        return Check("B12", Verdict.OPEN, "No settlement before this one is archived.")
    gap = after.header.start - before.header.end
    if abs(gap) <= _SEAM:
        told = f"It starts where {before.header.settlement_id} ended."
        return Check("B12", Verdict.PASS, told, figure="0 s")
    what = "days are missing" if gap > timedelta(0) else "days stand in both"
    return Check(
        "B12",
        Verdict.OPEN,
        f"{before.header.settlement_id} ended {before.header.end:%Y-%m-%d %H:%M}, this one starts "
        f"{after.header.start:%Y-%m-%d %H:%M} UTC: {abs(gap).total_seconds() / 86400:.1f} {what}.",
        figure=f"{gap.total_seconds() / 86400:.1f} days",
    )


def check_returning(links: Sequence[Link]) -> Check:
    """B11: failed transfers, card charges, negative balances and debts moved between sites net to zero.

    Debts move between currencies; each currency's rest is told by itself.
    """
    rests: dict[tuple[Role, str], Decimal] = {}
    for each in links:
        for role, amount in each.movements.items():
            key = (role, each.header.currency)
            rests[key] = rests.get(key, _ZERO) + amount
    open_ones = [f"{role}: {money(rest, currency)}" for (role, currency), rest in rests.items() if rest]
    if open_ones:
        told = f"Over {len(links)} settlements there remain {'; '.join(open_ones)}."
        return Check("B11", Verdict.OPEN, told, figure=f"{len(open_ones)} open")
    return Check("B11", Verdict.PASS, f"Nothing remains over {len(links)} settlements.", figure="none")


def in_order(links: Sequence[Link]) -> tuple[Link, ...]:
    """Oldest first, by start."""
    return tuple(sorted(links, key=lambda each: each.header.start or _BEFORE_ALL))
