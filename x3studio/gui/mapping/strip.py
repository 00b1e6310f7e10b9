"""The strip above the tables: how far the mapping is, how many orders wait, how old the masters are."""

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from x3studio.gui.mapping.data import MASTERS, Overview
from x3studio.gui.mapping.words import KINDS, age_words
from x3studio.gui.states import counted
from x3studio.gui.theme import Theme, Tone
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Button, Look
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, boxed, column, row
from x3studio.gui.widgets.progress import Bar, Spinner
from x3studio.gui.widgets.surfaces import line
from x3studio.gui.widgets.switch import Segmented

HEIGHT = 64
ALL = "all"


class Strip(QWidget):
    """64 px high. `fetching` carries items, customers, listings or all; `cancelled` ends it."""

    fetching = Signal(str)
    cancelled = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setProperty("surface", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName("Coverage and masters")
        self.side = Segmented(theme, [("items", "Items"), ("customers", "Customers")], name="What is mapped")
        self._share = Label(theme, role=Role.PANEL, align=Qt.AlignmentFlag.AlignRight)
        self._bar = Bar(theme)
        self._decided = Label(theme, role=Role.CAPTION, tone="text2", elide=Qt.TextElideMode.ElideRight)
        self._orders = Label(theme, "–", role=Role.COUNT)
        self._waits = Label(theme, "orders wait", role=Role.SECONDARY, tone="text2")
        self._for = Label(theme, role=Role.CAPTION, tone="text2")
        self._ages = {kind: Label(theme, role=Role.SECONDARY, tone="text2") for kind in MASTERS}
        self.fetch = Button(theme, "Fetch", icon="refresh-cw", menu=self._menu())
        self._progress = Label(theme, role=Role.SECONDARY, tone="text2")
        cancel = Button(theme, "Cancel", look=Look.LINK, small=True, name="Cancel the fetch")
        cancel.clicked.connect(self.cancelled)
        self._busy = boxed(row(Spinner(theme), self._progress, cancel, gap=8))
        self._busy.hide()
        self._lay_out()

    def show_overview(self, overview: Overview) -> None:
        """Counts and ages as they are now."""
        now, total = datetime.now(UTC), overview.total
        mapped, rejected = overview.counts.get("mapped", 0), overview.counts.get("rejected", 0)
        done = mapped + rejected
        self._share.setText(f"{done / total:.1%}" if total else "–")
        self._bar.set_parts([(mapped / total, Tone.OK), (rejected / total, Tone.IDLE)] if total else [])
        none = f" · {rejected:,} without X3 item" if rejected else ""
        self._decided.setText(f"{done:,} of {total:,}{none}" if total else "No SKU is known yet")
        orders = overview.waiting_orders
        self._orders.setText(f"{orders:,}")
        self._waits.setText("order waits" if orders == 1 else "orders wait")
        skus = overview.counts.get("waiting", 0)
        self._for.setText(f"for {counted(skus, 'mapping')}" if skus else "none, checked just now")
        for kind, label in self._ages.items():
            age = age_words(overview.ages[kind], now)
            label.setText(f"{KINDS[kind]} {overview.known[kind]:,}, {age}")
            label.set_tone("warn" if overview.ages[kind] is None else "text2")

    def show_progress(self, words: str) -> None:
        """What is being fetched; "" shows the ages again."""
        self._progress.setText(words)
        self._busy.setVisible(bool(words))
        self.fetch.setVisible(not words)

    def _menu(self) -> QMenu:
        menu = QMenu()
        words: Sequence[tuple[str, str]] = (
            ("items", "Items from X3"),
            ("customers", "Customers from X3"),
            ("listings", "Listings from Amazon"),
            (ALL, "All three"),
        )
        for kind, text in words:
            if kind == ALL:
                menu.addSeparator()
            action = QAction(text, menu)
            action.triggered.connect(lambda _on=False, kind=kind: self.fetching.emit(kind))
            menu.addAction(action)
        return menu

    def _lay_out(self) -> None:
        theme = self._theme
        head = row(Label(theme, "SKUs decided", role=Role.SECONDARY, tone="text2"), STRETCH, self._share)
        coverage = boxed(column(head, self._bar, self._decided, gap=4))
        coverage.setMaximumWidth(420)
        coverage.setMinimumWidth(150)
        orders = column(row(self._orders, self._waits, STRETCH, gap=6), self._for, gap=0)
        items, customers, listings = (self._ages[kind] for kind in MASTERS)
        ages = column(items, customers, listings, gap=1)
        right = row(ages, self.fetch, self._busy, gap=14)
        whole = row(
            coverage,
            line(upright=True),
            orders,
            STRETCH,
            right,
            line(upright=True),
            self.side,
            gap=16,
            margins=(16, 8, 14, 8),
        )
        whole.setStretch(0, 1)
        self.setLayout(column(whole, line(), gap=0))
