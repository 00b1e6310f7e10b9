"""What stands in place of the records where there is none: nothing known, nothing found, all decided."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from x3studio.domain.workbench import Kind
from x3studio.gui.mapping.session import TO_JUDGE
from x3studio.gui.states import clock
from x3studio.gui.widgets.panels import Pane

if TYPE_CHECKING:
    from x3studio.gui.mapping.page import MappingPage


def show_pane(page: "MappingPage", pane: Pane, *, clear: Callable[[], None]) -> None:
    """The records of the view, or why there is none and what can be done; `clear` takes the filters off."""
    session = page.session
    if len(session.view):
        pane.show_content()
        return
    state, deck = pane.show_state(), session.deck
    at = clock(datetime.now(UTC))
    if not deck.count:
        _show_nothing_known(page, pane)
    elif session.wanted.text:
        state.show_empty(
            f"Nothing holds “{session.wanted.text}”",
            f"Searched {at} in {deck.count:,} records, under the filters that are set.",
            icon="search-x",
            tone="muted",
            action="Clear the filters",
            act=clear,
        )
    else:
        judged = session.wanted == TO_JUDGE
        words = "Everything here is decided" if judged else "No record passes the filters"
        state.show_empty(words, f"Checked {at}, all {deck.count:,} records", action="Show all", act=clear)


def _show_nothing_known(page: "MappingPage", pane: Pane) -> None:
    kind = page.session.deck.kind
    what = {Kind.ITEMS: "SKU", Kind.CUSTOMERS: "buyer"}.get(kind, "code")
    pane.show_state().show_empty(
        f"No {what} is known yet",
        "Fetch your listings from Amazon and the items from X3, or import a file."
        if kind is Kind.ITEMS
        else "Codes and buyers appear here with the first orders that name them.",
        icon="tag",
        tone="muted",
        action="Fetch masters" if kind is Kind.ITEMS else "",
        act=lambda: page.work.fetch("all"),
    )
