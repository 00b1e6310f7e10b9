"""The operations of the Selling Partner API that are called here: their paths, rates and roles."""

from dataclasses import dataclass

_ORDERS_ROLE = "Inventory and Order Tracking"
_LISTING_ROLE = "Product Listing"
_REPORTS_ROLE = "Finance and Accounting"
ADDRESS_ROLE = "Direct-to-Consumer Shipping (Restricted)"
TAX_ROLE = "Tax Invoicing (Restricted)"


@dataclass(frozen=True, slots=True)
class Operation:
    """One call: path template, requests per second and burst for one account, and the role it needs.

    Rate and burst are the defaults of Amazon's models; an account may have higher ones.
    `writes` is True where the call changes something at Amazon and so is never repeated blindly.
    """

    name: str
    method: str
    path: str
    rate: float
    burst: int
    role: str
    writes: bool = False


SEARCH_ORDERS = Operation("searchOrders", "GET", "/orders/2026-01-01/orders", 0.0056, 20, _ORDERS_ROLE)
GET_ORDER = Operation("getOrder", "GET", "/orders/2026-01-01/orders/{orderId}", 0.5, 30, _ORDERS_ROLE)
CONFIRM_SHIPMENT = Operation(
    "confirmShipment",
    "POST",
    "/orders/v0/orders/{orderId}/shipmentConfirmation",
    2,
    10,
    _ORDERS_ROLE,
    writes=True,
)
SEARCH_LISTINGS = Operation(
    "searchListingsItems", "GET", "/listings/2021-08-01/items/{sellerId}", 5, 5, _LISTING_ROLE
)
SEARCH_CATALOGUE = Operation("searchCatalogItems", "GET", "/catalog/2022-04-01/items", 2, 2, _LISTING_ROLE)
PARTICIPATIONS = Operation(
    "getMarketplaceParticipations",
    "GET",
    "/sellers/v1/marketplaceParticipations",
    0.016,
    15,
    "Selling Partner Insights",
)
RESTRICTED_TOKEN = Operation(
    "createRestrictedDataToken",
    "POST",
    "/tokens/2021-03-01/restrictedDataToken",
    1,
    10,
    ADDRESS_ROLE,
)
CREATE_REPORT = Operation("createReport", "POST", "/reports/2021-06-30/reports", 0.0167, 15, _LISTING_ROLE)
GET_REPORT = Operation("getReport", "GET", "/reports/2021-06-30/reports/{reportId}", 2, 15, _LISTING_ROLE)
GET_REPORTS = Operation("getReports", "GET", "/reports/2021-06-30/reports", 0.0222, 10, _REPORTS_ROLE)
GET_REPORT_DOCUMENT = Operation(
    "getReportDocument", "GET", "/reports/2021-06-30/documents/{reportDocumentId}", 0.0167, 15, _REPORTS_ROLE
)
LIST_TRANSACTIONS = Operation(
    "listTransactions", "GET", "/finances/2024-06-19/transactions", 0.5, 10, _REPORTS_ROLE
)

OPERATIONS = (
    SEARCH_ORDERS,
    GET_ORDER,
    CONFIRM_SHIPMENT,
    SEARCH_LISTINGS,
    SEARCH_CATALOGUE,
    PARTICIPATIONS,
    RESTRICTED_TOKEN,
    CREATE_REPORT,
    GET_REPORT,
    GET_REPORTS,
    GET_REPORT_DOCUMENT,
    LIST_TRANSACTIONS,
)
