"""From two tables to suggestions in one go; the workbench keeps the comparison and asks for suggestions
again.
"""

from collections.abc import Callable, Mapping

from x3studio.matching.comparison import Progress, compare
from x3studio.matching.model import Model
from x3studio.matching.roles import Role
from x3studio.matching.suggesting import suggest
from x3studio.matching.suggestions import Suggestions
from x3studio.matching.values import Judged, Kind, Table


def match(
    source: Table,
    target: Table,
    *,
    kind: Kind = Kind.ITEMS,
    source_roles: Mapping[str, Role] | None = None,
    target_roles: Mapping[str, Role] | None = None,
    decisions: Judged = Judged(),  # noqa: B008 - frozen and empty
    top: int = 5,
    one_to_one: bool = False,
    progress: Progress = lambda _share, _doing: None,
    cancelled: Callable[[], bool] = lambda: False,
    model: Model | None = None,
    threads: int = 0,
) -> Suggestions:
    """Suggests for each row of `source` up to `top` rows of `target`; raises Cancelled when asked to stop.

    `decisions` teach the ranking; from 200 judged pairs on they also calibrate the confidence.
    """
    compared = compare(
        source,
        target,
        kind=kind,
        source_roles=source_roles,
        target_roles=target_roles,
        progress=progress,
        cancelled=cancelled,
        model=model,
        threads=threads,
    )
    found = suggest(compared, decisions=decisions, top=top, one_to_one=one_to_one, cancelled=cancelled)
    progress(1.0, "done")
    return found
