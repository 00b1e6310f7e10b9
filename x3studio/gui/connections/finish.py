"""The last page of the wizard: what this connection can do, its name, and how gently it is treated."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from x3studio.domain.connections import Environment, ProbeStep, Profile, Verdict, X3Connection
from x3studio.gui.connections.abilities import AbilityList, FactList
from x3studio.gui.connections.draft import name_problem
from x3studio.gui.host import Connection
from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role
from x3studio.gui.widgets.inputs import Choice, Field, Input
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, boxed, clear, column, row
from x3studio.gui.widgets.picture import Picture
from x3studio.gui.widgets.surfaces import Scrolled
from x3studio.gui.widgets.switch import Segmented

_MOST_MINUTES = 240
_LEAST, _MOST = 240, 340
_ENVIRONMENTS = {
    Environment.TEST: "Nothing that is written here counts. The amber TEST mark stays on every page.",
    Environment.PROD: "Documents written here count.",
}


@dataclass(frozen=True, slots=True)
class Manners:
    """What the last page adds to a tested connection; `settle` in seconds."""

    name: str
    environment: Environment
    settle: float
    slots: int

    def applied(self, connection: Connection) -> Connection:
        """The connection under its name, with these manners."""
        if isinstance(connection, X3Connection):
            return replace(
                connection,
                name=self.name,
                environment=self.environment,
                settle_seconds=self.settle,
                slots=self.slots,
            )
        return replace(connection, name=self.name, environment=self.environment)


class FinishPage(QWidget):
    """`entered` tells that Enter was pressed; `turned` that TEST or LIVE was chosen."""

    entered = Signal()
    turned = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._taken: Collection[str] = ()
        self._fixed = False
        self._abilities = AbilityList(theme, reasons=True)
        self._facts = FactList(theme, caption=150)
        self._remarks = column(gap=6)
        self._good_to_know = Label(theme, "Good to know", role=Role.PANEL)
        self.name = Input(theme, name="Name of the connection")
        self._name = Field(
            theme, "Name", self.name, help_="Runs and exceptions are listed under it, for good."
        )
        kinds = [(Environment.TEST.value, "TEST"), (Environment.PROD.value, "LIVE")]
        self.environment = Segmented(theme, kinds, name="Do documents count")
        self.environment.chosen.connect(lambda _key: self._turn())
        self._counts = Label(theme, role=Role.SECONDARY, tone="muted", wrap=True)
        self.settle = Input(theme, name="Settle time in minutes")
        self._settle = Field(
            theme,
            "Settle time, minutes",
            self.settle,
            help_="How long a write of unknown outcome rests before it is looked up and tried again.",
        )
        slots = [(str(number), f"{number} at a time") for number in range(1, 9)]
        self.slots = Choice(theme, name="Calls at a time", choices=slots)
        self._slots = Field(
            theme, "Calls", self.slots, help_="Not more than the channels of the web service pool."
        )
        for editor in (self.name, self.settle):
            editor.returnPressed.connect(self.entered)
            editor.textEdited.connect(lambda _text: self._mark())
        self._lay_out()

    def show_found(
        self,
        connection: Connection,
        profile: Profile,
        steps: Sequence[ProbeStep],
        *,
        taken: Collection[str],
        fixed: bool,
    ) -> None:
        """What the test found; `fixed` for a saved connection, whose name stays."""
        self._taken, self._fixed = taken, fixed
        self._abilities.show_abilities(profile.abilities)
        self._facts.show_facts(profile.facts)
        self._show_remarks([step for step in steps if step.verdict is Verdict.WARN])
        self.name.setText(connection.name)
        self._name.setVisible(not fixed)
        self.environment.choose(connection.environment.value)
        is_x3 = isinstance(connection, X3Connection)
        self._settle.setVisible(is_x3)
        self._slots.setVisible(is_x3)
        if isinstance(connection, X3Connection):
            self.settle.setText(f"{connection.settle_seconds / 60:g}")
            self.slots.choose(str(min(connection.slots, 8)))
        self._turn()
        self._mark()

    def manners(self) -> Manners | None:
        """What was chosen, None where something is still wrong."""
        if not self._mark():
            return None
        return Manners(
            name=self.name.text().strip(),
            environment=Environment(self.environment.current),
            settle=float(self.settle.text().replace(",", ".") or 0) * 60,
            slots=int(self.slots.current_key()),
        )

    def _mark(self) -> bool:
        name = "" if self._fixed else name_problem(self.name.text(), self._taken)
        settle = "" if self._settle.isHidden() else settle_problem(self.settle.text())
        self._name.set_error(name)
        self._settle.set_error(settle)
        return not (name or settle)

    def _turn(self) -> None:
        self._counts.setText(_ENVIRONMENTS[Environment(self.environment.current)])
        self.turned.emit()

    def _show_remarks(self, steps: Sequence[ProbeStep]) -> None:
        clear(self._remarks)
        self._good_to_know.setVisible(bool(steps))
        for step in steps:
            words = Label(
                self._theme,
                " ".join(filter(None, (step.found, step.advice))),
                role=Role.SECONDARY,
                tone="text2",
                wrap=True,
            )
            line = row(Picture(self._theme, "triangle-alert", "warn", size=14), words, gap=8)
            line.setStretch(1, 1)
            self._remarks.addLayout(line)

    def _lay_out(self) -> None:
        theme = self._theme
        left = column(
            Label(theme, "What this connection can do", role=Role.PANEL),
            self._abilities,
            10,
            self._good_to_know,
            self._remarks,
            10,
            Label(theme, "What the test found", role=Role.PANEL),
            self._facts,
            STRETCH,
            gap=6,
        )
        count = Label(theme, "Documents", role=Role.CHIP, tone="text2")
        kind = column(count, row(self.environment, STRETCH), self._counts, gap=4)
        right = boxed(column(self._name, kind, self._settle, self._slots, STRETCH, gap=14))
        right.setMinimumWidth(_LEAST)
        right.setMaximumWidth(_MOST)
        both = row(left, right, gap=24)
        both.setStretch(0, 3)
        both.setStretch(1, 2)
        self.setLayout(column(Scrolled(both, margins=(16, 14, 16, 14)), gap=0))


def settle_problem(text: str) -> str:
    """What is wrong with a settle time, "" where it will do."""
    try:
        minutes = float(text.replace(",", "."))
    except ValueError:
        return "Give the minutes as a number, such as 15."
    if not 0 <= minutes <= _MOST_MINUTES:
        return f"Between 0 and {_MOST_MINUTES} minutes."
    return ""
