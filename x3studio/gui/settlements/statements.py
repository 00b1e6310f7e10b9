"""The bank's statements beside the settlements: chosen by a person, then looked through for deposits."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from x3studio.gui.page import Desk
from x3studio.gui.states import State, counted
from x3studio.gui.theme import Theme, Tone
from x3studio.gui.widgets.buttons import Button

_STATEMENTS = "Statements (*.csv *.txt *.tsv *.xlsx *.ods);;All files (*)"


class BankButton(Button):
    """Beside "Add downloaded file"; `statement` asks for one of the bank."""

    def __init__(self, theme: Theme) -> None:
        menu = QMenu()
        self.statement = QAction("Add bank statement", menu)
        menu.addAction(self.statement)
        super().__init__(theme, icon="landmark", menu=menu, name="What the bank says")


def file_dialog(window: QWidget) -> QFileDialog:
    """Asks for statements; `filesSelected` carries them."""
    dialog = QFileDialog(window, "Add bank statements", "", _STATEMENTS)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return dialog


async def add(desk: Desk, paths: Sequence[Path], *, currency: str) -> None:
    """Takes statements over; `currency` is the account's where a file names none."""
    for path in paths:
        found = await desk.host.settlements.add_bank_file(path, currency=currency)
        days = sorted(line.day for line in found)
        span = f", {days[0]:%d %b %Y} to {days[-1]:%d %b %Y}" if days else ""
        words = f"{counted(len(found), 'bank movement')} from {path.name}{span}"
        desk.notify(State("circle-check", words, Tone.OK if found else Tone.IDLE))
