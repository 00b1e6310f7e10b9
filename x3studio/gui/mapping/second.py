"""Looking again: a sample judged without scores or the first judgement, and four eyes for what earns most."""

import random
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from x3studio.domain.mappings import Judgement
from x3studio.domain.workbench import Confidence, Key, Kind, RecordState
from x3studio.gui.mapping.cards import HEIGHT, Cards
from x3studio.gui.mapping.keymap import digit_of
from x3studio.gui.mapping.telling import short
from x3studio.gui.mapping.vocabulary import KINDS, money, symbol
from x3studio.gui.mapping.words import factor_words
from x3studio.gui.page import Desk
from x3studio.gui.states import State, counted
from x3studio.gui.tasks import alive
from x3studio.gui.theme import Tone
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Button, Look
from x3studio.gui.widgets.dialog import Dialog
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, row
from x3studio.gui.widgets.progress import Progress
from x3studio.gui.widgets.table.columns import MISSING, Column
from x3studio.gui.widgets.table.columns import Kind as CellKind
from x3studio.gui.widgets.table.fixed import FixedRows
from x3studio.gui.widgets.table.view import Table
from x3studio.workbench import Candidate, Deck, Evidence
from x3studio.workspace.workbench.deciding import who
from x3studio.workspace.workbench.values import Choice, Unseconded

_MOST = 5
_FACTS = frozenset(
    {"EAN", "Pack", "Price", "Brand", "Variant", "Weight", "VAT number", "Currency", "Country"}
)
"""What the foreign side says of itself, beside its title; X3's side is on the cards."""


