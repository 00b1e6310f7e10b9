"""Payloads for people: JSON and XML with line breaks and indents, every token as it was exchanged."""

import re
from collections.abc import Iterator, Sequence

MOST_CHARACTERS = 200_000
"""What is laid out at once; a longer payload is shown up to here and copied whole."""
_INDENT = "  "
_JSON = re.compile(r'"(?:[^"\\]|\\.)*"?|[{}\[\],:]|[^\s{}\[\],:"]+')
_XML = re.compile(r"<[^>]*>?|[^<]+")
_OPENS, _CLOSES = "{[", "}]"


def pretty(text: str) -> list[str]:
    """The lines of a payload; what is neither JSON nor XML stays as it is, and so does a request line."""
    text = text[:MOST_CHARACTERS].strip()
    if not text:
        return []
    if text[0] in _OPENS:
        return list(_json_lines(text))
    if text[0] == "<":
        return list(_xml_lines(text))
    first, _, rest = text.partition("\n")
    return [first, *pretty(rest)] if rest.strip() else [first]


def _json_lines(text: str) -> Iterator[str]:
    line, depth = "", 0
    tokens: Sequence[str] = _JSON.findall(text)
    for place, token in enumerate(tokens):
        following = tokens[place + 1] if place + 1 < len(tokens) else ""
        if token in _CLOSES:
            depth = max(depth - 1, 0)
            if line and not line.endswith(tuple(_OPENS)):
                yield _INDENT * (depth + 1) + line
                line = ""
            line += token
        elif token == ":":
            line += ": "
        elif token == ",":
            yield _INDENT * depth + line + token
            line = ""
        else:
            line += token
            if token in _OPENS:
                depth += 1
                if following and following not in _CLOSES:
                    yield _INDENT * (depth - 1) + line
                    line = ""
    if line:
        yield _INDENT * depth + line


def _xml_lines(text: str) -> Iterator[str]:
    line, depth = "", 0
    for part in _XML.findall(text):
        if not part.startswith("<"):
            line += " ".join(part.split())
        elif part.startswith("</"):
            depth = max(depth - 1, 0)
            # An element that holds only text stands on one line.
            alone = line.startswith(f"{_INDENT * depth}<")
            if line and not alone:
                yield _INDENT * (depth + 1) + line
            yield line + part if alone else _INDENT * depth + part
            line = ""
        else:
            if line:
                yield line
            line = _INDENT * depth + part
            if part.startswith(("<?", "<!")) or part.endswith("/>"):
                yield line
                line = ""
            else:
                depth += 1
    if line:
        yield line


_KEY = r'(?P<key>"(?:[^"\\]|\\.)*"(?=\s*:))'
_STRUCK = r'(?P<struck>"?(?:\[redacted\]|•••)"?)'
_STRING = r'(?P<string>"(?:[^"\\]|\\.)*"?)'
_WORD = r"(?P<word>\b(?:true|false|null)\b)"
_TAG = r"(?P<tag></?[\w:.-]+|/?>|\?>)"
_MARK = r"(?P<mark>[{}\[\],:])"
_JSON_PARTS = re.compile("|".join((_KEY, _STRUCK, _STRING, _WORD, _MARK)))
_XML_PARTS = re.compile("|".join((_STRUCK, _STRING, _TAG)))
_TOKENS = {
    "key": "text",
    "struck": "muted",
    "string": "accent_text",
    "word": "text2",
    "tag": "text2",
    "mark": "muted",
}


def coloured(line: str) -> list[tuple[int, int, str]]:
    """Which parts of a line have a colour of their own: (start, length, token name)."""
    parts = _XML_PARTS if line.lstrip().startswith("<") else _JSON_PARTS
    return [
        (found.start(), found.end() - found.start(), _TOKENS[found.lastgroup])
        for found in parts.finditer(line)
        if found.lastgroup
    ]
