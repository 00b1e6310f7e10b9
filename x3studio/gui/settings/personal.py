"""How long personal data is kept, erasing what is older, and the proof of it."""

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import Signal
from PySide6.QtGui import QIntValidator

from x3studio.gui.home.words import day
from x3studio.gui.states import clock, counted
from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Button, Look
from x3studio.gui.widgets.inputs import Field, Input
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, boxed, clear, column, row
from x3studio.gui.widgets.picture import Picture
from x3studio.gui.widgets.progress import Progress
from x3studio.gui.widgets.surfaces import Card
from x3studio.store import Purged
from x3studio.store.retention import BUYERS_DAYS
from x3studio.workspace.retention import Erasure, Keeping

_LONGEST, _PROOFS = 3_650, 4


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
            help_=f"After the order is in X3, or was refused. Amazon allows {BUYERS_DAYS}.",
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
        # What helps with one may take two lines: the inputs stand beside each other all the same.
        fields = row(column(self._buyers, STRETCH), column(self._journal, STRETCH), gap=16)
        press = row(self.erase, self._why, gap=12)
        press.setStretch(1, 1)
        self._theme, self._shown = theme, tuple[Erasure, ...]()
        self._proofs = column(gap=6)
        proofs = column(Label(theme, "Proof of erasure", role=Role.SORTED), self._proofs, gap=6)
        self.show_proofs((), now=datetime.now(UTC))
        self.add(column(fields, press, self._progress, proofs, gap=12, margins=(14, 12, 14, 14)))

    def show_keeping(self, keeping: Keeping, *, live: int) -> None:
        """What is kept; while a run goes on nothing can be erased."""
        self.keeping = keeping
        for editor, days in ((self.buyers, keeping.buyers_days), (self.journal, keeping.journal_days)):
            if not editor.hasFocus():
                editor.setText(str(days))
        self.erase.setEnabled(not live)
        waits = f"{counted(live, 'run')} going on: erase when it has ended."
        self._why.setText(waits if live else "It also happens by itself, once a day.")

    def show_proofs(self, erasures: Sequence[Erasure], *, now: datetime) -> None:
        """The last erasures with what a count found afterwards, the newest first."""
        shown = tuple(erasures[:_PROOFS])
        if shown == self._shown and self._proofs.count():
            return
        self._shown = shown
        clear(self._proofs)
        for erasure in shown:
            icon, tone = ("shield-check", "ok") if erasure.proven else ("triangle-alert", "warn")
            words = Label(
                self._theme,
                proof_words(erasure, now=now),
                role=Role.SECONDARY,
                tone="text2",
                wrap=True,
                selectable=True,
            )
            line = row(Picture(self._theme, icon, tone), words)
            line.setStretch(1, 1)
            self._proofs.addWidget(boxed(line))
        if not shown:
            self._proofs.addWidget(Label(self._theme, "Nothing was erased yet.", tone="muted"))

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


def proof_words(erasure: Erasure, *, now: datetime) -> str:
    """ "Today 03:10, by itself: nothing was due; checked, nothing older is left"."""
    gone = erased_words(erasure.purged).removeprefix("Erased: ")
    what = gone if any_gone(erasure.purged) else "nothing was due"
    left, moving = erasure.purged.left, erasure.purged.moving
    checked = "checked, nothing older is left" if erasure.proven else f"{counted(left, 'order')} left"
    going = f"; {counted(moving, 'order')} on the way" if moving else ""
    when = day(erasure.at, now)
    return f"{when[:1].upper()}{when[1:]} {clock(erasure.at)}, {erasure.by}: {what}; {checked}{going}"


def any_gone(purged: Purged) -> bool:
    """Whether there was anything to erase."""
    return bool(purged.exchanges or purged.buyers or purged.refused or purged.backups)


def erased_words(purged: Purged) -> str:
    """ "Erased: 1,204 exchanges, buyers' data of 88 orders, 1 backup"."""
    parts = (
        counted(purged.exchanges, "exchange"),
        f"buyers' data of {counted(purged.buyers + purged.refused, 'order')}",
        counted(purged.backups, "backup"),
    )
    return f"Erased: {', '.join(parts)}"
