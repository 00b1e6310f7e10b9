"""Groups of a settlement as a tree: each group, below it the lines it is posted on, with their accounts."""

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from x3studio.domain.settlements import UNMAPPED, Account, Triple
from x3studio.domain.sheets import Branch, Leaf
from x3studio.gui.page import Desk
from x3studio.gui.settlements.words import dimensions, side, spaced
from x3studio.gui.theme import Tone
from x3studio.gui.typography import Role
from x3studio.gui.widgets.layout import column
from x3studio.gui.widgets.table.columns import Column, Kind, TreeCell
from x3studio.gui.widgets.table.fixed import FixedRows
from x3studio.gui.widgets.table.tree import TreeTable

NO_ACCOUNT = "set account"


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group (`level` 0) or one of its lines. `open` is None where nothing lies below it."""

    key: str
    group: str
    words: str
    level: int
    open: bool | None
    account: Account | None
    several: bool
    rows: int
    amount: Decimal
    currency: str
    triples: frozenset[Triple]
    marketplace: str = ""
    channel: str = ""

    @property
    def lacks_account(self) -> bool:
        """Whether posting waits for an account here."""
        return self.account is None and not self.several and self.group != UNMAPPED


COLUMNS: tuple[Column[GroupRow], ...] = (
    Column(
        "group",
        "Group",
        lambda row: TreeCell(row.words, row.level, row.open),
        kind=Kind.TREE,
        width=260,
        stretch=True,
        role=lambda row: Role.BODY if row.level else Role.PANEL,
        tone=lambda row: "bad" if row.group == UNMAPPED else "text",
    ),
    Column(
        "account",
        "Account",
        lambda row: row.account.code if row.account else NO_ACCOUNT if row.lacks_account else " ",
        width=92,
        tone=lambda row: "bad" if row.lacks_account else "text",
    ),
    Column("tax", "Tax", lambda row: (row.account.tax_code if row.account else "") or " ", width=56),
    Column("dimensions", "Dimensions", lambda row: dimensions(row.account) or " ", width=112, tone="muted"),
    Column("rows", "Rows", lambda row: row.rows, kind=Kind.NUMBER, width=70, tone="text2"),
    Column(
        "debit",
        "Debit",
        lambda row: side(max(-row.amount, Decimal(0)), row.currency) or " ",
        kind=Kind.NUMBER,
        width=104,
        role=lambda row: Role.BODY if row.level else Role.PANEL,
    ),
    Column(
        "credit",
        "Credit",
        lambda row: side(max(row.amount, Decimal(0)), row.currency) or " ",
        kind=Kind.NUMBER,
        width=104,
        role=lambda row: Role.BODY if row.level else Role.PANEL,
    ),
)


def group_rows(branches: Sequence[Branch], opened: Collection[str], currency: str) -> list[GroupRow]:
    """The groups, and the lines of those that are open; a group of one line has none below it."""
    rows: list[GroupRow] = []
    for branch in branches:
        single = len(branch.leaves) < 2
        shown = not single and branch.group.id in opened
        rows.append(_branch_row(branch, None if single else shown, currency))
        if shown:
            titles = leaf_words(branch.leaves)
            rows += [
                _leaf_row(branch, leaf, place, titles[place], currency)
                for place, leaf in enumerate(branch.leaves)
            ]
    return rows


def _branch_row(branch: Branch, open_: bool | None, currency: str) -> GroupRow:
    codes = {leaf.account.code if leaf.account else "" for leaf in branch.leaves}
    own = branch.leaves[0].account if len(codes) == 1 and branch.leaves else branch.account
    triples = frozenset(triple for leaf in branch.leaves for triple in leaf.triples)
    return GroupRow(
        branch.group.id,
        branch.group.id,
        branch.title,
        0,
        open_,
        own if len(codes) < 2 else None,
        len(codes) > 1,
        branch.rows,
        branch.amount,
        currency,
        triples,
    )


def leaf_words(leaves: Sequence[Leaf]) -> list[str]:
    """What tells the lines of a group apart: the amount, and where they differ marketplace and channel."""
    markets = {leaf.marketplace.casefold() for leaf in leaves}
    channels = {leaf.channel for leaf in leaves}
    found = []
    for leaf in leaves:
        parts = [spaced(leaf.title)]
        parts += [leaf.marketplace or "no marketplace"] if len(markets) > 1 else []
        parts += [leaf.channel or "no channel"] if len(channels) > 1 else []
        found.append(", ".join(parts))
    return found


def _leaf_row(branch: Branch, leaf: Leaf, place: int, words: str, currency: str) -> GroupRow:
    return GroupRow(
        f"{branch.group.id}/{place}",
        branch.group.id,
        words,
        1,
        None,
        leaf.account,
        False,
        leaf.rows,
        leaf.amount,
        currency,
        frozenset(leaf.triples),
        leaf.marketplace,
        leaf.channel,
    )


class Groups(QWidget):
    """`opened` carries the row whose lines are wanted, `assigning` the one that needs an account."""

    opened = Signal(object)
    assigning = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._branches: Sequence[Branch] = ()
        self._currency = ""
        self._opened: set[str] = {"sales"}
        self.rows = FixedRows[GroupRow](
            COLUMNS, key=_key, tint=lambda row: Tone.BAD if row.group == UNMAPPED else None
        )
        self.table = TreeTable(
            desk.theme, self.rows, name="Groups", tasks=desk.tasks, memory=desk.memory, several=True
        )
        self.table.folded.connect(self._fold)
        self.table.opened.connect(self._open)
        self.setLayout(column(self.table, gap=0))

    def show_branches(self, branches: Sequence[Branch], currency: str) -> None:
        """Another settlement; what was open stays open."""
        self._branches, self._currency = branches, currency
        self._show()

    def choose(self, group: str) -> None:
        """Makes a group current."""
        self.table.choose(group)

    def unfold(self, *groups: str) -> None:
        """Opens groups."""
        self._opened.update(groups)
        self._show()

    def _open(self, row: GroupRow) -> None:
        (self.assigning if row.lacks_account else self.opened).emit(row)

    def _fold(self, row: GroupRow, open_: bool) -> None:
        (self._opened.add if open_ else self._opened.discard)(row.group)
        self._show()

    def _show(self) -> None:
        self.rows.set_rows(group_rows(self._branches, self._opened, self._currency))


def _key(row: GroupRow) -> Hashable:
    return row.key
