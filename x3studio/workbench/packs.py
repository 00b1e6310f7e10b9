"""The pack detective: what title, package quantity, EAN, price and units say that one offer holds."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from x3studio.domain.catalogue import Item
from x3studio.domain.money import Money
from x3studio.workbench.facts import Article, PairFacts
from x3studio.workbench.gtin import read_gtin
from x3studio.workbench.patterns import suffix_of

_NOUNS = (
    "pack|packs|pk|pck|packung|packungen|pkg|vpe|set|sets|lot|lots|paquet|paquets|confezione|confezioni|conf"
    "|caja|paquete|paquetes|verpakking|opakowanie|paczka|bundle|multipack|karton|box|boxes|case|carton"
)
_PIECES = (
    "stück|stueck|stk|st|pcs|pieces|piece|pièces|pieces|pezzi|piezas|stuks|sztuk|szt|er|count|ct|units|unités"
)
_SAID = (
    re.compile(
        rf"\b(?:{_NOUNS})\s*(?:of|von|à|a|de|da|di|van|mit|x|=|:)?\s*(\d{{1,4}})\b(?!\s*(?:ml|cl|l|g|kg|mm|cm|m)\b)",
        re.I,
    ),
    re.compile(rf"\b(\d{{1,4}})\s*-?\s*(?:er|x|fach)?[\s-]*(?:{_NOUNS})\b", re.I),
    re.compile(rf"\b(\d{{1,4}})\s*-?(?:{_PIECES})\b", re.I),
    re.compile(r"(?<![\w.,])(\d{1,3})\s?[x×]\s?(?=\d+(?:[.,]\d+)?\s?(?:ml|cl|l|g|kg)\b)", re.I),
)
_SURE, _GOOD, _HINT = 3, 2, 1
_KILOGRAMS = {
    "KG": Decimal(1),
    "G": Decimal("0.001"),
    "GR": Decimal("0.001"),
    "GRM": Decimal("0.001"),
    "T": Decimal(1000),
    "LB": Decimal("0.45359237"),
}
"""Units of weight as X3 folders name them."""
_NEAR = Decimal("0.02")
_LOW, _HIGH = Decimal("0.75"), Decimal("1.35")
_MOST = 1000
_LEAST_RATIO = Decimal("1.8")


@dataclass(frozen=True, slots=True)
class Vote:
    """One argument for a factor: what it is, the factor, how much it weighs, and the figures."""

    what: str
    factor: Decimal
    weight: int
    words: str


@dataclass(frozen=True, slots=True)
class PackVerdict:
    """The factor that most speaks for, with every vote. `factor` None where nothing speaks."""

    factor: Decimal | None
    votes: tuple[Vote, ...]

    @property
    def agreeing(self) -> tuple[Vote, ...]:
        """The votes for the factor."""
        return tuple(vote for vote in self.votes if vote.factor == self.factor)

    @property
    def strong(self) -> bool:
        """Whether the votes suffice to hold another factor wrong: a sure one, or two that agree."""
        return sum(vote.weight for vote in self.agreeing) >= _SURE

    def words(self, mapped: Decimal) -> str:
        """The verdict beside what is mapped: "Title and price agree on factor 6, but factor 1 is mapped"."""
        names = [vote.what for vote in self.agreeing]
        listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
        verb = "says" if len(names) == 1 else "agree on"
        factor = f"{self.factor.normalize():f}" if self.factor is not None else "?"
        told = f"{listed[:1].upper()}{listed[1:]} {verb} factor {factor}"
        return f"{told}, but factor {mapped.normalize():f} is mapped."


def said_pack(title: str) -> int | None:
    """How many pieces a title says that one offer holds, None where it does not."""
    for pattern in _SAID:
        found = [int(number) for number in pattern.findall(title)]
        for number in found:
            if 1 < number <= _MOST:
                return number
    return None


def detect(facts: PairFacts) -> PackVerdict:
    """Every vote, and the factor with the most weight; a tie goes to the sure argument, then the larger."""
    if facts.article is None:
        return PackVerdict(None, ())
    votes = tuple(_votes(facts, facts.article))
    votes += (
        *_ratio_votes("price", price_ratio(facts.offer.price, facts.article.item.price), votes),
        *_ratio_votes("weight", weight_ratio(facts.offer.weight, facts.article.item), votes),
    )
    weights: dict[Decimal, int] = {}
    for vote in votes:
        weights[vote.factor] = weights.get(vote.factor, 0) + vote.weight
    best = max(weights, key=lambda factor: (weights[factor], factor), default=None)
    return PackVerdict(best, votes)


def proposed(facts: PairFacts) -> Decimal:
    """The factor to accept with: the one that is strongly spoken for, else 1."""
    verdict = detect(facts)
    return verdict.factor if verdict.factor is not None and verdict.strong else Decimal(1)


def _votes(facts: PairFacts, article: Article) -> Iterator[Vote]:
    offer = facts.offer
    per_unit = _units_in(article)
    title = said_pack(offer.title)
    if title is not None:
        yield _vote("title", title, per_unit, _SURE, f"the title says {title}")
    elif per_unit > 1 and offer.title:
        yield Vote("title", 1 / per_unit, _HINT, f"the title says nothing, the item holds {per_unit}")
    if offer.pack and offer.pack > 1:
        yield _vote(
            "package quantity", offer.pack, per_unit, _GOOD, f"Amazon counts {offer.pack} in a package"
        )
    ending = suffix_of(offer.sku)
    if ending is not None:
        yield _vote("SKU", ending[1], per_unit, _HINT, f"the SKU ends in {ending[0]}")
    yield from _ean_votes(offer.ean, article)


def _vote(what: str, pieces: int, per_unit: Decimal, weight: int, words: str) -> Vote:
    return Vote(what, Decimal(pieces) / per_unit, weight, words)


def _units_in(article: Article) -> Decimal:
    """How many pieces one sales unit of the item holds, by its own text or its units."""
    said = said_pack(f"{article.item.description} {article.item.more}")
    if said is not None:
        return Decimal(said)
    return article.item.sales_to_stock if article.item.sales_to_stock > 1 else Decimal(1)


def _ean_votes(text: str, article: Article) -> Iterator[Vote]:
    """A GTIN-14 with an indicator digit above 0 names an outer pack of the GTIN-13 inside it."""
    mine, theirs = read_gtin(text).number, read_gtin(article.item.ean).number
    if not mine or not theirs:
        return
    if mine == theirs:
        yield Vote("EAN", Decimal(1), _HINT, "both have the same EAN")
    elif mine[0] in "12345678" and theirs[0] == "0" and mine[1:13] == theirs[1:13] and article.item.packings:
        packing = article.item.packings[0]
        yield Vote(
            "EAN", packing.to_stock, _GOOD, f"the EAN is that of the {packing.unit} of {packing.to_stock:f}"
        )


def _ratio_votes(what: str, ratio: Decimal | None, said: Sequence[Vote]) -> Iterator[Vote]:
    """A price or weight backs what others say; alone it only hints.

    One side may hold tax, a discount or the packing, so a ratio within a third of a factor backs it.
    """
    if ratio is None or ratio < _LEAST_RATIO:
        return
    words = f"the {what} is {ratio:.2f} times X3's"
    backed = [vote.factor for vote in said if vote.factor > 1 and _LOW <= ratio / vote.factor <= _HIGH]
    if backed:
        yield Vote(what, min(backed, key=lambda factor: abs(ratio - factor)), _GOOD, words)
    elif abs(ratio - ratio.to_integral_value()) <= ratio * _NEAR:
        yield Vote(what, ratio.to_integral_value(), _HINT, words)


def weight_ratio(kilograms: Decimal | None, item: Item) -> Decimal | None:
    """How many times an item's weight the packed offer weighs, None where either is unknown."""
    unit = _KILOGRAMS.get(item.weight_unit.upper())
    if kilograms is None or unit is None or not item.weight or item.weight <= 0:
        return None
    return kilograms / (item.weight * unit)


def price_ratio(price: Money | None, theirs: Decimal | None) -> Decimal | None:
    """How many times X3's price the offer asks, None where either is unknown."""
    if price is None or theirs is None or theirs <= 0 or price.amount <= 0:
        return None
    return price.amount / theirs
