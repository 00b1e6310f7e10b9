"""What a flow is given when it is bound: the store it looks mappings up in and the clients it talks to."""

from collections.abc import Callable
from dataclasses import dataclass

from x3studio.amazon import AmazonClient
from x3studio.store import Store
from x3studio.sync.flow import Flow
from x3studio.x3 import X3Client


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The two sides of a route and the store between them; `rules` and `site` are documents as text."""

    store: Store
    amazon: AmazonClient
    x3: X3Client
    rules: str
    site: str


@dataclass(frozen=True, slots=True)
class FlowKind:
    """A flow as it is offered: its name, its words for people, its rule set, and how to bind it."""

    name: str
    title: str
    subtitle: str
    template: str
    bind: Callable[[Surroundings], Flow]
