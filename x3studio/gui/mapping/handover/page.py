"""The handover report as rich text: how far, what is open, by which rules, decided by whom."""

from collections.abc import Mapping, Sequence
from html import escape

from x3studio.domain.bookkeeping import AccountRule
from x3studio.domain.mappings import CodePair, CustomerPair
from x3studio.domain.paper import STYLE, facts, heading, signatures, table
from x3studio.domain.workbench import ConflictCode
from x3studio.gui.mapping.vocabulary import CONFLICTS, KINDS, STATES, money
from x3studio.workbench.coverage import Bar
from x3studio.workspace.handover import Handover

_HAND, _RULE, _LEFT = "#2F9E66", "#5661DA", "#E2E5EB"
_TITLE = 44
_ENVIRONMENTS = {"test": "TEST", "prod": "LIVE"}
MEANINGS: Mapping[ConflictCode, str] = {
    ConflictCode.EAN_CHECK: "The check digit of an EAN is wrong, or a spreadsheet has damaged the number.",
    ConflictCode.EAN_SHARED: "One EAN stands on several items or several offers.",
    ConflictCode.EAN_DISAGREE: "The EAN is the same, brand or size are not.",
    ConflictCode.PACK: "Title, price or weight speak for another pack factor.",
    ConflictCode.UNIT: "Sales unit and stock unit do not give whole pieces.",
    ConflictCode.INACTIVE: "The item cannot be sold, or is unknown at the site.",
    ConflictCode.N_TO_1: "Several SKUs stand for one item, and nobody has said why.",
    ConflictCode.ONE_TO_N: "A bundle: several items make one SKU.",
    ConflictCode.CROSS_MKT: "The same SKU stands for different items in different marketplaces.",
    ConflictCode.PARENT: "The head of a variation family cannot be sold.",
    ConflictCode.FBA_QTY: "Amazon stocks it; its quantity must not be sent.",
    ConflictCode.PRICE: "The prices are too far apart.",
    ConflictCode.TEXT: "Spaces, letters that look alike, or a key that is too long.",
    ConflictCode.LOTSER: "X3 wants a lot or serial number that the order does not carry.",
    ConflictCode.BPC_BLOCKED: "X3 has blocked the customer.",
    ConflictCode.BPC_CURRENCY: "The customer has another currency.",
    ConflictCode.BPC_TAX: "The customer's tax rule does not fit where the goods go.",
    ConflictCode.BPC_SHARED: "One customer stands for several currencies.",
    ConflictCode.STALE: "X3's data were old when it was decided.",
    ConflictCode.SIZE: "The sizes differ.",
    ConflictCode.COLOUR: "The colours differ.",
    ConflictCode.VAT_DISAGREE: "The VAT numbers differ.",
    ConflictCode.COUNTRY: "The countries differ.",
    ConflictCode.VANISHED: "X3 no longer has what was chosen.",
    ConflictCode.ADDRESS: "The addresses differ.",
    ConflictCode.ADDRESS_RIVAL: "The address fits another record better.",
}
"""What each conflict means to somebody who was not there."""


def handover_page(report: Handover, *, domains: Mapping[str, str]) -> str:
    """The report as rich text for a QTextDocument; `domains` names marketplaces by their id."""
    return "".join(
        (
            f"<style>{STYLE}</style>",
            f'<p class="muted">{escape(report.title)}</p><h1>Handover of the mapping</h1>',
            facts(_facts(report, domains)),
            heading("Coverage"),
            _coverage(report),
            heading("Open risks"),
            _risks(report),
            heading(f"Not decided yet: {report.open_count:,}"),
            _open(report),
            heading("Customers"),
            _customers(report.kept.customers, domains),
            *_codes(report.kept.codes, domains),
            heading("Accounts of the settlements"),
            _accounts(report.kept.accounts, domains),
            heading("Rules"),
            _rules(report),
            heading("Who decided"),
            _deciders(report),
            _closing(report),
        )
    )


