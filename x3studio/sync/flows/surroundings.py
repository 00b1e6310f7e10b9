"""What a flow is given when it is bound: the store it looks mappings up in and the clients it talks to."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from x3studio.store import Store

if TYPE_CHECKING:
    from x3studio.amazon import AmazonClient
    from x3studio.sync.flow import Flow
    from x3studio.x3 import X3Client


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The two sides of a route and the store between them; `rules` and `site` are documents as text.

    `account` is what the outbox keeps the documents of this X3 folder under.
    """

    store: Store
    amazon: "AmazonClient"
    x3: "X3Client"
    account: str
    rules: str
    site: str
    as_of: int | None = None
    """The mapping's revision that counts; None means what stands now."""
    read_ledger: Callable[[], Awaitable[None]] | None = None
    """Brings the copy of X3's accounts and periods up to date, where X3 shows them."""


@dataclass(frozen=True, slots=True)
class FlowKind:
    """A flow as it is offered: its name, its words for people, its rule set, and where it is made.

    `factory` is module:class, imported when the flow is first bound: whoever only shows flows waits for none.
    """

    name: str
    title: str
    subtitle: str
    template: str
    factory: str

    def bind(self, around: Surroundings) -> "Flow":
        """The flow itself, of one run."""
        module, _, name = self.factory.partition(":")
        flow: Flow = getattr(import_module(module), name)(around)
        return flow
