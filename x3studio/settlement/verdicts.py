"""What a check's verdict is called, on the screen and on paper, and whether a person is still needed."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from x3studio.domain.bookkeeping import Explanation
from x3studio.domain.settlements import Check, Verdict


class Standing(NamedTuple):
    """A word and its tone: ok, warn, bad or idle."""

    word: str
    tone: str


EXPLAINED = Standing("Explained", "ok")
_VERDICTS: Mapping[Verdict, Standing] = {
    Verdict.PASS: Standing("Pass", "ok"),
    Verdict.FAIL: Standing("Fail", "bad"),
    Verdict.WARN: Standing("Warning", "warn"),
    Verdict.OPEN: Standing("Open", "warn"),
    Verdict.NOT_APPLICABLE: Standing("Not due", "idle"),
}


def standing(check: Check, explained: Explanation | None) -> Standing:
    """The verdict as it is shown: an open check with words of a named person is explained."""
    waits = check.verdict in (Verdict.OPEN, Verdict.WARN) and not check.blocks
    said = explained is not None and explained.words
    return EXPLAINED if waits and said else _VERDICTS[check.verdict]


def waits(check: Check, explained: Explanation | None) -> bool:
    """Whether a person still has to do something about a check."""
    if check.verdict in (Verdict.PASS, Verdict.NOT_APPLICABLE):
        return False
    return standing(check, explained) is not EXPLAINED


def together(checks: Iterable[Check], explained: Mapping[str, Explanation]) -> Standing:
    """The whole sheet: "2 blocking", "1 failed", "2 open", "Proven"."""
    waiting = [check for check in checks if waits(check, explained.get(check.id))]
    if blocking := sum(check.blocks for check in waiting):
        return Standing(f"{blocking} blocking", "bad")
    if failed := sum(check.verdict is Verdict.FAIL for check in waiting):
        return Standing(f"{failed} failed", "bad")
    return Standing(f"{len(waiting)} open", "warn") if waiting else Standing("Proven", "ok")


def found(check: Check) -> str:
    """What a check found, without the explanation that stands below it."""
    return check.detail.partition(" Explained by ")[0]
