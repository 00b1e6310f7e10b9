"""The wizard: settings, the test, what came of it, and only then the button that saves."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QStackedWidget, QWidget

from x3studio.domain.connections import Environment, ProbeStep, Profile
from x3studio.gui.connections.account import AccountPage, participating
from x3studio.gui.connections.draft import Draft, free_name
from x3studio.gui.connections.fields import FIRST, MORE, Side
from x3studio.gui.connections.finish import FinishPage
from x3studio.gui.connections.form import FormPage
from x3studio.gui.connections.report import report
from x3studio.gui.connections.testing import TestPage
from x3studio.gui.connections.words import SYSTEMS
from x3studio.gui.page import Desk
from x3studio.gui.states import State
from x3studio.gui.theme import Tone
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Button, Look
from x3studio.gui.widgets.chips import Tag
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, row
from x3studio.gui.widgets.progress import Bar
from x3studio.gui.widgets.stepper import Stepper
from x3studio.gui.widgets.surfaces import Card, line

if TYPE_CHECKING:
    from x3studio.workspace import Probe

_STEPS = {
    Side.X3: ("Address", "Options", "Test", "Load manners"),
    Side.AMAZON: ("Sign-in", "Account", "Test", "Name"),
}
_TITLES = {
    Side.X3: ("Where X3 is, and how it knows us", "These four are enough for most sites."),
    Side.AMAZON: ("How Amazon knows us", "Seller Central shows these four under Develop apps."),
}
_MORE = {
    Side.X3: ("What some sites need", "Leave these as they are unless the test asks for one of them."),
    Side.AMAZON: ("What a test endpoint needs", "Empty for every real account."),
}


class At(StrEnum):
    """The wizard's pages."""

    FIRST = "first"
    MORE = "more"
    ACCOUNT = "account"
    TEST = "test"
    FINISH = "finish"


