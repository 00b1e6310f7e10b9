"""What is done now and then: bank statements, Amazon's figures, repairs, decisions, the file itself."""

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from x3studio.gui.theme import Theme
from x3studio.gui.widgets.buttons import Button


class MoreButton(Button):
    """A menu beside the page's buttons; what needs a settlement is only offered while one is shown."""

    def __init__(self, theme: Theme) -> None:
        menu = QMenu()
        self.statement = menu.addAction("Add bank statement …")
        self.vat = menu.addAction("Add VAT report …")
        self.deferred = menu.addAction("Held back by Amazon …")
        menu.addSeparator()
        self.summary = menu.addAction("Compare with Amazon's summary …")
        self.repaired = menu.addAction("Repaired lines …")
        self.place = menu.addAction("Marketplace of this settlement …")
        self.original = menu.addAction("Save the archived file …")
        menu.addSeparator()
        self.decisions = menu.addAction("Decisions on kinds of amounts …")
        super().__init__(theme, icon="ellipsis", menu=menu, name="More about settlements")
        self.offer(proven=False, archived=False, repaired=False, placeless=False)

    def offer(self, *, proven: bool, archived: bool, repaired: bool, placeless: bool) -> None:
        """What can be done with the settlement that is shown."""
        given: tuple[tuple[QAction, bool], ...] = (
            (self.summary, proven),
            (self.original, archived),
            (self.repaired, repaired),
            (self.place, placeless),
        )
        for action, on in given:
            action.setEnabled(on)
