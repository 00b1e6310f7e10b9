"""Saved views: filters with a name, the first four the program's own, remembered by kind."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from x3studio.domain.workbench import RecordState
from x3studio.gui.mapping.session import TO_JUDGE
from x3studio.gui.memory import Memory
from x3studio.workbench import Deck, Facet, Filter

MOST = 6
_KEPT = "mapping/views"


@dataclass(frozen=True, slots=True)
class SavedView:
    """A name and what passes; `own` ones can be taken away again."""

    name: str
    wanted: Filter
    own: bool = False

    @property
    def key(self) -> str:
        """By which the switch knows it."""
        return self.name


SHIPPED = (
    SavedView("To judge", TO_JUDGE),
    SavedView("Blocked", Filter().choosing(Facet.STATUS, RecordState.BLOCKED)),
    SavedView("Reopened", Filter().choosing(Facet.STATUS, RecordState.REOPENED)),
    SavedView("All", Filter()),
)


class Views:
    """Up to six: Ctrl+1 to Ctrl+6."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._own = [_read(one) for one in json.loads(memory.text(_KEPT) or "[]")]

    def all(self) -> Sequence[SavedView]:
        """In the order of their keys."""
        return (*SHIPPED, *self._own)[:MOST]

    def matching(self, wanted: Filter) -> SavedView | None:
        """The view that is this filter, None where it is none."""
        return next((one for one in self.all() if one.wanted == wanted), None)

    def add(self, name: str, wanted: Filter) -> bool:
        """Keeps a filter under a name; False where there is no room or no name."""
        name = " ".join(name.split())
        if not name or (len(self.all()) >= MOST and name not in {one.name for one in self._own}):
            return False
        self._own = [one for one in self._own if one.name != name] + [SavedView(name, wanted, own=True)]
        self._save()
        return True

    def remove(self, name: str) -> None:
        """Forgets one of the user's own."""
        self._own = [one for one in self._own if one.name != name]
        self._save()

    def counts(self, deck: Deck) -> dict[str, int]:
        """How many records pass each."""
        return {one.name: int(deck.passing(one.wanted).sum()) for one in self.all()}

    def _save(self) -> None:
        self._memory.keep(_KEPT, json.dumps([_written(one) for one in self._own]))


def _written(view: SavedView) -> dict[str, object]:
    chosen = {facet.value: sorted(values, key=str) for facet, values in view.wanted.chosen.items()}
    return {"name": view.name, "text": view.wanted.text, "chosen": chosen}


def _read(kept: dict[str, object]) -> SavedView:
    wanted = Filter(text=str(kept.get("text", "")))
    chosen = kept.get("chosen")
    for facet, values in (chosen if isinstance(chosen, dict) else {}).items():
        wanted = wanted.choosing(Facet(facet), *values)
    return SavedView(str(kept.get("name", "")), wanted, own=True)
