"""One action on many records: first a plan that shows what it would do, then one step."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from x3studio.domain.errors import SettingFault
from x3studio.domain.mappings import Judgement
from x3studio.domain.workbench import Confidence, Key, Mark, conflicts_in
from x3studio.store import Tables
from x3studio.workbench import Deck, families, patterns, plans
from x3studio.workspace.workbench import deciding
from x3studio.workspace.workbench.values import Bulk, BulkAction, Choice, Done, Plan, PlanRow

_MARKS = {
    BulkAction.ASSIGN: Mark.OWNER,
    BulkAction.CHANNEL: Mark.CHANNEL,
    BulkAction.PUSH: Mark.PUSH,
    BulkAction.EXCLUDE: Mark.EXCLUDED,
    BulkAction.TAG: Mark.LINK,
}
_KIT = "kit"


def plan(deck: Deck, bulk: Bulk, keys: Sequence[Key]) -> Plan:
    """What the action would do with these records."""
    chosen = _CHOSEN[bulk.action](deck, bulk, keys)
    choices = () if bulk.action in _MARKS else tuple(_choice(deck, bulk, row) for row in chosen.rows)
    worst = plans.worst_first(deck, chosen.rows)
    packs = {choice.key: choice.pack for choice in choices}
    return Plan(
        kind=deck.kind,
        bulk=bulk,
        choices=choices,
        keys=tuple(deck.key(row) for row in chosen.rows) if bulk.action in _MARKS else (),
        worth=int(deck.worths[chosen.rows].sum()) if chosen.rows else 0,
        currency=deck.currency,
        worst=tuple(_plan_row(deck, row, packs) for row in worst),
        left_out=chosen.left_out,
        sample=tuple(deck.key(row) for row in plans.sampled(chosen.rows)) if choices else (),
        rule=_rule_text(bulk),
        title=_title(bulk, len(chosen.rows)),
    )


def carry_out(tables: Tables, plan: Plan) -> Done:
    """Writes a plan as one step; decisions carry the number of the rule that took them."""
    if plan.bulk.action in _MARKS:
        value = plan.bulk.value or ("1" if plan.bulk.action is BulkAction.EXCLUDE else "")
        if not plan.keys:
            return Done(plan.kind, ())
        return deciding.mark(tables, plan.kind, plan.keys, _MARKS[plan.bulk.action], value)
    if not plan.choices:
        return Done(plan.kind, ())
    rule = tables.rules.named(plan.kind, plan.rule, title=plan.title, who=deciding.who())
    done = deciding.decide(
        tables, plan.choices, reason=plan.bulk.reason or plan.title, title=plan.title, rule=rule
    )
    if plan.sample:
        ids = dict(zip(done.keys, range(done.decision, done.decision + done.count), strict=True))
        asked = [(key, ids[key]) for key in plan.sample]
        tables.second_looks.ask(plan.kind, asked, purpose="sample")
    return done


def may_push(deck: Deck, key: Key) -> bool:
    """Whether this record's quantity may be sent to Amazon."""
    row = deck.row_of(key)
    return row >= 0 and plans.may_push(deck, row)


def _choice(deck: Deck, bulk: Bulk, row: int) -> Choice:
    pack = _pack(deck.packs[row])
    choice = Choice(deck.kind, deck.key(row), deck.targets[row], pack)
    match bulk.action:
        case BulkAction.REJECT:
            return replace(choice, target="", pack=Decimal(1), judgement=Judgement.REJECTED)
        case BulkAction.SET_PACK:
            return replace(choice, pack=_factor(bulk.value))
        case BulkAction.RULE:
            return replace(choice, pack=patterns.parse(bulk.value).factor)
        case BulkAction.CUSTOMER | BulkAction.TARGET:
            return replace(choice, target=bulk.value, pack=Decimal(1))
    return choice


def _pack(text: str) -> Decimal:
    return Decimal(text) if text and text != _KIT else Decimal(1)


def _factor(text: str) -> Decimal:
    factor = patterns.number(text)
    if factor is None:
        raise SettingFault(f"{text!r} is no pack factor.", field="value", advice="Give a number above zero.")
    return factor


