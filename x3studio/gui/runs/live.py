"""The live card: what runs now, how far it is, why it waits, and how to end it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import QWidget

from x3studio.domain.runs import Counts, Load, Run, RunState, Wishes
from x3studio.gui.runs.data import Overview
from x3studio.gui.runs.pace import Pace
from x3studio.gui.runs.words import headline, requests, span, waiting, what
from x3studio.gui.states import WAITING_FOR_SLOT, State, counted, run_state
from x3studio.gui.theme import Theme, Tone
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Button, Look
from x3studio.gui.widgets.charts import Sparkline
from x3studio.gui.widgets.chips import Chip
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, boxed, column, row
from x3studio.gui.widgets.picture import Picture
from x3studio.gui.widgets.progress import Bar
from x3studio.gui.widgets.surfaces import Card, line

HEIGHT = 156
_WIDE = 1300
_MUTED = "muted"


class _Count(QWidget):
    """Caption, figure "of n", bar, a line below."""

    def __init__(self, theme: Theme, caption: str, *, tone: Tone, last: bool = False) -> None:
        super().__init__()
        self._tone = tone
        self._figure = Label(theme, "–", role=Role.NUMBER_SMALL, tone="ok" if tone is Tone.OK else "text")
        self._of = Label(theme, role=Role.SECONDARY, tone=_MUTED)
        self._bar = Bar(theme, height=4)
        self._note = Label(theme, role=Role.SECONDARY, tone="text2", elide=Qt.TextElideMode.ElideRight)
        head = row(Label(theme, caption, role=Role.CHIP, tone="text2"), STRETCH)
        if not last:
            head.addWidget(Picture(theme, "chevron-right", _MUTED, size=14))
        figures = row(self._figure, self._of, STRETCH, gap=6)
        figures.setAlignment(self._of, Qt.AlignmentFlag.AlignBottom)
        self.setLayout(column(head, figures, self._bar, self._note, STRETCH, gap=4))

    def show_count(self, number: int, total: int | None, *, note: str, moving: bool = False) -> None:
        self._figure.setText(f"{number:,}")
        self._of.setText(f"of {total:,}" if total is not None else "so far")
        self._note.setText(note)
        if total is None and moving:
            self._bar.set_unknown()
        else:
            self._bar.set_value(
                min(number, total) if total else number, total or max(number, 1), tone=self._tone
            )


class _Use(QWidget):
    """Caption, bar and "12 of 20" in one line; hidden while nothing is known."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._caption = Label(theme, role=Role.SECONDARY, tone="text2")
        self._bar = Bar(theme, height=4)
        self._figure = Label(theme, role=Role.PANEL)
        line_ = row(self._caption, self._bar, self._figure, gap=10)
        line_.setStretch(1, 1)
        self.setLayout(line_)
        self.hide()

    def show_use(self, caption: str, number: int, most: int, *, spoken: str) -> None:
        self.setVisible(most > 0)
        self._caption.setText(caption)
        self._bar.set_value(min(number, most), max(most, 1), tone=Tone.LIVE)
        self._figure.setText(f"{number:,} of {most:,}")
        self.setToolTip(spoken)
        self.setAccessibleName(f"{caption}: {number:,} of {most:,}. {spoken}")


