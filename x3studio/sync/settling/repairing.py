"""Damaged settlements read as a person accepted: proven again, kept beside the untouched file, taken back."""

from dataclasses import replace

from x3studio.domain.bookkeeping import Taken
from x3studio.domain.chain import Entry, SettlementState
from x3studio.domain.errors import SettingFault
from x3studio.domain.repairs import Repair
from x3studio.settlement.sheet import pack
from x3studio.store import Tables
from x3studio.sync.settling.archive import (
    Arrival,
    Read,
    entry_of,
    problem_of,
    problem_text,
    read,
    unread,
    unread_problem,
)
from x3studio.sync.settling.knowledge import Knowledge
from x3studio.sync.settling.packing import Packed

_POSTED = "What was posted stays as it was proven; correct it in X3 with a journal of its own."


def read_anew(entry: Entry, data: bytes, known: Knowledge, repair: Repair | None) -> Read:
    """The archived file, read with a repair, or as it came."""
    return read(
        Arrival(entry.file_name, entry.seller, Packed(data, entry.digest)),
        known,
        repair=repair,
    )


def accept(tables: Tables, entry: Entry, found: Read, *, repair: Repair) -> None:
    """Keeps a repair and the reading it gives, within the caller's transaction.

    Raises SettingFault where the settlement no longer waits for it, or where it still does not prove itself.
    """
    _may_accept(tables, entry)
    problem = _problem(found)
    if problem is not None:
        raise _refused(
            f"With these lines the settlement still does not prove itself. {problem.title}",
            "Look at the file, or download the settlement again.",
        )
    after = _entry(tables, entry, found)
    other = tables.settlements.by_settlement_id(after.settlement_id)
    if other is not None and other.id != entry.id:
        raise _refused(
            f"Settlement {other.settlement_id} is archived already, from {other.file_name}.",
            "Work with that one; this damaged copy can stay as it is.",
        )
    tables.repairs.accept(entry.id, repair.mend, digest=entry.digest, who=repair.who, at=repair.at)
    tables.settlements.explain(entry.id, "B1", words=f"Read so, {repair.mend.proof}", who=repair.who)
    _keep(tables, after, found)


def _may_accept(tables: Tables, entry: Entry) -> None:
    if entry.fixed:
        raise _refused(f"Settlement {entry.settlement_id} is posted already, or on its way.", _POSTED)
    if (standing := tables.repairs.standing(entry.id)) is not None:
        raise _refused(
            f"It is repaired already. {standing.words}", "Take that repair back first to choose another."
        )
    if entry.state is not SettlementState.QUARANTINED:
        raise _refused(
            f"Settlement {entry.settlement_id} proves itself: there is nothing to repair.",
            "Its proof sheet says what it waits for.",
        )


def take_back(tables: Tables, entry: Entry, found: Read, *, who: str) -> None:
    """The file is read as it came again. Raises SettingFault where nothing stands, or once it is posted."""
    if entry.fixed:
        raise _refused(f"Settlement {entry.settlement_id} is posted already, or on its way.", _POSTED)
    if tables.repairs.standing(entry.id) is None:
        raise _refused(
            f"Settlement {entry.settlement_id} has no repair to take back.", "It is read as it came."
        )
    tables.repairs.take_back(entry.id, who=who)
    tables.settlements.explain(entry.id, "B1", words="", who=who)
    _keep(tables, _entry(tables, entry, found), found)


def reread(tables: Tables, entry: Entry, found: Read) -> None:
    """Keeps what a reading of the same file found under other knowledge; what is posted stays."""
    if not entry.fixed:
        _keep(tables, _entry(tables, entry, found), found)


def _problem(found: Read) -> Taken | None:
    if found.proof is None:
        return unread_problem(found)
    return problem_of(found.arrival.name, found.proof)


def _entry(tables: Tables, entry: Entry, found: Read) -> Entry:
    """The same place in the archive under what the reading found."""
    if found.proof is None:
        made = unread(found, entry.archived_at)
    else:
        made = entry_of(tables, found, found.proof, entry.archived_at)
        # A place that a person chose, where the file names none, stays chosen.
        made = replace(made, marketplace=made.marketplace or entry.marketplace)
    return replace(made, id=entry.id, by_hand=entry.by_hand)


def _keep(tables: Tables, entry: Entry, found: Read) -> None:
    sheet = pack(found.proof) if found.proof is not None else None
    tables.settlements.prove(entry, sheet=sheet, problem=problem_text(_problem(found)))
    tables.accounts.put_fees(entry.id, found.fees)
    tables.settled_orders.put(entry.id, found.orders)


def _refused(title: str, advice: str) -> SettingFault:
    return SettingFault(title, field="repair", advice=advice)
