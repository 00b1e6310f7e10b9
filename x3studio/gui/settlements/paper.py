"""The proof sheet as an auditor files it: facts, every check with its words, groups, journals, signatures."""

from html import escape

from x3studio.domain.bookkeeping import Explanation
from x3studio.domain.settlements import Check, JournalPart, Proof, Verdict
from x3studio.domain.sheets import Sheet
from x3studio.gui.paper import INK, STYLE, facts, signatures, table
from x3studio.gui.settlements.journal import month_words
from x3studio.gui.settlements.words import (
    check_figure,
    day,
    dimensions,
    figure,
    found,
    proof_state,
    side,
    standing,
)


def proof_page(sheet: Sheet, *, title: str) -> str:
    """The sheet as rich text for a QTextDocument; `title` is the company's name."""
    proof = sheet.proof
    if proof is None:
        return f"<h1>{escape(title)}</h1><p>{escape(sheet.entry.why)}</p>"
    parts = [
        f"<style>{STYLE}</style>",
        _head(sheet, proof, title),
        "<h2>Checks</h2>",
        _checks(proof, sheet),
        "<h2>Groups</h2>",
        _groups(proof),
        *(_journal(part, place, sheet, proof) for place, part in enumerate(proof.parts)),
        _foot(sheet),
    ]
    return "".join(parts)


def _head(sheet: Sheet, proof: Proof, title: str) -> str:
    entry, header = sheet.entry, proof.header
    state = proof_state(proof.checks, sheet.explanations)
    posting = sheet.posting
    where = ""
    if posting is not None and entry.numbers:
        where = f"{', '.join(entry.numbers)} in {posting.folder}{', a test folder' if posting.test else ''}"
    told = [
        ("Settlement", entry.settlement_id),
        ("Marketplace", entry.marketplace or "none named"),
        ("Period", f"{day(header.start, year=True)} to {day(header.end, year=True)}"),
        (
            "Deposit",
            f"{day(header.deposit, year=True)}, {figure(header.total, header.currency)} {header.currency}",
        ),
        ("Lines", f"{proof.rows:,}, months end at midnight in {proof.zone}"),
        ("Journals in X3", where or "not posted"),
        ("Posted by", f"{posting.who}, {day(posting.at, year=True)}" if posting and posting.who else "–"),
        ("File", f"{entry.file_name}, {'added by hand' if entry.by_hand else 'from Amazon'}"),
    ]
    verdict = f'<span style="color:{INK[state.tone]}; font-weight:600">{escape(state.word)}</span>'
    return (
        f'<p class="muted">{escape(title)}</p>'
        f"<h1>Proof sheet of settlement {escape(entry.settlement_id)}</h1>"
        f"<p>{verdict}</p>{facts(told)}"
    )


def _checks(proof: Proof, sheet: Sheet) -> str:
    currency = proof.header.currency
    rows = [_check(check, sheet.explanations.get(check.id), currency) for check in proof.checks]
    head = ("No.", "Check", "What was found", "Figure", "Verdict")
    return table(head, rows, widths=(7, 24, 43, 14, 12), right=(3,))


def _check(check: Check, explained: Explanation | None, currency: str) -> tuple[str, ...]:
    state = standing(check, explained)
    words = escape(found(check))
    if check.line is not None:
        words += f' <span class="muted">Line {check.line:,}.</span>'
    if explained is not None and explained.words:
        by = f"{explained.who}, {day(explained.at, year=True)}"
        words += f"<br>&ldquo;{escape(explained.words)}&rdquo; <span class='muted'>{escape(by)}</span>"
    elif explained is not None and explained.owner:
        words += f"<br><span class='muted'>With {escape(explained.owner)}.</span>"
    strong = "font-weight:600" if check.verdict is not Verdict.NOT_APPLICABLE else ""
    verdict = f'<span style="color:{INK[state.tone]};{strong}">{escape(state.word)}</span>'
    title = f'<span style="font-weight:600">{escape(check.title)}</span>'
    return (check.id, title, words, escape(check_figure(check, currency) or ""), verdict)


def _groups(proof: Proof) -> str:
    currency = proof.header.currency
    rows = [
        (
            escape(total.group.title),
            escape(total.account.code if total.account else "several"),
            f"{total.rows:,}",
            figure(total.amount, currency),
        )
        for total in proof.groups
    ]
    rows += [
        (f"In no group: {escape(str(triple))}", "", "", figure(amount, currency))
        for triple, amount in proof.unmapped
    ]
    rows.append(("<b>Together</b>", "", f"{proof.rows:,}", f"<b>{figure(proof.sum, currency)}</b>"))
    head = ("Group", "Account", "Rows", f"Amount, {currency}")
    return table(head, rows, widths=(52, 18, 12, 18), right=(2, 3))


def _journal(part: JournalPart, place: int, sheet: Sheet, proof: Proof) -> str:
    currency, posting = proof.header.currency, sheet.posting
    planned = posting.parts[place] if posting is not None and place < len(posting.parts) else None
    told = f", {planned.reference}, {planned.number or 'not posted'}" if planned is not None else ""
    rows: list[tuple[str, ...]] = [
        (
            escape(line.account.code if line.account else "none"),
            escape(dimensions(line.account)),
            escape(line.text),
            side(line.debit, currency) or "",
            side(line.credit, currency) or "",
        )
        for line in part.lines
    ]
    sums = [sum(amounts) for amounts in zip(*((line.debit, line.credit) for line in part.lines), strict=True)]
    rows.append(("", "", "<b>Together</b>", *(f"<b>{figure(amount, currency)}</b>" for amount in sums)))
    head = ("Account", "Dimensions", "Text", f"Debit, {currency}", f"Credit, {currency}")
    return f"<h2>Journal of {month_words(part.month)}{escape(told)}</h2>" + table(
        head, rows, widths=(12, 18, 38, 16, 16), right=(3, 4)
    )


def _foot(sheet: Sheet) -> str:
    entry = sheet.entry
    return (
        f'<p class="small">SHA-256 of this sheet {escape(sheet.digest)}<br>'
        f"SHA-256 of the file {escape(entry.digest)}</p>"
        + signatures("Checked by, date", "Approved by, date")
    )
