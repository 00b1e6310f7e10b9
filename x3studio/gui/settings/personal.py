"""How long personal data is kept, and erasing what is older."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QIntValidator

from x3studio.gui.settings.data import Keeping
from x3studio.gui.states import counted
from x3studio.gui.theme import Theme
from x3studio.gui.widgets.buttons import Button, Look
from x3studio.gui.widgets.inputs import Field, Input
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import column, row
from x3studio.gui.widgets.progress import Progress
from x3studio.gui.widgets.surfaces import Card
from x3studio.store import Purged
from x3studio.store.retention import BUYERS_DAYS

_LONGEST = 3_650


class PersonalData(Card):
    """`changed` carries a Keeping; `erasing` asks to erase now."""

    changed = Signal(object)
    erasing = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, title="Personal data")
        self.keeping = Keeping()
        self.buyers = Input(theme, name="Days to keep buyers' data")
        self.journal = Input(theme, name="Days to keep exchanges")
        self._buyers = Field(
            theme,
            "Buyers' names and addresses, days",
            self.buyers,
            help_=f"After the order is in X3. Amazon allows {BUYERS_DAYS}.",
        )
        self._journal = Field(
            theme,
            "Exchanges with both systems, days",
            self.journal,
            help_="They are kept without buyers' data.",
        )
        for editor in (self.buyers, self.journal):
            editor.setValidator(QIntValidator(0, 99_999, editor))
            editor.setFixedWidth(90)
            editor.editingFinished.connect(self._judge)
        self.erase = Button(theme, "Erase now", look=Look.DANGER)
        self.erase.clicked.connect(self.erasing)
        self._why = Label(theme, tone="muted", wrap=True)
        self._progress = Progress(theme, "Erasing")
        self._progress.hide()
        fields = row(self._buyers, self._journal, gap=16)
        press = row(self.erase, self._why, gap=12)
        press.setStretch(1, 1)
        self.add(column(fields, press, self._progress, gap=12, margins=(14, 12, 14, 14)))

    def show_keeping(self, keeping: Keeping, *, live: int) -> None:
        """What is kept; while a run goes on nothing can be erased."""
        self.keeping = keeping
        for editor, days in ((self.buyers, keeping.buyers_days), (self.journal, keeping.journal_days)):
            if not editor.hasFocus():
                editor.setText(str(days))
        self.erase.setEnabled(not live)
        waits = f"{counted(live, 'run')} going on: erase when it has ended."
        self._why.setText(waits if live else "Nothing is erased by itself.")

    def show_erasing(self, going_on: bool) -> None:
        """Whether the file is being rewritten."""
        self._progress.setVisible(going_on)
        self.erase.setEnabled(not going_on)
        if going_on:
            self._progress.set_unknown()
        else:
            self._progress.set_value(1, 1)

    def _judge(self) -> None:
        buyers, journal = int(self.buyers.text() or 0), int(self.journal.text() or 0)
        wrong_buyers = "" if 1 <= buyers <= BUYERS_DAYS else f"Enter 1 to {BUYERS_DAYS} days."
        wrong_journal = "" if 1 <= journal <= _LONGEST else f"Enter 1 to {_LONGEST:,} days."
        self._buyers.set_error(wrong_buyers)
        self._journal.set_error(wrong_journal)
        wanted = Keeping(buyers, journal)
        if not wrong_buyers and not wrong_journal and wanted != self.keeping:
            self.changed.emit(wanted)


def erased_words(purged: Purged) -> str:
    """ "Erased: 1,204 exchanges, buyers' data of 88 orders, 1 backup"."""
    parts = (
        counted(purged.exchanges, "exchange"),
        f"buyers' data of {counted(purged.buyers, 'order')}",
        counted(purged.backups, "backup"),
    )
    return f"Erased: {', '.join(parts)}"
