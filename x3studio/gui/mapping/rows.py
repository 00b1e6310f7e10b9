"""A deck and a view of it as rows of a table: nothing is copied, a cell reads the deck's columns."""

from collections.abc import Callable, Hashable, Sequence
from math import isnan

from PySide6.QtCore import QModelIndex, QObject

from x3studio.domain.workbench import Confidence, ConflictCode, Kind, RecordState
from x3studio.gui.mapping.vocabulary import KINDS, STATES, band, flags, money, symbol
from x3studio.gui.states import State
from x3studio.gui.typography import Role
from x3studio.gui.widgets.table.columns import Column
from x3studio.gui.widgets.table.columns import Kind as CellKind
from x3studio.gui.widgets.table.model import Index, RowsModel
from x3studio.workbench import Columns, Deck, Sort, View

_NOWHERE = QModelIndex()
_PACK = ConflictCode.PACK.bit
_WAITING = frozenset(
    {RecordState.SUGGESTED, RecordState.CANDIDATES, RecordState.BLOCKED, RecordState.NO_CANDIDATE}
)
_UNDECIDED_TARGET = frozenset({RecordState.REJECTED, RecordState.EXCLUDED})


class DeckRows(RowsModel[int]):
    """Rows are the deck's row numbers in the view's order."""

    def __init__(self, names: Sequence[str], *, parent: QObject | None = None) -> None:
        self.deck = Deck(Kind.ITEMS, Columns())
        self.view = self.deck.view()
        self._names = tuple(names)
        super().__init__(self._made(), key=self._key, parent=parent)

    def show_view(self, deck: Deck, view: View) -> None:
        """Other rows, or the same ones in another order; the table keeps its place by the record's key."""
        others = deck.kind is not self.deck.kind or deck.currency != self.deck.currency
        self.beginResetModel()
        self.deck, self.view = deck, view
        if others or not self.columns:
            self.columns = self._made()
        self.endResetModel()

    def touch(self, rows: Sequence[int]) -> None:
        """These rows of the deck look different now; they stay where they are."""
        for row in rows:
            place = self.view.place_of(row)
            if place >= 0:
                self.dataChanged.emit(self.index(place, 0), self.index(place, len(self.columns) - 1))

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """The rows of the view."""
        return 0 if parent.isValid() else len(self.view.rows)

    def row_at(self, row: int) -> int:
        """The deck's row at a place."""
        return int(self.view.rows[row])

    def position(self, key: Hashable) -> int | None:
        """Where a record is shown, None where it is filtered out or gone."""
        row = self.deck.row_of(key)  # type: ignore[arg-type]
        place = self.view.place_of(row) if row >= 0 else -1
        return place if place >= 0 else None

    def snapshot(self) -> list[int]:
        """Every row, in order."""
        found: list[int] = self.view.rows.tolist()
        return found

    def check_all(self, on: bool) -> None:
        """Checks every shown row, or none."""
        self.checked = {self.deck.key(row) for row in self.snapshot()} if on else set()
        self._checks_changed(0, self.rowCount() - 1)

    def _key(self, row: int) -> Hashable:
        return self.deck.key(row)

    def _made(self) -> tuple[Column[int], ...]:
        known = {made.key: made for made in columns(lambda: self.deck)}
        return tuple(known[name] for name in self._names)


def columns(deck: Callable[[], Deck]) -> Sequence[Column[int]]:
    """Every column there is; `deck` gives the one that is shown when a cell is drawn."""
    return (*_foreign(deck), *_sold(deck), *_judged(deck), *_more(deck))


def _foreign(deck: Callable[[], Deck]) -> Sequence[Column[int]]:
    """What the other side calls it, and where it stands."""
    _name, key, title, _target = KINDS[deck().kind]
    state = CellKind.STATE
    return (
        Column("check", "", lambda _row: None, kind=CellKind.CHECK, width=36),
        Column(
            "state", "Status", lambda row: STATES[deck().state(row)], kind=state, width=124, sortable=True
        ),
        Column(
            Sort.KEY,
            key,
            lambda row: code(deck(), row),
            role=Role.STRONG,
            width=132,
            sortable=True,
            middle=True,
        ),
        Column(Sort.TITLE, title, lambda row: deck().titles[row], stretch=True, sortable=True),
        Column("asin", "ASIN", lambda row: deck().subtitles[row], width=110, tone="text2"),
    )


def _sold(deck: Callable[[], Deck]) -> Sequence[Column[int]]:
    """What it sells."""
    shown, number = deck(), CellKind.NUMBER
    money_title = f"{symbol(shown.currency)} {'stock' if shown.worth_is_estimated else '90 d'}"
    return (
        Column(
            Sort.UNITS,
            "Units 90 d",
            lambda row: int(deck().units[row]) or None,
            kind=number,
            width=82,
            sortable=True,
        ),
        Column(Sort.WORTH, money_title, lambda row: worth(deck(), row), kind=number, width=92, sortable=True),
    )


