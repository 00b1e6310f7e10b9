"""What is known about a SKU: what Amazon sells, and the parts of its kit."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from x3studio.domain.catalogue import Item, Listing
from x3studio.domain.mappings import Component
from x3studio.gui.mapping.words import factor_words
from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import clear, column, row
from x3studio.store import MappingRow

_CAPTION = 84


class EvidenceRows(QWidget):
    """The Amazon side: title, ASIN, marketplaces, channel, EAN, price."""

    def __init__(self, theme: Theme, domains: Mapping[str, str]) -> None:
        super().__init__()
        self._theme, self._domains = theme, domains
        self._title = Label(theme, wrap=True, selectable=True)
        self._lines = column(gap=3)
        self._row: MappingRow | None = None
        self.setLayout(column(self._title, self._lines, gap=6))

    def show_row(self, row: MappingRow) -> None:
        """What the table knows already."""
        if self._row is not None and self._row.sku == row.sku:
            return
        self._row = row
        self._title.setText(row.title or "Amazon's title is not here: fetch the listings.")
        self._title.set_tone("text" if row.title else "muted")
        self._fill(row, ())

    def show_listings(self, listings: Sequence[Listing]) -> None:
        """What the listings add."""
        if self._row is not None:
            self._fill(self._row, listings)

    def _fill(self, row_: MappingRow, listings: Sequence[Listing]) -> None:
        places = [self._domains.get(place, place) for place in row_.marketplaces]
        eans = dict.fromkeys(listing.ean for listing in listings if listing.ean)
        brands = dict.fromkeys(listing.brand for listing in listings if listing.brand)
        prices = dict.fromkeys(
            f"{listing.price.amount:,} {listing.price.currency}" for listing in listings if listing.price
        )
        facts = {
            "ASIN": row_.asin,
            "Listed on": ", ".join(places),
            "Channel": row_.channel,
            "Brand": ", ".join(brands),
            "EAN": ", ".join(eans),
            "Price": ", ".join(prices),
        }
        clear(self._lines)
        for caption, value in facts.items():
            if value:
                self._lines.addLayout(_line(self._theme, caption, value))


class KitRows(QWidget):
    """The components of a kit; they come from a file and are changed there."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._lines = column(gap=3)
        note = Label(
            theme,
            "This kit was imported from a file. Change it there and import it again; this version has no "
            "editor for kits.",
            role=Role.SECONDARY,
            tone="muted",
            wrap=True,
        )
        self.setLayout(column(Label(theme, "Kit", role=Role.PANEL), self._lines, note, gap=6))

    def show_components(self, components: Sequence[Component], items: Mapping[str, Item]) -> None:
        """Each part with its quantity; one X3 does not know says so."""
        clear(self._lines)
        for part in components:
            item = items.get(part.itmref)
            name = item.description if item is not None else "not among the items here"
            line = row(
                Label(self._theme, f"{factor_words(part.quantity)} x {part.itmref}", role=Role.STRONG),
                Label(
                    self._theme,
                    name,
                    role=Role.SECONDARY,
                    tone="text2" if item is not None else "warn",
                    elide=Qt.TextElideMode.ElideRight,
                ),
                gap=10,
            )
            line.setStretch(1, 1)
            self._lines.addLayout(line)


def _line(theme: Theme, caption: str, value: str) -> QHBoxLayout:
    head = Label(theme, caption, role=Role.SECONDARY, tone="muted")
    head.setFixedWidth(_CAPTION)
    words = Label(theme, value, role=Role.SECONDARY, wrap=True, selectable=True)
    line = row(head, words, gap=8)
    line.setStretch(1, 1)
    return line
