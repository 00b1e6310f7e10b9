"""Lists of Syracuse's REST, page by page: rows of any class, and masters with what second classes hold."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urljoin

import httpx

from x3studio.domain.errors import ConnectionFault, SettingFault
from x3studio.x3 import faults, masters
from x3studio.x3.dialect import Rows
from x3studio.x3.line import Call, Line, Params, accept_language
from x3studio.x3.lookups import batches
from x3studio.x3.master_tables import Companion, MasterTable, hidden
from x3studio.x3.syracuse_wire import any_of, endpoints, good_object, next_url, quoted

BATCH = 20
"""Keys in one where clause: a URL must stay below what proxies take."""
_PAGE = 250
_MOST_LATE = 2_000
"""So many masters are read again one by one because a second class changed; more are read all."""
Row = Mapping[str, Any]


class SyracuseLists:
    """The classes of one endpoint (folder)."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self.root = f"api1/x3/erp/{quote(line.connection.folder, safe='')}"
        self._absent: set[str] = set()

    def path(self, class_name: str) -> str:
        """Where a class is."""
        return f"{self.root}/{class_name}"

    async def table(
        self, table: MasterTable[Any], *, since: datetime | None = None, cursor: str = ""
    ) -> AsyncIterator[Rows]:
        """All rows of a master, or those changed since, with what second classes hold of them."""
        seen = set[str]()
        async for rows in self._dated(table, since=since, cursor=cursor):
            if since is not None:
                seen.update(masters.text(row.get(table.key[0])) for row in rows)
            cursor = _key(table, rows[-1]) or cursor
            yield Rows(await self.joined(table, rows), cursor)
        if since is not None:
            async for late in self._late(table, since=since, seen=seen):
                yield Rows(late, cursor)

    async def _dated(
        self, table: MasterTable[Any], *, since: datetime | None, cursor: str
    ) -> AsyncIterator[Sequence[Row]]:
        """Pages of rows; X3 answers 500 where a class lacks the date, so the next filter is tried."""
        filters = _since(since)
        for place, where in enumerate(filters):
            params = self.query_params(table.name, where)
            if cursor:
                params.append(("key", f"gt.{cursor}"))
            path: str | None = self.path(table.name)
            began = False
            try:
                while path is not None:
                    rows, path = await self._read(table, path, params)
                    params, began = [], True
                    if rows:
                        yield rows
            except ConnectionFault as fault:
                if began or fault.context.get("http") != "500" or place == len(filters) - 1:
                    raise
            else:
                return

    async def _read(self, table: MasterTable[Any], path: str, params: Params) -> tuple[list[Row], str | None]:
        with self._line.call(f"read {table.kind}") as call:
            try:
                page = await self.page(call, path, params)
            except SettingFault as fault:
                raise hidden(table, fault) from fault
            call.outcome = "read"
            return page

    async def _late(
        self, table: MasterTable[Any], *, since: datetime, seen: set[str]
    ) -> AsyncIterator[Sequence[Row]]:
        """Masters that are unchanged themselves while what a second class holds of them is not."""
        late = dict[str, None]()
        for companion in table.companions:
            keys = (masters.text(row.get(companion.there)) for row in await self._changed(companion, since))
            late |= dict.fromkeys(key for key in keys if key and key not in seen)
        if len(late) > _MOST_LATE:
            async for rows in self._dated(table, since=None, cursor=""):
                yield await self.joined(table, rows)
            return
        for batch in batches(late, size=BATCH):
            rows = await self.by_key(table, batch)
            if rows:
                yield rows

    async def _changed(self, companion: Companion, since: datetime) -> list[Row]:
        if companion.name in self._absent:
            return []
        try:
            with self._line.call(f"read {companion.name}") as call:
                rows = [row async for row in self.rows(call, self.path(companion.name), _since(since)[0])]
                call.outcome = "read"
                return rows
        except SettingFault:
            self._absent.add(companion.name)
        except ConnectionFault as fault:
            # A class without a change date is answered with 500: what changed there is seen in a whole read.
            if fault.context.get("http") != "500":
                raise
        return []

    async def by_key(
        self, table: MasterTable[Any], keys: Sequence[str], *, record: str = ""
    ) -> Sequence[Row]:
        """At most 20 rows of a master by their keys, with what second classes hold of them."""
        with self._line.call(f"read {table.kind}", record=record) as call:
            where = any_of(table.key[0], keys)
            rows = [row async for row in self.rows(call, self.path(table.name), where)]
            call.outcome = "read"
        return await self.joined(table, rows)

    async def joined(self, table: MasterTable[Any], rows: Sequence[Row]) -> Sequence[Row]:
        """The rows with what X3 keeps of them in second classes; as they are where these are not offered."""
        for companion in table.companions:
            if rows and companion.name not in self._absent:
                rows = await self._with(companion, rows)
        return rows

    async def _with(self, companion: Companion, rows: Sequence[Row]) -> Sequence[Row]:
        keys = [masters.text(row.get(companion.here)) for row in rows]
        there = companion.there
        where = f"{there} ge {quoted(min(keys))} and {there} le {quoted(max(keys))}"
        second: dict[str, Row] = {}
        try:
            with self._line.call(f"read {companion.name}") as call:
                async for row in self.rows(call, self.path(companion.name), where):
                    key = masters.text(row.get(there))
                    if key not in second or masters.text(row.get(companion.main)) == "2":
                        second[key] = row
                call.outcome = "read"
        except SettingFault:
            self._absent.add(companion.name)
            return rows
        return [{**second.get(key, {}), **row} for key, row in zip(keys, rows, strict=True)]

    async def rows(self, call: Call, start: str, where: str) -> AsyncIterator[Row]:
        """Every row of a list, over all its pages."""
        path: str | None = start
        params = self.query_params(start.rpartition("/")[2], where)
        while path is not None:
            rows, path = await self.page(call, path, params)
            params = []
            for row in rows:
                yield row

    async def page(self, call: Call, path: str, params: Params) -> tuple[list[Row], str | None]:
        """One page and the address of the next (None at the end)."""
        body = await self.get(call, path, params)
        rows = body.get("$resources")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise faults.garbled("it holds no $resources")
        following = next_url(body)
        if following is None:
            return rows, None
        here = httpx.URL(urljoin(str(self._line.base), path)).copy_merge_params(list(params))
        target = httpx.URL(urljoin(str(here), following))
        # Behind a proxy X3 names itself by its inner host: only path and query count, credentials stay here.
        address = target.raw_path.decode()
        if address == here.raw_path.decode():
            raise faults.garbled("its pages run in a circle")
        return rows, address

    async def get(self, call: Call, path: str, params: Params = ()) -> dict[str, Any]:
        """The JSON object at an address; an unknown folder is told from an unknown class."""
        answer = await self._line.ask(call, "GET", path, params=params, headers=self.headers())
        if answer.status in (400, 404):
            await self.check_folder()
        return good_object(answer, self._line)

    async def check_folder(self) -> None:
        """Raises SettingFault where this server does not know the folder."""
        known = [name for name, _ in await endpoints(self._line)]
        if self._line.connection.folder not in known:
            raise faults.unknown_folder(self._line.connection.folder, known)

    def query_params(self, class_name: str, where: str) -> list[tuple[str, str]]:
        """What every query says."""
        params = [("representation", f"{class_name}.$query"), ("count", str(_PAGE))]
        return [*params, ("where", where)] if where else params

    def headers(self) -> dict[str, str]:
        """In the language of the connection."""
        return accept_language(self._line.connection.language)


def _since(since: datetime | None) -> tuple[str, ...]:
    """Filters for what changed since, the best first: V6 has only a date, and some classes have neither."""
    if since is None:
        return ("",)
    at = since.astimezone(UTC)
    return (f"UPDDATTIM ge @{at:%Y-%m-%dT%H:%M:%SZ}@", f"UPDDAT ge @{at:%Y-%m-%d}@", "")


def _key(table: MasterTable[Any], row: Row) -> str:
    """A row's key as REST writes it: its own word for it, else the parts joined."""
    return masters.text(row.get("$key")) or table.key_of(row)
