"""The proof sheet: a settlement becomes a journal, and each step between is checked with figures."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from x3studio.domain.bookkeeping import OrderPlace
from x3studio.domain.repairs import Repair
from x3studio.domain.settlements import Amount, Check, Proof, Role, SettlementHeader, Triple, Verdict
from x3studio.settlement.book import Book
from x3studio.settlement.checks import (
    check_balanced,
    check_clearing,
    check_dates,
    check_groups,
    check_parts,
    check_rollover,
    check_sum,
)
from x3studio.settlement.grains import first_rows, grains
from x3studio.settlement.journal import Grouped, group, journal
from x3studio.settlement.routes import routes_of
from x3studio.settlement.settlement import Settlement
from x3studio.settlement.shape_check import check_shape
from x3studio.settlement.vat import Treatments, VatRule, by_route, check_vat, taxed
from x3studio.settlement.vocabulary import Vocabulary, starting_vocabulary
from x3studio.settlement.withheld import check_withheld, withheld_tax

_NO_BOOK = Book({})
FILE_CHECKS = ("B1", "B2", "B8", "B14")
"""What a file proves by itself; where one fails, only a better or a repaired file helps."""
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
    vat: Sequence[VatRule] = (),
    repair: Repair | None = None,
    places: Mapping[str, OrderPlace] | None = None,
    own_country: Mapping[str, str] | None = None,
) -> Proof:
    """Groups, parts and all checks. `lines` are product lines by SKU, `vat` dated rules for tax codes.

    `repair` is what a person accepted of the lines that were read: B1 tells of it. `places` tell where orders
    went, `own_country` by marketplace where the seller ships from himself; both matter to VAT alone.

    B9 to B13 and B16 to B23 are n/a here; settlement.chain and settlement.evidence answer them once their
    facts are at hand.
    """
    vocabulary = vocabulary or starting_vocabulary()
    routes = None
    if by_route(vat):
        routes = routes_of(settlement, vocabulary, places or {}, own_country=own_country or {})
    amounts = grains(settlement, lines=lines or {}, routes=routes)
    currency = settlement.header.currency
    months = sorted({amount.month for amount in amounts})
    known = (
        check_shape(settlement, repair),
        check_sum(settlement),
        check_dates(settlement, months),
        check_withheld(withheld_tax(settlement, vocabulary), currency),
    )
    empty = Proof(
        header=settlement.header,
        rows=settlement.rows,
        sum=settlement.sum,
        groups=(),
        unmapped=(),
        parts=(),
        checks=known,
        zone=settlement.zone,
        amounts=amounts,
    )
    return regroup(empty, vocabulary=vocabulary, book=book, vat=vat, first_lines=_first_lines(settlement))


def regroup(
    proof: Proof,
    *,
    vocabulary: Vocabulary,
    book: Book,
    vat: Sequence[VatRule] = (),
    first_lines: Mapping[Triple, int] | None = None,
) -> Proof:
    """The proof under other rules, from its grains alone; what the file itself proved stands as it was."""
    header = proof.header
    grouped = group(proof.amounts, vocabulary, book, Treatments(tuple(vat)))
    titles = {name: known.title for name, known in vocabulary.groups.items()}
    parts = journal(grouped, header, groups=titles, book=book)
    done = {check.id: check for check in proof.checks}
    for check in (
        check_groups(
            grouped,
            vocabulary,
            expected=proof.sum,
            currency=header.currency,
            lines=first_lines or {},
        ),
        check_balanced(parts, header.currency),
        check_clearing(parts, header),
        check_parts(parts, header),
        check_rollover(parts, header.currency, book=book, reserves=_reserves(vocabulary)),
        _vat(proof.amounts, grouped, header, vat),
    ):
        done[check.id] = check
    return replace(
        proof,
        groups=grouped.groups,
        unmapped=grouped.unmapped,
        parts=parts,
        checks=tuple(done.get(f"B{n}") or _not_here(f"B{n}") for n in range(1, 24)),
    )


def _vat(
    amounts: Sequence[Amount], grouped: Grouped, header: SettlementHeader, rules: Sequence[VatRule]
) -> Check:
    groups = {triple: total.group for total in grouped.groups for triple, _ in total.triples}
    lines, undecided = taxed(amounts, groups, Treatments(tuple(rules)), currency=header.currency)
    return check_vat(lines, header.currency, undecided=undecided)


def _first_lines(settlement: Settlement) -> dict[Triple, int]:
    first = first_rows(settlement.triple_of, len(settlement.triples))
    return {
        triple: int(settlement.numbers[row]) for triple, row in zip(settlement.triples, first, strict=True)
    }


def _reserves(vocabulary: Vocabulary) -> dict[str, str]:
    return {name: each.title for name, each in vocabulary.groups.items() if each.role is Role.RESERVE}


def _not_here(name: str) -> Check:
    return Check(name, Verdict.NOT_APPLICABLE, f"Needs {_WITHOUT_WORKSPACE[name]}.")
