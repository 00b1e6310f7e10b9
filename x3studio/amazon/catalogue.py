"""Looking products up in Amazon's catalogue (Catalog Items 2022-04-01) by the codes both sides know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from x3studio.amazon.calls import Calls
from x3studio.amazon.jsontext import Json
from x3studio.amazon.operations import SEARCH_CATALOGUE

MOST_IDENTIFIERS = 20


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
        "includedData": ("attributes", "identifiers", "summaries"),
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
    summary = _here(raw.get("summaries"), marketplace)
    codes = _here(raw.get("identifiers"), marketplace).get("identifiers") or ()
    return CatalogueItem(
        asin=str(raw.get("asin") or ""),
        title=str(summary.get("itemName") or ""),
        brand=str(summary.get("brand") or ""),
        manufacturer=str(summary.get("manufacturer") or ""),
        model=str(summary.get("modelNumber") or summary.get("partNumber") or ""),
        pack=summary.get("packageQuantity"),
        codes=tuple((str(code.get("identifierType")), str(code.get("identifier"))) for code in codes),
        attributes=raw.get("attributes") or {},
    )


def _here(entries: Json, marketplace: str) -> dict[str, Json]:
    found = [entry for entry in entries or () if isinstance(entry, dict)]
    matching = (entry for entry in found if entry.get("marketplaceId") == marketplace)
    return next(matching, found[0] if found else {})
