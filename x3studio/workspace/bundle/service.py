"""Handing a project out as one file and taking one in: seen first, and nothing is replaced unasked."""

import asyncio
import getpass
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from x3studio import __version__
from x3studio.domain.workbench import Key, Kind, Mark
from x3studio.store import Store, Tables
from x3studio.workbench.merge import merge
from x3studio.workbench.sheets import form_of
from x3studio.workspace.bundle import archive
from x3studio.workspace.bundle.contents import Contents, Said, gathered, understood
from x3studio.workspace.round_trip import Answer, RoundTrip, cells_of
from x3studio.workspace.settlement_accounts import SettlementAccounts


@dataclass(frozen=True, slots=True)
class HandedOut:
    """What was written: the project's hash, and how many decisions about single buyers stayed behind."""

    project: str
    decisions: int
    kept_back: int


@dataclass(frozen=True, slots=True)
class Received:
    """A bundle beside what stands. `differing` names what stands otherwise and is replaced only on demand."""

    path: Path
    title: str
    written_by: str
    project: str
    answers: tuple[Answer, ...]
    fresh: tuple[str, ...]
    differing: tuple[str, ...]
    contents: Contents

    @property
    def conflicts(self) -> int:
        """How many decisions stand otherwise."""
        return sum(len(answer.conflicts) for answer in self.answers)


class Bundles:
    """Bundles of one workspace."""

    def __init__(
        self, store: Store, round_trip: RoundTrip, accounts: SettlementAccounts, *, title: str
    ) -> None:
        self._store = store
        self._round_trip = round_trip
        self._accounts = accounts
        self._title = title

    async def hand_out(self, path: Path, *, only_rules: bool = False) -> HandedOut:
        """Writes the project, or only what serves the next customer too. Raises SettingFault."""
        members, kept_back = await self._store.read(lambda tables: gathered(tables, only_rules=only_rules))
        facts = {
            "title": "" if only_rules else self._title,
            "written_by": f"X3 Studio {__version__}",
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        project = await asyncio.to_thread(archive.write, path, members, facts=facts)
        contents = understood(members)
        return HandedOut(project, sum(map(len, contents.decisions.values())), kept_back)

    async def look(self, path: Path) -> Received:
        """What a bundle would bring. Nothing is written. Raises SettingFault for what is no bundle."""
        facts, members = await asyncio.to_thread(archive.read, path)
        contents = understood(members)
        return await self._store.read(lambda tables: _compared(tables, contents, facts, path))

    async def take_over(self, received: Received, *, replacing: bool = False) -> int:
        """Takes over what is new (and, `replacing`, what stands otherwise); returns how many decisions."""
        conflicts = {(answer.kind, one.row) for answer in received.answers for one in answer.conflicts}
        done = await self._round_trip.take_over(received.answers, theirs=conflicts if replacing else ())
        wanted = {*received.fresh, *(received.differing if replacing else ())}
        await self._store.write(lambda tables: _take_over(tables, received.contents, wanted))
        await self._accounts.prove_all()
        return sum(each.count for each in done)


def _compared(tables: Tables, contents: Contents, facts: Mapping[str, object], path: Path) -> Received:
    fresh: list[str] = []
    differing: list[str] = []
    for name, stands, brought in _parts(tables, contents):
        if stands != brought:
            (differing if stands is not None else fresh).append(name)
    return Received(
        path=path,
        title=str(facts.get("title", "")),
        written_by=str(facts.get("written_by", "")),
        project=str(facts.get("project", "")),
        answers=tuple(_answer(tables, contents, kind, path) for kind in Kind if contents.decisions[kind]),
        fresh=tuple(fresh),
        differing=tuple(differing),
        contents=contents,
    )


def _answer(tables: Tables, contents: Contents, kind: Kind, path: Path) -> Answer:
    standing = cells_of(tables.mappings.judged(kind), kind)
    # Notes do not travel: what is noted here goes on standing.
    rows = [
        replace(row, values=(*row.values[:-1], standing[row.key][-1])) if row.key in standing else row
        for row in contents.decisions[kind]
    ]
    return Answer(path, kind, tuple(merge(rows, standing, handed_out=(), atoms=form_of(kind).atoms)), ())


def _parts(tables: Tables, contents: Contents) -> Iterator[tuple[str, object, object]]:
    """Everything that is no decision: its name, what stands (None for nothing), what the bundle brings."""
    known = {(rule.kind, rule.text): rule.active for rule in tables.rules.all()}
    for rule in contents.rules:
        yield f"rule {rule.text}", known.get((rule.kind, rule.text)), rule.active
    accounts = {rule.key: rule.account for rule in tables.accounts.rules()}
    for account in contents.accounts:
        name = " ".join(filter(None, account.key))
        yield f"account of {name}", accounts.get(account.key), account.account
    placed = {one.triple: one.group for one in tables.accounts.placed()}
    for triple, group in contents.placed:
        yield f"group of {triple}", placed.get(triple), group
    for name, value in contents.settings.items():
        yield f"setting {name}", tables.settings.get(name), value
    stands = {(kind, one.key, one.mark): one.value for kind in Kind for one in tables.marks.all(kind)}
    for said in contents.marks:
        yield said.name, stands.get((said.kind, said.key, said.mark)), said.value


def _take_over(tables: Tables, contents: Contents, wanted: Collection[str]) -> None:
    who = getpass.getuser()
    for rule in contents.rules:
        if f"rule {rule.text}" in wanted:
            name = tables.rules.named(rule.kind, rule.text, title=rule.title, who=who)
            tables.rules.set_active(int(name.removeprefix("R-")), rule.active)
    for account in contents.accounts:
        if f"account of {' '.join(filter(None, account.key))}" in wanted:
            tables.accounts.set(account, who=who)
    for triple, group in contents.placed:
        if f"group of {triple}" in wanted:
            tables.accounts.place(triple, group, who=who, why="from a project bundle")
    for name, value in contents.settings.items():
        if f"setting {name}" in wanted:
            tables.settings.set(name, value)
    _take_marks(tables, [said for said in contents.marks if said.name in wanted], who=who)


def _take_marks(tables: Tables, marks: Sequence[Said], *, who: str) -> None:
    """As one step for each kind and mark; a quantity is never pushed for what Amazon stocks."""
    listed = tables.masters.listings_by_sku([said.key.code for said in marks if said.mark is Mark.PUSH])
    stocked = {sku for sku, offers in listed.items() if any(each.fulfilled_by_amazon for each in offers)}
    groups: dict[tuple[Kind, Mark], list[tuple[Key, str]]] = {}
    for said in marks:
        if said.mark is not Mark.PUSH or said.key.code not in stocked:
            groups.setdefault((said.kind, said.mark), []).append((said.key, said.value))
    for (kind, mark), values in groups.items():
        title, count = f"{len(values):,} from a project bundle", len(values)
        step = tables.steps.begin(
            "mark", who=who, kind=kind.value, title=title, count=count, reason=f"{mark.value}=bundle"
        )
        tables.marks.put(kind, values, mark, who=who, step=step)
