"""Rules that read a SKU: "one that ends in -12PK holds 12"; plain text, to be used for the next customer."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from x3studio.domain.errors import SettingFault

_SUFFIX = re.compile(
    r"[-_./ ](?:(?:x|p|pk|pck|pack|vpe|set|case|ct|st)?(\d{1,4})(?:pk|er|pcs|pack|x|st|ct|p)?)$",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"[a-z]", re.IGNORECASE)
_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Pattern:
    """What is done with a SKU that starts or ends in a text: it holds `factor` units."""

    place: str
    """suffix or prefix."""
    text: str
    factor: Decimal

    def fits(self, sku: str) -> bool:
        """Whether the SKU has the text in its place, whatever the case."""
        code, text = sku.casefold(), self.text.casefold()
        return code.endswith(text) if self.place == "suffix" else code.startswith(text)

    @property
    def words(self) -> str:
        """The rule as a sentence."""
        where = "ends in" if self.place == "suffix" else "starts with"
        return f"A SKU that {where} {self.text} holds {self.factor.normalize():f}"

    def __str__(self) -> str:
        return f"{self.place}:{self.text}={self.factor.normalize():f}"


def parse(text: str) -> Pattern:
    """Reads `suffix:-12PK=12`. Raises SettingFault."""
    place, _, rest = text.partition(":")
    what, _, amount = rest.rpartition("=")
    factor = number(amount)
    if place not in ("suffix", "prefix") or not what or factor is None:
        raise SettingFault(
            f"The rule {text!r} is not understood.", field="rule", advice="Write it as suffix:-12PK=12."
        )
    return Pattern(place, what, factor)


def number(text: str) -> Decimal | None:
    """A pack factor: a number above zero, None for anything else."""
    try:
        found = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return found if found.is_finite() and 0 < found <= _MOST else None


def suffix_of(sku: str) -> tuple[str, int] | None:
    """The end of a SKU that names a count ("-12PK", 12), None where it has none.

    A bare number ("-12") may be a running number, so it needs a letter beside it.
    """
    found = _SUFFIX.search(sku)
    if found is None:
        return None
    count = int(found.group(1))
    if count < 2 or not _LETTERS.search(found.group(0)):
        return None
    return found.group(0), count


def suggested(sku: str, others: Iterable[str]) -> tuple[Pattern, int] | None:
    """The pattern of this SKU's end, and how many of the others end alike; None where it has none."""
    own = suffix_of(sku)
    if own is None:
        return None
    pattern = Pattern("suffix", own[0], Decimal(own[1]))
    return pattern, sum(1 for other in others if other != sku and pattern.fits(other))


def learned(mapped: Iterable[tuple[str, Decimal]], *, least: int = 5) -> list[tuple[Pattern, int, int]]:
    """Patterns that decisions bear out: pattern, how many SKUs agree, how many differ; most agreed first."""
    agree: Counter[tuple[str, int]] = Counter()
    differ: Counter[tuple[str, int]] = Counter()
    for sku, factor in mapped:
        end = suffix_of(sku)
        if end is not None:
            (agree if factor == end[1] else differ)[end] += 1
    found = [
        (Pattern("suffix", end[0], Decimal(end[1])), count, differ[end])
        for end, count in agree.items()
        if count >= least
    ]
    return sorted(found, key=lambda each: -each[1])
