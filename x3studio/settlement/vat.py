"""VAT by where goods come from and go to: dated rules choose a tax code, gross amounts never change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from x3studio.domain.money import minor_unit
from x3studio.domain.settlements import Check, Verdict
from x3studio.settlement.figures import money

ANY = "*"


@dataclass(frozen=True, slots=True)
class Movement:
    """What decides the VAT of an amount. Countries are ISO 3166 codes, "" where unknown.

    `facilitator` is True where the marketplace owes the tax; `fee_country` is set for Amazon's fees only.
    """

    day: date
    destination: str = ""
    ship_from: str = ""
    facilitator: bool = False
    fee_country: str = ""


@dataclass(frozen=True, slots=True)
class VatRule:
    """A treatment valid from `since` up to, not including, `until`; "*" is any country, even an unknown one.

    `rate` is a share: Decimal("0.20") for 20 %. `tax_code` is X3's.
    """

    name: str
    tax_code: str
    rate: Decimal
    since: date
    until: date | None = None
    destination: str = ANY
    ship_from: str = ANY
    facilitator: bool | None = None
    fee_country: str = ANY

    def covers(self, movement: Movement) -> bool:
        """Whether this rule speaks of that movement."""
        countries = (
            (self.destination, movement.destination),
            (self.ship_from, movement.ship_from),
            (self.fee_country, movement.fee_country),
        )
        return (
            self.since <= movement.day
            and (self.until is None or movement.day < self.until)
            and self.facilitator in (None, movement.facilitator)
            and all(wanted in (ANY, country) for wanted, country in countries)
        )


def treatment(rules: Sequence[VatRule], movement: Movement) -> VatRule | None:
    """The most specific rule for a movement; None where there is none or two equally specific ones differ.

    None is a question to the accountant, never a guess.
    """
    fitting = [rule for rule in rules if rule.covers(movement)]
    if not fitting:
        return None
    best = max(_specific(rule) for rule in fitting)
    chosen = {(rule.tax_code, rule.rate): rule for rule in fitting if _specific(rule) == best}
    return next(iter(chosen.values())) if len(chosen) == 1 else None


def _specific(rule: VatRule) -> int:
    countries = (rule.destination, rule.ship_from, rule.fee_country)
    return sum(country != ANY for country in countries) + (rule.facilitator is not None)


@dataclass(frozen=True, slots=True)
class VatLine:
    """A posted line with its VAT taken out of the gross."""

    tax_code: str
    rate: Decimal
    gross: Decimal
    net: Decimal
    vat: Decimal


def extract(gross: Decimal, rule: VatRule, *, currency: str) -> VatLine:
    """Net is rounded half up at the posted line, VAT is what remains: the gross never changes."""
    net = (gross / (1 + rule.rate)).quantize(minor_unit(currency), rounding=ROUND_HALF_UP)
    return VatLine(rule.tax_code, rule.rate, gross, net, gross - net)


def check_vat(lines: Sequence[VatLine], currency: str) -> Check:
    """B15: gross is net plus VAT on each line, and each line's net is its gross without the rate."""
    if not lines:
        return Check(
            "B15", Verdict.PASS, "Lines are posted gross under their tax codes; no VAT is taken out."
        )
    unit = minor_unit(currency)
    sums: dict[str, Decimal] = {}
    for line in lines:
        exact = line.gross / (1 + line.rate)
        if line.net + line.vat != line.gross or abs(line.net - exact) > unit / 2:
            return Check(
                "B15",
                Verdict.FAIL,
                f"{line.tax_code}: gross {money(line.gross, currency)} is not net "
                f"{money(line.net, currency)} plus VAT {money(line.vat, currency)} at {line.rate:%}.",
            )
        sums[line.tax_code] = sums.get(line.tax_code, Decimal(0)) + line.vat
    figures = ", ".join(f"{code} {money(vat, currency)}" for code, vat in sorted(sums.items()))
    return Check("B15", Verdict.PASS, f"{len(lines)} lines; VAT by code: {figures}.")
