"""What an assistive technology toggles or types is told like a click or a key; the program's own is not."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QMetaObject, Qt
from PySide6.QtGui import QAccessible, QAccessibleActionInterface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QButtonGroup

from x3studio.gui.theme import Theme
from x3studio.gui.widgets.buttons import Pressable
from x3studio.gui.widgets.checks import Check, Radio
from x3studio.gui.widgets.inputs import Input


def _pressable(theme: Theme) -> QAbstractButton:
    made = Pressable(theme)
    made.setCheckable(True)
    return made


MAKERS: list[Callable[[Theme], QAbstractButton]] = [
    lambda theme: Check(theme, "x"),
    lambda theme: Radio(theme, "x"),
    _pressable,
]


@pytest.mark.parametrize("make", MAKERS)
def test_each_way_to_toggle_is_told_once(theme: Theme, make: Callable[[Theme], QAbstractButton]) -> None:
    told: list[bool] = []
    button = make(theme)
    button.setAutoExclusive(False)
    button.clicked.connect(lambda on: told.append(on))
    button.show()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=button.rect().center())
    assert told == [True]
    button.setChecked(False)
    assert told == [True]
    # As Qt's bridge to assistive technologies does it: the slot itself, past everything of Python.
    QMetaObject.invokeMethod(button, "toggle")
    assert told == [True, True]
    assert button.isChecked()
    accessible = QAccessible.queryAccessibleInterface(button)
    assert accessible is not None and accessible.actionInterface() is not None
    accessible.actionInterface().doAction(QAccessibleActionInterface.toggleAction())
    assert told == [True, True, False]
    button.deleteLater()


def test_of_several_that_exclude_each_other_only_the_chosen_one_tells(theme: Theme) -> None:
    told: list[str] = []
    group = QButtonGroup()
    one, other = _pressable(theme), _pressable(theme)
    for name, button in (("one", one), ("other", other)):
        group.addButton(button)
        button.clicked.connect(lambda _on, name=name: told.append(name))
    one.setChecked(True)
    QMetaObject.invokeMethod(other, "toggle")
    assert told == ["other"] and not one.isChecked()
    for button in (one, other):
        button.deleteLater()


def test_text_that_is_set_from_outside_is_an_edit(theme: Theme) -> None:
    told: list[str] = []
    field = Input(theme, name="Host")
    field.textEdited.connect(lambda text: told.append(text))
    field.show()
    QTest.keyClicks(field, "ab")
    assert told == ["a", "ab"]
    field.setText("by the program")
    field.clear()
    assert told == ["a", "ab"]
    accessible = QAccessible.queryAccessibleInterface(field)
    assert accessible is not None
    accessible.setText(QAccessible.Text.Value, "spoken")
    assert told == ["a", "ab", "spoken"] and field.text() == "spoken"
    field.deleteLater()
