"""The demo Amazon: Login with Amazon and the Selling Partner API over one small world, as an ASGI app.

app = amazon_app(world, faults=Faults(), ledger=Ledger(), credentials=amazon_credentials(7), rate_limits=True)
shop = app.state.shop        # roles, sign-in desk and orders, for tests and for the demo's own switches
"""

import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from x3studio.sandbox.amazon_answers import Refusal, bad, denied, refuse, say
from x3studio.sandbox.amazon_finances import transactions
from x3studio.sandbox.amazon_offers import OfferDesk
from x3studio.sandbox.amazon_orders import DATASETS, order_json
from x3studio.sandbox.amazon_plans import PLANS, UNLIMITED, UsagePlans
from x3studio.sandbox.amazon_reports import HeldReport, ReportDesk
from x3studio.sandbox.amazon_requested import RequestedReports
from x3studio.sandbox.amazon_search import Search, datasets_of
from x3studio.sandbox.amazon_settlements import KIND as SETTLEMENTS
from x3studio.sandbox.amazon_settlements import settlement_reports
from x3studio.sandbox.amazon_shipments import confirm
from x3studio.sandbox.amazon_signin import OAuthRefusal, SignInDesk
from x3studio.sandbox.credentials import AmazonCredentials
from x3studio.sandbox.faults import FaultLayer, Faults
from x3studio.sandbox.ledger import Ledger
from x3studio.sandbox.orders import Orders
from x3studio.sandbox.world import World

TOKEN_PATH = "/auth/o2/token"
_STATUSES = {"createReport": 202}
_LARGEST_BODY = 1024 * 1024

ORDERS, ADDRESSES, TAX, LISTINGS, SELLERS = "orders", "addresses", "tax", "listings", "sellers"
FINANCE = "finance"
ALL_ROLES = frozenset({ORDERS, ADDRESSES, TAX, LISTINGS, SELLERS, FINANCE})
_PERSONAL = {"RECIPIENT": ADDRESSES, "BUYER": ADDRESSES, "TAX": TAX}
"""Datasets that are simply left out where the application lacks the role."""


@dataclass(slots=True)
class Shop:
    """What the demo Amazon works with. `roles` are those granted to the application; tests take some away."""

    world: World
    orders: Orders
    search: Search
    offers: OfferDesk
    reports: ReportDesk
    requested: RequestedReports
    desk: SignInDesk
    plans: UsagePlans
    ledger: Ledger
    credentials: AmazonCredentials
    limited: Callable[[], bool]
    now: Callable[[], datetime]
    roles: set[str] = field(default_factory=lambda: set(ALL_ROLES))

    @property
    def visible(self) -> frozenset[str]:
        """The datasets of an order that the application may see."""
        return frozenset(name for name in DATASETS if _PERSONAL.get(name, ORDERS) in self.roles)


Work = Callable[[Shop, Request], Awaitable[Any]]


def amazon_app(
    world: World,
    *,
    faults: Faults,
    ledger: Ledger,
    credentials: AmazonCredentials,
    rate_limits: bool = True,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    tick: Callable[[], float] = time.monotonic,
) -> Starlette:
    """The application, with the plan's faults around it.

    `now` is its wall clock; `tick` counts the seconds of tokens and usage plans.
    """
    orders = Orders(world, now=now)
    desk = ReportDesk(lambda: _made(world, orders), now=lambda: max(now(), world.now), tick=tick)
    shop = Shop(
        world=world,
        orders=orders,
        search=Search(orders, key=f"demo:{world.seed}".encode()),
        offers=OfferDesk(world, seller_id=credentials.seller_id),
        reports=desk,
        requested=RequestedReports(world, orders, desk, now=lambda: max(now(), world.now)),
        desk=SignInDesk(credentials, tick=tick),
        plans=UsagePlans(tick=tick),
        ledger=ledger,
        credentials=credentials,
        limited=lambda: rate_limits and faults.plan.rate_limits,
        now=lambda: max(now(), world.now),
    )
    layer = Middleware(FaultLayer, faults=faults, system="amazon", token_paths=(TOKEN_PATH,))
    app = Starlette(
        routes=_routes(shop), middleware=[layer], exception_handlers={404: _unknown, 405: _unknown}
    )
    app.state.shop = shop
    return app


def _routes(shop: Shop) -> list[Route]:
    def route(path: str, method: str, operation: str, role: str, work: Work) -> Route:
        return Route(path, _guarded(shop, operation, role, work), methods=[method])

    async def token(request: Request) -> Response:
        form = dict(parse_qsl((await _body(request)).decode("utf-8", "replace")))
        try:
            return say(shop.desk.token(form))
        except OAuthRefusal as refusal:
            return say(refusal.content, status=refusal.status)

    return [
        Route(TOKEN_PATH, token, methods=["POST"]),
        route("/orders/2026-01-01/orders", "GET", "searchOrders", ORDERS, _search),
        route("/orders/2026-01-01/orders/{order_id}", "GET", "getOrder", ORDERS, _get),
        route(
            "/orders/v0/orders/{order_id}/shipmentConfirmation", "POST", "confirmShipment", ORDERS, _confirm
        ),
        route("/listings/2021-08-01/items/{seller_id}", "GET", "searchListingsItems", LISTINGS, _listings),
        route("/catalog/2022-04-01/items", "GET", "searchCatalogItems", LISTINGS, _catalogue),
        route(
            "/sellers/v1/marketplaceParticipations",
            "GET",
            "getMarketplaceParticipations",
            SELLERS,
            _participations,
        ),
        route(
            "/tokens/2021-03-01/restrictedDataToken",
            "POST",
            "createRestrictedDataToken",
            ADDRESSES,
            _restricted,
        ),
        route("/reports/2021-06-30/reports", "GET", "getReports", FINANCE, _reports),
        route("/reports/2021-06-30/reports", "POST", "createReport", LISTINGS, _create_report),
        route("/reports/2021-06-30/reports/{report_id}", "GET", "getReport", LISTINGS, _report),
        route("/reports/2021-06-30/documents/{document_id}", "GET", "getReportDocument", FINANCE, _document),
        route("/finances/2024-06-19/transactions", "GET", "listTransactions", FINANCE, _transactions),
        Route("/documents/{key}", shop.reports.document, methods=["GET"]),
    ]


