"""The workspace's settings: small JSON values by name."""

import json
from typing import Any

from x3studio.store.rows import Table


class Settings(Table):
    """Everything that is set once and has no table of its own."""

    def get(self, key: str, default: Any = None) -> Any:
        """The value as it was set, or `default` where it never was."""
        row = self.conn.execute("SELECT value FROM settings WHERE key = ?", (key,)).fetchone()
        return default if row is None else json.loads(row[0])

    def set(self, key: str, value: Any) -> None:
        """Keeps a value that JSON can carry; anything else raises TypeError and changes nothing."""
        self.conn.execute(
            "INSERT INTO settings (key, value) VALUES (?, ?)"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (key, json.dumps(value, ensure_ascii=False)),
        )