def _facts(report: Handover, domains: Mapping[str, str]) -> Sequence[tuple[str, str]]:
    folders = ", ".join(f"{folder} ({_ENVIRONMENTS.get(kind, kind)})" for folder, kind in report.kept.folders)
    places = ", ".join(domains.get(place, place) for place in report.kept.marketplaces)
    looks = report.kept.looks
    agreed = (
        f"{looks.agreed:,} of {looks.judged:,} came out the same" if looks.judged else "none was judged twice"
    )
    return (
        ("X3 folder", folders or "none connected"),
        ("Marketplaces", places or "none connected"),
        ("As of", f"{report.at:%d %B %Y, %H:%M} UTC"),
        ("Blind second looks", f"{agreed}, {looks.waiting:,} wait" if looks.waiting else agreed),
    )


def _coverage(report: Handover) -> str:
    found = report.coverage
    measure = "Listing price times stock" if found.worth_is_estimated else "Revenue, 90 days"
    bars = (
        ("Records", found.records, _count),
        ("Order lines, 90 days", found.lines, _count),
        (f"{measure}, {found.currency}", found.worth, money),
    )
    rows = [
        (
            name,
            _bar(bar),
            *(
                (f"<b>{bar.share:.1%}</b>", *map(shown, (bar.by_hand, bar.by_rule, bar.total)))
                if bar.total
                else ("–", "", "", "none known")
            ),
        )
        for name, bar, shown in bars
    ]
    states = ", ".join(f"{STATES[state].word} {count:,}" for state, count in report.states)
    weighed = "order lines" if found.lines.total else "revenue"
    more = f"{found.more:,} more records give {found.aim:.0%} of the {weighed}." if found.more else ""
    return (
        table(
            ("", "", "Mapped", "By hand", "By rule", "Of"),
            rows,
            widths=(25, 21, 10, 15, 14, 15),
            right=(2, 3, 4, 5),
        )
        + f'<p class="small">{escape(states)}. {escape(more)}</p>'
    )


def _bar(bar: Bar) -> str:
    """Three coloured cells; at least a sliver where there is anything."""
    whole = bar.total or 1
    hand = round(100 * bar.by_hand / whole)
    rule = round(100 * bar.by_rule / whole)
    parts = ((hand, _HAND), (rule, _RULE), (max(100 - hand - rule, 0), _LEFT))
    cells = "".join(
        f'<td class="plain" width="{width}%" bgcolor="{colour}" style="font-size:3pt">&nbsp;</td>'
        for width, colour in parts
        if width
    )
    return f'<table width="100%" cellspacing="0" cellpadding="0"><tr>{cells}</tr></table>'


def _risks(report: Handover) -> str:
    if not report.risks:
        return "<p>None.</p>"
    currency = report.coverage.currency
    rows = [
        (f"<b>{CONFLICTS[risk.code].word}</b>", MEANINGS[risk.code], _count(risk.records), money(risk.worth))
        for risk in report.risks
    ]
    head = ("Conflict", "What it means", "Records", f"Revenue, {currency}")
    return table(head, rows, widths=(16, 52, 12, 20), right=(2, 3))


def _open(report: Handover) -> str:
    if not report.open:
        return "<p>Every record is decided.</p>"
    currency = report.coverage.currency
    rows = [
        (
            f"<b>{escape(one.code)}</b>",
            escape(_short(one.title)),
            escape(STATES[one.state].word),
            _count(one.lines),
            money(one.worth),
        )
        for one in report.open
    ]
    left = report.open_count - len(report.open)
    more = f'<p class="small">And {left:,} more with less revenue.</p>' if left else ""
    head = ("SKU", "Amazon title", "State", "Order lines", f"Revenue, {currency}")
    return table(head, rows, widths=(20, 42, 14, 10, 14), right=(3, 4)) + more


