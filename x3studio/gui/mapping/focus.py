"""Focus mode: the queue above, one record with its evidence below."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from x3studio.gui.mapping.evidence_table import EvidenceTable
from x3studio.gui.mapping.queue import QueuePanel
from x3studio.gui.mapping.record import Conflicts, RecordHeader
from x3studio.gui.page import Desk
from x3studio.gui.widgets.layout import boxed, column
from x3studio.gui.widgets.panels import Pane
from x3studio.gui.widgets.surfaces import line

_HEAD, _ROW = 36 + 1 + 28, 28
_TALL, _LOW = 680, 500


class FocusView(QWidget):
    """A splitter that gives the queue eight rows, four or three."""

    def __init__(self, desk: Desk, queue: QueuePanel) -> None:
        super().__init__()
        self.queue = queue
        self.header = RecordHeader(desk.theme)
        self.conflicts = Conflicts(desk.theme)
        self.evidence = EvidenceTable(desk)
        self.pane = Pane(desk.theme, self.evidence)
        below = column(self.header, self.conflicts, line(), self.pane, gap=0)
        below.setStretch(3, 1)
        self.record = boxed(below, surface="surface")
        self.record.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._splitter = QSplitter(Qt.Orientation.Vertical)
        self._splitter.addWidget(queue)
        self._splitter.addWidget(self.record)
        self._splitter.setStretchFactor(0, 0)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.splitterMoved.connect(lambda _at, _index: setattr(self, "_moved", True))
        self._moved = False
        self.setLayout(column(self._splitter, gap=0))

    def minimumSizeHint(self) -> QSize:
        """Three rows, the record and a little evidence."""
        return QSize(380, 300)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shares the height, until the user has done so."""
        super().resizeEvent(event)
        if not self._moved:
            height = self.height()
            rows = 8 if height >= _TALL else 4 if height >= _LOW else 3
            above = _HEAD + rows * _ROW
            self._splitter.setSizes([above, max(height - above, 100)])
