"""The checks that need a workspace (B9 to B13, B16 to B23), answered from what the store holds."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from x3studio.domain.bookkeeping import Explanation, LedgerPeriod
from x3studio.domain.chain import Entry, SettlementState
from x3studio.domain.documents import Document
from x3studio.domain.errors import Refused
from x3studio.domain.settlements import Check, Proof, SettlementHeader, Verdict
from x3studio.settlement.chain import Link, check_reserve, check_returning, check_sequence
from x3studio.settlement.deferred import amounts_of, check_deferred
from x3studio.settlement.entries import day_of
from x3studio.settlement.evidence import (
    OrderInX3,
    check_deposit,
    check_orders,
    check_refunds,
    check_reserve_account,
    check_summary,
    check_targets,
    with_evidence,
)
from x3studio.settlement.figures import figure, money
from x3studio.settlement.ledger import check_converted, convert
from x3studio.store import Tables
from x3studio.sync.settling.knowledge import Knowledge

_ZERO = Decimal(0)
_CENT = Decimal("0.01")
_IN_LEDGER = " In the ledger: "


def with_workspace(tables: Tables, entry: Entry, proof: Proof, known: Knowledge) -> Proof:
    """The proof with every check the workspace can answer, and with what persons explained."""
    before = tables.settlements.before(entry)
    chain = [each for each in tables.settlements.entries() if each.total is not None]
    checks = [
        _converted(proof, known),
        _figured(check_reserve(link_of(before), _link(entry, proof)), entry.reserve_returned, entry.currency),
        _reserve_account(chain, entry),
        check_returning(_until(chain, entry)),
        check_sequence(link_of(before), _link(entry, proof)),
        _not_posted(entry),
        check_targets(
            proof.parts,
            accounts=known.accounts if known.ledger_read else None,
            closed=closed_months(proof, known),
            currency=entry.currency,
        ),
        *_bank(proof, known, entry),
        *_read_back(tables, entry),
        *_orders(tables, entry),
        *_deferred(tables, entry),
    ]
    if summary := tables.accounts.summary(entry.id):
        checks.append(check_summary(proof, summary))
    explained = tables.settlements.explanations(entry.id)
    return explain_all(with_evidence(proof, checks), explained)


def explain_all(proof: Proof, words: Mapping[str, Explanation]) -> Proof:
    """Open checks that a named person explained no longer wait; blocking ones are never explained away."""

    def close(check: Check) -> Check:
        said = words.get(check.id)
        if said is None or not said.words or check.verdict is not Verdict.OPEN or check.blocks:
            return check
        return replace(
            check,
            verdict=Verdict.WARN,
            detail=f"{check.detail} Explained by {said.who} on {said.at:%Y-%m-%d}: {said.words}",
        )

    return replace(proof, checks=tuple(close(check) for check in proof.checks))


def link_of(entry: Entry | None) -> Link | None:
    """A stored settlement's place in its chain."""
    if entry is None or entry.total is None:
        return None
    header = SettlementHeader(
        entry.settlement_id, entry.start, entry.end, entry.deposit, entry.total, entry.currency
    )
    return Link(header, entry.reserve_kept, entry.reserve_returned, entry.returning, entry.total, entry.rows)


def _link(entry: Entry, proof: Proof) -> Link:
    return Link(
        proof.header, entry.reserve_kept, entry.reserve_returned, entry.returning, proof.sum, proof.rows
    )


def _converted(proof: Proof, known: Knowledge) -> Check:
    """B4 in the ledger's currency too, where the site names one: each part by the rate of its day."""
    check, currency = proof.check("B4"), proof.header.currency
    check = replace(check, detail=check.detail.partition(_IN_LEDGER)[0])
    ledger = known.rules.value("ledger_currency")
    if check.verdict is not Verdict.PASS or ledger in ("", currency):
        return check
    told = []
    for part in proof.parts:
        day = day_of(proof, part, rule=known.rules.value("day"))
        try:
            rate = known.rates.convert(currency, ledger, on=day)
        except Refused as fault:
            return replace(check, detail=f"{check.detail}{_IN_LEDGER}{fault.title}")
        found = check_converted(convert(part.lines, rate=rate.value, currency=ledger), ledger)
        if found.verdict is Verdict.FAIL:
            return replace(found, detail=f"{check.detail}{_IN_LEDGER}{part.month}: {found.detail}")
        told.append(f"{part.month} {found.detail}")
    return replace(check, detail=f"{check.detail}{_IN_LEDGER}{' '.join(told)}")


def _figured(check: Check, amount: Decimal, currency: str) -> Check:
    return replace(check, figure=figure(amount, currency))


def _until(chain: Iterable[Entry], entry: Entry) -> list[Link]:
    """The links of all settlements that ended by then, of every chain: debts move between marketplaces."""
    found = [each for each in chain if _ended_by(each, entry)]
    return [link for each in found if (link := link_of(each)) is not None]


