"""Which group an amount belongs to: by rule where known; unknown kinds get an explained suggestion only."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from itertools import product, starmap

from x3studio.domain.settlements import Group, Role, Triple
from x3studio.settlement.resources import resource

_LIKELY = 0.6


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A group for an unknown triple and why; a named person decides."""

    group: Group
    reason: str


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Exact triples and triples with open ends, each with the group they belong to. Keys are case-folded.

    `aliases` are the English labels of other languages' words, for each of the three places.
    """

    groups: Mapping[str, Group]
    exact: Mapping[Triple, str]
    open_ended: tuple[tuple[Triple, str], ...]
    aliases: tuple[Mapping[str, str], ...] = ({}, {}, {})

    def _key(self, triple: Triple) -> Triple:
        plain = (_plain(part) for part in triple)
        return Triple(*(words.get(part, part) for words, part in zip(self.aliases, plain, strict=True)))

    def group_of(self, triple: Triple) -> Group | None:
        """The group a triple is known to belong to, else None."""
        plain = Triple(*map(_plain, triple))
        key = plain if plain in self.exact else self._key(triple)
        found = self.exact.get(key)
        if found is None:
            found = next((group for rule, group in self.open_ended if _covers(rule, key)), None)
        return self.groups[found] if found else None

    def with_decisions(self, decisions: Mapping[Triple, str]) -> "Vocabulary":
        """This vocabulary with triples a person approved, by group id. KeyError: unknown group."""
        for group in decisions.values():
            self.groups[group]
        added = {Triple(*map(_plain, triple)): group for triple, group in decisions.items()}
        return Vocabulary(self.groups, {**self.exact, **added}, self.open_ended, self.aliases)

    def suggest(self, triple: Triple) -> Suggestion | None:
        """A likely group for an unknown triple with the reason in words, or None where nothing is near."""
        key = self._key(triple)
        if elsewhere := self._same_words(key):
            return elsewhere
        return self._like(key)

    def _same_words(self, key: Triple) -> Suggestion | None:
        for known, group in self.exact.items():
            if known.amount_description == key.amount_description and known.amount_type == key.amount_type:
                return Suggestion(
                    self.groups[group],
                    f"the same amount is known under transaction type {known.transaction_type!r}",
                )
        for known, group in self.exact.items():
            if key.amount_description and known.amount_description == key.amount_description:
                return Suggestion(
                    self.groups[group],
                    f"the same description is known under {known.transaction_type} / {known.amount_type}",
                )
        groups = {group for known, group in self.exact.items() if known.amount_type == key.amount_type}
        if len(groups) == 1:
            words = f"every known amount of type {key.amount_type!r} belongs there"
            return Suggestion(self.groups[groups.pop()], words)
        return None

    def _like(self, key: Triple) -> Suggestion | None:
        words = _words(" ".join(key))
        best: tuple[float, Triple, str] | None = None
        for known, group in self.exact.items():
            shared = words & _words(" ".join(known[1:]))
            if not shared:
                continue
            nearness = SequenceMatcher(None, known.amount_description, key.amount_description).ratio()
            nearness += 0.1 * len(shared)
            if best is None or nearness > best[0]:
                best = (nearness, known, group)
        if best is None or best[0] < _LIKELY:
            return None
        return Suggestion(
            self.groups[best[2]], f"it is worded like {best[1].amount_description!r}, which belongs there"
        )


def _words(text: str) -> frozenset[str]:
    spaced = re.sub(r"([a-z])([A-Z])", r"\1 \2", text)
    return frozenset(word for word in re.split(r"[^a-z]+", spaced.casefold()) if len(word) > 3)


def _covers(rule: Triple, key: Triple) -> bool:
    return all(
        part.startswith(known[:-1]) if known.endswith("*") else part == known
        for known, part in zip(rule, key, strict=True)
    )


@cache
def starting_groups() -> Mapping[str, Group]:
    """The groups the program ships, by id."""
    return {
        row["id"]: Group(row["id"], row["title"], row["kind"], Role(row.get("role", "")), row["step"])
        for row in resource("groups.json")["groups"]
    }


@cache
def starting_vocabulary() -> Vocabulary:
    """The vocabulary the program ships: the labels seen in files of nine sites."""
    document = resource("vocabulary.json")
    exact: dict[Triple, str] = {}
    open_ended: list[tuple[Triple, str]] = []
    for rule in document["rules"]:
        group = rule["group"]
        for triple in _combinations(rule):
            if triple[0].endswith("*") or triple[1].endswith("*") or triple[2].endswith("*"):
                open_ended.append((triple, group))
            else:
                exact.setdefault(triple, group)
    aliases = tuple(
        {_plain(word): _plain(label) for word, label in document["aliases"][place].items()}
        for place in ("transaction_types", "amount_types", "descriptions")
    )
    return Vocabulary(starting_groups(), exact, tuple(open_ended), aliases)


def _combinations(rule: Mapping[str, list[str]]) -> Iterable[Triple]:
    lists = (rule["transaction_types"], rule["amount_types"], rule["descriptions"])
    # Each word once: their combinations are many times more.
    return starmap(Triple, product(*(list(map(_plain, words)) for words in lists)))
