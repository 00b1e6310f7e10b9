"""What is around single records: items and offers with one EAN, SKUs of one item, families, sites."""

import json
from collections.abc import Sequence
from sqlite3 import Connection
from typing import Any

from x3studio.domain.mappings import CustomerPair, ItemPair, Judgement
from x3studio.domain.workbench import Key, Kind
from x3studio.store.pairs import item_pair_of
from x3studio.store.rows import bound_list


class Neighbours:
    """Reads for the conflict rules; each takes the keys it is asked about, or None for all."""

    conn: Connection

    def eans_of_items(self, eans: Sequence[str] | None) -> list[tuple[str, str]]:
        """EAN and ITMREF of the items that share an EAN."""
        return self._pairs(
            "SELECT ean, itmref FROM items WHERE ean <> '' AND ean IN (SELECT ean FROM items"
            " WHERE ean <> ''{among} GROUP BY ean HAVING COUNT(*) > 1) ORDER BY itmref",
            "ean",
            eans,
        )

    def eans_of_offers(self, eans: Sequence[str] | None) -> list[tuple[str, str]]:
        """EAN and ASIN of the offers whose EAN several ASINs have."""
        return self._pairs(
            "SELECT DISTINCT ean, asin FROM listings WHERE ean <> '' AND ean IN (SELECT ean FROM listings"
            " WHERE ean <> ''{among} GROUP BY ean HAVING COUNT(DISTINCT asin) > 1) ORDER BY asin",
            "ean",
            eans,
        )

    def sharers(self, refs: Sequence[str] | None) -> list[tuple[str, str]]:
        """ITMREF and SKU of the items that several SKUs stand for."""
        return self._pairs(
            "SELECT DISTINCT itmref, sku FROM item_pairs WHERE itmref <> '' AND itmref IN (SELECT itmref"
            " FROM item_pairs WHERE itmref <> '' AND judgement = 'accepted'{among} GROUP BY itmref"
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

    def accepted_items(self) -> list[tuple[ItemPair, int]]:
        """Every accepted pair of items with its decision."""
        rows = self.conn.execute(
            "SELECT sku, itmref, pack_factor, marketplace, components, note, decision FROM item_pairs"
            " WHERE judgement = 'accepted' ORDER BY sku, marketplace"
        )
        return [(item_pair_of(row), int(row[6])) for row in rows]

    def accepted_customers(self) -> list[tuple[Key, int, CustomerPair]]:
        """Every accepted pair of customers with its key and decision."""
        rows = self.conn.execute(
            "SELECT bpcnum, marketplace, channel, vat_number, note, decision FROM customer_pairs"
            " WHERE judgement = 'accepted' ORDER BY marketplace, channel, vat_number"
        )
        return [
            (
                Key("", marketplace, channel, vat),
                int(decision),
                CustomerPair(bpcnum, marketplace, channel, vat, note),
            )
            for bpcnum, marketplace, channel, vat, note, decision in rows
        ]

    def decided(self, kind: Kind) -> list[tuple[Key, int, str, str]]:
        """Key, decision, who and rule of everything that stands of a kind."""
        table, columns = {
            Kind.ITEMS: ("item_pairs", "sku, marketplace, '', ''"),
            Kind.CUSTOMERS: ("customer_pairs", "'', marketplace, channel, vat_number"),
        }.get(kind, ("code_pairs", "code, marketplace, channel, ''"))
        only = "" if table != "code_pairs" else f" AND kind = '{kind.value}'"
        rows = self.conn.execute(
            f"SELECT {columns}, decision, who, rule FROM {table} WHERE decision > 0{only}"
        )
        return [(Key(*row[:4]), int(row[4]), row[5], row[6]) for row in rows]

    def open_orders(self, sku: str) -> int:
        """Orders with this SKU that are on their way to X3."""
        row = self.conn.execute(
            "SELECT COUNT(*) FROM outbox WHERE stage IN ('new', 'intent', 'indoubt')"
            " AND instr(source, ?) > 0",
            (json.dumps(sku, ensure_ascii=False),),
        ).fetchone()
        return int(row[0])

    def unposted_lines(self, sku: str) -> int:
        """Lines of settlements with this SKU that are not posted yet."""
        row = self.conn.execute(
            "SELECT COALESCE(SUM(f.lines), 0) FROM settlement_fees AS f WHERE f.sku = ? AND NOT EXISTS"
            " (SELECT 1 FROM settlement_postings AS p WHERE p.settlement = f.settlement)",
            (sku,),
        ).fetchone()
        return int(row[0])

    def family(self, asin: str) -> list[tuple[str, str, str, str, int]]:
        """SKU, title, size, colour and how many it heads, of a whole variation family."""
        return self.conn.execute(
            "SELECT sku, MIN(title), MIN(size), MIN(colour), MAX(children) FROM listings"
            # Said as the indexes have it, and the plus keeps SQLite from walking every SKU for the groups.
            " WHERE (parent = ? AND parent <> '') OR (asin = ? AND children > 0)"
            " GROUP BY +sku ORDER BY MAX(children) DESC, sku",
            (asin, asin),
        ).fetchall()

    def beginning_with(self, reference: str, *, limit: int) -> list[str]:
        """SKUs that are this reference, or begin with it and go on behind a sign."""
        rows = self.conn.execute(
            "SELECT sku FROM skus WHERE sku >= ?1 AND sku < ?1 || char(1114111) AND marketplace = ''"
            " AND substr(sku, length(?1) + 1, 1) IN ('', '-', '_', '.', '/', ' ') ORDER BY sku LIMIT ?2",
            (reference, limit),
        )
        return [sku for (sku,) in rows]

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
