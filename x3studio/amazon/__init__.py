"""Amazon's Selling Partner API for one seller account: what is read, what is confirmed, and at what pace."""

from x3studio.amazon.calls import Answer, Recorder
from x3studio.amazon.catalogue import CatalogueItem
from x3studio.amazon.client import AmazonClient
from x3studio.amazon.clock import Clock
from x3studio.amazon.decoding import order_from_json, order_to_json
from x3studio.amazon.documents import ReportDocument
from x3studio.amazon.limits import BucketStore
from x3studio.amazon.listings import ListingPage
from x3studio.amazon.marketplaces import MARKETPLACES, Marketplace, marketplace
from x3studio.amazon.orders import OrderPage
from x3studio.amazon.probe import probe, profile
from x3studio.amazon.redaction import redacted_order
from x3studio.amazon.reports import SETTLEMENT as SETTLEMENT_REPORT
from x3studio.amazon.reports import Report
from x3studio.amazon.sellers import Participation
from x3studio.amazon.shipments import Parcel
from x3studio.amazon.signin import AmazonSecrets, TokenCache
from x3studio.amazon.tokens import RestrictedResource, RestrictedToken

__all__ = [
    "MARKETPLACES",
    "SETTLEMENT_REPORT",
    "AmazonClient",
    "AmazonSecrets",
    "Answer",
    "BucketStore",
    "CatalogueItem",
    "Clock",
    "ListingPage",
    "Marketplace",
    "OrderPage",
    "Parcel",
    "Participation",
    "Recorder",
    "Report",
    "ReportDocument",
    "RestrictedResource",
    "RestrictedToken",
    "TokenCache",
    "marketplace",
    "order_from_json",
    "order_to_json",
    "probe",
    "profile",
    "redacted_order",
]
