"""What is unusual about a settlement's fees, which fees changed and when, and what was sold at a loss."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from x3studio.domain.settlements import Triple
from x3studio.domain.sheets import Anomaly, FeeChange, Loss
from x3studio.gui.page import Desk
from x3studio.gui.settlements.words import figure, money, spaced
from x3studio.gui.states import State, counted
from x3studio.gui.theme import Tone
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Button, Look
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import boxed, column, row
from x3studio.gui.widgets.panels import Pane
from x3studio.gui.widgets.surfaces import line
from x3studio.gui.widgets.table.columns import Column, Kind
from x3studio.gui.widgets.table.fixed import FixedRows
from x3studio.gui.widgets.table.view import Table

UNUSUAL = State("triangle-alert", "Unusual", Tone.WARN)
CHANGED = State("git-compare", "Fee changed", Tone.LIVE)
LOSS = State("arrow-down", "Sold at a loss", Tone.BAD)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at; `stake` is the money it is about, never negative.

    `triples` and `text` find its rows; None is any kind of amount.
    """

    key: str
    state: State
    fee: str
    sku: str
    reason: str
    stake: Decimal
    currency: str
    triples: frozenset[Triple] | None
    text: str


COLUMNS: tuple[Column[Finding], ...] = (
    Column(
        "state", "Finding", lambda row: row.state, kind=Kind.STATE, width=128, sort=lambda row: row.state.word
    ),
    Column("fee", "Fee", lambda row: row.fee, width=170, role=Role.STRONG, sort=lambda row: row.fee),
    Column("sku", "SKU", lambda row: row.sku, width=124, middle=True, sort=lambda row: row.sku),
    Column("reason", "Why", lambda row: row.reason, width=260, stretch=True, tone="text2"),
    Column(
        "stake",
        "At stake",
        lambda row: figure(row.stake, row.currency),
        kind=Kind.NUMBER,
        width=96,
        sort=lambda row: row.stake,
    ),
)


def findings(
    unusual: Sequence[Anomaly], changes: Sequence[FeeChange], losses: Sequence[Loss], currency: str
) -> list[Finding]:
    """All three kinds, the most money first."""
    found = [_unusual(each, place, currency) for place, each in enumerate(unusual)]
    found += [_change(each, place, currency) for place, each in enumerate(changes)]
    found += [_loss(each, currency) for each in losses]
    return sorted(found, key=lambda finding: finding.stake, reverse=True)


class Fees(QWidget):
    """`opened` carries the finding whose rows are wanted."""

    opened = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        theme = desk.theme
        self.rows = FixedRows[Finding](COLUMNS, key=_key)
        self.table = Table(
            theme, self.rows, name="Fee findings", tasks=desk.tasks, memory=desk.memory, several=True
        )
        self.words = Label(theme, role=Role.SECONDARY, tone="text2", wrap=True)
        self.lines = Button(theme, "Show rows", icon="list", small=True, cap="Return")
        self.export = Button(theme, "Export", icon="file-spreadsheet", look=Look.GHOST, small=True)
        foot = row(self.words, self.export, self.lines, margins=(14, 7, 12, 7))
        foot.setStretch(0, 1)
        whole = column(self.table, line(), boxed(foot), gap=0)
        whole.setStretch(0, 1)
        self.pane = Pane(theme, boxed(whole))
        self.setLayout(column(self.pane, gap=0))
        self.table.opened.connect(self.opened)
        self.table.chosen.connect(lambda finding: self.words.setText(finding.reason))
        self.lines.clicked.connect(self._open)
        self.export.clicked.connect(self.table.ask_export)

    def show_busy(self) -> None:
        """History is being compared."""
        self.pane.show_state().show_busy("Comparing fees", "Each fee and SKU with its own history")

    def show_findings(self, found: Sequence[Finding], *, currency: str, history: int) -> None:
        """Of another settlement; `history` is how many earlier ones it was compared with."""
        self.rows.set_rows(found)
        if not found:
            told = f"Compared with {counted(history, 'earlier settlement')} of this marketplace"
            self.pane.show_state().show_empty("No unusual fee", told)
            return
        stake = money(sum((finding.stake for finding in found), Decimal(0)), currency)
        self.words.setText(f"{counted(len(found), 'finding')}, {stake} at stake")
        self.pane.show_content()

    def _open(self) -> None:
        if (finding := self.table.current()) is not None:
            self.opened.emit(finding)


def _key(finding: Finding) -> Hashable:
    return finding.key


def _unusual(each: Anomaly, place: int, currency: str) -> Finding:
    return Finding(
        f"unusual/{place}",
        UNUSUAL,
        spaced(each.fee),
        each.sku,
        each.reason,
        abs(each.stake),
        currency,
        frozenset({each.triple}),
        each.sku,
    )


def _change(each: FeeChange, place: int, currency: str) -> Finding:
    since = f"since {each.since.day} {each.since:%b %Y}" if each.since is not None else "in this settlement"
    reason = (
        f"{figure(each.before, currency)} a unit before, {figure(each.after, currency)} {since}; "
        f"{counted(each.units, 'unit')} here"
    )
    fee = spaced(each.fee)
    return Finding(
        f"change/{place}", CHANGED, fee, each.sku, reason, abs(each.stake), currency, None, each.sku
    )


def _loss(each: Loss, currency: str) -> Finding:
    reason = (
        f"Sold for {figure(each.sold, currency)}, Amazon took {figure(-each.fees, currency)}; "
        "the cost of the goods is not in it"
    )
    return Finding(
        f"loss/{each.sku}", LOSS, "All fees", each.sku, reason, abs(each.result), currency, None, each.sku
    )
