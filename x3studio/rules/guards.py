"""Guards: named checks a record must pass before it is translated; a new check is one function."""

import inspect
import re
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from stdnum import ean as stdnum_ean
from stdnum.eu import vat as stdnum_vat

from x3studio.domain.errors import Refused
from x3studio.rules.paths import LINE_PATHS, ORDER_PATHS, Getter, Scope, getter, personal
from x3studio.rules.reading import Node
from x3studio.rules.values import as_text

CAUSES = ("value", "missing", "mapping")
"""The classes of the exception desk that a guard may put a record into."""


@dataclass(frozen=True, slots=True)
class Check:
    """A registered check; it answers whether a value passes."""

    name: str
    words: str
    call: Callable[..., bool]
    takes: Mapping[str, inspect.Parameter]


CHECKS: dict[str, Check] = {}


def check(name: str, words: str) -> Callable[[Callable[..., bool]], Callable[..., bool]]:
    """Registers a check under the name the rule set uses."""

    def register(call: Callable[..., bool]) -> Callable[..., bool]:
        parameters = inspect.signature(call).parameters
        takes = {key: p for key, p in parameters.items() if p.kind is inspect.Parameter.KEYWORD_ONLY}
        CHECKS[name] = Check(name, words, call, takes)
        return call

    return register


@check("present", "There is a value.")
def present(value: Any) -> bool:
    return as_text(value).strip() != ""


@check("positive", "The number is above zero.")
def positive(value: Any) -> bool:
    return value is not None and Decimal(value) > 0


@check("not_negative", "The number, where there is one, is zero or above.")
def not_negative(value: Any) -> bool:
    return value is None or Decimal(value) >= 0


@check("matches", "The text has a certain shape (a regular expression for all of it).")
def matches(value: Any, *, pattern: str) -> bool:
    return re.fullmatch(pattern, as_text(value)) is not None


@check("one_of", "The text is one of a list.")
def one_of(value: Any, *, values: tuple[str, ...]) -> bool:
    return as_text(value) in values


@check("at_most", "The number, where there is one, is not above a limit.")
def at_most(value: Any, *, limit: str) -> bool:
    return value is None or Decimal(value) <= Decimal(limit)


@check("ean", "The text, where there is one, is an EAN with a right check digit.")
def ean(value: Any) -> bool:
    return not value or bool(stdnum_ean.is_valid(as_text(value)))


@check("vat_number", "The text, where there is one, is an EU VAT number with a right check digit.")
def vat_number(value: Any) -> bool:
    return not value or bool(stdnum_vat.is_valid(as_text(value)))


@dataclass(frozen=True, slots=True)
class Guard:
    """A check with its words. `on` is order or line; `title` and `advice` may name {paths}."""

    name: str
    on: str
    path: str
    read: Getter
    passes: Callable[[Any], bool]
    title: str
    advice: str
    cause: str
    subject: Getter
    ref: str

    def test(self, scope: Scope) -> Refused | None:
        """The refusal, or None where the record passes."""
        if self.passes(self.read(scope)):
            return None
        return Refused(
            _filled(self.title, scope),
            advice=_filled(self.advice, scope),
            cause=self.cause,
            subject=as_text(self.subject(scope)) or self.path,
            context={"guard": self.name, "rule": self.ref},
        )


def _filled(template: str, scope: Scope) -> str:
    return "".join(
        words + (as_text(getter(path)(scope)) if path else "")
        for words, path, _, _ in string.Formatter().parse(template)
    )


def read_guard(node: Node) -> Guard:
    """One entry of `guards`."""
    on = node.object("a guard").choice("on", ("order", "line"), "order")
    known = {**ORDER_PATHS, **LINE_PATHS} if on == "line" else ORDER_PATHS
    path = _known_path(node, "path", known)
    subject = _known_path(node, "subject", known, "line.sku" if on == "line" else "order.order_id")
    name = node.choice("check", tuple(CHECKS))
    arguments = {key: _argument(node, key, takes) for key, takes in CHECKS[name].takes.items()}
    guard = Guard(
        name=node.text("name"),
        on=on,
        path=path,
        read=getter(path),
        passes=partial(CHECKS[name].call, **arguments),
        title=_template(node, "title", known),
        advice=_template(node, "advice", known),
        cause=node.choice("cause", CAUSES, CAUSES[0]),
        subject=getter(subject),
        ref=node.path,
    )
    node.flag("active", default=True)
    node.finish()
    return guard


def _known_path(node: Node, key: str, known: Mapping[str, str], default: str | None = None) -> str:
    path = node.text(key, default)
    if path not in known or path.startswith(("article.", "customer.", "document.", "rate.")):
        node.at(key).fault(f'"{path}" is not part of the record that a guard sees.')
    return path


def _argument(node: Node, key: str, takes: inspect.Parameter) -> Any:
    if takes.annotation is not str:
        return node.texts(key)
    value = node.text(key)
    if key == "pattern":
        try:
            re.compile(value)
        except re.error as fault:
            node.at(key).fault(f"this is not a regular expression: {fault}.")
    if key == "limit" and not re.fullmatch(r"-?\d+(\.\d+)?", value):
        node.at(key).fault("this must be a number such as 5000.00.")
    return value


def _template(node: Node, key: str, known: Mapping[str, str]) -> str:
    """Words with {paths}: each must exist, and none may bring personal data into an error text."""
    template = node.text(key)
    try:
        named = [path for _, path, _, _ in string.Formatter().parse(template) if path is not None]
    except ValueError as fault:
        node.at(key).fault(f"the braces do not match: {fault}.")
    for path in named:
        if path not in known:
            node.at(key).fault(f'"{{{path}}}" is not part of the record.')
        if personal(path):
            node.at(key).fault(f'"{{{path}}}" is personal data and must not appear in a message.')
    return template
