"""Checks every request and answer that passes against Amazon's own models (Swagger 2.0)."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx
from jsonschema import Draft4Validator, FormatChecker

MODELS = (
    "orders_2026-01-01.json",
    "ordersV0.json",
    "listingsItems_2021-08-01.json",
    "catalogItems_2022-04-01.json",
    "reports_2021-06-30.json",
    "sellers.json",
    "tokens_2021-03-01.json",
    "finances_2024-06-19.json",
)
Schema = dict[str, Any]

_formats = FormatChecker(formats=())


@_formats.checks("date-time", raises=ValueError)
def _is_date_time(text: object) -> bool:
    """RFC 3339: with a date, a time and a zone."""
    return not isinstance(text, str) or bool(
        re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", text)
    )


class Model:
    """One of Amazon's model files."""

    def __init__(self, path: Path) -> None:
        self._root: Schema = json.loads(path.read_text(encoding="utf-8"))
        self.operations = list(self._operations())

    def _operations(self) -> Iterator[tuple[str, "re.Pattern[str]", Schema]]:
        for template, methods in self._root["paths"].items():
            pattern = re.compile(re.sub(r"\\\{\w+\\\}", "([^/]+)", re.escape(template)))
            for method, operation in methods.items():
                if isinstance(operation, dict) and "operationId" in operation:
                    yield method.upper(), pattern, operation

    def problems(self, schema: Schema, value: Any) -> list[str]:
        """What is wrong with a value, in the validator's words."""
        whole = {**schema, "definitions": self._root["definitions"]}
        found = Draft4Validator(whole, format_checker=_formats).iter_errors(value)
        return [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}" for error in found]


class Referee(httpx.AsyncBaseTransport):
    """Passes requests on and keeps what breaks the models, which know neither sign-in nor documents."""

    def __init__(self, inner: httpx.AsyncBaseTransport, folder: Path) -> None:
        self._inner = inner
        self._models = [Model(folder / name) for name in MODELS]
        self.problems: list[str] = []
        self.seen: dict[str, int] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        path = request.url.path
        if path.endswith("/auth/o2/token") or path.startswith("/documents/"):
            return response
        body = await response.aread()
        self._check(request, response.status_code, response.headers, body)
        return httpx.Response(response.status_code, headers=response.headers, content=body)

    def _check(self, request: httpx.Request, status: int, headers: httpx.Headers, body: bytes) -> None:
        path = request.url.raw_path.decode().partition("?")[0]
        for model in self._models:
            for method, pattern, operation in model.operations:
                if method == request.method and pattern.fullmatch(path):
                    name = operation["operationId"]
                    self.seen[name] = self.seen.get(name, 0) + 1
                    found = [*_request(model, operation, request), *_answer(model, operation, status, body)]
                    found += [] if "x-amzn-requestid" in headers else ["no request id"]
                    self.problems += [f"{name} {status}: {problem}" for problem in found]
                    return
        self.problems.append(f"{request.method} {path} is in none of Amazon's models")


def _request(model: Model, operation: Schema, request: httpx.Request) -> Iterator[str]:
    given = parse_qsl(request.url.query.decode(), keep_blank_values=True)
    known = {entry["name"]: entry for entry in operation["parameters"] if entry["in"] == "query"}
    if len(dict(given)) != len(given):
        yield "a parameter is given twice"
    for name, entry in known.items():
        if entry["required"] and name not in dict(given):
            yield f"{name} is missing"
    for name, text in given:
        if name not in known:
            yield f"{name} is unknown"
        else:
            yield from (f"{name} {problem}" for problem in model.problems(*_typed(known[name], text)))
    for entry in operation["parameters"]:
        if entry["in"] == "body":
            yield from model.problems(entry["schema"], json.loads(request.content))


def _typed(entry: Schema, text: str) -> tuple[Schema, Any]:
    """A query parameter's schema and its value in JSON's types; lists are comma-separated."""
    schema = {key: value for key, value in entry.items() if key not in ("name", "in", "required")}
    if entry["type"] == "array":
        assert entry.get("collectionFormat", "csv") == "csv"
        return schema, text.split(",")
    if entry["type"] == "integer":
        return schema, int(text) if text.isdigit() else text
    return schema, text


def _answer(model: Model, operation: Schema, status: int, body: bytes) -> Iterator[str]:
    declared = operation["responses"].get(str(status))
    if declared is None:
        yield "the status is not declared"
    elif "schema" not in declared:
        if body:
            yield "there is a body where none is declared"
    else:
        yield from model.problems(declared["schema"], json.loads(body))
