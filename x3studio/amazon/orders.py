"""Reading orders with Orders 2026-01-01: pages that can be resumed, and single orders by id."""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from x3studio.amazon.calls import Calls, Query
from x3studio.amazon.decoding import decode_order, decode_time, encode_time, order_id, order_to_json
from x3studio.amazon.jsontext import Json
from x3studio.amazon.operations import GET_ORDER, SEARCH_ORDERS
from x3studio.domain.errors import ConnectionFault, Refused
from x3studio.domain.orders import Order

_DATASETS = ("FULFILLMENT", "PROCEEDS", "TAX")
"""The least that an X3 order needs: status and channel, amounts, the buyer's VAT number."""
_SETTLED = timedelta(minutes=2, seconds=15)
"""Amazon wants lastUpdatedBefore at least two minutes in the past (its model orders_2026-01-01);
the rest is for clocks that differ."""
_OVERLAP = timedelta(minutes=5)
"""How far the next run looks back behind the last one: Amazon's index is not quite in step."""
_TOKEN_LIFE = timedelta(hours=23, minutes=30)
"""A pagination token lives for 24 hours; it is not used to the last minute."""
_MOST_BARREN = 3
"""So many empty pages in a row that still promise more are taken for a loop."""


@dataclass(frozen=True, slots=True)
class OrderPage:
    """Some orders and the state of the reading once exactly these are stored.

    `sources` are the canonical texts of `orders`, one each. `unread` are orders that cannot be
    decoded: id, canonical text and why. `checkpoint` goes back into `search_orders` as `resume`.
    `next_token` is "" on the last page. Amazon never says how many orders there are: `total` is None.
    """

    orders: tuple[Order, ...]
    sources: tuple[str, ...]
    unread: tuple[tuple[str, str, Refused], ...]
    next_token: str
    checkpoint: str
    total: int | None = None


@dataclass(frozen=True, slots=True)
class _Search:
    """The frozen question: Amazon takes a token only with every original parameter (amzn sdk issue 717)."""

    after: datetime
    before: datetime
    marketplaces: tuple[str, ...]
    datasets: tuple[str, ...]
    size: int
    token: str = ""
    token_at: datetime | None = None

    def query(self) -> Query:
        parameters: dict[str, str | int | tuple[str, ...]] = {
            "lastUpdatedAfter": encode_time(self.after),
            "lastUpdatedBefore": encode_time(self.before),
            "maxResultsPerPage": self.size,
            "includedData": self.datasets,
        }
        if self.marketplaces:
            parameters["marketplaceIds"] = self.marketplaces
        if self.token:
            parameters["paginationToken"] = self.token
        return parameters

    def as_text(self) -> str:
        """The checkpoint within a search: the question and where in its answer we are."""
        return json.dumps(
            {
                "after": encode_time(self.after),
                "before": encode_time(self.before),
                "marketplaces": list(self.marketplaces),
                "datasets": list(self.datasets),
                "token": self.token,
                "token_at": encode_time(self.token_at) if self.token_at else "",
            }
        )


async def search_orders(
    calls: Calls,
    *,
    updated_after: datetime,
    marketplaces: Sequence[str],
    page_size: int = 100,
    resume: str = "",
    recipient: bool = False,
    buyer: bool = False,
) -> AsyncGenerator[OrderPage, None]:
    """Pages of orders that changed at or after `updated_after` (UTC), up to some two minutes ago.

    `recipient` and `buyer` ask for personal data and need restricted roles; without the role Amazon
    leaves the fields out. `resume` is the checkpoint of an earlier page: an unfinished search goes on
    where it was while its token lives, a finished one starts a new search a little before its end;
    `updated_after` then counts no more. The same order may come again: take them by id.
    """
    datasets = _DATASETS + ("RECIPIENT",) * recipient + ("BUYER",) * buyer
    before = await calls.settled_now() - _SETTLED
    fresh = _Search(
        after=min(updated_after, before),
        before=before,
        marketplaces=tuple(sorted(marketplaces)),
        datasets=datasets,
        size=page_size,
    )
    search = _resumed(resume, fresh, now=calls.clock.now())
    try:
        first = await _ask(calls, search)
    except Refused:
        if not search.token:
            raise
        # The token is no longer good: the same window is read again from its start.
        search = replace(fresh, after=min(search.after, before))
        first = await _ask(calls, search)
    async for page in _pages(calls, search, first):
        yield page


