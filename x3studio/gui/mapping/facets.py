"""The left column: which kind is mapped, words to filter by, and facets with live counts."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from x3studio.domain.workbench import Confidence, ConflictCode, Kind, RecordState
from x3studio.gui.mapping.keymap import Keymap
from x3studio.gui.mapping.vocabulary import BANDS, CONFLICTS, KINDS, STATES
from x3studio.gui.theme import Theme, Tone
from x3studio.gui.widgets.buttons import Button, Look
from x3studio.gui.widgets.facets import Facet as Shown
from x3studio.gui.widgets.facets import FacetList
from x3studio.gui.widgets.inputs import Choice, Input
from x3studio.gui.widgets.layout import column, row
from x3studio.gui.widgets.surfaces import Scrolled
from x3studio.workbench import Facet, Filter

_PAUSE_MS = 15
_MOST = 12
_STATE_ORDER = (
    RecordState.SUGGESTED,
    RecordState.CANDIDATES,
    RecordState.BLOCKED,
    RecordState.REOPENED,
    RecordState.UNSURE,
    RecordState.NO_CANDIDATE,
    RecordState.NOT_LOOKED_UP,
    RecordState.ACCEPTED,
    RecordState.BY_RULE,
    RecordState.KIT,
    RecordState.REJECTED,
    RecordState.EXCLUDED,
)
_SHORT = {RecordState.BY_RULE: "By rule"}
_CHANNELS = {"FBA": ("truck", "FBA"), "FBM": ("store", "FBM")}
TITLES: Mapping[Facet, str] = {
    Facet.STATUS: "Status",
    Facet.BAND: "Confidence",
    Facet.CONFLICT: "Conflict",
    Facet.CHANNEL: "Channel",
    Facet.WAITING: "Orders",
    Facet.FLAG: "Flag",
    Facet.DECILE: "Revenue decile",
    Facet.MARKETPLACE: "Marketplace",
    Facet.BRAND: "Brand",
    Facet.FAMILY: "Family",
    Facet.OWNER: "Owner",
}
_OPEN = frozenset({Facet.STATUS, Facet.BAND, Facet.CONFLICT, Facet.CHANNEL})
_BY_COUNT = frozenset({Facet.CONFLICT, Facet.BRAND, Facet.FAMILY, Facet.MARKETPLACE, Facet.OWNER})
Counts = Mapping[Facet, Mapping[int | str, int]]


class FacetPanel(QWidget):
    """`filtered` tells that another filter is wanted (`wanted`), `turned` carries a kind."""

    filtered = Signal()
    turned = Signal(str)

    def __init__(self, theme: Theme, keymap: Keymap, domains: Mapping[str, str]) -> None:
        super().__init__()
        self._domains = domains
        self._values: dict[Facet, list[int | str]] = {}
        self._silent = False
        self.setProperty("surface", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Filters")
        self.kind = Choice(
            theme, name="What is mapped", choices=[(kind.value, KINDS[kind][0]) for kind in Kind]
        )
        self.clear = Button(theme, "Clear", look=Look.LINK, small=True, name="Clear the filters")
        self.text = Input(
            theme,
            name="Filter by words",
            hint="Find SKU, title, EAN",
            icon="funnel",
            cap=keymap.cap("filter"),
        )
        self.list = FacetList(theme)
        self.kind.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        head = row(self.kind, self.clear, gap=6)
        head.setStretch(0, 1)
        scroll = Scrolled(self.list, gap=0, margins=(0, 0, 6, 8))
        scroll.layout_.addStretch(1)
        top = column(head, self.text, gap=8, margins=(0, 0, 6, 0))
        whole = column(top, scroll, gap=8, margins=(14, 8, 8, 0))
        whole.setStretch(1, 1)
        self.setLayout(whole)
        self._ahead = False
        """Whether something is typed that no answered filter holds yet."""
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self.filtered)
        self.text.textEdited.connect(self._type)
        self.list.changed.connect(lambda: None if self._silent else self.filtered.emit())
        self.clear.clicked.connect(lambda: self.show_filter(Filter(), tell=True))
        self.kind.activated.connect(lambda _place: self.turned.emit(self.kind.current_key()))

    @property
    def wanted(self) -> Filter:
        """What is checked and typed."""
        filter_ = Filter(text=self.text.text().strip())
        for facet, title in TITLES.items():
            chosen = self.list.chosen(title)
            values = [value for value in self._values.get(facet, ()) if str(value) in chosen]
            filter_ = filter_.choosing(facet, *values) if values else filter_
        return filter_

    def _type(self, _text: str) -> None:
        self._ahead = True
        self._pause.start()

    def show_filter(self, wanted: Filter, *, tell: bool = False) -> None:
        """Another filter, with or without the signal."""
        self._pause.stop()
        self._ahead = False
        self.text.setText(wanted.text)
        self._choose(wanted)
        if tell:
            self.filtered.emit()

    def follow(self, wanted: Filter) -> None:
        """A filter was answered; what was typed since it was asked for stays."""
        known = self.text.text().strip() == wanted.text
        self._ahead = self._ahead and not known
        if not known and not self._ahead:
            self.text.setText(wanted.text)
        self._choose(wanted)

    def _choose(self, wanted: Filter) -> None:
        self._silent = True
        for facet, values in wanted.chosen.items():
            known = self._values.setdefault(facet, [])
            known += [value for value in values if value not in known]
        self.list.choose({TITLES[facet]: map(str, values) for facet, values in wanted.chosen.items()})
        self._silent = False

    def show_counts(self, counts: Counts, wanted: Filter) -> None:
        """Other counts; a group's values stay in their places while they are counted anew."""
        for facet, title in TITLES.items():
            values = list(self._order(facet, counts.get(facet, {}), wanted))
            if not values and facet not in self._values:
                continue
            self._values[facet] = values
            counted = counts.get(facet, {})
            shown = [self._shown(facet, value, counted.get(value, 0)) for value in values]
            self.list.set_group(title, shown, open_=facet in _OPEN)

    def forget(self) -> None:
        """Other values are coming: another kind is shown."""
        for facet in self._values:
            self.list.set_group(TITLES[facet], ())
        self._values = {}

    def _order(self, facet: Facet, counts: Mapping[int | str, int], wanted: Filter) -> Sequence[int | str]:
        if facet is Facet.STATUS:
            return list(_STATE_ORDER)
        if facet is Facet.BAND:
            return sorted(Confidence, reverse=True)
        chosen = wanted.chosen.get(facet, frozenset())
        kept = [value for value in self._values.get(facet, ()) if value in counts or value in chosen]
        fresh = [value for value in counts if value not in kept and value != ""]
        fresh.sort(
            key=lambda value: (-counts[value], str(value)) if facet in _BY_COUNT else (0, _padded(value))
        )
        found = [*kept, *fresh][:_MOST]
        return [*found, *(value for value in chosen if value not in found)]

    def _shown(self, facet: Facet, value: int | str, count: int) -> Shown:
        state = None
        match facet:
            case Facet.STATUS:
                state = STATES[RecordState(int(value))]
                word = _SHORT.get(RecordState(int(value)), state.word)
            case Facet.BAND:
                state = BANDS[Confidence(int(value))]
                word = state.word
            case Facet.CONFLICT:
                state = CONFLICTS[ConflictCode(str(value))]
                word = state.word
            case Facet.CHANNEL if value in _CHANNELS:
                return Shown(str(value), _CHANNELS[str(value)][1], count, icon=_CHANNELS[str(value)][0])
            case Facet.FLAG:
                return Shown(
                    str(value),
                    "Flagged" if value else "Not flagged",
                    count,
                    icon="flag",
                    tone=Tone.WARN if value else Tone.IDLE,
                )
            case Facet.WAITING:
                return Shown(
                    str(value),
                    "Orders wait" if value else "None waits",
                    count,
                    icon="clock",
                    tone=Tone.WARN if value else Tone.IDLE,
                )
            case Facet.DECILE:
                word = f"{value}. tenth"
            case Facet.MARKETPLACE:
                word = self._domains.get(str(value), str(value))
            case _:
                word = str(value)
        if state is None:
            return Shown(str(value), word, count)
        return Shown(str(value), word, count, icon=state.icon, tone=state.tone)


def _padded(value: int | str) -> str:
    """Numbers in their own order among words."""
    return f"{value:04}" if isinstance(value, int) else value
