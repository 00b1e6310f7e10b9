"""Which key does what on the mapping page: bound by the physical digit row, rebindable, remembered."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence

from x3studio.gui.memory import Memory

_KEPT = "mapping/keys"
_DIGITS_BY_CHARACTER = {
    character: place for row in ("&é\"'(-è_ç", "&é\"'(§è!ç") for place, character in enumerate(row, start=1)
}
"""The unshifted digit row of French and Belgian keyboards, where the window system tells no scan code."""
_FIRST_DIGIT = {"win32": 2, "linux": 10}
_MAC_DIGITS = {18: 1, 19: 2, 20: 3, 21: 4, 23: 5, 22: 6, 26: 7, 28: 8, 25: 9}
_MODIFIERS = Qt.KeyboardModifier
_CHORD = _MODIFIERS.ControlModifier | _MODIFIERS.AltModifier | _MODIFIERS.MetaModifier
_IMPOSSIBLE = frozenset(
    {
        Qt.Key.Key_Control,
        Qt.Key.Key_Shift,
        Qt.Key.Key_Alt,
        Qt.Key.Key_Meta,
        Qt.Key.Key_AltGr,
        Qt.Key.Key_CapsLock,
        Qt.Key.Key_unknown,
    }
)


@dataclass(frozen=True, slots=True)
class Act:
    """Something a key does; `keys` are its bindings as the program ships them."""

    name: str
    words: str
    keys: tuple[str, ...]


CHOOSE = "choose"
ACTS: tuple[Act, ...] = (
    Act("accept", "Accept the chosen candidate", ("Return",)),
    Act(CHOOSE, "Accept candidate 1 to 9, by the digit row of any keyboard", ("1",)),
    Act("none", "No X3 counterpart", ("X",)),
    Act("unsure", "Unsure, skip", ("Space",)),
    Act("kit", "Kit editor", ("K",)),
    Act("pack", "Pack factor", ("P",)),
    Act("request", "Request a new X3 item", ("N",)),
    Act("flag", "Flag", ("F",)),
    Act("comment", "Comment", ("C",)),
    Act("search", "Search everything in X3", ("/",)),
    Act("previous", "Previous record", ("I", "Up")),
    Act("next", "Next record", ("J", "Down")),
    Act("next_conflict", "Next conflict", ("]", "Ctrl+Down")),
    Act("previous_conflict", "Previous conflict", ("[", "Ctrl+Up")),
    Act("identical", "Accept for all alike, with a preview", ("G",)),
    Act("family", "Variation family", ("V",)),
    Act("bulk", "Apply to the filtered records, with a preview", ("Ctrl+Return",)),
    Act("undo", "Undo the last step", ("Ctrl+Z",)),
    Act("redo", "Redo", ("Ctrl+Y",)),
    Act("revert", "Revert the chosen decision only", ("Ctrl+Shift+Z",)),
    Act("filter", "Filter by words", ("Ctrl+F",)),
    Act("excel", "Export to Excel", ("Ctrl+E",)),
    Act("mode", "Focus or Grid", ("Ctrl+G",)),
    Act("blind", "Hide or show the scores", ("B",)),
    *(Act(f"view{place}", f"Saved view {place}", (f"Ctrl+{place}",)) for place in range(1, 7)),
    Act("back", "The record before this one", ("Alt+Left",)),
)


class Keymap(QObject):
    """The bindings in force. `changed` tells that some are others now."""

    changed = Signal()

    def __init__(self, memory: Memory, parent: QObject) -> None:
        super().__init__(parent)
        self._memory = memory
        self._keys: dict[str, tuple[str, ...]] = {}
        self._read()

    def keys(self, name: str) -> tuple[str, ...]:
        """Every binding of an action, the printed one first."""
        return self._keys[name]

    def cap(self, name: str) -> str:
        """What is printed on its button; "" where nothing is bound."""
        return next(iter(self._keys[name]), "")

    def chords(self) -> Mapping[str, str]:
        """Bindings with Ctrl, Alt or Meta, which work while something is typed too: key to action."""
        return {key: act.name for act in ACTS for key in self._keys[act.name] if is_chord(key)}

    def action(self, event: QKeyEvent) -> tuple[str, int] | None:
        """What a plain key asks for, and the digit of a choice; None where it asks for nothing."""
        if event.modifiers() & _CHORD:
            return None
        digit = digit_of(event)
        if digit and self._keys[CHOOSE]:
            return CHOOSE, digit
        pressed = plain(event)
        for act in ACTS:
            if act.name != CHOOSE and pressed in self._keys[act.name]:
                return act.name, 0
        return None

    def bind(self, name: str, key: str) -> str:
        """Gives an action one key; returns the action that had it and lost it, or ""."""
        loser = next((act.name for act in ACTS if act.name != name and key in self._keys[act.name]), "")
        if loser:
            self._keys[loser] = tuple(one for one in self._keys[loser] if one != key)
        self._keys[name] = (key, *(one for one in self._keys[name][1:] if one != key))
        self._save()
        return loser

    def reset(self) -> None:
        """As the program ships them."""
        self._keys = {act.name: act.keys for act in ACTS}
        self._save()

    def help(self) -> Sequence[tuple[str, str]]:
        """For F1: the printed key and what it does, for everything that is bound."""
        return [(self.cap(act.name), act.words) for act in ACTS if self.cap(act.name)]

    def _read(self) -> None:
        kept = dict(line.split("=", 1) for line in self._memory.text(_KEPT).split("\n") if "=" in line)
        self._keys = {
            act.name: tuple(filter(None, kept[act.name].split(" "))) if act.name in kept else act.keys
            for act in ACTS
        }

    def _save(self) -> None:
        changed = {act.name: self._keys[act.name] for act in ACTS if self._keys[act.name] != act.keys}
        self._memory.keep(_KEPT, "\n".join(f"{name}={' '.join(keys)}" for name, keys in changed.items()))
        self.changed.emit()


def is_chord(key: str) -> bool:
    """Whether a binding has a modifier beside Shift."""
    return key.startswith(("Ctrl+", "Alt+", "Meta+"))


def plain(event: QKeyEvent) -> str:
    """A key without modifiers as bindings name it: the letter, the sign it writes, or "Return"."""
    text = event.text()
    if len(text) == 1 and text.isprintable() and not text.isalnum() and text != " ":
        # "/" is Shift and ":" on a French keyboard: the sign counts, not the key.
        return text
    if event.modifiers() & _MODIFIERS.ShiftModifier:
        return ""
    # The number pad's Enter is Enter.
    key = Qt.Key.Key_Return if event.key() == Qt.Key.Key_Enter else Qt.Key(event.key())
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText)


def pressed_key(event: QKeyEvent) -> str:
    """A key press as a binding, "" for one that cannot be bound (a bare modifier, AltGr)."""
    key = Qt.Key(event.key())
    if key in _IMPOSSIBLE or event.modifiers() & _MODIFIERS.GroupSwitchModifier:
        return ""
    if event.modifiers() & _CHORD:
        return QKeySequence(event.keyCombination()).toString(QKeySequence.SequenceFormat.PortableText)
    return plain(event)


def digit_of(event: QKeyEvent) -> int:
    """1 to 9 where a key of the digit row or the number pad was pressed, whatever it writes; else 0."""
    if event.modifiers() & _MODIFIERS.ShiftModifier:
        return 0
    if Qt.Key.Key_1 <= event.key() <= Qt.Key.Key_9:
        return event.key() - int(Qt.Key.Key_0)
    if sys.platform == "darwin":
        return _MAC_DIGITS.get(event.nativeVirtualKey(), 0) if event.nativeVirtualKey() else 0
    first, scanned = _FIRST_DIGIT.get(sys.platform, _FIRST_DIGIT["linux"]), event.nativeScanCode()
    if scanned:
        return scanned - first + 1 if first <= scanned < first + 9 else 0
    return _DIGITS_BY_CHARACTER.get(event.text(), 0)
