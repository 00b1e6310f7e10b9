"""A variation family as a tree: the parent that is never sold, its children, all mapped in one action."""

from PySide6.QtWidgets import QWidget

from x3studio.domain.workbench import Kind as Kind_
from x3studio.gui.mapping.telling import short
from x3studio.gui.mapping.vocabulary import STATES
from x3studio.gui.page import Desk
from x3studio.gui.states import counted
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Look
from x3studio.gui.widgets.dialog import Dialog
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.table.columns import Column, Kind
from x3studio.gui.widgets.table.fixed import FixedRows
from x3studio.gui.widgets.table.view import Table
from x3studio.workbench import Evidence, FamilyMember
from x3studio.workspace.workbench.values import Choice

_MOST = 320


async def ask_family(desk: Desk, parent: QWidget, evidence: Evidence) -> list[Choice]:
    """Choices for the checked children, empty where nothing is to be done."""
    dialog = FamilyDialog(desk, parent, evidence)
    return dialog.choices() if await dialog.ask() == "save" else []


class FamilyDialog(Dialog):
    """Open children with a candidate are checked beforehand."""

    def __init__(self, desk: Desk, parent: QWidget, evidence: Evidence) -> None:
        members = evidence.family
        head = next((one for one in members if one.is_parent), None)
        title = f"Family {short(head.key)}" if head is not None else "Variation family"
        super().__init__(desk.theme, parent, title, width=760)
        theme = desk.theme
        children = [one for one in members if not one.is_parent]
        words = f"{counted(len(children), 'child', 'children')}. The parent is never sold: it is not mapped."
        self.add(Label(theme, words, role=Role.SECONDARY, tone="text2", wrap=True))
        ordered = [*(one for one in members if one.is_parent), *children]
        self.rows = FixedRows[FamilyMember](_columns(), key=lambda one: one.key, rows=ordered)
        self.table = Table[FamilyMember](theme, self.rows, name="Family", tasks=desk.tasks)
        self.rows.setParent(self.table)
        self.table.setFixedHeight(min(30 + 28 * len(ordered), _MOST))
        self.add(self.table)
        self.rows.checked = {one.key for one in children if one.state.is_open and one.target}
        self.say_safety("One undo step")
        self.add_button("Cancel")
        self.save = self.add_button("Accept", answer="save", look=Look.FILLED)
        self.rows.checked_changed.connect(self._follow)
        self._follow()
        self.table.setFocus()

    def choices(self) -> list[Choice]:
        """What is accepted for each checked child."""
        chosen = [one for one in self.rows.snapshot() if one.key in self.rows.checked]
        return [
            Choice(Kind_.ITEMS, one.key, one.target) for one in chosen if one.target and not one.is_parent
        ]

    def _follow(self) -> None:
        count = len(self.choices())
        self.save.setText(f"Accept {counted(count, 'child', 'children')}")
        self.save.setEnabled(count > 0)


def _columns() -> tuple[Column[FamilyMember], ...]:
    return (
        Column("check", "", lambda _one: None, kind=Kind.CHECK, width=36),
        Column(
            "key",
            "SKU",
            lambda one: f"{'' if one.is_parent else '   '}{short(one.key)}",
            role=Role.STRONG,
            width=150,
            middle=True,
        ),
        Column(
            "differs",
            "Differs by",
            lambda one: "Parent" if one.is_parent else one.differs,
            width=130,
            tone="text2",
        ),
        Column("title", "Amazon title", lambda one: one.title, stretch=True),
        Column("target", "X3 item", lambda one: one.target, role=Role.STRONG, width=120, middle=True),
        Column("state", "Status", lambda one: STATES[one.state], kind=Kind.STATE, width=120),
    )
