"""Changes one of the site's choices: what holds everywhere, and where something else does."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtWidgets import QHBoxLayout, QWidget

from x3studio.domain.errors import SettingFault
from x3studio.gui.host import Marketplace
from x3studio.gui.settings.words import CHANNELS, VALUES, joined_place, shop, split_place
from x3studio.gui.states import State
from x3studio.gui.theme import Theme, Tone
from x3studio.gui.widgets.buttons import Button, Look
from x3studio.gui.widgets.chips import StateLabel
from x3studio.gui.widgets.dialog import Dialog
from x3studio.gui.widgets.inputs import Choice, Input
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, boxed, column, row
from x3studio.gui.widgets.surfaces import Scrolled
from x3studio.rules.site import ANY, CHOICES, WORDS

_REMOVE = 36
"""The room that the other entries give to their button."""
Check = Callable[[Mapping[str, str]], object]
"""Raises SettingFault for a table that cannot stand."""


class _Entry(QWidget):
    """One place and its value; the general one has no place to choose."""

    def __init__(self, editor: "ChoiceDialog", key: str, value: str) -> None:
        super().__init__()
        theme, name = editor.theme, editor.name
        self._general = key == ANY
        where = "everywhere else" if self._general else "in this place"
        options = CHOICES.get(name)
        self._value: Input | Choice = (
            Choice(theme, name=f"Value {where}", choices=[(each, VALUES[name, each]) for each in options])
            if options
            else Input(theme, name=f"Value {where}", text=value)
        )
        if isinstance(self._value, Choice):
            self._value.choose(value)
            self._value.currentIndexChanged.connect(lambda _index: editor.judge())
        else:
            self._value.textEdited.connect(lambda _text: editor.judge())
        if self._general:
            layout = row(Label(theme, "Everywhere else"), STRETCH, self._value, _REMOVE)
        else:
            layout = self._placed(editor, key)
        self._value.setFixedWidth(170)
        self.setLayout(layout)

    @property
    def key(self) -> str:
        """Where the value holds."""
        if self._general:
            return ANY
        return joined_place(self._market.current_key(), self._channel.current_key())

    @property
    def value(self) -> str:
        """What holds there."""
        if isinstance(self._value, Choice):
            return self._value.current_key()
        return self._value.text().strip()

    def _placed(self, editor: "ChoiceDialog", key: str) -> QHBoxLayout:
        market, channel = split_place(key)
        markets = [("", "any marketplace"), *((each.id, shop(each)) for each in editor.marketplaces)]
        self._market = Choice(editor.theme, name="Marketplace", choices=markets)
        self._market.choose(market)
        self._channel = Choice(editor.theme, name="Shipping", choices=CHANNELS)
        self._channel.choose(channel)
        for choice in (self._market, self._channel):
            choice.currentIndexChanged.connect(lambda _index: editor.judge())
        remove = Button(editor.theme, icon="x", look=Look.GHOST, name="Remove this exception")
        remove.clicked.connect(lambda: editor.remove(self))
        return row(self._market, self._channel, STRETCH, self._value, remove)


class ChoiceDialog(Dialog):
    """`await ask_table()` gives the new table, None where nothing was changed."""

    def __init__(
        self,
        theme: Theme,
        parent: QWidget,
        *,
        name: str,
        caption: str,
        table: Mapping[str, str],
        marketplaces: Sequence[Marketplace],
        check: Check,
    ) -> None:
        super().__init__(theme, parent, caption, width=600)
        self.theme, self.name, self.marketplaces = theme, name, marketplaces
        self._check = check
        self._entries: list[_Entry] = []
        self._list = column(gap=8)
        self._wrong = StateLabel(theme, State("circle-x", "", Tone.BAD))
        self._advice = Label(theme, "", tone="text2", wrap=True)
        listed = Scrolled(boxed(self._list), STRETCH)
        listed.setMinimumHeight(150)
        further = Button(theme, "Add an exception", icon="plus", small=True)
        further.clicked.connect(lambda: self._add("", ""))
        self.add(Label(theme, f"{WORDS[name]}.", tone="text2", wrap=True))
        self.add(listed)
        self.add(row(further, STRETCH))
        self.add(self._wrong)
        self.add(self._advice)
        self.add_button("Cancel")
        self._save = self.add_button("Save", answer="save", look=Look.FILLED)
        for key, value in sorted(table.items(), key=lambda entry: entry[0] == ANY):
            self._add(key, value)
        if ANY not in table:
            self._add(ANY, "")
        self.judge()

    @property
    def table(self) -> dict[str, str]:
        """What is entered now."""
        return {entry.key: entry.value for entry in self._entries}

    async def ask_table(self) -> dict[str, str] | None:
        """Opens the dialog."""
        return self.table if await self.ask() else None

    def judge(self) -> None:
        """Says what is wrong while it is typed; only what can stand can be saved."""
        title, advice = self._fault()
        self._wrong.show_state(State("circle-x", title, Tone.BAD))
        self._wrong.setVisible(bool(title))
        self._advice.setText(advice)
        self._advice.setVisible(bool(advice))
        self._save.setEnabled(not title)

    def remove(self, entry: _Entry) -> None:
        """Takes an exception away."""
        self._entries.remove(entry)
        self._list.removeWidget(entry)
        entry.hide()
        entry.deleteLater()
        self.judge()

    def _add(self, key: str, value: str) -> None:
        entry = _Entry(self, key, value)
        # The general entry stays last: it holds for what the others leave.
        last = self._entries and self._entries[-1].key == ANY and key != ANY
        place = len(self._entries) - 1 if last else len(self._entries)
        self._entries.insert(place, entry)
        self._list.insertWidget(place, entry)
        self.judge()

    def _fault(self) -> tuple[str, str]:
        keys = [entry.key for entry in self._entries]
        if keys.count(ANY) > 1:
            return "An exception holds everywhere.", "Choose a marketplace or a kind of shipping for it."
        if len(set(keys)) < len(keys):
            return "The same place is given twice.", "Remove one of the two."
        try:
            self._check(self.table)
        except SettingFault as fault:
            return fault.title, fault.advice
        return "", ""
