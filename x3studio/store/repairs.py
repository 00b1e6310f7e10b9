"""What persons repaired in damaged settlements: each line as it came and as it is read."""

import json
from datetime import datetime

from x3studio.domain.repairs import Mend, Repair, Touch
from x3studio.store.rows import Table, inserted, micros, moment


class Repairs(Table):
    """At most one repair of a settlement stands; those that were taken back are kept."""

    def accept(self, settlement: int, mend: Mend, *, digest: str, who: str, at: datetime) -> None:
        """A named person's repair of the file with this digest; SQL refuses a second one that stands."""
        cursor = self.conn.execute(
            "INSERT INTO settlement_repairs (settlement, digest, columns, reason, proof, who, at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (settlement, digest, json.dumps(mend.columns), mend.reason, mend.proof, who, micros(at)),
        )
        number = inserted(cursor)
        self.conn.executemany(
            "INSERT INTO settlement_repaired_lines VALUES (?, ?, ?, ?)",
            [(number, touch.line, touch.old, touch.new) for touch in mend.touches],
        )

    def standing(self, settlement: int) -> Repair | None:
        """The repair its reading follows, None where the file is read as it came."""
        row = self.conn.execute(
            "SELECT id, columns, reason, proof, who, at FROM settlement_repairs"
            " WHERE settlement = ? AND undone_at IS NULL",
            (settlement,),
        ).fetchone()
        if row is None:
            return None
        lines = self.conn.execute(
            "SELECT line, old, new FROM settlement_repaired_lines WHERE repair = ? ORDER BY line", (row[0],)
        )
        touches = tuple(Touch(*line) for line in lines)
        return Repair(Mend(touches, row[2], tuple(json.loads(row[1])), row[3]), row[4], moment(row[5]))

    def take_back(self, settlement: int, *, who: str) -> None:
        """The file is read as it came again."""
        self.conn.execute(
            "UPDATE settlement_repairs SET undone_by = ?, undone_at = ?"
            " WHERE settlement = ? AND undone_at IS NULL",
            (who, self.now(), settlement),
        )
