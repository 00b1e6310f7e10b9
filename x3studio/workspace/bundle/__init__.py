"""The project as one file that travels: mappings, rules and choices, without secrets and personal data."""

from x3studio.workspace.bundle.service import Bundles, HandedOut, Received

__all__ = ["Bundles", "HandedOut", "Received"]
