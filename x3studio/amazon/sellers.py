"""Where this account sells (Sellers v1)."""

from dataclasses import dataclass

from x3studio.amazon.calls import Calls
from x3studio.amazon.operations import PARTICIPATIONS


@dataclass(frozen=True, slots=True)
class Participation:
    """One marketplace of the account; `suspended` where Amazon has taken offers down."""

    marketplace: str
    name: str
    country: str
    currency: str
    store: str
    participating: bool
    suspended: bool


async def participations(calls: Calls) -> tuple[Participation, ...]:
    """The account's marketplaces. Amazon allows one such request in about a minute."""
    content = (await calls.call(PARTICIPATIONS)).content
    found = []
    for raw in content.get("payload") or ():
        place, part = raw.get("marketplace") or {}, raw.get("participation") or {}
        found.append(
            Participation(
                marketplace=str(place.get("id") or ""),
                name=str(place.get("name") or ""),
                country=str(place.get("countryCode") or ""),
                currency=str(place.get("defaultCurrencyCode") or ""),
                store=str(raw.get("storeName") or ""),
                participating=bool(part.get("isParticipating")),
                suspended=bool(part.get("hasSuspendedListings")),
            )
        )
    return tuple(found)
