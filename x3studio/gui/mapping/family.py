"""A variation family as one tree: the parent that is never sold, its colours, its children."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from x3studio.domain.workbench import Key, RecordState, conflicts_in
from x3studio.domain.workbench import Kind as Kind_
from x3studio.gui.mapping.targets import TargetInput
from x3studio.gui.mapping.telling import short
from x3studio.gui.mapping.vocabulary import CONFLICTS, STATES
from x3studio.gui.mapping.words import factor_words
from x3studio.gui.page import Desk
from x3studio.gui.states import State, counted
from x3studio.gui.theme import Tone
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Look
from x3studio.gui.widgets.dialog import Dialog
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import column
from x3studio.gui.widgets.table.columns import Column, Kind, TreeCell
from x3studio.gui.widgets.table.fixed import FixedRows
from x3studio.gui.widgets.table.tree import TreeTable
from x3studio.workbench import Family, FamilyMember
from x3studio.workspace.workbench.values import Choice, Target

_MOST = 320
_SIZES = ("XXS", "XS", "S", "M", "L", "XL", "XXL", "3XL", "4XL")
_LIKENED = State("link", "As its siblings", Tone.LIVE)


async def ask_family(desk: Desk, parent: QWidget, family: Family) -> list[Choice]:
    """Choices for the checked children, empty where nothing is to be done."""
    dialog = FamilyDialog(desk, parent, family)
    return dialog.choices() if await dialog.ask() == "save" else []


@dataclass(frozen=True, slots=True)
class Branch:
    """A row of the tree: a member, or a head with the keys of the `children` below it."""

    key: Hashable
    words: str
    level: int
    member: FamilyMember | None
    children: tuple[Key, ...] = ()
    open: bool | None = None


def branches(family: Family, shut: frozenset[Hashable] = frozenset()) -> list[Branch]:
    """The parent, below it the colours where each has several sizes, below these the children."""
    children, head = family.children, family.parent
    top = head.key if head is not None else ""
    rows = [Branch(top, family.name, 0, head, tuple(one.key for one in children), top not in shut)]
    if top in shut:
        return rows
    colours = list(dict.fromkeys(one.colour for one in children))
    grouped = 1 < len(colours) < len(children) and all(colours)
    for colour in colours if grouped else [None]:
        some = sorted((one for one in children if colour in (None, one.colour)), key=_by_size)
        if colour is not None:
            keys = tuple(one.key for one in some)
            rows.append(Branch(colour, colour, 1, None, keys, colour not in shut))
        if colour is None or colour not in shut:
            level = 1 if colour is None else 2
            rows += [Branch(one.key, short(one.key), level, one) for one in some]
    return rows


class FamilyRows(FixedRows[Branch]):
    """A check on a head checks all its children; a head is half checked where some of them are."""

    def check_state(self, row: Branch) -> Qt.CheckState:
        """Whether a child is checked; of a head, all of its children, some or none."""
        if not row.children:
            return super().check_state(row)
        found = len(self.checked.intersection(row.children))
        partly = Qt.CheckState.PartiallyChecked if found else Qt.CheckState.Unchecked
        return Qt.CheckState.Checked if found == len(row.children) else partly

    def all_checked(self) -> Qt.CheckState:
        """As the head of all says."""
        return self.check_state(self.row_at(0))

    def toggle(self, row: int) -> None:
        """Checks or unchecks a child, or everything below a head."""
        branch = self.row_at(row)
        keys = set(branch.children or (branch.key,))
        whole = self.check_state(branch) is Qt.CheckState.Checked
        self.checked = self.checked - keys if whole else self.checked | keys
        self._checks_changed(0, self.rowCount() - 1)

    def check_all(self, on: bool) -> None:
        """Checks every child, or none."""
        self.checked = set(self.row_at(0).children) if on else set()
        self._checks_changed(0, self.rowCount() - 1)


class FamilyDialog(Dialog):
    """Children whose target nothing speaks against are checked beforehand; any target can be replaced."""

    def __init__(self, desk: Desk, parent: QWidget, family: Family) -> None:
        super().__init__(desk.theme, parent, f"Family {family.name}", width=880)
        theme = desk.theme
        self._members = {one.key: one for one in family.children}
        self._family, self._shut = family, frozenset[Hashable]()
        self.add(
            Label(
                theme,
                f"{self._count(len(family.children))}: {family.words}.",
                role=Role.SECONDARY,
                tone="text2",
                wrap=True,
            )
        )
        self.rows = FamilyRows(self._columns(), key=lambda one: one.key, rows=branches(family))
        self.table = TreeTable[Branch](theme, self.rows, name="Family", tasks=desk.tasks)
        self.rows.setParent(self.table)
        self.table.setFixedHeight(min(31 + 28 * self.rows.rowCount(), _MOST))
        self.add(self.table)
        self.rows.checked = {one.key for one in family.children if one.acceptable}
        self.target = TargetInput(desk, kind=Kind_.ITEMS)
        self._caption = Label(theme, role=Role.CHIP, tone="text2")
        self._caption.setBuddy(self.target)
        self.add(column(self._caption, self.target, gap=4))
        self.say_safety("One undo step")
        self.add_button("Cancel")
        self.save = self.add_button("Accept", answer="save", look=Look.FILLED)
        self.rows.checked_changed.connect(self._follow)
        self.table.folded.connect(self._fold)
        self.table.chosen.connect(lambda _row: self._follow())
        self.target.taken.connect(self._set_target)
        self.table.choose_first()
        self._follow()
        self.table.setFocus()

    def choices(self) -> list[Choice]:
        """What is accepted for each checked child."""
        chosen = [one for one in self._members.values() if one.key in self.rows.checked and one.target]
        return [Choice(Kind_.ITEMS, one.key, one.target, one.pack) for one in chosen]

    def _set_target(self, target: Target) -> None:
        """For the child with the mark, or all below the head with the mark."""
        for key in self._marked():
            self._members[key] = replace(
                self._members[key],
                target=target.key,
                target_title=target.title,
                pack=Decimal(1),
                conflicts=0,
                likened=False,
            )
            self.rows.checked.add(key)
        self.target.clear()
        self._fill()
        self.table.setFocus()

    def _marked(self) -> Sequence[Key]:
        here = self.table.current()
        if here is None:
            return ()
        return here.children or tuple(one.key for one in (here.member,) if one is not None)

    def _fold(self, row: Branch, wanted: bool) -> None:
        self._shut = self._shut - {row.key} if wanted else self._shut | {row.key}
        self._fill()

    def _fill(self) -> None:
        here = self.table.current()
        heads = tuple(one for one in (self._family.parent,) if one is not None)
        members = (*heads, *self._members.values())
        self.rows.set_rows(branches(replace(self._family, members=members), self._shut))
        if here is not None:
            self.table.choose(here.key)
        self._follow()

    def _follow(self) -> None:
        marked, count = self._marked(), len(self.choices())
        one = short(marked[0]) if len(marked) == 1 else f"all {self._count(len(marked))}"
        self._caption.setText(f"Another X3 item for {one}")
        self.target.setAccessibleName(self._caption.text())
        self.save.setText(f"Accept {self._count(count)}")
        self.save.setEnabled(count > 0)

    def _differs(self, row: Branch) -> str:
        if row.children:
            return self._count(len(row.children))
        return " ".join(filter(None, (_child(row).size, _child(row).colour))) or " "

    def _count(self, many: int) -> str:
        """ "3 children" of a parent, "3 SKUs" of a family that has none."""
        return counted(many, "child", "children") if self._family.parent else counted(many, "SKU")

    def _columns(self) -> tuple[Column[Branch], ...]:
        return (
            Column("check", "", lambda _one: None, kind=Kind.CHECK, width=36),
            Column(
                "key",
                "SKU",
                lambda one: TreeCell(one.words, one.level, one.open),
                kind=Kind.TREE,
                role=lambda one: Role.STRONG if one.member is not None else Role.BODY,
                width=200,
            ),
            Column("differs", "Differs by", self._differs, width=96, tone="text2"),
            Column(
                "target",
                "X3 item",
                lambda one: _child(one).target or " ",
                role=Role.STRONG,
                width=130,
                middle=True,
            ),
            Column("says", "X3 calls it", lambda one: _child(one).target_title or " ", stretch=True),
            Column("pack", "Pack", _pack, kind=Kind.NUMBER, width=56),
            Column("state", "Status", _state, kind=Kind.STATE, width=124),
        )


def _by_size(one: FamilyMember) -> tuple[int, str, str]:
    """S before M before L, everything else by its name."""
    size = one.size.upper()
    return _SIZES.index(size) if size in _SIZES else len(_SIZES), size, one.key.code


_NOBODY = FamilyMember(Key(), "")


def _child(row: Branch) -> FamilyMember:
    """The child of a row; a head stands for nothing."""
    return row.member if row.member is not None and not row.children else _NOBODY


def _pack(row: Branch) -> str:
    one = _child(row)
    return factor_words(one.pack) if one.target else " "


def _state(row: Branch) -> State:
    if row.children:
        return (
            State("ban", "Never sold", Tone.IDLE)
            if row.level == 0 and row.member
            else State("", " ", Tone.IDLE)
        )
    one = _child(row)
    if one.likened:
        return _LIKENED
    if one.state.is_open and one.conflicts:
        return CONFLICTS[conflicts_in(one.conflicts)[0]].saying(", ".join(conflicts_in(one.conflicts)))
    return STATES[RecordState(one.state)]
