"""Text in a role and a tone: one line, eliding or wrapped, always plain so that foreign words stay words."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role, font
from x3studio.gui.widgets.paint import words

_PLAIN = Qt.TextInteractionFlag.NoTextInteraction
_SELECTABLE = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard


class Label(QLabel):
    """`tone` is a text token (text, text2, muted, accent_text) or a tone (ok, warn, bad, live, idle)."""

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        *,
        role: Role = Role.BODY,
        tone: str = "text",
        wrap: bool = False,
        elide: Qt.TextElideMode | None = None,
        selectable: bool = False,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._elide, self._align = theme, elide, align
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(font(role))
        self.setProperty("tone", tone)
        self.setWordWrap(wrap)
        self.setAlignment(align | Qt.AlignmentFlag.AlignVCenter)
        if elide is not None:
            self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._selectable = selectable
        self.setText(text)

    @property
    def keeps_width(self) -> bool:
        """Whether the label wants exactly its text's width in a row."""
        return self._elide is None and not self.wordWrap()

    def setText(self, text: str) -> None:
        """Shows other words; nothing is painted where they are the same."""
        if text != self.text():
            super().setText(text)
            self._tip()
            if self._selectable:
                # Without words it is no place for the keyboard: a screen reader has nothing to call it.
                self.setTextInteractionFlags(_SELECTABLE if text else _PLAIN)

    def set_tone(self, tone: str) -> None:
        """Another token or tone; the style sheet is asked again."""
        if tone != self.property("tone"):
            self.setProperty("tone", tone)
            self.style().unpolish(self)
            self.style().polish(self)
            self.update()

    def minimumSizeHint(self) -> QSize:
        """An eliding label gives way down to a few letters."""
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), 32), hint.height()) if self._elide is not None else hint

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The tool tip appears once words are cut."""
        super().resizeEvent(event)
        self._tip()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Cuts what does not fit, at the chosen end."""
        if self._elide is None:
            super().paintEvent(event)
            return
        painter = QPainter(self)
        colour = self._theme.tokens.word(str(self.property("tone")))
        rect = QRectF(self.contentsRect())
        words(
            painter, rect, self.text(), font_=self.font(), colour=colour, align=self._align, elide=self._elide
        )
        painter.end()

    def _tip(self) -> None:
        if self._elide is not None:
            cut = QFontMetricsF(self.font()).horizontalAdvance(self.text()) > self.width() + 0.5
            self.setToolTip(self.text() if cut else "")
