"""The evidence of single records, read ahead for those that come next."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from x3studio.domain.mappings import ItemPair, Judgement
from x3studio.domain.workbench import Confidence, Key, Kind, Mark, RecordState
from x3studio.store import Store, Tables
from x3studio.store.lookups import Shown
from x3studio.store.pairs import key_text
from x3studio.workbench import Deck, Evidence, packs, patterns
from x3studio.workbench.comparing import evidence_rows
from x3studio.workbench.conflicts import ConflictFinding, capped
from x3studio.workbench.evidence import Candidate, LikeThis, Similar, noted
from x3studio.workspace.workbench import against, other_evidence
from x3studio.workspace.workbench.decks import Decks
from x3studio.workspace.workbench.facts import Chosen, Masters, read_masters

_REMEMBERED = 400
_FIELDS = {
    "article number": "ean",
    "brand": "brand",
    "price": "price",
    "pack": "pack",
    "pieces": "pack",
    "size": "variant",
    "colour": "variant",
}
"""Which field of the evidence a reason of the matching belongs to; all others are about the title."""
_WORDLESS = frozenset({"start", "other candidates", "other claims", "exact join"})


class EvidenceDesk:
    """Remembers the evidence of the records looked at last, until something about them changes."""

    def __init__(self, store: Store, decks: Decks) -> None:
        self._store = store
        self._decks = decks
        self._known: OrderedDict[tuple[Kind, Key], Evidence] = OrderedDict()
        self._alike: dict[Kind, Mapping[Confidence, LikeThis]] = {}

    async def of(self, kind: Kind, key: Key, *, chosen: int | None = None, target: str = "") -> Evidence:
        """The evidence of a record, for one of its candidates or for any target."""
        known = self._known.get((kind, key))
        if known is not None and not target and chosen in (None, known.chosen):
            return known
        evidence = (await self._read(kind, [key], chosen=chosen, target=target))[0]
        if not target:
            self._remember(kind, evidence)
        return evidence

    async def prefetch(self, kind: Kind, keys: Sequence[Key]) -> None:
        """Reads what is not remembered yet."""
        missing = [key for key in keys if (kind, key) not in self._known]
        if missing:
            for evidence in await self._read(kind, missing):
                self._remember(kind, evidence)

    def known(self) -> Mapping[tuple[Kind, Key], Evidence]:
        """What is remembered, as it was shown."""
        return dict(self._known)

    def forget(self, kind: Kind | None = None, keys: Sequence[Key] | None = None) -> None:
        """Lets go of these records, or of everything."""
        if kind is None:
            self._alike.clear()
        if kind is None or keys is None or len(keys) > _REMEMBERED:
            self._known.clear()
            return
        for key in keys:
            self._known.pop((kind, key), None)

    async def _read(
        self, kind: Kind, keys: Sequence[Key], *, chosen: int | None = None, target: str = ""
    ) -> list[Evidence]:
        deck = await self._decks.get(kind)
        alike = await self._alike_of(kind)
        if kind is not Kind.ITEMS:
            return await self._store.read(
                lambda tables: other_evidence.evidence(tables, deck, keys, chosen=chosen, target=target)
            )
        return await self._store.read(
            lambda tables: _ItemEvidence(tables, deck, keys, alike).all(chosen=chosen, target=target)
        )

    async def _alike_of(self, kind: Kind) -> Mapping[Confidence, LikeThis]:
        if kind not in self._alike:
            rows = await self._store.read(lambda tables: tables.provenance.outcomes(kind))
            self._alike[kind] = {Confidence(band): LikeThis(judged, right) for band, judged, right in rows}
        return self._alike[kind]

    def _remember(self, kind: Kind, evidence: Evidence) -> None:
        self._known[kind, evidence.key] = evidence
        self._known.move_to_end((kind, evidence.key))
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)


class _ItemEvidence:
    """Reads everything about some SKUs at once, then puts each one's evidence together."""

    def __init__(
        self, tables: Tables, deck: Deck, keys: Sequence[Key], alike: Mapping[Confidence, LikeThis]
    ) -> None:
        self._tables, self._deck, self._keys, self._alike = tables, deck, keys, alike
        self._found = tables.lookups.candidates(Kind.ITEMS, keys)
        self._pairs: dict[Key, tuple[ItemPair, Judgement]] = {
            Key(pair.seller_sku, pair.marketplace): (pair, judgement)
            for pair, judgement in tables.boards.standing_items([key.code for key in keys])
        }

    def all(self, *, chosen: int | None, target: str) -> list[Evidence]:
        """The evidence of every record asked for."""
        refs = {shown.target for key in self._keys for shown in self._shown(key)}
        refs |= {pair.itmref for pair, _ in self._pairs.values()} | {target}
        refs |= {part.itmref for pair, _ in self._pairs.values() for part in pair.components}
        masters = read_masters(self._tables, self._keys, refs - {""})
        fetched = self._tables.masters.age("items")
        return [replace(self._one(key, masters, chosen, target), masters_at=fetched) for key in self._keys]

    def _shown(self, key: Key) -> tuple[Shown, ...]:
        return self._found.get(key_text(key), ())

    def _one(self, key: Key, masters: Masters, place: int | None, target: str) -> Evidence:
        standing, judgement = self._pairs.get(key, (None, None))
        accepted = standing if judgement is Judgement.ACCEPTED else None
        candidates = self._candidates(key, masters, (accepted.itmref if accepted else "", target))
        chosen = _chosen(candidates, accepted.itmref if accepted else "", place, target)
        pair = self._pair(candidates, chosen, accepted)
        facts = masters.facts(key, pair)
        conflicts = self._conflicts(key, masters, accepted if place is None and not target else None, pair)
        row = self._deck.row_of(key)
        said = masters.marks.get(key, {})
        state = self._deck.state(row) if row >= 0 else RecordState.NOT_LOOKED_UP
        candidate = candidates[chosen] if 0 <= chosen < len(candidates) else None
        return Evidence(
            kind=Kind.ITEMS,
            key=key,
            title=facts.offer.title or (self._deck.titles[row] if row >= 0 else ""),
            subtitle=" · ".join(filter(None, (facts.offer.asin, facts.offer.channel))),
            state=state,
            conflicts=conflicts,
            rows=(
                *evidence_rows(facts, conflicts, points=_points(candidate)),
                *(row for row in (noted(said),) if row is not None),
            ),
            candidates=candidates,
            chosen=chosen,
            standing=standing.itmref if standing else "",
            pack=packs.proposed(facts) if accepted is None else accepted.pack_factor,
            components=accepted.components if accepted else (),
            note=standing.note if standing else "",
            history=tuple(self._tables.mappings.history_of(Kind.ITEMS, key)),
            marks=tuple((mark.value, value) for mark, value in said.items()),
            looked_up=key_text(key) in self._found,
            like_this=self._alike.get(candidate.band, LikeThis()) if candidate else LikeThis(),
            similar=self._similar(key),
            image=facts.offer.image,
            reopened=said.get(Mark.REOPENED, "") if state is RecordState.REOPENED else "",
        )

    def _conflicts(
        self, key: Key, masters: Masters, accepted: ItemPair | None, pair: Chosen
    ) -> tuple[ConflictFinding, ...]:
        """Of a kit that stands, those of its components; else those of the pair that is compared."""
        if accepted is not None and accepted.components:
            pair = Chosen("", accepted.pack_factor, accepted.components, decided=True)
        seen = next((shown.conflicts for shown in self._shown(key) if shown.target == pair.target), ())
        return against.findings(masters, key, pair, seen) if pair.target or pair.components else ()

    def _candidates(self, key: Key, masters: Masters, further: Sequence[str]) -> tuple[Candidate, ...]:
        """What was found, and the targets that stand or were searched for."""
        shown = list(self._shown(key))
        for target in further:
            if target and all(each.target != target for each in shown):
                shown.append(Shown(target, Confidence.NONE, None, None, "", ()))
        return tuple(self._candidate(key, each, masters) for each in shown)

    def _candidate(self, key: Key, shown: Shown, masters: Masters) -> Candidate:
        facts = masters.facts(key, Chosen(shown.target))
        conflicts = against.findings(masters, key, Chosen(shown.target), shown.conflicts)
        item = masters.items.get(shown.target)
        band = capped(shown.band, conflicts)
        return Candidate(
            target=shown.target,
            description=item.description if item else "No longer in X3",
            band=band,
            confidence=shown.confidence,
            margin=shown.margin,
            reason=_reason(shown, conflicts, capped_from=shown.band, band=band),
            waterfall=shown.reasons,
            conflicts=conflicts,
            pack=packs.proposed(facts),
            components=facts.article.components if facts.article else (),
        )

    def _pair(self, candidates: Sequence[Candidate], chosen: int, accepted: ItemPair | None) -> Chosen:
        """What the table compares: the chosen candidate, with the factor that stands or would."""
        target = candidates[chosen].target if 0 <= chosen < len(candidates) else ""
        if accepted is not None and target in ("", accepted.itmref):
            return Chosen(accepted.itmref, accepted.pack_factor, accepted.components, decided=True)
        return Chosen(target)

    def _similar(self, key: Key) -> Similar:
        found = patterns.suggested(key.code, ())
        if found is None:
            return Similar()
        pattern, _ = found
        count = self._deck.ending_in(pattern.text) - 1
        if count < 1:
            return Similar()
        return Similar(f"{count:,} more SKUs end in {pattern.text}", str(pattern), count)


def _chosen(candidates: Sequence[Candidate], standing: str, place: int | None, target: str) -> int:
    wanted = target or (standing if place is None else "")
    if wanted:
        places = [at for at, candidate in enumerate(candidates) if candidate.target == wanted]
        return places[0] if places else -1
    if place is not None:
        return place if 0 <= place < len(candidates) else -1
    return 0 if candidates else -1


def _points(candidate: Candidate | None) -> dict[str, int]:
    found: dict[str, int] = {}
    for word, points in candidate.waterfall if candidate else ():
        if word not in _WORDLESS:
            field = _FIELDS.get(word, "title")
            found[field] = found.get(field, 0) + points
    return found


def _reason(
    shown: Shown, conflicts: Sequence[ConflictFinding], *, capped_from: Confidence, band: Confidence
) -> str:
    """The strongest thing to say of a candidate, in a few words."""
    if band < capped_from:
        return "conflict caps band"
    if shown.exact:
        return shown.exact
    if conflicts and conflicts[0].caps:
        return conflicts[0].code.value
    told = [reason for reason in shown.reasons if reason[0] not in _WORDLESS and reason[1] > 0]
    if not told:
        return "little in common" if shown.reasons else ""
    return max(told, key=lambda reason: reason[1])[0]
