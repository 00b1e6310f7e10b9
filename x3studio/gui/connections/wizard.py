"""The wizard: settings, the test, what came of it, and only then the button that saves."""

import asyncio
from collections.abc import Awaitable, Collection, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QStackedWidget

from x3studio.domain.connections import Environment, ProbeStep, Profile, Verdict
from x3studio.gui.connections.account import AccountPage, participating
from x3studio.gui.connections.draft import Draft, free_name
from x3studio.gui.connections.fields import FIRST, MORE, Side
from x3studio.gui.connections.finish import FinishPage
from x3studio.gui.connections.foot import Foot
from x3studio.gui.connections.form import FormPage
from x3studio.gui.connections.report import report
from x3studio.gui.connections.testing import TestPage
from x3studio.gui.connections.words import LIMIT, PAGE_WORDS, STEPS, SYSTEMS, At
from x3studio.gui.page import Desk
from x3studio.gui.states import State
from x3studio.gui.theme import Tone
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Button, Look
from x3studio.gui.widgets.chips import Tag
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, boxed, row
from x3studio.gui.widgets.progress import Bar
from x3studio.gui.widgets.stepper import Stepper
from x3studio.gui.widgets.surfaces import Card, line

if TYPE_CHECKING:
    from x3studio.workspace import Probe


