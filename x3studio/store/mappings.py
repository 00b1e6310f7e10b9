"""Mappings as a chain of decisions: what stands now follows from them, and any one can be taken back."""

from collections.abc import Collection, Sequence
from typing import Any

from x3studio.domain.mappings import CustomerPair, Decision, ItemPair, Judgement
from x3studio.store import skus
from x3studio.store.pairs import (
    Pair,
    decision_of,
    item_pair_of,
    key_of,
    pair_text,
    parts_text,
    standing_of,
)
from x3studio.store.rows import Page, Table, bound_list, inserted, moment, page_of
from x3studio.store.workbench import MappingRow, workbench_page

_DECISION = "id, at, who, judgement, side, pair"


class Mappings(Table):
    """Decisions, the pairs that stand, and the workbench's table of every known SKU."""

    def decide(self, pair: Pair, judgement: Judgement, *, who: str, batch: str = "") -> Decision:
        """Records one decision and lets it stand; `batch` names the step that one undo takes back."""
        return self._record(pair, judgement, who=who, batch=batch, reverts=None)

    def decide_many(
        self, pairs: Sequence[Pair], judgement: Judgement, *, who: str, batch: str = ""
    ) -> list[Decision]:
        """The same decision for many pairs, in the caller's transaction."""
        return [self.decide(pair, judgement, who=who, batch=batch) for pair in pairs]

    def revert(self, decision_id: int, *, who: str) -> Decision:
        """Takes one decision back, as a decision of its own: what stands is as if it had never been taken.

        Later decisions on the same key keep standing; reverting a revert brings the decision back; a
        second click changes nothing and returns the first click's decision.
        """
        row = self.conn.execute(
            "SELECT side, sku, marketplace, channel, vat_number, judgement, pair FROM decisions WHERE id = ?",
            (decision_id,),
        ).fetchone()
        if row is None:
            raise LookupError(f"There is no decision {decision_id}.")
        side, *key, _, text = row
        events = self.conn.execute(
            "SELECT id, reverts, judgement, pair FROM decisions WHERE side = ? AND sku = ? "
            "AND marketplace = ? AND channel = ? AND vat_number = ? ORDER BY id",
            (side, *key),
        ).fetchall()
        before = standing_of(events)
        if (earlier := before.undone_by.get(decision_id)) is not None:
            return self._decision(earlier)
        after = standing_of([*events, (events[-1][0] + 1, decision_id, "", "")])
        return self._record(
            decision_of(side, after.pair or text), after.judgement, who=who, batch="", reverts=decision_id
        )

    def revert_batch(self, batch: str, *, who: str) -> list[Decision]:
        """Takes every decision of one step back, the latest first."""
        ids = self.conn.execute(
            "SELECT id FROM decisions WHERE batch = ? ORDER BY id DESC", (batch,)
        ).fetchall()
        return [self.revert(id, who=who) for (id,) in ids]

    def history(
        self, *, before: int | None = None, limit: int = 100, sku: str | None = None
    ) -> Page[Decision]:
        """Decisions, newest first; of one SKU or of all."""
        wanted = {"id <": before, "sku =": sku}
        given = {term: value for term, value in wanted.items() if value is not None}
        where = " AND ".join(f"{term} ?" for term in given) or "TRUE"
        rows = self.conn.execute(
            f"SELECT {_DECISION} FROM decisions WHERE {where} ORDER BY id DESC LIMIT ?",
            (*given.values(), limit + 1),
        )
        return page_of([_decision(row) for row in rows], limit=limit, key=lambda it: it.id)

    def items_for(self, skus: Collection[str]) -> dict[tuple[str, str], ItemPair]:
        """The accepted pairs of these SKUs, by SKU and marketplace ("" means everywhere)."""
        pairs = self._item_pairs("sku IN (SELECT value FROM json_each(?))", (bound_list(skus),))
        return {(pair.seller_sku, pair.marketplace): pair for pair in pairs}

    def customers(self) -> list[CustomerPair]:
        """The accepted customer pairs."""
        rows = self.conn.execute(
            "SELECT bpcnum, marketplace, channel, vat_number, note FROM customer_pairs"
            " WHERE judgement = 'accepted' ORDER BY marketplace, channel, vat_number"
        )
        return [
            CustomerPair(
                bpcnum=bpcnum, marketplace=marketplace, channel=channel, vat_number=vat_number, note=note
            )
            for bpcnum, marketplace, channel, vat_number, note in rows
        ]

    def item_pairs(self, *, after: tuple[str, str] | None = None, limit: int = 500) -> Page[ItemPair]:
        """The accepted item pairs, by SKU and marketplace."""
        pairs = self._item_pairs(
            "(sku, marketplace) > (?, ?) ORDER BY sku, marketplace LIMIT ?", (*(after or ("", "")), limit + 1)
        )
        return page_of(pairs, limit=limit, key=lambda pair: (pair.seller_sku, pair.marketplace))

    def page(
        self,
        *,
        after: Any = None,
        limit: int = 200,
        text: str = "",
        only: str | None = None,
        sort: str = "sku",
    ) -> Page[MappingRow]:
        """Known SKUs with what stands for them; `text` is searched inside SKU, ASIN and title, and as the
        start of an ITMREF.

        `only` is mapped, unmapped or rejected; `sort` is sku, title, itmref, waiting (most first) or at
        (latest first).
        """
        return workbench_page(self.conn, after=after, limit=limit, text=text, only=only, sort=sort)

    def counts(self) -> dict[str, int]:
        """Known SKUs by state (mapped, unmapped, rejected), and how many of them an order waits for."""
        counted = {"mapped": 0, "unmapped": 0, "rejected": 0}
        counted.update(self.conn.execute("SELECT state, COUNT(*) FROM skus GROUP BY state").fetchall())
        (counted["waiting"],) = self.conn.execute("SELECT COUNT(*) FROM skus WHERE -waiting < 0").fetchone()
        return counted

    def revision(self) -> int:
        """The number of the last decision, 0 before the first."""
        row = self.conn.execute("SELECT COALESCE(MAX(id), 0) FROM decisions").fetchone()
        return int(row[0])

    def _record(
        self, pair: Pair, judgement: Judgement, *, who: str, batch: str, reverts: int | None
    ) -> Decision:
        side, key = key_of(pair)
        now = self.now()
        cursor = self.conn.execute(
            "INSERT INTO decisions (at, who, judgement, side, sku, marketplace, channel, vat_number, pair,"
            " batch, reverts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (now, who, judgement.value, side, *key, pair_text(pair), batch, reverts),
        )
        if isinstance(pair, ItemPair):
            self._stand_item(pair, judgement, who=who, at=now)
            skus.refresh(self.conn, {pair.seller_sku})
        else:
            self._stand_customer(pair, judgement, who=who, at=now)
        return Decision(id=inserted(cursor), at=moment(now), who=who, judgement=judgement, pair=pair)

    def _stand_item(self, pair: ItemPair, judgement: Judgement, *, who: str, at: int) -> None:
        if judgement is Judgement.WITHDRAWN:
            self.conn.execute(
                "DELETE FROM item_pairs WHERE sku = ? AND marketplace = ?",
                (pair.seller_sku, pair.marketplace),
            )
            return
        self.conn.execute(
            "INSERT OR REPLACE INTO item_pairs (sku, marketplace, judgement, itmref, pack_factor, components,"
            " note, who, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(pair.seller_sku, pair.marketplace, judgement.value, pair.itmref, str(pair.pack_factor)),
                *(parts_text(pair.components), pair.note, who, at),
            ),
        )

    def _stand_customer(self, pair: CustomerPair, judgement: Judgement, *, who: str, at: int) -> None:
        key = (pair.marketplace, pair.channel, pair.vat_number)
        if judgement is Judgement.WITHDRAWN:
            self.conn.execute(
                "DELETE FROM customer_pairs WHERE marketplace = ? AND channel = ? AND vat_number = ?", key
            )
            return
        self.conn.execute(
            "INSERT OR REPLACE INTO customer_pairs (marketplace, channel, vat_number, judgement, bpcnum, "
            "note, who, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (*key, judgement.value, pair.bpcnum, pair.note, who, at),
        )

    def _item_pairs(self, rest: str, values: tuple[Any, ...]) -> list[ItemPair]:
        rows = self.conn.execute(
            "SELECT sku, itmref, pack_factor, marketplace, components, note FROM item_pairs"
            f" WHERE judgement = 'accepted' AND {rest}",
            values,
        )
        return [item_pair_of(row) for row in rows]

    def _decision(self, id: int) -> Decision:
        return _decision(
            self.conn.execute(f"SELECT {_DECISION} FROM decisions WHERE id = ?", (id,)).fetchone()
        )


def _decision(row: tuple[Any, ...]) -> Decision:
    return Decision(
        id=row[0],
        at=moment(row[1]),
        who=row[2],
        judgement=Judgement(row[3]),
        pair=decision_of(row[4], row[5]),
    )
