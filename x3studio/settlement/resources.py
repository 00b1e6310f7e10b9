"""The rules that ship as data, found in a checkout and in an installed program."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from x3studio.settlement.dates import Order


def resource(name: str) -> dict[str, Any]:
    """A JSON document below resources/settlement. Error: FileNotFoundError where the installation lost it."""
    package = Path(str(files("x3studio")))
    for root in (package / "resources", package.parent / "resources"):
        path = root / "settlement" / name
        if path.exists():
            document: dict[str, Any] = json.loads(path.read_text("utf-8"))
            return document
    raise FileNotFoundError(f"The program's file settlement/{name} is missing. Install X3 Studio again.")


@dataclass(frozen=True, slots=True)
class Site:
    """An Amazon marketplace: what it decides where a file proves nothing."""

    site: str
    marketplace: str
    zone: str
    currency: str
    dates: Order
    mark: str


@cache
def sites() -> tuple[Site, ...]:
    """All known marketplaces, the most usual of each currency first."""
    return tuple(
        Site(
            site=row["site"],
            marketplace=row["marketplace"],
            zone=row["zone"],
            currency=row["currency"],
            dates=Order(row["dates"]),
            mark=row["mark"],
        )
        for row in resource("sites.json")["sites"]
    )


def site_of(marketplaces: Iterable[str], *, currency: str) -> Site | None:
    """The first of these marketplaces that is known, else the one usual for the currency, else None."""
    by_name = {site.marketplace: site for site in sites()}
    for name in marketplaces:
        known = by_name.get(name.strip().casefold().removeprefix("www."))
        if known:
            return known
    return next((site for site in sites() if site.currency == currency), None)
