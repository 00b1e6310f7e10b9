"""Into the archive: the file as it came, compressed, with its first proof; a second copy is recognised."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from x3studio.domain.bookkeeping import FeeSum, OrderSum, Taken, Took
from x3studio.domain.chain import Entry, SettlementState
from x3studio.domain.repairs import Repair
from x3studio.domain.settlements import Proof, SettlementRefused, Verdict
from x3studio.settlement.chain import link
from x3studio.settlement.faults import NothingInside, OtherReport, Unreadable
from x3studio.settlement.fees import QUANTITIES, fee_sums
from x3studio.settlement.order_sums import order_sums
from x3studio.settlement.proof import FILE_CHECKS, prove
from x3studio.settlement.reading import read_settlement
from x3studio.settlement.resources import site_of
from x3studio.settlement.settlement import Settlement
from x3studio.settlement.sheet import pack
from x3studio.store import Tables
from x3studio.sync.settling.knowledge import Knowledge
from x3studio.sync.settling.packing import Packed

_PLACES = "settlements/places"
"""The setting that holds where settlements without a marketplace belong, by seller and currency."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file that came: `report` is Amazon's id of it, "" where a person brought it."""

    name: str
    seller: str
    packed: Packed
    report: str = ""

    @property
    def by_hand(self) -> bool:
        """Whether a person downloaded it."""
        return not self.report


@dataclass(frozen=True, slots=True)
class Read:
    """What became of reading it: a proof with its place and fees, or why it cannot be read."""

    arrival: Arrival
    proof: Proof | None
    marketplace: str = ""
    fees: tuple[FeeSum, ...] = ()
    orders: tuple[OrderSum, ...] = ()
    fault: SettlementRefused | None = None


def read(arrival: Arrival, known: Knowledge, *, repair: Repair | None = None) -> Read:
    """Parses and proves a file, as it came or as it was repaired; a million lines take about a second."""
    try:
        zone = known.rules.value("zone")
        touches = repair.mend.touches if repair else ()
        settlement = read_settlement(arrival.packed.data, zone=zone, also=QUANTITIES, touches=touches)
        proof = prove(
            settlement,
            vocabulary=known.vocabulary,
            book=known.book,
            lines=known.lines,
            vat=known.rules.vat,
            repair=repair,
            places=known.places,
            own_country=known.rules.tables.get("ship_from"),
        )
    except SettlementRefused as fault:
        return Read(arrival, None, fault=fault)
    return Read(
        arrival,
        proof,
        marketplace_of(settlement),
        fee_sums(settlement),
        order_sums(settlement, known.vocabulary),
    )


def marketplace_of(settlement: Settlement) -> str:
    """The Amazon site that most lines name, "" where none does."""
    used = settlement.column("marketplace-name").in_use()
    for name in sorted(used, key=lambda each: -used[each]):
        site = site_of([name], currency="")
        if site is not None:
            return site.marketplace
    return ""


def keep(tables: Tables, found: Read, *, now: datetime | None = None) -> Taken:
    """Archives what was read, unless it is there already; within the caller's transaction."""
    arrival = found.arrival
    same = tables.settlements.by_digest(arrival.packed.digest)
    if same is not None:
        _fetched(tables, arrival, same.id)
        return Taken(
            arrival.name, Took.KNOWN, same.id, f"Settlement {same.settlement_id} is archived already."
        )
    if found.proof is None:
        return _keep_unread(tables, found, now or datetime.now(UTC))
    header = found.proof.header
    known = tables.settlements.by_settlement_id(header.settlement_id)
    problem = problem_of(arrival.name, found.proof)
    if known is not None and not _gives_way(tables, known, whole=problem is None):
        _fetched(tables, arrival, known.id)
        return _again(known, found)
    if known is not None:
        tables.settlements.remove(known.id)
    entry = entry_of(tables, found, found.proof, now or datetime.now(UTC))
    number = tables.settlements.add(
        entry, arrival.packed.pieces(), sheet=pack(found.proof), problem=problem_text(problem)
    )
    tables.accounts.put_fees(number, found.fees)
    tables.settled_orders.put(number, found.orders)
    _fetched(tables, arrival, number)
    return replace(problem, entry=number) if problem else Taken(arrival.name, Took.ARCHIVED, number)


def _gives_way(tables: Tables, known: Entry, *, whole: bool) -> bool:
    """A copy that could not be proven gives way to the next; one that was repaired, to a whole one.

    What was posted stays whatever comes.
    """
    if known.fixed:
        return False
    if tables.repairs.standing(known.id) is not None:
        return whole
    return known.state is SettlementState.QUARANTINED


def _fetched(tables: Tables, arrival: Arrival, number: int) -> None:
    if arrival.report:
        tables.settlements.fetched(arrival.report, number)


def _keep_unread(tables: Tables, found: Read, now: datetime) -> Taken:
    """What Amazon sent is kept even where it cannot be read; what a person picked by mistake is not."""
    arrival = found.arrival
    told = unread_problem(found)
    if arrival.by_hand and isinstance(found.fault, OtherReport | NothingInside | Unreadable):
        return replace(told, took=Took.REFUSED)
    number = tables.settlements.add(
        unread(found, now), arrival.packed.pieces(), sheet=None, problem=problem_text(told)
    )
    _fetched(tables, arrival, number)
    return replace(told, entry=number)


