"""Where people type and choose: text, lists, and a field that says what is wrong with its value."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import QComboBox, QLineEdit, QSizePolicy, QWidget

from x3studio.gui.states import State
from x3studio.gui.theme import Theme, Tone
from x3studio.gui.typography import Role, font
from x3studio.gui.widgets.chips import StateLabel
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import column
from x3studio.gui.widgets.paint import (
    box,
    key_cap,
    key_text,
    key_width,
    picture,
    ring,
    width_of,
    words,
)


class Input(QLineEdit):
    """One line of text. `icon` stands before it, `cap` is printed at its end; `key` also brings the focus."""

    def __init__(
        self,
        theme: Theme,
        *,
        name: str,
        text: str = "",
        hint: str = "",
        icon: str = "",
        key: str = "",
        cap: str = "",
        secret: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._theme, self._icon = theme, icon
        self._key = key_text(key or cap) if key or cap else ""
        self.setAccessibleName(name)
        self.setPlaceholderText(hint)
        self.setFont(font(Role.BODY))
        self.setFixedHeight(28)
        self.setTextMargins(22 if icon else 0, 0, round(key_width(self._key)) if self._key else 0, 0)
        self._heard = self._setting = False
        self.textEdited.connect(self._hear)
        self.textChanged.connect(self._changed)
        if secret:
            self.setEchoMode(QLineEdit.EchoMode.Password)
        if key:
            QShortcut(QKeySequence(key), self).activated.connect(self.jump)

    def setText(self, text: str | None) -> None:
        """The program's own text: nobody edited it."""
        self._setting = True
        super().setText(text)
        self._setting = False

    def clear(self) -> None:
        """The program empties it."""
        self.setText("")

    def _hear(self, _text: str) -> None:
        self._heard = True

    def _changed(self, text: str) -> None:
        """An assistive technology sets text past the keyboard (QAccessibleLineEdit): that is an edit too."""
        if not self._heard and not self._setting:
            self.textEdited.emit(text)
        self._heard = False

    def set_error(self, wrong: bool) -> None:
        """A red edge; the words belong into the field's error line."""
        self._mark("error", wrong)

    def set_locked(self, holder: str) -> None:
        """Read-only, sunken, and saying who holds it; "" opens it again."""
        self.setReadOnly(bool(holder))
        self.setToolTip(f"Locked by {holder}" if holder else "")
        self._mark("locked", bool(holder))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The line edit's own picture, then icon and key."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.height() / 2
        if self._icon:
            ink = self._theme.tokens.muted
            picture(painter, self._theme, self._icon, ink, at=QPointF(9, middle - 8))
        if self._key and not self.hasFocus() and not self.text():
            width = key_width(self._key)
            cap = QRectF(self.width() - width - 6, middle - 9, width, 18)
            key_cap(painter, cap, self._key, self._theme)
        painter.end()

    def _mark(self, name: str, on: bool) -> None:
        self.setProperty(name, "true" if on else "false")
        self.style().unpolish(self)
        self.style().polish(self)

    def jump(self) -> None:
        """Takes the keyboard, with what stands here selected."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()


class Field(QWidget):
    """A caption, an input, and under it either what is wrong or what helps."""

    def __init__(self, theme: Theme, caption: str, editor: QWidget, *, help_: str = "") -> None:
        super().__init__()
        self.editor = editor
        self._help = help_
        self._caption = Label(theme, caption, role=Role.CHIP, tone="text2")
        self._caption.setBuddy(editor)
        self._note = Label(theme, help_, role=Role.SECONDARY, tone="muted", wrap=True)
        self._wrong = StateLabel(theme, State("circle-x", "", Tone.BAD))
        self.setLayout(column(self._caption, editor, self._note, self._wrong, gap=4))
        if not editor.accessibleName():
            editor.setAccessibleName(caption)
        self.set_error("")

    def set_error(self, text: str) -> None:
        """What is wrong and what is known, such as "Folder unknown to X3. Try BRKTST or BRKPRD"."""
        if isinstance(self.editor, Input):
            self.editor.set_error(bool(text))
        self.editor.setAccessibleDescription(text or self._help)
        self._wrong.show_state(State("circle-x", text, Tone.BAD))
        self._wrong.setVisible(bool(text))
        self._note.setVisible(bool(self._help) and not text)


class Choice(QComboBox):
    """A drop-down list; each choice is (key, words). `current_key` gives the chosen key."""

    def __init__(
        self,
        theme: Theme,
        *,
        name: str,
        choices: Sequence[tuple[str, str]] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAccessibleName(name)
        self.setFont(font(Role.BODY))
        self.setFixedHeight(28)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.view().setProperty("kind", "choices")
        self.view().setFont(font(Role.BODY))
        self.set_choices(choices)

    def set_choices(self, choices: Sequence[tuple[str, str]]) -> None:
        """Other choices; the chosen key stays chosen where it still exists, without a signal."""
        kept, blocked = self.current_key(), self.blockSignals(True)
        self.clear()
        for key, text in choices:
            self.addItem(text, key)
        self.choose(kept)
        self.blockSignals(blocked)
        self.updateGeometry()
        self.update()

    def current_key(self) -> str:
        """The chosen key, "" where the list is empty."""
        return str(self.currentData() or "")

    def choose(self, key: str) -> None:
        """Chooses by key; an unknown one leaves the first."""
        self.setCurrentIndex(max(self.findData(key), 0) if self.count() else -1)

    def sizeHint(self) -> QSize:
        """Room for the longest choice."""
        texts = [self.itemText(index) for index in range(self.count())]
        return QSize(round(max([width_of(text, Role.BODY) for text in texts], default=60)) + 46, 28)

    def minimumSizeHint(self) -> QSize:
        """May shrink to a short word."""
        return QSize(min(self.sizeHint().width(), 96), 28)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Edge, words, chevron."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens, rect = self._theme.tokens, QRectF(self.rect())
        on = self.isEnabled()
        box(painter, rect, radius=5, ground=tokens.surface if on else tokens.sunken, edge=tokens.control)
        if self.hasFocus():
            ring(painter, rect, self._theme, radius=5)
        ink = tokens.text if on else tokens.muted
        area = rect.adjusted(10, 0, -30, 0)
        words(painter, area, self.currentText(), font_=self.font(), colour=ink)
        at = QPointF(self.width() - 23, self.height() / 2 - 7)
        picture(painter, self._theme, "chevron-down", tokens.muted, at=at, size=14)
        painter.end()