class LiveCard(Card):
    """All signals carry the run's id; `paused` asks to pause it, `resumed` to let it go on."""

    paused = Signal(int)
    resumed = Signal(int)
    stopped = Signal(int)
    cancelled = Signal(int)

    def __init__(self, theme: Theme, flows: Mapping[str, str]) -> None:
        super().__init__(theme)
        self._theme, self._flows = theme, flows
        self._pace = Pace()
        self.run: Run | None = None
        self.setFixedHeight(HEIGHT)
        self.chip = Chip(theme, WAITING_FOR_SLOT)
        self._name = Label(theme, role=Role.SECTION)
        self._facts = Label(theme, role=Role.SECONDARY, tone="text2", elide=Qt.TextElideMode.ElideRight)
        self._others = Label(theme, role=Role.SECONDARY, tone=_MUTED)
        self.pause = Button(theme, "Pause", icon="circle-pause")
        self.resume = Button(theme, "Resume", icon="play", look=Look.FILLED)
        self.stop = Button(theme, "Stop after current", icon="circle-stop")
        self.cancel = Button(theme, "Cancel", icon="circle-slash")
        self._counts = [
            _Count(theme, "Read", tone=Tone.LIVE),
            _Count(theme, "Translated", tone=Tone.LIVE),
            _Count(theme, "Sent", tone=Tone.LIVE),
            _Count(theme, "Confirmed by read-back", tone=Tone.OK, last=True),
        ]
        self._lay_out()
        for button, signal in (
            (self.pause, self.paused),
            (self.resume, self.resumed),
            (self.stop, self.stopped),
            (self.cancel, self.cancelled),
        ):
            button.clicked.connect(partial(self._ask, signal))

    def show_overview(self, seen: Overview, *, chosen: int | None) -> bool:
        """Shows the chosen run if it is under way, else the oldest; False where nothing is."""
        going = [*seen.live, *seen.queued]
        if not going:
            self.run = None
            return False
        run = next((one for one in going if one.id == chosen), going[0])
        self.run = run
        self._say(run, going, seen)
        self._figures(run)
        self._speed(run, seen.at)
        self._uses(run.load)
        return True

    def set_wide(self, width: int) -> None:
        """Hides the throughput where the page is narrow."""
        self._throughput.setVisible(width >= _WIDE)

    def _lay_out(self) -> None:
        theme = self._theme
        head = row(
            self.chip,
            4,
            self._name,
            2,
            self._facts,
            self._others,
            self.resume,
            self.stop,
            self.pause,
            self.cancel,
            margins=(16, 12, 16, 0),
        )
        head.setStretch(4, 1)
        counts = row(*self._counts, gap=20)
        self._rate = Label(theme, role=Role.PANEL, align=Qt.AlignmentFlag.AlignRight)
        self._line = Sparkline(theme, name="Records settled while you watched")
        self._line.setFixedHeight(30)
        self._amazon, self._sessions = _Use(theme), _Use(theme)
        caption = row(Label(theme, "Throughput", role=Role.CHIP, tone="text2"), STRETCH, self._rate)
        speed = column(caption, self._line, self._amazon, self._sessions, gap=3)
        self._throughput = boxed(row(line(upright=True), speed, gap=20))
        self._throughput.setFixedWidth(284)
        body = row(counts, self._throughput, gap=20, margins=(16, 10, 16, 12))
        body.setStretch(0, 1)
        self.add(head)
        self.add(body, stretch=1)

    def _say(self, run: Run, going: Sequence[Run], seen: Overview) -> None:
        self.chip.show_state(_chip(run))
        self._name.setText(what(run, self._flows))
        self._facts.setText(waiting(run, now=seen.at) or headline(run, now=seen.at))
        self._facts.set_tone("warn" if waiting(run, now=seen.at) else "text2")
        more = len(going) - 1
        self._others.setText(f"and {counted(more, 'more run')}" if more else "")
        self._offer(run, seen.wishes.get(run.id, Wishes()))

    def _ask(self, signal: SignalInstance, _on: bool = False) -> None:
        if self.run is not None:
            signal.emit(self.run.id)

    def _offer(self, run: Run, wishes: Wishes) -> None:
        """What may be asked of the run now, and what was asked already."""
        stopping, cancelling = wishes.stop, wishes.cancel
        paused, pausing = run.state is RunState.PAUSED, bool(wishes.paused_by)
        under_way = run.state not in (RunState.QUEUED, RunState.PAUSED)
        self.pause.setVisible(under_way and not run.dry_run)
        self.pause.setText("Pausing …" if pausing else "Pause")
        self.pause.setEnabled(not (pausing or stopping or cancelling))
        self.resume.setVisible(paused and pausing)
        self.stop.setText("Stopping …" if stopping else "Stop after current")
        self.cancel.setText("Cancelling …" if cancelling else "Cancel")
        self.stop.setEnabled(not stopping and not cancelling)
        self.cancel.setEnabled(not cancelling)
        self.stop.setVisible(under_way)

    def _figures(self, run: Run) -> None:
        counts, total = run.counts, known_total(run)
        base = total if total is not None else counts.read
        moving = run.state is RunState.RUNNING
        read, translated, sent, confirmed = self._counts
        read.show_count(counts.read, total, note=_read_note(counts), moving=moving)
        translated.show_count(counts.translated, base, note=_count_note(counts.refused, "refused"))
        sent.show_count(counts.sent, base, note=_doubt_note(counts))
        left = self._pace.left(run, base)
        due = max(counts.sent - counts.confirmed, 0)
        note = f"{due:,} to read back" if due else ""
        if left is not None and moving:
            note = ", ".join(part for part in (note, f"about {span(left)} left") if part)
        confirmed.show_count(counts.confirmed, base, note=note)

    def _speed(self, run: Run, now: datetime) -> None:
        self._pace.sample(run, now=now)
        pace, watched = self._pace.per_minute(), span(timedelta(seconds=self._pace.watched.seconds))
        self._rate.setText(f"{pace:,.0f} per min" if pace is not None else "measuring")
        spoken = f"{pace:,.0f} records per minute" if pace is not None else "not measured yet"
        self._line.show_values(self._pace.curve(), spoken=f"{spoken}, watched for {watched}")

    def _uses(self, load: Load) -> None:
        """What Amazon lets pass at once, and what is taken of X3."""
        self._amazon.show_use(
            requests(load.operation),
            load.tokens,
            load.burst,
            spoken=f"Requests of {load.operation} that may leave at once; Amazon gives new ones with time.",
        )
        self._sessions.show_use(
            "X3 sessions",
            load.sessions,
            load.slots,
            spoken="Sessions of X3 that this run has in use, out of those it may take.",
        )


def known_total(run: Run) -> int | None:
    """How many records there are to read, where that is known before the last page."""
    if run.total is not None:
        return run.total
    return len(run.records) or None


def _chip(run: Run) -> State:
    if run.state is RunState.QUEUED:
        return WAITING_FOR_SLOT
    if run.state is RunState.RUNNING:
        return run_state(run).saying("Running")
    return run_state(run)


def _read_note(counts: Counts) -> str:
    parts = [_count_note(counts.waiting, "not due yet"), _count_note(counts.known, "known before")]
    return ", ".join(part for part in parts if part)


def _count_note(number: int, word: str) -> str:
    return f"{number:,} {word}" if number else ""


def _doubt_note(counts: Counts) -> str:
    return f"{counts.in_doubt:,} in doubt, looked up" if counts.in_doubt else ""