class Wizard(Card):
    """`saved` carries the connection's name, `closed` tells that it was left, `moved` that the test went on.

    `failed` carries the step at which the test of a saved, unchanged connection failed.
    """

    saved = Signal(str)
    closed = Signal()
    moved = Signal()
    failed = Signal(object)

    def __init__(self, desk: Desk, side: Side) -> None:
        super().__init__(desk.theme)
        theme = desk.theme
        self._desk, self.side = desk, side
        self._draft = Draft.fresh(side)
        self._probe: Probe | None = None
        self._taken: Collection[str] = ()
        self._task: asyncio.Task[Probe] | None = None
        self._checking = self._looking = False
        self._title = Label(theme, role=Role.SECTION)
        self._tag = Tag(theme, self._draft.environment)
        self.copy = Button(theme, "Copy report", look=Look.GHOST, icon="copy")
        self._stepper = Stepper(theme, STEPS[side])
        self._bar = Bar(theme, height=2)
        self.first = FormPage(theme, FIRST[side], words=PAGE_WORDS[side, At.FIRST])
        self.more = FormPage(theme, MORE[side], words=PAGE_WORDS[side, At.MORE], columns=2)
        self.account = AccountPage(theme, desk.host.marketplaces())
        self.test = TestPage(theme)
        self.finish = FinishPage(theme)
        self.foot = Foot(theme)
        self._pages = {
            At.FIRST: self.first,
            At.MORE: self.more,
            At.ACCOUNT: self.account,
            At.TEST: self.test,
            At.FINISH: self.finish,
        }
        self._stack = QStackedWidget()
        self._lay_out()
        self._wire()

    @property
    def at(self) -> At:
        """The page that is shown."""
        return next(at for at, page in self._pages.items() if page is self._stack.currentWidget())

    @property
    def running(self) -> bool:
        """Whether a test is under way."""
        return self._task is not None and not self._task.done()

    @property
    def steps(self) -> list[ProbeStep]:
        """The test's steps as they stand."""
        return self.test.steps

    @property
    def profile(self) -> Profile | None:
        """What the finished test found."""
        return self._probe.profile if self._probe is not None else None

    @property
    def environment(self) -> Environment:
        """TEST or LIVE, as chosen so far."""
        return Environment(self.finish.environment.current) if self._probe else self._draft.environment

    @property
    def draft(self) -> Draft:
        """What is being connected."""
        return self._draft

    def begin(self, draft: Draft, *, taken: Collection[str]) -> None:
        """Shows the first page of a new or a saved connection. `taken` are the names that exist."""
        self._take(draft, taken=taken)
        saved = draft.saved
        self._title.setText(f"Edit {saved.name}" if saved else f"Connect {SYSTEMS[self.side]}")
        self._show(At.FIRST)
        self.first.focus_first()

    def check(self, draft: Draft, *, taken: Collection[str]) -> None:
        """Tests a saved connection as it is; what it finds is saved at once."""
        self._take(draft, taken=taken)
        self._title.setText(f"Test {draft.name}")
        self._checking = True
        self.run(self._desk.host.check(draft.name))

    def stop(self) -> None:
        """Ends a test under way."""
        if self._task is not None:
            self._task.cancel()

    def press_back(self) -> None:
        """One page back; from the first, and from the test of a saved connection, the wizard is left."""
        self.stop()
        match self.at:
            case At.FIRST:
                self.closed.emit()
            case At.TEST if self._checking:
                self.closed.emit()
            case At.FINISH:
                self._show(At.TEST)
            case At.TEST if self.side is Side.AMAZON and not self._looking:
                self._show(At.ACCOUNT)
            case _:
                self._show(At.FIRST)

    def press_forward(self) -> None:
        """Whatever the filled button says."""
        match self.at:
            case At.FINISH:
                self._save()
            case At.TEST if self.profile is not None and self._checking:
                self.saved.emit(self._draft.name)
            case At.TEST if self.profile is not None:
                self._show(At.FINISH)
            case At.TEST if self._checking:
                self.run(self._desk.host.check(self._draft.name))
            case At.TEST:
                self._start(self._draft)
            case At.ACCOUNT if self.account.show_problems():
                return
            case _:
                self._start(self._typed())

    def copy_report(self) -> None:
        """Puts the test's report on the clipboard."""
        secrets = [*self._draft.secrets().values(), *(self._probe.secrets.values() if self._probe else ())]
        connection = self._draft.connection(name=self._draft.name)
        QGuiApplication.clipboard().setText(report(connection, self.steps, secrets=secrets))
        self._desk.notify(State("copy", "The report is on the clipboard, without secrets", Tone.OK))

    def _take(self, draft: Draft, *, taken: Collection[str]) -> None:
        self.stop()
        self._draft, self._taken, self._probe = draft, taken, None
        self._checking = self._looking = False
        self._fill(draft)
        self.test.show_plan(self.side, draft.values)

    def _fill(self, draft: Draft) -> None:
        kept = self._desk.host.vault_kind if draft.saved else ""
        self.first.show_draft(draft, kept_in=kept)
        self.more.show_draft(draft, kept_in=kept)

    def _typed(self) -> Draft:
        typed = {**self.first.values(), **self.more.values()}
        if self.at is At.ACCOUNT:
            typed |= self.account.values()
        return self._draft.with_values(typed)

    def _start(self, draft: Draft) -> None:
        """Begins a test, unless a setting is still missing: then its page opens and says so."""
        problems = draft.problems()
        self._draft, self._checking = draft, False
        if problems:
            at = At(draft.page_of(next(iter(problems))))
            self._show(at)
            (self.first if at is At.FIRST else self.more).show_problems(problems)
            return
        # Without an account Amazon is first asked where it sells; the whole test follows.
        known = draft.get("seller_id") and draft.get("marketplaces")
        self._looking = self.side is Side.AMAZON and not known
        host = self._desk.host
        name = draft.name if draft.saved else free_name(draft.name, self._taken)
        connection = draft.connection(name=name)
        if draft.saved is not None:
            self.run(host.revise(connection, draft.secrets()))
        else:
            self.run(_ready(host.probe(connection, draft.secrets())))

    def run(self, opening: "Awaitable[Probe]") -> None:
        """Shows a test from its first step on; one still under way ends."""
        self.stop()
        self._probe = None
        self.test.show_plan(self.side, self._draft.values)
        self.foot.start(limit=LIMIT[self.side])
        self._task = self._desk.tasks.start(
            self.test.follow(opening),
            name=f"test {self._draft.name}",
            done=self._tested,
        )
        self._task.add_done_callback(self._ended)
        self._show(At.TEST)
        self.foot.cancel_test.setFocus()

    def _tested(self, probe: "Probe") -> None:
        failed = [step for step in self.steps if step.verdict is Verdict.FAIL]
        if self._looking and not failed:
            self.account.show_draft(self._draft, sells_in=participating(probe.exchanges))
            self._show(At.ACCOUNT)
            self.account.focus_first()
        elif probe.profile is not None:
            self._probe, fixed = probe, self._draft.saved is not None
            self.finish.show_found(
                probe.connection, probe.profile, self.steps, taken=self._taken, fixed=fixed
            )
            if self._checking:
                self._desk.tasks.start(self._keep(probe), name=f"save {probe.connection.name}")
        elif self._checking and failed:
            self.failed.emit(failed[0])

    def _ended(self, task: "asyncio.Task[Probe]") -> None:
        if task is not self._task:
            return
        self.foot.stop()
        if task.cancelled():
            self.test.show_cancelled()
        self._show(self.at)
        if self.at is At.TEST and not self.test.focus_failure():
            self.foot.forward.setFocus()

    def _correct(self, values: Mapping[str, str]) -> None:
        """A failure's own way on: the corrected values go into the forms as well."""
        draft = self._draft.with_values(values)
        self._fill(draft)
        self._start(draft)

    def _save(self) -> None:
        manners, probe = self.finish.manners(), self._probe
        if manners is not None and probe is not None:
            probe.connection = manners.applied(probe.connection)
            keeping = self._keep(probe)
            name = f"save {manners.name}"
            self._desk.tasks.start(keeping, name=name, busy=self.foot.forward, done=self.saved.emit)

    async def _keep(self, probe: "Probe") -> str:
        name = probe.connection.name
        await self._desk.host.save(probe)
        await self._desk.host.resume(name)
        return name

    def _show(self, at: At) -> None:
        """A page with its step, its buttons and what the foot says."""
        self._stack.setCurrentWidget(self._pages[at])
        second = At.ACCOUNT if self.side is Side.AMAZON else At.MORE
        order = (At.FIRST, second, At.TEST, At.FINISH)
        looks = at is At.TEST and self._looking
        self._stepper.show_step(order.index(at) if at in order and not looks else 0)
        self._stepper.setVisible(not self._checking)
        self._tag.show_environment(self.environment)
        self._bar.set_value(self.test.done if at is At.TEST else 0, max(len(self.steps), 1))
        self.copy.setVisible(at in (At.TEST, At.FINISH))
        self.foot.tell(
            at,
            looks=self.side is Side.AMAZON,
            running=self.running,
            passed=self.profile is not None,
            checking=self._checking,
            vault=self._desk.host.vault_kind,
        )
        self.moved.emit()

    def _lay_out(self) -> None:
        head = boxed(row(self._title, self._tag, STRETCH, self.copy, gap=8, margins=(16, 0, 10, 0)))
        head.setFixedHeight(44)
        self.add(head)
        self.add(line())
        self.add(self._stepper)
        self.add(self._bar)
        for page in self._pages.values():
            self._stack.addWidget(page)
        self.add(self._stack, stretch=1)
        self.add(self.foot)

    def _wire(self) -> None:
        self.copy.clicked.connect(self.copy_report)
        self.foot.back.clicked.connect(self.press_back)
        self.foot.options.clicked.connect(self._open_options)
        self.foot.cancel_test.clicked.connect(self.stop)
        self.foot.forward.clicked.connect(self.press_forward)
        for form in (self.first, self.more, self.account):
            form.entered.connect(self.press_forward)
        self.finish.entered.connect(self.press_forward)
        self.finish.turned.connect(lambda: self._tag.show_environment(self.environment))
        self.test.corrected.connect(self._correct)
        self.test.moved.connect(self._test_moved)

    def _open_options(self) -> None:
        self._draft = self._typed()
        self._show(At.MORE)
        self.more.focus_first()

    def _test_moved(self) -> None:
        self._bar.set_value(self.test.done, max(len(self.steps), 1))
        self.moved.emit()


async def _ready(probe: "Probe") -> "Probe":
    return probe
