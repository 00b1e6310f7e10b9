"""Small questions: a word, one of a few choices, an X3 record; each is a dialog that is awaited."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from x3studio.domain.workbench import Kind
from x3studio.gui.mapping.targets import TargetInput
from x3studio.gui.page import Desk
from x3studio.gui.widgets.buttons import Look
from x3studio.gui.widgets.checks import Radio
from x3studio.gui.widgets.dialog import Dialog
from x3studio.gui.widgets.inputs import Field, Input
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import boxed, column


async def ask_text(
    desk: Desk,
    parent: QWidget,
    title: str,
    *,
    caption: str,
    action: str,
    text: str = "",
    hint: str = "",
    help_: str = "",
) -> str:
    """A line of text, "" where nothing was entered."""
    dialog = Dialog(desk.theme, parent, title, width=420)
    editor = Input(desk.theme, name=caption, text=text, hint=hint)
    dialog.add(Field(desk.theme, caption, editor, help_=help_))
    dialog.add_button("Cancel")
    dialog.add_button(action, answer="yes", look=Look.FILLED)
    editor.setFocus()
    editor.selectAll()
    return editor.text().strip() if await dialog.ask() == "yes" else ""


async def ask_choice(
    desk: Desk,
    parent: QWidget,
    title: str,
    choices: Sequence[tuple[str, str]],
    *,
    fact: str = "",
    action: str = "Preview",
) -> str:
    """One of a few, "" where none was taken."""
    dialog = Dialog(desk.theme, parent, title, width=420)
    if fact:
        dialog.add(Label(desk.theme, fact, tone="text2", wrap=True))
    radios = {key: Radio(desk.theme, words) for key, words in choices}
    dialog.add(boxed(column(*radios.values(), gap=4)))
    first = next(iter(radios.values()))
    first.setChecked(True)
    dialog.add_button("Cancel")
    dialog.add_button(action, answer="yes", look=Look.FILLED)
    first.setFocus()
    if await dialog.ask() != "yes":
        return ""
    return next((key for key, radio in radios.items() if radio.isChecked()), "")


async def ask_target(desk: Desk, parent: QWidget, kind: Kind) -> str:
    """An X3 record by its key or its words, "" where none was taken."""
    dialog = Dialog(desk.theme, parent, "One X3 record for all", width=460)
    editor = TargetInput(desk, kind=kind)
    dialog.add(Field(desk.theme, "X3 record", editor, help_="A key, or words of its name"))
    dialog.add_button("Cancel")
    dialog.add_button("Preview", answer="yes", look=Look.FILLED)
    editor.setFocus()
    return editor.text().strip() if await dialog.ask() == "yes" else ""
