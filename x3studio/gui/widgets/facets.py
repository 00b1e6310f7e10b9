"""Filters as lists of check boxes with counts; the counts stay while the list filters."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLayout, QSizePolicy, QWidget

from x3studio.gui.theme import Theme, Tone
from x3studio.gui.typography import Role, font
from x3studio.gui.widgets.buttons import Pressable
from x3studio.gui.widgets.checks import draw_check
from x3studio.gui.widgets.layout import column
from x3studio.gui.widgets.paint import box, picture, ring, width_of, words


@dataclass(frozen=True, slots=True)
class Facet:
    """One value to filter by; `icon` and `tone` come from the state vocabulary, where it is a state."""

    key: str
    word: str
    count: int | None = None
    icon: str = ""
    tone: Tone = Tone.IDLE


class _Row(Pressable):
    def __init__(self, theme: Theme, facet: Facet) -> None:
        super().__init__(theme)
        self.setCheckable(True)
        self.setFixedHeight(24)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.facet = Facet("", "")
        self.show_facet(facet)

    def show_facet(self, facet: Facet) -> None:
        if facet == self.facet:
            return
        self.facet = facet
        count = f", {facet.count:,}" if facet.count is not None else ""
        self.setAccessibleName(f"{facet.word}{count}")
        self.update()

    def sizeHint(self) -> QSize:
        icon = 21 if self.facet.icon else 0
        return QSize(round(24 + icon + width_of(self.facet.word, Role.BODY) + 12 + self._count_width()), 24)

    def minimumSizeHint(self) -> QSize:
        return QSize(round(90 + self._count_width()), 24)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens, rect = self.theme.tokens, QRectF(self.rect())
        if self.hovered:
            box(painter, rect, radius=4, ground=tokens.hover, edge=None)
        state = Qt.CheckState.Checked if self.isChecked() else Qt.CheckState.Unchecked
        draw_check(painter, QRectF(1, 4, 16, 16), self.theme, state)
        x = 24.0
        if self.facet.icon:
            ink = tokens.tone(self.facet.tone).text
            picture(painter, self.theme, self.facet.icon, ink, at=QPointF(x, 5), size=14)
            x += 20
        count = self._count_width()
        area = QRectF(x, 0, rect.width() - x - count - 6, 24)
        words(painter, area, self.facet.word, font_=font(Role.BODY), colour=tokens.text)
        if self.facet.count is not None:
            area = QRectF(rect.width() - count - 1, 0, count, 24)
            right = Qt.AlignmentFlag.AlignRight
            words(
                painter,
                area,
                f"{self.facet.count:,}",
                font_=font(Role.SECONDARY),
                colour=tokens.muted,
                align=right,
            )
        if self.ringed:
            ring(painter, rect, self.theme, radius=4)
        painter.end()

    def _count_width(self) -> float:
        return width_of(f"{self.facet.count:,}", Role.SECONDARY) + 2 if self.facet.count is not None else 0


class _Head(Pressable):
    def __init__(self, theme: Theme, title: str) -> None:
        super().__init__(theme)
        self.setText(title)
        self.setFixedHeight(22)
        self.setCheckable(True)
        self.setChecked(True)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens, rect = self.theme.tokens, QRectF(self.rect())
        words(painter, rect.adjusted(1, 0, -20, 0), self.text(), font_=font(Role.SORTED), colour=tokens.text2)
        name = "chevron-down" if self.isChecked() else "chevron-right"
        picture(painter, self.theme, name, tokens.muted, at=QPointF(rect.width() - 15, 4), size=14)
        if self.ringed:
            ring(painter, rect, self.theme, radius=4)
        painter.end()


class FacetList(QWidget):
    """Groups of facets under heads that fold. `changed` tells that the chosen values are others now."""

    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._groups: dict[str, dict[str, _Row]] = {}
        self._boxes: dict[str, QWidget] = {}
        self._column = column(gap=6)
        self.setLayout(self._column)

    def set_group(self, title: str, facets: Iterable[Facet], *, open_: bool = True) -> None:
        """Adds a group, or shows new counts in it; what is checked stays checked."""
        wanted = tuple(facets)
        known = self._groups.get(title)
        if known is not None and list(known) == [facet.key for facet in wanted]:
            for facet in wanted:
                known[facet.key].show_facet(facet)
            return
        self._rebuild(title, wanted, chosen=self.chosen(title), open_=open_)

    def chosen(self, title: str) -> frozenset[str]:
        """The checked keys of a group; none checked means no filter."""
        return frozenset(key for key, row in self._groups.get(title, {}).items() if row.isChecked())

    def choose(self, chosen: Mapping[str, Iterable[str]]) -> None:
        """Checks exactly these keys, by group, with one signal."""
        for title, rows in self._groups.items():
            keys = set(chosen.get(title, ()))
            for key, row in rows.items():
                row.setChecked(key in keys)
        self.changed.emit()

    def clear(self) -> None:
        """Takes every filter off."""
        self.choose({})

    def _rebuild(self, title: str, facets: tuple[Facet, ...], *, chosen: frozenset[str], open_: bool) -> None:
        if title not in self._boxes:
            head, inner = _Head(self._theme, title), QWidget()
            inner.setLayout(column(gap=0))
            head.toggled.connect(inner.setVisible)
            head.setChecked(open_)
            self._boxes[title] = inner
            self._column.addLayout(column(head, inner, gap=1))
        layout = self._boxes[title].layout()
        if layout is None:
            raise AssertionError("a facet group always has a column")
        # Other values come with every letter that is typed: the rows that are there show them.
        spare = list(self._groups.get(title, {}).values())
        rows = [*spare[: len(facets)], *(self._row(layout, facet) for facet in facets[len(spare) :])]
        for row, facet in zip(rows, facets, strict=True):
            row.show_facet(facet)
            row.setChecked(facet.key in chosen)
        for row in spare[len(facets) :]:
            layout.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._groups[title] = {row.facet.key: row for row in rows}

    def _row(self, layout: QLayout, facet: Facet) -> _Row:
        row = _Row(self._theme, facet)
        row.clicked.connect(self.changed)
        layout.addWidget(row)
        return row
