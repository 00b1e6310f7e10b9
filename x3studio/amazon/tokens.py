"""Restricted data tokens (Tokens 2021-03-01): the extra key that some calls with personal data need."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from x3studio.amazon.calls import Calls
from x3studio.amazon.jsontext import Json
from x3studio.amazon.operations import RESTRICTED_TOKEN
from x3studio.domain.errors import ConnectionFault

MOST_RESOURCES = 50


@dataclass(frozen=True, slots=True)
class RestrictedResource:
    """What the token shall open: method, exact path, and data elements (buyerInfo, shippingAddress ...)."""

    method: str
    path: str
    data: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RestrictedToken:
    """To be handed to `call(token=...)` until it ends (UTC)."""

    value: str = field(repr=False)
    ends: datetime


async def restricted_token(calls: Calls, resources: Sequence[RestrictedResource]) -> RestrictedToken:
    """A token for at most 50 resources. Orders 2026-01-01 needs none; restricted reports do."""
    if not 0 < len(resources) <= MOST_RESOURCES:
        raise ValueError(f"a restricted data token is for 1 to {MOST_RESOURCES} resources")
    content = (await calls.call(RESTRICTED_TOKEN, body={"restrictedResources": _rows(resources)})).content
    value, seconds = content.get("restrictedDataToken"), content.get("expiresIn")
    if not isinstance(value, str) or not isinstance(seconds, int):
        raise ConnectionFault("Amazon answered without a restricted data token.", advice="It is tried again.")
    return RestrictedToken(value, calls.clock.now() + timedelta(seconds=seconds))


def _rows(resources: Sequence[RestrictedResource]) -> list[Json]:
    return [
        {"method": each.method, "path": each.path, **({"dataElements": list(each.data)} if each.data else {})}
        for each in resources
    ]
