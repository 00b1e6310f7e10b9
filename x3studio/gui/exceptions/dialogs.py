"""Two small questions: who takes care of it, and what should be noted."""

from collections.abc import Sequence

from PySide6.QtWidgets import QPlainTextEdit, QWidget

from x3studio.gui.states import counted
from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role, font
from x3studio.gui.widgets.buttons import Look
from x3studio.gui.widgets.dialog import Dialog
from x3studio.gui.widgets.inputs import Field, Input


async def ask_name(theme: Theme, parent: QWidget) -> str:
    """A person's name, "" where the dialog was closed."""
    dialog = Dialog(theme, parent, "Who takes care of it?", width=400)
    name = Input(theme, name="Name")
    dialog.add(Field(theme, "Name", name))
    dialog.add_button("Cancel")
    give = dialog.add_button("Give", answer="give", look=Look.FILLED)
    give.setEnabled(False)
    name.textChanged.connect(lambda text: give.setEnabled(bool(text.strip())))
    name.setFocus()
    return name.text().strip() if await dialog.ask() == "give" else ""


async def ask_note(theme: Theme, parent: QWidget, notes: Sequence[str]) -> str | None:
    """One note for as many exceptions as there are `notes` now; None where the dialog was closed."""
    dialog = Dialog(theme, parent, f"Note on {counted(len(notes), 'exception')}", width=480)
    text = QPlainTextEdit(notes[0] if len(set(notes)) == 1 else "")
    text.setAccessibleName("Note")
    text.setFont(font(Role.BODY))
    text.setTabChangesFocus(True)
    text.setFixedHeight(110)
    dialog.add(text)
    dialog.add_button("Cancel")
    dialog.add_button("Save note", answer="save", look=Look.FILLED)
    text.setFocus()
    return text.toPlainText().strip() if await dialog.ask() == "save" else None
