"""The mapping workbench as both faces use it: what Looking shows, and every action on it."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from x3studio.domain.errors import SettingFault
from x3studio.domain.mappings import Component
from x3studio.domain.workbench import Key, Kind, Mark
from x3studio.store import Tables
from x3studio.workbench.drift import Drift
from x3studio.workspace.workbench import bulk as bulks
from x3studio.workspace.workbench import deciding, fees, lots
from x3studio.workspace.workbench.collecting import uncollected
from x3studio.workspace.workbench.looking import Looking
from x3studio.workspace.workbench.values import Choice, Done, Plan

if TYPE_CHECKING:
    from x3studio.workspace.workbench.matching import Matching

Progress = Callable[[int, int, str], None]
D = TypeVar("D", Done, Done | None)


class Workbench(Looking):
    """Decisions are on the disk, and in the decks, when an action returns."""

    async def decide(
        self, choices: Sequence[Choice], *, reason: str = "", batch: str = "", rule: str = ""
    ) -> Done:
        """Records choices as one step; they hold, and are on the disk, when this returns.

        `batch` names the step in the log where it holds several.
        """
        if not choices:
            return Done(Kind.ITEMS, ())
        for choice in choices:
            choice.check()
        seen = self._desk.known()
        done = await self._write(
            lambda tables: deciding.decide(tables, choices, reason=reason, title=batch, rule=rule, seen=seen)
        )
        return await self._settled(done)

    async def mark(self, kind: Kind, keys: Sequence[Key], mark: Mark, value: str = "1") -> Done:
        """Says something of records without deciding them; "" takes it away. One step."""
        if mark is Mark.PUSH and value:
            keys = await self._pushable(kind, keys)
        if not keys:
            return Done(kind, ())
        done = await self._write(lambda tables: deciding.mark(tables, kind, keys, mark, value))
        return await self._settled(done)

    async def undo(self) -> Done | None:
        """Takes this person's last step back, whatever its size; None where there is none."""
        with uncollected():
            return await self._settled_or_none(await self._write(deciding.undo))

    async def redo(self) -> Done | None:
        """Brings back what the last undo took; None where there is nothing, or something new was decided."""
        with uncollected():
            return await self._settled_or_none(await self._write(deciding.redo))

    async def revert(self, step: int) -> Done:
        """Takes one step of the log back; what was decided later keeps standing."""
        with uncollected():
            return await self._settled(await self._write(lambda tables: deciding.revert(tables, step)))

    async def revert_decision(self, decision: int) -> Done:
        """Takes one decision back, be it one of thousands of its step."""
        return await self._settled(
            await self._write(lambda tables: deciding.revert_decision(tables, decision))
        )

    async def carry_out(self, plan: Plan) -> Done:
        """Does what was planned, as one step that one undo takes back."""
        with uncollected():
            done = await self._write(lambda tables: bulks.carry_out(tables, plan))
            return await self._settled(done)

    @cached_property
    def _matching(self) -> "Matching":
        # Matching loads pandas and more: the window shows its records first.
        from x3studio.workspace.workbench.matching import Matching

        return Matching(self._store)

    async def match(
        self,
        kind: Kind,
        *,
        progress: Progress = lambda _done, _total, _words: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> int:
        """Looks every record up in the masters; returns how many. Raises matching.Cancelled when asked to."""
        count = await self._matching.run(kind, progress=progress, cancelled=cancelled)
        if kind is Kind.ITEMS:
            await self.keep_ready()
        await self.deck(kind)
        return count

    async def refine(self, kind: Kind) -> tuple[Key, ...]:
        """Ranks again with what was decided since the search; returns the records that changed."""
        keys = await self._matching.refine(kind)
        if keys:
            await self._decks.refresh(kind, keys)
            self._desk.forget(kind, keys)
        return tuple(keys)

    async def recheck(self, kind: Kind, *, progress: Progress = lambda _done, _total, _words: None) -> Drift:
        """The drift sentinel: reopens decisions that the masters no longer bear out, each with its reason."""
        found = await self.checks.recheck(kind, progress=progress)
        if found.forgotten or found.reflagged:
            self._decks.drop(kind)
        self._desk.forget()
        await self.changes(kind)
        return found

    async def choose_lots(self, how: str) -> None:
        """Keeps in the site's settings how lots, serials and dates are assigned; it holds for every item."""
        await self._store.write(lambda tables: lots.choose(tables, how))
        self._desk.forget()

    async def save_kit(self, key: Key, components: Sequence[Component], *, note: str = "") -> Done:
        """Lets a kit stand for a SKU."""
        choice = Choice(Kind.ITEMS, key, components=tuple(components), note=note)
        return await self.decide([choice])

    async def judge_again(self, choice: Choice) -> bool:
        """Judges a record a second time; True where it is as the first time. Nothing else changes by it."""
        looks = await self.checks.to_judge(choice.kind)
        look = next((each for each in looks if each.key == choice.key), None)
        if look is None:
            raise SettingFault(f"{choice.key.code} is not to be judged again.", field="key")
        return await self.checks.judge(look, choice)

    async def _write(self, work: Callable[[Tables], D]) -> D:
        """Carries out an action; the accounts that settlements read follow in the same transaction."""

        def whole(tables: Tables) -> D:
            done = work(tables)
            if done is not None and done.kind is Kind.FEES and done.decision:
                fees.follow(tables, done.keys)
            return done

        return await self._store.write(whole)

    async def _settled(self, done: Done) -> Done:
        self._desk.forget(done.kind, done.keys)
        if done.kind is Kind.FEES and done.decision and self._accounts_changed is not None:
            await self._accounts_changed()
        if self._decks.loaded(done.kind) is not None:
            await self._decks.catch_up(done.kind)
        return done

    async def _settled_or_none(self, done: Done | None) -> Done | None:
        return None if done is None else await self._settled(done)

    async def _pushable(self, kind: Kind, keys: Sequence[Key]) -> list[Key]:
        deck = await self.deck(kind)
        return [key for key in keys if bulks.may_push(deck, key)]
