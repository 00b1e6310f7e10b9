"""The causes as cards, drawn by a delegate so that a thousand of them cost no more than ten."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from x3studio.gui.exceptions.words import cause, folder, span_of, worth
from x3studio.gui.states import counted
from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role, font
from x3studio.gui.widgets.paint import box, picture, ring, rings, width_of, words
from x3studio.store import CaseGroup

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_HEIGHT, _GAP = 80, 9
_RIGHT = Qt.AlignmentFlag.AlignRight
ORDERS = (("money", "By money"), ("count", "By count"), ("newest", "Newest first"))


def key_of(group: CaseGroup) -> tuple[str, str]:
    """What tells causes apart."""
    return (group.fingerprint, group.cause)


def ordered(groups: Sequence[CaseGroup], by: str) -> list[CaseGroup]:
    """The causes in the chosen order; equal ones with the larger count first."""
    if by == "newest":
        return sorted(groups, key=lambda group: (group.last_at, group.count), reverse=True)
    if by == "count":
        return sorted(groups, key=lambda group: (group.count, group.last_at), reverse=True)
    return sorted(groups, key=lambda group: (_most(group), group.count), reverse=True)


def _most(group: CaseGroup) -> Decimal:
    # Amounts of different currencies do not add up; the largest one speaks for the cause.
    return max(group.worth.values(), default=Decimal(0))


class _Causes(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.groups: Sequence[CaseGroup] = ()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.groups)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        group = self.groups[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            told = [group.title, counted(group.count, "record"), worth(group.worth), cause(group.cause).word]
            told.append(self.folder(group))
            return ", ".join(part for part in told if part)
        return group.title if role == Qt.ItemDataRole.ToolTipRole else None

    def folder(self, group: CaseGroup) -> str:
        """ "folder BRKTST" where causes of several folders stand beside each other, else ""."""
        several = len({one.account for one in self.groups}) > 1
        return f"folder {folder(group.account)}" if several and group.account else ""

    def show_groups(self, groups: Sequence[CaseGroup]) -> None:
        same = [key_of(one) for one in groups] == [key_of(one) for one in self.groups]
        if same and groups:
            self.groups = groups
            self.dataChanged.emit(self.index(0), self.index(len(groups) - 1))
            return
        self.beginResetModel()
        self.groups = groups
        self.endResetModel()


class _Card(QStyledItemDelegate):
    def __init__(self, theme: Theme, model: _Causes, view: QListView) -> None:
        super().__init__(view)
        self._theme, self._model = theme, model
        self.ringed = False

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(200, _HEIGHT + _GAP)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        group, tokens = self._model.groups[index.row()], self._theme.tokens
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(option.rect).adjusted(14, 0, -14, -_GAP)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        edge = tokens.accent_text if chosen else tokens.line2 if hovered else tokens.line
        box(painter, rect, radius=8, ground=tokens.select if chosen else tokens.surface, edge=edge)
        if chosen and self.ringed:
            ring(painter, rect, self._theme, radius=8)
        self._draw(painter, rect, group)
        painter.restore()

    def _draw(self, painter: QPainter, rect: QRectF, group: CaseGroup) -> None:
        tokens, told = self._theme.tokens, cause(group.cause)
        ink = tokens.tone(told.tone).text
        picture(painter, self._theme, told.icon, ink, at=QPointF(rect.left() + 12, rect.top() + 12))
        count = f"{group.count:,}"
        figure = width_of(count, Role.COUNT) + 2
        left, right = rect.left() + 40, rect.right() - 12
        title = QRectF(left, rect.top() + 9, right - left - figure - 10, 20)
        words(painter, title, group.title, font_=font(Role.PANEL), colour=tokens.text)
        area = QRectF(right - figure, rect.top() + 12, figure, 26)
        words(painter, area, count, font_=font(Role.COUNT), colour=tokens.text, align=_RIGHT)
        parts = [self._model.folder(group), worth(group.worth), span_of(group, datetime.now(UTC))]
        below = QRectF(left, rect.top() + 29, title.width(), 18)
        line = ", ".join(part for part in parts if part)
        words(painter, below, line, font_=font(Role.SECONDARY), colour=tokens.text2)
        tag = QRectF(left, rect.top() + 52, width_of(told.word, Role.TAG) + 14, 19)
        box(painter, tag, radius=4, ground=tokens.idle.tint, edge=tokens.line2)
        words(painter, tag.adjusted(7, 0, -6, 0), told.word, font_=font(Role.TAG), colour=tokens.idle.text)
        self._bars(painter, QRectF(right - 62, rect.bottom() - 28, 62, 18), group)

    def _bars(self, painter: QPainter, area: QRectF, group: CaseGroup) -> None:
        """The last eight days; the last two in the cause's tone, so that what grows is seen."""
        tokens, tone = self._theme.tokens, cause(group.cause).tone
        top, step = max(group.daily, default=0) or 1, area.width() / max(len(group.daily), 1)
        for place, value in enumerate(group.daily):
            height = max(value / top * area.height(), 1.5)
            hot = place >= len(group.daily) - 2 and value > 0
            ground = tokens.tone(tone).fill if hot else tokens.idle.fill
            bar = QRectF(area.left() + place * step + 1, area.bottom() - height, step - 3, height)
            box(painter, bar, radius=1, ground=ground, edge=None)


class CauseList(QListView):
    """`chosen` carries the group that became current, `opened` that Enter was pressed on it."""

    chosen = Signal(object)
    opened = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._causes = _Causes()
        self._card = _Card(theme, self._causes, self)
        self.setModel(self._causes)
        self.setItemDelegate(self._card)
        self.setAccessibleName("Causes")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setProperty("kind", "causes")
        self.viewport().setAutoFillBackground(False)
        self.setStyleSheet("QListView { background: transparent; border: none; outline: 0; }")
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        theme.changed.connect(self.viewport().update)

    @property
    def current(self) -> CaseGroup | None:
        """The chosen cause."""
        index = self.currentIndex()
        return self._causes.groups[index.row()] if index.isValid() else None

    def show_groups(self, groups: Sequence[CaseGroup]) -> None:
        """Other causes; the chosen one stays chosen where it is still there, else the first is."""
        kept = key_of(self.current) if self.current else None
        self._causes.show_groups(groups)
        if not groups:
            return
        if kept is None or not self.choose(kept[0], kept[1], quiet=True):
            self.setCurrentIndex(self._causes.index(0))

    def choose(self, fingerprint: str, cause_key: str = "", *, quiet: bool = False) -> bool:
        """Makes a cause current and visible; False where it is not shown."""
        for place, group in enumerate(self._causes.groups):
            if group.fingerprint == fingerprint and cause_key in ("", group.cause):
                index = self._causes.index(place)
                self.setCurrentIndex(index)
                if not quiet:
                    self.scrollTo(index)
                return True
        return False

    def currentChanged(self, current: Any, previous: Any) -> None:
        """Tells which cause is current now."""
        super().currentChanged(current, previous)
        if current.isValid():
            self.chosen.emit(self._causes.groups[current.row()])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes to the records."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The card shows its ring only where focus came by a key."""
        self._card.ringed = rings(event, before=self._card.ringed)
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """No ring without the focus."""
        self._card.ringed = rings(event, before=self._card.ringed)
        super().focusOutEvent(event)
        self.viewport().update()
