"""Which flows there are: one file each, and one line here."""

from x3studio.sync.flows.surroundings import FlowKind

_ALL = (
    FlowKind(
        name="orders",
        title="Orders to X3",
        subtitle="Amazon orders become sales orders",
        template="orders",
        factory="x3studio.sync.flows.orders:OrdersFlow",
    ),
    FlowKind(
        name="settlements",
        title="Settlements to X3",
        subtitle="Amazon's settlements become proven journal entries",
        template="settlements",
        factory="x3studio.sync.flows.settlements:SettlementsFlow",
    ),
)
FLOWS: dict[str, FlowKind] = {flow.name: flow for flow in _ALL}
"""By name, as the command line and the store know them."""

__all__ = ["FLOWS", "FlowKind"]
