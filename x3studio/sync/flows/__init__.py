"""Which flows there are: one file each, and one line here."""

from x3studio.sync.flows.orders import KIND as ORDERS
from x3studio.sync.flows.surroundings import FlowKind

FLOWS: dict[str, FlowKind] = {flow.name: flow for flow in (ORDERS,)}
"""By name, as the command line and the store know them."""

__all__ = ["FLOWS", "FlowKind"]
