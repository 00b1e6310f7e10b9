"""Translates one record by a rule set: a document with its trace, a reason to wait, or all its problems."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from x3studio.domain.documents import Document
from x3studio.domain.errors import Refused, Unmapped
from x3studio.domain.money import minor_unit
from x3studio.rules import proof
from x3studio.rules.charges import Reading
from x3studio.rules.context import Context
from x3studio.rules.customers import check_customer
from x3studio.rules.fields import FieldRule
from x3studio.rules.lines import Article, Basket, articles, converted, fill_basket
from x3studio.rules.rates import NO_CONVERSION, Conversion
from x3studio.rules.ruleset import RuleSet
from x3studio.rules.trace import Ignored, NotDue, Origin, Origins, Outcome, TraceStep, Translation
from x3studio.rules.transforms import Scene


def translate(record: Mapping[str, Any], ruleset: RuleSet, context: Context) -> Outcome:
    """The outcome of one record as `rules.orders.order_record` gives it.

    Raises Refused or Unmapped for a record that cannot be written; the error's `context` lists its other
    problems under "problem 2", "problem 3" ... and their number under "problems".
    """
    reference = str(ruleset.reference(record))
    standing = _standing(record, ruleset, reference)
    return standing if standing is not None else _Work(record, ruleset, context, reference).outcome()


def _standing(record: Mapping[str, Any], ruleset: RuleSet, reference: str) -> NotDue | Ignored | None:
    state = str(ruleset.states.read(record) or "")
    if state in ruleset.states.due:
        return None
    if state in ruleset.states.wait:
        return NotDue(reference, ruleset.states.wait[state])
    if state in ruleset.states.never:
        return Ignored(reference, ruleset.states.never[state])
    raise Refused(
        f"{reference} has the status {state}." if state else f"{reference} came without a known status.",
        advice="Say in the rule set whether this status is due, waits or is never written."
        if state
        else "Read the order again with its fulfilment part (FULFILLMENT).",
        cause="value" if state else "missing",
        subject="order.status",
    )


@dataclass(frozen=True, slots=True)
class _Money:
    """The amounts of a document: what it must add up to, in which currency, by which rate."""

    basket: Basket
    currency: str
    total: Decimal
    rate: Conversion


class _Work:
    """One translation on its way; every problem is kept until all are known."""

    __slots__ = ("context", "order", "problems", "record", "reference", "ruleset", "trace")

    def __init__(self, record: Mapping[str, Any], ruleset: RuleSet, context: Context, reference: str) -> None:
        self.record = record
        self.order: Mapping[str, Any] = record["order"]
        self.ruleset = ruleset
        self.context = context
        self.reference = reference
        self.problems: list[Refused] = []
        self.trace: list[TraceStep] = []

    def outcome(self) -> Translation:
        """The translation; raises the primary problem where there are any."""
        self._guard()
        money = self._money()
        customer = self._customer(money)
        self._stop_if_wrong()
        assert customer is not None
        amounts = converted(money.basket, money.rate, money.currency)
        lines = [
            article
            for parcel, amount in zip(money.basket.parcels, amounts, strict=True)
            for article in articles(
                parcel,
                amount,
                currency=money.currency,
                context=self.context,
                default_unit=self._setting("default_unit"),
            )
        ]
        document = self._document(customer, money, lines)
        self._prove(document, money)
        self._stop_if_wrong()
        return Translation(
            document,
            tuple(self.trace),
            money.total,
            money.currency,
            (money.rate.words,) if money.rate.pair else (),
            self.context.as_of,
        )

    def _setting(self, name: str) -> str:
        return self.context.site.value(name, self.order["marketplace"], self.order["channel"])

    def _guard(self) -> None:
        for guard in self.ruleset.guards:
            if guard.on == "order":
                self._note(guard.test(self.record))
                continue
            for line in self.order["lines"]:
                if line["quantity"] > 0:
                    self._note(guard.test({**self.record, "line": line}))

    def _money(self) -> _Money:
        total = self.order["total"]
        own = total["currency"] if total else _first_currency(self.order)
        reading = Reading(
            own,
            inclusive=self._setting("price_type") == "inc",
            whole=self._setting("line_total") == "whole",
            tax_added=self._setting("tax") == "added",
            discount_line=self._setting("discount") == "line",
        )
        basket = fill_basket(self.order, reading, self.context, self.problems)
        if total is None:
            self.problems.append(proof.no_total(self.reference))
        elif basket.complete:
            self._note(proof.of_lines(basket, total["amount"], reading, self.reference))
        currency = self._setting("convert_to") or own
        rate = self._rate(own, currency) if total else NO_CONVERSION
        worth_it = basket.total * rate.value if rate.pair else basket.total
        rounded = worth_it.quantize(minor_unit(currency), rounding=ROUND_HALF_UP)
        return _Money(basket, currency, rounded, rate)

    def _rate(self, own: str, currency: str) -> Conversion:
        if own == currency:
            return NO_CONVERSION
        oldest = self._setting("rate_days")
        try:
            return self.context.rates.convert(
                own, currency, on=self._day(), oldest_days=int(oldest) if oldest else None
            )
        except Refused as problem:
            self.problems.append(problem)
            return NO_CONVERSION

    def _day(self) -> date:
        created = self.order["created"]
        assert isinstance(created, datetime)
        zone = self.context.site.zones.get(self._setting("zone"))
        return (created.astimezone(zone) if zone and created.tzinfo else created).date()

    def _customer(self, money: _Money) -> Mapping[str, Any] | None:
        try:
            choice = self.context.customers.choose(self.order, own_business=self.ruleset.own_business)
        except Refused as problem:
            self.problems.append(problem)
            return None
        master = self.context.customer_masters.get(choice.bpcnum)
        if money.currency:
            self._note(check_customer(choice.bpcnum, master, currency=money.currency))
        return {"bpcnum": choice.bpcnum, "origin": choice.origin}

    def _document(self, customer: Mapping[str, Any], money: _Money, lines: list[Article]) -> Document:
        rate = money.rate
        scope = {
            **self.record,
            "customer": customer,
            "document": {"currency": money.currency, "total": money.total},
            "rate": {
                "value": rate.value if rate.pair else None,
                "source": rate.source,
                "date": rate.day,
                "pair": rate.pair,
            },
        }
        origins = {"customer.bpcnum": customer["origin"], **_money_origins(self.order, money)}
        header = self._fields(self.ruleset.header, scope, 0, origins)
        bodies = []
        for number, article in enumerate(lines, 1):
            inner = {**scope, "line": article.line, "article": article.fields}
            bodies.append(self._fields(self.ruleset.lines, inner, number, article.origins))
        return Document(self.ruleset.kind, self.reference, header, tuple(bodies))

    def _fields(
        self, rules: tuple[FieldRule, ...], scope: Mapping[str, Any], number: int, origins: Origins
    ) -> dict[str, str]:
        values: dict[str, str] = {}
        context, defaults = self.context, self.ruleset.lengths
        place, channel = self.order["marketplace"], self.order["channel"]
        for rule in rules:
            field = rule.field
            length = context.lengths.get(field) or defaults.get(field, 0)
            scene = Scene(scope, context.site, field, length, place, channel, rule.private)
            try:
                value = rule.run(scene, line=number, origins=origins, trace=self.trace)
            except Refused as problem:
                self.problems.append(problem)
                continue
            if value or rule.empty == "send":
                values[field] = value
        return values

    def _prove(self, document: Document, money: _Money) -> None:
        """The finished document once more: what X3 can hold, the reference, the total."""
        most = self.context.most_lines or self.ruleset.most_lines
        self._note(proof.of_size(document, most))
        if not self.problems:
            self._note(proof.of_reference(document, self.ruleset))
            self._note(proof.of_document(document, self.ruleset, money.total, money.currency))

    def _note(self, problem: Refused | None) -> None:
        if problem is not None:
            self.problems.append(problem)

    def _stop_if_wrong(self) -> None:
        """Raises the primary problem: a missing mapping before anything else, for it is mended first."""
        if not self.problems:
            return
        primary = next((found for found in self.problems if isinstance(found, Unmapped)), self.problems[0])
        others = [found for found in self.problems if found is not primary]
        primary.context["problems"] = str(len(self.problems))
        unmapped = [found.subject for found in self.problems if isinstance(found, Unmapped)]
        if len(unmapped) > 1:
            primary.context["unmapped"] = "\n".join(dict.fromkeys(unmapped))
        for number, problem in enumerate(others, 2):
            primary.context[f"problem {number}"] = str(problem)
        raise primary


def _first_currency(order: Mapping[str, Any]) -> str:
    """The currency of the first amount of an order without a total, "" if it has none at all."""
    amounts = (line[key] for line in order["lines"] for key in ("total", "price"))
    return next((str(amount["currency"]) for amount in amounts if amount), "")


def _money_origins(order: Mapping[str, Any], money: _Money) -> dict[str, Origin]:
    rate = money.rate
    if not rate.pair:
        return {}
    own = f"{order['total']['amount']} {order['total']['currency']}"
    into = Origin("order.total", own, "conversion", rate.words)
    return {f"document.{part}": into for part in ("currency", "total")} | {
        f"rate.{part}": Origin("order.total.currency", rate.pair, "conversion", rate.words)
        for part in ("value", "source", "date", "pair")
    }
