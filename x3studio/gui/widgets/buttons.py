"""Buttons that print their live key: outlined, filled (one per region), ghost, danger, link."""

from enum import Enum

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QFocusEvent, QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import QMenu, QPushButton, QSizePolicy, QWidget

from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role, font
from x3studio.gui.widgets.paint import (
    box,
    key_cap,
    key_text,
    key_width,
    picture,
    ring,
    rings,
    width_of,
    words,
)
from x3studio.gui.widgets.toggling import Toggling

PADDING, GAP, ICON = 11, 7, 16


class Look(Enum):
    """How much a button asks for attention."""

    OUTLINED = "outlined"
    FILLED = "filled"
    GHOST = "ghost"
    DANGER = "danger"
    LINK = "link"


class Pressable(Toggling, QPushButton):
    """How everything pressed behaves: hover, a ring for the keyboard's focus, Enter and Space."""

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.ringed = False
        self.setAutoDefault(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.hear_toggles()

    @property
    def hovered(self) -> bool:
        """Whether the pointer is over it and it can be pressed."""
        return self.underMouse() and self.isEnabled()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Shows the ring only where focus came by a key."""
        self.ringed = rings(event, before=self.ringed)
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hides the ring, unless the focus only leaves with the window or for a menu."""
        self.ringed = rings(event, before=self.ringed)
        super().focusOutEvent(event)
        self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Repaints for hover."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Repaints after hover."""
        super().leaveEvent(event)
        self.update()


class Button(Pressable):
    """A button with words. `key` is bound and printed on it, `cap` only printed; `menu` opens below it.

    An `icon` without `text` needs `name`, which is spoken and shown as tool tip.
    """

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        *,
        look: Look = Look.OUTLINED,
        icon: str = "",
        key: str = "",
        cap: str = "",
        small: bool = False,
        menu: QMenu | None = None,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, parent=parent)
        self._look, self._icon, self._small, self._choices = look, icon, small, menu
        self._key = key_text(key or cap) if key or cap else ""
        if name or self._key:
            self.setToolTip(" · ".join(part for part in (name, self._key) if part))
        if name:
            self.setAccessibleName(name)
        if menu is not None:
            menu.setParent(self, menu.windowFlags())
            self.clicked.connect(self._open)
        self.setFont(font(Role.CHIP if small else Role.BUTTON))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        super().setText(text.replace("&", "&&"))
        if key:
            # Not setShortcut(): that presses the button for 100 ms first, and a new text would unbind it.
            bound = QShortcut(QKeySequence(key), self)
            bound.setAutoRepeat(False)
            bound.activated.connect(self.click)

    def setText(self, text: str) -> None:
        """Other words; an ampersand is itself, never a mnemonic. The key stays bound."""
        super().setText(text.replace("&", "&&"))
        self.updateGeometry()

    def set_icon(self, name: str) -> None:
        """Another Lucide picture."""
        self._icon = name
        self.updateGeometry()
        self.update()

    def set_cap(self, key: str) -> None:
        """Another printed key, where somebody else binds it."""
        self._key = key_text(key) if key else ""
        self.setToolTip(" · ".join(part for part in (self.accessibleName(), self._key) if part))
        self.updateGeometry()
        self.update()

    def words(self) -> str:
        """The text as it is shown."""
        return self.text().replace("&&", "&")

    def sizeHint(self) -> QSize:
        """Words, picture and key with 11 px at both sides; square without words."""
        height = 24 if self._small else 28
        if not self.words() and not self._choices:
            return QSize(height, height)
        padding = 4 if self._look is Look.LINK else (9 if self._small else PADDING)
        return QSize(round(self._content() + 2 * padding + 0.5), height)

    def minimumSizeHint(self) -> QSize:
        """Buttons are never cut."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Ground, edge, picture, words, key, ring."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect())
        ground, edge, ink = self._colours()
        if ground is not None or edge is not None:
            box(painter, rect, radius=5, ground=ground, edge=edge)
        self._draw_content(painter, ink)
        if self.ringed:
            ring(painter, rect, self.theme, radius=5, filled=self._look is Look.FILLED)
        painter.end()

    def _content(self) -> float:
        role = Role.CHIP if self._small else Role.BUTTON
        parts = [width_of(self.words(), role)] if self.words() else []
        if self._icon:
            parts.append(ICON)
        if self._key and self.words():
            parts.append(key_width(self._key))
        if self._choices:
            parts.append(14)
        return sum(parts) + GAP * (len(parts) - 1)

    def _colours(self) -> tuple[QColor | None, QColor | None, QColor]:
        tokens, down = self.theme.tokens, self.isDown()
        if not self.isEnabled():
            bare = self._look in (Look.GHOST, Look.LINK)
            ground = tokens.sunken if self._look is Look.FILLED else None
            return ground, None if bare or ground is not None else tokens.line, tokens.disabled
        over = tokens.select if down else tokens.hover if self.hovered else None
        match self._look:
            case Look.FILLED:
                accent = (
                    tokens.accent_press if down else tokens.accent_hover if self.hovered else tokens.accent
                )
                return accent, None, tokens.on_accent
            case Look.OUTLINED:
                return over or tokens.surface, tokens.line2, tokens.text
            case Look.DANGER:
                return (tokens.bad.tint if over else tokens.surface), tokens.bad.text, tokens.bad.text
            case Look.GHOST:
                return over, None, tokens.text2
            case Look.LINK:
                return over, None, tokens.accent_text

    def _draw_content(self, painter: QPainter, ink: QColor) -> None:
        middle = self.height() / 2
        x = (self.width() - self._content()) / 2
        if self._icon:
            at = QPointF(x, middle - ICON / 2)
            picture(painter, self.theme, self._icon, ink, at=at)
            x += ICON + GAP
        if self.words():
            width = width_of(self.words(), Role.CHIP if self._small else Role.BUTTON)
            area = QRectF(x, 0, width + 1, self.height())
            words(painter, area, self.words(), font_=self.font(), colour=ink)
            x += width + GAP
        if self._key and self.words():
            cap = QRectF(x, middle - 9, key_width(self._key), 18)
            key_cap(painter, cap, self._key, self.theme, on=ink if self._look is Look.FILLED else None)
            x += cap.width() + GAP
        if self._choices:
            picture(painter, self.theme, "chevron-down", ink, at=QPointF(x, middle - 7), size=14)

    def _open(self) -> None:
        # popup() returns at once; exec() would nest an event loop and lose the running task.
        if self._choices is not None:
            self._choices.popup(self.mapToGlobal(self.rect().bottomLeft()))
