"""The proof sheet: a settlement becomes a journal, and each step between is checked with figures."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import numpy as np

from x3studio.domain.money import minor_unit
from x3studio.domain.settlements import (
    CLEARING,
    ROLLOVER,
    Check,
    JournalPart,
    Proof,
    Verdict,
)
from x3studio.settlement.book import Book
from x3studio.settlement.figures import money
from x3studio.settlement.grains import grains
from x3studio.settlement.journal import CARRIED_FROM, CARRIED_TO, Grouped, group, journal, net
from x3studio.settlement.repair import repairs
from x3studio.settlement.settlement import Settlement
from x3studio.settlement.shape_check import check_shape
from x3studio.settlement.vat import VatLine, check_vat
from x3studio.settlement.vocabulary import Vocabulary, starting_vocabulary
from x3studio.settlement.withheld import check_withheld, withheld_tax

_ZERO = Decimal(0)
_NO_BOOK = Book({})
# What each check needs that a file alone does not hold.
_WITHOUT_WORKSPACE = {
    "B9": "the settlement before this one",
    "B10": "the reserve account's postings",
    "B11": "the other settlements of this account",
    "B12": "the settlement before this one",
    "B13": "X3, to look the settlement up",
    "B16": "the orders in X3",
    "B17": "the sales in earlier settlements",
    "B18": "X3's accounts, periods and limits",
    "B19": "the bank statement",
    "B20": "the posted journal",
    "B21": "the clearing account's postings",
    "B22": "the deferred transactions of the month",
    "B23": "Amazon's own summary",
}


def prove(
    settlement: Settlement,
    *,
    vocabulary: Vocabulary | None = None,
    book: Book = _NO_BOOK,
    lines: Mapping[str, str] | None = None,
    vat: Sequence[VatLine] = (),
) -> Proof:
    """Groups, parts and all checks. `vat` are the lines VAT was extracted from, where rules for that exist;
    `lines` are product lines by SKU, where accounts or dimensions depend on them.

    B9 to B13 and B16 to B23 are n/a here; settlement.chain and settlement.evidence answer them once their
    facts are at hand.
    """
    vocabulary = vocabulary or starting_vocabulary()
    amounts = grains(settlement, lines=lines or {})
    grouped = group(amounts, vocabulary, book)
    titles = {name: known.title for name, known in vocabulary.groups.items()}
    parts = journal(grouped, settlement.header, groups=titles, book=book)
    currency = settlement.header.currency
    done = {
        check.id: check
        for check in (
            check_shape(settlement),
            _sum(settlement),
            _groups(settlement, grouped, vocabulary),
            _balanced(parts, currency),
            _clearing(parts, settlement),
            _parts(parts, settlement),
            _rollover(parts, currency),
            _dates(settlement, parts),
            check_withheld(withheld_tax(settlement, vocabulary), currency),
            check_vat(vat, currency),
        )
    }
    return Proof(
        header=settlement.header,
        rows=settlement.rows,
        sum=settlement.sum,
        groups=grouped.groups,
        unmapped=grouped.unmapped,
        parts=parts,
        checks=tuple(done.get(f"B{n}") or _not_here(f"B{n}") for n in range(1, 24)),
        zone=settlement.zone,
        amounts=amounts,
    )


def _not_here(name: str) -> Check:
    return Check(name, Verdict.NOT_APPLICABLE, f"Needs {_WITHOUT_WORKSPACE[name]}.")


def _sum(settlement: Settlement) -> Check:
    currency = settlement.header.currency
    total, added = settlement.header.total, settlement.sum
    figures = f"{settlement.rows} lines add up to {money(added, currency)}"
    if total == added:
        return Check("B2", Verdict.PASS, f"{figures}, exactly Amazon's total.")
    found = repairs(settlement)
    hints = "; ".join(repair.text for repair in found) or (
        "no single line explains it: lines are missing or were changed; download the settlement again"
    )
    return Check(
        "B2",
        Verdict.FAIL,
        f"{figures}, Amazon's total is {money(total, currency)}: "
        f"they differ by {money(total - added, currency)}. "
        f"To look at: {hints}.",
        found[0].line if found else settlement.shape.last,
    )


def _groups(settlement: Settlement, grouped: Grouped, vocabulary: Vocabulary) -> Check:
    currency = settlement.header.currency
    known = sum((total.amount for total in grouped.groups), _ZERO)
    unknown = sum((amount for _, amount in grouped.unmapped), _ZERO)
    if known + unknown != settlement.sum:
        return Check("B3", Verdict.FAIL, f"The groups add up to {money(known + unknown, currency)}.")
    if not grouped.unmapped:
        return Check(
            "B3",
            Verdict.PASS,
            f"{len(settlement.triples)} kinds of amounts in {len(grouped.groups)} groups, "
            f"together {money(known, currency)}; none unknown.",
        )
    hints = []
    for triple, amount in grouped.unmapped[:5]:
        near = vocabulary.suggest(triple)
        why = f"perhaps {near.group.title!r}: {near.reason}" if near else "nothing known is like it"
        hints.append(f"{triple} ({money(amount, currency)}; {why})")
    first = grouped.unmapped[0][0]
    row = int(np.argmax(settlement.triple_of == settlement.triples.index(first)))
    return Check(
        "B3",
        Verdict.FAIL,
        f"{len(grouped.unmapped)} kinds of amounts, together {money(unknown, currency)}, are in no group and "
        f"wait for a person: {'; '.join(hints)}.",
        int(settlement.numbers[row]),
    )


def _balanced(parts: Sequence[JournalPart], currency: str) -> Check:
    unit = minor_unit(currency)
    for part in parts:
        debit = sum((line.debit for line in part.lines), _ZERO)
        credit = sum((line.credit for line in part.lines), _ZERO)
        if debit != credit:
            return Check(
                "B4",
                Verdict.FAIL,
                f"{part.month}: debits {money(debit, currency)}, credits {money(credit, currency)}.",
            )
        for line in part.lines:
            if line.net % unit:
                return Check(
                    "B4", Verdict.FAIL, f"{part.month}: {line.text} is finer than {money(unit, currency)}."
                )
    sums = ", ".join(f"{p.month} {money(sum((x.debit for x in p.lines), _ZERO), currency)}" for p in parts)
    return Check("B4", Verdict.PASS, f"Debits equal credits in each part: {sums}.")


def _clearing(parts: Sequence[JournalPart], settlement: Settlement) -> Check:
    header = settlement.header
    lines = [line for part in parts for line in part.lines if line.group == CLEARING]
    posted = -net([line for line in lines if line in parts[-1].lines])
    if posted != header.total or len(lines) > 1:
        return Check("B5", Verdict.FAIL, f"The deposit line is {money(posted, header.currency)}.")
    if not lines:
        return Check("B5", Verdict.PASS, "The total is zero: no deposit and no deposit line.")
    side = "debit" if header.total > 0 else "credit, the seller owes"
    return Check("B5", Verdict.PASS, f"{parts[-1].month}: {money(header.total, header.currency)} in {side}.")


def _parts(parts: Sequence[JournalPart], settlement: Settlement) -> Check:
    currency = settlement.header.currency
    own = sum((net([x for x in p.lines if x.group not in (CLEARING, ROLLOVER)]) for p in parts), _ZERO)
    if own != settlement.header.total:
        return Check(
            "B6",
            Verdict.FAIL,
            f"The parts add up to {money(own, currency)}, not to {money(settlement.header.total, currency)}.",
        )
    for part in parts[:-1]:
        if rest := net(part.lines):
            return Check("B6", Verdict.FAIL, f"{part.month} nets to {money(rest, currency)}, not to zero.")
    months = ", ".join(part.month for part in parts)
    return Check("B6", Verdict.PASS, f"{len(parts)} part(s), {months}, add up to {money(own, currency)}.")


def _rollover(parts: Sequence[JournalPart], currency: str) -> Check:
    lines = [[line for line in part.lines if line.group == ROLLOVER] for part in parts]
    if len(parts) == 1 and not lines[0]:
        return Check("B7", Verdict.PASS, "One month: nothing is carried forward.")
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
    return Check("B7", Verdict.PASS, f"Carried {', '.join(steps)}; the account returns to zero.")


def _dates(settlement: Settlement, parts: Sequence[JournalPart]) -> Check:
    posted, zone = settlement.posted, settlement.zone
    undated = np.flatnonzero(posted.months < 0)
    if undated.size:
        line = int(settlement.numbers[undated[0]])
        return Check(
            "B8", Verdict.FAIL, f"{undated.size} lines have no posted date, first line {line}.", line
        )
    months = f"Months end at midnight in {zone}; {posted.moved} lines would fall into another month by UTC."
    if posted.apart >= 0:
        line = int(settlement.numbers[posted.apart])
        return Check(
            "B8", Verdict.WARN, f"{months} The two dates of line {line} are more than a day apart.", line
        )
    if settlement.header.end:
        limit = (settlement.header.end.date().toordinal() - 719163) + 1
        late = np.flatnonzero(posted.days > limit)
        if late.size:
            line = int(settlement.numbers[late[0]])
            return Check(
                "B8",
                Verdict.WARN,
                f"{months} {late.size} lines were posted after the settlement's end, first line {line}.",
                line,
            )
    return Check("B8", Verdict.PASS, f"Every line lies in {', '.join(p.month for p in parts)}. {months}")
