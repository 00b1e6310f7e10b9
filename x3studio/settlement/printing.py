"""A proof sheet as one printable page: HTML that needs nothing else, for the auditor's file."""

from collections.abc import Iterable
from decimal import Decimal
from html import escape

from x3studio.domain.settlements import JournalPart, Proof
from x3studio.domain.sheets import Sheet
from x3studio.settlement.figures import figure

_STYLE = """
body{font:10pt sans-serif;color:#111}h1{font-size:16pt;margin:0}h2{font-size:12pt;margin:14pt 0 4pt}
table{border-collapse:collapse;width:100%}
td,th{border-bottom:1px solid #ccc;padding:2pt 4pt;text-align:left;vertical-align:top}
td.n,th.n{text-align:right;white-space:nowrap}p{margin:2pt 0}.small{font-size:8pt;color:#555}
"""


def proof_html(sheet: Sheet) -> str:
    """The sheet with header, groups, journal parts, every check with its words, and its digest."""
    entry, proof = sheet.entry, sheet.proof
    head = f"<h1>Proof sheet, settlement {escape(entry.settlement_id)}</h1>"
    if proof is None:
        return _page(head + f"<p>{escape(entry.why)}</p>")
    return _page(
        head
        + _facts(sheet, proof)
        + _groups(proof)
        + "".join(_part(part, number, sheet, proof) for number, part in enumerate(proof.parts))
        + _checks(proof)
        + f'<p class="small">SHA-256 of this sheet: {sheet.digest}. File: {escape(entry.file_name)}, '
        f"SHA-256 {entry.digest}.</p>"
    )


def _page(body: str) -> str:
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><style>{_STYLE}</style></head>'
        f"<body>{body}</body></html>"
    )


def _facts(sheet: Sheet, proof: Proof) -> str:
    entry, header = sheet.entry, proof.header
    rows = [
        ("Marketplace", entry.marketplace or "none named"),
        ("Period", f"{header.start or '?'} to {header.end or '?'}; months in {proof.zone}"),
        ("Amazon's total", f"{figure(header.total, header.currency)} {header.currency}"),
        ("Lines", str(proof.rows)),
        (
            "Archived",
            f"{entry.archived_at:%Y-%m-%d %H:%M} UTC, {'by hand' if entry.by_hand else 'from Amazon'}",
        ),
    ]
    if sheet.posting and entry.numbers:
        rows.append(
            ("Posted", f"{', '.join(entry.numbers)} in {sheet.posting.folder}, by {sheet.posting.who}")
        )
    cells = ((escape(name), escape(value)) for name, value in rows)
    return _table((), cells)


def _groups(proof: Proof) -> str:
    currency = proof.header.currency
    rows = [
        (
            escape(total.group.title),
            escape(total.account.code if total.account else "several" if total.rows else ""),
            str(total.rows),
            figure(total.amount, currency),
        )
        for total in proof.groups
    ]
    rows += [
        (f"Unknown: {escape(str(triple))}", "", "", figure(amount, currency))
        for triple, amount in proof.unmapped
    ]
    rows.append(("<b>Together</b>", "", str(proof.rows), f"<b>{figure(proof.sum, currency)}</b>"))
    return "<h2>Groups</h2>" + _table(("Group", "Account", "Rows", "Amount"), rows, numbers=(2, 3))


def _part(part: JournalPart, number: int, sheet: Sheet, proof: Proof) -> str:
    currency = proof.header.currency
    planned = sheet.posting.parts[number] if sheet.posting and number < len(sheet.posting.parts) else None
    told = f", {planned.reference}, {planned.number or 'not posted'}" if planned else ""
    rows = [
        (
            escape(line.account.code if line.account else ""),
            escape(" ".join(value for _, value in line.account.dimensions) if line.account else ""),
            escape(line.text),
            _amount(line.debit, currency),
            _amount(line.credit, currency),
        )
        for line in part.lines
    ]
    head = ("Account", "Dimensions", "Text", "Debit", "Credit")
    return f"<h2>Journal {part.month}{escape(told)}</h2>" + _table(head, rows, numbers=(3, 4))


def _amount(amount: Decimal, currency: str) -> str:
    return figure(amount, currency) if amount else ""


def _checks(proof: Proof) -> str:
    rows = (
        (check.id, escape(check.title), escape(check.figure), escape(check.verdict), escape(check.detail))
        for check in proof.checks
    )
    return "<h2>Checks</h2>" + _table(("No.", "Check", "Figure", "Verdict", "Words"), rows, numbers=(2,))


def _table(head: Iterable[str], rows: Iterable[tuple[str, ...]], *, numbers: tuple[int, ...] = ()) -> str:
    def cells(row: Iterable[str], tag: str) -> str:
        return "".join(
            f"<{tag}{' class=n' if place in numbers else ''}>{cell}</{tag}>" for place, cell in enumerate(row)
        )

    titles = cells(head, "th")
    body = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in rows)
    return f"<table>{f'<tr>{titles}</tr>' if titles else ''}{body}</table>"
