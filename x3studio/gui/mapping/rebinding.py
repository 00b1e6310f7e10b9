"""Other keys for the page: choose an action, press the key it shall have; what loses its key is said."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from x3studio.gui.mapping.keymap import ACTS, CHOOSE, Act, Keymap, pressed_key
from x3studio.gui.page import Desk
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Button, Look
from x3studio.gui.widgets.dialog import Dialog
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, row
from x3studio.gui.widgets.paint import key_text
from x3studio.gui.widgets.table.columns import Column
from x3studio.gui.widgets.table.fixed import FixedRows
from x3studio.gui.widgets.table.view import Table

_HEIGHT = 380
_WORDS = {act.name: act.words for act in ACTS}


class KeysDialog(Dialog):
    """Enter or a double click on a row waits for the new key; Escape keeps the old one."""

    def __init__(self, desk: Desk, parent: QWidget, keymap: Keymap) -> None:
        super().__init__(desk.theme, parent, "Keys of the mapping page", width=560)
        self._keymap = keymap
        self._waiting = ""
        self.rows = FixedRows[Act](
            (
                Column("words", "What it does", lambda act: act.words, stretch=True),
                Column("key", "Key", self._printed, role=Role.STRONG, width=120),
                Column("more", "Also", self._others, width=120, tone="text2"),
            ),
            key=lambda act: act.name,
            rows=ACTS,
        )
        self.table = Table[Act](desk.theme, self.rows, name="Keys", tasks=desk.tasks)
        self.rows.setParent(self.table)
        self.table.setFixedHeight(_HEIGHT)
        self.table.opened.connect(lambda act: self.wait_for(act.name))
        self.table.installEventFilter(self)
        self._said = Label(desk.theme, role=Role.SECONDARY, tone="text2", wrap=True)
        change = Button(desk.theme, "Change the key", small=True)
        reset = Button(desk.theme, "As shipped", look=Look.LINK, small=True)
        change.clicked.connect(self._change_current)
        reset.clicked.connect(self._reset)
        self.add(self.table)
        self.add(row(change, reset, STRETCH))
        self.add(self._said)
        self.add_button("Close", answer="close", look=Look.FILLED).setDefault(False)
        self._say("The digit row chooses candidates on every keyboard, with or without Shift.")
        self.table.choose_first()
        self.table.setFocus()

    def wait_for(self, name: str) -> None:
        """The next key pressed is the action's."""
        if name == CHOOSE:
            self._say("The digit row cannot be changed: it is bound by its place on the keyboard.")
            return
        self._waiting = name
        self._say(f"Press the key for: {_WORDS[name]}. Escape keeps the one it has.")
        self.table.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Takes the key that is waited for, before the table or a shortcut does."""
        if self._waiting and isinstance(event, QKeyEvent):
            if event.type() is QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() is QEvent.Type.KeyPress:
                self._take(event)
                return True
        return super().eventFilter(watched, event)

    def _take(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._waiting = ""
            self._say("Nothing was changed.")
            return
        key = pressed_key(event)
        if not key:
            return
        name, self._waiting = self._waiting, ""
        loser = self._keymap.bind(name, key)
        lost = f" {_WORDS[loser]} has lost it." if loser else ""
        self._say(f"{key_text(key)}: {_WORDS[name]}.{lost}")
        self.rows.set_rows(ACTS)

    def _change_current(self) -> None:
        act = self.table.current()
        if act is not None:
            self.wait_for(act.name)

    def _reset(self) -> None:
        self._keymap.reset()
        self.rows.set_rows(ACTS)
        self._say("Every key is as it was shipped.")

    def _say(self, words: str) -> None:
        self._said.setText(words)
        self.setAccessibleDescription(words)

    def _printed(self, act: Act) -> str:
        cap = self._keymap.cap(act.name)
        return ("1 to 9" if act.name == CHOOSE else key_text(cap)) if cap else ""

    def _others(self, act: Act) -> str:
        return ", ".join(key_text(key) for key in self._keymap.keys(act.name)[1:])
