"""What both faces get: one open workspace and what it allows.

Each name is imported when it is first asked for: the window shows itself long before it needs a client.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from x3studio.late import late

if TYPE_CHECKING:
    from x3studio.sync.flows import FlowKind
    from x3studio.workspace.connecting import AMAZON_SECRETS, X3_SECRETS
    from x3studio.workspace.masters import EXPLORABLE, FETCHABLE
    from x3studio.workspace.masters import KINDS as MASTERS
    from x3studio.workspace.probing import Probe
    from x3studio.workspace.serving import serve_sandbox
    from x3studio.workspace.workspace import Workspace

__getattr__ = late(
    __name__,
    {
        "AMAZON_SECRETS": "x3studio.workspace.connecting:AMAZON_SECRETS",
        "EXPLORABLE": "x3studio.workspace.masters:EXPLORABLE",
        "FETCHABLE": "x3studio.workspace.masters:FETCHABLE",
        "FlowKind": "x3studio.sync.flows:FlowKind",
        "MASTERS": "x3studio.workspace.masters:KINDS",
        "Probe": "x3studio.workspace.probing:Probe",
        "Workspace": "x3studio.workspace.workspace:Workspace",
        "X3_SECRETS": "x3studio.workspace.connecting:X3_SECRETS",
        "serve_sandbox": "x3studio.workspace.serving:serve_sandbox",
    },
)


def flow_names() -> Sequence[str]:
    """The flows by the names that the command line takes."""
    from x3studio.sync.flows import FLOWS

    return tuple(FLOWS)


__all__ = [
    "AMAZON_SECRETS",
    "EXPLORABLE",
    "FETCHABLE",
    "MASTERS",
    "X3_SECRETS",
    "FlowKind",
    "Probe",
    "Workspace",
    "flow_names",
    "serve_sandbox",
]
