"""What a conflict is about, side by side: records that share something, texts that differ, a check digit."""

import unicodedata

from PySide6.QtWidgets import QWidget

from x3studio.domain.workbench import Key
from x3studio.gui.mapping.telling import short
from x3studio.gui.page import Desk
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Look
from x3studio.gui.widgets.dialog import Dialog
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import column
from x3studio.gui.widgets.quote import Quote
from x3studio.gui.widgets.table.columns import Column
from x3studio.gui.widgets.table.fixed import FixedRows
from x3studio.gui.widgets.table.view import Table
from x3studio.workbench import Action, Evidence, Offer

Row = tuple[str, str, str]
_MOST = 240


async def show_comparison(desk: Desk, parent: QWidget, evidence: Evidence, offer: Offer) -> None:
    """Shows it; nothing is changed."""
    finding = next((one for one in evidence.conflicts if one.offer == offer), None)
    dialog = Dialog(desk.theme, parent, offer.words, width=620)
    if finding is not None:
        dialog.add(Label(desk.theme, finding.words, tone="text2", wrap=True))
    if offer.action is Action.SHOW_DIGIT:
        dialog.add(Quote(desk.theme, offer.value, speaker="With the check digit that would be right"))
        dialog.add(
            Label(
                desk.theme,
                "Nothing is changed: correct it where it is kept.",
                role=Role.SECONDARY,
                tone="muted",
                wrap=True,
            )
        )
    elif offer.action is Action.NORMALISE:
        pairs = [(row.field, row.amazon, row.x3) for row in evidence.rows if row.amazon and row.x3]
        dialog.add(column(*(_texts(desk, *pair) for pair in pairs[:4]), gap=8))
    else:
        rows = await _others(desk, evidence, offer)
        if rows:
            dialog.add(_table(desk, rows))
    dialog.add_button("Close", answer="close", look=Look.FILLED).setFocus()
    await dialog.ask()


def bare(text: str) -> str:
    """Without spaces, case and look-alike characters."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in plain if char.isalnum())


async def _others(desk: Desk, evidence: Evidence, offer: Offer) -> list[Row]:
    """The records that are named, as the masters or the deck know them; offers by ASIN, with this one."""
    deck = await desk.host.workbench.deck(evidence.kind)
    rows = []
    asins = {*offer.others, evidence.subtitle.partition(" ")[0]}
    offers = [row for row, asin in enumerate(deck.subtitles) if asin in asins]
    if not {deck.subtitles[row] for row in offers}.isdisjoint(offer.others):
        return [
            (short(deck.key(row)), f"{deck.subtitles[row]} · {deck.titles[row]}", deck.targets[row])
            for row in offers
        ]
    for name in offer.others:
        row = next((deck.row_of(key) for key in _keys(evidence, name) if deck.row_of(key) >= 0), -1)
        if row >= 0:
            rows.append((short(deck.key(row)), deck.titles[row], deck.targets[row]))
            continue
        found = await desk.host.workbench.search_targets(evidence.kind, name, limit=1)
        rows += [(one.key, one.title, one.detail) for one in found] or [(name, "", "")]
    return rows


def _keys(evidence: Evidence, name: str) -> list[Key]:
    return [evidence.key._replace(code=name), evidence.key._replace(code=name, marketplace="")]


def _texts(desk: Desk, field: str, amazon: str, x3: str) -> QWidget:
    same = "the same" if bare(amazon) == bare(x3) else "different"
    meaning = f"Without spaces, case and look-alikes they are {same}."
    return Quote(desk.theme, f"{amazon}\n{x3}", speaker=f"{field}, Amazon above, X3 below", meaning=meaning)


def _table(desk: Desk, rows: list[Row]) -> QWidget:
    model = FixedRows[Row](
        (
            Column("key", "Record", lambda one: one[0], role=Role.STRONG, width=150, middle=True),
            Column("title", "Title", lambda one: one[1], stretch=True),
            Column("target", "X3", lambda one: one[2], width=150, tone="text2"),
        ),
        key=lambda one: one[0],
        rows=rows,
    )
    table = Table[Row](desk.theme, model, name="Side by side", tasks=desk.tasks)
    model.setParent(table)
    table.setFixedHeight(min(30 + 28 * len(rows), _MOST))
    return table
