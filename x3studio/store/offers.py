"""Listings taken together: their families, their products, which are gone, which were not looked up."""

from collections.abc import Collection

from x3studio.domain.catalogue import Listing
from x3studio.store.master_shapes import LISTINGS
from x3studio.store.masters import Masters
from x3studio.store.rows import Table, bound_list


class Offers(Table):
    """Listings beyond single ones."""

    def join_families(self) -> int:
        """Puts the ASIN of its head beside each listing that knows only the head's SKU."""
        head = (
            "SELECT head.asin FROM listings AS head WHERE head.sku = listings.parent_sku"
            " AND head.marketplace = listings.marketplace"
        )
        return self.conn.execute(
            f"UPDATE listings SET parent = ({head}) WHERE parent_sku <> '' AND parent = ''"
            f" AND EXISTS ({head} AND head.asin <> '')"
        ).rowcount

    def not_looked_up(self, marketplace: str, *, again: bool) -> list[str]:
        """The ASINs of a marketplace that the catalogue was not asked for yet; all of them with `again`."""
        rows = self.conn.execute(
            "SELECT DISTINCT asin FROM listings WHERE marketplace = ? AND asin <> ''"
            " AND (looked_up IS NULL OR ?) ORDER BY asin",
            (marketplace, again),
        )
        return [asin for (asin,) in rows]

    def by_asin(self, marketplace: str, asins: Collection[str]) -> list[Listing]:
        """Every listing of these products in a marketplace."""
        rows = self.conn.execute(
            f"SELECT {', '.join(LISTINGS.columns)} FROM listings"
            " WHERE asin IN (SELECT value FROM json_each(?)) AND marketplace = ?",
            (bound_list(asins), marketplace),
        ).fetchall()
        return [LISTINGS.read(row) for row in rows]

    def keep_only(self, marketplace: str, skus: Collection[str], masters: Masters, *, source: str) -> int:
        """Removes what a source has no longer in a marketplace; returns how many listings that were."""
        return masters.remove(
            "listings",
            "marketplace = ? AND source = ? AND sku NOT IN (SELECT value FROM json_each(?))",
            (marketplace, source, bound_list(skus)),
        )