def _ended_by(each: Entry, entry: Entry) -> bool:
    return each.id == entry.id or not (each.end and entry.end) or each.end <= entry.end


def _reserve_account(chain: Iterable[Entry], entry: Entry) -> Check:
    """B10: what the archived settlements of this chain leave on the reserve account is the last reserve."""
    mine = [each for each in chain if each.chain == entry.chain and _ended_by(each, entry)]
    opening = mine[0].reserve_returned if mine else _ZERO
    balance = opening - sum((each.reserve_kept + each.reserve_returned for each in mine), _ZERO)
    check = check_reserve_account(balance, kept=-entry.reserve_kept, currency=entry.currency)
    return _figured(check, balance, entry.currency)


def _not_posted(entry: Entry) -> Check:
    """B13; the reference is looked up in X3 again before anything is written."""
    if entry.state is SettlementState.POSTED:
        return Check(
            "B13",
            Verdict.PASS,
            f"Posted once, as {', '.join(entry.numbers)}.",
            figure=f"{len(entry.numbers)} found",
        )
    return Check(
        "B13",
        Verdict.PASS,
        f"Settlement {entry.settlement_id} was not posted from here; X3 is asked before anything is written.",
        figure="0 found",
    )


def closed_months(proof: Proof, known: Knowledge) -> list[str]:
    """The months whose accounting day lies in no open period; none where X3's periods were not read."""
    if not known.periods:
        return []
    rule = known.rules.value("day")
    return [
        part.month
        for part in proof.parts
        if not _open(day_of(proof, part, rule=rule).isoformat(), known.periods)
    ]


def _open(day: str, periods: Iterable[LedgerPeriod]) -> bool:
    return any(period.open and period.start <= day <= period.end for period in periods)


def _bank(proof: Proof, known: Knowledge, entry: Entry) -> Iterable[Check]:
    """B19 and B21, once there are movements of the bank account to look at."""
    if not known.bank:
        return
    deposit = check_deposit(proof, known.bank)
    yield deposit
    if not entry.numbers:
        return
    total = proof.header.total
    cleared = deposit.verdict is Verdict.PASS
    rest = _ZERO if cleared or total <= 0 else total
    words = (
        "The deposit is at the bank: this settlement leaves nothing on the clearing account."
        if cleared
        else f"{money(rest, entry.currency)} stay on the clearing account until the deposit is found."
    )
    yield Check(
        "B21",
        Verdict.PASS if cleared else Verdict.OPEN,
        words,
        figure=figure(rest, entry.currency),
    )


def _orders(tables: Tables, entry: Entry) -> Iterable[Check]:
    """B16 and B17, where there are orders or refunds to look at."""
    pairs = tables.settled_orders.in_x3(entry.id)
    if pairs:
        held = {each.order: _in_x3(Document.from_json(document)) for each, document in pairs}
        yield check_orders([each for each, _ in pairs], held, currency=entry.currency)
    refunds = tables.settled_orders.refunds(entry.id)
    if refunds:
        yield check_refunds(refunds, currency=entry.currency)


def _deferred(tables: Tables, entry: Entry) -> Iterable[Check]:
    """B22 at the settlement's end, once transactions that Amazon held back were read."""
    held = tables.deferrals.of(entry.marketplace, entry.currency)
    if held and entry.end is not None:
        kept = tables.deferrals.kept(entry.marketplace, entry.currency)
        yield check_deferred(amounts_of(held), kept, on=entry.end.date(), currency=entry.currency)


def _in_x3(document: Document) -> OrderInX3:
    """The value of a sales order as it was sent; a cent for each piece is rounding of its price."""
    value = pieces = _ZERO
    for line in document.lines:
        quantity, price = Decimal(line.get("QTY") or 0), Decimal(line.get("GROPRI") or 0)
        value += quantity * price * (1 - Decimal(line.get("DISCRGVAL1") or 0) / 100)
        pieces += abs(quantity)
    return OrderInX3(value, pieces * _CENT)


def _read_back(tables: Tables, entry: Entry) -> Iterable[Check]:
    """B20: what the comparison with X3 said after posting."""
    if not entry.numbers:
        return
    count, numbers = f"{len(entry.numbers)} of {entry.parts}", ", ".join(entry.numbers)
    if len(entry.numbers) < entry.parts:
        told = f"{count} parts are posted ({numbers}); the next run completes it."
        yield Check("B20", Verdict.FAIL, told, figure=count)
    elif said := tables.settlements.differs(entry):
        yield Check("B20", Verdict.FAIL, f"{numbers} differ from the sheet: {said}", figure=count)
    elif all(confirmed for _, number, confirmed in tables.settlements.written(entry) if number):
        yield Check("B20", Verdict.PASS, f"X3 holds {numbers}, line by line as on the sheet.", figure=count)
    else:
        yield Check("B20", Verdict.OPEN, f"{numbers} written, and not yet read back from X3.", figure=count)
