"""One painter for every kind of cell: background, state, text, number, check, bar, icons."""

from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from x3studio.gui.states import State
from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role, font
from x3studio.gui.widgets.checks import draw_check
from x3studio.gui.widgets.paint import box, picture, ring, width_of, words
from x3studio.gui.widgets.table.columns import MISSING, Cell, Column, Kind, Share, TreeCell, as_text
from x3studio.gui.widgets.table.model import RowsModel

PADDING = 10
_ICON, _ICON_GAP = 20, 4
INDENT = 20
"""What a level of a tree stands in; the chevron has this width too."""
_RIGHT = Qt.AlignmentFlag.AlignRight
_LEFT = Qt.AlignmentFlag.AlignLeft


class CellDelegate(QStyledItemDelegate):
    """Reads tokens and rows while painting and keeps neither."""

    def __init__(self, theme: Theme, model: RowsModel[Any], *, row_height: int) -> None:
        super().__init__(model)
        self._theme, self._model, self._height = theme, model, row_height
        self.hovered = -1
        self.ringed = False

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        """All rows are equally high."""
        return QSize(80, self._height)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """One cell."""
        row = self._model.row_at(index.row())
        column = self._model.columns[index.column()]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(option.rect)
        state = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected) or self._checked(row)
        self._ground(painter, rect, row, place=index.row(), first=index.column() == 0, chosen=chosen)
        area = rect.adjusted(PADDING, 0, -PADDING, -1)
        self._content(painter, area, column, row)
        if self.ringed and bool(state & QStyle.StateFlag.State_HasFocus):
            ring(painter, rect.adjusted(0, 0, -1, -1), self._theme, radius=3)
        painter.restore()

    def _checked(self, row: Any) -> bool:
        """A checked row looks chosen, whatever row the keyboard is on."""
        return bool(self._model.checked) and self._model.key(row) in self._model.checked

    def _ground(
        self, painter: QPainter, rect: QRectF, row: Any, *, place: int, first: bool, chosen: bool
    ) -> None:
        tokens = self._theme.tokens
        tint = self._model.tint(row) if self._model.tint is not None else None
        if chosen:
            painter.fillRect(rect, tokens.select)
        elif tint is not None:
            painter.fillRect(rect, tokens.tone(tint).tint)
        elif place == self.hovered:
            painter.fillRect(rect, tokens.hover)
        painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), tokens.line)
        if chosen and first:
            painter.fillRect(QRectF(rect.left(), rect.top(), 3, rect.height() - 1), tokens.accent)

    def _content(self, painter: QPainter, area: QRectF, column: Column[Any], row: Any) -> None:
        if column.kind is Kind.CHECK:
            spot = QRectF(area.left(), area.center().y() - 8, 16, 16)
            draw_check(painter, spot, self._theme, self._model.check_state(row))
            return
        value: Cell = column.value(row)
        match value:
            case State():
                self._state(painter, area, value)
            case Share():
                self._bar(painter, area, value)
            case TreeCell():
                self._tree(painter, area, column, row, value)
            case (str() as first, str() as second):
                self._two_lines(painter, area, first, second)
            case tuple():
                self._icons(painter, area, value)
            case _:
                self._text(painter, area, column, row, as_text(value))

    def _text(self, painter: QPainter, area: QRectF, column: Column[Any], row: Any, text: str) -> None:
        ink = self._theme.tokens.word("muted" if text == MISSING else column.colour(row))
        elide = Qt.TextElideMode.ElideMiddle if column.middle else Qt.TextElideMode.ElideRight
        align = _RIGHT if column.right else _LEFT
        words(painter, area, text, font_=font(column.face(row)), colour=ink, align=align, elide=elide)

    def _tree(self, painter: QPainter, area: QRectF, column: Column[Any], row: Any, cell: TreeCell) -> None:
        tokens = self._theme.tokens
        if cell.open is not None:
            name = "chevron-down" if cell.open else "chevron-right"
            at = QPointF(area.left() + INDENT * cell.level, area.center().y() - 7)
            picture(painter, self._theme, name, tokens.muted, at=at, size=14)
        text = area.adjusted(INDENT * (cell.level + 1), 0, 0, 0)
        ink = tokens.word(column.colour(row))
        words(painter, text, cell.words, font_=font(column.face(row)), colour=ink)

    def _two_lines(self, painter: QPainter, area: QRectF, first: str, second: str) -> None:
        tokens = self._theme.tokens
        top = area.center().y() - 17
        upper = QRectF(area.left(), top, area.width(), 17)
        words(painter, upper, first, font_=font(Role.STRONG), colour=tokens.text)
        lower = upper.translated(0, 17)
        words(painter, lower, second, font_=font(Role.SECONDARY), colour=tokens.muted)

    def _state(self, painter: QPainter, area: QRectF, state: State) -> None:
        ink = self._theme.tokens.tone(state.tone).text
        if state.icon:
            at = QPointF(area.left(), area.center().y() - 7)
            picture(painter, self._theme, state.icon, ink, at=at, size=14)
            area = area.adjusted(19, 0, 0, 0)
        words(painter, area, state.word, font_=font(Role.CHIP), colour=ink)

    def _icons(self, painter: QPainter, area: QRectF, states: tuple[State | str, ...]) -> None:
        shown = [state for state in states if isinstance(state, State)]
        room = max(int((area.width() + _ICON_GAP) // _ICON), 1)
        if len(shown) > room:
            # The rest as a number: an icon cut in half says nothing.
            rest = f"+{len(shown) - room + 1}"
            shown = shown[: room - 1]
            beside = area.adjusted(_ICON * len(shown), 0, 0, 0)
            words(painter, beside, rest, font_=font(Role.CHIP), colour=self._theme.tokens.text2)
        for place, state in enumerate(shown):
            ink = self._theme.tokens.tone(state.tone).text
            at = QPointF(area.left() + _ICON * place, area.center().y() - 8)
            picture(painter, self._theme, state.icon, ink, at=at)

    def _bar(self, painter: QPainter, area: QRectF, share: Share) -> None:
        tokens = self._theme.tokens
        figure = width_of(share.figure, Role.SECONDARY)
        trough = QRectF(area.left(), area.center().y() - 3, max(area.width() - figure - 8, 8), 6)
        box(painter, trough, radius=3, ground=tokens.line, edge=None)
        part = QRectF(trough.left(), trough.top(), trough.width() * min(max(share.part, 0), 1), 6)
        box(painter, part, radius=3, ground=tokens.tone(share.tone).fill, edge=None)
        words(painter, area, share.figure, font_=font(Role.SECONDARY), colour=tokens.text2, align=_RIGHT)