def _plan_row(deck: Deck, row: int, packs: Mapping[Key, Decimal]) -> PlanRow:
    record = deck.record(row)
    return PlanRow(
        key=record.key,
        title=record.title,
        target=record.target,
        pack=packs.get(record.key, _pack(record.pack)),
        worth=record.worth,
        band=Confidence(record.band),
        confidence=record.confidence,
        words=", ".join(conflicts_in(record.conflicts)),
    )


def _accepted(deck: Deck, bulk: Bulk, keys: Sequence[Key]) -> plans.Sorted:
    return plans.acceptable(deck, keys, with_conflicts=bulk.with_conflicts)


def _all(deck: Deck, bulk: Bulk, keys: Sequence[Key]) -> plans.Sorted:
    del bulk
    return plans.rows_of(deck, keys)


def _targeted(deck: Deck, bulk: Bulk, keys: Sequence[Key]) -> plans.Sorted:
    del bulk
    return plans.targeted(deck, keys)


def _pushed(deck: Deck, bulk: Bulk, keys: Sequence[Key]) -> plans.Sorted:
    return plans.pushable(deck, keys) if bulk.value else plans.rows_of(deck, keys)


def _tied(deck: Deck, bulk: Bulk, keys: Sequence[Key]) -> plans.Sorted:
    """Any records; a tie of too many is a mistake."""
    known = plans.rows_of(deck, keys)
    if bulk.value and len(known.rows) > families.MOST:
        raise SettingFault(
            f"{len(known.rows):,} records are no family.",
            field="value",
            advice=f"Check up to {families.MOST} records that belong together, then tie them.",
        )
    return known


def _by_pattern(deck: Deck, bulk: Bulk, keys: Sequence[Key]) -> plans.Sorted:
    """Records that the pattern fits and that have a target; a conflict about the pack is what it solves."""
    rule = patterns.parse(bulk.value)
    known = plans.rows_of(deck, [key for key in keys if rule.fits(key.code)])
    rows = [row for row in known.rows if deck.targets[row]]
    missing = len(known.rows) - len(rows)
    return plans.Sorted(rows, ((plans.NO_CANDIDATE, missing),) if missing else ())


_CHOSEN: Mapping[BulkAction, Callable[[Deck, Bulk, Sequence[Key]], plans.Sorted]] = {
    BulkAction.ACCEPT: _accepted,
    BulkAction.REJECT: _all,
    BulkAction.SET_PACK: _targeted,
    BulkAction.RULE: _by_pattern,
    BulkAction.ASSIGN: _all,
    BulkAction.CHANNEL: _all,
    BulkAction.PUSH: _pushed,
    BulkAction.EXCLUDE: _all,
    BulkAction.TAG: _tied,
    BulkAction.CUSTOMER: _all,
    BulkAction.TARGET: _all,
}


def _rule_text(bulk: Bulk) -> str:
    return bulk.value if bulk.action is BulkAction.RULE else f"{bulk.action}:{bulk.value}"


def _title(bulk: Bulk, count: int) -> str:
    words = {
        BulkAction.ACCEPT: "Accept the first candidate",
        BulkAction.REJECT: "No counterpart in X3",
        BulkAction.SET_PACK: f"Pack factor {bulk.value}",
        BulkAction.RULE: patterns.parse(bulk.value).words if bulk.action is BulkAction.RULE else "",
        BulkAction.ASSIGN: f"Owner {bulk.value}",
        BulkAction.CHANNEL: f"Channel {bulk.value}",
        BulkAction.PUSH: "Quantities may be sent" if bulk.value else "Quantities may not be sent",
        BulkAction.EXCLUDE: "Excluded",
        BulkAction.TAG: f"Family {bulk.value}" if bulk.value else "No family",
        BulkAction.CUSTOMER: f"Customer {bulk.value}",
        BulkAction.TARGET: f"All stand for {bulk.value}",
    }
    return f"{words[bulk.action]} ({count:,})"
