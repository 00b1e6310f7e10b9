"""Pausing a run: one question, whose answer everybody reads who wonders why it stands still."""

from PySide6.QtWidgets import QWidget

from x3studio.gui.theme import Theme
from x3studio.gui.widgets.buttons import Look
from x3studio.gui.widgets.dialog import Dialog
from x3studio.gui.widgets.inputs import Field, Input

_LONGEST = 200


async def ask_reason(theme: Theme, parent: QWidget, run: int) -> str | None:
    """Why the run is to pause, "" for no reason; None where the dialog was closed."""
    dialog = Dialog(theme, parent, f"Pause run {run:,}", width=440)
    reason = Input(theme, name="Reason", hint="such as stocktaking until noon")
    reason.setMaxLength(_LONGEST)
    dialog.add(Field(theme, "Reason, shown beside your name", reason))
    dialog.say_safety("What is on its way is finished first")
    dialog.add_button("Cancel")
    dialog.add_button("Pause", answer="pause", look=Look.FILLED, icon="circle-pause")
    reason.setFocus()
    return reason.text().strip() if await dialog.ask() == "pause" else None
