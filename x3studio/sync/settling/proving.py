"""Keeping proofs current: what a decision, a neighbour or the bank changes is proven again from the sheet."""

from collections.abc import Iterable

from x3studio.domain.chain import Entry
from x3studio.domain.settlements import Proof
from x3studio.settlement.proof import regroup
from x3studio.settlement.sheet import pack, unpack
from x3studio.store import Tables
from x3studio.sync.settling.archive import problem_of, problem_text, standing
from x3studio.sync.settling.evidence import with_workspace
from x3studio.sync.settling.knowledge import Knowledge


def stored_proof(tables: Tables, id: int) -> Proof | None:
    """The last proof sheet of a settlement, None where its file could not be read."""
    sheet, _ = tables.settlements.sheet(id)
    return unpack(sheet) if sheet else None


def prove_again(tables: Tables, ids: Iterable[int] | None, known: Knowledge) -> list[Entry]:
    """Proves settlements anew under today's knowledge, all by default; returns those that changed.

    What is in X3 keeps its journal and accounts; only the checks around it are asked again.
    """
    changed = []
    entries = tables.settlements.entries()
    wanted = {entry.id for entry in entries} if ids is None else set(ids)
    for entry in entries:
        if entry.id in wanted and (found := _again(tables, entry, known)) is not None:
            changed.append(found)
    return changed


def _again(tables: Tables, entry: Entry, known: Knowledge) -> Entry | None:
    proof = stored_proof(tables, entry.id)
    if proof is None:
        return None
    if not entry.fixed:
        proof = regroup(proof, vocabulary=known.vocabulary, book=known.book, vat=known.rules.vat)
    placed = standing(entry, proof)
    proof = with_workspace(tables, placed, proof, known)
    after = standing(entry, proof)
    problem = problem_of(entry.file_name, proof)
    tables.settlements.prove(after, sheet=pack(proof), problem=problem_text(problem))
    return after if after != entry else None
