"""What Amazon holds back, as last read, and the month ends that were accrued, with who and when."""

import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from x3studio.domain.deferrals import Accrued, Deferral
from x3studio.store.rows import Table, micros, moment

_COLUMNS = (
    "id, kind, status, earned, amount, currency, marketplace, order_id, reason, matures, parts, seen_at"
)


class Deferrals(Table):
    """Transactions by connection and Amazon's id; a status keeps the moment it was first seen."""

    def put(self, connection: str, rows: Iterable[Deferral]) -> None:
        """Adds transactions, or what became of them."""
        self.conn.executemany(
            f"INSERT INTO settlement_deferrals (connection, {_COLUMNS})"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (connection, id) DO UPDATE SET"
            " seen_at = CASE WHEN status = excluded.status THEN seen_at ELSE excluded.seen_at END,"
            " status = excluded.status, amount = excluded.amount, matures = excluded.matures,"
            " parts = excluded.parts",
            [
                (
                    connection,
                    each.transaction,
                    each.kind,
                    each.status,
                    micros(each.earned),
                    str(each.amount),
                    each.currency,
                    each.marketplace,
                    each.order,
                    each.reason,
                    each.matures.isoformat() if each.matures else None,
                    json.dumps([[name, str(amount)] for name, amount in each.parts]),
                    self.now(),
                )
                for each in rows
            ],
        )

    def places(self, connection: str | None = None) -> list[tuple[str, str]]:
        """The marketplaces and currencies with transactions, of every connection to Amazon or of one."""
        rows = self.conn.execute(
            "SELECT DISTINCT marketplace, currency FROM settlement_deferrals"
            " WHERE ?1 IS NULL OR connection = ?1 ORDER BY marketplace, currency",
            (connection,),
        )
        return [(row[0], row[1]) for row in rows]

    def of(self, marketplace: str, currency: str) -> list[Deferral]:
        """The transactions of one marketplace and currency, oldest first."""
        rows = self.conn.execute(
            f"SELECT {_COLUMNS} FROM settlement_deferrals WHERE marketplace = ? AND currency = ?"
            " ORDER BY earned, id",
            (marketplace, currency),
        )
        return [
            Deferral(
                transaction=row[0],
                kind=row[1],
                status=row[2],
                earned=moment(row[3]),
                amount=Decimal(row[4]),
                currency=row[5],
                marketplace=row[6],
                order=row[7],
                reason=row[8],
                matures=date.fromisoformat(row[9]) if row[9] else None,
                parts=tuple((str(name), Decimal(amount)) for name, amount in json.loads(row[10])),
                seen=moment(row[11]),
            )
            for row in rows
        ]

    def keep(
        self,
        marketplace: str,
        currency: str,
        day: date,
        *,
        total: Decimal,
        nets: Iterable[tuple[str, Decimal]],
        who: str,
    ) -> bool:
        """Notes that a month end is accepted, with what each group comes to; False where it was before."""
        done = self.conn.execute(
            "INSERT OR IGNORE INTO settlement_accruals VALUES (?, ?, ?, ?, ?, ?, ?)",
            (marketplace, currency, day.isoformat(), str(total), _text(nets), who, self.now()),
        )
        return bool(done.rowcount)

    def kept(self, marketplace: str, currency: str) -> list[Accrued]:
        """The month ends that were accepted in one place, oldest first."""
        return self._accrued("WHERE marketplace = ? AND currency = ?", (marketplace, currency))

    def accepted(self) -> list[Accrued]:
        """Every month end that a person accepted, oldest first."""
        return self._accrued("", ())

    def _accrued(self, where: str, values: tuple[str, ...]) -> list[Accrued]:
        rows = self.conn.execute(
            "SELECT day, total, who, at, marketplace, currency, lines FROM settlement_accruals"
            f" {where} ORDER BY day, marketplace, currency",
            values,
        )
        return [
            Accrued(
                date.fromisoformat(row[0]),
                Decimal(row[1]),
                row[2],
                moment(row[3]),
                row[4],
                row[5],
                _nets(row[6]),
            )
            for row in rows
        ]


def _text(nets: Iterable[tuple[str, Decimal]]) -> str:
    """A line for each group: its name, a tab and what it comes to."""
    return "\n".join(f"{group}\t{net}" for group, net in nets)


def _nets(text: str) -> tuple[tuple[str, Decimal], ...]:
    """What `_text` made a text of."""
    parted = (line.partition("\t") for line in text.splitlines())
    return tuple((group, Decimal(net)) for group, _, net in parted)
