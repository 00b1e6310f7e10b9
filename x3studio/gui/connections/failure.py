"""What a failed step says: what happened, the other side's words, what to do, and the way on right there."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from x3studio.domain.connections import ProbeStep, Verdict
from x3studio.gui.connections.fields import BY_KEY, Setting, Side
from x3studio.gui.connections.form import SettingField
from x3studio.gui.connections.rows import MARGIN, VERDICT_WIDTH
from x3studio.gui.connections.words import SPEAKERS
from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Button, Look
from x3studio.gui.widgets.inputs import Choice
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, Part, column, row
from x3studio.gui.widgets.quote import Quote

_NAMES = {"pool": "pool", "folder": "folder", "public_name": "names", "marketplaces": "marketplace"}
_WIDE = 420


def blamed(step: ProbeStep, side: Side) -> tuple[Setting, ...]:
    """The settings that could mend a failed step: the one it names, else those it depends on."""
    known = BY_KEY[side]
    if step.field in known:
        return (known[step.field],)
    if step.key == "token" and side is Side.AMAZON:
        return (known["client_secret"], known["refresh_token"])
    return ()


def tried(step: ProbeStep, side: Side, values: Mapping[str, str]) -> str:
    """What was tried in vain, such as "Folder: HARTSD"; "" where it was a secret or nothing is blamed."""
    setting = BY_KEY[side].get(step.field)
    if step.verdict is not Verdict.FAIL or setting is None or setting.secret:
        return ""
    value = values.get(setting.key, "")
    return f"{setting.caption}: {dict(setting.choices).get(value, value) or 'not set'}"


class Failure(QWidget):
    """`corrected` carries new values by setting; empty where the test is only to be tried again."""

    corrected = Signal(dict)

    def __init__(self, theme: Theme, step: ProbeStep, side: Side, values: Mapping[str, str]) -> None:
        super().__init__()
        self._step = step
        self._offer: Choice | None = None
        self._fields: list[SettingField] = []
        self._again = Button(theme, "Test again", icon="refresh-cw")
        self._again.clicked.connect(self._correct)
        parts: list[Part] = [self._caption(theme, "What happened")]
        parts.append(Label(theme, step.found, tone="text2", wrap=True, selectable=True))
        if step.said:
            parts += [2, Quote(theme, step.said, speaker=SPEAKERS[side])]
        parts += [2, self._caption(theme, "What to do")]
        parts += self._advice(theme, step)
        parts += [4, *self._way_on(theme, step, side, values)]
        left = MARGIN + VERDICT_WIDTH + 8
        self.setLayout(column(*parts, gap=4, margins=(left, 0, MARGIN, 14)))

    def focus_first(self) -> None:
        """Puts the keyboard where the way on is."""
        target = self._offer or (self._fields[0].editor if self._fields else self._again)
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _advice(self, theme: Theme, step: ProbeStep) -> list[Part]:
        """Numbered, one sentence each."""
        parts: list[Part] = []
        for number, sentence in enumerate(sentences(step.advice or "Test again in a moment."), start=1):
            count = Label(theme, str(number), role=Role.PANEL, tone="accent_text")
            count.setFixedWidth(12)
            words = Label(theme, sentence, tone="text2", wrap=True, selectable=True)
            line = row(count, words, gap=8)
            line.setStretch(1, 1)
            parts.append(line)
        return parts

    def _way_on(self, theme: Theme, step: ProbeStep, side: Side, values: Mapping[str, str]) -> list[Part]:
        if step.offers and step.field in BY_KEY[side]:
            name = _NAMES.get(step.field, "value")
            self._offer = Choice(theme, name=f"Known {name}", choices=[(it, it) for it in step.offers])
            use = Button(theme, f"Use this {name}", look=Look.FILLED)
            use.clicked.connect(lambda: self.corrected.emit({step.field: self._offered()}))
            return [row(self._offer, use, self._again, STRETCH)]
        parts: list[Part] = []
        for setting in blamed(step, side):
            field = SettingField(theme, setting)
            if not setting.secret:
                field.show_text(values.get(setting.key, ""))
            field.entered.connect(self._correct)
            field.setMaximumWidth(_WIDE)
            self._fields.append(field)
            parts.append(field)
        return [*parts, 2, row(self._again, STRETCH)]

    def _offered(self) -> str:
        chosen = self._offer.current_key() if self._offer is not None else ""
        # The names that a pool does publish are offered one by one, and all of them are wanted.
        return ", ".join(self._step.offers) if self._step.field == "public_name" else chosen

    def _correct(self) -> None:
        typed = {field.setting.key: field.text for field in self._fields}
        secret = {field.setting.key for field in self._fields if field.setting.secret}
        self.corrected.emit({key: text for key, text in typed.items() if text or key not in secret})

    @staticmethod
    def _caption(theme: Theme, text: str) -> Label:
        return Label(theme, text, role=Role.PANEL)


class Remark(QWidget):
    """What a step with a warning adds: the advice, in one line below its row."""

    def __init__(self, theme: Theme, step: ProbeStep, side: Side) -> None:
        super().__init__()
        parts: list[Part] = []
        if step.said:
            parts.append(Quote(theme, step.said, speaker=SPEAKERS[side]))
        if step.advice:
            parts.append(Label(theme, step.advice, role=Role.SECONDARY, tone="text2", wrap=True))
        left = MARGIN + VERDICT_WIDTH + 8
        self.setLayout(column(*parts, gap=4, margins=(left, 0, MARGIN, 10)))


def opened_part(theme: Theme, step: ProbeStep, side: Side, values: Mapping[str, str]) -> QWidget | None:
    """What lies below a step's row, None where the row says it all."""
    if step.verdict is Verdict.FAIL:
        return Failure(theme, step, side, values)
    if step.verdict is Verdict.WARN and (step.said or step.advice):
        return Remark(theme, step, side)
    return None


def sentences(advice: str) -> Sequence[str]:
    """Advice in its steps: at the ends of sentences and at semicolons, each as a sentence of its own."""
    pieces = [piece.strip(" .") for part in advice.split("; ") for piece in part.split(". ")]
    return [piece[0].upper() + piece[1:] + "." for piece in pieces if piece]
