"""How a replay goes about it: where it starts, which mapping counts, and what holds it back."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QWidget

from x3studio.domain.runs import Manner
from x3studio.gui.exceptions.data import Revisions
from x3studio.gui.memory import Memory
from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role
from x3studio.gui.widgets.checks import Check, Radio
from x3studio.gui.widgets.inputs import Input
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, boxed, column, row

_FAILURES, _PACE, _OFF = 3, 30, "off"
_MOST, _CHECK = 100_000, 92


class _Brake(QWidget):
    """A check, a number, and what the number counts; both are remembered."""

    def __init__(self, theme: Theme, memory: Memory, text: str, unit: str, *, usual: int, key: str) -> None:
        super().__init__()
        self._memory, self._key = memory, f"replay/{key}"
        kept = memory.text(self._key, str(usual))
        self.check = Check(theme, text)
        self.check.setChecked(kept != _OFF)
        self.number = Input(theme, name=f"{text}, {unit}", text=str(usual) if kept == _OFF else kept)
        self.number.setValidator(QIntValidator(1, _MOST, self.number))
        self.number.setFixedWidth(52)
        self.number.setFixedHeight(24)
        self.number.setEnabled(self.check.isChecked())
        self.check.toggled.connect(self.number.setEnabled)
        self.check.setFixedWidth(_CHECK)
        self.setLayout(row(self.check, self.number, Label(theme, unit), STRETCH, gap=6))

    @property
    def value(self) -> int | None:
        """The number, None where the brake is off; remembered from now on."""
        on = self.check.isChecked() and self.number.hasAcceptableInput()
        self._memory.keep(self._key, self.number.text() if on else _OFF)
        return int(self.number.text()) if on else None


class MannerForm(QWidget):
    """`changed` tells that another mapping is to be shown."""

    changed = Signal()

    def __init__(self, theme: Theme, memory: Memory, revisions: Revisions) -> None:
        super().__init__()
        self._then = revisions.then
        self.going_on = Radio(theme, "From the failed step")
        self.afresh = Radio(theme, "From the beginning")
        self.afresh.setToolTip("Reads each order again from Amazon first")
        self.going_on.setChecked(True)
        self.current = Radio(theme, f"Current, revision {revisions.now:,}")
        self.as_was = Radio(theme, f"As it was, revision {revisions.then:,}")
        self.current.setChecked(True)
        self.as_was.setEnabled(revisions.now != revisions.then)
        if revisions.now == revisions.then:
            self.as_was.setToolTip("No decision was taken since these orders were held back")
        self.failures = _Brake(theme, memory, "Stop after", "failures", usual=_FAILURES, key="failures")
        self.pace = _Brake(theme, memory, "At most", "per min", usual=_PACE, key="pace")
        whole = row(
            self._group(theme, "Start", self.going_on, self.afresh),
            self._group(theme, "Mapping", self.current, self.as_was),
            self._group(theme, "Brakes", self.failures, self.pace),
            STRETCH,
            gap=32,
        )
        self.setLayout(whole)
        self.current.toggled.connect(lambda _on: self.changed.emit())

    @property
    def manner(self) -> Manner:
        """What was chosen."""
        return Manner(
            most_failures=self.failures.value,
            per_minute=self.pace.value,
            afresh=self.afresh.isChecked(),
            as_of=self._then if self.as_was.isChecked() else None,
        )

    @staticmethod
    def _group(theme: Theme, title: str, one: QWidget, other: QWidget) -> QWidget:
        """Choices of one parent exclude each other."""
        group = boxed(column(Label(theme, title, role=Role.SORTED), one, other, gap=2))
        group.setAccessibleName(title)
        return group
