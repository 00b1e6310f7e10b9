"""The demo Amazon's usage plans: a token bucket per operation, refilled at Amazon's documented rates."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from x3studio.sandbox.amazon_answers import Refusal

PLANS = {
    "searchOrders": (0.0056, 20),
    "getOrder": (0.5, 30),
    "confirmShipment": (2.0, 10),
    "searchListingsItems": (5.0, 5),
    "searchCatalogItems": (2.0, 2),
    "getMarketplaceParticipations": (0.016, 15),
    "createRestrictedDataToken": (1.0, 10),
    "createReport": (0.0167, 15),
    "getReport": (2.0, 15),
    "getReports": (0.0222, 10),
    "getReportDocument": (0.0167, 15),
    "listTransactions": (0.5, 10),
}
"""Requests a second and burst by operation: the defaults in Amazon's models."""
UNLIMITED = 1000.0
"""The rate that is announced while the limits are off, so that a polite client need not wait either."""


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class UsagePlans:
    """What is left of each plan. There is one account, so one bucket for each operation."""

    def __init__(self, *, tick: Callable[[], float] = time.monotonic) -> None:
        self._tick = tick
        self._buckets: dict[str, _Bucket] = {}

    def spend(self, operation: str) -> None:
        """Takes one request from the plan. Raises Refusal (429) where none is left."""
        rate, burst = PLANS[operation]
        now = self._tick()
        bucket = self._buckets.setdefault(operation, _Bucket(float(burst), now))
        bucket.tokens = min(float(burst), bucket.tokens + (now - bucket.at) * rate)
        bucket.at = now
        if bucket.tokens < 1:
            raise Refusal(429, "QuotaExceeded", "You exceeded your quota for the requested resource.")
        bucket.tokens -= 1
