"""What a bulk action would do, before it does it: counts, revenue, the ten least certain first."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from x3studio.domain.workbench import Confidence
from x3studio.gui.mapping import telling
from x3studio.gui.mapping.tables import PageTable
from x3studio.gui.mapping.vocabulary import BANDS, money, symbol
from x3studio.gui.page import Desk
from x3studio.gui.states import State
from x3studio.gui.theme import Theme, Tone
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Button, Look
from x3studio.gui.widgets.checks import Check
from x3studio.gui.widgets.chips import Chip
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, boxed, column, row
from x3studio.gui.widgets.panels import Pane
from x3studio.gui.widgets.picture import Picture
from x3studio.gui.widgets.surfaces import Card
from x3studio.gui.widgets.table.columns import Column, Kind
from x3studio.gui.widgets.table.fixed import FixedRows
from x3studio.workspace.workbench.values import Plan, PlanRow

_ROW, _MOST = 28, 10


class PreviewPanel(QWidget):
    """`confirmed` and `cancelled` answer the plan that is shown; `widened` asks for one with conflicts."""

    confirmed = Signal()
    cancelled = Signal()
    widened = Signal(bool)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        theme = desk.theme
        self._theme = theme
        self.setProperty("surface", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Preview")
        self.plan: Plan | None = None
        self._chip = Chip(theme, State("list", "", Tone.IDLE))
        self._sentence = Label(theme, role=Role.SECONDARY, tone="text2", wrap=True)
        self._facts = {name: Fact(theme, words) for name, words in _FACTS}
        self._others = Label(theme, role=Role.SECONDARY, tone="text2", wrap=True)
        self._range = Label(theme, role=Role.SECONDARY, tone="text2")
        self._least = Label(theme, "Ten least certain first", role=Role.PANEL)
        self.rows = FixedRows[PlanRow](_columns("€"), key=lambda one: one.key, parent=self)
        self.table = PageTable[PlanRow](theme, self.rows, name="Least certain first", tasks=desk.tasks)
        self.include = Check(theme, "Include records with conflicts")
        self._rule = Label(theme, role=Role.SECONDARY, tone="text2", elide=Qt.TextElideMode.ElideRight)
        self.confirm = Button(theme, "Accept", look=Look.FILLED, icon="check")
        self.cancel = Button(theme, "Cancel")
        self._lay_out()
        self.confirm.clicked.connect(self.confirmed)
        self.cancel.clicked.connect(self.cancelled)
        self.include.clicked.connect(self.widened)
        self.show_nothing()

    def show_plan(self, plan: Plan, *, action: str) -> None:
        """A plan; `action` names what the button would do ("Accept 402 records")."""
        self._pane.show_content()
        self.plan = plan
        self._chip.show_state(_chip(plan))
        self._sentence.setText(plan.title)
        self._facts["count"].show_fact(f"{plan.count:,}")
        self._facts["worth"].show_fact(f"{symbol(plan.currency)} {money(plan.worth)}")
        excluded = plan.conflicts_left_out
        self._facts["excluded"].show_fact(f"{excluded:,}", tone="bad" if excluded else "text")
        others = [f"{count:,} {reason}" for reason, count in plan.left_out if reason != "conflict" and count]
        self._others.setText(f"Also left out: {', '.join(others)}" if others else "")
        self._others.setVisible(bool(others))
        sampled = len(plan.sample)
        share = f" ({sampled / plan.count:.0%})".replace("%", " %") if plan.count else ""
        self._facts["sample"].show_fact(f"{sampled:,}{share}" if sampled else "–")
        shares = [one.confidence for one in plan.worst if one.confidence is not None]
        words = f"{min(shares):.0%} to {max(shares):.0%}".replace("%", " %") if shares else "not calibrated"
        self._range.setText(words if plan.worst else "")
        self._least.setText("Ten least certain first" if plan.count > _MOST else "Least certain first")
        self.rows.columns = _columns(symbol(plan.currency))
        self.rows.set_rows(plan.worst[:_MOST])
        self.table.setFixedHeight(30 + _ROW * max(len(plan.worst[:_MOST]), 1))
        self.include.setVisible(excluded > 0 or self.include.isChecked())
        self._rule.setText("One undo step; its rule is recorded." if plan.rule else "One undo step.")
        self.confirm.setText(action)
        self.confirm.setEnabled(plan.count > 0)

    def show_busy(self) -> None:
        """A plan is being made."""
        self._pane.show_state().show_busy("Looking at every record")

    def show_nothing(self) -> None:
        """No action was asked for."""
        self.plan = None
        self.include.setChecked(False)
        self._pane.show_state().show_empty(
            "Nothing to preview",
            "Every action for many records is shown here first: how many, how much revenue, and the ten "
            "least certain. Choose one below the sheet.",
            icon="scan-eye",
            tone="muted",
        )

    def _lay_out(self) -> None:
        head = row(Label(self._theme, "Preview", role=Role.SECTION), STRETCH, self._chip)
        card = Card(self._theme)
        for fact in self._facts.values():
            card.add(fact)
        card.body.setContentsMargins(1, 5, 1, 5)
        least = row(self._least, STRETCH, self._range)
        foot = row(Picture(self._theme, "undo-2", "text2", size=14), self._rule, gap=7)
        foot.setStretch(1, 1)
        self.confirm.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        buttons = row(self.confirm, self.cancel, gap=8)
        whole = column(
            head,
            self._sentence,
            card,
            self._others,
            2,
            least,
            self.table,
            self.include,
            STRETCH,
            foot,
            buttons,
            gap=8,
            margins=(14, 10, 14, 12),
        )
        self._pane = Pane(self._theme, boxed(whole))
        self.setLayout(column(self._pane, gap=0))


def _chip(plan: Plan) -> State:
    """The one band of everything that is touched, as far as the least certain tell."""
    if not plan.worst:
        return State("list", "None", Tone.IDLE)
    least = min(one.band for one in plan.worst)
    state = BANDS[least]
    return state if least is Confidence.CERTAIN else state.saying(f"{state.word} and better")


_FACTS = (
    ("count", "Records"),
    ("worth", "Revenue, 90 days"),
    ("excluded", "Excluded: conflict"),
    ("sample", "Sampled for a second look"),
)


class Fact(QWidget):
    """Words left, figure right."""

    def __init__(self, theme: Theme, words: str) -> None:
        super().__init__()
        self._figure = Label(theme, role=Role.PANEL)
        self._words = words
        self.setLayout(row(Label(theme, words, tone="text2"), STRETCH, self._figure, margins=(12, 2, 12, 2)))
        self.setFixedHeight(22)

    def show_fact(self, figure: str, *, tone: str = "text") -> None:
        """Another figure."""
        self._figure.setText(figure)
        self._figure.set_tone(tone)
        self.setAccessibleName(f"{self._words}: {figure}")


def share(row: PlanRow) -> str:
    """The calibrated share without its sign, the band's word while nothing is calibrated."""
    return BANDS[row.band].word if row.confidence is None else f"{row.confidence * 100:.0f}"


def _columns(sign: str) -> tuple[Column[PlanRow], ...]:
    return (
        Column(
            "key", "Record", lambda one: telling.short(one.key), role=Role.STRONG, stretch=True, middle=True
        ),
        Column(
            "worth",
            f"{sign} 90 d",
            lambda one: money(one.worth) if one.worth else None,
            kind=Kind.NUMBER,
            width=78,
        ),
        Column("share", "%", share, kind=Kind.NUMBER, width=62),
    )