class Wizard(Card):
    """`saved` carries the connection's name, `closed` tells that it was left, `moved` that the test went on."""

    saved = Signal(str)
    closed = Signal()
    moved = Signal()

    def __init__(self, desk: Desk, side: Side) -> None:
        super().__init__(desk.theme)
        theme = desk.theme
        self._desk, self.side = desk, side
        self._draft = Draft.fresh(side)
        self._probe: Probe | None = None
        self._taken: Collection[str] = ()
        self._task: object = None
        self.running = False
        self._looking = False
        self._title = Label(theme, f"Connect {SYSTEMS[side]}", role=Role.SECTION)
        self._tag = Tag(theme, self._draft.environment)
        self.copy = Button(theme, "Copy report", look=Look.GHOST, icon="copy")
        self._stepper = Stepper(theme, _STEPS[side])
        self._bar = Bar(theme, height=2)
        title, lead = _TITLES[side]
        self.first = FormPage(theme, FIRST[side], title=title, lead=lead)
        title, lead = _MORE[side]
        self.more = FormPage(theme, MORE[side], title=title, lead=lead, columns=2)
        self.account = AccountPage(theme, desk.host.marketplaces())
        self.test = TestPage(theme)
        self.finish = FinishPage(theme)
        self._pages: Mapping[At, QWidget] = {
            At.FIRST: self.first,
            At.MORE: self.more,
            At.ACCOUNT: self.account,
            At.TEST: self.test,
            At.FINISH: self.finish,
        }
        self._stack = QStackedWidget()
        self.back = Button(theme, "Cancel")
        self.options = Button(theme, "Options", look=Look.GHOST)
        self._note = Label(theme, role=Role.SECONDARY, tone="text2")
        self.cancel_test = Button(theme, "Cancel test")
        self.forward = Button(theme, "Test connection", look=Look.FILLED)
        self._seconds = QTimer(self)
        self._seconds.setInterval(1000)
        self._clock = QElapsedTimer()
        self._lay_out()
        self._wire()

    @property
    def at(self) -> At:
        """The page that is shown."""
        return next(at for at, page in self._pages.items() if page is self._stack.currentWidget())

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
    def name(self) -> str:
        """How the connection is called, or would be."""
        return self._draft.name

    def begin(self, draft: Draft, *, taken: Collection[str]) -> None:
        """Shows the first page of a new or a saved connection. `taken` are the names that exist."""
        self._draft, self._taken, self._probe = draft, taken, None
        saved = draft.saved
        self._title.setText(f"Edit {saved.name}" if saved else f"Connect {SYSTEMS[self.side]}")
        kept = self._desk.host.vault_kind if saved else ""
        self.first.show_draft(draft, kept_in=kept)
        self.more.show_draft(draft, kept_in=kept)
        self.test.show_plan(self.side, draft.values)
        self._show(At.FIRST)
        self.first.focus_first()

    def retry(self, draft: Draft, *, taken: Collection[str]) -> None:
        """Begins with the test itself: settings that are there already, some of them corrected."""
        self.begin(draft, taken=taken)
        self._start(draft)

    def stop(self) -> None:
        """Ends a test under way."""
        if self.running:
            self._task.cancel()  # type: ignore[attr-defined]

    def press_back(self) -> None:
        """One page back; from the first the wizard is left."""
        self.stop()
        match self.at:
            case At.FIRST:
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
            case At.TEST if self.profile is not None:
                self._show(At.FINISH)
            case At.TEST:
                self._start(self._draft)
            case At.ACCOUNT:
                if not self.account.show_problems():
                    self._start(self._typed())
            case _:
                self._start(self._typed())

    def copy_report(self) -> None:
        """Puts the test's report on the clipboard."""
        probe = self._probe
        connection = probe.connection if probe else self._draft.connection(name=self._draft.name)
        secrets = [*self._draft.secrets().values(), *(probe.secrets.values() if probe else ())]
        QGuiApplication.clipboard().setText(report(connection, self.steps, secrets=secrets))
        self._desk.notify(State("copy", "The report is on the clipboard, without secrets", Tone.OK))

    def _typed(self) -> Draft:
        typed = {**self.first.values(), **self.more.values()}
        if self.side is Side.AMAZON and self.at is At.ACCOUNT:
            typed |= self.account.values()
        return self._draft.with_values(typed)

    def _start(self, draft: Draft) -> None:
        """Begins a test, unless a setting is still missing: then its page opens and says so."""
        problems = draft.problems()
        if problems:
            self._draft = draft
            at = At(draft.page_of(next(iter(problems))))
            self._show(at)
            shown = {At.FIRST: self.first, At.MORE: self.more}
            shown[at].show_problems(problems)
            return
        self._draft, self._probe = draft, None
        # Without an account Amazon is first asked where it sells; the whole test follows.
        self._looking = self.side is Side.AMAZON and not (draft.get("seller_id") and draft.get("marketplaces"))
        name = draft.name if draft.saved else free_name(draft.name, self._taken)
        connection, host = draft.connection(name=name), self._desk.host
        self.test.show_plan(self.side, {key: draft.get(key) for key in draft.values})
        self._show(At.TEST)
        opening = host.revise(connection, draft.secrets()) if draft.saved else self._new(draft, name)
        self.running = True
        self._clock.start()
        self._seconds.start()
        task = self._desk.tasks.start(
            self.test.follow(opening, until="account" if self._looking else ""),
            name=f"test {name}",
            done=self._tested,
        )
        self._task = task
        task.add_done_callback(lambda ended: self._ended(cancelled=ended.cancelled()))
        self._show(At.TEST)

    async def _new(self, draft: Draft, name: str) -> "Probe":
        return self._desk.host.probe(draft.connection(name=name), draft.secrets())

    def _ended(self, *, cancelled: bool) -> None:
        self.running = False
        self._seconds.stop()
        if cancelled:
            self.test.show_cancelled()
        self._show(self.at)
        if self.at is At.TEST and not self.test.focus_failure():
            self.forward.setFocus()

    def _tested(self, probe: "Probe") -> None:
        failed = any(step.verdict.value == "fail" for step in self.steps)
        self.running = False
        if self._looking and not failed:
            self.account.show_draft(self._draft, sells_in=participating(probe.exchanges))
            self._show(At.ACCOUNT)
            self.account.focus_first()
            return
        self._probe = probe if probe.profile is not None else None
        if probe.profile is not None:
            self.finish.show_found(
                probe.connection,
                probe.profile,
                self.steps,
                taken=self._taken,
                fixed=self._draft.saved is not None,
            )

    def _correct(self, values: Mapping[str, str]) -> None:
        """A failure's own way on: the corrected values go into the forms as well."""
        draft = self._draft.with_values(values)
        kept = self._desk.host.vault_kind if draft.saved else ""
        self.first.show_draft(draft, kept_in=kept)
        self.more.show_draft(draft, kept_in=kept)
        self._start(draft)

    def _save(self) -> None:
        manners, probe = self.finish.manners(), self._probe
        if manners is None or probe is None:
            return
        probe.connection = manners.applied(probe.connection)
        self._desk.tasks.start(
            self._keep(probe), name=f"save {manners.name}", busy=self.forward, done=self.saved.emit
        )

    async def _keep(self, probe: "Probe") -> str:
        name = probe.connection.name
        await self._desk.host.save(probe)
        await self._desk.host.resume(name)
        return name

    def _show(self, at: At) -> None:
        """A page with its step, its buttons and what the foot says."""
        self._stack.setCurrentWidget(self._pages[at])
        account = At.ACCOUNT if self.side is Side.AMAZON else At.MORE
        order = (At.FIRST, account, At.TEST, At.FINISH)
        place = 0 if at is At.TEST and self._looking else order.index(at) if at in order else 0
        self._stepper.show_step(place)
        self._tag.show_environment(self.environment)
        self._bar.set_value(self.test.done if at is At.TEST else 0, max(len(self.steps), 1))
        self.copy.setVisible(at in (At.TEST, At.FINISH))
        self.options.setVisible(at in (At.FIRST, At.TEST) and not self.running)
        self.cancel_test.setVisible(self.running)
        self.back.setText("Cancel" if at is At.FIRST else "Back")
        self.forward.setText(self._forward_words(at))
        self.forward.setEnabled(not self.running)
        self._say(at)
        self.moved.emit()

    def _forward_words(self, at: At) -> str:
        if at is At.FINISH:
            return "Save"
        if at is At.TEST:
            return "Next" if self.running or self.profile is not None else "Test again"
        return "Next" if at is At.FIRST and self.side is Side.AMAZON else "Test connection"

    def _say(self, at: At) -> None:
        seconds = self._clock.elapsed() // 1000 if self._clock.isValid() else 0
        if self.running:
            self._note.setText(f"Test runs {seconds} s, each step stops by itself after 60 s")
        elif at is At.TEST:
            failed = sum(step.verdict.value == "fail" for step in self.steps)
            self._note.setText("Nothing is saved before every step is through" if failed else "")
        elif at is At.FINISH:
            self._note.setText(f"Secrets go to {self._desk.host.vault_kind}")
        else:
            self._note.setText("Nothing is saved before the test succeeded")

    def _lay_out(self) -> None:
        head = row(self._title, self._tag, STRETCH, self.copy, gap=8, margins=(16, 8, 10, 8))
        foot = QFrame()
        foot.setProperty("kind", "foot")
        right = row(self._note, self.cancel_test, self.options, self.forward, gap=8)
        foot.setLayout(row(self.back, STRETCH, right, margins=(16, 11, 16, 11)))
        for page in self._pages.values():
            self._stack.addWidget(page)
        self.add(head)
        self.add(line())
        self.add(self._stepper)
        self.add(self._bar)
        self.add(self._stack, stretch=1)
        self.add(foot)

    def _wire(self) -> None:
        self.copy.clicked.connect(self.copy_report)
        self.back.clicked.connect(self.press_back)
        self.options.clicked.connect(lambda: self._open_options())
        self.cancel_test.clicked.connect(self.stop)
        self.forward.clicked.connect(self.press_forward)
        for form in (self.first, self.more, self.account, self.finish):
            form.entered.connect(self.press_forward)
        self.finish.turned.connect(lambda: self._tag.show_environment(self.environment))
        self.test.corrected.connect(self._correct)
        self.test.moved.connect(self._test_moved)
        self._seconds.timeout.connect(lambda: self._say(self.at))

    def _open_options(self) -> None:
        self._draft = self._typed()
        self._show(At.MORE)
        self.more.focus_first()

    def _test_moved(self) -> None:
        self._bar.set_value(self.test.done, max(len(self.steps), 1))
        self.moved.emit()
