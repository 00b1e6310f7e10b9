"""Comparing the source with X3, reference by reference: each difference is named and becomes an exception."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from x3studio.domain.documents import Found
from x3studio.domain.monitor import ExceptionCase
from x3studio.domain.outbox import OutboxRecord, Stage
from x3studio.store import Store, Tables
from x3studio.sync import cases
from x3studio.sync.engine import Bound
from x3studio.sync.flow import SourceRecord, Standing
from x3studio.sync.retry import ask_again


@dataclass(frozen=True, slots=True)
class Difference:
    """One reference on which the source, our outbox and X3 do not agree.

    `kind` is missing (due, not in X3), waiting (an exception is open for it, or it is on its way), lost
    (we wrote it, X3 has it no more), several, cancelled (in X3, cancelled at the source) or unlinked (in
    X3, unknown to the outbox).
    """

    reference: str
    kind: str
    numbers: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """How many references were compared, and what differs."""

    compared: int
    differences: tuple[Difference, ...]


async def reconcile(store: Store, bound: Bound, *, since: datetime) -> Reconciliation:
    """Reads the source from `since` on and looks every reference up in X3. Writes nothing to X3."""
    compared, differences = 0, list[Difference]()
    async for page in bound.flow.pages(checkpoint=None, since=since):
        records = [r for r in page.records if r.standing in (Standing.DUE, Standing.CANCELLED)]
        size = max(bound.target.batch, 4 * bound.limits.slots)
        for start in range(0, len(records), size):
            batch = records[start : start + size]
            references = [record.reference for record in batch]
            found = await ask_again(partial(bound.target.find, bound.flow.kind, references))
            known = await store.read(partial(_known, bound=bound, references=references))
            compared += len(batch)
            differences += [
                difference
                for record in batch
                if (difference := _judge(record, found[record.reference], known.get(record.reference)))
            ]
    await store.write(lambda tables: _open_cases(tables, bound, differences))
    return Reconciliation(compared, tuple(differences))


@dataclass(frozen=True, slots=True)
class _Known:
    """A record of the outbox, and whether an exception is open for it."""

    record: OutboxRecord
    called: bool

    @property
    def on_its_way(self) -> bool:
        return self.record.stage in (Stage.NEW, Stage.INTENT, Stage.INDOUBT)


def _known(tables: Tables, *, bound: Bound, references: Sequence[str]) -> dict[str, _Known]:
    records = (
        tables.outbox.find(account=bound.account, kind=bound.flow.kind, reference=reference)
        for reference in references
    )
    return {
        record.reference: _Known(record, called=bool(tables.outbox.called([record.id])))
        for record in records
        if record
    }


def _judge(record: SourceRecord, found: Sequence[Found], known: _Known | None) -> Difference | None:
    numbers = tuple(document.number for document in found)
    reference = record.reference
    if len(numbers) > 1:
        return Difference(reference, "several", numbers, f"X3 holds {', '.join(numbers)}.")
    if record.standing is Standing.CANCELLED:
        words = "Cancelled at the source, but X3 holds it."
        return Difference(reference, "cancelled", numbers, words) if numbers else None
    if known and known.on_its_way:
        return Difference(reference, "waiting", numbers, "On its way: the next run settles it.")
    if not numbers and known and known.record.stage is Stage.DONE:
        number = known.record.number
        return Difference(reference, "lost", (number,), f"{number} is not in X3 any more.")
    if not numbers and known and known.called:
        return Difference(reference, "waiting", (), "Waits as an exception.")
    if not numbers:
        words = "Due at the source, not in X3."
        return Difference(reference, "missing", (), words)
    if known is None or known.record.number != numbers[0]:
        return Difference(reference, "unlinked", numbers, f"X3 holds {numbers[0]}; Studio did not know.")
    return None


def _open_cases(tables: Tables, bound: Bound, differences: list[Difference]) -> None:
    flow = bound.flow.name
    for difference in differences:
        if difference.kind == "waiting":
            continue
        cases.open_case(
            tables,
            ExceptionCase(
                flow=flow,
                reference=difference.reference,
                cause="reconcile",
                title=_TITLES[difference.kind],
                advice=_ADVICE[difference.kind],
                said=difference.words,
                subject=", ".join(difference.numbers),
                fingerprint=cases.fingerprint(flow, "reconcile", difference.kind),
            ),
            account=bound.account,
        )


_TITLES = {
    "missing": "Not in X3",
    "lost": "Gone from X3",
    "several": "X3 holds several documents with this reference",
    "cancelled": "Cancelled on Amazon, still in X3",
    "unlinked": "In X3, but not through Studio",
}
_ADVICE = {
    "missing": "Replay it, or run the flow with --since its day; what is refused says why.",
    "lost": "Find out in X3 who deleted it. Studio writes nothing twice: key it in X3 where it is still due.",
    "several": "Decide in X3 which one is right and cancel the others.",
    "cancelled": "Close or credit the document in X3.",
    "unlinked": "Replay it, or run the flow with --since its day: it is linked, and nothing is written.",
}
