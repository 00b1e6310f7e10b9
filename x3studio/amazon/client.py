"""One Amazon seller account as the rest of the program sees it: every area behind one value."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime

import httpx

from x3studio.amazon import (
    catalogue,
    documents,
    finances,
    listings,
    orders,
    reports,
    requested,
    sellers,
    shipments,
    tokens,
)
from x3studio.amazon.calls import Answer, Calls, Query, Recorder
from x3studio.amazon.clock import Clock
from x3studio.amazon.jsontext import Json
from x3studio.amazon.limits import BucketStore
from x3studio.amazon.operations import Operation
from x3studio.amazon.signin import AmazonSecrets, TokenCache
from x3studio.domain.connections import AmazonConnection
from x3studio.domain.deferrals import Deferral
from x3studio.domain.documents import Verdict
from x3studio.domain.orders import Order


class AmazonClient:
    """Reads and confirms for one account. Every method raises errors of domain.errors only.

    `record` gets every exchange, redacted. `buckets` keeps the usage plans across restarts, and
    `waiting(operation, until)` hears of waits for them; with `rate_limited` off nothing is waited for.
    `transport` replaces the network.
    """

    def __init__(
        self,
        connection: AmazonConnection,
        secrets: AmazonSecrets,
        *,
        record: Recorder,
        buckets: BucketStore,
        waiting: Callable[[str, datetime], None],
        transport: httpx.AsyncBaseTransport | None = None,
        rate_limited: bool = True,
        clock: Clock | None = None,
        token_cache: TokenCache | None = None,
    ) -> None:
        self.calls = Calls(
            connection,
            secrets,
            record=record,
            buckets=buckets,
            waiting=waiting,
            transport=transport,
            rate_limited=rate_limited,
            clock=clock,
            tokens=token_cache,
        )

    @property
    def connection(self) -> AmazonConnection:
        """What this client is connected to."""
        return self.calls.connection

    def scarcest(self) -> tuple[str, int, int]:
        """Name, requests left and most at once of the operation that is nearest to its limit."""
        return self.calls.scarcest()

    async def call(
        self,
        operation: Operation,
        *,
        path: Mapping[str, str] | None = None,
        query: Query | None = None,
        body: Json = None,
        record: str = "",
        token: str = "",
    ) -> Answer:
        """Any operation, see Calls.call."""
        return await self.calls.call(operation, path=path, query=query, body=body, record=record, token=token)

    async def sign_in(self) -> None:
        """Makes sure that there is an access token. Raises CredentialFault where Amazon refuses."""
        await self.calls.signin.token()

    def search_orders(
        self,
        *,
        updated_after: datetime,
        marketplaces: Sequence[str] | None = None,
        page_size: int = 100,
        resume: str = "",
        recipient: bool = False,
        buyer: bool = False,
    ) -> AsyncGenerator[orders.OrderPage, None]:
        """Pages of changed orders, see orders.search_orders; the connection's marketplaces by default."""
        return orders.search_orders(
            self.calls,
            updated_after=updated_after,
            marketplaces=self.connection.marketplaces if marketplaces is None else marketplaces,
            page_size=page_size,
            resume=resume,
            recipient=recipient,
            buyer=buyer,
        )

    async def get_order(
        self, order_id: str, *, recipient: bool = False, buyer: bool = False
    ) -> tuple[Order, str]:
        """One order and its canonical text. Raises Refused (cause "missing") where there is none."""
        return await orders.get_order(self.calls, order_id, recipient=recipient, buyer=buyer)

    async def confirm_shipment(self, parcel: shipments.Parcel) -> Verdict:
        """Confirms one parcel, see shipments.confirm_shipment."""
        return await shipments.confirm_shipment(self.calls, parcel)

    def listings(
        self, *, marketplace: str, since: datetime | None = None, cursor: str = ""
    ) -> AsyncGenerator[listings.ListingPage, None]:
        """Pages of this seller's offers in one marketplace, see listings.listings."""
        return listings.listings(self.calls, marketplace=marketplace, since=since, cursor=cursor)

    async def listing_count(self, marketplace: str) -> int:
        """How many offers a marketplace has."""
        return await listings.listing_count(self.calls, marketplace=marketplace)

    async def asked_report(
        self,
        kind: str,
        *,
        marketplaces: Sequence[str],
        start: datetime | None = None,
        end: datetime | None = None,
        report_id: str = "",
        asked: Callable[[str], Awaitable[None]] | None = None,
    ) -> requested.Made:
        """A report that Amazon makes on demand, see requested.asked_report."""
        return await requested.asked_report(
            self.calls,
            kind,
            marketplaces=marketplaces,
            start=start,
            end=end,
            report_id=report_id,
            asked=asked,
        )

    async def catalogue_items(
        self, identifiers: Sequence[str], *, kind: str, marketplace: str
    ) -> tuple[catalogue.CatalogueItem, ...]:
        """Products by their codes, see catalogue.catalogue_items."""
        return await catalogue.catalogue_items(self.calls, identifiers, kind=kind, marketplace=marketplace)

    def reports(
        self, kinds: Sequence[str], *, since: datetime | None = None
    ) -> AsyncGenerator[tuple[reports.Report, ...], None]:
        """Pages of finished reports, see reports.reports."""
        return reports.reports(self.calls, kinds, since=since)

    def deferrals(self, *, since: datetime) -> AsyncGenerator[tuple[Deferral, ...], None]:
        """Pages of transactions that are held back, or were, see finances.deferrals."""
        return finances.deferrals(self.calls, since=since)

    def document(
        self, document_id: str, *, record: str = "", opened: documents.ReportDocument | None = None
    ) -> AsyncGenerator[bytes, None]:
        """The plain bytes of a report document, see documents.document."""
        return documents.document(self.calls, document_id, record=record, opened=opened)

    async def participations(self) -> tuple[sellers.Participation, ...]:
        """Where this account sells."""
        return await sellers.participations(self.calls)

    async def restricted_token(
        self, resources: Sequence[tokens.RestrictedResource]
    ) -> tokens.RestrictedToken:
        """A token for calls with personal data, see tokens.restricted_token."""
        return await tokens.restricted_token(self.calls, resources)

    async def aclose(self) -> None:
        """Closes the connections."""
        await self.calls.aclose()
