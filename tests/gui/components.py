"""The sheet of all parts, to be laid beside the design's own."""

from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from x3studio.domain.connections import Environment, Verdict
from x3studio.domain.errors import ConnectionFault
from x3studio.domain.runs import RunState
from x3studio.gui.states import (
    CONFIDENCE,
    CRASHED,
    LATE,
    RECORD,
    RUN,
    SCHEDULED,
    VERDICT,
    WAITING_FOR_SLOT,
    State,
)
from x3studio.gui.tasks import Tasks
from x3studio.gui.theme import Theme, Tone
from x3studio.gui.typography import Role
from x3studio.gui.widgets.banner import Banner
from x3studio.gui.widgets.buttons import Button, Look
from x3studio.gui.widgets.checks import Check, Radio
from x3studio.gui.widgets.chips import Chip, KeyCap, StateLabel, Tag
from x3studio.gui.widgets.inputs import Choice, Field, Input
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, Part, boxed, column, row
from x3studio.gui.widgets.panels import StatePanel
from x3studio.gui.widgets.progress import Bar, Progress
from x3studio.gui.widgets.quote import Quote
from x3studio.gui.widgets.stepper import Stepper
from x3studio.gui.widgets.surfaces import Card
from x3studio.gui.widgets.switch import Segmented
from x3studio.gui.widgets.table.columns import Column, Kind
from x3studio.gui.widgets.table.fixed import FixedRows
from x3studio.gui.widgets.table.view import Table
from x3studio.gui.widgets.timeline import Step, Timeline
from x3studio.gui.widgets.toast import Toast


def components(theme: Theme) -> QWidget:
    """Two columns of parts."""
    left = column(*_controls(theme), STRETCH, gap=9)
    right = column(*_shown(theme), STRETCH, gap=9)
    both = row(left, right, gap=16)
    both.setStretch(0, 1)
    both.setStretch(1, 1)
    return boxed(column(both, _panels(theme), gap=10, margins=(14, 12, 14, 12)), surface="window")


def _title(theme: Theme, text: str) -> Label:
    return Label(theme, text, role=Role.SORTED, tone="text2")


def _controls(theme: Theme) -> list[Part]:
    focused = Button(theme, "Focused", look=Look.FILLED)
    focused.ringed = True
    ringed = Button(theme, "Focused")
    ringed.ringed = True
    off, bare = Button(theme, "Off"), Button(theme, "Off", look=Look.FILLED)
    off.setEnabled(False)
    bare.setEnabled(False)
    wrong = Input(theme, name="Folder", text="BRKTSD")
    field = Field(theme, "Folder", wrong)
    field.set_error("Folder unknown to X3. Try BRKTST or BRKPRD")
    locked = Input(theme, name="Locked", text="Held by run 1,207")
    locked.set_locked("run 1,207")
    part = Check(theme, "Part")
    part.setTristate(True)
    part.setCheckState(Qt.CheckState.PartiallyChecked)
    on, radio = Check(theme, "On"), Radio(theme, "Radio")
    on.setChecked(True)
    radio.setChecked(True)
    known, coverage, unknown = Progress(theme, "Run"), Bar(theme), Progress(theme, "Connecting")
    known.set_value(56, 96)
    coverage.set_parts([(0.58, Tone.OK), (0.2, Tone.LIVE)])
    unknown.set_unknown()
    stepper = Stepper(theme, ["Address", "Sign-in", "Test"])
    stepper.show_step(1)
    line = Timeline(theme)
    line.show_steps(
        [
            Step("1", State("check", "done", Tone.OK), "Captured", "06:12:40", ("Amazon order 305-4188031",)),
            Step(
                "2",
                State("refresh-cw", "retried", Tone.WARN),
                "Sent",
                "06:12:41",
                ("Try 1: no answer in 30 s",),
            ),
            Step("3", State("loader-circle", "now", Tone.LIVE), "Read back", "due 06:13"),
        ],
        current="2",
    )
    return [
        _title(theme, "Buttons"),
        row(
            Button(theme, "Accept", look=Look.FILLED, icon="check", key="Return"),
            Button(theme, "Replay", icon="rotate-ccw"),
            Button(theme, "Columns", look=Look.GHOST, icon="list"),
            STRETCH,
        ),
        row(focused, ringed, off, bare, STRETCH),
        row(
            Button(theme, "Delete", look=Look.DANGER),
            Button(theme, "Undo", look=Look.LINK),
            Button(theme, icon="bell", look=Look.GHOST, name="News"),
            Button(theme, "Small", icon="copy", small=True),
            STRETCH,
        ),
        _title(theme, "Inputs"),
        row(Input(theme, name="Folder", text="BRKTST"), locked),
        field,
        row(
            Input(theme, name="Search", hint="Search items", icon="search", key="/"),
            Choice(theme, name="Marketplace", choices=[("de", "amazon.de"), ("fr", "amazon.fr")]),
        ),
        row(on, Check(theme, "Off"), part, radio, STRETCH, gap=12),
        row(
            Segmented(theme, [("focus", "Focus"), ("grid", "Grid")], name="Mode"),
            KeyCap(theme, "Ctrl+K"),
            Tag(theme, Environment.TEST),
            Tag(theme, Environment.PROD),
            Tag(theme, word="Mapping"),
            STRETCH,
        ),
        _title(theme, "Table rows: plain, current, conflict, unknown"),
        _table(theme),
        _title(theme, "Progress"),
        known,
        coverage,
        unknown,
        _title(theme, "Steps"),
        stepper,
        line,
    ]


