"""The payload view: sent, answer, compare, rules; searched within, copied whole, widened over the page."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QWidget

from x3studio.domain.monitor import Exchange
from x3studio.gui.page import Desk
from x3studio.gui.runs.code import CodeView
from x3studio.gui.runs.content import ANSWER, COMPARE, RULES, SENT, Content, contents
from x3studio.gui.states import State
from x3studio.gui.theme import Tone
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Button, Look
from x3studio.gui.widgets.inputs import Input
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, column, row
from x3studio.gui.widgets.panels import Pane
from x3studio.gui.widgets.picture import Picture
from x3studio.gui.widgets.surfaces import line
from x3studio.gui.widgets.switch import Segmented

_SEGMENTS = ((SENT, "Sent"), (ANSWER, "Answer"), (COMPARE, "Compare"), (RULES, "Rules"))


class PayloadView(QWidget):
    """`widened` asks for the whole page, or gives it back."""

    widened = Signal(bool)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        theme = desk.theme
        self._desk = desk
        self._contents: Mapping[str, Content] = {}
        self._turn = 0
        self._hits: Sequence[int] = ()
        self._hit = 0
        self.segments = Segmented(theme, _SEGMENTS, name="Payload")
        self.search = Input(
            theme, name="Search within the payload", hint="Search", icon="search", key="Ctrl+F"
        )
        self.found = Label(theme, role=Role.SECONDARY, tone="muted")
        self.copy = Button(theme, icon="copy", look=Look.GHOST, name="Copy the payload")
        self.widen = Button(
            theme, icon="maximize-2", look=Look.GHOST, name="Show the payload large", key="F11"
        )
        self.widen.setCheckable(True)
        self.title = Label(theme, role=Role.SECONDARY, tone="text2", elide=Qt.TextElideMode.ElideRight)
        self._mark = Picture(theme, "git-compare", "muted", size=14)
        self.code = CodeView(theme, name="Payload")
        self.pane = Pane(theme, self.code)
        self._lay_out()
        self._wire()

    def show_step(self, step: Exchange, life: Sequence[Exchange], *, reference: str, shows: str) -> None:
        """The payloads of one step; `shows` is the segment to begin with."""
        self._turn += 1
        turn = self._turn
        self.segments.choose(shows)

        def laid_out(made: Mapping[str, Content]) -> None:
            if turn == self._turn:
                self._contents = made
                self._show()

        work = self._desk.tasks.offload(contents, step, life, reference=reference)
        self._desk.tasks.start(work, name="lay out the payload", done=laid_out)

    def show_nothing(self, fact: str) -> None:
        """In place of a payload: why there is none."""
        self._turn += 1
        self._contents = {}
        self.title.setText("")
        self._mark.hide()
        self.pane.show_state().show_empty(fact, icon="info", tone="muted")

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Shift+Enter goes to the hit before, Escape leaves the search."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape and self.search.text():
                self.search.clear()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
                self._go(-1 if back else 1)
                return True
        return False

    def _lay_out(self) -> None:
        tools = row(self.segments, STRETCH, self.copy, self.widen, gap=4, margins=(12, 8, 10, 8))
        caption = row(self._mark, self.title, self.found, self.search, margins=(14, 5, 10, 5))
        caption.setStretch(1, 1)
        self.search.setFixedWidth(128)
        self.found.hide()
        whole = column(tools, line(), caption, line(), gap=0)
        whole.addWidget(self.pane, 1)
        self.setLayout(whole)

    def _wire(self) -> None:
        self.segments.chosen.connect(lambda _key: self._show())
        self.copy.clicked.connect(self._copy)
        self.widen.toggled.connect(self.widened)
        self.search.textChanged.connect(lambda _text: self._look())
        self.search.installEventFilter(self)

    def _show(self) -> None:
        content = self._contents.get(self.segments.current)
        if content is None:
            return
        self.copy.setEnabled(bool(content.whole))
        self.title.setText(content.title)
        self._mark.setVisible(bool(content.title))
        if content.nothing:
            self.pane.show_state().show_empty(content.nothing, icon="info", tone="muted")
            return
        self.code.show_lines(content.lines, marks=content.marks)
        self.pane.show_content()
        self._look()

    def _look(self) -> None:
        text = self.search.text().strip()
        self._hits, self._hit = self.code.find_all(text), 0
        self.found.setVisible(bool(text))
        if self._hits:
            self._tell()
        else:
            self.found.setText("not found")

    def _go(self, step: int) -> None:
        if self._hits:
            self._hit = (self._hit + step) % len(self._hits)
            self._tell()

    def _tell(self) -> None:
        self.found.setText(f"{self._hit + 1} of {len(self._hits)}")
        self.code.show_place(self._hits[self._hit], len(self.search.text().strip()))

    def _copy(self) -> None:
        content = self._contents.get(self.segments.current)
        if content is not None and content.whole:
            QGuiApplication.clipboard().setText(content.whole)
            self._desk.notify(State("copy", "The payload is on the clipboard", Tone.OK))
