"""Actions for many records: planned, previewed with the least certain first, written as one undo step."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Qt

from x3studio.domain.workbench import OPEN_STATES, Key, Kind
from x3studio.gui.mapping.asking import ask_choice, ask_target, ask_text
from x3studio.gui.mapping.changing import Changing
from x3studio.gui.mapping.strip import GRID
from x3studio.gui.mapping.words import parse_factor
from x3studio.gui.states import State, counted
from x3studio.gui.theme import Tone
from x3studio.workspace.workbench.values import Bulk, BulkAction

if TYPE_CHECKING:
    from x3studio.gui.mapping.page import MappingPage


_PLAIN = {
    "accept": Bulk(BulkAction.ACCEPT),
    "none": Bulk(BulkAction.REJECT),
    "untie": Bulk(BulkAction.TAG),
    "push": Bulk(BulkAction.PUSH, "on"),
    "exclude": Bulk(BulkAction.EXCLUDE),
}
"""Those that need no further word."""


class BulkActs(QObject):
    """`ask` takes the name of an action of the bar below the sheet."""

    def __init__(self, page: "MappingPage", changing: Changing) -> None:
        super().__init__(page)
        self._page, self._session, self._changing = page, page.session, changing
        self._bench = page.session.bench
        self._bulk: Bulk | None = None
        self._keys: Sequence[Key] = ()
        preview = page.preview
        preview.confirmed.connect(lambda: page.session.act(self._carry_out, name="apply to many"))
        preview.cancelled.connect(self.drop)
        preview.widened.connect(self._widen)

    def ask(self, name: str) -> None:
        """Plans an action for the checked records, or for all that are shown."""
        self._page.set_mode(GRID)
        self._session.act(lambda: self._ask(name), name="preview")

    async def alike(self) -> None:
        """The rule of the record in hand, for everything it fits."""
        evidence = await self._session.current()
        if evidence is None or not evidence.similar.count:
            self._page.showing.announce("Nothing else is alike")
            self._page.desk.notify(State("sparkles", "No other record is alike", Tone.IDLE))
            return
        self._page.set_mode(GRID)
        deck = self._session.deck
        rows = np.flatnonzero(np.isin(deck.states, sorted(OPEN_STATES))).tolist()
        await self._plan(Bulk(BulkAction.RULE, evidence.similar.rule), [deck.key(row) for row in rows])

    def drop(self) -> None:
        """Nothing is to be previewed any more."""
        self._bulk, self._keys = None, ()
        self._page.to_records()
        self._page.preview.show_nothing()

    async def _ask(self, name: str) -> None:
        page, desk = self._page, self._page.desk
        keys = self._wanted()
        match name:
            case "target":
                target = await ask_target(desk, page, self._session.deck.kind)
                items = self._session.deck.kind is not Kind.CUSTOMERS
                action = BulkAction.TARGET if items else BulkAction.CUSTOMER
                bulk: Bulk | None = Bulk(action, target) if target else None
            case "pack":
                factor = await ask_text(
                    desk, page, "Pack factor", caption="X3 units in one Amazon unit", action="Preview"
                )
                bulk = Bulk(BulkAction.SET_PACK, factor) if parse_factor(factor) else None
            case "owner":
                owner = await ask_text(
                    desk, page, "Owner", caption="Who judges these records", action="Preview", text=desk.who
                )
                bulk = Bulk(BulkAction.ASSIGN, owner) if owner else None
            case "channel":
                channel = await ask_choice(
                    desk, page, "Channel", [("FBA", "FBA, shipped by Amazon"), ("FBM", "FBM, shipped by you")]
                )
                bulk = Bulk(BulkAction.CHANNEL, channel) if channel else None
            case "tie":
                tag = await ask_text(
                    desk,
                    page,
                    "Tie together as a family",
                    caption="Name of the family",
                    action="Preview",
                    help_="For sites without parents: the records are then mapped as one tree.",
                )
                bulk = Bulk(BulkAction.TAG, tag) if tag else None
            case _:
                bulk = _PLAIN[name]
        if bulk is not None:
            await self._plan(bulk, keys)

    async def _plan(self, bulk: Bulk, keys: Sequence[Key]) -> None:
        self._bulk, self._keys = bulk, keys
        self._page.body.reveal(self._page.preview)
        self._page.to_records()
        self._page.preview.show_busy()
        plan = await self._bench.plan(self._session.deck.kind, bulk, keys)
        if bulk is self._bulk:
            self._page.preview.show_plan(plan, action=action_words(bulk, plan.count))
            self._page.preview.confirm.setFocus(Qt.FocusReason.ShortcutFocusReason)
            left_out = plan.conflicts_left_out
            said = f"Preview: {counted(plan.count, 'record')}, {left_out:,} left out for conflicts"
            self._page.showing.announce(said)

    def _widen(self, on: bool) -> None:
        if self._bulk is not None:
            wider = replace(self._bulk, with_conflicts=on)
            self._session.act(lambda: self._plan(wider, self._keys), name="preview")

    async def _carry_out(self) -> None:
        plan = self._page.preview.plan
        if plan is None or not plan.count:
            return
        self._page.preview.show_busy()
        done = await self._bench.carry_out(plan)
        self.drop()
        self._page.grid.rows.check_all(False)
        await self._changing.show(done, said=f"{counted(len(done.keys), 'record')} done as one step")
        undo = self._page.keymap.cap("undo")
        words = (
            f"{counted(len(done.keys), 'record')} done as one step; {undo.replace('+', ' ')} takes it back"
        )
        self._page.desk.notify(State("zap", words, Tone.OK))
        await self._session.reread()

    def _wanted(self) -> Sequence[Key]:
        deck, rows = self._session.deck, self._page.grid.rows
        checked = [key for key in rows.checked if isinstance(key, Key)]
        return checked or [deck.key(row) for row in rows.snapshot()]


def action_words(bulk: Bulk, count: int) -> str:
    """What the filled button says: "Accept 402 records"."""
    verb = {
        BulkAction.ACCEPT: "Accept",
        BulkAction.REJECT: "No counterpart for",
        BulkAction.TARGET: "Set",
        BulkAction.CUSTOMER: "Set",
        BulkAction.SET_PACK: "Set the factor of",
        BulkAction.RULE: "Apply to",
        BulkAction.ASSIGN: "Assign",
        BulkAction.EXCLUDE: "Exclude",
    }.get(bulk.action, "Mark")
    return f"{verb} {counted(count, 'record')}"
