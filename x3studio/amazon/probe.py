"""Tests an Amazon connection step by step, and says in plain words which permission is missing."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing
from datetime import datetime, timedelta

import httpx

from x3studio.amazon.calls import Recorder
from x3studio.amazon.client import AmazonClient
from x3studio.amazon.clock import Clock
from x3studio.amazon.limits import BucketStore
from x3studio.amazon.operations import ADDRESS_ROLE
from x3studio.amazon.orders import OrderPage
from x3studio.amazon.signin import AmazonSecrets
from x3studio.domain.connections import Ability, AmazonConnection, ProbeStep, Profile, Verdict
from x3studio.domain.errors import SettingFault, StudioError
from x3studio.domain.orders import POSTABLE, Channel

_TITLES = {
    "host": "Endpoint answers",
    "token": "Sign-in is accepted",
    "account": "Account sells in these marketplaces",
    "orders": "Orders can be read",
    "address": "Delivery addresses are visible",
    "listings": "Offers can be read",
}
_NEEDED = ("host", "token", "orders")
"""Without these a connection is of no use; the others limit what it can do."""
_LOOK_BACK = timedelta(days=14)

Result = tuple[Verdict, str, str]
"""Verdict, what was found, what to do."""


async def probe(
    connection: AmazonConnection,
    secrets: AmazonSecrets,
    *,
    record: Recorder,
    buckets: BucketStore,
    waiting: Callable[[str, datetime], None] = lambda *_: None,
    transport: httpx.AsyncBaseTransport | None = None,
    rate_limited: bool = True,
    clock: Clock | None = None,
) -> AsyncIterator[ProbeStep]:
    """Each step twice: first as being tested, then with its verdict.

    Where nothing more can work, the rest is skipped. Writes nothing at Amazon. Never raises a
    StudioError: a failure is a step.
    """
    seen: set[str] = set()
    try:
        client = AmazonClient(
            connection,
            secrets,
            record=record,
            buckets=buckets,
            waiting=waiting,
            transport=transport,
            rate_limited=rate_limited,
            clock=clock,
        )
    except SettingFault as fault:
        seen.add("host")
        yield _failed("host", fault, started=time.monotonic())
    else:
        async with aclosing(client):
            async for step in _steps(client):
                seen.add(step.key)
                yield step
    for key in (key for key in _TITLES if key not in seen):
        yield _step(key, Verdict.SKIPPED, found="Not tested: an earlier step failed.")


def profile(steps: Sequence[ProbeStep], *, at: datetime) -> Profile | None:
    """What a finished probe found, or None where it failed in something that is needed."""
    last = {step.key: step for step in steps}
    useless = (Verdict.FAIL, Verdict.SKIPPED)
    if any(key not in last or last[key].verdict in useless for key in _NEEDED):
        return None
    facts = {last[key].title: last[key].found for key in ("account", "orders", "listings") if key in last}
    abilities = (
        _ability(last, "orders", "Read orders"),
        _ability(last, "address", "Use delivery addresses"),
        _ability(last, "listings", "Read offers"),
    )
    return Profile(dialect="selling partner api", facts=facts, abilities=abilities, checked_at=at)


async def _steps(client: AmazonClient) -> AsyncIterator[ProbeStep]:
    for key, test in (("host", _host), ("token", _token), ("account", _account)):
        yield _testing(key)
        step = await _tried(key, test(client))
        yield step
        if step.verdict is Verdict.FAIL:
            return
    yield _testing("orders")
    page, step = await _orders(client)
    yield step
    if step.verdict is Verdict.FAIL:
        return
    yield _address(page)
    yield _testing("listings")
    yield await _tried("listings", _listings(client))


async def _tried(key: str, test: Awaitable[Result]) -> ProbeStep:
    started = time.monotonic()
    try:
        verdict, found, advice = await test
    except StudioError as fault:
        return _failed(key, fault, started=started)
    return _step(key, verdict, found=found, advice=advice, started=started)


async def _host(client: AmazonClient) -> Result:
    milliseconds = await client.calls.knock()
    return Verdict.PASS, f"Answers within {milliseconds} ms.", ""


async def _token(client: AmazonClient) -> Result:
    await client.sign_in()
    return Verdict.PASS, "Amazon gave an access token.", ""


async def _account(client: AmazonClient) -> Result:
    found = {place.marketplace: place for place in await client.participations() if place.participating}
    absent = [wanted for wanted in client.connection.marketplaces if wanted not in found]
    shown = ", ".join(place.name or place.marketplace for place in found.values())
    if absent:
        # An account that sells in none of them would be read for ever without a single order.
        return (
            Verdict.WARN if len(absent) < len(client.connection.marketplaces) else Verdict.FAIL,
            f"The account sells in {shown or 'no marketplace'}.",
            f"Remove {', '.join(absent)} from the connection, or list there in Seller Central.",
        )
    return Verdict.PASS, f"The account sells in {shown}.", ""


async def _orders(client: AmazonClient) -> tuple[OrderPage | None, ProbeStep]:
    """One request answers two questions: whether orders can be read, and whether they show addresses."""
    started = time.monotonic()
    since = client.calls.clock.now() - _LOOK_BACK
    for recipient in (True, False):
        try:
            pages = client.search_orders(updated_after=since, page_size=50, recipient=recipient)
            async with aclosing(pages):
                page = await anext(pages)
        except SettingFault as fault:
            # With addresses asked for, the refusal may be about them alone.
            if not recipient:
                return None, _failed("orders", fault, started=started)
        except StudioError as fault:
            return None, _failed("orders", fault, started=started)
        else:
            found = f"{len(page.orders)} orders of the last {_LOOK_BACK.days} days on the first page."
            step = _step("orders", Verdict.PASS, found=found, started=started)
            return page if recipient else None, step
    raise AssertionError("the second attempt returns")


def _address(page: OrderPage | None) -> ProbeStep:
    """Judged by merchant-fulfilled orders that are due: of the others Amazon shows no full address."""
    advice = f"Where an X3 field needs the address, give the application the role “{ADDRESS_ROLE}”."
    if page is None:
        return _step("address", Verdict.WARN, found="Amazon refuses to show addresses.", advice=advice)
    due = [order for order in page.orders if order.channel is Channel.FBM and order.status in POSTABLE]
    if not due:
        return _step("address", Verdict.SKIPPED, found="There is no order to look at.")
    if any(order.ship_to and order.ship_to.line1 for order in due):
        return _step("address", Verdict.PASS, found="Addresses are there.")
    return _step("address", Verdict.WARN, found="Orders come without addresses.", advice=advice)


async def _listings(client: AmazonClient) -> Result:
    if not client.connection.marketplaces:
        return Verdict.SKIPPED, "The connection names no marketplace.", ""
    first = client.connection.marketplaces[0]
    async with aclosing(client.listings(marketplace=first)) as pages:
        # An empty tuple as default breaks anext() of CPython up to 3.13.
        page = await anext(pages, None)
    return (
        Verdict.PASS,
        f"{len(page.values)} offers on the first page." if page else "There are no offers yet.",
        "",
    )


def _testing(key: str) -> ProbeStep:
    return ProbeStep(key, _TITLES[key], Verdict.TESTING)


def _step(
    key: str, verdict: Verdict, *, found: str = "", advice: str = "", started: float | None = None
) -> ProbeStep:
    return ProbeStep(key, _TITLES[key], verdict, found=found, advice=advice, milliseconds=_since(started))


def _failed(key: str, fault: StudioError, *, started: float) -> ProbeStep:
    verdict = Verdict.FAIL if key in _NEEDED else Verdict.WARN
    return ProbeStep(
        key,
        _TITLES[key],
        verdict,
        found=fault.title,
        said=fault.said,
        advice=fault.advice,
        field=fault.field if isinstance(fault, SettingFault) else "",
        milliseconds=_since(started),
    )


def _since(started: float | None) -> int:
    return 0 if started is None else int((time.monotonic() - started) * 1000)


def _ability(last: dict[str, ProbeStep], key: str, title: str) -> Ability:
    step = last.get(key)
    if step is None or step.verdict is Verdict.SKIPPED:
        return Ability(key, title, None, step.found if step else "It was not tested.")
    usable = step.verdict is Verdict.PASS
    return Ability(key, title, usable, "" if usable else f"{step.found} {step.advice}".strip())
