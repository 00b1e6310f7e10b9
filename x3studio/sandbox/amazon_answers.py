"""How the demo Amazon words its answers: JSON bodies, error lists, request ids, rate headers."""

import json
import secrets
from typing import Any

from starlette.responses import Response


class Refusal(Exception):
    """An answer other than success: `code` and `message` as in Amazon's error list."""

    def __init__(self, status: int, code: str, message: str, *, details: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.details = details


def bad(message: str, *, code: str = "InvalidInput") -> Refusal:
    """A request that is not as Amazon's model describes it."""
    return Refusal(400, code, message)


def denied(details: str = "") -> Refusal:
    """A token that opens nothing here, or a role that is missing; Amazon says no more than this."""
    return Refusal(403, "Unauthorized", "Access to requested resource is denied.", details=details)


def say(content: Any, *, status: int = 200) -> Response:
    """A JSON answer with a request id; None is an empty body."""
    body = b"" if content is None else json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    headers = {"x-amzn-RequestId": secrets.token_hex(16)}
    return Response(
        body, status_code=status, headers=headers, media_type="application/json" if body else None
    )


def refuse(refusal: Refusal) -> Response:
    """The error list of a refusal."""
    entry = {"code": refusal.code, "message": refusal.message, "details": refusal.details}
    answer = say({"errors": [entry]}, status=refusal.status)
    answer.headers["x-amzn-ErrorType"] = refusal.code
    return answer
