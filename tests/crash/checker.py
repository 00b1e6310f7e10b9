"""Counts documents per reference from the outside: files and HTTP only, no code of the product."""

import json
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

_DUE = {"UNSHIPPED", "PARTIALLY_SHIPPED", "SHIPPED"}


@dataclass(frozen=True)
class Count:
    """What the ledger of X3 says, held against what Amazon has due."""

    due: int
    created: int
    duplicated: tuple[str, ...]
    lost: tuple[str, ...]
    uncalled: tuple[str, ...]
    """Documents for which Amazon has nothing due."""

    def __str__(self) -> str:
        return (
            f"{self.due} orders due, {self.created} documents, {len(self.duplicated)} references duplicated, "
            f"{len(self.lost)} lost, {len(self.uncalled)} uncalled for"
        )


def count(ledger: Path, amazon: Mapping[str, Any], *, excused: set[str]) -> Count:
    """Holds the ledger against Amazon; `excused` are references with an open exception."""
    created = Counter(
        entry["reference"]
        for entry in map(json.loads, ledger.read_text(encoding="utf-8").splitlines())
        if entry["system"] == "x3" and entry["kind"] == "SOH"
    )
    due = due_orders(amazon)
    return Count(
        due=len(due),
        created=created.total(),
        duplicated=tuple(sorted(reference for reference, times in created.items() if times > 1)),
        lost=tuple(sorted(due - created.keys() - excused)),
        uncalled=tuple(sorted(created.keys() - due)),
    )


def due_orders(amazon: Mapping[str, Any]) -> set[str]:
    """Every order id that Amazon has as unshipped, partially shipped or shipped."""
    token = _post(
        amazon["token_url"],
        {
            "grant_type": "refresh_token",
            "refresh_token": amazon["refresh_token"],
            "client_id": amazon["client_id"],
            "client_secret": amazon["client_secret"],
        },
    )["access_token"]
    query = {
        "lastUpdatedAfter": (datetime.now(UTC) - timedelta(days=40)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "maxResultsPerPage": "100",
        "includedData": "FULFILLMENT",
        "marketplaceIds": ",".join(amazon["marketplaces"]),
    }
    found: set[str] = set()
    while True:
        page = _get(f"{amazon['base_url']}/orders/2026-01-01/orders?{urllib.parse.urlencode(query)}", token)
        found |= {
            order["orderId"] for order in page["orders"] if order["fulfillment"]["fulfillmentStatus"] in _DUE
        }
        following = page.get("pagination", {}).get("nextToken")
        if not following:
            return found
        query["paginationToken"] = following


def _post(url: str, form: Mapping[str, str]) -> Any:
    body = urllib.parse.urlencode(form).encode()
    with urllib.request.urlopen(url, body, timeout=30) as answer:
        return json.load(answer)


def _get(url: str, token: str) -> Any:
    request = urllib.request.Request(url, headers={"x-amz-access-token": token})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)
