"""What came back from X3 over HTTP, before anybody judges it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from x3studio.domain.errors import ConnectionFault
from x3studio.x3 import faults


@dataclass(frozen=True, slots=True)
class Answer:
    """The HTTP status, the headers in lower case, and the body within bounds."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text; what is no UTF-8 is marked, never refused."""
        return self.body.decode("utf-8", errors="replace")

    @property
    def good(self) -> bool:
        """Whether HTTP calls it a success, which does not yet mean that X3 does."""
        return 200 <= self.status < 300

    def json(self) -> Any:
        """The body as JSON, decimals exact; raises ConnectionFault where it is none."""
        try:
            return json.loads(self.body, parse_float=Decimal)
        except (ValueError, RecursionError) as error:
            raise faults.garbled("it is no JSON", said=f"HTTP {self.status}") from error

    def json_object(self) -> dict[str, Any]:
        """The body as a JSON object; raises ConnectionFault where it is none."""
        body = self.json()
        if not isinstance(body, dict):
            raise faults.garbled("it is no JSON object", said=f"HTTP {self.status}")
        return body

    def json_or_none(self) -> Any:
        """The body as JSON, or None: for failures, whose bodies may be anything."""
        try:
            return self.json()
        except ConnectionFault:
            return None
