"""One field for a new secret: pasted, tested, saved, and what waited for it goes on."""

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from x3studio.domain.connections import ProbeStep, Verdict
from x3studio.domain.errors import StudioError
from x3studio.gui.connections.words import (
    SECRET_WORDS,
    SPEAKERS,
    likely_secret,
    secrets_of,
    side_of,
)
from x3studio.gui.page import Desk
from x3studio.gui.widgets.buttons import Look
from x3studio.gui.widgets.dialog import Dialog
from x3studio.gui.widgets.inputs import Field, Input
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, boxed, column, row
from x3studio.gui.widgets.progress import Spinner
from x3studio.gui.widgets.quote import Quote
from x3studio.gui.widgets.switch import Segmented
from x3studio.store import SavedConnection

if TYPE_CHECKING:
    from x3studio.workspace import Probe

SAVED, _TEST = "saved", "test"


class Renewal(Dialog):
    """`await ask()` answers SAVED once the new secret passed its test and is kept."""

    def __init__(self, desk: Desk, parent: QWidget, saved: SavedConnection) -> None:
        super().__init__(desk.theme, parent, f"Paste a new secret for {saved.connection.name}", width=480)
        theme = desk.theme
        self._desk, self._connection = desk, saved.connection
        self._task: asyncio.Task[Probe] | None = None
        names = secrets_of(saved.connection)
        self.which = Segmented(theme, [(name, SECRET_WORDS[name]) for name in names], name="Which secret")
        self.which.choose(likely_secret(saved.connection, saved.said))
        self.which.chosen.connect(lambda _key: self._name_field())
        self.which.setVisible(len(names) > 1)
        self.secret = Input(theme, name=SECRET_WORDS[self.which.current], secret=True)
        self._field = Field(
            theme,
            "New secret",
            self.secret,
            help_=f"It goes to {desk.host.vault_kind} and is not shown again.",
        )
        self.secret.textEdited.connect(lambda _text: self._field.set_error(""))
        self._step = Label(theme, tone="text2", elide=Qt.TextElideMode.ElideRight)
        step = row(Spinner(theme), self._step, gap=8)
        step.setStretch(1, 1)
        self._busy = boxed(step)
        self._said = Quote(theme, speaker=f"{SPEAKERS[side_of(saved.connection)]}, word for word")
        self._advice = Label(theme, tone="text2", wrap=True)
        self.add(row(self.which, STRETCH))
        self.add(self._field)
        self.add(boxed(column(self._busy, self._said, self._advice, gap=8)))
        self.add_button("Cancel")
        self.go = self.add_button("Test and resume", answer=_TEST, look=Look.FILLED)
        self._name_field()
        self._show_idle()
        self.secret.setFocus()

    def close_with(self, answer: str) -> None:
        """The filled button tests first; only a secret that passed closes the dialog."""
        if answer == _TEST:
            self._begin()
        else:
            super().close_with(answer)

    def done(self, code: int) -> None:
        """Whatever the way out, a test under way ends."""
        if self._task is not None and not self._task.done():
            self._task.cancel()
        super().done(code)

    def _begin(self) -> None:
        if not self.secret.text().strip():
            self._field.set_error("Paste the new secret first.")
            return
        self._said.show_words("")
        self._advice.hide()
        self._busy.show()
        self._task = self._desk.tasks.start(
            self._test(), name="test the new secret", done=self._tested, failed=self._fault, busy=self.go
        )

    async def _test(self) -> "Probe":
        host, name = self._desk.host, self._connection.name
        probe = await host.renew(name, {self.which.current: self.secret.text().strip()})
        wrong: ProbeStep | None = None
        async for step in probe.steps():
            self._step.setText(f"Testing: {step.title}")
            wrong = wrong or (step if step.verdict is Verdict.FAIL else None)
        if probe.profile is None:
            raise StudioError(
                wrong.found if wrong else "The test did not come to its end.",
                advice=wrong.advice if wrong else "Test again.",
                said=wrong.said if wrong else "",
            )
        await host.save(probe)
        await host.resume(name)
        return probe

    def _tested(self, _probe: object) -> None:
        super().close_with(SAVED)

    def _fault(self, error: BaseException) -> bool:
        """A refused secret is said here; anything else leaves by the door."""
        self._show_idle()
        if not isinstance(error, StudioError):
            return False
        self._field.set_error(error.title)
        self._said.show_words(error.said)
        self._advice.setText(error.advice)
        self._advice.setVisible(bool(error.advice))
        self.secret.setFocus()
        self.secret.selectAll()
        return True

    def _show_idle(self) -> None:
        self._busy.hide()
        self._advice.setVisible(False)

    def _name_field(self) -> None:
        self.secret.setAccessibleName(f"New {SECRET_WORDS[self.which.current].lower()}")
        self.secret.setPlaceholderText(f"Paste the {SECRET_WORDS[self.which.current].lower()}")
