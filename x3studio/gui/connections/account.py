"""The seller's account: its id, and which of its marketplaces are connected."""

import json
from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from x3studio.domain.monitor import Exchange
from x3studio.gui.connections.draft import Draft
from x3studio.gui.connections.fields import ACCOUNT
from x3studio.gui.connections.form import SettingField
from x3studio.gui.connections.words import domain_of
from x3studio.gui.host import Marketplace
from x3studio.gui.states import State
from x3studio.gui.theme import Theme, Tone
from x3studio.gui.typography import Role
from x3studio.gui.widgets.checks import Check
from x3studio.gui.widgets.chips import StateLabel
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, boxed, column, row
from x3studio.gui.widgets.surfaces import Scrolled

_COLUMNS = 3
_OPERATION = "getMarketplaceParticipations"


def participating(exchanges: Iterable[Exchange]) -> tuple[str, ...]:
    """Where the account sells, by Amazon's answer during a test (Sellers v1); () where it was not asked."""
    for exchange in exchanges:
        if exchange.operation == _OPERATION and exchange.status == "200":
            try:
                rows = json.loads(exchange.answer).get("payload") or ()
            except (ValueError, AttributeError):
                return ()
            return tuple(
                str(row["marketplace"]["id"])
                for row in rows
                if row.get("participation", {}).get("isParticipating")
                and row.get("marketplace", {}).get("id")
            )
    return ()


class AccountPage(QWidget):
    """`entered` tells that Enter was pressed in the seller id."""

    entered = Signal()

    def __init__(self, theme: Theme, marketplaces: Sequence[Marketplace]) -> None:
        super().__init__()
        self._theme, self._known = theme, marketplaces
        self._checks: dict[str, Check] = {}
        self._seller = SettingField(theme, ACCOUNT[0])
        self._seller.setMaximumWidth(420)
        self._seller.entered.connect(self.entered)
        self._where = Label(theme, tone="text2", wrap=True)
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(24)
        self._grid.setVerticalSpacing(4)
        self._wrong = StateLabel(theme, State("circle-x", "", Tone.BAD))
        title = Label(theme, "Which account, and where it sells", role=Role.SECTION)
        lead = Label(
            theme,
            "Amazon has accepted the sign-in. It does not tell the seller's id, so please copy it once.",
            tone="text2",
            wrap=True,
        )
        head = Label(theme, "Marketplaces", role=Role.CHIP, tone="text2")
        grid = row(self._grid, STRETCH, gap=0)
        inner = boxed(
            column(title, lead, 8, self._seller, 8, head, self._where, grid, self._wrong, STRETCH, gap=4)
        )
        self.setLayout(column(Scrolled(inner, margins=(16, 14, 16, 14)), gap=0))

    def values(self) -> dict[str, str]:
        """The seller's id, and the chosen marketplaces with blanks between them."""
        chosen = [id for id, check in self._checks.items() if check.isChecked()]
        return {"seller_id": self._seller.text, "marketplaces": " ".join(chosen)}

    def show_draft(self, draft: Draft, *, sells_in: Sequence[str]) -> None:
        """Offers where the account sells; the whole region where Amazon did not say."""
        self._seller.show_text(draft.get("seller_id"))
        self._seller.show_problem("")
        region = [place for place in self._known if place.region == draft.get("region")]
        offered = [place for place in region if place.id in sells_in] or region
        chosen = set(draft.get("marketplaces").split()) or set(sells_in)
        if sells_in:
            self._where.setText(
                f"This account sells in {len(offered)} of them. Uncheck what you do not want."
            )
        else:
            self._where.setText(
                "Amazon did not say where this account sells. Check what you want to connect."
            )
        for check in self._checks.values():
            self._grid.removeWidget(check)
            check.hide()
            check.deleteLater()
        self._checks = {}
        for number, place in enumerate(offered):
            check = Check(self._theme, domain_of(place))
            check.setChecked(place.id in chosen)
            check.toggled.connect(lambda _on: self._show_wrong(""))
            self._checks[place.id] = check
            self._grid.addWidget(check, number // _COLUMNS, number % _COLUMNS)
        self._show_wrong("")

    def show_problems(self) -> bool:
        """Marks what is missing; False where nothing is."""
        values = self.values()
        self._seller.show_problem("" if values["seller_id"] else "This is needed.")
        self._show_wrong("" if values["marketplaces"] else "Choose at least one marketplace.")
        if not values["seller_id"]:
            self._seller.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        return not all(values.values())

    def focus_first(self) -> None:
        """The seller's id."""
        self._seller.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_wrong(self, text: str) -> None:
        self._wrong.show_state(State("circle-x", text, Tone.BAD))
        self._wrong.setVisible(bool(text))
