"""What is around single records: items and offers with one EAN, SKUs of one item, families, sites."""

from collections.abc import Sequence
from sqlite3 import Connection
from typing import Any

from x3studio.domain.mappings import ItemPair, Judgement
from x3studio.store.pairs import item_pair_of
from x3studio.store.rows import bound_list


class Neighbours:
    """Reads for the conflict rules; each takes the keys it is asked about, or None for all."""

    conn: Connection

    def eans_of_items(self, eans: Sequence[str] | None) -> list[tuple[str, str]]:
        """EAN and ITMREF of the items that share an EAN."""
        return self._pairs(
            "SELECT ean, itmref FROM items WHERE ean IN (SELECT ean FROM items WHERE ean <> ''{among}"
            " GROUP BY ean HAVING COUNT(*) > 1) ORDER BY itmref",
            "ean",
            eans,
        )

    def eans_of_offers(self, eans: Sequence[str] | None) -> list[tuple[str, str]]:
        """EAN and ASIN of the offers whose EAN several ASINs have."""
        return self._pairs(
            "SELECT DISTINCT ean, asin FROM listings WHERE ean IN (SELECT ean FROM listings WHERE ean <> ''"
            "{among} GROUP BY ean HAVING COUNT(DISTINCT asin) > 1) ORDER BY asin",
            "ean",
            eans,
        )

    def sharers(self, refs: Sequence[str] | None) -> list[tuple[str, str]]:
        """ITMREF and SKU of the items that several SKUs stand for."""
        return self._pairs(
            "SELECT DISTINCT itmref, sku FROM item_pairs WHERE itmref IN (SELECT itmref FROM item_pairs"
            " WHERE itmref <> '' AND judgement = 'accepted'{among} GROUP BY itmref"
            " HAVING COUNT(DISTINCT sku) > 1) AND judgement = 'accepted' ORDER BY sku",
            "itmref",
            refs,
        )

    def families(self, asins: Sequence[str] | None) -> list[tuple[str, str]]:
        """Parent ASIN and SKU of the variants."""
        return self._pairs(
            "SELECT DISTINCT parent, sku FROM listings WHERE parent <> ''{among} ORDER BY sku",
            "parent",
            asins,
        )

    def special_targets(self, skus: Sequence[str] | None) -> list[tuple[str, str, str]]:
        """SKU, marketplace and ITMREF of the SKUs with a mapping for one marketplace alone."""
        among, values = _among("sku", skus)
        return self.conn.execute(
            "SELECT sku, marketplace, itmref FROM item_pairs WHERE judgement = 'accepted' AND itmref <> ''"
            f" AND sku IN (SELECT sku FROM item_pairs WHERE marketplace <> ''{among})",
            values,
        ).fetchall()

    def standing_items(self, skus: Sequence[str]) -> list[tuple[ItemPair, Judgement]]:
        """What is decided about these SKUs, also that there is no item."""
        rows = self.conn.execute(
            "SELECT sku, itmref, pack_factor, marketplace, components, note, judgement FROM item_pairs"
            " WHERE sku IN (SELECT value FROM json_each(?))",
            (bound_list(skus),),
        )
        return [(item_pair_of(row), Judgement(row[6])) for row in rows]

    def family(self, asin: str) -> list[tuple[str, str, str, int]]:
        """SKU, title, what tells it apart and how many it heads, of a whole variation family."""
        return self.conn.execute(
            "SELECT sku, MIN(title), MIN(trim(size || ' ' || colour)), MAX(children) FROM listings"
            " WHERE parent = ? OR (asin = ? AND children > 0) GROUP BY sku ORDER BY MAX(children) DESC, sku",
            (asin, asin),
        ).fetchall()

    def places(self, refs: Sequence[str] | None) -> list[tuple[str, str, str]]:
        """ITMREF, sites and what is available there."""
        among, values = _among("itmref", refs)
        return self.conn.execute(
            f"SELECT itmref, sites, available FROM item_places WHERE TRUE{among}", values
        ).fetchall()

    def _pairs(self, query: str, column: str, some: Sequence[str] | None) -> list[tuple[str, str]]:
        among, values = _among(column, some)
        return self.conn.execute(query.format(among=among), values).fetchall()


def _among(column: str, some: Sequence[str] | None) -> tuple[str, tuple[Any, ...]]:
    if some is None:
        return "", ()
    return f" AND {column} IN (SELECT value FROM json_each(?))", (bound_list(some),)
