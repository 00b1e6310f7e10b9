"""Strikes personal data and secrets out of the journal, by field name and by value, even in broken text."""

import base64
import json
import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape

from x3studio.domain.documents import Document

STRUCK = "•••"
MOST_CHARACTERS = 20_000
"""What the journal keeps of one payload."""
_SEAM = 3_000

_PERSONAL = (
    r"BP[A-Z]{0,2}(?:NAM|ADDLIG|ADDDES|POSCOD|CTY|SAT|TEL|FAX|WEB|EXT|SHO)"
    r"|BPAADDLIG|BPADES|ADDLIG|ADDNAM|POSCOD|CTY|SAT|TEL|MOB|FAX|WEB|EMAIL|CNT[A-Z]{0,3}NAM|CNTLNA|CNTFNA"
    r"|EECNUM|EXTNAM|EXTFNA|ADRVAL|BICNAM|BIDNUM|IBAN"
)
_INDEX = r"(?:[_(]?\d{1,3}\)?)?"
# GraphQL's names for the same fields, and the name that Syracuse puts beside a customer's code.
_SPOKEN = (
    r"companyName\w*|addressLine\w*|postalCode|city|email\w*|telephone\w*|firstName|lastName|fullName"
    r"|\$description"
)
_NAME = rf"(?:{_PERSONAL}){_INDEX}|{_SPOKEN}"
_NAMED = re.compile(rf"\A(?:{_NAME})\Z")
_JSON = re.compile(rf'("(?:{_NAME})"\s*:\s*)(?:"(?:[^"\\]|\\.)*(?:"|\Z)|\[[^\]]*(?:\]|\Z)|[^,}}\]\s]+)')
_OPEN, _CLOSE = r"(?:<|&lt;)", r"(?:>|&gt;)"
_XML = re.compile(
    rf"({_OPEN}(?:FLD|LST)\b(?:(?!{_CLOSE}).)*?\bNAME?=(?:\"|&quot;|')(?:{_NAME})(?:\"|&quot;|')"
    rf"(?:(?!{_CLOSE}).)*{_CLOSE}).*?({_OPEN}/(?:FLD|LST){_CLOSE}|\Z)",
    re.DOTALL,
)


def is_personal(field: str) -> bool:
    """Whether an X3 (or GraphQL) field name holds a person's name, address or contact."""
    return _NAMED.match(field) is not None


def personal_values(document: Document) -> frozenset[str]:
    """The values of a document that may name a person, to be struck wherever they are echoed."""
    rows: Iterable[Mapping[str, str]] = (document.header, *document.lines)
    return frozenset(
        value for row in rows for name, value in row.items() if is_personal(name) and len(value) > 2
    )


def secret_values(secrets: Mapping[str, str]) -> frozenset[str]:
    """The secrets in every shape in which they could travel."""
    shapes = {value for value in secrets.values() if len(value) > 2}
    if secrets.get("user") and secrets.get("password"):
        shapes.add(base64.b64encode(f"{secrets['user']}:{secrets['password']}".encode()).decode())
    shapes |= {base64.b64encode(value.encode()).decode() for value in set(shapes)}
    return frozenset(shapes)


def redact(text: str, *, values: Collection[str] = ()) -> str:
    """`text` (JSON, XML or neither, whole or cut) without personal fields and without `values`, bounded."""
    whole = len(text)
    text = text[: MOST_CHARACTERS + _SEAM]
    for value in sorted(values, key=len, reverse=True):
        for shape in _shapes(value):
            text = text.replace(shape, STRUCK)
    text = _JSON.sub(rf'\1"{STRUCK}"', text)
    if "<" in text or "&lt;" in text:
        text = _XML.sub(rf"\1{STRUCK}\2", text)
    if whole <= MOST_CHARACTERS:
        return text
    # The seam goes whatever was struck before it: a value that the first cut went through is in it.
    kept = text[:-_SEAM] if whole > MOST_CHARACTERS + _SEAM else text
    return f"{kept[:MOST_CHARACTERS]}… ({whole} characters)"


@lru_cache(maxsize=256)
def _shapes(value: str) -> frozenset[str]:
    return frozenset(
        {
            value,
            escape(value),
            escape(escape(value)),
            escape(value, {'"': "&quot;", "'": "&apos;"}),
            json.dumps(value)[1:-1],
            json.dumps(value, ensure_ascii=False)[1:-1],
            quote(value, safe=""),
            quote_plus(value),
        }
    )
