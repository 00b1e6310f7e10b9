"""The settings page: theme, motion, and the facts about this workspace."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLayout, QWidget

from x3studio import __version__
from x3studio.gui.page import Desk, Page
from x3studio.gui.states import CHECKED, State
from x3studio.gui.theme import Scheme, Tone
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Button
from x3studio.gui.widgets.checks import Check
from x3studio.gui.widgets.chips import StateLabel
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, Part, column, row
from x3studio.gui.widgets.surfaces import Card, Scrolled
from x3studio.gui.widgets.switch import Segmented

_SCHEMES = ((Scheme.SYSTEM, "As the system"), (Scheme.LIGHT, "Light"), (Scheme.DARK, "Dark"))
_CAPTION = 140


class SettingsPage(Page):
    """Everything here takes effect at once."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        theme = desk.theme
        self.scheme = Segmented(theme, [(scheme.value, words) for scheme, words in _SCHEMES], name="Theme")
        self.scheme.choose(theme.scheme.value)
        self.scheme.chosen.connect(self._choose_scheme)
        self.calm = Check(theme, "Reduce motion: nothing turns or fades")
        self.calm.setChecked(theme.calm)
        self.calm.toggled.connect(self._choose_motion)
        self._look = Card(theme, title="Appearance")
        self._look.add(self._rows(("Theme", self.scheme), ("Motion", self.calm)))
        self._facts = Card(theme, title="This workspace")
        path = Label(theme, str(desk.host.path), elide=Qt.TextElideMode.ElideMiddle, selectable=True)
        copy = Button(theme, "Copy path", icon="copy", small=True)
        copy.clicked.connect(self._copy_path)
        place = row(path, copy)
        place.setStretch(0, 1)
        note = desk.host.vault_note
        kept = State("triangle-alert", note, Tone.WARN) if note else CHECKED.saying("In the system's keyring")
        self._facts.add(
            self._rows(
                ("Customer", Label(theme, desk.host.title)),
                ("File", place),
                ("Secrets", StateLabel(theme, kept)),
                ("Version", Label(theme, f"X3 Studio {__version__}")),
            )
        )
        title = Label(theme, "Settings", role=Role.PAGE_TITLE)
        page = Scrolled(title, self._look, self._facts, STRETCH, gap=12, margins=(20, 16, 20, 16))
        page.setMaximumWidth(760)
        holder = row(page, STRETCH, gap=0)
        holder.setStretch(1, 0)
        self.setLayout(holder)

    def panels(self) -> Sequence[QWidget]:
        """The two cards."""
        return (self._look, self._facts)

    def _rows(self, *rows: tuple[str, Part]) -> QLayout:
        parts: list[Part] = []
        for caption, part in rows:
            label = Label(self.desk.theme, caption, tone="muted")
            label.setFixedWidth(_CAPTION)
            stretched = isinstance(part, Label) and not part.keeps_width
            made = (
                row(label, part) if stretched or not isinstance(part, QWidget) else row(label, part, STRETCH)
            )
            parts.append(made)
        return column(*parts, gap=10, margins=(14, 12, 14, 14))

    def _choose_scheme(self, key: str) -> None:
        self.desk.theme.choose(Scheme(key))
        self.desk.memory.keep("theme", key)

    def _choose_motion(self, calm: bool) -> None:
        self.desk.theme.calm = calm
        self.desk.memory.keep("calm", "yes" if calm else "no")

    def _copy_path(self) -> None:
        QGuiApplication.clipboard().setText(str(self.desk.host.path))
        self.desk.notify(State("copy", "The path is on the clipboard", Tone.OK))
