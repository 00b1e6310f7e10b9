"""The column beside the wizard: what was found, what the connection can do, what a test folder means."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from x3studio.domain.connections import Environment, ProbeStep, Profile
from x3studio.gui.connections.abilities import AbilityList, FactList, facts_of, facts_so_far, so_far
from x3studio.gui.connections.fields import Side
from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, column, row
from x3studio.gui.widgets.picture import Picture
from x3studio.gui.widgets.surfaces import Card, Scrolled

WIDTH = 248
_SYSTEM = {Side.X3: "this X3", Side.AMAZON: "this account"}


class Findings(QWidget):
    """248 px wide."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setFixedWidth(WIDTH)
        self.setAccessibleName("Findings")
        self._facts = FactList(theme)
        self._nothing = Label(
            theme, "Nothing yet: the test has not begun.", role=Role.SECONDARY, tone="muted", wrap=True
        )
        self._can = Label(theme, role=Role.PANEL)
        self._abilities = AbilityList(theme, reasons=False)
        found, can = Card(theme), Card(theme)
        found.add(self._inside(Label(theme, "Found so far", role=Role.PANEL), self._nothing, self._facts))
        can.add(self._inside(self._can, self._abilities))
        self._test = Card(theme)
        head = row(
            Picture(theme, "flask-conical", "warn"), Label(theme, "Test folder", role=Role.PANEL), STRETCH
        )
        note = Label(
            theme,
            "What runs here never reaches the live folder. The amber TEST mark stays in the title of every "
            "page.",
            role=Role.SECONDARY,
            tone="text2",
            wrap=True,
        )
        self._test.add(column(head, note, gap=6, margins=(13, 10, 13, 12)))
        self.setLayout(column(Scrolled(found, can, self._test, STRETCH, gap=12), gap=0))

    def show_steps(
        self, steps: Sequence[ProbeStep], side: Side, environment: Environment, *, profile: Profile | None
    ) -> None:
        """What the test has shown until now; its profile once it is through."""
        facts = dict(facts_of(profile)) or facts_so_far(steps)
        self._facts.show_facts(facts)
        self._nothing.setVisible(not facts)
        self._can.setText(f"What {_SYSTEM[side]} can do")
        self._abilities.show_abilities(profile.abilities if profile else so_far(steps, side))
        self._test.setVisible(side is Side.X3 and environment is Environment.TEST)

    @staticmethod
    def _inside(*parts: QWidget) -> QWidget:
        holder = QWidget()
        holder.setLayout(column(*parts, gap=7, margins=(13, 10, 13, 12)))
        return holder
