"""The conflict rules for items: each looks at one pair and says what is wrong, with figures and a way out."""

import re
from collections.abc import Callable, Iterable
from datetime import timedelta
from decimal import Decimal

from x3studio.domain.workbench import ConflictCode, Severity
from x3studio.workbench.conflicts import Action, ConflictFinding, Offer, number
from x3studio.workbench.facts import PairFacts
from x3studio.workbench.key_rules import ean_check, ean_disagree, ean_shared, text
from x3studio.workbench.packs import detect, price_ratio

STALE_AFTER = timedelta(hours=24)
_SUSPICIOUS = (2, 3, 4, 6, 8, 10, 12, 24)
_CHEAP, _DEAR = Decimal("0.5"), Decimal("3")
Rule = Callable[[PairFacts], ConflictFinding | None]


def pack(facts: PairFacts) -> ConflictFinding | None:
    """PACK: title, package quantity, EAN, price or units say another factor than the mapped one."""
    if facts.components:
        return None
    verdict = detect(facts)
    if verdict.factor is None or not verdict.strong or verdict.factor == facts.pack:
        return None
    factor = number(verdict.factor)
    return ConflictFinding(
        ConflictCode.PACK,
        Severity.BLOCK,
        verdict.words(facts.pack),
        Offer(f"Set factor {factor}", Action.SET_PACK, factor),
    )


def unit(facts: PairFacts) -> ConflictFinding | None:
    """UNIT: what one offer holds is no whole number of stock units."""
    if facts.article is None or facts.components:
        return None
    item = facts.article.item
    units = facts.pack * item.sales_to_stock
    if units == units.to_integral_value() and units > 0:
        return None
    told = (
        f"{number(facts.pack)} x {item.sales_unit} of {number(item.sales_to_stock)} {item.stock_unit}"
        f" is {number(units)} {item.stock_unit}: no whole number."
    )
    return ConflictFinding(
        ConflictCode.UNIT,
        Severity.BLOCK,
        told,
        Offer("Set a whole factor", Action.EDIT_UNIT, item.sales_unit),
    )


def inactive(facts: PairFacts) -> ConflictFinding | None:
    """INACTIVE: X3 does not sell it, or not at the site that ships."""
    if facts.article is None:
        return None
    item = facts.article.item
    missing = [site for site in facts.needed_sites if site not in facts.article.sites]
    if not item.sellable:
        words = f"{item.itmref} is {item.status.name.lower().replace('_', ' ')} in X3 and cannot be sold."
    elif missing and facts.article.sites:
        there = ", ".join(facts.article.sites)
        words = f"{item.itmref} does not exist at {', '.join(missing)}; it is at {there}."
    else:
        return None
    offer = (
        Offer(f"Use {item.successor}", Action.USE_SUCCESSOR, item.successor)
        if item.successor
        else Offer("No item", Action.NO_ITEM)
    )
    return ConflictFinding(ConflictCode.INACTIVE, Severity.BLOCK, words, offer)


def vanished(facts: PairFacts) -> ConflictFinding | None:
    """VANISHED: the item that was chosen is no longer in the masters."""
    if facts.article is not None or not facts.target:
        return None
    return ConflictFinding(
        ConflictCode.VANISHED,
        Severity.BLOCK,
        f"{facts.target} is not among the items of X3.",
        Offer("Search again", Action.LOOK_UP),
    )


def n_to_1(facts: PairFacts) -> ConflictFinding | None:
    """N_TO_1: several SKUs stand for one item; legal with a reason, else the same unit is offered twice."""
    if not facts.others or facts.sharing:
        return None
    listed = ", ".join(facts.others[:3]) + (" ..." if len(facts.others) > 3 else "")
    return ConflictFinding(
        ConflictCode.N_TO_1,
        Severity.ASK,
        f"{len(facts.others) + 1} SKUs stand for {facts.target}: also {listed}. Say why, or its stock is"
        " offered more than once.",
        Offer("Give the reason", Action.DECLARE_SHARING, others=facts.others),
    )


def one_to_n(facts: PairFacts) -> ConflictFinding | None:
    """ONE_TO_N: the offer is a bundle of several items, or X3 has a kit for it."""
    if facts.components:
        return None
    parts = facts.article.components if facts.article else ()
    if parts:
        listed = " + ".join(f"{number(part.quantity)} {part.itmref}" for part in parts[:4])
        return ConflictFinding(
            ConflictCode.ONE_TO_N,
            Severity.BUILD,
            f"{facts.target} is a kit in X3: {listed}.",
            Offer("Use X3's kit", Action.BUILD_KIT, facts.target, tuple(part.itmref for part in parts)),
        )
    if not facts.decided and re.search(
        r"\s\+\s|\bbundle\b|\bset aus\b|\bbestehend aus\b", facts.offer.title, re.I
    ):
        return ConflictFinding(
            ConflictCode.ONE_TO_N,
            Severity.BUILD,
            "The title names several articles: it may be a kit.",
            Offer("Build a kit", Action.BUILD_KIT),
        )
    return None


