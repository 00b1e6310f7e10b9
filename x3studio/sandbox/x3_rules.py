"""What the demo X3 refuses, in one place for all its tongues."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from x3studio.sandbox import x3_ledgers
from x3studio.sandbox.seed import company
from x3studio.sandbox.world import World
from x3studio.sandbox.x3_objects import FieldSpec, ObjectSpec
from x3studio.sandbox.x3_words import say

Values = Mapping[str, str]
_MOST_DIGITS = 15
"""Before the point: X3's quantities are numeric(28,13)."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing X3 has to say; only an error refuses the document. `line` is 1-based, 0 for the header.

    `about` names the check that failed: some dialects answer those about customers with status 200.
    """

    message: str
    field: str = ""
    line: int = 0
    severity: str = "error"
    about: str = ""


@dataclass(frozen=True, slots=True)
class Inspector:
    """Checks documents against one world, in one language.

    `closed_before` closes the accounting periods before a date; None leaves all open.
    """

    world: World
    language: str = "ENG"
    closed_before: date | None = None

    def check(self, spec: ObjectSpec, header: Values, lines: Sequence[Values]) -> list[Finding]:
        """Everything X3 has to say about a document; no error among it means that it is taken."""
        findings = list(self._fields(spec.fields, header, line=0))
        if len(lines) > spec.most_lines:
            return [*findings, Finding(self._say("too many lines", most=spec.most_lines))]
        if not lines and spec.code not in ("BPC", "ITM"):
            findings.append(Finding(self._say("no lines")))
        for number, line in enumerate(lines, 1):
            findings += self._fields(spec.line_fields, line, line=number)
            findings += self._unit(line, number)
        if not any(finding.severity == "error" for finding in findings):
            findings += self._whole(spec, header, lines)
        return findings

    def check_partly(self, fields: Mapping[str, FieldSpec], values: Values, *, line: int) -> list[Finding]:
        """Checks only the given values (a modify): nothing is mandatory."""
        return [finding for name in values for finding in self._one(fields, name, values[name], line)]

    def _say(self, key: str, **facts: object) -> str:
        return say(key, self.language, **facts)

    def _fields(self, fields: Mapping[str, FieldSpec], values: Values, *, line: int) -> Iterator[Finding]:
        for spec in fields.values():
            if spec.mandatory and not values.get(spec.name):
                yield Finding(self._say("mandatory", title=spec.title), spec.name, line)
        for name, value in values.items():
            yield from self._one(fields, name, value, line)

    def _one(self, fields: Mapping[str, FieldSpec], name: str, value: str, line: int) -> Iterator[Finding]:
        spec = fields.get(name)
        if spec is None:
            if not (name.startswith("Z") and name[1:] in fields):  # Z + field is that field's display label
                yield Finding(self._say("unknown field", value=name), name, line)
            return
        if value == "":
            return
        fault = _form(spec, value)
        if fault:
            yield Finding(self._say(fault, title=spec.title, value=value, most=spec.length), name, line)
        elif spec.check:
            key = _CHECKS[spec.check](self, value)
            if key:
                words = self._say(key, title=spec.title, value=value)
                yield Finding(words, name, line, about=spec.check)

    def _unit(self, line: Values, number: int) -> Iterator[Finding]:
        entry = self.world.items.get(line.get("ITMREF", ""))
        unit = line.get("SAU", "")
        if entry and unit and unit not in (entry.item.sales_unit, entry.item.stock_unit):
            yield Finding(self._say("wrong unit", value=unit), "SAU", number)

    def _whole(self, spec: ObjectSpec, header: Values, lines: Sequence[Values]) -> Iterator[Finding]:
        if spec.code == "GAS":
            if balance := x3_ledgers.unbalanced(lines):
                yield Finding(self._say("unbalanced", value=balance))
            for key, value, field, number in x3_ledgers.faults(header, lines):
                yield Finding(self._say(key, title="Account", value=value), field, number)
        if spec.code == "SOH":
            site = header.get("STOFCY") or header.get("SALFCY", "")
            for number, line in enumerate(lines, 1):
                stock = self.world.items[line["ITMREF"]].stock.get(site)
                if stock is not None and stock.available < Decimal(line["QTY"]):
                    words = self._say("short stock", value=line["ITMREF"])
                    yield Finding(words, "QTY", number, severity="warning")

    def item(self, value: str) -> str:
        """A sellable item."""
        entry = self.world.items.get(value)
        if entry is None:
            return "unknown record"
        return "" if entry.item.sellable else "item inactive"

    def customer(self, value: str) -> str:
        """An active customer."""
        customer = self.world.customers.get(value)
        if customer is None:
            return "unknown record"
        return "" if customer.active else "customer inactive"

    def orderable_customer(self, value: str) -> str:
        """An active customer whose credit is not on hold."""
        return self.customer(value) or ("customer on hold" if value in self.world.on_hold else "")

    def site(self, value: str) -> str:
        """Any site of the company."""
        return "" if value in self.world.sites else "unknown record"

    def selling_site(self, value: str) -> str:
        """A site that sells."""
        return self.site(value) or ("" if self.world.sites[value].sells else "not selling")

    def storing_site(self, value: str) -> str:
        """A site that stores."""
        return self.site(value) or ("" if self.world.sites[value].stores else "not storing")

    def order(self, value: str) -> str:
        """A sales order of any folder: deliveries name it."""
        known = any(
            self.world.documents.get("SOH", value, folder=folder) is not None for folder in self.world.folders
        )
        return "" if known else "unknown record"

    def open_period(self, value: str) -> str:
        """A date whose accounting period is open."""
        day, today = date.fromisoformat(value), self.world.now.date()
        return (
            "" if x3_ledgers.is_open(day, today=today, closed_before=self.closed_before) else "closed period"
        )


def _form(spec: FieldSpec, value: str) -> str:
    """What is wrong with the form of a value, or "". Dates are ISO here, whatever the dialect."""
    if spec.type in ("decimal", "integer", "menu"):
        return "" if _is_number(value) else "no number"
    if spec.type == "date":
        return "" if _is_date(value) else "no date"
    return "too long" if spec.length and len(value) > spec.length else ""


def _is_number(value: str) -> bool:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return False
    return number.is_finite() and number.adjusted() < _MOST_DIGITS


def _is_date(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return len(value) == len("2026-11-20")


def _listed(name: str) -> Callable[[Inspector, str], str]:
    return lambda _, value: "" if value in company()[name] else "unknown record"


_CHECKS: Mapping[str, Callable[[Inspector, str], str]] = {
    "item": Inspector.item,
    "customer": Inspector.customer,
    "orderable customer": Inspector.orderable_customer,
    "site": Inspector.site,
    "selling site": Inspector.selling_site,
    "storing site": Inspector.storing_site,
    "order": Inspector.order,
    "open period": Inspector.open_period,
    "currency": _listed("currencies"),
    "tax level": _listed("tax_levels"),
    "tax rule": _listed("tax_rules"),
    "payment term": _listed("payment_terms"),
    "unit": lambda _, value: "" if value.isalnum() else "unknown record",
    "positive": lambda _, value: "" if Decimal(value) > 0 else "not positive",
    "not negative": lambda _, value: "" if Decimal(value) >= 0 else "negative",
    "not zero": lambda _, value: "" if Decimal(value) != 0 else "zero",
}
