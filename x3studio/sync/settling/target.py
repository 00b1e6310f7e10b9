"""Where a settlement's documents are written: journals and invoices beside each other in one run."""

import re
from collections.abc import Mapping, Sequence

from x3studio.domain.documents import Document, DocumentKind, Found, Verdict
from x3studio.x3 import Sending, X3Client

_INVOICE = re.compile(r"\d{3}-\d{7}-\d{7}[IC]\d+")
"""settlement.invoices.reference_of; a journal's reference is the settlement's id and the part."""


class SettlementTarget:
    """An X3 client that looks each reference up among the documents that carry its form."""

    def __init__(self, x3: X3Client) -> None:
        self._x3 = x3

    @property
    def batch(self) -> int:
        return self._x3.batch

    async def create(self, document: Document, *, sending: Sending | None = None) -> Verdict:
        """As the document's own kind demands."""
        return await self._x3.create(document, sending=sending)

    async def find(self, kind: DocumentKind, references: Sequence[str]) -> Mapping[str, Sequence[Found]]:
        """Journals by REFINT, invoices by INVREF."""
        invoices = [each for each in references if _INVOICE.fullmatch(each)]
        journals = [each for each in references if not _INVOICE.fullmatch(each)]
        found: dict[str, Sequence[Found]] = {}
        if journals:
            found |= await self._x3.find(kind, journals)
        if invoices:
            found |= await self._x3.find(DocumentKind.INVOICE, invoices)
        return found

    async def aclose(self) -> None:
        """Closes the client."""
        await self._x3.aclose()
