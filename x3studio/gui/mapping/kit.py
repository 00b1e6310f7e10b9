"""The kit editor: components with quantities, how the price is shared, and how many kits the stock gives."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from x3studio.domain.mappings import Component
from x3studio.domain.workbench import Kind
from x3studio.gui.mapping.targets import TargetInput
from x3studio.gui.mapping.words import factor_words, parse_factor
from x3studio.gui.page import Desk
from x3studio.gui.tasks import alive
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Button, Look
from x3studio.gui.widgets.dialog import Dialog
from x3studio.gui.widgets.inputs import Input
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, boxed, column, row
from x3studio.gui.widgets.surfaces import line
from x3studio.workbench import Evidence

_QUANTITY, _WEIGHT, _SHARE = 76, 84, 84


async def ask_kit(desk: Desk, parent: QWidget, evidence: Evidence) -> tuple[Component, ...]:
    """The components, empty where the editor was left."""
    dialog = KitDialog(desk, parent, evidence)
    return dialog.components() if await dialog.ask() == "save" else ()


class ComponentLine(QWidget):
    """Item, quantity, weight of its share, and what the share comes to."""

    changed = Signal()
    removed = Signal(object)

    def __init__(self, desk: Desk, number: int) -> None:
        super().__init__()
        theme = desk.theme
        self.item = TargetInput(desk, kind=Kind.ITEMS)
        self.item.setAccessibleName(f"Item {number}")
        self.quantity = Input(theme, name=f"Quantity {number}", text="1")
        self.weight = Input(theme, name=f"Price weight {number}", hint="by price")
        self.share = Label(theme, "–", role=Role.SECONDARY, tone="text2", align=Qt.AlignmentFlag.AlignRight)
        remove = Button(theme, icon="trash-2", look=Look.GHOST, name=f"Remove component {number}")
        remove.clicked.connect(lambda: self.removed.emit(self))
        self.quantity.setFixedWidth(_QUANTITY)
        self.weight.setFixedWidth(_WEIGHT)
        self.share.setFixedWidth(_SHARE)
        layout = row(self.item, self.quantity, self.weight, self.share, remove, gap=8)
        layout.setStretch(0, 1)
        self.setLayout(layout)
        for editor in (self.item, self.quantity, self.weight):
            editor.textChanged.connect(lambda _text: self.changed.emit())

    def component(self) -> Component | None:
        """What stands here, None while something is missing."""
        ref, quantity = self.item.text().strip().upper(), parse_factor(self.quantity.text())
        text = self.weight.text().strip()
        weight = parse_factor(text) if text else None
        if not ref or quantity is None or (text and weight is None):
            return None
        return Component(ref, quantity, weight)

    def show_component(self, component: Component) -> None:
        """A known component."""
        self.item.setText(component.itmref)
        self.quantity.setText(factor_words(component.quantity))
        self.weight.setText(factor_words(component.weight) if component.weight is not None else "")


class KitDialog(Dialog):
    """Lines of components; the result is asked of the workbench at each change."""

    def __init__(self, desk: Desk, parent: QWidget, evidence: Evidence) -> None:
        super().__init__(desk.theme, parent, f"Kit: {evidence.key.code}", width=640)
        self._desk, self._evidence = desk, evidence
        self._lines: list[ComponentLine] = []
        theme = desk.theme
        self.add(Label(theme, evidence.title, role=Role.SECONDARY, tone="text2", wrap=True))
        heads = [
            Label(theme, words, role=Role.CHIP, tone="muted")
            for words in ("X3 item", "Quantity", "Weight", "Share")
        ]
        for head, width in zip(heads[1:], (_QUANTITY, _WEIGHT, _SHARE), strict=True):
            head.setFixedWidth(width)
        head_row = row(heads[0], STRETCH, *heads[1:], 36, gap=8)
        self.add(head_row)
        self._column = column(gap=6)
        self.add(boxed(self._column))
        more = Button(theme, "Add a component", look=Look.LINK, icon="plus", small=True)
        more.clicked.connect(lambda: self.add_line().item.setFocus())
        self.add(row(more, STRETCH))
        self.add(line())
        self._result = Label(theme, role=Role.SECONDARY, tone="text2", wrap=True)
        self.add(self._result)
        self.say_safety("One step; it can be taken back")
        self.add_button("Cancel")
        self.save = self.add_button("Save the kit", answer="save", look=Look.FILLED)
        for component in _start(evidence):
            self.add_line().show_component(component)
        while len(self._lines) < 2:
            self.add_line()
        self._lines[0].item.setFocus()
        self._follow()

    def add_line(self) -> ComponentLine:
        """One component more."""
        made = ComponentLine(self._desk, len(self._lines) + 1)
        made.changed.connect(self._follow)
        made.removed.connect(self._remove)
        self._lines.append(made)
        self._column.addWidget(made)
        made.show()
        return made

    def components(self) -> tuple[Component, ...]:
        """The lines that are complete."""
        return tuple(one for one in (each.component() for each in self._lines) if one is not None)

    def _remove(self, gone: object) -> None:
        if isinstance(gone, ComponentLine) and len(self._lines) > 1:
            self._lines.remove(gone)
            gone.hide()
            gone.deleteLater()
            self._follow()

    def _follow(self) -> None:
        components = self.components()
        self.save.setEnabled(bool(components) and len({one.itmref for one in components}) == len(components))
        if not components:
            self._result.setText("Enter the X3 items and quantities that one Amazon unit is put together of.")
            return
        self._desk.tasks.start(self._ask(components), name="look at the kit")

    async def _ask(self, components: tuple[Component, ...]) -> None:
        preview = await self._desk.host.workbench.kit_preview(self._evidence.key, components)
        if not alive(self) or components != self.components():
            return
        complete = [each for each in self._lines if each.component() is not None]
        for each, share in zip(complete, preview.shares, strict=True):
            each.share.setText(f"{share:,}")
        stock = (
            f"{preview.stock:,} kits can be offered" if preview.stock is not None else "Stock is not known"
        )
        self._result.setText(". ".join([stock, *preview.words]) + ".")


def _start(evidence: Evidence) -> Sequence[Component]:
    """What stands, else what the first candidate or X3's own kit proposes."""
    if evidence.components:
        return evidence.components
    return next((one.components for one in evidence.candidates if one.components), ())
