"""The conflict rules about keys and codes: EANs that cannot be right, and SKUs that only look alike."""

import re
import unicodedata

from x3studio.domain.workbench import ConflictCode, Severity
from x3studio.workbench.conflicts import Action, ConflictFinding, Offer
from x3studio.workbench.facts import PairFacts
from x3studio.workbench.gtin import read_gtin

LONGEST_ITMREF = 20
"""Characters of ITMREF in a standard X3 folder."""
_WORD = re.compile(r"\w+")
_SIZE = re.compile(r"\b(\d+(?:[.,]\d+)?)\s?(ml|cl|l|g|kg|mm|cm|m|w|v|gb|tb)\b", re.IGNORECASE)
_LOOKALIKES = str.maketrans("ОоοАаЕеРрСсХхВНКМТІ0", "OOOAAEEPPCCXXBHKMTIO")


def ean_check(facts: PairFacts) -> ConflictFinding | None:
    """EAN_CHECK: an EAN of either side cannot be right."""
    theirs = facts.article.item.ean if facts.article else ""
    for side, text in (("Amazon", facts.offer.ean), ("X3", theirs)):
        read = read_gtin(text)
        if not read.fault:
            continue
        offer = Offer("Show the right digit", Action.SHOW_DIGIT, read.digit) if read.digit else None
        told = f"; {read.digit} would be right" if read.digit else ""
        return ConflictFinding(
            ConflictCode.EAN_CHECK, Severity.BLOCK, f"{side}'s EAN {text} {read.fault}{told}.", offer
        )
    return None


def ean_shared(facts: PairFacts) -> ConflictFinding | None:
    """EAN_SHARED: one EAN on several items, or on several ASINs."""
    items = facts.article.same_ean if facts.article else ()
    mine, others = (facts.target, items) if items else (facts.offer.asin, facts.offer.same_ean)
    if not others:
        return None
    shown = [each for each in (mine, *others[:3]) if each]
    rest = [f"{len(others) - 3:,} more"] if len(others) > 3 else [shown.pop()]
    named = " and ".join(filter(None, (", ".join(shown), *rest)))
    return ConflictFinding(
        ConflictCode.EAN_SHARED,
        Severity.WARN,
        f"{'The items' if items else 'The ASINs'} {named} have this EAN.",
        Offer("Compare", Action.COMPARE, others=tuple(others)),
    )


def ean_disagree(facts: PairFacts) -> ConflictFinding | None:
    """EAN_DISAGREE: the same EAN, and yet brand or size differ."""
    if facts.article is None:
        return None
    mine, theirs = read_gtin(facts.offer.ean).number, read_gtin(facts.article.item.ean).number
    if not mine or mine != theirs:
        return None
    item = facts.article.item
    text = f"{item.description} {item.more} {item.search_key}"
    sizes, own = _sizes(facts.offer.title), _sizes(text)
    if sizes and own and not sizes & own:
        words = f"Same EAN, but {_listed(sizes)} here and {_listed(own)} in X3."
    elif facts.offer.brand and item.search_key and not _shares(facts.offer.brand, text):
        words = f"Same EAN, but Amazon says {facts.offer.brand} and X3 {item.search_key}."
    else:
        return None
    return ConflictFinding(ConflictCode.EAN_DISAGREE, Severity.WARN, words, Offer("Compare", Action.COMPARE))


def text(facts: PairFacts) -> ConflictFinding | None:
    """TEXT: spaces, case, look-alike letters or length keep two keys apart that are meant to be one."""
    sku, target = facts.offer.sku, facts.target
    if not target:
        return None
    said = []
    if sku != sku.strip() or "  " in sku:
        said.append("has spaces too many")
    if len(sku) > LONGEST_ITMREF:
        said.append(f"has {len(sku)} characters, ITMREF holds {LONGEST_ITMREF}")
    if any(ord(char) > 127 for char in sku):
        said.append("holds letters that only look like Latin ones")
    if sku != target and plain(sku) == plain(target):
        said.append(f"reads like {target} but is written differently")
    if not said:
        return None
    return ConflictFinding(
        ConflictCode.TEXT,
        Severity.INFO,
        f"The SKU {' and '.join(said)}.",
        Offer("Show both plain", Action.NORMALISE, plain(sku)),
    )


def plain(key: str) -> str:
    """A key without case, spaces, punctuation and look-alikes, for comparing by eye."""
    folded = unicodedata.normalize("NFKD", key).translate(_LOOKALIKES).upper().translate(_LOOKALIKES)
    return "".join(char for char in folded if char.isalnum())


def _sizes(text: str) -> set[str]:
    return {f"{float(amount.replace(',', '.')):g} {unit.lower()}" for amount, unit in _SIZE.findall(text)}


def _listed(sizes: set[str]) -> str:
    return ", ".join(sorted(sizes))


def _shares(brand: str, text: str) -> bool:
    words = {word.casefold() for word in _WORD.findall(text)}
    return any(word.casefold() in words for word in _WORD.findall(brand))
