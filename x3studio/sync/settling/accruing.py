"""Accepted month ends of what Amazon holds back: a journal and its reversal, each written once."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from x3studio.domain.deferrals import Accrued
from x3studio.domain.documents import Document
from x3studio.domain.errors import Refused, Unmapped
from x3studio.domain.money import Money
from x3studio.domain.outbox import OutboxRecord, Stage
from x3studio.settlement.entries import accrual_entry
from x3studio.settlement.figures import money
from x3studio.store import Tables
from x3studio.sync.flow import NotDue, Outcome, Refusal, SourceRecord, Standing, Translated
from x3studio.sync.settling.knowledge import Knowledge

_ACCRUAL = "accrual"
_START = f'{{"{_ACCRUAL}":'
"""How the source of a record from here begins, and that of no settlement."""


def accruals(
    tables: Tables, known: Knowledge, *, connection: str, account: str, since: datetime | None = None
) -> list[SourceRecord]:
    """Two documents for each accepted month end, where the site has them written.

    Only those of places whose transactions came from that connection to Amazon, and none that the outbox
    holds already on its way to another X3 folder than the account's: a month end is written once in all.
    """
    places = set(tables.deferrals.places(connection))
    found = [
        SourceRecord(accrued.reference(reversal=reversal), _source(accrued, reversal=reversal), Standing.DUE)
        for accrued in tables.deferrals.accepted()
        if (accrued.marketplace, accrued.currency) in places
        and _writes(accrued, known)
        and (since is None or accrued.at >= since)
        for reversal in (False, True)
    ]
    others = tables.outbox.elsewhere([record.reference for record in found], account=account)
    taken = {record.reference for record in others}
    return [record for record in found if record.reference not in taken]


def outcomes(
    tables: Tables, records: Sequence[OutboxRecord], known: Knowledge, *, account: str
) -> dict[str, Outcome]:
    """What becomes of those of an account's records that came from here, by reference.

    A journal; or why it waits: a group without an account, a decision by hand since, another folder.
    """
    mine = [record for record in records if record.source.startswith(_START)]
    if not mine:
        return {}
    accepted = {
        _source(accrued, reversal=reversal): (accrued, reversal)
        for accrued in tables.deferrals.accepted()
        for reversal in (False, True)
    }
    others = tables.outbox.elsewhere([record.reference for record in mine], account=account)
    return {
        record.reference: (
            NotDue("This month end is written to another folder of X3.")
            if _goes_elsewhere(record, others)
            else _outcome(record, accepted.get(record.source), known)
        )
        for record in mine
    }


def _outcome(record: OutboxRecord, found: tuple[Accrued, bool] | None, known: Knowledge) -> Outcome:
    """The journal of an accepted month end, or of its reversal; or why it waits."""
    if found is None:
        return Refusal(Refused(f"{record.reference} is accepted no more.", cause="missing"))
    accrued, reversal = found
    if not _writes(accrued, known):
        return NotDue("Accruals are booked by hand now.")
    accounts = {
        group: account
        for group, _ in accrued.nets
        if (account := known.book.of_marketplace(group, accrued.marketplace))
    }
    bare = next((group for group, _ in accrued.nets if group not in accounts), None)
    if bare is not None:
        return Refusal(
            Unmapped(
                f"The accrual of {accrued.day}: the group {bare} has no account.",
                subject=bare,
                kind="fees",
                advice="Give it an account; the accrual then goes on by itself.",
            )
        )
    document: Document = accrual_entry(accrued, accounts, known.rules, reversal=reversal)
    what = "Reversal of the accrual" if reversal else "Accrual"
    trace = (
        f"{what} of {money(accrued.total, accrued.currency)} that Amazon held back on {accrued.day}, "
        f"accepted by {accrued.who}"
    )
    return Translated(document=document, trace=trace, worth=Money(accrued.total, accrued.currency))


def _goes_elsewhere(record: OutboxRecord, others: Iterable[OutboxRecord]) -> bool:
    """Whether another folder has the document or may have it, or came first: two runs may read at once."""
    return any(
        other.stage not in (Stage.NEW, Stage.REJECTED) or other.id < record.id
        for other in others
        if other.reference == record.reference
    )


def _writes(accrued: Accrued, known: Knowledge) -> bool:
    return known.rules.value("accruals", accrued.marketplace, accrued.currency) == "post"


def _source(accrued: Accrued, *, reversal: bool) -> str:
    return json.dumps(
        {
            _ACCRUAL: accrued.day.isoformat(),
            "marketplace": accrued.marketplace,
            "currency": accrued.currency,
            "reversal": reversal,
            "nets": [[group, str(net)] for group, net in accrued.nets],
        },
        separators=(",", ":"),
    )
