"""The workspace's encrypted file: everything that is remembered, and the only place that knows SQLite."""

from typing import TYPE_CHECKING

from x3studio.late import late
from x3studio.store.database import Store
from x3studio.store.rows import Page
from x3studio.store.tables import Tables

if TYPE_CHECKING:
    from x3studio.store.connections import SavedConnection
    from x3studio.store.groups import CaseGroup
    from x3studio.store.limits import Bucket
    from x3studio.store.lock import EngineLock
    from x3studio.store.outbox import Capture, CaptureResult
    from x3studio.store.retention import Purged, purge
    from x3studio.store.workbench import MappingRow

__getattr__ = late(
    __name__,
    {
        "Bucket": "x3studio.store.limits",
        "Capture": "x3studio.store.outbox",
        "CaptureResult": "x3studio.store.outbox",
        "CaseGroup": "x3studio.store.groups",
        "EngineLock": "x3studio.store.lock",
        "MappingRow": "x3studio.store.workbench",
        "Purged": "x3studio.store.retention",
        "SavedConnection": "x3studio.store.connections",
        "purge": "x3studio.store.retention",
    },
)

__all__ = [
    "Bucket",
    "Capture",
    "CaptureResult",
    "CaseGroup",
    "EngineLock",
    "MappingRow",
    "Page",
    "Purged",
    "SavedConnection",
    "Store",
    "Tables",
    "purge",
]
