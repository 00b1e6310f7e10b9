"""What of a project travels: decisions, rules, accounts and choices; no secret, no name, no buyer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from x3studio.domain.bookkeeping import AccountRule
from x3studio.domain.errors import SettingFault
from x3studio.domain.mappings import CustomerPair
from x3studio.domain.settlements import Account, Triple
from x3studio.domain.workbench import Key, Kind, Mark
from x3studio.rules.ruleset import parse_ruleset
from x3studio.rules.site import parse_site
from x3studio.store import Tables
from x3studio.store.pairs import key_of
from x3studio.workbench.merge import Returned, Values
from x3studio.workbench.sheets import form_of, key_cells, tidy, value_cells

RULES, ACCOUNTS, SETTINGS, MARKS = "rules.json", "accounts.json", "settings.json", "marks.json"
_MAPPING = "mapping/"
_SETTINGS = ("site", "rules/orders", "rules/settlements", "rates")
"""Settings that describe the customer's X3 and nobody's person; schedules and connections stay behind."""


_TRAVEL = frozenset({Mark.SHARE, Mark.PUSH, Mark.CHANNEL, Mark.LINK, Mark.EXCLUDED})
"""What is said of records and serves the flows: how stock is shared, what is sent; no comment, no person."""
_LONGEST_MARK = 200


@dataclass(frozen=True, slots=True)
class Said:
    """A mark of a record, without who gave it."""

    kind: Kind
    key: Key
    mark: Mark
    value: str

    @property
    def name(self) -> str:
        """What it is called where it is told of."""
        return f"{self.mark} of {self.kind} {' '.join(filter(None, self.key))}"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the workbench, without who made it."""

    kind: Kind
    text: str
    title: str
    active: bool


@dataclass(frozen=True, slots=True)
class Contents:
    """A bundle's members as values. `kept_back` are decisions about single buyers, which do not travel."""

    decisions: Mapping[Kind, tuple[Returned, ...]]
    rules: tuple[Rule, ...]
    accounts: tuple[AccountRule, ...]
    placed: tuple[tuple[Triple, str], ...]
    settings: Mapping[str, Any]
    marks: tuple[Said, ...] = ()


def gathered(tables: Tables, *, only_rules: bool = False) -> tuple[dict[str, bytes], int]:
    """The members of a workspace's bundle, and how many decisions about single buyers stay behind.

    Notes stay behind as well: people write names into them. `only_rules` leaves out whatever belongs to one
    customer, so that the rules serve the next one.
    """
    members: dict[str, bytes] = {}
    kept_back = 0
    for kind in Kind if not only_rules else ():
        rows = []
        for pair, judgement in tables.mappings.judged(kind):
            if isinstance(pair, CustomerPair) and pair.vat_number:
                kept_back += 1
                continue
            values = (*value_cells(pair, judgement)[:-1], "")
            rows.append([list(key_cells(key_of(pair)[1], kind=kind)), list(values)])
        if rows:
            members[f"{_MAPPING}{kind.value}.json"] = _json(rows)
    members[RULES] = _json(
        [[rule.kind.value, rule.text, rule.title, rule.active] for rule in tables.rules.all()]
    )
    members[ACCOUNTS] = _json(
        {
            "accounts": [] if only_rules else [_account(rule) for rule in tables.accounts.rules()],
            "groups": [[list(one.triple), one.group] for one in tables.accounts.placed()],
        }
    )
    if not only_rules:
        found = {name: tables.settings.get(name) for name in _SETTINGS}
        members[SETTINGS] = _json({name: value for name, value in found.items() if value is not None})
        marks = [
            [kind.value, list(said.key), said.mark.value, said.value]
            for kind in Kind
            for said in tables.marks.all(kind)
            if said.mark in _TRAVEL and not said.key.vat_number
        ]
        if marks:
            members[MARKS] = _json(sorted(marks))
    return members, kept_back


def understood(members: Mapping[str, bytes]) -> Contents:
    """The members as values. Raises SettingFault for what no X3 Studio writes."""
    try:
        accounts = _read(members, ACCOUNTS, {"accounts": [], "groups": []})
        settings = {name: value for name, value in _read(members, SETTINGS, {}).items() if name in _SETTINGS}
        contents = Contents(
            decisions={kind: tuple(_decisions(members, kind)) for kind in Kind},
            rules=tuple(
                Rule(Kind(kind), str(text), str(title), bool(active))
                for kind, text, title, active in _read(members, RULES, [])
            ),
            accounts=tuple(map(_account_rule, accounts["accounts"])),
            placed=tuple((Triple(*map(str, triple)), str(group)) for triple, group in accounts["groups"]),
            settings=settings,
            marks=tuple(map(_said, _read(members, MARKS, []))),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise SettingFault(
            "The bundle holds something that is no part of a project.",
            field="file",
            advice="Ask for the file again; nothing was taken over.",
            said=str(fault),
        ) from fault
    _check(settings)
    return contents


def _decisions(members: Mapping[str, bytes], kind: Kind) -> list[Returned]:
    form, found = form_of(kind), []
    for number, (key, values) in enumerate(_read(members, f"{_MAPPING}{kind.value}.json", []), start=1):
        if len(key) != len(form.key):
            raise ValueError(f"a key of {kind.value} with {len(key)} parts")
        cells: Values = tidy(dict(zip(form.values, map(str, values), strict=True)), kind=kind)
        found.append(Returned(number, tuple(map(str, key)), cells))
    return found


def _said(row: Any) -> Said:
    kind, key, mark, value = row
    said = Said(Kind(kind), Key(*map(str, key)), Mark(mark), str(value))
    if said.mark not in _TRAVEL or not said.value or len(said.value) > _LONGEST_MARK:
        raise ValueError(f"{said.mark} is no mark that travels")
    return said


def _check(settings: Mapping[str, Any]) -> None:
    """A site or rule set that does not hold is refused now, not by the next run."""
    if "site" in settings:
        parse_site(str(settings["site"]))
    if "rules/orders" in settings:
        parse_ruleset(str(settings["rules/orders"]))


def _account(rule: AccountRule) -> list[Any]:
    account = rule.account
    return [*rule.key, account.code, account.tax_code, [list(each) for each in account.dimensions]]


def _account_rule(row: list[Any]) -> AccountRule:
    group, marketplace, channel, line, code, tax_code, dimensions = row
    account = Account(str(code), str(tax_code), tuple((str(name), str(value)) for name, value in dimensions))
    return AccountRule(str(group), account, str(marketplace), str(channel), str(line))


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _read(members: Mapping[str, bytes], name: str, otherwise: Any) -> Any:
    return json.loads(members[name]) if name in members else otherwise
