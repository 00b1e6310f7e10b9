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

    def could_cover(self, movement: Movement) -> bool:
        """Whether this rule speaks of that movement, or would if a country that is not known were its own."""
        if movement.fee_country:
            return self.covers(movement)
        return self.covers(
            replace(
                movement,
                destination=movement.destination or self.destination,
                ship_from=movement.ship_from or self.ship_from,
            )
        )

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


def by_route(rules: Iterable[VatRule]) -> bool:
    """Whether VAT depends on more than the fee's country: on where goods go and who owes the tax."""
    return any(
        rule.destination != ANY or rule.ship_from != ANY or rule.facilitator is not None for rule in rules
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
        movement = movement_of(group, amount)
        chosen = treatment(self.rules, movement)
        return None if chosen and self._open(movement, chosen) else chosen

    def _open(self, movement: Movement, chosen: VatRule) -> bool:
        """Whether a rule at least as specific would decide otherwise, were the unknown countries known."""
        return any(
            _specific(rule) >= _specific(chosen)
            and (rule.tax_code, rule.rate) != (chosen.tax_code, chosen.rate)
            and rule.could_cover(movement)
            for rule in self.rules
        )

    def unknown(self, group: Group, amount: Amount) -> str:
        """What of an amount its VAT depends on and nothing at hand tells, in words; "" where all is known."""
        if group.kind == _FEE:
            return ""
        missing = []
        if not amount.destination and any(rule.destination != ANY for rule in self.rules):
            missing.append("where it went")
        if not amount.ship_from and any(rule.ship_from != ANY for rule in self.rules):
            missing.append("where it was shipped from")
        return " and ".join(missing)

    def coded(self, account: Account | None, group: Group, amount: Amount) -> Account | None:
        """The account with the tax code its treatment gives; a code that a person set stands."""
        rule = self.of(group, amount) if account and self.rules and not account.tax_code else None
        return replace(account, tax_code=rule.tax_code) if account and rule else account


NO_TREATMENTS = Treatments()
_FEE = "expense"
_TAXED = ("income", _FEE)


def movement_of(group: Group, amount: Amount) -> Movement:
    """What decides the VAT of an amount: its month and, of a fee, the marketplace's country; of goods their
    route. The marketplace says nothing of where goods went: that is known, or it is asked for.
    """
    year, month = (int(number) for number in amount.month.split("-"))
    if group.kind == _FEE:
        site = site_of([amount.marketplace], currency="")
        country = _COUNTRIES.get(site.site, site.site) if site else ""
        return Movement(date(year, month, 1), fee_country=country)
    return Movement(
        date(year, month, 1),
        destination=amount.destination,
        ship_from=amount.ship_from,
        facilitator=amount.facilitator,
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
            missing = treatments.unknown(group, amount)
            words = f"{group.title} in {amount.marketplace or 'no marketplace'}, {amount.month}"
            undecided[f"{words}, {missing} is not known" if missing else words] = None
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
