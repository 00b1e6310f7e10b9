"""Amazon's own figures beside those of the file: typed line by line, or taken over from a table."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from x3studio.domain.errors import StudioError
from x3studio.domain.settlements import Proof, Triple
from x3studio.gui.page import Desk
from x3studio.gui.settlements.asking import TABLES, ask_open
from x3studio.gui.settlements.words import figure, spaced
from x3studio.gui.states import State
from x3studio.gui.theme import Tone
from x3studio.gui.widgets.buttons import Button, Look
from x3studio.gui.widgets.dialog import Dialog
from x3studio.gui.widgets.inputs import Field, Input
from x3studio.gui.widgets.layout import STRETCH, row
from x3studio.gui.widgets.table.columns import Column, Kind
from x3studio.gui.widgets.table.fixed import FixedRows
from x3studio.gui.widgets.table.view import Table

Figures = Mapping[tuple[str, str], Decimal]
_HEAD, _ROW, _MOST_ROWS = 28, 28, 9
KEEP = "keep"
_AGREES = State("check", "Agrees", Tone.OK)
_DIFFERS = State("equal-not", "Differs", Tone.WARN)
_UNKNOWN = State("circle-dashed", "Not given", Tone.IDLE)


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One kind of amount: what the file holds, and what Amazon's summary says, None while nobody typed it."""

    kind: str
    description: str
    ours: Decimal
    theirs: Decimal | None
    currency: str

    @property
    def key(self) -> tuple[str, str]:
        """Transaction type and description."""
        return (self.kind, self.description)

    @property
    def state(self) -> State:
        """Whether both agree."""
        if self.theirs is None:
            return _UNKNOWN
        return _AGREES if self.theirs == self.ours else _DIFFERS


COLUMNS: tuple[Column[SummaryRow], ...] = (
    Column("kind", "Transaction", lambda row: row.kind, width=130, tone="text2"),
    Column("description", "Description", lambda row: spaced(row.description), width=200, stretch=True),
    Column("ours", "In the file", lambda row: figure(row.ours, row.currency), kind=Kind.NUMBER, width=110),
    Column(
        "theirs",
        "Amazon says",
        lambda row: None if row.theirs is None else figure(row.theirs, row.currency),
        kind=Kind.NUMBER,
        width=110,
    ),
    Column("state", "", lambda row: row.state, kind=Kind.STATE, width=110),
)


def summary_rows(proof: Proof, given: Figures) -> list[SummaryRow]:
    """One row for each transaction type and description, of either side."""
    sums: dict[tuple[str, str], Decimal] = dict.fromkeys(given, Decimal(0))
    pairs: list[tuple[Triple, Decimal]] = [pair for total in proof.groups for pair in total.triples]
    for kind, amount in [*pairs, *proof.unmapped]:
        key = (kind.transaction_type, kind.amount_description)
        sums[key] = sums.get(key, Decimal(0)) + amount
    currency = proof.header.currency
    return [SummaryRow(*key, amount, given.get(key), currency) for key, amount in sorted(sums.items())]


class SummaryDialog(Dialog):
    """A figure is typed for the chosen line; Return keeps it and goes to the next."""

    def __init__(self, desk: Desk, parent: QWidget, proof: Proof, given: Figures) -> None:
        super().__init__(desk.theme, parent, f"Amazon's summary of {proof.header.settlement_id}", width=760)
        theme, self._desk = desk.theme, desk
        rows = summary_rows(proof, given)
        self.rows = FixedRows[SummaryRow](COLUMNS, key=_key, rows=rows)
        self.table = Table(theme, self.rows, name="Figures of file and summary", tasks=desk.tasks)
        self.table.setFixedHeight(_HEAD + _ROW * min(max(len(rows), 1), _MOST_ROWS) + 2)
        self.figure = Input(theme, name="Amazon's figure", hint="Such as 1234.50")
        self.field = Field(theme, "Amazon's figure for the chosen line", self.figure)
        self.load = Button(theme, "From a table …", icon="file-spreadsheet")
        self.put = Button(theme, "Set figure", cap="Return")
        self.add(self.table)
        typed = row(self.field, self.put, STRETCH, self.load)
        for button in (self.put, self.load):
            typed.setAlignment(button, Qt.AlignmentFlag.AlignBottom)
        self.add(typed)
        self.say_safety("B23 compares them and warns; it never blocks", icon="info", tone="muted")
        self.add_button("Cancel")
        keep = self.add_button("Keep figures", answer=KEEP, look=Look.FILLED)
        # Return belongs to the figure that is being typed.
        for button in (keep, self.load, self.put):
            button.setAutoDefault(False)
            button.setDefault(False)
        self.figure.returnPressed.connect(self._put)
        self.put.clicked.connect(self._put)
        self.load.clicked.connect(lambda: ask_open(self, "Amazon's summary", TABLES, self.take))
        self.table.choose_first()
        self.figure.setFocus()

    @property
    def figures(self) -> dict[tuple[str, str], Decimal]:
        """What was typed or taken over; empty takes the comparison back."""
        return {row.key: row.theirs for row in self.rows.snapshot() if row.theirs is not None}

    def take(self, paths: Sequence[Path]) -> None:
        """Figures of a table, over what was typed."""
        for path in paths:
            self._desk.tasks.start(self._take(path), name="read the summary")

    async def _take(self, path: Path) -> None:
        try:
            found = await self._desk.host.settlements.read_summary(path)
        except StudioError as fault:
            self.field.set_error(f"{fault.title} {fault.advice}".strip())
            return
        known = {row.key: row for row in self.rows.snapshot()}
        currency = next(iter(known.values())).currency if known else ""
        for key, amount in found.items():
            before = known.get(key, SummaryRow(*key, Decimal(0), None, currency))
            known[key] = replace(before, theirs=amount)
        self.rows.set_rows(list(known.values()))

    def _put(self) -> None:
        current, typed = self.table.current(), self.figure.text().strip()
        if current is None:
            return
        amount = _read(typed) if typed else None
        self.field.set_error(
            "Write it with its decimals, such as 1234.50" if typed and amount is None else ""
        )
        if typed and amount is None:
            return
        rows = [
            replace(row, theirs=amount) if row.key == current.key else row for row in self.rows.snapshot()
        ]
        self.rows.set_rows(rows)
        self.figure.clear()
        self.table.choose(current.key)
        self.table.step(1)


def _read(typed: str) -> Decimal | None:
    """What was typed with a decimal point or comma; None where it is no amount, or could be either."""
    from x3studio.settlement.amounts import NotAnAmount, mark_of, to_decimal

    try:
        mark = mark_of(typed)
        return None if not mark and "." in typed.replace(",", ".") else to_decimal(typed, mark or ".")
    except NotAnAmount:
        return None


def _key(row: SummaryRow) -> Hashable:
    return row.key


async def compare_summary(desk: Desk, parent: QWidget, entry: int, proof: Proof) -> bool:
    """Keeps Amazon's own figures; True where a person changed them."""
    service = desk.host.settlements
    before = await service.summary(entry)
    dialog = SummaryDialog(desk, parent, proof, before)
    if await dialog.ask() != KEEP or dialog.figures == before:
        return False
    await service.put_summary(entry, dialog.figures)
    sheet = await service.sheet(entry)
    check = sheet.proof.check("B23") if sheet.proof is not None else None
    agrees = check is None or check.verdict.value in ("pass", "n/a")
    words = check.detail if check is not None and dialog.figures else "Amazon's figures are taken back"
    desk.notify(State("check" if agrees else "equal-not", words, Tone.OK if agrees else Tone.WARN))
    return True
