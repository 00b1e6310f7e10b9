"""A file of decisions before it is taken over: what is new, what changes, what was not understood."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPlainTextEdit, QWidget

from x3studio.domain.mappings import CustomerPair, ItemPair
from x3studio.gui.mapping import data
from x3studio.gui.mapping.words import EVERYWHERE, pair_words, subject_of
from x3studio.gui.page import Desk
from x3studio.gui.states import State, counted
from x3studio.gui.theme import Tone
from x3studio.gui.typography import Role, font
from x3studio.gui.widgets.buttons import Look
from x3studio.gui.widgets.dialog import Dialog
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, row
from x3studio.gui.widgets.table.columns import Column, Kind
from x3studio.gui.widgets.table.loaded import LoadedRows
from x3studio.gui.widgets.table.view import Table

if TYPE_CHECKING:
    from x3studio.workspace.mapping_files import Rows

Pair = ItemPair | CustomerPair
FILES = "Tables (*.csv *.xlsx)"
_NEW = State("plus", "New", Tone.OK)
_CHANGED = State("refresh-cw", "Changed", Tone.WARN)
_TABLE, _PROBLEMS = 252, 92


@dataclass(frozen=True, slots=True)
class Change:
    """One decision of the file; `before` is what stands today, None where nothing does."""

    place: int
    pair: Pair
    before: Pair | None

    @property
    def state(self) -> State:
        """New or changed."""
        return _NEW if self.before is None else _CHANGED


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would do."""

    changes: Sequence[Change]
    unchanged: int
    problems: Sequence[str]

    @property
    def new(self) -> int:
        """Keys nothing stands for yet."""
        return sum(change.before is None for change in self.changes)


async def preview(desk: Desk, path: Path, kind: str) -> Preview:
    """Reads a file and compares it with what stands. Raises SettingFault for an unreadable one."""
    host = desk.host
    rows = await host.read_mappings(path, kind)
    skus = {pair.seller_sku for pair in rows.pairs if isinstance(pair, ItemPair)}
    items = await data.standing(host.store, skus)
    customers = await data.standing_customers(host.store)
    return await desk.tasks.offload(compared, rows, items, customers)


def compared(
    rows: "Rows", items: Mapping[tuple[str, str], ItemPair], customers: Sequence[CustomerPair]
) -> Preview:
    """What differs; the last of several lines about one key counts."""
    known: dict[tuple[str, ...], Pair] = {("item", *key): pair for key, pair in items.items()}
    known |= {_key(pair): pair for pair in customers}
    wanted = {_key(pair): pair for pair in rows.pairs}
    changes = [
        Change(place, pair, known.get(key))
        for place, (key, pair) in enumerate(wanted.items())
        if known.get(key) != pair
    ]
    return Preview(changes, len(wanted) - len(changes), rows.problems)


async def ask(desk: Desk, parent: QWidget, path: Path, shown: Preview, domains: Mapping[str, str]) -> bool:
    """Shows what would change and asks; True where it was confirmed."""
    theme = desk.theme
    dialog = Dialog(theme, parent, f"Import {path.name}", width=744)
    changed = len(shown.changes) - shown.new
    facts = (
        (f"{shown.new:,}", "new"),
        (f"{changed:,}", "changed"),
        (f"{shown.unchanged:,}", "stand already"),
        (f"{len(shown.problems):,}", "not understood"),
    )
    parts = []
    for figure, words in facts:
        number = Label(
            theme,
            figure,
            role=Role.COUNT,
            tone="bad" if words.startswith("not") and figure != "0" else "text",
        )
        parts.append(row(number, Label(theme, words, role=Role.SECONDARY, tone="text2"), gap=6))
    dialog.add(row(*parts, STRETCH, gap=28))
    if shown.changes:
        rows = LoadedRows(_columns(domains), key=lambda change: change.place, tasks=desk.tasks, parent=dialog)
        table = Table(theme, rows, name="What would change", tasks=desk.tasks)
        table.setFixedHeight(min(30 + 28 * len(shown.changes), _TABLE))
        dialog.add(table)
        await rows.set_rows(shown.changes)
    if shown.problems:
        dialog.add(Label(theme, "Not understood, and left out", role=Role.PANEL))
        dialog.add(_problems(shown.problems))
    dialog.say_safety("One step; each decision can be taken back")
    dialog.add_button("Cancel" if shown.changes else "Close")
    if shown.changes:
        words = counted(len(shown.changes), "decision")
        dialog.add_button(f"Import {words}", answer="import", look=Look.FILLED).setFocus()
    return await dialog.ask() == "import"


def _problems(problems: Sequence[str]) -> QPlainTextEdit:
    text = QPlainTextEdit("\n".join(problems))
    text.setReadOnly(True)
    text.setProperty("kind", "code")
    text.setFont(font(Role.CODE))
    text.setAccessibleName("Lines that were not understood")
    text.setFixedHeight(_PROBLEMS)
    return text


def _columns(domains: Mapping[str, str]) -> Sequence[Column[Change]]:
    return (
        Column("state", "Change", lambda change: change.state, kind=Kind.STATE, width=110),
        Column(
            "subject",
            "Amazon",
            lambda change: subject_of(change.pair, domains),
            role=Role.STRONG,
            stretch=True,
            sort=lambda change: subject_of(change.pair),
        ),
        Column(
            "place",
            "Marketplace",
            lambda change: domains.get(change.pair.marketplace, change.pair.marketplace) or EVERYWHERE,
            width=110,
            tone="text2",
        ),
        Column(
            "before",
            "Today",
            lambda change: pair_words(change.before) if change.before is not None else "",
            width=160,
            tone="text2",
        ),
        Column("after", "Then", lambda change: pair_words(change.pair), role=Role.STRONG, width=160),
    )


def _key(pair: Pair) -> tuple[str, ...]:
    if isinstance(pair, ItemPair):
        return ("item", pair.seller_sku, pair.marketplace)
    return ("customer", pair.marketplace, pair.channel, pair.vat_number)
