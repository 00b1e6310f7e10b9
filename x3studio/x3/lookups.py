"""What every dialect's look-up by reference obeys: exact matches only, and never "nothing" for a failure."""

import asyncio
from collections.abc import Awaitable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from x3studio.domain.documents import DocumentKind, Found
from x3studio.domain.errors import SettingFault

T = TypeVar("T")


class Hits:
    """Collects documents by reference, letting through only those that carry a wanted one, byte for byte."""

    def __init__(self, references: Sequence[str]) -> None:
        self._by_reference: dict[str, dict[str, Found]] = {reference: {} for reference in references}

    def add(self, document: Found) -> None:
        """Keeps a document that was asked for; the same number counts once."""
        if document.reference in self._by_reference:
            self._by_reference[document.reference].setdefault(document.number, document)

    def result(self) -> dict[str, tuple[Found, ...]]:
        """Every wanted reference with what X3 holds for it."""
        return {reference: tuple(held.values()) for reference, held in self._by_reference.items()}

    @property
    def any(self) -> bool:
        """Whether anything was found."""
        return any(self._by_reference.values())


def need_reference_field(kind: DocumentKind, field: str) -> str:
    """`field`, or SettingFault where nothing carries our reference for this kind."""
    if field:
        return field
    raise SettingFault(
        f"No field of {kind.value} carries the reference, so nothing can be looked up.",
        field="reference_fields",
        advice="Name the site field that carries it in the connection.",
    )


def unreadable_reference(kind: DocumentKind, field: str) -> SettingFault:
    """X3 lists documents without the field that carries the reference: an empty result would be a lie."""
    return SettingFault(
        f"X3 lists {kind.value} without {field}, so a document cannot be recognised by it.",
        field="reference_fields",
        advice=f"Add {field} to what X3 publishes of this object, or name another field.",
    )


def batches(values: Iterable[T], *, size: int) -> Iterator[tuple[T, ...]]:
    """`values` in tuples of at most `size`."""
    rest = iter(values)
    while batch := tuple(islice(rest, size)):
        yield batch


async def together(work: Iterable[Awaitable[T]]) -> list[T]:
    """All results in order; on the first failure the rest is cancelled and that failure raised."""
    tasks = [asyncio.ensure_future(one) for one in work]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
