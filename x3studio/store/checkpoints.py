"""How far each flow has read its source; never ahead of the rows stored in the same transaction."""

from x3studio.store.rows import Table


class Checkpoints(Table):
    """One value per flow and connection; its meaning is the flow's own."""

    def get(self, flow: str, connection: str) -> str | None:
        """Where the flow goes on, None before its first page."""
        row = self.conn.execute(
            "SELECT value FROM checkpoints WHERE flow = ? AND connection = ?", (flow, connection)
        ).fetchone()
        return None if row is None else str(row[0])

    def set(self, flow: str, connection: str, value: str) -> None:
        """Moves the checkpoint; to be called in the work that stores what was read."""
        self.conn.execute(
            "INSERT INTO checkpoints (flow, connection, value, at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (flow, connection) DO UPDATE SET value = excluded.value, at = excluded.at",
            (flow, connection, value, self.now()),
        )
