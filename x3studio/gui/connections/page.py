"""The connections page: layout and wiring."""

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from x3studio.domain.connections import ProbeStep
from x3studio.gui.connections import data
from x3studio.gui.connections.cards import ConnectionList
from x3studio.gui.connections.draft import Draft
from x3studio.gui.connections.fields import Side
from x3studio.gui.connections.findings import Findings
from x3studio.gui.connections.renew import SAVED, Renewal
from x3studio.gui.connections.summary import Summary
from x3studio.gui.connections.wizard import Wizard
from x3studio.gui.connections.words import SYSTEMS, At, moment, place_of
from x3studio.gui.page import Desk, Page
from x3studio.gui.states import State
from x3studio.gui.theme import Tone
from x3studio.gui.widgets.banner import Banner
from x3studio.gui.widgets.dialog import confirm
from x3studio.gui.widgets.layout import boxed, clear, column, row
from x3studio.gui.widgets.panels import Pane
from x3studio.gui.widgets.surfaces import Card
from x3studio.store import SavedConnection

_ROOM_FOR_FINDINGS = 1_290
"""Below that the wizard needs the width for itself (design: connections drops the findings column)."""


NEW = {"new:x3": Side.X3, "new:amazon": Side.AMAZON}


class ConnectionsPage(Page):
    """The list, and beside it one connection: its summary, or the wizard that makes or changes it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        theme = desk.theme
        self._saved: dict[str, SavedConnection] = {}
        self._name = self._wanted = ""
        self._later: set[str] = set()
        self._announced = ""
        self.list = ConnectionList(theme, desk.host)
        self.summary = Summary(theme, desk.host)
        self.wizards: dict[Side, Wizard] = {}
        """Made when one is first needed: each is many inputs."""
        self.findings = Findings(theme)
        self.findings.hide()
        self._banner = column(gap=0)
        self._empty = Card(theme)
        self._pane = Pane(theme, QWidget())
        self._empty.add(self._pane, stretch=1)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.summary)
        self._pane.show_state().show_busy("Reading the connections")
        below = row(self._stack, self.findings, gap=12)
        below.setStretch(0, 1)
        main = column(self._banner, below, gap=12, margins=(16, 14, 16, 14))
        main.setStretch(1, 1)
        self._main = boxed(main)
        whole = row(self.list, self._main, gap=0)
        whole.setStretch(1, 1)
        self.setLayout(whole)
        self._wire()

    async def refresh(self) -> None:
        """Reads the connections; a wizard under way stays as it is."""
        saved = await data.load(self.desk.host.store)
        self._saved = {one.connection.name: one for one in saved}
        self.list.show_connections(saved)
        self._show_banner()
        if self._wanted:
            self.show_record(self._wanted)
        elif self._wizard is not None:
            self._wizard_moved()
        elif self._name in self._saved:
            self.summary.show_connection(self._saved[self._name])
        else:
            self._choose(next(iter(self._saved), ""))

    def show_record(self, record: str) -> None:
        """A connection by its name; one that cannot sign in opens its field for the new secret at once.

        "new:x3" and "new:amazon" begin a new connection of that side.
        """
        if record in NEW:
            self._add(NEW[record])
            return
        self._wanted = record
        if record in self._saved:
            self._choose(record)
            if self._saved[record].state == "expired":
                self._renew(record)

    def panels(self) -> Sequence[QWidget]:
        """List, then what is shown beside it."""
        return (self.list, self._main)

    def keys(self) -> Sequence[tuple[str, str]]:
        """What this page binds."""
        return (
            ("Up", "Connection above"),
            ("Down", "Connection below"),
            ("Return", "In a form: on to the next step"),
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The findings give way first."""
        super().resizeEvent(event)
        self._fit()

    @property
    def _wizard(self) -> Wizard | None:
        shown = self._stack.currentWidget()
        return shown if isinstance(shown, Wizard) else None

    def _wire(self) -> None:
        self.list.chosen.connect(self._choose)
        self.list.adding.connect(self._add)
        self.summary.testing.connect(lambda: self._change(check=True))
        self.summary.editing.connect(lambda: self._change(check=False))
        self.summary.renewing.connect(lambda: self._renew(self._name))
        self.summary.deleting.connect(
            lambda: self.desk.tasks.start(self._delete(self._name), name=f"delete {self._name}")
        )

    def _choose(self, name: str) -> None:
        """Shows a saved connection; without one, what to do first."""
        self._leave_wizard()
        self._wanted = ""
        self._name = name if name in self._saved else next(iter(self._saved), "")
        self.list.choose(self._name)
        if self._name:
            self.summary.show_connection(self._saved[self._name])
        else:
            self._pane.show_state().show_empty(
                "Nothing is connected yet",
                "Connect one X3 folder and one Amazon account; then orders can flow.",
                icon="plug",
                tone="muted",
                action="Connect Sage X3",
                act=lambda: self._add(Side.X3),
            )
        self._show(self.summary if self._name else self._empty)

    def _add(self, side: Side) -> None:
        self._leave_wizard()
        self.list.choose("")
        self._open_wizard(side).begin(Draft.fresh(side), taken=self._saved.keys())

    def _change(self, *, check: bool) -> None:
        draft = Draft.of(self._saved[self._name].connection)
        wizard = self._open_wizard(draft.side)
        (wizard.check if check else wizard.begin)(draft, taken=self._saved.keys())

    def _leave_wizard(self) -> None:
        wizard = self._wizard
        if wizard is not None:
            wizard.stop()
            self.list.show_connections(list(self._saved.values()))

    def _was_saved(self, name: str) -> None:
        self.desk.notify(State("circle-check", f"{name} is connected", Tone.OK))
        self._later.discard(name)
        self._name = self._wanted = name
        self._leave_wizard()
        self._show(self.summary)
        self.desk.tasks.start(self.refresh(), name="read the connections")

    def _wizard_moved(self) -> None:
        """The card of the connection under test counts its steps; the findings follow."""
        wizard = self._wizard
        if wizard is None:
            return
        draft = wizard.draft
        self.findings.show_steps(wizard.steps, wizard.side, wizard.environment, profile=wizard.profile)
        self._fit()
        if wizard.running and draft.saved is not None:
            total = len(wizard.steps)
            words = f"Testing, step {min(wizard.test.done + 1, total)} of {total}"
            place = place_of(draft.saved, self.desk.host.marketplaces())
            state = State("loader-circle", words, Tone.LIVE)
            self.list.show_draft(draft.name, place, wizard.environment, state)
        elif draft.saved is not None:
            self.list.show_connections(list(self._saved.values()))

    def _check_failed(self, step: ProbeStep) -> None:
        noting = data.note_failure(self.desk.host.store, self._name, step)
        self.desk.tasks.start(noting, name=f"note the state of {self._name}")

    def _renew(self, name: str) -> None:
        self.desk.tasks.start(self._paste(name), name=f"renew the secret of {name}")

    async def _paste(self, name: str) -> None:
        if await Renewal(self.desk, self, self._saved[name]).ask() == SAVED:
            self._was_saved(name)

    async def _delete(self, name: str) -> None:
        system = SYSTEMS[Draft.of(self._saved[name].connection).side]
        fact = (
            f"Its settings and its secrets are deleted, and flows stop that need it. "
            f"Runs, exceptions and mappings stay, and nothing changes in {system}."
        )
        theme = self.desk.theme
        if await confirm(theme, self, f"Delete {name}?", fact=fact, action=f"Delete {name}", danger=True):
            await self.desk.host.forget(name)
            self._name = ""
            await self.refresh()

    def _show_banner(self) -> None:
        """One banner for the first connection that cannot sign in; "Later" hides it until the next."""
        expired = [one for one in self._saved.values() if one.state == "expired"]
        self._later &= {_event(one) for one in expired}
        first = next((one for one in expired if _event(one) not in self._later), None)
        wanted = _event(first) if first is not None else ""
        if wanted == self._announced:
            return
        self._announced = wanted
        clear(self._banner)
        if first is None:
            return
        name = first.connection.name
        more = f" {len(expired) - 1} more cannot sign in either." if len(expired) > 1 else ""
        banner = Banner(
            self.desk.theme,
            Tone.BAD,
            f"{name}: the sign-in was refused on {moment(first.since)}",
            f"Its flows wait. Nothing is lost: what came meanwhile is fetched after the next sign-in.{more}",
            icon="key-round",
            action="Paste new secret",
            later=True,
        )
        banner.acted.connect(lambda: self._renew(name))
        banner.dismissed.connect(lambda: self._put_off(wanted))
        self._banner.addWidget(banner)
        banner.show()

    def _put_off(self, event: str) -> None:
        self._later.add(event)
        self._show_banner()

    def _open_wizard(self, side: Side) -> Wizard:
        if side not in self.wizards:
            wizard = self.wizards[side] = Wizard(self.desk, side)
            self._stack.addWidget(wizard)
            wizard.saved.connect(self._was_saved)
            wizard.closed.connect(lambda: self._choose(self._name))
            wizard.moved.connect(self._wizard_moved)
            wizard.failed.connect(self._check_failed)
        self._show(self.wizards[side])
        return self.wizards[side]

    def _show(self, part: QWidget) -> None:
        self._stack.setCurrentWidget(part)
        self._fit()

    def _fit(self) -> None:
        wizard = self._wizard
        tells = wizard is not None and wizard.at in (At.TEST, At.ACCOUNT)
        self.findings.setVisible(tells and self.width() >= _ROOM_FOR_FINDINGS)


def _event(saved: SavedConnection) -> str:
    """One refusal of one connection."""
    return f"{saved.connection.name} {saved.since.isoformat()}"
