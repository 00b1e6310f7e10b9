"""What is seen while the workspace opens: a window in its later place, so that the start never looks dead."""

from PySide6.QtWidgets import QWidget

from x3studio.gui.memory import Memory
from x3studio.gui.theme import Theme
from x3studio.gui.widgets.layout import column
from x3studio.gui.widgets.panels import StatePanel

GEOMETRY = "geometry"
FIRST_SIZE = (1440, 900)


class Splash(QWidget):
    """Stands where the window will stand; close it once the window is shown."""

    def __init__(self, theme: Theme, memory: Memory) -> None:
        super().__init__()
        self.setWindowTitle("X3 Studio")
        self.setProperty("surface", "window")
        panel = StatePanel(theme)
        panel.show_busy("Opening the workspace")
        self.setLayout(column(panel))
        place(self, memory)


def place(window: QWidget, memory: Memory) -> None:
    """Puts a window where it was when it was last closed."""
    window.resize(*FIRST_SIZE)
    kept = memory.bytes_(GEOMETRY)
    if not kept.isEmpty():
        window.restoreGeometry(kept)
