"""What printed reports are made of: one style, tables whose head is repeated, facts in two columns.

Plain HTML that a browser and the rich text of a window print alike.
"""

from collections.abc import Iterable, Mapping, Sequence
from html import escape

INK: Mapping[str, str] = {
    "ok": "#1A7447",
    "warn": "#8A5300",
    "bad": "#B3262D",
    "live": "#3F4BC4",
    "idle": "#4F596A",
}
_LINE, _PAD = "#C9CED6", 7
STYLE = f"""
h1 {{ font-size: 15pt; font-weight: 600; margin: 0; }}
h2 {{ font-size: 10.5pt; font-weight: 600; margin-top: 34px; margin-bottom: 10px; }}
td, th {{ border-bottom: 1px solid {_LINE}; vertical-align: top; text-align: left; }}
th {{ color: #5C6676; font-weight: 500; font-size: 7.5pt; }}
td.plain {{ border: none; }}
.muted {{ color: #5C6676; }}
.small {{ color: #5C6676; font-size: 7pt; }}
"""


def page(body: str) -> str:
    """A whole document of a report, for a browser."""
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8">'
        "<style>body { font: 8.5pt sans-serif; max-width: 178mm; margin: 12mm auto; }</style></head>"
        f"<body>{body}</body></html>"
    )


def heading(words: str) -> str:
    """A part's title."""
    return f"<h2>{escape(words)}</h2>"


def facts(pairs: Sequence[tuple[str, str]]) -> str:
    """Names and values, two beside one another."""
    cells = [f'<td class="plain" width="50%">{_fact(name, value)}</td>' for name, value in pairs]
    rows = "".join(f"<tr>{''.join(cells[at : at + 2])}</tr>" for at in range(0, len(cells), 2))
    return f'<table width="100%" cellspacing="0" cellpadding="6">{rows}</table>'


def signatures(*words: str) -> str:
    """Lines to sign on, side by side."""
    lines = "".join(
        f'<td class="plain" width="{100 // len(words)}%"><br><br>________________________________<br>'
        f'<span class="small">{escape(word)}</span></td>'
        for word in words
    )
    return f'<table width="100%" cellspacing="0"><tr>{lines}</tr></table>'


def table(
    head: Sequence[str], rows: Iterable[Sequence[str]], *, widths: Sequence[int], right: Sequence[int]
) -> str:
    """A table whose head is repeated on each page; `widths` in percent, numbers at the `right`."""

    def cells(row: Sequence[str], tag: str) -> str:
        return "".join(
            f'<{tag} width="{widths[place]}%"{" align=right" if place in right else ""}>{cell}</{tag}>'
            for place, cell in enumerate(row)
        )

    body = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in rows)
    titles = f"<thead><tr>{cells(head, 'th')}</tr></thead>"
    return (
        f'<table width="100%" cellspacing="0" cellpadding="{_PAD}" style="border-collapse:collapse">'
        f"{titles}{body}</table>"
    )


def _fact(name: str, value: str) -> str:
    return f'<span class="small">{escape(name)}</span><br>{escape(value)}'
