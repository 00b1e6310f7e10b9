"""A banner for what blocks or waits: what it is, what follows from it, one action."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from x3studio.gui.theme import Theme, Tone
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Button, Look
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import column, row
from x3studio.gui.widgets.picture import Picture


class Banner(QFrame):
    """Tint and edge of a tone, an icon of 20 px, a title, its consequence, at most one action and "Later"."""

    acted = Signal()
    dismissed = Signal()

    def __init__(
        self,
        theme: Theme,
        tone: Tone,
        title: str,
        consequence: str = "",
        *,
        icon: str = "triangle-alert",
        action: str = "",
        later: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("kind", "banner")
        self.setProperty("tone", tone.value)
        head = Label(theme, title, role=Role.PANEL, wrap=True)
        text = Label(theme, consequence, tone="text2", wrap=True)
        if not consequence:
            # Never setVisible(True) here: without a parent yet it would be a window of its own.
            text.hide()
        parts: list[QWidget] = []
        if action:
            button = Button(theme, action)
            button.clicked.connect(self.acted)
            parts.append(button)
        if later:
            put_off = Button(theme, "Later", look=Look.GHOST)
            put_off.clicked.connect(self.dismissed)
            parts.append(put_off)
        picture: QLabel = Picture(theme, icon, tone.value, size=20)
        layout = row(picture, column(head, text, gap=2), *parts, gap=12, margins=(14, 10, 14, 10))
        layout.setStretch(1, 1)
        self.setLayout(layout)
