"""Payload text with line numbers, colours from tokens and marked lines; only what is in sight is coloured."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextLayout,
)
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QTextEdit, QWidget

from x3studio.gui.runs.pretty import coloured
from x3studio.gui.theme import Theme, Tone
from x3studio.gui.typography import Role, font
from x3studio.gui.widgets.paint import width_of, words

_MARGIN, _SIGN = 10, 16
_MOST_HITS = 500
_TONES = {"-": Tone.BAD, "+": Tone.OK}


class _Gutter(QWidget):
    """Line numbers and signs beside the text."""

    def __init__(self, code: "CodeView") -> None:
        super().__init__(code)
        self._code = code

    def sizeHint(self) -> QSize:
        return QSize(self._code.gutter_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._code.paint_gutter(self, event)


class CodeView(QPlainTextEdit):
    """Read-only, selectable with mouse and keys. `marks` gives lines ("-" or "+") their ground and sign."""

    def __init__(self, theme: Theme, *, name: str) -> None:
        super().__init__()
        self._theme = theme
        self._marks: Mapping[int, str] = {}
        self._coloured: set[int] = set()
        self._gutter = _Gutter(self)
        self.setProperty("kind", "code")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setReadOnly(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setFont(font(Role.CODE))
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        self.updateRequest.connect(self._scrolled)
        self.verticalScrollBar().valueChanged.connect(lambda _value: self._colour())
        theme.changed.connect(self._recolour)

    def show_lines(self, lines: Sequence[str], *, marks: Mapping[int, str] | None = None) -> None:
        """Other text; the view starts at its first marked line, or at the top."""
        self._marks = marks or {}
        self._coloured.clear()
        self.setExtraSelections([])
        self.setPlainText("\n".join(lines))
        self.setViewportMargins(self.gutter_width(), 0, 0, 0)
        self._place_gutter()
        first = min(self._marks, default=0)
        cursor = QTextCursor(self.document().findBlockByNumber(max(first - 4, 0)))
        self.setTextCursor(cursor)
        self._colour()
        self.viewport().update()

    def find_all(self, text: str) -> list[int]:
        """Marks every place of the text, whatever its case; returns where they start, at most 500."""
        wanted, inside = text.casefold(), self.toPlainText().casefold()
        places: list[int] = []
        at = inside.find(wanted) if wanted else -1
        while at >= 0 and len(places) < _MOST_HITS:
            places.append(at)
            at = inside.find(wanted, at + len(wanted))
        ground = QTextCharFormat()
        ground.setBackground(self._theme.tokens.warn.tint)
        ground.setForeground(self._theme.tokens.warn.text)
        self.setExtraSelections([self._selection(place, len(text), ground) for place in places])
        return places

    def show_place(self, place: int, length: int) -> None:
        """Selects a stretch of text and brings it into sight."""
        cursor = self.textCursor()
        cursor.setPosition(place)
        cursor.setPosition(place + length, QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def gutter_width(self) -> int:
        """Room for the largest number and the sign."""
        digits = max(len(str(self.blockCount())), 3)
        return round(width_of("0" * digits, Role.CODE)) + _MARGIN + _SIGN

    def paintEvent(self, event: QPaintEvent) -> None:
        """The grounds of marked lines below the text."""
        if self._marks:
            painter = QPainter(self.viewport())
            for block, rect in self._visible(event.rect()):
                tone = _TONES.get(self._marks.get(block.blockNumber(), ""))
                if tone is not None:
                    ground = QRectF(0, rect.top(), self.viewport().width(), rect.height())
                    painter.fillRect(ground, self._theme.tokens.tone(tone).tint)
            painter.end()
        super().paintEvent(event)

    def paint_gutter(self, gutter: QWidget, event: QPaintEvent) -> None:
        """Numbers right, then the sign."""
        painter = QPainter(gutter)
        tokens = self._theme.tokens
        painter.fillRect(event.rect(), tokens.sunken)
        for block, rect in self._visible(event.rect()):
            mark = self._marks.get(block.blockNumber(), "")
            ink = tokens.muted
            if mark in _TONES:
                painter.fillRect(
                    QRectF(0, rect.top(), gutter.width(), rect.height()), tokens.tone(_TONES[mark]).tint
                )
                ink = tokens.tone(_TONES[mark]).text
            number = QRectF(0, rect.top(), gutter.width() - _SIGN, rect.height())
            right = Qt.AlignmentFlag.AlignRight
            words(
                painter,
                number,
                str(block.blockNumber() + 1),
                font_=self.font(),
                colour=tokens.muted,
                align=right,
            )
            sign = QRectF(gutter.width() - _SIGN + 4, rect.top(), _SIGN - 4, rect.height())
            words(painter, sign, mark, font_=self.font(), colour=ink)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keeps the gutter at its side and colours what came into sight."""
        super().resizeEvent(event)
        self._place_gutter()
        self._colour()

    def _place_gutter(self) -> None:
        area = self.contentsRect()
        self._gutter.setGeometry(QRect(area.left(), area.top(), self.gutter_width(), area.height()))

    def _scrolled(self, rect: QRect, dy: int) -> None:
        if dy:
            self._gutter.scroll(0, dy)
        else:
            self._gutter.update(0, rect.y(), self._gutter.width(), rect.height())

    def _visible(self, area: QRect) -> list[tuple[QTextBlock, QRectF]]:
        found: list[tuple[QTextBlock, QRectF]] = []
        block = self.firstVisibleBlock()
        rect = self.blockBoundingGeometry(block).translated(self.contentOffset())
        while block.isValid() and rect.top() <= area.bottom():
            if rect.bottom() >= area.top():
                found.append((block, rect))
            block = block.next()
            rect = self.blockBoundingGeometry(block).translated(self.contentOffset())
        return found

    def _colour(self) -> None:
        """Gives the lines in sight their colours; a highlighter would colour all of them at once."""
        for block, _rect in self._visible(self.viewport().rect()):
            if block.blockNumber() in self._coloured:
                continue
            self._coloured.add(block.blockNumber())
            ranges = []
            for start, length, token in coloured(block.text()):
                part = QTextLayout.FormatRange()
                part.start, part.length = start, length
                part.format.setForeground(self._theme.tokens.word(token))
                ranges.append(part)
            block.layout().setFormats(ranges)

    def _recolour(self) -> None:
        self._coloured.clear()
        self._colour()
        self._gutter.update()

    def _selection(self, place: int, length: int, ground: QTextCharFormat) -> QTextEdit.ExtraSelection:
        selection = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.document())
        cursor.setPosition(place)
        cursor.setPosition(place + length, QTextCursor.MoveMode.KeepAnchor)
        selection.cursor = cursor
        selection.format = ground
        return selection
