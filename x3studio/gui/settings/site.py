"""The card of the site's choices: each in words, with a way to change it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout

from x3studio.domain.errors import SettingFault
from x3studio.gui.host import Marketplace
from x3studio.gui.settings.data import SiteDocument
from x3studio.gui.settings.words import in_words
from x3studio.gui.theme import Theme, Tone
from x3studio.gui.widgets.banner import Banner
from x3studio.gui.widgets.buttons import Button
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import column, row
from x3studio.gui.widgets.surfaces import Card
from x3studio.rules.site import WORDS, parse_site

_CAPTION = 140


class SiteCard(Card):
    """`changing` carries a setting's name and caption; `accepted` keeps the example's as one's own;
    `noted` says once that they are the example's."""

    changing = Signal(str, str)
    accepted = Signal()

    def __init__(
        self,
        theme: Theme,
        title: str,
        settings: Sequence[tuple[str, str]],
        *,
        marketplaces: Sequence[Marketplace],
        noted: bool = True,
    ) -> None:
        super().__init__(theme, title=title)
        self._marketplaces = marketplaces
        self._noted = noted
        self._values: dict[str, Label] = {}
        self._buttons: list[Button] = []
        self._example = Banner(
            theme,
            Tone.WARN,
            "These are the example's choices",
            "Change them to your own X3 before the first run.",
            icon="triangle-alert",
            action="They fit",
        )
        self._example.acted.connect(self.accepted)
        self._broken = Label(theme, tone="bad", wrap=True)
        rows = column(self._example, self._broken, gap=6, margins=(14, 10, 14, 12))
        for name, caption in settings:
            rows.addLayout(self._row(theme, name, caption))
        self.add(rows)

    def show_site(self, site: SiteDocument) -> None:
        """Every choice in words; where the document cannot be read, why."""
        self._example.setVisible(site.example and self._noted)
        try:
            tables = parse_site(site.text).tables
        except SettingFault as fault:
            self._broken.setText(str(fault))
            tables = {}
        else:
            self._broken.setText("")
        self._broken.setVisible(bool(self._broken.text()))
        for name, value in self._values.items():
            value.setText(in_words(name, tables.get(name, {}), self._marketplaces))

    def focus_first(self, reason: Qt.FocusReason) -> None:
        """Moves the keyboard to the first choice."""
        self._buttons[0].setFocus(reason)

    def _row(self, theme: Theme, name: str, caption: str) -> QHBoxLayout:
        label = Label(theme, caption, tone="muted")
        label.setFixedWidth(_CAPTION)
        label.setToolTip(WORDS[name])
        value = self._values[name] = Label(theme, wrap=True)
        change = Button(theme, "Change", small=True, name=f"Change {caption.lower()}")
        change.clicked.connect(lambda: self.changing.emit(name, caption))
        self._buttons.append(change)
        made = row(label, value, change)
        made.setStretch(1, 1)
        return made
