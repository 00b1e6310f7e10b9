"""Asking for the passphrase of a workspace, on machines without a keyring."""

from PySide6.QtWidgets import QWidget

from x3studio.domain.errors import StoreFault, VaultFault
from x3studio.gui.theme import Theme
from x3studio.gui.widgets.buttons import Look
from x3studio.gui.widgets.dialog import Dialog
from x3studio.gui.widgets.inputs import Field, Input
from x3studio.gui.widgets.label import Label

LEAST = 12


async def ask_passphrase(theme: Theme, parent: QWidget, why: VaultFault | StoreFault, *, new: bool) -> str:
    """The passphrase, "" where the person gives up. A new one has at least twelve characters, typed twice."""
    dialog = Dialog(theme, parent, "New passphrase" if new else "Passphrase of the workspace", width=520)
    dialog.add(Label(theme, why.title, wrap=True))
    what_follows = (
        "The file is encrypted under a passphrase instead. Without it nobody can open the file, we neither."
        if new
        else "The file opens with the passphrase it was made under. Other secrets are asked for again."
    )
    dialog.add(Label(theme, what_follows, tone="text2", wrap=True))
    first = Input(theme, name="Passphrase", secret=True)
    again = Input(theme, name="Passphrase, once more", secret=True)
    dialog.add(Field(theme, "Passphrase", first, help_=f"At least {LEAST} characters." if new else ""))
    if new:
        dialog.add(Field(theme, "Once more", again))
    dialog.add_button("Quit")
    go = dialog.add_button("Make the workspace" if new else "Open", answer="go", look=Look.FILLED)

    def check() -> None:
        typed = first.text()
        go.setEnabled(bool(typed) and (not new or (len(typed) >= LEAST and typed == again.text())))

    first.textChanged.connect(check)
    again.textChanged.connect(check)
    check()
    first.setFocus()
    return first.text() if await dialog.ask() == "go" else ""
