"""Mappings as a chain of decisions: what stands now follows from them, and any one can be taken back."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from x3studio.domain.mappings import CodePair, CustomerPair, Decision, ItemPair, Judgement, Pair
from x3studio.domain.workbench import Key, Kind
from x3studio.store.judged import Decider, deciders, judged
from x3studio.store.pairs import decision_of, item_pair_of, key_of, side_of, standing_of
from x3studio.store.recording import Stamp, record, take_back
from x3studio.store.rows import Page, Table, bound_list, micros, moment, page_of
from x3studio.store.steps import Steps
from x3studio.store.workbench import MappingRow, workbench_page

_DECISION = "id, at, who, judgement, side, pair, step, rule, reverts"


class Mappings(Table):
    """Decisions, the pairs that stand, and the workbench's table of every known SKU."""

    def decide(self, pair: Pair, judgement: Judgement, *, who: str, batch: str = "") -> Decision:
        """Records one decision and lets it stand, as a step of its own."""
        return self.decide_many([pair], judgement, who=who, batch=batch)[0]

    def decide_many(
        self, pairs: Sequence[Pair], judgement: Judgement, *, who: str, batch: str = ""
    ) -> list[Decision]:
        """The same decision for many pairs, in the caller's transaction; one undo takes all of them back."""
        return self.record([(pair, judgement) for pair in pairs], who=who, batch=batch)

    def record(
        self,
        entries: Sequence[tuple[Pair, Judgement]],
        *,
        who: str,
        batch: str = "",
        title: str = "",
        rule: str = "",
        reason: str = "",
    ) -> list[Decision]:
        """Decisions of one step, in the caller's transaction. `batch` names it for `revert_batch`."""
        if not entries:
            return []
        stamp, ids = self.record_step(entries, who=who, batch=batch, title=title, rule=rule, reason=reason)
        at = moment(stamp.at)
        return [
            Decision(id=id, at=at, who=who, judgement=judgement, pair=pair, step=stamp.step, rule=rule)
            for id, (pair, judgement) in zip(ids, entries, strict=True)
        ]

    def record_step(
        self,
        entries: Sequence[tuple[Pair, Judgement]],
        *,
        who: str,
        batch: str = "",
        title: str = "",
        rule: str = "",
        reason: str = "",
    ) -> tuple[Stamp, list[int]]:
        """The same for those who need no more than the step and the numbers of its decisions."""
        kinds = {kind_name(pair) for pair, _ in entries}
        step = Steps(self.conn, clock=self._clock).begin(
            "decide",
            who=who,
            kind=kinds.pop() if len(kinds) == 1 else "",
            title=title or batch or title_of(entries[0][0]),
            count=len(entries),
            rule=rule,
            reason=reason,
        )
        stamp = Stamp(step, who, self.now(), rule, batch)
        return stamp, record(self.conn, entries, stamp)

    def revert(self, decision_id: int, *, who: str) -> Decision:
        """Takes one decision back, as a decision of its own: what stands is as if it had never been taken.

        Later decisions on the same key keep standing; reverting a revert brings the decision back; a
        second click changes nothing and returns the first click's decision.
        """
        if self._decision(decision_id) is None:
            raise LookupError(f"There is no decision {decision_id}.")
        found = self.take_back([decision_id], who=who)
        if not found:
            (earlier,) = self.conn.execute(
                "SELECT MAX(id) FROM decisions WHERE reverts = ?", (decision_id,)
            ).fetchone()
            return self._known(earlier)
        return self._known(found[0])

    def revert_batch(self, batch: str, *, who: str) -> list[Decision]:
        """Takes every decision of one batch back, the latest first."""
        ids = self.conn.execute(
            "SELECT id FROM decisions WHERE batch = ? ORDER BY id DESC", (batch,)
        ).fetchall()
        return [self._known(id) for id in self.take_back([id for (id,) in ids], who=who)]

    def take_back(self, ids: Sequence[int], *, who: str, of: int | None = None, title: str = "") -> list[int]:
        """Takes decisions back in one step; returns the decisions that did. Nothing to do makes no step."""
        if not ids:
            return []
        steps = Steps(self.conn, clock=self._clock)
        step = steps.begin("revert", who=who, count=len(ids), of=of, title=title or self._title(ids[0]))
        found = self.take_back_in(step, ids, who=who)
        if not found:
            self.conn.execute("DELETE FROM steps WHERE id = ?", (step,))
        return found

    def take_back_in(self, step: int, ids: Sequence[int], *, who: str) -> list[int]:
        """Takes decisions back in a step that is already written down; returns the decisions that did."""
        return take_back(self.conn, ids, Stamp(step, who, self.now())) if ids else []

    def get(self, id: int) -> Decision | None:
        """One decision."""
        return self._decision(id)

    def step_of(self, id: int) -> int:
        """The step that a decision belongs to."""
        row = self.conn.execute("SELECT step FROM decisions WHERE id = ?", (id,)).fetchone()
        return int(row[0]) if row else 0

    def first_of_step(self, step: int) -> Decision | None:
        """The first decision of a step."""
        row = self.conn.execute(
            "SELECT MIN(id) FROM decisions WHERE step = ? AND step > 0", (step,)
        ).fetchone()
        return None if row[0] is None else self._decision(int(row[0]))

    def of_step(self, step: int) -> list[int]:
        """The decisions of a step."""
        rows = self.conn.execute("SELECT id FROM decisions WHERE step = ? AND step > 0 ORDER BY id", (step,))
        return [int(id) for (id,) in rows]

    def keys_of(self, ids: Sequence[int]) -> list[tuple[str, Key]]:
        """Side and key of these decisions."""
        rows = self.conn.execute(
            "SELECT side, sku, marketplace, channel, vat_number FROM decisions"
            " WHERE id IN (SELECT value FROM json_each(?))",
            (bound_list(ids),),
        )
        return [(side, Key(*parts)) for side, *parts in rows]

    def history(
        self, *, before: int | None = None, limit: int = 100, sku: str | None = None
    ) -> Page[Decision]:
        """Decisions, newest first; of one SKU or of all."""
        wanted = {"id <": before, "sku =": sku}
        given = {term: value for term, value in wanted.items() if value is not None}
        where = " AND ".join(f"{term} ?" for term in given) or "TRUE"
        rows = self._decisions(f"WHERE {where} ORDER BY id DESC LIMIT ?", (*given.values(), limit + 1))
        return page_of(rows, limit=limit, key=lambda it: it.id)

    def history_of(self, kind: Kind, key: Key, *, limit: int = 50) -> list[Decision]:
        """The decisions about one record, newest first; each knows whether it still counts."""
        chain = self._decisions(
            "WHERE sku = ? AND side = ? AND marketplace = ? AND channel = ? AND vat_number = ? ORDER BY id",
            (key.code, side_of(kind), *key[1:]),
        )
        undone = standing_of([(it.id, it.reverts, it.judgement.value, "") for it in chain]).undone_by
        return [replace(it, taken_back=it.id in undone) for it in reversed(chain[-limit:])]

    def until(self, kind: Kind, moment: datetime) -> list[Decision]:
        """Every decision about a kind up to a moment, record by record, oldest first."""
        return self._decisions(
            "WHERE side = ? AND at <= ? ORDER BY sku, marketplace, channel, vat_number, id",
            (side_of(kind), micros(moment)),
        )

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

    def codes(self, kind: Kind) -> list[CodePair]:
        """The accepted pairs of a code table."""
        rows = self.conn.execute(
            "SELECT code, target, marketplace, channel, details, note FROM code_pairs"
            " WHERE kind = ? AND judgement = 'accepted' ORDER BY code, marketplace, channel",
            (kind.value,),
        )
        return [
            CodePair(kind, code, target, marketplace, channel, tuple(json.loads(details).items()), note)
            for code, target, marketplace, channel, details, note in rows
        ]

    def judged(self, kind: Kind) -> list[tuple[Pair, Judgement]]:
        """What stands for each key of a kind, refusals included, in the order of the keys."""
        return list(judged(self.conn, kind))

    def deciders(self) -> list[Decider]:
        """Who decided how much, the busiest first."""
        return deciders(self.conn)

    def rules_in_force(self) -> list[str]:
        """The rule of each standing item mapping that a rule decided."""
        rows = self.conn.execute("SELECT rule FROM item_pairs WHERE rule <> ''")
        return [str(rule) for (rule,) in rows]

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

    def counts(self) -> Mapping[str, int]:
        """Known SKUs by state (mapped, unmapped, rejected), and how many of them an order waits for."""
        counted = {"mapped": 0, "unmapped": 0, "rejected": 0}
        counted.update(self.conn.execute("SELECT state, COUNT(*) FROM skus GROUP BY state").fetchall())
        (counted["waiting"],) = self.conn.execute("SELECT COUNT(*) FROM skus WHERE -waiting < 0").fetchone()
        return counted

    def revision(self) -> int:
        """The number of the last decision, 0 before the first."""
        row = self.conn.execute("SELECT COALESCE(MAX(id), 0) FROM decisions").fetchone()
        return int(row[0])

    def _item_pairs(self, rest: str, values: tuple[Any, ...]) -> list[ItemPair]:
        rows = self.conn.execute(
            "SELECT sku, itmref, pack_factor, marketplace, components, note FROM item_pairs"
            f" WHERE judgement = 'accepted' AND {rest}",
            values,
        )
        return [item_pair_of(row) for row in rows]

    def _decisions(self, rest: str, values: tuple[Any, ...]) -> list[Decision]:
        rows = self.conn.execute(f"SELECT {_DECISION} FROM decisions {rest}", values)
        return [_decision(row) for row in rows]

    def _decision(self, id: int) -> Decision | None:
        found = self._decisions("WHERE id = ?", (id,))
        return found[0] if found else None

    def _known(self, id: int) -> Decision:
        found = self._decision(id)
        if found is None:
            raise LookupError(f"There is no decision {id}.")
        return found

    def _title(self, id: int) -> str:
        return title_of(self._known(id).pair)


def kind_name(pair: Pair) -> str:
    """The kind of a pair, as steps name it."""
    if isinstance(pair, CodePair):
        return pair.kind.value
    return (Kind.ITEMS if isinstance(pair, ItemPair) else Kind.CUSTOMERS).value


def title_of(pair: Pair) -> str:
    """What a pair is about, in one word or two."""
    _, key = key_of(pair)
    return key.code or " ".join(filter(None, key[1:])) or "every buyer"


def _decision(row: tuple[Any, ...]) -> Decision:
    return Decision(
        id=row[0],
        at=moment(row[1]),
        who=row[2],
        judgement=Judgement(row[3]),
        pair=decision_of(row[4], row[5]),
        step=row[6],
        rule=row[7],
        reverts=row[8],
    )