def unread_problem(found: Read) -> Taken:
    """Why a file could not be read."""
    fault = found.fault
    assert fault is not None
    return Taken(found.arrival.name, Took.QUARANTINED, None, fault.title, fault.advice, fault.line)


def unread(found: Read, now: datetime) -> Entry:
    """The entry of a file that could not be read: it knows no more than the file's name."""
    arrival = found.arrival
    return Entry(
        id=0,
        settlement_id=f"report {arrival.report}" if arrival.report else f"file {arrival.packed.digest[:12]}",
        seller=arrival.seller,
        marketplace="",
        currency="",
        start=None,
        end=None,
        deposit=None,
        total=None,
        rows=0,
        state=SettlementState.QUARANTINED,
        archived_at=now,
        file_name=arrival.name,
        by_hand=arrival.by_hand,
        digest=arrival.packed.digest,
        why=unread_problem(found).title,
        blocking=1,
    )


def _again(known: Entry, found: Read) -> Taken:
    """The same settlement in other bytes: another form of the same figures, or issued anew."""
    assert found.proof is not None
    header, name = found.proof.header, found.arrival.name
    same = (known.total, known.rows, known.currency) == (header.total, found.proof.rows, header.currency)
    if same:
        return Taken(name, Took.KNOWN, known.id, f"Settlement {known.settlement_id} is archived already.")
    return Taken(
        name,
        Took.REISSUED,
        known.id,
        f"Settlement {known.settlement_id} is archived with other figures: {known.rows} lines, {known.total} "
        f"{known.currency}; this file has {found.proof.rows} lines, {header.total} {header.currency}.",
        "Amazon may have issued it anew. Compare both; a posted settlement is never replaced by itself.",
    )


def entry_of(tables: Tables, found: Read, proof: Proof, now: datetime) -> Entry:
    """The entry of a file that was read, as its proof leaves it."""
    arrival, header = found.arrival, proof.header
    entry = Entry(
        id=0,
        settlement_id=header.settlement_id,
        seller=arrival.seller,
        marketplace=found.marketplace or _usual_place(tables, arrival.seller, header.currency),
        currency=header.currency,
        start=header.start,
        end=header.end,
        deposit=header.deposit,
        total=header.total,
        rows=proof.rows,
        state=SettlementState.READY,
        archived_at=now,
        file_name=arrival.name,
        by_hand=arrival.by_hand,
        digest=arrival.packed.digest,
    )
    return standing(entry, proof)


def names_place(proof: Proof) -> bool:
    """Whether a line names a marketplace; settlements of fees alone name none."""
    return any(site_of([amount.marketplace], currency="") is not None for amount in proof.amounts)


def remember_place(tables: Tables, entry: Entry, marketplace: str) -> None:
    """What a person chose for a settlement that names no marketplace holds for the next such one too."""
    chosen = {**tables.settings.get(_PLACES, {}), f"{entry.seller}|{entry.currency}": marketplace}
    tables.settings.set(_PLACES, chosen)


def _usual_place(tables: Tables, seller: str, currency: str) -> str:
    """Where a settlement of fees alone belongs: where a person said, else the one chain of its currency."""
    if chosen := tables.settings.get(_PLACES, {}).get(f"{seller}|{currency}"):
        return str(chosen)
    places = {
        entry.marketplace
        for entry in tables.settlements.entries()
        if (entry.seller, entry.currency) == (seller, currency) and entry.marketplace
    }
    return places.pop() if len(places) == 1 else ""


def standing(entry: Entry, proof: Proof) -> Entry:
    """The entry as a proof leaves it: its state, what stands in the way, and what it hands to its chain."""
    blocking = [check for check in proof.checks if check.blocks]
    open_ones = [check for check in proof.checks if check.verdict is Verdict.OPEN and not check.blocks]
    place = link(proof)
    state = SettlementState.READY
    if any(check.id in FILE_CHECKS for check in blocking):
        state = SettlementState.QUARANTINED
    elif blocking:
        state = SettlementState.BLOCKED
    return replace(
        entry,
        state=state,
        why=f"{blocking[0].id}: {blocking[0].detail}" if blocking else "",
        blocking=len(blocking),
        open=len(open_ones),
        parts=len(proof.parts),
        reserve_kept=place.reserve_kept,
        reserve_returned=place.reserve_returned,
        returning=place.movements,
    )


def problem_of(name: str, proof: Proof) -> Taken | None:
    """Why a file that was read does not prove itself; None where it does."""
    failed = next((each for each in proof.checks if each.id in FILE_CHECKS and each.blocks), None)
    if failed is None:
        return None
    advice = "Look at that line, or download the settlement again; nothing is mended silently."
    return Taken(name, Took.QUARANTINED, None, f"{failed.id}: {failed.detail}", advice, failed.line)


def problem_text(problem: Taken | None) -> str:
    """A problem as the store keeps it."""
    if problem is None:
        return ""
    return json.dumps([problem.name, problem.title, problem.advice, problem.line], ensure_ascii=False)


def read_problem(text: str, *, entry: int) -> Taken | None:
    """What `keep` noted of a quarantined file."""
    if not text:
        return None
    name, title, advice, line = json.loads(text)
    return Taken(name, Took.QUARANTINED, entry, title, advice, line)