def _judged(deck: Callable[[], Deck]) -> Sequence[Column[int]]:
    """What stands for it in X3, how surely, and what speaks against it."""
    shown, number, state = deck(), CellKind.NUMBER, CellKind.STATE
    target = KINDS[shown.kind][3]
    return (
        Column(
            Sort.TARGET,
            "Best item" if shown.kind is Kind.ITEMS else target,
            lambda row: target_words(deck(), row),
            role=Role.STRONG,
            width=106,
            sortable=True,
            tone=lambda row: target_tone(deck(), row),
            middle=True,
        ),
        Column(
            Sort.PACK,
            "Pack",
            lambda row: pack(deck(), row),
            kind=number,
            width=54,
            sortable=True,
            tone=lambda row: pack_tone(deck(), row),
        ),
        Column(
            Sort.CONFIDENCE,
            "Confidence",
            lambda row: confidence(deck(), row),
            kind=state,
            width=116,
            sortable=True,
        ),
        Column(
            "standing", "Confidence", lambda row: standing(deck(), row), kind=state, width=124, sortable=True
        ),
        Column(
            Sort.CONFLICTS,
            "Flags",
            lambda row: marks(deck(), row),
            kind=CellKind.ICONS,
            width=54,
            sortable=True,
        ),
    )


def _more(deck: Callable[[], Deck]) -> Sequence[Column[int]]:
    """What is shown only where somebody asks for it."""
    number = CellKind.NUMBER
    return (
        Column(
            Sort.WAITING,
            "Orders wait",
            lambda row: int(deck().waiting[row]) or None,
            kind=number,
            width=92,
            sortable=True,
        ),
        Column(
            Sort.LINES,
            "Lines 90 d",
            lambda row: int(deck().lines[row]) or None,
            kind=number,
            width=82,
            sortable=True,
        ),
        Column(
            "target_title", "X3 description", lambda row: deck().target_titles[row], width=170, tone="text2"
        ),
        Column("brand", "Brand", lambda row: deck().brands[row], width=110, tone="text2"),
        Column("family", "Family", lambda row: deck().families[row], width=110, tone="text2"),
        Column("channel", "Channel", lambda row: deck().channels[row], width=72, tone="text2"),
        Column("owner", "Owner", lambda row: deck().owners[row], width=90, tone="text2"),
        Column("who", "Decided by", lambda row: deck().who[row], width=100, tone="text2"),
    )


def code(deck: Deck, row: int) -> str:
    """What a record is called, in one line: a SKU, a code, or the buyers in words."""
    if deck.kind is not Kind.CUSTOMERS:
        return deck.codes[row]
    key = deck.key(row)
    return (
        key.vat_number or " ".join(filter(None, (key.marketplace, key.channel))) or key.code or "All buyers"
    )


def worth(deck: Deck, row: int) -> str | None:
    """Revenue of 90 days; None where there was none."""
    value = int(deck.worths[row])
    return money(value) if value else None


def target_words(deck: Deck, row: int) -> str:
    """The X3 record that stands or is offered first, "none found" after a search without result."""
    target, state = deck.targets[row], deck.state(row)
    if state in _UNDECIDED_TARGET:
        return ""
    if state is RecordState.NO_CANDIDATE and not target:
        return "none found"
    return target


def target_tone(deck: Deck, row: int) -> str:
    """Grey where nothing was found."""
    return "muted" if deck.state(row) is RecordState.NO_CANDIDATE else "text"


def pack(deck: Deck, row: int) -> str | None:
    """The pack factor; "?" where a conflict says that it is wrong."""
    if deck.state(row) is RecordState.BLOCKED and int(deck.conflicts[row]) & _PACK:
        return "?"
    return deck.packs[row] or None


def pack_tone(deck: Deck, row: int) -> str:
    """Red where the factor is in doubt."""
    return "bad" if pack(deck, row) == "?" else "text"


def confidence(deck: Deck, row: int) -> State:
    """The band, with its calibrated share where there is one."""
    share = float(deck.confidences[row])
    return band(Confidence(int(deck.bands[row])), None if isnan(share) else share)


def standing(deck: Deck, row: int) -> State:
    """What was decided, else how far the first candidate can be trusted."""
    state = deck.state(row)
    return confidence(deck, row) if state in _WAITING else STATES[state]


def marks(deck: Deck, row: int) -> tuple[State, ...]:
    """Conflicts and the flag as icons."""
    return flags(int(deck.conflicts[row]), flagged=bool(deck.flagged[row]))
