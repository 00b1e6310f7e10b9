"""The code tables of a sync as records: what Amazon says, and which X3 code stands for it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from x3studio.amazon.marketplaces import MARKETPLACES
from x3studio.domain.catalogue import Code, CodeTable
from x3studio.domain.mappings import Judgement
from x3studio.domain.workbench import Key, Kind, Mark
from x3studio.store import Tables
from x3studio.store.pairs import key_text
from x3studio.workbench import Columns, Deck, Record
from x3studio.workbench.codes import KNOWN_CODES
from x3studio.workbench.columns import moment
from x3studio.workbench.states import Said, state_of
from x3studio.workspace.workbench import fees

TARGETS: Mapping[Kind, CodeTable] = {
    Kind.MARKETPLACES: CodeTable.SITES,
    Kind.CARRIERS: CodeTable.CARRIERS,
    Kind.TAXES: CodeTable.TAX_LEVELS,
    Kind.UNITS: CodeTable.UNITS,
    Kind.CURRENCIES: CodeTable.CURRENCIES,
}
"""Which X3 table the codes of a kind are chosen from; the others take the flow's own words."""


@dataclass(frozen=True, slots=True)
class Foreign:
    """A code of Amazon's side."""

    key: Key
    title: str
    subtitle: str = ""


def deck(tables: Tables, kind: Kind) -> Deck:
    """Every code that Amazon may send, and those decided."""
    return Deck(kind, Columns.of(_records(tables, kind)))


def targets(tables: Tables, kind: Kind) -> list[Code]:
    """The X3 codes that can be chosen."""
    if kind is Kind.FEES:
        return fees.accounts(tables)
    table = TARGETS.get(kind)
    if table is None:
        own = KNOWN_CODES.get(f"{kind}:targets", {})
        return [Code(CodeTable.SITES, code, title) for code, title in own.items()]
    return tables.masters.codes(table)


def _records(tables: Tables, kind: Kind) -> Iterator[Record]:
    standing = {
        Key(code, marketplace, channel): rest
        for code, marketplace, channel, *rest in tables.boards.code_pairs(kind)
    }
    known = {foreign.key: foreign for foreign in _foreign(tables, kind)}
    if kind is Kind.FEES:
        for key, (account, decider) in fees.standing(tables).items():
            # An account may have been set beside a settlement: it stands all the same.
            standing.setdefault(key, [Judgement.ACCEPTED.value, account, "", decider, 0, 0, ""])
    names = {code.code: code.title for code in targets(tables, kind)}
    marks: dict[str, dict[str, str]] = {}
    for text, mark, value, _ in tables.marks.columns(kind):
        marks.setdefault(text, {})[mark] = value
    for key in sorted(standing.keys() | known.keys()):
        judgement, target, _, who, at, _, rule = standing.get(key, (None, "", "", "", 0, 0, ""))
        suggested = target or _same(key.code, names)
        said = Said(
            judgement=Judgement(judgement) if judgement else None,
            by_rule=bool(rule),
            unsure=Mark.UNSURE in marks.get(key_text(key), {}),
            excluded=Mark.EXCLUDED in marks.get(key_text(key), {}),
            looked_up=True,
            target=suggested,
        )
        foreign = known.get(key, Foreign(key, key.code))
        yield Record(
            key=key,
            title=foreign.title,
            subtitle=foreign.subtitle,
            target=suggested,
            target_title=names.get(suggested, ""),
            marketplaces=(key.marketplace,) if key.marketplace else (),
            channel=key.channel,
            owner=marks.get(key_text(key), {}).get(Mark.OWNER, ""),
            flagged=Mark.FLAG in marks.get(key_text(key), {}),
            state=state_of(said),
            at=moment(at),
            who=who,
        )


def _same(code: str, names: Mapping[str, str]) -> str:
    """The X3 code that reads like this one, as currencies and units do; "" where none does."""
    return next((known for known in names if known.casefold() == code.casefold()), "")


def _foreign(tables: Tables, kind: Kind) -> list[Foreign]:
    found = _FROM_FILE.get(kind)
    if found is not None:
        return found(tables)
    return [Foreign(Key(code), title) for code, title in KNOWN_CODES.get(kind.value, {}).items()]


def _marketplaces(tables: Tables) -> list[Foreign]:
    used = {marketplace for marketplace, _ in tables.boards.offered_channels()}
    places = [place for place in MARKETPLACES.values() if place.id in used]
    return [
        Foreign(Key(place.id), place.domain.removeprefix("www."), f"{place.country} {place.currency}")
        for place in places
    ]


def _currencies(tables: Tables) -> list[Foreign]:
    used = {marketplace for marketplace, _ in tables.boards.offered_channels()}
    codes = sorted({place.currency for place in MARKETPLACES.values() if place.id in used})
    return [Foreign(Key(code), f"Amounts in {code}") for code in codes]


def _groups(_: Tables) -> list[Foreign]:
    return [Foreign(Key(group), title) for group, title in fees.groups().items()]


_FROM_FILE: Mapping[Kind, Callable[[Tables], list[Foreign]]] = {
    Kind.MARKETPLACES: _marketplaces,
    Kind.CURRENCIES: _currencies,
    Kind.FEES: _groups,
}