def _table(theme: Theme) -> QWidget:
    records = [
        ("LT-GELB-12ER", Decimal("6120.40"), RECORD["suggested"]),
        ("SET-MARKER-4", Decimal("9275.00"), RECORD["kit"]),
        ("LT-GELB", Decimal("4188.75"), RECORD["accepted"]),
        ("LT-GELB-6ER", Decimal("21530.60"), RECORD["blocked"]),
        ("HK-CUTTER", None, RECORD["not_looked_up"]),
    ]
    columns: tuple[Column[tuple[str, Decimal | None, State]], ...] = (
        Column("sku", "SKU", lambda row: row[0], role=Role.STRONG, width=120),
        Column("revenue", "€ 90 d", lambda row: row[1], kind=Kind.NUMBER, width=90, sort=lambda row: row[1]),
        Column("state", "Status", lambda row: row[2], kind=Kind.STATE, stretch=True),
    )
    model = FixedRows(
        columns,
        key=lambda row: row[0],
        rows=records,
        tint=lambda row: Tone.BAD if row[2] is RECORD["blocked"] else None,
    )
    model.sorted_by, model.descending = "revenue", True
    table = Table(theme, model, name="Queue", tasks=Tasks(lambda _error, _name: None))
    table.choose("LT-GELB")
    table.setFixedHeight(28 * 6 + 1)
    card = Card(theme)
    card.add(table)
    return card


def _chips(theme: Theme, states: list[State]) -> Part:
    parts: list[Part] = []
    for start in range(0, len(states), 3):
        parts.append(row(*(Chip(theme, state) for state in states[start : start + 3]), STRETCH, gap=6))
    return column(*parts, gap=4)


def _shown(theme: Theme) -> list[Part]:
    runs = [SCHEDULED, LATE, WAITING_FOR_SLOT, CRASHED, *(RUN[state] for state in RunState)]
    holder = boxed(column())
    holder.setFixedHeight(84)
    for place, (state, action) in enumerate(
        (
            (State("circle-check", "LIN-TM-GE taken for LT-GELB", Tone.OK), "Undo"),
            (State("cloud-off", "X3 does not answer, 8 orders wait", Tone.WARN), "Details"),
        )
    ):
        toast = Toast(theme, state, holder, action=action)
        toast.setGeometry(0, place * 44, 336, 36)
    return [
        _title(theme, "Record states"),
        _chips(theme, list(RECORD.values())),
        _title(theme, "Run states"),
        _chips(theme, runs),
        _title(theme, "Confidence and verdicts"),
        _chips(theme, list(CONFIDENCE.values())),
        row(StateLabel(theme, VERDICT[Verdict.TESTING]), STRETCH, gap=10),
        _title(theme, "Banners"),
        Banner(
            theme,
            Tone.BAD,
            "The secret has run out",
            "6 orders wait and go out afterwards.",
            icon="key-round",
            action="Paste",
        ),
        Banner(theme, Tone.WARN, "Amazon asks for patience until 06:20", "Goes on by itself.", icon="gauge"),
        _title(theme, "Toasts"),
        holder,
        Quote(
            theme,
            "ITMREF: LT-GELB-6ER fehlt im Artikelstamm",
            meaning="There is no item LT-GELB-6ER",
        ),
    ]


def _panels(theme: Theme) -> Part:
    empty, busy, failed = StatePanel(theme), StatePanel(theme), StatePanel(theme)
    empty.show_empty("No exceptions", "Checked 06:12, 931 records", action="Show resolved", act=list)
    busy.show_busy("Reading items", "1,250 of 2,087, about 9 s", cancel=list)
    failed.show_failed(
        ConnectionFault("X3 did not answer", advice="Whether it exists is not known yet"), act=list
    )
    cards: list[Part] = []
    for panel in (empty, busy, failed):
        card = Card(theme)
        card.add(panel, stretch=1)
        cards.append(card)
    return row(*cards, gap=8)
