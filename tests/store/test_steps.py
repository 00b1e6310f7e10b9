"""Undo, redo and revert against a model: a person's list of actions, each of which counts or does not."""

import asyncio
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.store.conftest import KEY
from x3studio.domain.mappings import ItemPair, Judgement
from x3studio.domain.workbench import Key, Kind, Mark
from x3studio.store import Store, Tables, recording, skus
from x3studio.workspace.workbench import deciding
from x3studio.workspace.workbench.values import Choice

SKUS = ("S1", "S2", "S3")
T = TypeVar("T")


@dataclass
class _Action:
    """One action of the model: what it set, by SKU; "" for no item, None for nothing said."""

    step: int
    sets: dict[str, str] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    reverts: "_Action | None" = None
    done: bool = True


class UndoMachine(RuleBasedStateMachine):
    """The store must leave standing what the actions that count leave standing, in their order."""

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.store = Store.create(Path(self.folder.name) / "undo.x3studio", key=KEY)
        self.actions: list[_Action] = []
        self.undone: list[_Action] = []

    def teardown(self) -> None:
        asyncio.run(self.store.close())
        self.folder.cleanup()

    def write(self, work: Callable[[Tables], T]) -> T:
        return asyncio.run(self.store.write(work))

    def do(self, action: _Action) -> None:
        self.actions.append(action)
        self.undone.clear()

    @rule(sets=st.dictionaries(st.sampled_from(SKUS), st.sampled_from(["A", "B", "C", ""]), min_size=1))
    def decide(self, sets: dict[str, str]) -> None:
        choices = [
            Choice(Kind.ITEMS, Key(sku), to, judgement=Judgement.ACCEPTED if to else Judgement.REJECTED)
            for sku, to in sets.items()
        ]
        done = self.write(lambda tables: deciding.decide(tables, choices))
        self.do(_Action(done.step, sets=sets))

    @rule(sku=st.sampled_from(SKUS), value=st.sampled_from(["", "x", "y"]))
    def mark(self, sku: str, value: str) -> None:
        done = self.write(lambda tables: deciding.mark(tables, Kind.ITEMS, [Key(sku)], Mark.COMMENT, value))
        self.do(_Action(done.step, marks={sku: value}))

    @rule()
    def undo(self) -> None:
        done = self.write(deciding.undo)
        wanted = next((each for each in reversed(self.actions) if each.done and self.says(each)), None)
        assert (done is None) == (wanted is None)
        if wanted is not None:
            wanted.done = False
            self.undone.append(wanted)

    @rule()
    def redo(self) -> None:
        done = self.write(deciding.redo)
        assert (done is None) == (not self.undone)
        if self.undone:
            self.undone.pop().done = True

    @precondition(lambda self: any(each.done and self.says(each) for each in self.actions))
    @rule(data=st.data())
    def revert(self, data: st.DataObject) -> None:
        chosen = data.draw(st.sampled_from([each for each in self.actions if each.done and self.says(each)]))
        done = self.write(lambda tables: deciding.revert(tables, chosen.step))
        self.do(_Action(done.step, reverts=chosen))

    def counts(self, action: _Action) -> bool:
        """Whether an action holds: it was not undone, and nothing that holds reverts it."""
        return action.done and not any(each.reverts is action and self.counts(each) for each in self.actions)

    def says(self, action: _Action) -> bool:
        """Whether taking an action back changes something."""
        return self.counts(action)

    @invariant()
    def what_stands_is_what_counts(self) -> None:
        pairs: dict[str, str] = {}
        marks: dict[str, str] = {}
        for action in self.actions:
            if self.counts(action):
                pairs |= action.sets
                marks |= action.marks
        assert self.write(_standing) == pairs
        assert self.write(_marked) == {sku: value for sku, value in marks.items() if value}


def _standing(tables: Tables) -> dict[str, str]:
    return {pair.seller_sku: pair.itmref for pair, _ in tables.boards.standing_items(SKUS)}


def _marked(tables: Tables) -> dict[str, str]:
    return {each.key.code: each.value for each in tables.marks.of(Kind.ITEMS, [Key(sku) for sku in SKUS])}