async def get_order(
    calls: Calls, order: str, *, recipient: bool = False, buyer: bool = False, packages: bool = False
) -> tuple[Order, str]:
    """One order and its canonical text. Raises Refused (cause "missing") where Amazon has none."""
    raw = await read_order(calls, order, recipient=recipient, buyer=buyer, packages=packages)
    return decode_order(raw), order_to_json(raw)


async def read_order(
    calls: Calls, order: str, *, recipient: bool = False, buyer: bool = False, packages: bool = False
) -> Json:
    """One order as Amazon's JSON."""
    datasets = _DATASETS + ("RECIPIENT",) * recipient + ("BUYER",) * buyer + ("PACKAGES",) * packages
    answer = await calls.call(
        GET_ORDER, path={"orderId": order}, query={"includedData": datasets}, record=order
    )
    raw = answer.content.get("order")
    if not isinstance(raw, dict):
        raise _shapeless(GET_ORDER.name)
    return raw


async def _pages(calls: Calls, search: _Search, first: Json) -> AsyncIterator[OrderPage]:
    content, seen, tokens, barren = first, set[str](), {search.token}, 0
    while True:
        raws = content["orders"]
        token = _next_token(content)
        new = {order_id(raw) for raw in raws} - seen
        barren = 0 if new else barren + 1
        if token and (token in tokens or (raws and not new) or barren > _MOST_BARREN):
            calls.recording.note(SEARCH_ORDERS.name, note="Amazon repeats its pages; the reading ends here")
            # Nothing proves that the window was read to its end, so the next run reads it again.
            fresh_ones = [raw for raw in raws if order_id(raw) in new]
            yield _page(fresh_ones, token="", checkpoint=_ended(search.after))
            return
        seen |= new
        tokens.add(token)
        if not token:
            reached = max(search.before - _OVERLAP, search.after)
            yield _page(raws, token="", checkpoint=_ended(reached))
            return
        search = replace(search, token=token, token_at=calls.clock.now())
        yield _page(raws, token=token, checkpoint=search.as_text())
        content = await _ask(calls, search)


async def _ask(calls: Calls, search: _Search) -> Json:
    answer = await calls.call(SEARCH_ORDERS, query=search.query())
    if not isinstance(answer.content.get("orders"), list):
        raise _shapeless(SEARCH_ORDERS.name)
    return answer.content


def _page(raws: Sequence[Json], *, token: str, checkpoint: str) -> OrderPage:
    orders, sources, unread = [], [], []
    for raw in raws:
        source = order_to_json(raw)
        try:
            orders.append(decode_order(raw))
        except Refused as fault:
            unread.append((order_id(raw), source, fault))
        else:
            sources.append(source)
    return OrderPage(tuple(orders), tuple(sources), tuple(unread), token, checkpoint)


def _ended(reached: datetime) -> str:
    """The checkpoint of a finished search: where the next one starts."""
    return json.dumps({"after": encode_time(reached)})


def _resumed(text: str, fresh: _Search, *, now: datetime) -> _Search:
    """Where a checkpoint leads: on with its token, or a fresh search from its start.

    A token is good only for the question it was given to: other marketplaces or datasets are a new one.
    """
    if not text:
        return fresh
    saved: dict[str, Any] = json.loads(text)
    after = decode_time(saved["after"])
    alive = saved.get("token") and decode_time(saved["token_at"]) + _TOKEN_LIFE > now
    same = alive and (tuple(saved["marketplaces"]), tuple(saved["datasets"])) == (
        fresh.marketplaces,
        fresh.datasets,
    )
    if not same:
        return replace(fresh, after=min(after, fresh.before))
    return replace(
        fresh,
        after=after,
        before=decode_time(saved["before"]),
        token=saved["token"],
        token_at=decode_time(saved["token_at"]),
    )


def _next_token(content: Json) -> str:
    return str((content.get("pagination") or {}).get("nextToken") or "")


def _shapeless(operation: str) -> ConnectionFault:
    return ConnectionFault(
        f"Amazon answered {operation} without the part that matters.",
        advice="Check the address of the connection; it is tried again.",
    )
