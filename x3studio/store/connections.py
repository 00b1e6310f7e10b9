"""The saved connections with what their last probe found; secrets are never here but in the vault."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from x3studio.domain.connections import (
    Ability,
    AmazonConnection,
    Dialect,
    Environment,
    Profile,
    SignIn,
    X3Connection,
)
from x3studio.store.rows import Table, moment

Connection = X3Connection | AmazonConnection


@dataclass(frozen=True, slots=True)
class SavedConnection:
    """A connection and how it fares.

    `state` is ok, expired, unreachable or untested; `said` are the foreign words behind it, `since` when
    it became so.
    """

    connection: Connection
    profile: Profile | None
    state: str
    said: str
    since: datetime


class Connections(Table):
    """Connections by name."""

    def save(self, connection: Connection, *, profile: Profile | None) -> None:
        """Keeps the settings; with a profile the connection counts as tested."""
        side = "x3" if isinstance(connection, X3Connection) else "amazon"
        found = None if profile is None else json.dumps(asdict(profile), default=datetime.isoformat)
        self.conn.execute(
            "INSERT INTO connections (name, side, settings, profile, state, said, since)"
            " VALUES (?, ?, ?, ?, ?, '', ?) ON CONFLICT (name) DO UPDATE SET side = excluded.side,"
            " settings = excluded.settings, profile = excluded.profile, state = excluded.state, said = '',"
            " since = excluded.since",
            (
                connection.name,
                side,
                json.dumps(asdict(connection)),
                found,
                "ok" if profile else "untested",
                self.now(),
            ),
        )

    def get(self, name: str) -> SavedConnection | None:
        """The connection of this name."""
        found = self._select("WHERE name = ?", (name,))
        return found[0] if found else None

    def all(self) -> list[SavedConnection]:
        """Every connection, by name."""
        return self._select("ORDER BY name", ())

    def set_state(self, name: str, state: str, *, said: str = "") -> None:
        """Notes how the connection fares; `since` moves only when the state really changes."""
        self.conn.execute(
            "UPDATE connections SET since = CASE state WHEN ?2 THEN since ELSE ?4 END, state = ?2, said = ?3"
            " WHERE name = ?1",
            (name, state, said, self.now()),
        )

    def delete(self, name: str) -> None:
        """Forgets the settings; its secrets are the vault's to forget."""
        self.conn.execute("DELETE FROM connections WHERE name = ?", (name,))

    def _select(self, rest: str, values: tuple[Any, ...]) -> list[SavedConnection]:
        rows = self.conn.execute(
            f"SELECT side, settings, profile, state, said, since FROM connections {rest}",
            values,
        )
        return [
            SavedConnection(
                connection=_SIDES[side](json.loads(settings)),
                profile=None if profile is None else _profile(json.loads(profile)),
                state=state,
                said=said,
                since=moment(since),
            )
            for side, settings, profile, state, said, since in rows
        ]


def _x3(raw: dict[str, Any]) -> X3Connection:
    return X3Connection(
        **raw
        | {
            "dialect": Dialect(raw["dialect"]),
            "sign_in": SignIn(raw["sign_in"]),
            "environment": Environment(raw["environment"]),
        }
    )


def _amazon(raw: dict[str, Any]) -> AmazonConnection:
    return AmazonConnection(
        **raw | {"marketplaces": tuple(raw["marketplaces"]), "environment": Environment(raw["environment"])}
    )


def _profile(raw: dict[str, Any]) -> Profile:
    return Profile(
        dialect=raw["dialect"],
        facts=raw["facts"],
        abilities=tuple(Ability(**ability) for ability in raw["abilities"]),
        checked_at=datetime.fromisoformat(raw["checked_at"]),
    )


_SIDES: dict[str, Callable[[dict[str, Any]], Connection]] = {"x3": _x3, "amazon": _amazon}
