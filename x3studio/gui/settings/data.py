"""What the settings page shows and keeps: schedules, the site's choices, rates, what is erased when."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from x3studio.domain.errors import SettingFault
from x3studio.domain.runs import RunState
from x3studio.rules.rates import Rate
from x3studio.rules.site import ANY, parse_site
from x3studio.shipped import shipped_text
from x3studio.store import Store, Tables
from x3studio.sync.schedule import Plan
from x3studio.workspace.retention import Erasure, Keeping, erasures_in, keep_days, keeping_in
from x3studio.workspace.scheduling import plans_in


@dataclass(frozen=True, slots=True)
class SiteDocument:
    """The site's choices as JSON; `example` while they are still those that ship with the program."""

    text: str
    example: bool


@dataclass(frozen=True, slots=True)
class SettingsData:
    """One look at the workspace's settings; `live` counts runs that are going on."""

    plans: Sequence[Plan]
    site: SiteDocument
    rates: Sequence[Rate]
    keeping: Keeping
    erasures: Sequence[Erasure]
    live: int


async def load(store: Store) -> SettingsData:
    """Everything the page shows."""
    return await store.read(_read)


async def keep_site(store: Store, text: str) -> None:
    """Keeps a document that `parse_site` has accepted; the next run follows it."""
    await store.write(lambda tables: tables.settings.set("site", text))


async def add_rate(store: Store, rate: Rate) -> None:
    """Keeps a further exchange rate."""
    await store.write(lambda tables: _set_rates(tables, [*_rates(tables), rate]))


async def delete_rates(store: Store, rates: Sequence[Rate]) -> None:
    """Forgets rates; documents that were made with them stay as they are."""
    gone = {_key(rate) for rate in rates}

    def work(tables: Tables) -> None:
        _set_rates(tables, [rate for rate in _rates(tables) if _key(rate) not in gone])

    await store.write(work)


async def keep_days_for(store: Store, keeping: Keeping) -> None:
    """Keeps how long data is kept."""
    await store.write(lambda tables: keep_days(tables, keeping))


def with_choice(text: str, name: str, table: Mapping[str, str]) -> str:
    """The document with one setting changed; `name` may be such as items.shipping.

    Raises SettingFault where the result would not be a site's settings.
    """
    document: dict[str, Any] = json.loads(text)
    *outer, last = name.split(".")
    place = document
    for part in outer:
        place = place.setdefault(part, {})
    before = place.get(last)
    why = {"why": before["why"]} if isinstance(before, dict) and "why" in before else {}
    place[last] = table[ANY] if set(table) == {ANY} else {**why, **table}
    changed = json.dumps(document, ensure_ascii=False, indent=2)
    try:
        parse_site(changed)
    except OSError as fault:
        # "Europe" alone is a folder of the time zones' data, and opening it fails as one.
        raise SettingFault(
            "This is not a time zone.", field=name, advice="Enter one such as Europe/Berlin."
        ) from fault
    return changed


def _read(tables: Tables) -> SettingsData:
    kept = tables.settings.get("site")
    return SettingsData(
        plans=plans_in(tables),
        site=SiteDocument(kept or shipped_text("templates/site.json"), example=not kept),
        rates=_rates(tables),
        keeping=keeping_in(tables),
        erasures=erasures_in(tables),
        live=sum(run.state is not RunState.PAUSED for run in tables.runs.live()),
    )


def _rates(tables: Tables) -> list[Rate]:
    return [
        Rate(raw["base"], raw["quote"], date.fromisoformat(raw["day"]), Decimal(raw["value"]), raw["source"])
        for raw in tables.settings.get("rates", [])
    ]


def _set_rates(tables: Tables, rates: Sequence[Rate]) -> None:
    rows = [{**asdict(rate), "day": rate.day.isoformat(), "value": str(rate.value)} for rate in rates]
    tables.settings.set("rates", rows)


def _key(rate: Rate) -> tuple[str, str, date]:
    return (rate.base, rate.quote, rate.day)
