"""Reading back what was written: a document counts as confirmed when X3 shows it as it was sent."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from x3studio.domain.documents import Document, Found, is_personal
from x3studio.domain.outbox import OutboxRecord
from x3studio.store import Tables
from x3studio.sync import cases
from x3studio.sync.context import RunContext


async def read_back(context: RunContext) -> bool:
    """Confirms the next batch of written documents; False when there was none."""
    written = await context.store.read(
        lambda tables: tables.outbox.unconfirmed(
            flow=context.flow.name, account=context.account, limit=context.group
        )
    )
    if not written:
        return False
    references = [record.reference for record in written]
    found = await context.held(references)
    await context.commit(lambda tables: _compare_all(context, tables, written, found))
    return True


def _compare_all(
    context: RunContext,
    tables: Tables,
    written: Sequence[OutboxRecord],
    found: Mapping[str, Sequence[Found]],
) -> None:
    """Confirmed or not, each record is read back once; what differs becomes an exception."""
    tables.outbox.confirm([record.id for record in written])
    good = 0
    for record in written:
        problem = _problem(record, found[record.reference])
        if problem:
            context.log.step(record.reference, "read back", status="differs", note=problem)
            context.progress.called_person()
            case = cases.differs(context.flow.name, record.reference, record.number, problem)
            cases.open_case(tables, case, account=context.account)
        else:
            good += 1
            context.log.step(record.reference, "read back", status="confirmed", note=record.number)
    context.progress.add(confirmed=good)


def _problem(record: OutboxRecord, found: Sequence[Found]) -> str:
    """Why the record is not confirmed, in words; "" when all is as it should be."""
    numbers = [document.number for document in found]
    if record.number not in numbers:
        return f"{record.number} does not carry the reference {record.reference} any more."
    if len(numbers) > 1:
        return f"X3 holds {', '.join(numbers)} for {record.reference}."
    if not record.document:
        return ""
    return "\n".join(differences(Document.from_json(record.document), found[0]))


def differences(sent: Document, held: Found) -> list[str]:
    """The fields that X3 shows otherwise than they were sent; fields it does not show are left out."""
    found = _differing("", sent.header, held.header)
    if held.lines and len(held.lines) != len(sent.lines):
        found.append(f"lines: sent {len(sent.lines)}, X3 has {len(held.lines)}")
        return found
    for number, (ours, theirs) in enumerate(zip(sent.lines, held.lines, strict=False), start=1):
        found += _differing(f"line {number} ", ours, theirs)
    return found


def _differing(place: str, ours: Mapping[str, str], theirs: Mapping[str, str]) -> list[str]:
    """The words go to the journal and to an exception: a buyer's data is not repeated there."""
    names = [name for name, value in ours.items() if name in theirs and not same(value, theirs[name])]
    return [
        f"{place}{name}: X3 has something else than was sent"
        if is_personal(name)
        else f"{place}{name}: sent {ours[name]}, X3 has {theirs[name]}"
        for name in names
    ]


def same(ours: str, theirs: str) -> bool:
    """Whether two field values mean the same: 6 and 6.000, 2026-11-20 and 20261120."""
    if ours == theirs or ours.replace("-", "") == theirs.replace("-", ""):
        return True
    try:
        return Decimal(ours) == Decimal(theirs)
    except InvalidOperation:
        return False