def cross_market(facts: PairFacts) -> ConflictFinding | None:
    """CROSS_MKT: the same SKU stands for different items in different marketplaces."""
    different = [(place, target) for place, target in facts.elsewhere if target != facts.target]
    if not different:
        return None
    listed = ", ".join(f"{target} in {place or 'all others'}" for place, target in different[:3])
    return ConflictFinding(
        ConflictCode.CROSS_MKT,
        Severity.WARN,
        f"{facts.offer.sku} stands for {facts.target} here and for {listed}.",
        Offer("Make it one, or say why", Action.UNIFY, facts.target),
    )


def parent(facts: PairFacts) -> ConflictFinding | None:
    """PARENT: the head of a variation family is never sold itself."""
    if not facts.offer.children:
        return None
    return ConflictFinding(
        ConflictCode.PARENT,
        Severity.BLOCK,
        f"This is the head of a family of {facts.offer.children}; only its variants are sold.",
        Offer("Map the variants", Action.MAP_CHILDREN, others=facts.children),
    )


def fba_quantity(facts: PairFacts) -> ConflictFinding | None:
    """FBA_QTY: a quantity may not be sent for what Amazon stocks."""
    if not (facts.offer.stocked_by_amazon and facts.offer.pushed):
        return None
    return ConflictFinding(
        ConflictCode.FBA_QTY,
        Severity.BLOCK,
        "Amazon stocks this SKU (FBA), and its quantity is set to be sent: that would turn it into FBM.",
        Offer("Do not send it", Action.STOP_PUSH),
    )


def price(facts: PairFacts) -> ConflictFinding | None:
    """PRICE: the price per piece is out of range, or looks like another pack."""
    if facts.article is None or facts.components:
        return None
    ratio = price_ratio(facts.offer.price, facts.article.item.price)
    if ratio is None:
        return None
    per_piece = ratio / facts.pack
    if _CHEAP <= per_piece <= _DEAR and not _looks_like_pack(per_piece):
        return None
    near = next((k for k in _SUSPICIOUS if abs(per_piece - k) <= Decimal(k) * Decimal("0.04")), None)
    hint = f", which fits a pack of {near}" if near else ""
    words = f"The price of one is {per_piece:.2f} times X3's{hint}."
    offer = Offer("Look at the pack", Action.SET_PACK, number(facts.pack * near)) if near else None
    return ConflictFinding(ConflictCode.PRICE, Severity.WARN, words, offer)


def lot_or_serial(facts: PairFacts) -> ConflictFinding | None:
    """LOTSER: movements of the item need a lot, serial or date that an order does not name."""
    if facts.article is None or facts.gives_lots:
        return None
    item = facts.article.item
    needs = [
        word
        for word, has in (("lot", item.by_lot), ("serial", item.by_serial), ("expiry", item.by_expiry))
        if has
    ]
    if not needs:
        return None
    return ConflictFinding(
        ConflictCode.LOTSER,
        Severity.WARN,
        f"{item.itmref} is managed by {' and '.join(needs)}; an Amazon order names none.",
        Offer("Say how they are assigned", Action.SITE_RULE),
    )


def stale(facts: PairFacts) -> ConflictFinding | None:
    """STALE: the item master was read long ago."""
    if facts.age is None or facts.age < STALE_AFTER:
        return None
    hours = int(facts.age.total_seconds() // 3600)
    old = f"{hours} hours" if hours < 72 else f"{hours // 24} days"
    return ConflictFinding(
        ConflictCode.STALE, Severity.INFO, f"The items are {old} old.", Offer("Fetch items", Action.FETCH)
    )


RULES: tuple[Rule, ...] = (
    *(vanished, inactive, parent, fba_quantity, pack, unit, ean_check, one_to_n, n_to_1, cross_market),
    *(ean_shared, ean_disagree, price, lot_or_serial, text, stale),
)


def findings(facts: PairFacts) -> tuple[ConflictFinding, ...]:
    """Every conflict of a pair, the gravest first."""
    return by_gravity(finding for rule in RULES if (finding := rule(facts)) is not None)


def by_gravity(found: Iterable[ConflictFinding]) -> tuple[ConflictFinding, ...]:
    """What blocks comes first."""
    return tuple(sorted(found, key=lambda finding: _ORDER.index(finding.severity)))


_ORDER = (Severity.BLOCK, Severity.BUILD, Severity.ASK, Severity.WARN, Severity.INFO)


def _looks_like_pack(ratio: Decimal) -> bool:
    return any(abs(ratio - k) <= Decimal(k) * Decimal("0.04") for k in _SUSPICIOUS)
