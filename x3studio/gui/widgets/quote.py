"""The foreign system's own words in a grey box, selectable, with a plain reading of them below."""

from PySide6.QtWidgets import QFrame

from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, column, row


class Quote(QFrame):
    """`speaker` is who says it ("X3 says, word for word"), `where` the place, `meaning` our translation."""

    def __init__(
        self,
        theme: Theme,
        said: str = "",
        *,
        speaker: str = "X3 says, word for word",
        where: str = "",
        meaning: str = "",
    ) -> None:
        super().__init__()
        self.setProperty("kind", "quote")
        self._speaker = Label(theme, speaker, role=Role.TAG, tone="text2")
        self._where = Label(theme, where, role=Role.CAPTION, tone="muted")
        self._said = Label(theme, said, role=Role.CODE, wrap=True, selectable=True)
        self._meaning = Label(theme, meaning, role=Role.SECONDARY, tone="muted", wrap=True, selectable=True)
        head = row(self._speaker, STRETCH, self._where)
        self.setLayout(column(head, self._said, self._meaning, gap=4, margins=(12, 9, 12, 9)))
        self.show_words(said, where=where, meaning=meaning)

    def show_words(self, said: str, *, where: str = "", meaning: str = "", speaker: str = "") -> None:
        """Other words; the box hides where nobody said anything."""
        if speaker:
            self._speaker.setText(speaker)
        self._said.setText(said)
        self._where.setText(where)
        self._meaning.setText(meaning)
        self._meaning.setVisible(bool(meaning))
        self.setVisible(bool(said))
