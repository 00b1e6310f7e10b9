"""The shift's note: what the people before want the people after to know."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from x3studio.gui.home.data import Note
from x3studio.gui.home.words import day
from x3studio.gui.states import clock
from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role, font
from x3studio.gui.widgets.buttons import Button, Look
from x3studio.gui.widgets.dialog import Dialog
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, boxed, column, row
from x3studio.gui.widgets.surfaces import Card, Scrolled

LONGEST = 2_000
_RIGHT = Qt.AlignmentFlag.AlignRight


class Handover(Card):
    """The newest note; `writing` and `reading` are its two buttons."""

    writing = Signal()
    reading = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._by = Label(
            theme, role=Role.SECONDARY, tone="muted", elide=Qt.TextElideMode.ElideRight, align=_RIGHT
        )
        self._text = Label(theme, wrap=True, tone="text2", selectable=True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        write = Button(theme, "Write note", small=True)
        write.clicked.connect(self.writing)
        self._earlier = Button(theme, "Earlier notes", look=Look.LINK, small=True)
        self._earlier.clicked.connect(self.reading)
        head = row(Label(theme, "Shift handover", role=Role.PANEL), self._by)
        head.setStretch(1, 1)
        scrolled = Scrolled(self._text, STRETCH)
        scrolled.setMinimumHeight(34)
        buttons = row(write, self._earlier, STRETCH)
        self.add(column(head, scrolled, buttons, gap=6, margins=(14, 11, 14, 11)), stretch=1)

    def show_notes(self, notes: Sequence[Note], *, now: datetime) -> None:
        """The newest on the card, the others behind the link."""
        if notes:
            newest = notes[0]
            self._by.setText(f"{newest.who}, {day(newest.at, now)} {clock(newest.at)}")
            self._text.setText(newest.text)
        else:
            self._by.setText("")
            self._text.setText("No note yet. What should the next shift know?")
        self._earlier.setVisible(len(notes) > 1)


async def ask_note(theme: Theme, parent: QWidget) -> str:
    """The text of a new note, "" where it was not written."""
    dialog = Dialog(theme, parent, "Note for the next shift", width=520)
    editor = QPlainTextEdit()
    editor.setAccessibleName("Note")
    editor.setFont(font(Role.BODY))
    editor.setPlaceholderText("What happened, what is still running, what nobody should touch")
    editor.setTabChangesFocus(True)
    editor.setMinimumHeight(120)
    dialog.add(editor)
    dialog.add_button("Cancel")
    save = dialog.add_button("Leave note", answer="save", look=Look.FILLED)
    save.setEnabled(False)
    editor.textChanged.connect(lambda: save.setEnabled(0 < len(editor.toPlainText().strip()) <= LONGEST))
    editor.setFocus()
    answer = await dialog.ask()
    return editor.toPlainText().strip() if answer else ""


def earlier_dialog(theme: Theme, parent: QWidget, notes: Sequence[Note], *, now: datetime) -> Dialog:
    """All kept notes, newest first; to be asked."""
    dialog = Dialog(theme, parent, "Notes of earlier shifts", width=520)
    entries: list[QWidget] = []
    for note in notes:
        when = f"{note.who}, {day(note.at, now)} {clock(note.at)}"
        who = Label(theme, when, role=Role.SECONDARY, tone="muted")
        text = Label(theme, note.text, wrap=True, selectable=True)
        entries.append(boxed(column(who, text, gap=2)))
    listed = Scrolled(*entries, STRETCH, gap=14)
    listed.setMinimumHeight(260)
    dialog.add(listed)
    dialog.add_button("Close", answer="close", look=Look.FILLED)
    return dialog
