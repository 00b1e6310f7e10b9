"""Small questions of the page: why a check may stay as it is, who looks after it, where a group is posted."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QCompleter, QPlainTextEdit, QWidget

from x3studio.domain.bookkeeping import AccountRule, LedgerAccount
from x3studio.domain.settlements import Account, Check
from x3studio.gui.settlements.groups import GroupRow
from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role, font
from x3studio.gui.widgets.buttons import Look
from x3studio.gui.widgets.dialog import Dialog
from x3studio.gui.widgets.inputs import Choice, Field, Input
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import row

_EVERYWHERE, _MARKET, _BOTH = "everywhere", "marketplace", "both"


async def ask_explanation(theme: Theme, parent: QWidget, check: Check, *, who: str, before: str) -> str:
    """Words for an open check, "" where the dialog was closed."""
    dialog = Dialog(theme, parent, f"Explain {check.id}: {check.title}", width=500)
    dialog.add(Label(theme, check.detail, tone="text2", wrap=True, selectable=True))
    text = QPlainTextEdit(before)
    text.setAccessibleName("Explanation")
    text.setPlaceholderText("Why this is right, such as: bank charge of 12.40, booked on 627000")
    text.setFont(font(Role.BODY))
    text.setTabChangesFocus(True)
    text.setFixedHeight(96)
    dialog.add(text)
    dialog.say_safety(f"Stored on the proof sheet as said by {who}", icon="user", tone="muted")
    dialog.add_button("Cancel")
    keep = dialog.add_button("Explain", answer="explain", look=Look.FILLED)

    def may_keep() -> None:
        keep.setEnabled(bool(text.toPlainText().strip()))

    text.textChanged.connect(may_keep)
    may_keep()
    text.setFocus()
    return text.toPlainText().strip() if await dialog.ask() == "explain" else ""


async def ask_owner(theme: Theme, parent: QWidget, check: Check, *, who: str) -> str:
    """Who looks after a check, "" where the dialog was closed."""
    dialog = Dialog(theme, parent, f"Who looks after {check.id}?", width=420)
    dialog.add(Label(theme, check.detail, tone="text2", wrap=True))
    name = Input(theme, name="Name", text=who)
    dialog.add(Field(theme, "Name", name))
    dialog.add_button("Cancel")
    give = dialog.add_button("Assign", answer="give", look=Look.FILLED)
    name.textChanged.connect(lambda text: give.setEnabled(bool(text.strip())))
    name.setFocus()
    name.selectAll()
    return name.text().strip() if await dialog.ask() == "give" else ""


async def ask_place(theme: Theme, parent: QWidget, places: Sequence[str], *, now: str) -> str:
    """Where a settlement belongs that names no marketplace, "" where the dialog was closed."""
    dialog = Dialog(theme, parent, "Marketplace of this settlement", width=440)
    dialog.add(Label(theme, _PLACELESS, tone="text2", wrap=True))
    choice = Choice(theme, name="Marketplace", choices=[(place, place) for place in places])
    choice.choose(now)
    dialog.add(Field(theme, "Marketplace", choice))
    dialog.say_safety("The next settlement of this kind goes there too", icon="info", tone="muted")
    dialog.add_button("Cancel")
    dialog.add_button("Set marketplace", answer="set", look=Look.FILLED)
    choice.setFocus()
    return choice.current_key() if await dialog.ask() == "set" else ""


_PLACELESS = "It holds fees alone, and no line of it names a marketplace. It joins the chain you choose."


def rule_of(account: str, tax: str, dims: str, *, rule: AccountRule) -> AccountRule | None:
    """The rule with what was typed; None where the dimensions cannot be read ("BUS=AMZDE, PRJ=X")."""
    pairs: list[tuple[str, str]] = []
    for part in filter(None, (piece.strip() for piece in dims.split(","))):
        kind, mark, value = part.partition("=")
        if not mark or not kind.strip() or not value.strip():
            return None
        pairs.append((kind.strip(), value.strip()))
    return replace(rule, account=Account(account.strip(), tax.strip(), tuple(sorted(pairs))))


class AccountDialog(Dialog):
    """Account, tax code and dimensions of a group, everywhere or for one marketplace and channel only."""

    def __init__(
        self, theme: Theme, parent: QWidget, row_: GroupRow, title: str, known: Sequence[LedgerAccount]
    ) -> None:
        super().__init__(theme, parent, f"Account of {title}", width=480)
        self._group = row_
        now = row_.account
        self.account = Input(theme, name="Account", text=now.code if now else "", hint="Such as 440010")
        self.tax = Input(theme, name="Tax code", text=now.tax_code if now else "", hint="None")
        written = ", ".join(f"{kind}={value}" for kind, value in now.dimensions) if now else ""
        self.dims = Input(theme, name="Dimensions", text=written, hint="Such as BUS=AMZDE, CHN=FBA")
        self.dims_field = Field(theme, "Dimensions", self.dims, help_="Type and value of X3, comma between")
        self.account_field = Field(theme, "Account", self.account, help_=_known_words(known))
        self.where = Choice(theme, name="Where it holds", choices=_places(row_))
        self._complete(known)
        both = row(self.account_field, Field(theme, "Tax code", self.tax), gap=12)
        both.setStretch(0, 3)
        both.setStretch(1, 1)
        self.add(both)
        self.add(self.dims_field)
        self.add(Field(theme, "Where it holds", self.where))
        self.say_safety("Every settlement that waits is proven again", icon="refresh-cw", tone="muted")
        self.add_button("Cancel")
        self.keep = self.add_button("Set account", answer="set", look=Look.FILLED)
        self.account.textChanged.connect(lambda _text: self._check())
        self.dims.textChanged.connect(lambda _text: self._check())
        self._check()
        self.account.setFocus()

    def rule(self) -> AccountRule | None:
        """What was typed as a rule."""
        place = self.where.current_key()
        base = AccountRule(
            self._group.group,
            Account(""),
            marketplace=self._group.marketplace if place in (_MARKET, _BOTH) else "",
            channel=self._group.channel if place == _BOTH else "",
        )
        return rule_of(self.account.text(), self.tax.text(), self.dims.text(), rule=base)

    def _check(self) -> None:
        readable = self.rule() is not None
        self.dims_field.set_error("" if readable else "Write pairs, such as BUS=AMZDE")
        self.keep.setEnabled(readable and bool(self.account.text().strip()))

    def _complete(self, known: Sequence[LedgerAccount]) -> None:
        completer = QCompleter([account.code for account in known if account.active], self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        popup = completer.popup()
        if popup is not None:
            popup.setProperty("kind", "choices")
            popup.setFont(font(Role.BODY))
        self.account.setCompleter(completer)
        codes = frozenset(account.code for account in known)
        # Typed to the end there is nothing left to choose, and an open list would eat the next click.
        self.account.textEdited.connect(
            lambda text: QTimer.singleShot(0, popup.hide) if popup is not None and text in codes else None
        )


def _known_words(known: Sequence[LedgerAccount]) -> str:
    active = sum(account.active for account in known)
    return f"{active:,} active accounts of X3 are known" if known else "X3's accounts were not read yet"


def _places(row_: GroupRow) -> list[tuple[str, str]]:
    places = [(_EVERYWHERE, "Everywhere")]
    if row_.marketplace:
        places.append((_MARKET, f"Only {row_.marketplace}"))
        if row_.channel:
            places.append((_BOTH, f"Only {row_.marketplace}, {row_.channel}"))
    return places
