"""VAT by where goods come from and go to: dated rules choose a tax code, gross amounts never change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from x3studio.domain.money import minor_unit
from x3studio.domain.settlements import Account, Amount, Check, Group, Triple, Verdict
from x3studio.settlement.figures import counted, money
from x3studio.settlement.resources import site_of

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


@dataclass(frozen=True, slots=True)
class Treatments:
    """The site's dated rules, applied to the amounts of a settlement."""

    rules: tuple[VatRule, ...] = ()

    def of(self, group: Group, amount: Amount) -> VatRule | None:
        """The treatment of one amount; None where there is none, or where it is not clear."""
        if group.kind not in _TAXED:
            return None
        return treatment(self.rules, movement_of(group, amount))

    def coded(self, account: Account | None, group: Group, amount: Amount) -> Account | None:
        """The account with the tax code its treatment gives; a code that a person set stands."""
        rule = self.of(group, amount) if account and self.rules and not account.tax_code else None
        return replace(account, tax_code=rule.tax_code) if account and rule else account


NO_TREATMENTS = Treatments()
_TAXED = ("income", "expense")


def movement_of(group: Group, amount: Amount) -> Movement:
    """What decides the VAT of an amount: its month, the marketplace's country, and whether it is a fee."""
    year, month = (int(number) for number in amount.month.split("-"))
    site = site_of([amount.marketplace], currency="")
    country = _COUNTRIES.get(site.site, site.site) if site else ""
    fee = group.kind == "expense"
    return Movement(
        date(year, month, 1),
        destination="" if fee else amount.destination or country,
        ship_from=amount.ship_from,
        facilitator=amount.facilitator,
        fee_country=country if fee else "",
    )


_COUNTRIES = {"UK": "GB"}


def taxed(
    amounts: Iterable[Amount], groups: Mapping[Triple, Group], treatments: Treatments, *, currency: str
) -> tuple[tuple[VatLine, ...], tuple[str, ...]]:
    """VAT taken out of the posted lines, and what no rule decides, in words; nothing without rules."""
    if not treatments.rules:
        return (), ()
    sums: dict[tuple[str, VatRule], Decimal] = {}
    undecided: dict[str, None] = {}
    for amount in amounts:
        group = groups.get(amount.triple)
        if group is None or group.kind not in _TAXED:
            continue
        rule = treatments.of(group, amount)
        if rule is None:
            undecided[f"{group.title} in {amount.marketplace or 'no marketplace'}, {amount.month}"] = None
        else:
            key = (f"{group.id} {amount.month}", rule)
            sums[key] = sums.get(key, Decimal(0)) + amount.amount
    return tuple(extract(gross, rule, currency=currency) for (_, rule), gross in sums.items()), tuple(
        undecided
    )


def check_vat(lines: Sequence[VatLine], currency: str, *, undecided: Sequence[str] = ()) -> Check:
    """B15: gross is net plus VAT on each line, and each line's net is its gross without the rate.

    `undecided` are amounts that no rule, or two, speak of: the accountant's question, never a guess.
    """
    if undecided:
        return Check(
            "B15",
            Verdict.FAIL,
            "No rule, or no single one, decides the VAT of "
            f"{counted(len(undecided), 'kind of amount', 'kinds of amounts')}: "
            f"{'; '.join(undecided[:3])}.",
            figure=f"{len(undecided)} undecided",
        )
    if not lines:
        return Check(
            "B15",
            Verdict.PASS,
            "Lines are posted gross under their tax codes; no VAT is taken out.",
            figure="gross",
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
    return Check(
        "B15", Verdict.PASS, f"{len(lines)} lines; VAT by code: {figures}.", figure=f"{len(lines)} lines"
    )
