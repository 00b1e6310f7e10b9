"""What several painted widgets draw alike: focus rings, boxes, key caps, icons beside words."""

from functools import cache, lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFocusEvent, QFont, QFontMetricsF, QKeySequence, QPainter, QPen, QPixmap

from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role, font

_KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
    Qt.FocusReason.OtherFocusReason,
)
_PASSING = (
    Qt.FocusReason.ActiveWindowFocusReason,
    Qt.FocusReason.PopupFocusReason,
    Qt.FocusReason.MenuBarFocusReason,
)
_CENTRE = Qt.AlignmentFlag.AlignVCenter
_MEASURED = 8_192


def rings(event: QFocusEvent, *, before: bool) -> bool:
    """Whether the focus ring is shown: where focus came by a key, and again when the window comes back."""
    if event.reason() in _PASSING:
        return before
    return event.gotFocus() and event.reason() in _KEYBOARD


def box(
    painter: QPainter,
    rect: QRectF,
    *,
    radius: float,
    ground: QColor | None,
    edge: QColor | None,
    pen: float = 1,
) -> None:
    """A rounded box whose edge lies inside `rect`."""
    inset = pen / 2 if edge is not None else 0.0
    painter.setPen(QPen(edge, pen) if edge is not None else Qt.PenStyle.NoPen)
    painter.setBrush(ground if ground is not None else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), radius, radius)


def ring(painter: QPainter, rect: QRectF, theme: Theme, *, radius: float, filled: bool = False) -> None:
    """The keyboard's focus: 2 px on the edge, and on filled grounds a line of surface inside it."""
    box(painter, rect, radius=radius, ground=None, edge=theme.tokens.accent_text, pen=2)
    if filled:
        inner = rect.adjusted(2, 2, -2, -2)
        box(painter, inner, radius=max(radius - 2, 1), ground=None, edge=theme.tokens.surface)


def picture(
    painter: QPainter, theme: Theme, name: str, colour: QColor, *, at: QPointF, size: int = 16
) -> None:
    """A Lucide icon with its top left corner `at` that point, crisp on this device."""
    pixmap: QPixmap = theme.pixmap(name, colour, size, ratio=painter.device().devicePixelRatio())
    painter.drawPixmap(QPointF(round(at.x()), round(at.y())), pixmap)


def words(
    painter: QPainter,
    rect: QRectF,
    text: str,
    *,
    font_: QFont,
    colour: QColor,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
) -> None:
    """One line of text, elided where the room is short."""
    painter.setFont(font_)
    painter.setPen(colour)
    painter.drawText(rect, _flags(align), _fitted(text, font_, rect.width(), elide))


@lru_cache(maxsize=_MEASURED)
def _fitted(text: str, font_: QFont, width: float, elide: Qt.TextElideMode) -> str:
    """The text as it fits; measuring takes longer than drawing, and frames repeat most of their words."""
    metrics = QFontMetricsF(font_)
    fits = metrics.horizontalAdvance(text) <= width + 0.5
    return text if fits else metrics.elidedText(text, elide, width)


@cache
def _flags(align: Qt.AlignmentFlag) -> int:
    """Made once: joining flags in Python takes longer than drawing a word."""
    return int(align.value | _CENTRE.value | Qt.TextFlag.TextSingleLine.value)


@lru_cache(maxsize=_MEASURED)
def width_of(text: str, role: Role) -> float:
    """How wide a line of text is in its role, in logical pixels."""
    return QFontMetricsF(font(role)).horizontalAdvance(text)


def key_text(key: str) -> str:
    """A key sequence as it is printed on a cap: "Ctrl+K" becomes "Ctrl K", Return "Enter"."""
    native = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) or key
    return native.replace("Return", "Enter").replace("+", " ") if len(native) > 1 else native


def key_width(text: str) -> float:
    """The width of a printed key cap."""
    return max(width_of(text, Role.KEY) + 10, 18)


def key_cap(painter: QPainter, rect: QRectF, text: str, theme: Theme, *, on: QColor | None = None) -> None:
    """A key cap; on a filled ground `on` is the ink and the cap is a lighter patch."""
    tokens = theme.tokens
    if on is None:
        box(painter, rect, radius=4, ground=tokens.surface, edge=tokens.line2)
    else:
        patch = QColor(on)
        patch.setAlpha(46)
        box(painter, rect, radius=4, ground=patch, edge=None)
    words(
        painter,
        rect,
        text,
        font_=font(Role.KEY),
        colour=on or tokens.text2,
        align=Qt.AlignmentFlag.AlignHCenter,
        elide=Qt.TextElideMode.ElideNone,
    )