class SecondLook(Dialog):
    """One record after the other; candidates stand in no order, and nothing tells what was decided."""

    def __init__(self, desk: Desk, parent: QWidget, kind: Kind, keys: Sequence[Key]) -> None:
        super().__init__(desk.theme, parent, "Judge again, without scores", width=560)
        theme = desk.theme
        self._desk, self._kind, self._keys = desk, kind, list(keys)
        self._place = 0
        self._writing = True
        """Until the record is shown, and while its judgement is written."""
        self._shown: tuple[Candidate, ...] = ()
        self._progress = Progress(theme, "Judged again")
        self._code = Label(theme, role=Role.SECTION)
        self._title = Label(theme, role=Role.BODY, tone="text2", wrap=True)
        self._facts = Label(theme, role=Role.SECONDARY, tone="text2", wrap=True)
        self._cards = Cards(theme)
        self._cards.set_blind(True)
        self._cards.set_most(_MOST)
        self._cards.setMinimumHeight(_MOST * (HEIGHT + 7))
        self._cards.chosen.connect(self.judge)
        none = Button(theme, "None of these", cap="X")
        skip = Button(theme, "Skip", look=Look.GHOST, cap="Space")
        none.clicked.connect(lambda: self.judge(-1))
        skip.clicked.connect(self._next)
        for part in (self._progress, self._code, self._title, self._facts, self._cards):
            self.add(part)
        self.add(row(none, skip, STRETCH, gap=8))
        self.say_safety("Nothing that was decided changes by this")
        self.add_button("Stop", answer="stop")
        self._start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits choose, X is none of them, Space skips."""
        digit = digit_of(event)
        if 0 < digit <= len(self._shown):
            self.judge(digit - 1)
        elif event.key() == Qt.Key.Key_X:
            self.judge(-1)
        elif event.key() == Qt.Key.Key_Space and not self._writing:
            self._next()
        else:
            super().keyPressEvent(event)

    def judge(self, place: int) -> None:
        """Takes the judgement down and goes on; -1 is none of them. One at a time, however quick the keys."""
        if self._writing:
            return
        self._writing = True
        key = self._keys[self._place]
        choice = Choice(self._kind, key, judgement=Judgement.REJECTED)
        if place >= 0:
            one = self._shown[place]
            target = "" if one.components else one.target
            choice = Choice(self._kind, key, target, one.pack, one.components)
        self._desk.tasks.start(self._judge(choice), name="judge again")

    async def _judge(self, choice: Choice) -> None:
        await self._desk.host.workbench.judge_again(choice)
        self._next()

    def _next(self) -> None:
        self._place += 1
        self._writing = True
        if self._place < len(self._keys):
            self._start()
        else:
            self.close_with("done")

    def _start(self) -> None:
        self._progress.set_value(self._place, len(self._keys))
        self._desk.tasks.start(self._show(self._keys[self._place]), name="read the record")

    async def _show(self, key: Key) -> None:
        evidence = await self._desk.host.workbench.evidence(self._kind, key)
        if not alive(self) or key != self._keys[min(self._place, len(self._keys) - 1)]:
            return
        self._shown = mixed(evidence)
        self._writing = False
        self._code.setText(short(key))
        self._title.setText(" · ".join(filter(None, (evidence.title, evidence.subtitle))))
        said = [f"{one.field} {one.amazon}" for one in evidence.rows if one.field in _FACTS and one.amazon]
        self._facts.setText(" · ".join(fact for fact in said if not fact.endswith(MISSING)))
        self._facts.setVisible(bool(self._facts.text()))
        self._cards.show_candidates(self._shown, current=-1)


def mixed(evidence: Evidence) -> tuple[Candidate, ...]:
    """Some candidates in no order, with what stands among them; a kit that stands is one of them."""
    known = list(evidence.candidates)
    if evidence.components:
        parts = " + ".join(f"{factor_words(one.quantity)} {one.itmref}" for one in evidence.components)
        known.append(Candidate("Kit", parts, Confidence.NONE, components=evidence.components))
    standing = [one for one in known if one.target == evidence.standing or one.components]
    shown = (standing + [one for one in known if one not in standing])[:_MOST]
    random.shuffle(shown)
    return tuple(shown)


async def look_again(desk: Desk, parent: QWidget, kind: Kind) -> None:
    """Draws a sample where none waits, has it judged, and tells how often both judgements agreed."""
    bench = desk.host.workbench
    keys = await bench.second_looks(kind)
    if not keys and await bench.checks.ask_again(kind):
        keys = await bench.second_looks(kind)
    if not keys:
        desk.notify(
            State("scan-eye", "Nothing was decided by hand yet that could be judged again", Tone.IDLE)
        )
        return
    await SecondLook(desk, parent, kind, keys).ask()
    agreement = await bench.agreement(kind)
    if agreement.judged:
        share = f"{agreement.agreed / agreement.judged:.0%}".replace("%", " %")
        words = f"Of {agreement.judged:,} judged again, {agreement.agreed:,} agreed ({share})"
        tone = Tone.OK if agreement.agreed == agreement.judged else Tone.WARN
        desk.notify(State("scan-eye", words, tone))


async def four_eyes(desk: Desk, parent: QWidget, kind: Kind) -> Key | None:
    """Decisions on what earns most that nobody else has seen; the record to be opened, None for none."""
    bench = desk.host.workbench
    deck = await bench.deck(kind)
    waiting = await bench.checks.unseconded(deck)
    if not waiting:
        desk.notify(State("circle-check", "A second person has seen everything that earns most", Tone.OK))
        return None
    dialog = FourEyes(desk, parent, waiting, deck)
    answer = await dialog.ask()
    current = dialog.table.current()
    return current.key if answer == "open" and current is not None else None


class FourEyes(Dialog):
    """Approving is for another person than the one who decided; the service refuses one's own."""

    def __init__(self, desk: Desk, parent: QWidget, waiting: Sequence[Unseconded], deck: Deck) -> None:
        super().__init__(desk.theme, parent, "Four eyes for what earns most", width=760)
        self._desk = desk
        self._waiting = list(waiting)
        self._words = Label(desk.theme, tone="text2", wrap=True)
        self.add(self._words)
        self.rows = FixedRows[Unseconded](_columns(deck), key=lambda one: one.key, rows=list(waiting))
        self.table = Table[Unseconded](desk.theme, self.rows, name="Seen by one person", tasks=desk.tasks)
        self.rows.setParent(self.table)
        self.table.setFixedHeight(31 + min(28 * len(waiting), 280))
        self.add(self.table)
        self._reason = Label(desk.theme, role=Role.SECONDARY, tone="text2")
        self._approval = Button(desk.theme, "I have looked: approve", icon="check")
        self._approval.clicked.connect(self._approve)
        self.add(row(self._approval, self._reason, STRETCH, gap=10))
        self.say_safety("Approving changes no decision")
        self.add_button("Close")
        self.add_button("Open the record", answer="open", look=Look.FILLED)
        self.table.chosen.connect(lambda _row: self._follow())
        self.table.choose_first()
        self.table.setFocus()
        self._follow()

    def _follow(self) -> None:
        current = self.table.current()
        own = current is not None and current.who == who()
        self._approval.setEnabled(current is not None and not own)
        self._reason.setText("Your own decision: another person has to look at it" if own else "")
        verb = "waits" if len(self._waiting) == 1 else "wait"
        self._words.setText(
            f"{counted(len(self._waiting), 'decision')} on the records that bring a fifth of the revenue"
            f" {verb} for a second person."
        )

    def _approve(self) -> None:
        current = self.table.current()
        if current is not None:
            self._desk.tasks.start(self._approved(current), name="approve the decision")

    async def _approved(self, one: Unseconded) -> None:
        await self._desk.host.workbench.checks.approve(one.decision)
        self._waiting.remove(one)
        if not self._waiting:
            self.close_with("done")
            return
        self.rows.set_rows(self._waiting)
        self.table.choose_first()
        self._follow()


def _columns(deck: Deck) -> tuple[Column[Unseconded], ...]:
    """The record, what was decided about it and by whom, and what it earns."""
    _name, record, _title, _target = KINDS[deck.kind]

    def stands(one: Unseconded) -> tuple[str, str]:
        row = deck.row_of(one.key)
        if row < 0:
            return "", ""
        if deck.state(row) is RecordState.KIT:
            return "Kit", ""
        return deck.targets[row] or "No counterpart", deck.target_titles[row]

    return (
        Column("key", record, lambda one: short(one.key), role=Role.STRONG, width=150, middle=True),
        Column("target", "Stands for", lambda one: " · ".join(filter(None, stands(one))), stretch=True),
        Column("who", "Decided by", lambda one: one.who, width=110, tone="text2"),
        Column(
            "worth",
            f"{symbol(deck.currency)} 90 d",
            lambda one: money(one.worth),
            kind=CellKind.NUMBER,
            width=100,
        ),
    )
