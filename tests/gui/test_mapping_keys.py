"""The keys of the mapping page: by place on any keyboard, rebindable, remembered, silent while one types."""

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from x3studio.gui.mapping.keymap import ACTS, CHOOSE, Keymap, digit_of, is_chord, plain, pressed_key
from x3studio.gui.memory import Memory

_NONE, _SHIFT, _CTRL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)


def press(
    key: Qt.Key, text: str = "", *, modifiers: Qt.KeyboardModifier = _NONE, scan: int = 0, virtual: int = 0
) -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, key, modifiers, scan, virtual, 0, text)


@pytest.fixture
def keymap(app: QApplication, memory: Memory) -> Keymap:
    return Keymap(memory, app)


@pytest.mark.parametrize(("text", "digit"), [("&", 1), ("é", 2), ('"', 3), ("'", 4), ("(", 5), ("ç", 9)])
def test_the_unshifted_french_digit_row_chooses(keymap: Keymap, text: str, digit: int) -> None:
    assert keymap.action(press(Qt.Key(ord(text.upper())), text)) == (CHOOSE, digit)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="scan codes are those of Linux")
@pytest.mark.parametrize(("text", "scan", "digit"), [("&", 10, 1), ("è", 16, 7), ("š", 12, 3), ("ç", 18, 9)])
def test_the_place_of_the_key_counts_where_it_is_known(
    keymap: Keymap, text: str, scan: int, digit: int
) -> None:
    assert keymap.action(press(Qt.Key(ord(text.upper())), text, scan=scan)) == (CHOOSE, digit)


def test_a_sign_elsewhere_on_the_keyboard_is_no_digit(app: QApplication) -> None:
    apostrophe_of_an_english_keyboard = press(Qt.Key.Key_Apostrophe, "'", scan=48)
    assert digit_of(apostrophe_of_an_english_keyboard) == 0
    assert digit_of(press(Qt.Key.Key_3, "3")) == 3
    assert digit_of(press(Qt.Key.Key_1, "1", modifiers=_SHIFT)) == 0


def test_signs_count_whatever_it_takes_to_write_them(keymap: Keymap) -> None:
    assert keymap.action(press(Qt.Key.Key_Slash, "/", modifiers=_SHIFT)) == ("search", 0)
    assert keymap.action(press(Qt.Key.Key_BracketRight, "]")) == ("next_conflict", 0)


def test_shifted_letters_and_chords_are_not_plain_keys(keymap: Keymap) -> None:
    assert keymap.action(press(Qt.Key.Key_X, "x")) == ("none", 0)
    assert keymap.action(press(Qt.Key.Key_X, "X", modifiers=_SHIFT)) is None
    assert keymap.action(press(Qt.Key.Key_X, "", modifiers=_CTRL)) is None
    assert keymap.action(press(Qt.Key.Key_Return, "\r")) == ("accept", 0)
    assert keymap.action(press(Qt.Key.Key_Space, " ")) == ("unsure", 0)


def test_no_shipped_key_is_bound_twice_and_none_needs_altgr() -> None:
    keys = [key for act in ACTS for key in act.keys]
    assert len(keys) == len(set(keys))
    assert not [key for key in keys if "AltGr" in key or "Ctrl+Alt" in key]
    plain_signs = {key for key in keys if not is_chord(key) and not key.isalnum()}
    # [ and ] need AltGr on French keyboards: whatever they do has a second key.
    for act in ACTS:
        if set(act.keys) & plain_signs & {"[", "]"}:
            assert [key for key in act.keys if is_chord(key)]


def test_another_key_is_remembered_and_its_former_holder_loses_it(
    keymap: Keymap, app: QApplication, tmp_path: Path
) -> None:
    heard: list[str] = []
    keymap.changed.connect(lambda: heard.append("changed"))
    assert keymap.bind("none", "F") == "flag"
    assert keymap.cap("none") == "F" and keymap.cap("flag") == ""
    assert keymap.action(press(Qt.Key.Key_F, "f")) == ("none", 0)
    assert keymap.action(press(Qt.Key.Key_X, "x")) is None
    keymap._memory.flush()
    again = Keymap(Memory(tmp_path / "window.ini"), QObject(app))
    assert again.keys("none") == ("F",) and again.keys("flag") == ()
    assert ("F", "No X3 counterpart") in again.help() and not [w for _k, w in again.help() if w == "Flag"]
    again.reset()
    assert again.keys("none") == ("X",) and heard == ["changed"]


def test_a_chord_can_be_bound(keymap: Keymap) -> None:
    key = pressed_key(press(Qt.Key.Key_M, "", modifiers=_CTRL))
    assert key == "Ctrl+M"
    keymap.bind("match" if "match" in {act.name for act in ACTS} else "mode", key)
    assert keymap.chords()["Ctrl+M"] == "mode"


@pytest.mark.parametrize("key", [Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_AltGr, Qt.Key.Key_CapsLock])
def test_a_bare_modifier_cannot_be_bound(app: QApplication, key: Qt.Key) -> None:
    assert pressed_key(press(key)) == ""
    assert plain(press(Qt.Key.Key_J, "j")) == "J"
