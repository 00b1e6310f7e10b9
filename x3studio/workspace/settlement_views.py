"""Settlements as pages and commands show them: the chain, the sheet, what would be written."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

from x3studio.domain.bookkeeping import PlannedPart, Posting, UnknownTriple
from x3studio.domain.chain import Chain, Entry, Gap, LadderStep
from x3studio.domain.connections import Environment
from x3studio.domain.documents import Document, DocumentKind
from x3studio.domain.settlements import Proof, Triple
from x3studio.domain.sheets import Sheet
from x3studio.settlement.entries import debit, entries
from x3studio.settlement.picture import bars, branches
from x3studio.settlement.sheet import digest
from x3studio.store import Tables
from x3studio.sync.settling.archive import read_problem
from x3studio.sync.settling.evidence import with_workspace
from x3studio.sync.settling.knowledge import Knowledge
from x3studio.sync.settling.proving import stored_proof
from x3studio.workspace.routes import Route

_SEAM = timedelta(seconds=2)


def chain_of(tables: Tables) -> Chain:
    """Every settlement from the store alone, each chain oldest first."""
    found = tables.settlements.entries()
    read = [entry for entry in found if entry.total is not None]
    return Chain(tuple(found), tuple(tables.settlements.announced()), _gaps(read), _ladder(read))


def _gaps(found: Sequence[Entry]) -> tuple[Gap, ...]:
    gaps = []
    for before, after in pairwise(found):
        if before.chain != after.chain or before.end is None or after.start is None:
            continue
        apart = after.start - before.end
        if abs(apart) > _SEAM:
            gaps.append(Gap(before.id, after.id, round(apart.total_seconds())))
    return tuple(gaps)


def _ladder(found: Sequence[Entry]) -> tuple[LadderStep, ...]:
    return tuple(
        LadderStep(
            entry=entry.id,
            settlement_id=entry.settlement_id,
            at=entry.end,
            kept=-entry.reserve_kept,
            returned=entry.reserve_returned,
            reserve=-entry.reserve_kept,
            rollover=Decimal(0),
            returning=entry.returning,
        )
        for entry in found
    )


def sheet_of(tables: Tables, entry: Entry, known: Knowledge, posting: Posting | None) -> Sheet:
    """One settlement with its proof as the store has it, the workspace's checks as they are now."""
    proof = stored_proof(tables, entry.id)
    explanations = tables.settlements.explanations(entry.id)
    quarantine = read_problem(tables.settlements.problem(entry.id), entry=entry.id)
    if proof is None:
        return Sheet(entry, None, explanations=explanations, quarantine=quarantine)
    proof = with_workspace(tables, entry, proof, known)
    _, proven_at = tables.settlements.sheet(entry.id)
    return Sheet(
        entry=entry,
        proof=proof,
        bars=bars(proof),
        branches=branches(proof, known.book),
        explanations=explanations,
        posting=posting,
        proven_at=proven_at,
        digest=digest(proof),
        quarantine=quarantine,
        repair=tables.repairs.standing(entry.id),
    )


def posting_of(tables: Tables, entry: Entry, proof: Proof, known: Knowledge, route: Route | None) -> Posting:
    """What posting would write, or has written: under the sheet it was posted with, once it was."""
    kept = tables.settlements.posting(entry.id)
    if kept is not None and entry.numbers:
        written = (Document.from_json(line) for line in kept.documents.splitlines() if line)
        documents = tuple(each for each in written if each.kind is DocumentKind.JOURNAL)
    else:
        documents = entries(proof, known.rules, marketplace=entry.marketplace)
    parts = tuple(
        _planned(tables, part.month, document) for part, document in zip(proof.parts, documents, strict=False)
    )
    header = documents[0].header if documents else {}
    connection = route.x3 if route else None
    return Posting(
        connection=connection.name if connection else "",
        folder=connection.folder if connection else "",
        test=connection is None or connection.environment is Environment.TEST,
        site=header.get("FCY", ""),
        entry_type=header.get("TYP", ""),
        journal=header.get("JOU", ""),
        mode=known.rules.value("mode"),
        parts=parts,
        blockers=tuple(check for check in proof.checks if check.blocks),
        who=kept.who if kept and entry.numbers else "",
        at=kept.at if kept and entry.numbers else None,
    )


def _planned(tables: Tables, month: str, document: Document) -> PlannedPart:
    record = tables.outbox.find(reference=document.reference)
    return PlannedPart(
        month=month,
        day=document.header.get("ACCDAT", ""),
        reference=document.reference,
        lines=len(document.lines),
        debit=debit(document),
        number=record.number if record else "",
        stage=record.stage.value if record else "",
    )


def unknown_of(tables: Tables, known: Knowledge) -> tuple[UnknownTriple, ...]:
    """Kinds of amounts that no rule knows, over all settlements, the largest first."""
    found: dict[Triple, list[tuple[Entry, Decimal, int]]] = {}
    for entry in tables.settlements.entries():
        proof = stored_proof(tables, entry.id) if entry.blocking and not entry.numbers else None
        for triple, amount in proof.unmapped if proof else ():
            rows = sum(each.rows for each in proof.amounts if each.triple == triple) if proof else 0
            found.setdefault(triple, []).append((entry, amount, rows))
    unknown = [_unknown(triple, where, known) for triple, where in found.items()]
    return tuple(sorted(unknown, key=lambda each: -sum(abs(amount) for _, amount in each.amounts)))


def _unknown(triple: Triple, where: Sequence[tuple[Entry, Decimal, int]], known: Knowledge) -> UnknownTriple:
    sums: dict[str, Decimal] = {}
    for entry, amount, _ in where:
        sums[entry.currency] = sums.get(entry.currency, Decimal(0)) + amount
    near = known.vocabulary.suggest(triple)
    return UnknownTriple(
        triple=triple,
        amounts=tuple(sums.items()),
        rows=sum(rows for _, _, rows in where),
        entries=tuple(entry.id for entry, _, _ in where),
        suggestion=near.group if near else None,
        reason=near.reason if near else "",
    )
