"""How a site writes settlements to X3: a document a consultant edits, read strictly."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from x3studio.domain.errors import SettingFault
from x3studio.domain.settlements import Account, Amount
from x3studio.settlement.vat import ANY, VatRule

_ANY = "*"
_CHOICES = {
    "mode": ("summary", "documents"),
    "post": ("allowed", "released"),
    "day": ("end", "deposit"),
    "amounts": ("sign", "sides"),
    "accruals": ("post", "hand"),
}
_SETTINGS = ("site", "entry_type", "journal", "category", "status", "zone", "ledger_currency", "ship_from")
_NEEDED = ("site", "entry_type")
_KNOWN = {"format", "name", "why", "dimensions", "vat", "invoices", *_CHOICES, *_SETTINGS}


@dataclass(frozen=True, slots=True)
class Dimension:
    """An analytical dimension: the X3 field that carries it, its title, and values by what decides them.

    `of` is marketplace, channel, line or "" (always the same). A line named "*" stands for all others; the
    value "=" takes the name itself, as for product lines that X3 knows by the same code.
    """

    field: str
    title: str
    of: str
    values: Mapping[str, str]

    def value(self, amount: Amount) -> str:
        """The value for one amount, "" where there is none."""
        key = {
            "marketplace": amount.marketplace.casefold(),
            "channel": amount.channel,
            "line": amount.line,
        }.get(self.of, "")
        found = self.values.get(key, self.values.get(_ANY, ""))
        return key if found == "=" else found


@dataclass(frozen=True, slots=True)
class PostingRules:
    """The site's choices; `tables` hold each by Amazon site, currency or "*".

    `dimensions` fill what no account rule names. `vat` are dated treatments.
    """

    tables: Mapping[str, Mapping[str, str]]
    dimensions: tuple[Dimension, ...] = ()
    vat: tuple[VatRule, ...] = ()
    invoices: Mapping[str, str] | None = None

    def completed(self, account: Account, amount: Amount) -> Account:
        """The account with the dimensions that its rule leaves open."""
        own = dict(account.dimensions)
        found = {each.field: own.get(each.field) or each.value(amount) for each in self.dimensions}
        values = {**own, **{field: value for field, value in found.items() if value}}
        return replace(account, dimensions=tuple(sorted(values.items())))

    def value(self, name: str, marketplace: str = "", currency: str = "") -> str:
        """The most telling entry of a setting."""
        table = self.tables.get(name, {})
        for key in (marketplace.casefold(), currency, _ANY):
            if key in table:
                return table[key]
        return _CHOICES[name][0] if name in _CHOICES else ""


def parse_posting_rules(text: str) -> PostingRules:
    """The rules from their JSON text. Raises SettingFault naming the setting."""
    try:
        raw = json.loads(text)
    except ValueError as fault:
        raise _fault("settlements", f"The settings of settlements are no JSON: {fault}.") from fault
    if not isinstance(raw, dict) or raw.get("format") != 1:
        raise _fault("format", "The settings of settlements are of a format this program does not read.")
    for name in raw:
        if name not in _KNOWN:
            raise _fault(name, f"The settings of settlements know no {name!r}.")
    tables = {name: _table(name, raw[name]) for name in (*_CHOICES, *_SETTINGS) if name in raw}
    for name, allowed in _CHOICES.items():
        for value in tables.get(name, {}).values():
            if value not in allowed:
                raise _fault(name, f"{name} cannot be {value!r}.", f"Choose one of {', '.join(allowed)}.")
    for name in _NEEDED:
        if not any(tables.get(name, {}).values()):
            raise _fault(name, f"The settings of settlements name no {name}.")
    return PostingRules(
        tables, _dimensions(raw.get("dimensions", {})), _vat(raw.get("vat", [])), _texts("invoices", raw)
    )


def _table(name: str, raw: Any) -> dict[str, str]:
    if isinstance(raw, str):
        return {_ANY: raw}
    if not isinstance(raw, dict) or not all(isinstance(value, str) for value in raw.values()):
        raise _fault(name, f"{name} must be a text, or a table of texts.")
    return {key.casefold() if "." in key else key: value for key, value in raw.items() if key != "why"}


def _texts(name: str, raw: Mapping[str, Any]) -> Mapping[str, str]:
    return _table(name, raw.get(name, {}))


def _dimensions(raw: Any) -> tuple[Dimension, ...]:
    if not isinstance(raw, dict):
        raise _fault("dimensions", "dimensions must be a table by X3 field.")
    found = []
    for field, row in raw.items():
        if not isinstance(row, dict):
            raise _fault("dimensions", f"The dimension {field} must have a title and values.")
        values = _table(f"dimensions.{field}", row.get("values", {}))
        found.append(Dimension(field, str(row.get("title", field)), _of(field, row), values))
    return tuple(found)


def _of(field: str, row: Mapping[str, Any]) -> str:
    of = row.get("of", "")
    if of not in ("", "marketplace", "channel", "line"):
        raise _fault(
            f"dimensions.{field}", f"A dimension cannot depend on {of!r}.", "marketplace, channel, line."
        )
    return str(of)


def _vat(raw: Any) -> tuple[VatRule, ...]:
    if not isinstance(raw, list):
        raise _fault("vat", "vat must be a list of treatments.")
    return tuple(_treatment(row) for row in raw)


def _treatment(row: Any) -> VatRule:
    try:
        return VatRule(
            name=str(row["name"]),
            tax_code=str(row["tax_code"]),
            rate=Decimal(str(row["rate"])),
            since=date.fromisoformat(row["since"]),
            until=date.fromisoformat(row["until"]) if row.get("until") else None,
            destination=row.get("destination", ANY),
            ship_from=row.get("ship_from", ANY),
            facilitator=row.get("facilitator"),
            fee_country=row.get("fee_country", ANY),
        )
    except (KeyError, TypeError, ValueError, InvalidOperation) as fault:
        raise _fault(
            "vat",
            "A VAT treatment cannot be read.",
            "It needs name, tax_code, rate (0.19) and since (a date).",
        ) from fault


def _fault(field: str, title: str, advice: str = "Correct it under Settings.") -> SettingFault:
    return SettingFault(title, field=f"settlements.{field}", advice=advice)