TestUndo = UndoMachine.TestCase
TestUndo.settings = settings(max_examples=25, stateful_step_count=14, deadline=None)


class ManyMachine(UndoMachine):
    """The same, by the statements that thousands are taken back with."""

    @initialize()
    def open(self) -> None:
        super().open()
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(recording, "_MANY", 1)
        self.patch.setattr(skus, "_MANY", 1)

    def teardown(self) -> None:
        self.patch.undo()
        super().teardown()


TestUndoOfMany = ManyMachine.TestCase
TestUndoOfMany.settings = settings(max_examples=25, stateful_step_count=14, deadline=None)


async def test_undo_survives_the_program(path: Path) -> None:
    async with Store.create(path, key=KEY) as store:
        await store.write(lambda t: deciding.decide(t, [Choice(Kind.ITEMS, Key("S"), "A")]))
        await store.write(lambda t: deciding.decide(t, [Choice(Kind.ITEMS, Key("S"), "B")]))
    async with Store.open(path, key=KEY) as store:
        await store.write(deciding.undo)
        assert await store.read(lambda t: t.mappings.items_for(["S"])) == {("S", ""): ItemPair("S", "A")}
    async with Store.open(path, key=KEY) as store:
        await store.write(deciding.redo)
        assert await store.read(lambda t: t.mappings.items_for(["S"])) == {("S", ""): ItemPair("S", "B")}
        assert await store.write(deciding.redo) is None


async def test_a_step_of_thousands_is_one_undo(store: Store) -> None:
    await store.write(lambda t: deciding.decide(t, [Choice(Kind.ITEMS, Key("S7"), "OLD")]))
    choices = [Choice(Kind.ITEMS, Key(f"S{n}"), f"I{n % 5}") for n in range(1_000)]
    await store.write(lambda t: deciding.decide(t, choices, title="all"))
    assert len((await store.read(lambda t: t.mappings.item_pairs(limit=5_000))).rows) == 1_000
    done = await store.write(deciding.undo)
    assert done is not None
    assert done.count == 1_000
    left = (await store.read(lambda t: t.mappings.item_pairs(limit=5_000))).rows
    assert [(pair.seller_sku, pair.itmref) for pair in left] == [("S7", "OLD")]
    await store.write(deciding.redo)
    assert len((await store.read(lambda t: t.mappings.item_pairs(limit=5_000))).rows) == 1_000


async def test_rows_of_many_skus_follow_like_those_of_one(store: Store) -> None:
    choices = [Choice(Kind.ITEMS, Key(f"S{n}", "FR" if n % 7 == 0 else ""), "A") for n in range(300)]
    await store.write(lambda t: deciding.decide(t, choices))
    assert await store.read(lambda t: t.mappings.counts()) == {
        **{"mapped": 300, "unmapped": 0, "rejected": 0, "waiting": 0}
    }
    await store.write(deciding.undo)
    assert (await store.read(lambda t: t.mappings.counts()))["mapped"] == 0


async def test_another_persons_steps_are_not_undone(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    await store.write(
        lambda t: t.mappings.decide(ItemPair("S", "A"), Judgement.ACCEPTED, who="somebody else")
    )
    assert await store.write(deciding.undo) is None
    step = (await store.read(lambda t: t.steps.log())).rows[0].id
    await store.write(lambda t: deciding.revert(t, step))
    assert await store.read(lambda t: t.mappings.items_for(["S"])) == {}
    await store.write(deciding.undo)
    assert await store.read(lambda t: t.mappings.items_for(["S"])) == {("S", ""): ItemPair("S", "A")}


async def test_one_of_many_is_taken_back_alone(store: Store) -> None:
    choices = [Choice(Kind.ITEMS, Key(f"S{n}"), "A") for n in range(3)]
    done = await store.write(lambda t: deciding.decide(t, choices))
    await store.write(lambda t: deciding.revert_decision(t, done.decision + 1))
    left = (await store.read(lambda t: t.mappings.item_pairs())).rows
    assert [pair.seller_sku for pair in left] == ["S0", "S2"]
