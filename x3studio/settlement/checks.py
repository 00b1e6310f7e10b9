"""The checks of a settlement's own arithmetic (B2 to B8): each with its figures, and the line to look at."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import numpy as np

from x3studio.domain.money import minor_unit
from x3studio.domain.settlements import (
    CLEARING,
    ROLLOVER,
    Check,
    JournalPart,
    SettlementHeader,
    Triple,
    Verdict,
)
from x3studio.settlement.book import Book
from x3studio.settlement.figures import counted, figure, money
from x3studio.settlement.journal import CARRIED_FROM, CARRIED_TO, Grouped, net
from x3studio.settlement.repair import hints as hints_of
from x3studio.settlement.settlement import Settlement
from x3studio.settlement.vocabulary import Vocabulary

_ZERO = Decimal(0)
_TOLD = 5
_KINDS = ("kind of amount", "kinds of amounts")
_EPOCH = 719163
# A line posted more days than these after settlement and deposit is in no month that was settled.
_FAR = 31


def check_sum(settlement: Settlement) -> Check:
    """B2: the lines add up to Amazon's total, exactly; else what would make them."""
    currency = settlement.header.currency
    total, added = settlement.header.total, settlement.sum
    verb = "adds" if settlement.rows == 1 else "add"
    figures = f"{counted(settlement.rows, 'line')} {verb} up to {money(added, currency)}"
    if total == added:
        return Check(
            "B2", Verdict.PASS, f"{figures}, exactly Amazon's total.", figure=figure(total, currency)
        )
    found = hints_of(settlement)
    hints = "; ".join(hint.text for hint in found) or (
        "no single line explains it: lines are missing or were changed; download the settlement again"
    )
    return Check(
        "B2",
        Verdict.FAIL,
        f"{figures}, Amazon's total is {money(total, currency)}: "
        f"they differ by {money(total - added, currency)}. "
        f"To look at: {hints}.",
        found[0].line if found else settlement.shape.last,
        figure(total - added, currency),
    )


def check_groups(
    grouped: Grouped, vocabulary: Vocabulary, *, expected: Decimal, currency: str, lines: Mapping[Triple, int]
) -> Check:
    """B3: every line is in exactly one group. `lines` are the first lines of triples, where known."""
    known = sum((total.amount for total in grouped.groups), _ZERO)
    unknown = sum((amount for _, amount in grouped.unmapped), _ZERO)
    told = f"{len(grouped.unmapped)} unmapped"
    if known + unknown != expected:
        return Check("B3", Verdict.FAIL, f"The groups add up to {money(known + unknown, currency)}.")
    if not grouped.unmapped:
        kinds = sum(len(total.triples) for total in grouped.groups)
        return Check(
            "B3",
            Verdict.PASS,
            f"{counted(kinds, *_KINDS)} in {counted(len(grouped.groups), 'group')}, "
            f"together {money(known, currency)}; none unknown.",
            figure=told,
        )
    hints = []
    for triple, amount in grouped.unmapped[:_TOLD]:
        near = vocabulary.suggest(triple)
        why = f"perhaps {near.group.title!r}: {near.reason}" if near else "nothing known is like it"
        hints.append(f"{triple} ({money(amount, currency)}; {why})")
    return Check(
        "B3",
        Verdict.FAIL,
        f"{counted(len(grouped.unmapped), *_KINDS)}, together {money(unknown, currency)}, "
        f"in no group, to be placed by a person: {'; '.join(hints)}.",
        lines.get(grouped.unmapped[0][0]),
        told,
    )


def check_balanced(parts: Sequence[JournalPart], currency: str) -> Check:
    """B4: debits equal credits in each part, to the currency's own decimals."""
    unit = minor_unit(currency)
    debits = []
    for part in parts:
        debit = sum((line.debit for line in part.lines), _ZERO)
        credit = sum((line.credit for line in part.lines), _ZERO)
        debits.append(debit)
        if debit != credit:
            return Check(
                "B4",
                Verdict.FAIL,
                f"{part.month}: debits {money(debit, currency)}, credits {money(credit, currency)}.",
                figure=figure(debit - credit, currency),
            )
        for line in part.lines:
            if line.net % unit:
                return Check(
                    "B4", Verdict.FAIL, f"{part.month}: {line.text} is finer than {money(unit, currency)}."
                )
    sums = ", ".join(
        f"{part.month} {money(debit, currency)}" for part, debit in zip(parts, debits, strict=True)
    )
    return Check(
        "B4",
        Verdict.PASS,
        f"Debits equal credits in each part: {sums}.",
        figure=figure(sum(debits, _ZERO), currency),
    )


def check_clearing(parts: Sequence[JournalPart], header: SettlementHeader) -> Check:
    """B5: the deposit stands in the last part alone, on its proper side."""
    currency = header.currency
    lines = [line for part in parts for line in part.lines if line.group == CLEARING]
    posted = -net([line for line in parts[-1].lines if line.group == CLEARING])
    if posted != header.total or len(lines) > 1:
        return Check("B5", Verdict.FAIL, f"The deposit line is {money(posted, currency)}.")
    if not lines:
        return Check("B5", Verdict.PASS, "The total is zero: no deposit and no deposit line.", figure="0")
    side = "debit" if header.total > 0 else "credit, the seller owes"
    return Check(
        "B5",
        Verdict.PASS,
        f"{parts[-1].month}: {money(header.total, currency)} in {side}.",
        figure=figure(header.total, currency),
    )


