"""Buttons with a state, pressed by an assistive technology: Qt toggles them without telling `clicked`."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QAbstractButton

if TYPE_CHECKING:
    _Button = QAbstractButton
else:
    # Qt's classes cannot be mixed with each other: at run time this is no button by itself.
    _Button = object


class Toggling(_Button):
    """Stands before Qt's class in a button's bases: whoever toggles it, `clicked` follows.

    Qt's accessible action calls toggle() in C++ (QAccessibleButton::doAction), past click() and past this
    class's setChecked: a change that came by neither is a person's press.
    """

    _told = False

    def nextCheckState(self) -> None:
        """A click or a key: Qt tells `clicked` itself."""
        self._told = True
        super().nextCheckState()
        self._told = False

    def setChecked(self, on: bool) -> None:
        """The program's own change tells nobody."""
        self._told = True
        super().setChecked(on)
        self._told = False

    def hear_toggles(self) -> None:
        """To be called once the button is made."""
        self.toggled.connect(self._toggled)

    def _toggled(self, on: bool) -> None:
        group = self.group()
        exclusive = self.autoExclusive() or (group is not None and group.exclusive())
        # Of buttons that exclude each other, the one that was switched off only follows.
        if not self._told and (on or not exclusive):
            # Named with its argument: the signal alone is the form without one.
            self.clicked[bool].emit(on)  # type: ignore[index]
