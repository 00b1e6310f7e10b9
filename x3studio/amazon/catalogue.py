"""Looking products up in Amazon's catalogue (Catalog Items 2022-04-01) by the codes both sides know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from x3studio.amazon.attributes import described, here, pack, theme, variation, weight, whole
from x3studio.amazon.calls import Calls
from x3studio.amazon.jsontext import Json
from x3studio.amazon.operations import SEARCH_CATALOGUE

MOST_IDENTIFIERS = 20
_DATASETS = ("attributes", "identifiers", "images", "productTypes", "relationships", "summaries")


@dataclass(frozen=True, slots=True)
class CatalogueItem:
    """One product of Amazon's catalogue. `codes` are (kind, value) such as ("EAN", "4006381333931").

    `attributes` are Amazon's structured attributes, as sent.
    """

    asin: str
    title: str
    brand: str
    manufacturer: str
    model: str
    pack: int | None
    codes: tuple[tuple[str, str], ...]
    attributes: Mapping[str, Json]
    parent: str = ""
    children: int = 0
    theme: str = ""
    size: str = ""
    colour: str = ""
    image: str = ""
    product_type: str = ""
    weight: Decimal | None = None

    @property
    def ean(self) -> str:
        """The article number, an EAN before others; "" where Amazon knows none."""
        known = dict(reversed(self.codes))
        return next((known[kind] for kind in ("EAN", "GTIN", "UPC", "ISBN") if known.get(kind)), "")


async def catalogue_items(
    calls: Calls, identifiers: Sequence[str], *, kind: str, marketplace: str
) -> tuple[CatalogueItem, ...]:
    """Products with any of these codes; `kind` is ASIN, EAN, GTIN, UPC, SKU ... (Amazon's model).

    More than 20 codes take several requests. A code that Amazon does not know is simply absent.
    """
    found: dict[str, CatalogueItem] = {}
    for start in range(0, len(identifiers), MOST_IDENTIFIERS):
        some = tuple(identifiers[start : start + MOST_IDENTIFIERS])
        items = await _search(calls, some, kind=kind, marketplace=marketplace)
        found |= {item.asin: item for item in items}
    return tuple(found.values())


async def _search(
    calls: Calls, identifiers: tuple[str, ...], *, kind: str, marketplace: str
) -> list[CatalogueItem]:
    query: dict[str, str | int | tuple[str, ...]] = {
        "identifiers": identifiers,
        "identifiersType": kind,
        "marketplaceIds": (marketplace,),
        "includedData": _DATASETS,
        "pageSize": MOST_IDENTIFIERS,
    }
    if kind == "SKU":
        query["sellerId"] = calls.connection.seller_id
    items: list[CatalogueItem] = []
    tokens = {""}
    while True:
        content = (await calls.call(SEARCH_CATALOGUE, query=query)).content
        items += [_decoded(raw, marketplace=marketplace) for raw in content.get("items") or ()]
        token = str((content.get("pagination") or {}).get("nextToken") or "")
        if token in tokens:
            return items
        tokens.add(token)
        query["pageToken"] = token


def _decoded(raw: Json, *, marketplace: str) -> CatalogueItem:
    summary = here(raw.get("summaries"), marketplace)
    codes = here(raw.get("identifiers"), marketplace).get("identifiers") or ()
    attributes = raw.get("attributes") or {}
    known, family = described(attributes, marketplace), variation(raw.get("relationships"), marketplace)
    return CatalogueItem(
        asin=str(raw.get("asin") or ""),
        title=str(summary.get("itemName") or ""),
        brand=str(summary.get("brand") or ""),
        manufacturer=str(summary.get("manufacturer") or known["manufacturer"]),
        model=str(summary.get("modelNumber") or summary.get("partNumber") or known["model"]),
        pack=whole(summary.get("packageQuantity")) or pack(attributes, marketplace),
        codes=tuple((str(code.get("identifierType")), str(code.get("identifier"))) for code in codes),
        attributes=attributes,
        parent=str(next(iter(family.get("parentAsins") or ()), "")),
        children=len(family.get("childAsins") or ()),
        theme=theme(family),
        size=str(summary.get("size") or known["size"]),
        colour=str(summary.get("color") or known["colour"]),
        weight=weight(attributes, marketplace),
        image=_main_image(here(raw.get("images"), marketplace).get("images")),
        product_type=str(here(raw.get("productTypes"), marketplace).get("productType") or ""),
    )


def _main_image(images: Json) -> str:
    found = [image for image in images or () if isinstance(image, dict) and image.get("link")]
    main = next((image for image in found if image.get("variant") == "MAIN"), found[0] if found else {})
    return str(main.get("link") or "")
