"""The pack factor editor: the factor, who votes for it, and what it does to stock and price."""

from decimal import ROUND_FLOOR, Decimal

from PySide6.QtWidgets import QWidget

from x3studio.gui.mapping.telling import pack_wanted
from x3studio.gui.mapping.words import factor_words, parse_factor
from x3studio.gui.page import Desk
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Look
from x3studio.gui.widgets.dialog import Dialog
from x3studio.gui.widgets.inputs import Field, Input
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import column
from x3studio.workbench import Evidence

_VOTES = ("Pack", "Price", "Weight", "Unit", "EAN")


async def ask_pack(
    desk: Desk, parent: QWidget, evidence: Evidence, target: str, *, start: str = ""
) -> Decimal | None:
    """The factor, None where it was left as it is."""
    dialog = PackDialog(desk, parent, evidence, target, start=start)
    return dialog.factor if await dialog.ask() == "save" else None


class PackDialog(Dialog):
    """Says at once what the factor means."""

    def __init__(
        self, desk: Desk, parent: QWidget, evidence: Evidence, target: str, *, start: str = ""
    ) -> None:
        super().__init__(desk.theme, parent, f"Pack factor of {evidence.key.code}", width=520)
        theme = desk.theme
        self._target = target
        start = start or pack_wanted(evidence) or factor_words(evidence.pack)
        self.editor = Input(theme, name="Pack factor", text=start)
        self._field = Field(theme, f"Units of {target} in one Amazon unit", self.editor)
        self.add(self._field)
        votes = [row for row in evidence.rows if row.field in _VOTES and row.words]
        if votes:
            self.add(Label(theme, "What speaks for which factor", role=Role.PANEL))
            lines = [
                Label(theme, f"{row.field}: {row.words}", role=Role.SECONDARY, tone="text2", wrap=True)
                for row in votes
            ]
            self.add(column(*lines, gap=2))
        self._effect = Label(theme, role=Role.SECONDARY, tone="text2", wrap=True)
        self.add(self._effect)
        self.say_safety("One step; it can be taken back")
        self.add_button("Cancel")
        self.save = self.add_button("Accept with this factor", answer="save", look=Look.FILLED)
        self.editor.textEdited.connect(lambda _text: self._follow())
        self.editor.setFocus()
        self.editor.selectAll()
        self._follow()

    @property
    def factor(self) -> Decimal | None:
        """What is typed, None where it is no number above zero."""
        return parse_factor(self.editor.text())

    def _follow(self) -> None:
        factor = self.factor
        self.save.setEnabled(factor is not None)
        wrong = self.editor.text().strip() != "" and factor is None
        self._field.set_error("A number above zero, such as 6 or 0.5" if wrong else "")
        if factor is None:
            self._effect.setText("")
            return
        packs = (Decimal(100) / factor).to_integral_value(ROUND_FLOOR)
        word = factor_words(factor)
        self._effect.setText(
            f"One Amazon unit sold takes {word} of {self._target} from stock. Of 100 in stock, "
            f"{packs:,} can be offered. A line's price is divided by {word} for each X3 unit."
        )
