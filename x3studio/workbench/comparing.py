"""The evidence table: what both sides say field by field, and what to make of it."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from x3studio.domain.workbench import ConflictCode
from x3studio.workbench.conflicts import ConflictFinding, number
from x3studio.workbench.evidence import EvidenceRow, Verdict
from x3studio.workbench.facts import Article, PairFacts
from x3studio.workbench.gtin import read_gtin
from x3studio.workbench.packs import detect, price_ratio, said_pack, weight_ratio
from x3studio.workbench.search import fold

_FAIR = (Decimal("0.8"), Decimal("1.35"))


def evidence_rows(
    facts: PairFacts, conflicts: tuple[ConflictFinding, ...], *, points: Mapping[str, int]
) -> tuple[EvidenceRow, ...]:
    """One row a field; `points` are what the score gives to a field, by its name here."""
    article = facts.article
    if article is None:
        return tuple(_alone(facts))
    found = {finding.code: finding for finding in conflicts}
    rows = (
        *(_ean(facts, article, found), _pack(facts, article, found), _price(facts, article, found)),
        *(_title(facts, article), _brand(facts, article), _weight(facts, article)),
        _size(facts, article, found),
        *(_unit(article, found), _stock(facts, article), _status(facts, article, found)),
    )
    return tuple(
        EvidenceRow(row.field, row.amazon, row.x3, row.verdict, row.words, points.get(row.field.lower()))
        for row in rows
        if row is not None
    )


def _alone(facts: PairFacts) -> Iterator[EvidenceRow]:
    """What Amazon says, where there is nothing to compare it with."""
    offer = facts.offer
    price = str(offer.price) if offer.price else ""
    for field, text in (("EAN", offer.ean), ("Title", offer.title), ("Brand", offer.brand), ("Price", price)):
        if text:
            yield EvidenceRow(field, text, "", Verdict.INFO, "")


def _ean(
    facts: PairFacts, article: Article, found: Mapping[ConflictCode, ConflictFinding]
) -> EvidenceRow | None:
    mine, theirs = facts.offer.ean, article.item.ean
    if not mine and not theirs:
        return None
    left, right = read_gtin(mine), read_gtin(theirs)
    if ConflictCode.EAN_CHECK in found:
        verdict, words = Verdict.BLOCK, found[ConflictCode.EAN_CHECK].words
    elif not mine or not theirs:
        verdict, words = Verdict.INFO, "Only one side has one"
    elif left.number == right.number:
        shared = found.get(ConflictCode.EAN_SHARED)
        verdict = Verdict.WARN if shared else Verdict.EQUAL
        words = shared.words if shared else "Equal, check digit ok"
    else:
        verdict, words = Verdict.DIFFERS, "Different"
    return EvidenceRow("EAN", mine, theirs, verdict, words)


def _pack(facts: PairFacts, article: Article, found: Mapping[ConflictCode, ConflictFinding]) -> EvidenceRow:
    item, offer = article.item, facts.offer
    said = said_pack(offer.title)
    mine = f"{said} (title)" if said else (f"{offer.pack} (package)" if offer.pack else "1")
    theirs = f"{number(item.sales_to_stock)} {item.stock_unit}"
    verdict = detect(facts)
    if ConflictCode.PACK in found:
        expected = number(verdict.factor) if verdict.factor is not None else "?"
        return EvidenceRow(
            "Pack", mine, theirs, Verdict.BLOCK, f"Expected {expected}, mapped {number(facts.pack)}"
        )
    if verdict.factor == facts.pack:
        return EvidenceRow("Pack", mine, theirs, Verdict.GOOD, f"Factor {number(facts.pack)} fits")
    return EvidenceRow("Pack", mine, theirs, Verdict.INFO, f"Factor {number(facts.pack)}, nothing against it")


def _price(
    facts: PairFacts, article: Article, found: Mapping[ConflictCode, ConflictFinding]
) -> EvidenceRow | None:
    price, theirs = facts.offer.price, article.item.price
    if price is None and theirs is None:
        return None
    mine = str(price) if price else ""
    x3 = f"{theirs:f}" if theirs is not None else ""
    ratio = price_ratio(price, theirs)
    if ratio is None:
        return EvidenceRow("Price", mine, x3, Verdict.INFO, "Only one side has one")
    if ConflictCode.PACK in found or ConflictCode.PRICE in found:
        whole = ratio.to_integral_value()
        fits = f"Ratio {ratio:.2f} fits pack {whole:f}" if whole > 1 else f"Ratio {ratio:.2f}"
        return EvidenceRow("Price", mine, x3, Verdict.WARN, fits)
    per_piece = ratio / facts.pack
    good = _FAIR[0] <= per_piece <= _FAIR[1]
    return EvidenceRow(
        "Price", mine, x3, Verdict.GOOD if good else Verdict.INFO, f"Ratio {per_piece:.2f} for one"
    )


def _weight(facts: PairFacts, article: Article) -> EvidenceRow | None:
    ratio = weight_ratio(facts.offer.weight, article.item)
    if ratio is None or facts.offer.weight is None or article.item.weight is None:
        return None
    mine = f"{number(facts.offer.weight)} kg"
    theirs = f"{number(article.item.weight)} {article.item.weight_unit.lower()}"
    whole = ratio.to_integral_value()
    if whole > 1 and whole != facts.pack:
        return EvidenceRow("Weight", mine, theirs, Verdict.WARN, f"Ratio {ratio:.2f} fits pack {whole:f}")
    return EvidenceRow("Weight", mine, theirs, Verdict.GOOD, f"Ratio {ratio / facts.pack:.2f} for one")


def _title(facts: PairFacts, article: Article) -> EvidenceRow:
    mine, theirs = facts.offer.title, f"{article.item.description} {article.item.more}".strip()
    words, own = set(fold(mine).split()), set(fold(theirs).split())
    shared = len(words & own)
    verdict = (
        Verdict.GOOD if own and shared * 2 >= len(own) else Verdict.DIFFERS if not shared else Verdict.INFO
    )
    return EvidenceRow("Title", mine, theirs, verdict, f"{shared} of {len(own)} words shared")


def _brand(facts: PairFacts, article: Article) -> EvidenceRow | None:
    mine = facts.offer.brand
    item = article.item
    theirs = item.search_key
    if not mine and not theirs:
        return None
    if not theirs:
        there = fold(mine) in fold(f"{item.description} {item.more}")
        told = "In X3's description" if there else "X3 names none"
        return EvidenceRow("Brand", mine, "", Verdict.GOOD if there else Verdict.INFO, told)
    if fold(mine) == fold(theirs):
        same = "Equal" if mine == theirs else "Equal, case ignored"
        return EvidenceRow("Brand", mine, theirs, Verdict.EQUAL, same)
    return EvidenceRow(
        "Brand", mine, theirs, Verdict.DIFFERS if mine else Verdict.INFO, "Different" if mine else ""
    )


def _size(
    facts: PairFacts, article: Article, found: Mapping[ConflictCode, ConflictFinding]
) -> EvidenceRow | None:
    del article
    mine = ", ".join(filter(None, (facts.offer.size, facts.offer.colour)))
    conflict = found.get(ConflictCode.EAN_DISAGREE)
    if not mine and conflict is None:
        return None
    return EvidenceRow(
        "Variant", mine, "", Verdict.WARN if conflict else Verdict.INFO, conflict.words if conflict else ""
    )


def _unit(article: Article, found: Mapping[ConflictCode, ConflictFinding]) -> EvidenceRow:
    item = article.item
    theirs = f"{item.sales_unit} = {number(item.sales_to_stock)} {item.stock_unit}"
    if ConflictCode.UNIT in found:
        return EvidenceRow("Unit", "Piece", theirs, Verdict.BLOCK, found[ConflictCode.UNIT].words)
    return EvidenceRow("Unit", "Piece", theirs, Verdict.GOOD, "Yields an integer")


def _stock(facts: PairFacts, article: Article) -> EvidenceRow | None:
    if article.available is None and facts.offer.quantity is None:
        return None
    mine = "" if facts.offer.quantity is None else f"{facts.offer.quantity} {facts.offer.channel}".strip()
    if article.available is None:
        return EvidenceRow("Stock", mine, "", Verdict.INFO, "X3's stock was not read")
    sold = facts.pack * article.item.sales_to_stock
    packs = max(int(article.available // sold), 0) if sold > 0 else 0
    where = f" at {', '.join(article.sites)}" if article.sites else ""
    told = f"{packs:,} packs of {number(facts.pack)}" if facts.pack != 1 else f"{packs:,} can be sold"
    return EvidenceRow("Stock", mine, f"{number(article.available)}{where}", Verdict.INFO, told)


def _status(facts: PairFacts, article: Article, found: Mapping[ConflictCode, ConflictFinding]) -> EvidenceRow:
    mine = "Active" if facts.offer.active else "Inactive"
    theirs = article.item.status.name.capitalize().replace("_", " ")
    if ConflictCode.INACTIVE in found:
        return EvidenceRow("Status", mine, theirs, Verdict.BLOCK, found[ConflictCode.INACTIVE].words)
    return EvidenceRow(
        "Status", mine, theirs, Verdict.GOOD, "Both sellable" if facts.offer.active else "X3 sells it"
    )
