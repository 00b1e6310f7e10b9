"""What both faces of the program get: one open workspace and what it allows."""

from collections.abc import Sequence

from x3studio.sync.flows import FLOWS, FlowKind
from x3studio.workspace.connecting import AMAZON_SECRETS, X3_SECRETS
from x3studio.workspace.masters import EXPLORABLE
from x3studio.workspace.masters import KINDS as MASTERS
from x3studio.workspace.probing import Probe
from x3studio.workspace.serving import serve_sandbox
from x3studio.workspace.workspace import Workspace


def flow_names() -> Sequence[str]:
    """The flows by the names that the command line takes."""
    return tuple(FLOWS)


__all__ = [
    "AMAZON_SECRETS",
    "EXPLORABLE",
    "MASTERS",
    "X3_SECRETS",
    "FlowKind",
    "Probe",
    "Workspace",
    "flow_names",
    "serve_sandbox",
]