def check_parts(parts: Sequence[JournalPart], header: SettlementHeader) -> Check:
    """B6: the parts add up to the total, and each but the last nets to zero."""
    currency = header.currency
    own = sum((net([x for x in p.lines if x.group not in (CLEARING, ROLLOVER)]) for p in parts), _ZERO)
    if own != header.total:
        return Check(
            "B6",
            Verdict.FAIL,
            f"The parts add up to {money(own, currency)}, not to {money(header.total, currency)}.",
            figure=figure(header.total - own, currency),
        )
    for part in parts[:-1]:
        if rest := net(part.lines):
            return Check("B6", Verdict.FAIL, f"{part.month} nets to {money(rest, currency)}, not to zero.")
    months = ", ".join(part.month for part in parts)
    count = "1 part" if len(parts) == 1 else f"{len(parts)} parts"
    return Check("B6", Verdict.PASS, f"{count}, {months}, add up to {money(own, currency)}.", figure=count)


def check_rollover(
    parts: Sequence[JournalPart], currency: str, *, book: Book, reserves: Mapping[str, str]
) -> Check:
    """B7: what leaves one month enters the next, and the roll-over account returns to zero.

    `reserves` are the titles of the groups that hold Amazon's reserves: an account they share with the
    roll-over proves neither.
    """
    found = _carried(parts, currency)
    shared = _sharing(parts, book, reserves)
    if not shared or found.verdict is Verdict.FAIL:
        return found
    account, others = shared
    touched = any(line.group == ROLLOVER or line.group in reserves for part in parts for line in part.lines)
    words = (
        f"{found.detail} But account {account} takes {others} as well as the roll-over: neither can be "
        "proven to return to zero. Give each an account of its own."
    )
    return Check("B7", Verdict.FAIL if touched else Verdict.WARN, words, figure=found.figure)


def _carried(parts: Sequence[JournalPart], currency: str) -> Check:
    lines = [[line for line in part.lines if line.group == ROLLOVER] for part in parts]
    if len(parts) == 1 and not lines[0]:
        return Check(
            "B7", Verdict.PASS, "One month: nothing is carried forward.", figure=figure(_ZERO, currency)
        )
    steps = []
    for before, after in zip(range(len(parts)), range(1, len(parts)), strict=False):
        leaves = sum((x.net for x in lines[before] if x.text.startswith(CARRIED_TO)), _ZERO)
        enters = sum((x.net for x in lines[after] if x.text.startswith(CARRIED_FROM)), _ZERO)
        if leaves + enters:
            return Check(
                "B7",
                Verdict.FAIL,
                f"{money(-leaves, currency)} leaves {parts[before].month}, {money(enters, currency)} enters.",
            )
        steps.append(f"{money(enters, currency)} from {parts[before].month} to {parts[after].month}")
    if rest := sum((x.net for month in lines for x in month), _ZERO):
        return Check("B7", Verdict.FAIL, f"The roll-over account keeps {money(rest, currency)}.")
    words = f"Carried {', '.join(steps)}; the account returns to zero."
    return Check("B7", Verdict.PASS, words, figure=figure(_ZERO, currency))


def _sharing(parts: Sequence[JournalPart], book: Book, reserves: Mapping[str, str]) -> tuple[str, str] | None:
    """The roll-over's account and, in words, what else is posted to it; None where it is its own."""
    own = book.plain(ROLLOVER)
    if own is None:
        return None
    others = [
        reserves[rule[0]]
        for rule, known in book.rules.items()
        if rule[0] in reserves and known.code == own.code
    ]
    carries = any(line.group == ROLLOVER for part in parts for line in part.lines)
    for line in (line for part in parts for line in part.lines if carries):
        if line.group != ROLLOVER and line.account and line.account.code == own.code:
            others.append(line.text)
    return (own.code, ", ".join(list(dict.fromkeys(others))[:_TOLD])) if others else None


def _have(count: int) -> str:
    return "1 line has" if count == 1 else f"{count} lines have"


def _last_day(header: SettlementHeader) -> int:
    """The later of the settlement's end and its deposit, in days since 1970."""
    return max(moment.date().toordinal() for moment in (header.end, header.deposit) if moment) - _EPOCH


def check_dates(settlement: Settlement, months: Sequence[str]) -> Check:
    """B8: every line has a date, in the zone that is named, within the settlement's time."""
    posted, zone = settlement.posted, settlement.zone
    place = zone.rpartition("/")[2].replace("_", " ")
    undated = np.flatnonzero(posted.months < 0)
    if undated.size:
        line = int(settlement.numbers[undated[0]])
        return Check(
            "B8", Verdict.FAIL, f"{_have(undated.size)} no posted date, first line {line}.", line, place
        )
    words = f"Months end at midnight in {zone}; "
    words += f"{counted(posted.moved, 'line')} would fall into another month by UTC."
    if posted.apart >= 0:
        line = int(settlement.numbers[posted.apart])
        return Check(
            "B8",
            Verdict.WARN,
            f"{words} The two dates of line {line} are more than a day apart.",
            line,
            place,
        )
    if settlement.header.end:
        limit = (settlement.header.end.date().toordinal() - _EPOCH) + 1
        late = np.flatnonzero(posted.days > limit)
        if late.size:
            line = int(settlement.numbers[late[0]])
            were = "1 line was" if late.size == 1 else f"{late.size} lines were"
            far = int(posted.days.max()) > _last_day(settlement.header) + _FAR
            return Check(
                "B8",
                Verdict.FAIL if far else Verdict.WARN,
                f"{words} {were} posted after the settlement's end, first line {line}.",
                line,
                place,
            )
    return Check("B8", Verdict.PASS, f"Every line lies in {', '.join(months)}. {words}", figure=place)
