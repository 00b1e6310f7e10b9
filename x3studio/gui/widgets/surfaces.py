"""Grounds and lines: cards, one-pixel lines, columns that scroll."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QLayout, QScrollArea, QSizePolicy, QWidget

from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, Part, column, row


class Card(QFrame):
    """A white box with a thin edge. With a title it gets a head of 36 px and a line below it."""

    def __init__(
        self, theme: Theme, *, title: str = "", aside: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self.body = column(gap=0, margins=(1, 1, 1, 1))
        self.setLayout(self.body)
        self._title = Label(theme, title, role=Role.PANEL)
        self._aside = Label(theme, aside, role=Role.SECONDARY, tone="muted")
        self._head = row(self._title, STRETCH, self._aside, margins=(14, 9, 14, 9))
        if title:
            self.body.addLayout(self._head)
            self.body.addWidget(line())

    def set_aside(self, text: str) -> None:
        """The small words at the right of the head."""
        self._aside.setText(text)

    def add(self, part: QWidget | QLayout, *, stretch: int = 0) -> None:
        """Puts a part below the others."""
        if isinstance(part, QWidget):
            self.body.addWidget(part, stretch)
        else:
            self.body.addLayout(part, stretch)


def line(*, upright: bool = False) -> QFrame:
    """A separator of one pixel."""
    made = QFrame()
    made.setProperty("kind", "line")
    if upright:
        made.setFixedWidth(1)
        made.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
    else:
        made.setFixedHeight(1)
        made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return made


class Scrolled(QScrollArea):
    """A column that scrolls downwards only; its own least height is small."""

    def __init__(self, *parts: Part, gap: int = 8, margins: tuple[int, int, int, int] = (0, 0, 0, 0)) -> None:
        super().__init__()
        self._inner = inner = QWidget()
        inner.setProperty("kind", "scrolled")
        self.layout_ = column(*parts, gap=gap, margins=margins)
        inner.setLayout(self.layout_)
        self.setWidget(inner)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)
        inner.setAutoFillBackground(False)
        inner.installEventFilter(self)
        self._fit()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Follows the content's least width, as there is no bar to reach what is cut."""
        if event.type() is QEvent.Type.LayoutRequest:
            self._fit()
        return False

    def _fit(self) -> None:
        self.setMinimumWidth(self._inner.minimumSizeHint().width() + 8)
