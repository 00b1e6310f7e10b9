"""The top bar: whose data this is, in which folder (TEST or LIVE), where one stands, search, news, help."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from x3studio.domain.connections import Environment, X3Connection
from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Button, Look
from x3studio.gui.widgets.chips import Tag
from x3studio.gui.widgets.inputs import Input
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, column, row
from x3studio.gui.widgets.picture import Picture
from x3studio.gui.widgets.surfaces import line


class _Search(Input):
    """312 px where there is room, less where a narrow window needs it."""

    def sizeHint(self) -> QSize:
        return QSize(312, 28)

    def minimumSizeHint(self) -> QSize:
        return QSize(180, 28)


class TopBar(QWidget):
    """48 px high. `searched` carries the text as it is typed, `news` and `help_` are the two buttons."""

    news = Signal()
    help_ = Signal()

    def __init__(self, theme: Theme, *, title: str) -> None:
        super().__init__()
        self.setProperty("surface", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(48)
        self.setAccessibleName("Top bar")
        self._folder = Label(theme, "No X3 connected", tone="text2")
        self._tag = Tag(theme, Environment.TEST)
        self._tag.hide()
        self._page = Label(theme, tone="text2", elide=Qt.TextElideMode.ElideRight)
        self.search = _Search(
            theme,
            name="Search orders, SKUs, items",
            hint="Search orders, SKUs, items",
            icon="search",
            key="Ctrl+K",
        )
        self.bell = Button(theme, icon="bell", look=Look.GHOST, name="Notifications")
        self.bell.clicked.connect(self.news)
        help_button = Button(theme, icon="circle-question-mark", look=Look.GHOST, name="Keys", key="F1")
        help_button.clicked.connect(self.help_)
        # A long name gives way before the folder does.
        name = Label(theme, title, role=Role.PANEL, elide=Qt.TextElideMode.ElideRight)
        name.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        crumbs = row(
            name, self._arrow(theme), self._folder, self._tag, self._arrow(theme), self._page, gap=10
        )
        crumbs.setStretch(5, 1)
        self.search.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        right = row(self.search, self.bell, help_button, gap=8)
        bar = row(crumbs, right, gap=12, margins=(16, 0, 12, 0))
        bar.setStretch(0, 1)
        self.setLayout(column(STRETCH, bar, STRETCH, line(), gap=0))

    def show_x3(self, connection: X3Connection | None) -> None:
        """The folder and whether its documents count."""
        self._tag.setVisible(connection is not None)
        if connection is None:
            self._folder.setText("No X3 connected")
        else:
            self._folder.setText(f"X3 folder {connection.folder}")
            self._tag.show_environment(connection.environment)

    def show_page(self, title: str) -> None:
        """Where one stands."""
        self._page.setText(title)

    @staticmethod
    def _arrow(theme: Theme) -> Picture:
        return Picture(theme, "chevron-right", "muted", size=14)
