"""How the window looks, and the facts about this workspace."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLayout, QWidget

from x3studio import __version__
from x3studio.gui.page import Desk
from x3studio.gui.states import CHECKED, State
from x3studio.gui.theme import Scheme, Theme, Tone
from x3studio.gui.widgets.buttons import Button
from x3studio.gui.widgets.checks import Check
from x3studio.gui.widgets.chips import StateLabel
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, Part, column, row
from x3studio.gui.widgets.surfaces import Card
from x3studio.gui.widgets.switch import Segmented

_SCHEMES = ((Scheme.SYSTEM, "As the system"), (Scheme.LIGHT, "Light"), (Scheme.DARK, "Dark"))
_CAPTION = 100


class Appearance(Card):
    """Takes effect at once and is remembered on this machine."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.theme, title="Appearance")
        self._desk, theme = desk, desk.theme
        self.scheme = Segmented(theme, [(scheme.value, words) for scheme, words in _SCHEMES], name="Theme")
        self.scheme.choose(theme.scheme.value)
        self.scheme.chosen.connect(self._choose_scheme)
        self.calm = Check(theme, "Reduce motion: nothing turns or fades")
        self.calm.setChecked(theme.calm)
        self.calm.toggled.connect(self._choose_motion)
        self.add(_rows(theme, ("Theme", self.scheme), ("Motion", self.calm)))

    def _choose_scheme(self, key: str) -> None:
        self._desk.theme.choose(Scheme(key))
        self._desk.memory.keep("theme", key)

    def _choose_motion(self, calm: bool) -> None:
        self._desk.theme.calm = calm
        self._desk.memory.keep("calm", "yes" if calm else "no")


class WorkspaceFacts(Card):
    """Whose data this is and where it lies."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.theme, title="This workspace")
        self._desk, theme = desk, desk.theme
        path = Label(theme, str(desk.host.path), elide=Qt.TextElideMode.ElideMiddle, selectable=True)
        copy = Button(theme, "Copy path", icon="copy", small=True)
        copy.clicked.connect(self._copy_path)
        place = row(path, copy)
        place.setStretch(0, 1)
        note = desk.host.vault_note
        kept = State("triangle-alert", note, Tone.WARN) if note else CHECKED.saying(desk.host.vault_kind)
        self.add(
            _rows(
                theme,
                ("Customer", Label(theme, desk.host.title, elide=Qt.TextElideMode.ElideRight)),
                ("File", place),
                ("Secrets", StateLabel(theme, kept)),
                ("Version", Label(theme, f"X3 Studio {__version__}")),
            )
        )

    def _copy_path(self) -> None:
        QGuiApplication.clipboard().setText(str(self._desk.host.path))
        self._desk.notify(State("copy", "The path is on the clipboard", Tone.OK))


def _rows(theme: Theme, *rows: tuple[str, Part]) -> QLayout:
    parts: list[Part] = []
    for caption, part in rows:
        label = Label(theme, caption, tone="muted")
        label.setFixedWidth(_CAPTION)
        stretched = isinstance(part, Label) and not part.keeps_width
        whole = stretched or not isinstance(part, QWidget)
        parts.append(row(label, part) if whole else row(label, part, STRETCH))
    return column(*parts, gap=10, margins=(14, 12, 14, 14))
