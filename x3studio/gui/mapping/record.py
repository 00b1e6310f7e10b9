"""The record in hand: what it is called, where it stands, what it is worth, and what speaks against it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QWidget

from x3studio.domain.workbench import Severity
from x3studio.gui.mapping.vocabulary import CONFLICTS
from x3studio.gui.states import State
from x3studio.gui.theme import Theme, Tone
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Button, Look
from x3studio.gui.widgets.chips import Chip
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, clear, column, row
from x3studio.gui.widgets.picture import Picture
from x3studio.workbench import ConflictFinding, Offer

HEIGHT = 64
TONES = {
    Severity.BLOCK: Tone.BAD,
    Severity.WARN: Tone.WARN,
    Severity.ASK: Tone.WARN,
    Severity.BUILD: Tone.LIVE,
    Severity.INFO: Tone.IDLE,
}
_ORDER = list(TONES)
_MOST = 2


class RecordHeader(QWidget):
    """64 px high. `stepped` carries -1 or 1."""

    stepped = Signal(int)
    candidates_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName("Record in hand")
        self._code = Label(theme, role=Role.SECTION, selectable=True)
        self._chip = Chip(theme, State("", "", Tone.IDLE))
        self._place = Label(theme, role=Role.SECONDARY, tone="muted")
        self._flag = Picture(theme, "flag", "warn", size=14)
        self._second = Label(theme, role=Role.SECONDARY, tone="text2", elide=Qt.TextElideMode.ElideRight)
        self._worth = Label(theme, role=Role.SECTION)
        self._since = Label(theme, role=Role.SECONDARY, tone="text2")
        up = Button(theme, icon="arrow-up", name="Previous record")
        down = Button(theme, icon="arrow-down", name="Next record")
        up.clicked.connect(lambda: self.stepped.emit(-1))
        down.clicked.connect(lambda: self.stepped.emit(1))
        self.open_candidates = Button(theme, "Candidates", icon="panel-right", cap="F6")
        self.open_candidates.clicked.connect(self.candidates_wanted)
        self.open_candidates.hide()
        first = row(self._code, self._chip, self._flag, self._place, STRETCH, gap=8)
        words = column(STRETCH, first, self._second, STRETCH, gap=3)
        worth = row(self._worth, self._since, gap=8)
        whole = row(words, worth, 4, up, down, self.open_candidates, gap=8, margins=(14, 0, 14, 0))
        whole.setStretch(0, 1)
        self.setLayout(whole)

    def show_record(
        self, *, code: str, state: State, place: str, second: str, worth: str, since: str, flagged: bool
    ) -> None:
        """What is known at once, before the evidence is here."""
        self._code.setText(code)
        self._chip.show_state(state)
        self._place.setText(place)
        self._second.setText(second)
        self._worth.setText(worth)
        self._since.setText(since if worth else "")
        self._flag.setVisible(flagged)
        self.setAccessibleDescription(", ".join(filter(None, (code, state.word, place, second, worth))))

    def show_nothing(self) -> None:
        """No record is in hand."""
        self.show_record(
            code="No record in hand",
            state=State("circle-dashed", "None", Tone.IDLE),
            place="",
            second="",
            worth="",
            since="",
            flagged=False,
        )


class ConflictBar(QFrame):
    """34 px: one conflict in its tone and what it offers; `offered` carries the finding's offer."""

    offered = Signal(object)

    def __init__(self, theme: Theme, finding: ConflictFinding, *, cap: str = "") -> None:
        super().__init__()
        tone = TONES[finding.severity]
        self.setProperty("kind", "banner")
        self.setProperty("tone", tone.value)
        self.setFixedHeight(34)
        icon = CONFLICTS[finding.code].icon
        words = Label(theme, finding.words, elide=Qt.TextElideMode.ElideRight)
        parts: list[QWidget] = [Picture(theme, icon, tone.value), words]
        if finding.offer is not None:
            parts.append(self._button(theme, finding.offer, cap=cap))
        layout = row(*parts, gap=9, margins=(10, 0, 5, 0))
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.setAccessibleName(f"{finding.code}, {finding.severity}: {finding.words}")
        self.setToolTip(finding.words)

    def _button(self, theme: Theme, offer: Offer, *, cap: str) -> Button:
        button = Button(theme, offer.words, small=True, cap=cap)
        button.clicked.connect(lambda: self.offered.emit(offer))
        return button


class Conflicts(QWidget):
    """The worst findings as bars, the others behind a word that shows them."""

    offered = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._all = False
        self._shown: tuple[ConflictFinding, ...] = ()
        self._cap = ""
        self._column = column(gap=4, margins=(14, 0, 14, 0))
        self.setLayout(self._column)

    def show_findings(self, findings: tuple[ConflictFinding, ...], *, cap: str) -> None:
        """Other findings, the worst first; `cap` is the key of the first one's offer."""
        ordered = tuple(sorted(findings, key=lambda one: _ORDER.index(one.severity)))
        if (ordered, cap) != (self._shown, self._cap):
            self._all, self._shown, self._cap = False, ordered, cap
            self._fill()

    def _fill(self) -> None:
        clear(self._column)
        shown = self._shown if self._all else self._shown[:_MOST]
        for place, finding in enumerate(shown):
            bar = ConflictBar(self._theme, finding, cap="" if place else self._cap)
            bar.offered.connect(self.offered)
            self._column.addWidget(bar)
        if len(shown) < len(self._shown):
            rest = self._shown[_MOST:]
            words = ", ".join(str(one.code) for one in rest)
            more = Button(self._theme, f"{len(rest)} more: {words}", look=Look.LINK, small=True)
            more.clicked.connect(self._show_all)
            self._column.addWidget(more)
        self._column.setContentsMargins(14, 0, 14, 8 if self._shown else 0)

    def _show_all(self) -> None:
        self._all = True
        self._fill()
