"""The search over everything: an order, a document number, a SKU or an item, by what the user typed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QMenu

from x3studio.gui.page import Desk
from x3studio.gui.states import STAGE
from x3studio.gui.widgets.inputs import Input
from x3studio.store import Store, Tables

_PAUSE_MS, _MOST = 150, 6


@dataclass(frozen=True, slots=True)
class Hit:
    """What was found and where it opens."""

    icon: str
    words: str
    page: str
    record: str


async def find(store: Store, text: str, *, pages: Callable[[str], bool]) -> list[Hit]:
    """Hits on pages that exist, records first."""
    hits = await store.read(lambda tables: _find(tables, text))
    return [hit for hit in hits if pages(hit.page)]


def _find(tables: Tables, text: str) -> Sequence[Hit]:
    record = tables.outbox.find(reference=text)
    records = ([record] if record else []) + tables.outbox.by_number(text)
    hits = [
        Hit(
            "shopping-cart",
            f"{found.reference} · {STAGE[found.stage].word} {found.number}",
            "runs",
            found.reference,
        )
        for found in records[:_MOST]
    ]
    for row in tables.mappings.page(text=text, limit=_MOST).rows:
        hits.append(
            Hit("tag", f"{row.sku} · {row.itmref or 'no X3 item yet'} · {row.title}", "mapping", row.sku)
        )
    for exchange in tables.journal.search(text, limit=_MOST).rows:
        hits.append(Hit("history", f"{exchange.record} · {exchange.operation}", "runs", exchange.record))
    return list({(hit.page, hit.record): hit for hit in reversed(hits)}.values())[::-1][: 2 * _MOST]


class Search(QObject):
    """Wires the field of the top bar to a list of hits below it."""

    def __init__(self, desk: Desk, field: Input) -> None:
        super().__init__(field)
        self._desk, self._field = desk, field
        self._menu = QMenu(field)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._look)
        field.textEdited.connect(lambda _text: self._pause.start())
        field.returnPressed.connect(self._look)
        field.installEventFilter(self)
        # The list must not take the keyboard from the field while somebody types.
        self._menu.setWindowFlag(Qt.WindowType.ToolTip)
        self._menu.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._menu.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Down and Up walk the hits, Enter opens one, Escape closes the list."""
        if event.type() is QEvent.Type.FocusOut:
            self._menu.hide()
        if not isinstance(event, QKeyEvent) or event.type() is not QEvent.Type.KeyPress:
            return False
        if event.key() == Qt.Key.Key_Escape and self._menu.isVisible():
            self._menu.hide()
            return True
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        actions = [action for action in self._menu.actions() if action.isEnabled()]
        if step and actions:
            here = actions.index(self._menu.activeAction()) if self._menu.activeAction() in actions else -1
            self._menu.setActiveAction(actions[(here + step) % len(actions)])
            return True
        chosen = self._menu.activeAction()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._menu.isVisible() and chosen:
            chosen.trigger()
            return True
        return False

    def _look(self) -> None:
        text = self._field.text().strip()
        if len(text) < 2:
            self._menu.hide()
            return
        found = find(self._desk.host.store, text, pages=self._desk.has_page)
        self._desk.tasks.start(found, name="search", done=lambda hits: self._show(text, hits))

    def _show(self, text: str, hits: Sequence[Hit]) -> None:
        if text != self._field.text().strip():
            return
        self._menu.clear()
        for hit in hits:
            action = QAction(self._desk.theme.icon(hit.icon), hit.words[:90].replace("&", "&&"), self._menu)
            action.triggered.connect(lambda _on=False, hit=hit: self._open(hit))
            self._menu.addAction(action)
        if not hits:
            self._menu.addAction(f"Nothing found for {text[:40]}".replace("&", "&&")).setEnabled(False)
        self._menu.setMinimumWidth(self._field.width())
        self._menu.move(self._field.mapToGlobal(self._field.rect().bottomLeft()))
        self._menu.show()

    def _open(self, hit: Hit) -> None:
        self._menu.hide()
        self._field.clear()
        self._desk.go(hit.page, hit.record)