def _made(world: World, orders: Orders) -> list[HeldReport]:
    """The reports that Amazon makes by itself."""
    return [
        HeldReport(
            report_id=report.report_id,
            kind=SETTLEMENTS,
            created=report.created,
            body=report.body,
            marketplaces=(report.marketplace,),
            start=report.start,
            end=report.end,
        )
        for report in settlement_reports(world, orders)
    ]


def _guarded(shop: Shop, operation: str, role: str, work: Work) -> Callable[[Request], Awaitable[Response]]:
    """Signs in, checks role and usage plan, then works; a refusal becomes Amazon's error list."""

    async def answer(request: Request) -> Response:
        try:
            path, token = request.url.path, request.headers.get("x-amz-access-token", "")
            shop.desk.check(token, method=request.method, path=path)
            if role not in shop.roles:
                raise denied()
            if shop.limited():
                shop.plans.spend(operation)
            content = await work(shop, request)
        except Refusal as refusal:
            return refuse(refusal)
        response = say(content, status=_STATUSES.get(operation, 204 if content is None else 200))
        rate = PLANS[operation][0] if shop.limited() else UNLIMITED
        response.headers["x-amzn-RateLimit-Limit"] = str(rate)
        return response

    return answer


async def _search(shop: Shop, request: Request) -> Any:
    return shop.search.page(_query(request), now=shop.now(), visible=shop.visible)


async def _get(shop: Shop, request: Request) -> Any:
    query = _query(request)
    if set(query) - {"includedData"}:
        raise bad("getOrder takes includedData only.")
    datasets = datasets_of(query) & shop.visible
    sale = shop.orders.get(request.path_params["order_id"])
    if sale is None:
        raise Refusal(404, "NotFound", "The order was not found.")
    return {"order": order_json(sale, datasets, packages=shop.orders.packages(sale.order_id))}


async def _confirm(shop: Shop, request: Request) -> Any:
    body = await _json(request)
    confirm(shop.orders, shop.ledger, request.path_params["order_id"], body)


async def _listings(shop: Shop, request: Request) -> Any:
    if request.path_params["seller_id"] != shop.credentials.seller_id:
        raise denied()
    return shop.offers.listings(_query(request))


async def _catalogue(shop: Shop, request: Request) -> Any:
    return shop.offers.catalogue(_query(request))


async def _participations(shop: Shop, _: Request) -> Any:
    return {
        "payload": [
            {
                "marketplace": {
                    "id": place.id,
                    "name": place.domain,
                    "countryCode": place.country,
                    "defaultCurrencyCode": place.currency,
                    "defaultLanguageCode": place.language,
                    "domainName": f"www.{place.domain.lower()}",
                },
                "storeName": "Brandel Kontor",
                "participation": {"isParticipating": True, "hasSuspendedListings": False},
            }
            for place in shop.world.marketplaces.values()
        ]
    }


async def _reports(shop: Shop, request: Request) -> Any:
    return shop.reports.page(_query(request))


async def _create_report(shop: Shop, request: Request) -> Any:
    return shop.requested.create(await _json(request))


async def _report(shop: Shop, request: Request) -> Any:
    return shop.requested.get(request.path_params["report_id"])


async def _document(shop: Shop, request: Request) -> Any:
    base = f"{request.url.scheme}://{request.url.netloc}"
    return shop.reports.address(request.path_params["document_id"], base=base)


async def _transactions(shop: Shop, request: Request) -> Any:
    seller = shop.credentials.seller_id
    return transactions(shop.orders, _query(request), now=shop.now(), seller=seller)


async def _restricted(shop: Shop, request: Request) -> Any:
    return shop.desk.restricted(await _json(request))


async def _unknown(_: Request, __: Exception) -> Response:
    return refuse(Refusal(404, "NotFound", "The requested resource does not exist."))


def _query(request: Request) -> dict[str, str]:
    """The parameters; one that is named twice is refused, as a gateway would join them differently."""
    pairs = request.query_params.multi_items()
    if len({name for name, _ in pairs}) != len(pairs):
        raise bad("A parameter is given twice.")
    return dict(pairs)


async def _json(request: Request) -> Any:
    try:
        return json.loads(await _body(request))
    except ValueError:
        raise bad("The body is not JSON.") from None


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_BODY:
            raise Refusal(413, "RequestTooLarge", "The body is too large.")
    return bytes(body)
