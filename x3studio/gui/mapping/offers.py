"""What a conflict offers, carried out: each button does what it says."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from x3studio.domain.mappings import Judgement
from x3studio.domain.workbench import Mark
from x3studio.gui.mapping.asking import ask_choice
from x3studio.gui.mapping.changing import Changing
from x3studio.gui.mapping.comparing import show_comparison
from x3studio.gui.mapping.editing import Editing
from x3studio.gui.mapping.telling import pack_wanted
from x3studio.gui.mapping.unifying import UnifyDialog, decided, of
from x3studio.gui.states import State
from x3studio.gui.theme import Tone
from x3studio.workbench import Action, Evidence, Offer

if TYPE_CHECKING:
    from x3studio.gui.mapping.page import MappingPage

_SHOWN = frozenset({Action.COMPARE, Action.NORMALISE, Action.SHOW_DIGIT})
LOTS = (
    ("by the rule of the item in X3", "X3 assigns them by the item's own rule when it delivers"),
    ("by a person in X3", "A person assigns them in X3 when it delivers"),
)
SHARING = (
    ("fba_fbm", "The same article, once shipped by Amazon and once by you"),
    ("relist", "The same article, listed a second time"),
    ("marketplaces", "The same article on several marketplaces"),
    ("error", "By mistake: one of them stands for something else"),
)


class Offers(QObject):
    """`take` carries out the offer of a conflict of the record in hand."""

    def __init__(self, page: "MappingPage", changing: Changing, editing: Editing) -> None:
        super().__init__(page)
        self._page, self._session, self._desk = page, page.session, page.desk
        self._changing = changing
        self._ways: dict[Action, Callable[[Evidence, Offer], Awaitable[None]]] = {
            Action.SET_PACK: lambda evidence, offer: self._set_pack(evidence, offer, editing),
            Action.USE_SUCCESSOR: self._successor,
            Action.NO_ITEM: self._none,
            Action.DECLARE_SHARING: self._share,
            Action.STOP_PUSH: self._stop_push,
            Action.SITE_RULE: self._site_rule,
            Action.BUILD_KIT: lambda _evidence, _offer: editing.kit(),
            Action.MAP_CHILDREN: lambda _evidence, _offer: editing.family(),
            Action.EDIT_UNIT: lambda _evidence, _offer: editing.pack(whole=True),
            Action.UNIFY: self._unify,
            Action.NEW_CUSTOMER: lambda _evidence, _offer: editing.request(),
        }
        self._plain: dict[Action, Callable[[], object]] = {
            Action.FETCH: lambda: page.work.fetch("items"),
            Action.LOOK_UP: page.work.match,
            Action.PICK_CUSTOMER: lambda: page.acting.do("search"),
        }

    def take(self, offer: Offer) -> None:
        """Does what the button says."""
        self._session.act(lambda: self._take(offer), name=offer.words.lower())

    async def _take(self, offer: Offer) -> None:
        evidence = await self._session.current()
        if evidence is None:
            return
        if offer.action in _SHOWN:
            await show_comparison(self._desk, self._page, evidence, offer)
        elif offer.action in self._plain:
            self._plain[offer.action]()
        else:
            await self._ways[offer.action](evidence, offer)

    async def _successor(self, evidence: Evidence, offer: Offer) -> None:
        await self._changing.accept(evidence.key, offer.value)

    async def _none(self, evidence: Evidence, _offer: Offer) -> None:
        await self._changing.decide(evidence.key, judgement=Judgement.REJECTED)

    async def _stop_push(self, evidence: Evidence, _offer: Offer) -> None:
        await self._changing.mark([evidence.key], Mark.PUSH, "", said="The quantity is no longer sent")

    async def _set_pack(self, evidence: Evidence, offer: Offer, editing: Editing) -> None:
        """Accepts with the factor that everything agrees on; a mere suspicion opens the editor."""
        if offer.value != pack_wanted(evidence):
            await editing.pack(start=offer.value)
            return
        place = min(self._session.chosen, len(evidence.candidates) - 1)
        target = evidence.candidates[place].target if place >= 0 else evidence.standing
        if target:
            await self._changing.accept(evidence.key, target, pack=offer.value)

    async def _share(self, evidence: Evidence, _offer: Offer) -> None:
        why = await ask_choice(
            self._desk,
            self._page,
            "Why do several stand for one X3 item?",
            SHARING,
            fact="Your reason is kept beside the record and travels with the project, for whoever sends stock"
            " to Amazon: these SKUs draw on the same units. X3 Studio itself sends no stock yet.",
            action="Declare",
        )
        if why == "error":
            self._page.acting.do("search")
        elif why:
            await self._changing.mark([evidence.key], Mark.SHARE, why, said="Shared stock declared")

    async def _unify(self, evidence: Evidence, _offer: Offer) -> None:
        pairs = await decided(self._desk.host.store, evidence.key.code)
        if len(pairs) < 2:
            self._desk.notify(State("info", "Nothing else stands for this SKU any more", Tone.IDLE))
            return
        domains = self._page.showing.domains
        dialog = UnifyDialog(self._desk, self._page, pairs, here=evidence.key.marketplace, domains=domains)
        if await dialog.ask() != "save":
            return
        if dialog.chosen is None:
            said = "Difference declared"
            await self._changing.mark(dialog.keys(), Mark.APART, dialog.reason, said=said)
        else:
            said = f"{of(dialog.chosen)} everywhere"
            batch = f"{evidence.key.code}: {said}"
            await self._changing.accept_many(dialog.choices(), said=said, batch=batch)

    async def _site_rule(self, _evidence: Evidence, _offer: Offer) -> None:
        how = await ask_choice(
            self._desk,
            self._page,
            "Lot, serial number or expiry",
            LOTS,
            fact="An Amazon order names none, and none is sent to X3. Your choice is kept in the site's"
            " settings (lots) and settles this conflict for every item; the list follows with the next"
            " search. Change it in Settings: undo does not reach it.",
            action="Save for every item",
        )
        if how:
            await self._session.bench.choose_lots(how)
            await self._session.reread()
            self._desk.notify(State("circle-check", f"Lots and serials are assigned {how}", Tone.OK))
