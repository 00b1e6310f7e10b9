"""From a proven settlement to the journal entries that are written, fixed before the first one leaves."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from x3studio.amazon import MARKETPLACES
from x3studio.domain.bookkeeping import journal_reference
from x3studio.domain.chain import Entry
from x3studio.domain.documents import Document
from x3studio.domain.errors import Refused, Unmapped
from x3studio.domain.settlements import Check, Proof
from x3studio.settlement.entries import entries
from x3studio.settlement.invoices import INVOICED, Bill, Catalogue, against_invoices, documents
from x3studio.settlement.sheet import digest, pack
from x3studio.store import Tables
from x3studio.sync.settling.knowledge import Knowledge
from x3studio.sync.settling.proving import prove_again, stored_proof

FLOW = "settlements"
_CHANNELS = {"FBA": "AFN", "FBM": "MFN"}
"""Channels as customers are mapped by, and as settlements name them."""


@dataclass(frozen=True, slots=True)
class Ready:
    """What is written for a settlement, by reference, and the sheet that proves it."""

    entry: Entry
    proof: Proof
    documents: Mapping[str, Document]


def make_ready(
    tables: Tables, id: int, known: Knowledge, *, who: str = "", made: Sequence[Bill] | None = None
) -> Ready | Refused:
    """The documents of a settlement, or why it cannot be posted. `made` are its bills, where it is posted
    as individual documents.

    Once a part is in X3 or on its way, the others follow the sheet it was posted with, whatever has been
    decided since: all parts or nothing.
    """
    entry = tables.settlements.get(id)
    if entry is None:
        return Refused(f"There is no settlement {id} in the archive.", cause="missing")
    kept = tables.settlements.posting(id)
    proof = stored_proof(tables, id)
    if kept is not None and entry.fixed and proof is not None:
        return Ready(entry, proof, _by_reference(_documents(kept.documents)))
    if proof is None:
        return Refused(entry.why, advice="Look at the file, or add a better copy.", cause="parse")
    prove_again(tables, [id], known)
    proof = stored_proof(tables, id) or proof
    if blocking := [check for check in proof.checks if check.blocks]:
        return refusal(entry, proof, blocking[0])
    try:
        written = _made(tables, entry, proof, known, made)
    except Refused as fault:
        return fault
    tables.settlements.release(
        id,
        "",
        who=who or (kept.who if kept else ""),
        documents=_text(written),
        sheet=pack(proof),
        digest=digest(proof),
    )
    return Ready(entry, proof, _by_reference(written))


def _made(
    tables: Tables, entry: Entry, proof: Proof, known: Knowledge, made: Sequence[Bill] | None
) -> tuple[Document, ...]:
    """The journal's parts; or invoices, credit notes and the journal of what is left. Error: Refused."""
    if made is None:
        return entries(proof, known.rules, marketplace=entry.marketplace)
    account = known.book.plain(INVOICED)
    if account is None:
        raise Unmapped(
            f"Settlement {entry.settlement_id}: the group {INVOICED} has no account.",
            subject=INVOICED,
            kind="fees",
            advice="Give it the account that stands for what buyers owe on invoices.",
        )
    rest = replace(proof, parts=against_invoices(proof, made, account))
    return (
        *documents(made, entry.settlement_id, proof.header.currency, known.rules, _catalogue(tables, made)),
        *entries(rest, known.rules, marketplace=entry.marketplace),
    )


def _catalogue(tables: Tables, made: Sequence[Bill]) -> Catalogue:
    pairs = tables.mappings.items_for({sku for bill in made for sku in bill.goods})
    domains = {place.id: place.domain.removeprefix("www.") for place in MARKETPLACES.values()}
    return Catalogue(
        items={sku: (pair.itmref, pair.pack_factor) for (sku, _), pair in pairs.items()},
        customers={
            (domains.get(each.marketplace, each.marketplace), _CHANNELS.get(each.channel, "")): each.bpcnum
            for each in tables.mappings.customers()
            if not each.vat_number
        },
    )


def _by_reference(made: Sequence[Document]) -> dict[str, Document]:
    return {document.reference: document for document in made}


def refusal(entry: Entry, proof: Proof, check: Check) -> Refused:
    """Why a settlement is held back, naming what a person maps where that is all it needs."""
    name = f"Settlement {entry.settlement_id}: "
    if check.id == "B3" and proof.unmapped:
        triple = str(proof.unmapped[0][0])
        return Unmapped(
            name + f"{triple} is in no group yet.",
            subject=triple,
            kind="fees",
            advice="Put it into a group; a suggestion with its reason waits there.",
        )
    if check.id == "B18":
        bare = next((line.group for part in proof.parts for line in part.lines if line.account is None), None)
        if bare is not None:
            return Unmapped(
                name + f"the group {bare} has no account.",
                subject=bare,
                kind="fees",
                advice="Give it an account; the settlement then goes on by itself.",
            )
    return Refused(
        f"{name}{check.id}, {check.title}: {check.detail}",
        advice="Settle what the check names, then replay.",
        cause="parse" if check.id in ("B1", "B2", "B8") else "value",
        subject=check.id,
    )


def references(entry: Entry) -> list[str]:
    """The references of its parts in X3; one for a settlement whose parts are not known yet."""
    return [journal_reference(entry.settlement_id, part) for part in range(1, max(entry.parts, 1) + 1)]


def source_of(entry: Entry, sheet: str) -> str:
    """What the outbox keeps of a document: enough to find the settlement and to notice a changed sheet."""
    return json.dumps(
        {
            "settlement": entry.settlement_id,
            "entry": entry.id,
            "of": entry.parts,
            "sheet": sheet,
        },
        separators=(",", ":"),
    )


def _text(documents: Sequence[Document]) -> str:
    return "\n".join(document.as_json() for document in documents)


def _documents(text: str) -> tuple[Document, ...]:
    return tuple(Document.from_json(line) for line in text.splitlines() if line)