def _customers(pairs: Sequence[CustomerPair], domains: Mapping[str, str]) -> str:
    own = sum(bool(pair.vat_number) for pair in pairs)
    rows = [
        (
            escape(domains.get(pair.marketplace, pair.marketplace) or "everywhere"),
            escape(pair.channel or "any"),
            f"<b>{escape(pair.bpcnum)}</b>",
        )
        for pair in pairs
        if not pair.vat_number
    ]
    said = f'<p class="small">{own:,} business buyers have a customer of their own.</p>' if own else ""
    if not rows:
        return said or "<p>None is mapped.</p>"
    return table(("Marketplace", "Channel", "X3 customer"), rows, widths=(40, 30, 30), right=()) + said


def _codes(pairs: Sequence[CodePair], domains: Mapping[str, str]) -> Sequence[str]:
    found = []
    for kind in dict.fromkeys(pair.kind for pair in pairs):
        rows = [
            (
                f"<b>{escape(pair.code)}</b>",
                escape(domains.get(pair.marketplace, pair.marketplace) or "everywhere"),
                f"<b>{escape(pair.target)}</b>",
                escape(", ".join(f"{name} {value}" for name, value in pair.details)),
            )
            for pair in pairs
            if pair.kind is kind
        ]
        found.append(heading(KINDS[kind][0]))
        found.append(
            table(("Amazon", "Marketplace", "X3", "Further"), rows, widths=(28, 22, 24, 26), right=())
        )
    return found


def _accounts(rules: Sequence[AccountRule], domains: Mapping[str, str]) -> str:
    if not rules:
        return "<p>None is set.</p>"
    rows = [
        (
            escape(rule.group),
            escape(_only_for(rule, domains)),
            f"<b>{escape(rule.account.code)}</b>",
            escape(rule.account.tax_code),
            escape(", ".join(f"{name} {value}" for name, value in rule.account.dimensions)),
            escape(rule.who),
        )
        for rule in rules
    ]
    head = ("Group", "Only for", "Account", "Tax code", "Dimensions", "Set by")
    return table(head, rows, widths=(26, 18, 14, 10, 18, 14), right=())


def _only_for(rule: AccountRule, domains: Mapping[str, str]) -> str:
    place = domains.get(rule.marketplace, rule.marketplace)
    return ", ".join(filter(None, (place, rule.channel, rule.line)))


def _rules(report: Handover) -> str:
    if not report.kept.rules:
        return "<p>No rule decided anything.</p>"
    rows = [
        (
            f"<b>{use.rule.name}</b>",
            escape(use.rule.title or use.rule.text),
            "" if use.rule.active else "resting",
            escape(use.rule.who),
            _count(use.decided),
        )
        for use in report.kept.rules
    ]
    return table(
        ("Rule", "What it says", "", "Made by", "Decided"), rows, widths=(10, 52, 10, 16, 12), right=(4,)
    )


def _deciders(report: Handover) -> str:
    if not report.kept.deciders:
        return "<p>Nothing is decided yet.</p>"
    rows = [
        (
            f"<b>{escape(one.who)}</b>",
            _count(one.decisions),
            _count(one.rejected),
            f"{one.first:%d %b %Y %H:%M}",
            f"{one.last:%d %b %Y %H:%M}",
        )
        for one in report.kept.deciders
    ]
    head = ("Person", "Decisions", "No counterpart", "First, UTC", "Last, UTC")
    return table(head, rows, widths=(32, 14, 16, 19, 19), right=(1, 2))


def _closing(report: Handover) -> str:
    return (
        f'<p class="small">SHA-256 of the project {report.kept.project}<br>'
        "A project file exported from the same state carries the same hash.</p>"
        + signatures("Consultant, date", "Customer, date")
    )


def _short(title: str) -> str:
    """As much of a title as one line holds: a row in two lines may be torn by the end of a page."""
    return title if len(title) <= _TITLE else f"{title[: _TITLE - 2].rstrip()} ..."


def _count(number: int) -> str:
    return f"{number:,}"
