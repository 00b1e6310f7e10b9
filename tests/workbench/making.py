"""Short ways to write down records, offers and items."""

from decimal import Decimal
from typing import Any

from x3studio.domain.catalogue import Item
from x3studio.domain.money import Money
from x3studio.workbench.facts import Article, Offer, PairFacts

EAN, OTHER_EAN = "4006381333931", "4006381333948"


def offer(**changes: Any) -> Offer:
    """A text marker sold by the piece."""
    given: dict[str, Any] = {
        "sku": "HB-2291",
        "asin": "B08KXN4T2Q",
        "title": "Lindner Textmarker Classic gelb",
        "brand": "Lindner",
        "ean": EAN,
        "price": Money(Decimal("3.99"), "EUR"),
        "channel": "FBM",
        "marketplaces": ("A1PA6795UKMFR9",),
    }
    return Offer(**given | changes)


def item(**changes: Any) -> Item:
    """The item that stands for it."""
    given: dict[str, Any] = {
        "itmref": "ITM0042",
        "description": "TEXTMARKER CLASSIC GELB",
        "search_key": "LINDNER",
        "ean": EAN,
        "price": Decimal("3.99"),
    }
    return Item(**given | changes)


def facts(
    *,
    offer_changes: dict[str, Any] | None = None,
    item_changes: dict[str, Any] | None = None,
    article_changes: dict[str, Any] | None = None,
    **changes: Any,
) -> PairFacts:
    """A pair against which nothing speaks, but for what is changed."""
    known = item(**item_changes or {})
    there: dict[str, Any] = {"sites": ("HAM01",), "available": Decimal(1840)}
    article = Article(known, **there | (article_changes or {}))
    given: dict[str, Any] = {
        "offer": offer(**offer_changes or {}),
        "target": known.itmref,
        "article": article,
        "needed_sites": ("HAM01",),
    }
    return PairFacts(**given | changes)
