"""What a connection can do, as a list: usable, not usable and why, not tested."""

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QWidget

from x3studio.domain.connections import Ability, ProbeStep, Profile, Verdict
from x3studio.gui.connections.fields import Side
from x3studio.gui.connections.words import ABILITIES, TRIED, USABLE
from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, clear, column, row
from x3studio.gui.widgets.picture import Picture


def so_far(steps: Sequence[ProbeStep], side: Side) -> list[Ability]:
    """What the steps taken so far prove."""
    by_key: Mapping[str, ProbeStep] = {step.key: step for step in steps}
    found = []
    for key, title in ABILITIES[side]:
        step = by_key.get(key)
        usable = TRIED.get(step.verdict) if step is not None else None
        why = step.found if step is not None and usable is False else ""
        found.append(Ability(key, title, usable, why))
    return found


def facts_so_far(steps: Sequence[ProbeStep]) -> dict[str, str]:
    """What passed, in its own words."""
    return {
        step.title: step.found.rstrip(".")
        for step in steps
        if step.verdict in (Verdict.PASS, Verdict.WARN) and step.found
    }


class AbilityList(QWidget):
    """One line each; with `reasons` a second one says why something is not usable."""

    def __init__(self, theme: Theme, *, reasons: bool) -> None:
        super().__init__()
        self._theme, self._reasons = theme, reasons
        self._shown: tuple[Ability, ...] = ()
        self._lines = column(gap=4)
        self.setLayout(self._lines)

    def show_abilities(self, abilities: Sequence[Ability]) -> None:
        """Other abilities."""
        if self._shown == tuple(abilities):
            return
        self._shown = tuple(abilities)
        clear(self._lines)
        for ability in abilities:
            self._lines.addWidget(self._line(ability))

    def _line(self, ability: Ability) -> QWidget:
        state = USABLE[ability.usable]
        words = ability.title if ability.usable is not None else f"{ability.title}: not tested"
        if ability.usable is False and not self._reasons:
            words = f"{ability.title}: not usable"
        title = Label(self._theme, words, role=Role.SECONDARY, tone="text2", wrap=True)
        parts: list[QWidget] = [title]
        if self._reasons and ability.why:
            parts.append(Label(self._theme, ability.why, role=Role.SECONDARY, tone="muted", wrap=True))
        line = row(
            column(1, Picture(self._theme, state.icon, state.tone.value, size=14), STRETCH, gap=0),
            column(*parts, gap=1),
            gap=8,
        )
        line.setStretch(1, 1)
        holder = QWidget()
        holder.setLayout(line)
        holder.setAccessibleName(f"{ability.title}: {state.word}")
        holder.setToolTip(ability.why)
        return holder


class FactList(QWidget):
    """Caption and value; `stacked` puts the value below, for long ones."""

    def __init__(self, theme: Theme, *, caption: int = 0) -> None:
        super().__init__()
        self._theme, self._caption = theme, caption
        self._shown: dict[str, str] = {}
        self._lines = column(gap=6)
        self.setLayout(self._lines)

    def show_facts(self, facts: Mapping[str, str]) -> None:
        """Other facts."""
        if self._shown == dict(facts):
            return
        self._shown = dict(facts)
        clear(self._lines)
        for title, fact in facts.items():
            caption = Label(self._theme, title, role=Role.SECONDARY, tone="muted")
            value = Label(self._theme, fact, role=Role.SECONDARY, wrap=True, selectable=True)
            if self._caption:
                caption.setFixedWidth(self._caption)
                line = row(caption, value, gap=12)
                line.setStretch(1, 1)
                self._lines.addLayout(line)
            else:
                self._lines.addLayout(column(caption, value, gap=1))


def facts_of(profile: Profile | None) -> Mapping[str, str]:
    """What a finished test found."""
    return profile.facts if profile is not None else {}
