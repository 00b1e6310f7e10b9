"""The proof sheet as an auditor files it: facts, checks, groups, journals, repaired lines, signatures."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from html import escape
from zoneinfo import ZoneInfo

from x3studio.domain.bookkeeping import Explanation
from x3studio.domain.paper import INK, STYLE, facts, heading, signatures, table
from x3studio.domain.repairs import Repair
from x3studio.domain.settlements import Account, Check, JournalPart, Proof, Verdict
from x3studio.domain.sheets import Sheet
from x3studio.settlement.figures import grouped
from x3studio.settlement.verdicts import Standing, found, standing, together


def proof_html(sheet: Sheet, *, title: str) -> str:
    """The sheet as the body of a page; `title` is the company's name."""
    proof = sheet.proof
    if proof is None:
        return f"<h1>{escape(title)}</h1><p>{escape(sheet.entry.why)}</p>"
    zone = ZoneInfo(proof.zone)
    return "".join(
        (
            f"<style>{STYLE}</style>",
            _head(sheet, proof, title, zone),
            heading("Checks"),
            _checks(proof, sheet, zone),
            _repaired(sheet.repair) if sheet.repair is not None else "",
            heading("Groups"),
            _groups(proof),
            *(_journal(part, place, sheet, proof) for place, part in enumerate(proof.parts)),
            _foot(sheet),
        )
    )


def _head(sheet: Sheet, proof: Proof, title: str, zone: ZoneInfo) -> str:
    entry, header, posting = sheet.entry, proof.header, sheet.posting
    where = ""
    if posting is not None and entry.numbers:
        where = f"{', '.join(entry.numbers)} in {posting.folder}{', a test folder' if posting.test else ''}"
    told = [
        ("Settlement", entry.settlement_id),
        ("Marketplace", entry.marketplace or "none named"),
        ("Period", f"{_day(header.start, zone)} to {_day(header.end, zone)}"),
        (
            "Deposit",
            f"{_day(header.deposit, zone)}, {grouped(header.total, header.currency)} {header.currency}",
        ),
        ("Lines", f"{proof.rows:,}, months end at midnight in {proof.zone}"),
        ("Journals in X3", where or "not posted"),
        ("Posted by", f"{posting.who}, {_day(posting.at, zone)}" if posting and posting.who else "–"),
        ("File", f"{entry.file_name}, {'added by hand' if entry.by_hand else 'from Amazon'}"),
    ]
    return (
        f'<p class="muted">{escape(title)}</p>'
        f"<h1>Proof sheet of settlement {escape(entry.settlement_id)}</h1>"
        f"<p>{_inked(together(proof.checks, sheet.explanations), strong=True)}</p>{facts(told)}"
    )


def _inked(said: Standing, *, strong: bool) -> str:
    weight = "; font-weight:600" if strong else ""
    return f'<span style="color:{INK[said.tone]}{weight}">{escape(said.word)}</span>'


def _checks(proof: Proof, sheet: Sheet, zone: ZoneInfo) -> str:
    currency = proof.header.currency
    rows = [_check(check, sheet.explanations.get(check.id), currency, zone) for check in proof.checks]
    head = ("No.", "Check", "What was found", "Figure", "Verdict")
    return table(head, rows, widths=(7, 24, 43, 14, 12), right=(3,))


def _check(check: Check, explained: Explanation | None, currency: str, zone: ZoneInfo) -> tuple[str, ...]:
    words = escape(found(check))
    if check.line is not None:
        words += f' <span class="muted">Line {check.line:,}.</span>'
    if explained is not None and explained.words:
        by = f"{explained.who}, {_day(explained.at, zone)}"
        words += f"<br>&ldquo;{escape(explained.words)}&rdquo; <span class='muted'>{escape(by)}</span>"
    elif explained is not None and explained.owner:
        words += f"<br><span class='muted'>With {escape(explained.owner)}.</span>"
    verdict = _inked(standing(check, explained), strong=check.verdict is not Verdict.NOT_APPLICABLE)
    title = f'<span style="font-weight:600">{escape(check.title)}</span>'
    return (check.id, title, words, escape(_figure(check, currency)), verdict)


def _repaired(repair: Repair) -> str:
    rows = [
        (f"{touch.line:,}", escape(column), escape(before), escape(after))
        for touch in repair.mend.touches
        for column, before, after in touch.told(repair.mend.columns)
    ]
    return (
        heading("Repaired lines")
        + f"<p>{escape(repair.words)} {escape(repair.mend.proof)} The archived file stays as it came.</p>"
        + table(("Line", "Column", "As it came", "As it is read"), rows, widths=(9, 25, 33, 33), right=())
    )


def _groups(proof: Proof) -> str:
    currency = proof.header.currency
    rows = [
        (
            escape(total.group.title),
            escape(total.account.code if total.account else "several"),
            f"{total.rows:,}",
            grouped(total.amount, currency),
        )
        for total in proof.groups
    ]
    rows += [
        (f"In no group: {escape(str(triple))}", "", "", grouped(amount, currency))
        for triple, amount in proof.unmapped
    ]
    rows.append(("<b>Together</b>", "", f"{proof.rows:,}", f"<b>{grouped(proof.sum, currency)}</b>"))
    head = ("Group", "Account", "Rows", f"Amount, {currency}")
    return table(head, rows, widths=(52, 18, 12, 18), right=(2, 3))


def _journal(part: JournalPart, place: int, sheet: Sheet, proof: Proof) -> str:
    currency, posting = proof.header.currency, sheet.posting
    planned = posting.parts[place] if posting is not None and place < len(posting.parts) else None
    told = f", {planned.reference}, {planned.number or 'not posted'}" if planned is not None else ""
    rows: list[tuple[str, ...]] = [
        (
            escape(line.account.code if line.account else "none"),
            escape(_dimensions(line.account)),
            escape(line.text),
            grouped(line.debit, currency) if line.debit else "",
            grouped(line.credit, currency) if line.credit else "",
        )
        for line in part.lines
    ]
    debit = sum((line.debit for line in part.lines), Decimal(0))
    credit = sum((line.credit for line in part.lines), Decimal(0))
    sums = (f"<b>{grouped(amount, currency)}</b>" for amount in (debit, credit))
    rows.append(("", "", "<b>Together</b>", *sums))
    head = ("Account", "Dimensions", "Text", f"Debit, {currency}", f"Credit, {currency}")
    month = date.fromisoformat(f"{part.month}-01")
    return heading(f"Journal of {month:%B %Y}{told}") + table(
        head, rows, widths=(12, 18, 38, 16, 16), right=(3, 4)
    )


def _foot(sheet: Sheet) -> str:
    entry = sheet.entry
    return (
        f'<p class="small">SHA-256 of this sheet {escape(sheet.digest)}<br>'
        f"SHA-256 of the file {escape(entry.digest)}</p>"
        + signatures("Checked by, date", "Approved by, date")
    )


def _day(moment: datetime | None, zone: ZoneInfo) -> str:
    """ "9 Nov 2026", in the settlement's own zone."""
    if moment is None:
        return "–"
    there = moment.astimezone(zone)
    return f"{there.day} {there:%b %Y}"


def _figure(check: Check, currency: str) -> str:
    try:
        return grouped(Decimal(check.figure), currency)
    except InvalidOperation:
        return check.figure


def _dimensions(account: Account | None) -> str:
    return ", ".join(value for _, value in account.dimensions) if account else ""
