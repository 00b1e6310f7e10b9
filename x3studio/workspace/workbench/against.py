"""What speaks against a pair: one judgement for the evidence, for the search, for decisions and decks."""

from collections.abc import Sequence
from typing import Any

from x3studio.domain.mappings import Judgement
from x3studio.domain.workbench import Key, Kind
from x3studio.store import Tables
from x3studio.store.pairs import key_text
from x3studio.workbench import compared
from x3studio.workbench.conflicts import ConflictFinding, number
from x3studio.workbench.drift import bits_of
from x3studio.workbench.item_rules import by_gravity
from x3studio.workspace.workbench.facts import Chosen, Masters, read_masters
from x3studio.workspace.workbench.items import ANSWERED
from x3studio.workspace.workbench.values import Choice

_MOST = 500
"""So many decisions at once are looked at one by one; larger steps take what the search found."""


def findings(
    masters: Masters, key: Key, chosen: Chosen, seen: Sequence[str] = ()
) -> tuple[ConflictFinding, ...]:
    """The gravest first; of a kit those of all its components. `seen` is what matching said of the target."""
    if not chosen.components:
        return compared.findings(masters.facts(key, chosen), seen)
    found = {
        (finding.code, finding.words): finding
        for part in chosen.components
        for finding in compared.findings(
            masters.facts(key, Chosen(part.itmref, chosen.pack, chosen.components, chosen.decided))
        )
    }
    return by_gravity(found.values())


def as_found(chosen: Chosen, found: Sequence[Any] | None) -> int:
    """The bits that a deck shows of a pair by what a search found (a row of the look-ups), without more."""
    if found is None or found[2] != chosen.target or chosen.components:
        return 0
    bits, pack = int(found[6]), str(found[7])
    answered = pack != "1" and number(chosen.pack) == pack
    return bits & ~ANSWERED if answered else bits


def keep(tables: Tables, choices: Sequence[Choice], ids: Sequence[int]) -> None:
    """Keeps what speaks against what was decided just now, for the decks, in the caller's transaction."""
    decided = [
        (choice, id)
        for choice, id in zip(choices, ids, strict=True)
        if choice.kind is Kind.ITEMS and choice.judgement is Judgement.ACCEPTED
    ]
    if not decided or len(decided) > _MOST:
        return
    keys = [choice.key for choice, _ in decided]
    refs = {choice.target for choice, _ in decided}
    refs |= {part.itmref for choice, _ in decided for part in choice.components}
    masters, shown = read_masters(tables, keys, refs - {""}), tables.lookups.candidates(Kind.ITEMS, keys)
    rows = []
    for choice, id in decided:
        seen = next(
            (one.conflicts for one in shown.get(key_text(choice.key), ()) if one.target == choice.target), ()
        )
        chosen = Chosen(choice.target, choice.pack, choice.components, decided=True)
        rows.append((id, bits_of(findings(masters, choice.key, chosen, seen))))
    tables.boards.keep_standing(rows)
