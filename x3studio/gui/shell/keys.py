"""The help on F1: the keys that work everywhere and those of the page, as they are bound."""

from collections.abc import Sequence

from PySide6.QtWidgets import QGridLayout, QWidget

from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Look
from x3studio.gui.widgets.chips import KeyCap
from x3studio.gui.widgets.dialog import Dialog
from x3studio.gui.widgets.label import Label

EVERYWHERE = (
    ("Alt+1", "First page; Alt 2 the second, and so on"),
    ("Ctrl+K", "Search orders, SKUs, items"),
    ("F6", "Next panel; Shift F6 the one before"),
    ("F5", "Read again now"),
    ("F1", "These keys"),
)
TABLES = (("Ctrl+C", "Copy rows"), ("Return", "Open the current row"), ("Menu", "What a row offers"))


def help_dialog(theme: Theme, parent: QWidget, page: str, keys: Sequence[tuple[str, str]]) -> Dialog:
    """The dialog, to be asked."""
    dialog = Dialog(theme, parent, "Keys", width=460)
    for title, entries in ((page, keys), ("Everywhere", EVERYWHERE), ("Tables", TABLES)):
        if not entries:
            continue
        dialog.add(Label(theme, title, role=Role.SORTED, tone="text2"))
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(6)
        grid.setColumnMinimumWidth(0, 90)
        grid.setColumnStretch(1, 1)
        for place, (key, what) in enumerate(entries):
            grid.addWidget(KeyCap(theme, key), place, 0)
            grid.addWidget(Label(theme, what, wrap=True), place, 1)
        dialog.add(grid)
    dialog.add_button("Close", answer="close", look=Look.FILLED)
    return dialog
