"""What was on the table when a decision was taken."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from x3studio.domain.workbench import Kind
from x3studio.store.lookups import Shown, shown_of
from x3studio.store.pairs import side_of
from x3studio.store.rows import Table


@dataclass(frozen=True, slots=True)
class OnTheTable:
    """The candidates with their scores, the evidence (field, Amazon, X3, verdict, points), and the model."""

    model: str
    candidates: tuple[Shown, ...]
    evidence: tuple[tuple[str, str, str, str, int | None], ...]


class Provenance(Table):
    """One row for each decision that a person or a rule took in the workbench."""

    def keep(self, kind: Kind, step: int, *, model: str) -> None:
        """Keeps the candidates that every record of a step has now."""
        self.conn.execute(
            "INSERT INTO provenance (decision, model, shown, evidence, conflicts) SELECT d.id, ?,"
            " COALESCE(c.shown, '[]'), '[]', NULL FROM decisions AS d LEFT JOIN lookup_candidates AS c"
            " ON c.kind = ? AND c.key = rtrim(d.sku || char(31) || d.marketplace || char(31) || d.channel"
            " || char(31) || d.vat_number, char(31)) WHERE d.step = ? AND d.step > 0",
            (model, kind.value, step),
        )

    def keep_evidence(self, rows: Iterable[tuple[str, int, int]]) -> None:
        """Keeps the evidence that was shown, as JSON, and the conflicts (bits), by decision."""
        self.conn.executemany("UPDATE provenance SET evidence = ?, conflicts = ? WHERE decision = ?", rows)

    def keep_conflicts(self, rows: Iterable[tuple[int, int]]) -> None:
        """Keeps the conflicts (bits) that a decision is known to have."""
        self.conn.executemany(
            "INSERT INTO provenance (conflicts, decision, model, shown, evidence)"
            " VALUES (?, ?, '', '[]', '[]')"
            " ON CONFLICT (decision) DO UPDATE SET conflicts = excluded.conflicts",
            rows,
        )

    def known_conflicts(self) -> dict[int, int]:
        """The conflicts (bits) that were known of decisions, by decision."""
        return dict(
            self.conn.execute(
                "SELECT decision, conflicts FROM provenance WHERE conflicts IS NOT NULL"
            ).fetchall()
        )

    def outcomes(self, kind: Kind) -> list[tuple[int, int, int]]:
        """By the first candidate's band: how often a person judged, and how often it was right."""
        target = {Kind.ITEMS: "$.itmref", Kind.CUSTOMERS: "$.bpcnum"}.get(kind, "$.target")
        return self.conn.execute(
            "SELECT json_extract(p.shown, '$[0][1]'), COUNT(*),"
            " SUM(json_extract(p.shown, '$[0][0]') = json_extract(d.pair, ?) AND d.judgement = 'accepted')"
            " FROM provenance AS p JOIN decisions AS d ON d.id = p.decision"
            " WHERE d.side = ? AND d.rule = '' AND p.shown <> '[]' GROUP BY 1",
            (target, side_of(kind)),
        ).fetchall()

    def judged_items(self) -> list[tuple[str, str, int]]:
        """Key, ITMREF and whether it is right, of every pair a person judged and stands by, in order.

        A record without an item speaks against the candidate that stood first.
        """
        return self.conn.execute(
            "SELECT rtrim(i.sku || char(31) || i.marketplace, char(31)), COALESCE(NULLIF(i.itmref, ''),"
            " json_extract(p.shown, '$[0][0]')) AS target, i.judgement = 'accepted' FROM item_pairs AS i"
            " LEFT JOIN provenance AS p ON p.decision = i.decision"
            " WHERE i.rule = '' AND i.components = '[]' AND target IS NOT NULL ORDER BY i.decision"
        ).fetchall()

    def of(self, decision: int) -> OnTheTable | None:
        """What was on the table; None for a decision that came from elsewhere, such as a file."""
        row = self.conn.execute(
            "SELECT model, shown, evidence FROM provenance WHERE decision = ?", (decision,)
        ).fetchone()
        if row is None:
            return None
        evidence: list[list[Any]] = json.loads(row[2])
        return OnTheTable(
            row[0], shown_of(row[1]), tuple((*map(str, cells[:4]), cells[4]) for cells in evidence)
        )
