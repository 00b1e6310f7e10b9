"""Deciding, marking, undoing: each is durable when it returns, and is kept with what was on the table."""

import getpass
import json
from collections.abc import Iterable, Mapping, Sequence

from x3studio.domain.errors import SettingFault
from x3studio.domain.mappings import Decision, ItemPair, Judgement
from x3studio.domain.workbench import Key, Kind, Mark, RecordState
from x3studio.store import Tables
from x3studio.store.pairs import kind_of
from x3studio.store.steps import Step
from x3studio.workbench.drift import bits_of
from x3studio.workbench.evidence import Evidence
from x3studio.workspace.workbench import against
from x3studio.workspace.workbench.values import Choice, Done, LogEntry

_MOST_FREED = 10_000
_MARK_STATES = {Mark.UNSURE: RecordState.UNSURE, Mark.EXCLUDED: RecordState.EXCLUDED}


def who() -> str:
    """The person at this machine."""
    return getpass.getuser()


def decide(
    tables: Tables,
    choices: Sequence[Choice],
    *,
    reason: str = "",
    title: str = "",
    rule: str = "",
    seen: Mapping[tuple[Kind, Key], Evidence] | None = None,
) -> Done:
    """Records choices as one step, with what was on the table when they were made."""
    entries = [(choice.pair(), choice.judgement) for choice in choices]
    kind = choices[0].kind
    stamp, ids = tables.mappings.record_step(entries, who=who(), title=title, rule=rule, reason=reason)
    _keep_provenance(tables, choices, stamp.step, ids, seen or {})
    against.keep(tables, choices, ids)
    keys = tuple(choice.key for choice in choices)
    return Done(
        kind=kind,
        keys=keys,
        step=stamp.step,
        decision=ids[0],
        count=len(ids),
        freed=freed(tables, kind, keys),
        title=title or keys[0].code,
    )


def _keep_provenance(
    tables: Tables,
    choices: Sequence[Choice],
    step: int,
    ids: Sequence[int],
    seen: Mapping[tuple[Kind, Key], Evidence],
) -> None:
    """Candidates as they were found, and the evidence as it was shown."""
    kind = choices[0].kind
    run = tables.lookups.last_run(kind)
    tables.provenance.keep(kind, step, model=run.model if run else "")
    tables.provenance.keep_evidence(
        (_evidence_text(shown), bits_of(shown.conflicts), id)
        for choice, id in zip(choices, ids, strict=True)
        if (shown := seen.get((choice.kind, choice.key))) is not None
    )


def _evidence_text(evidence: Evidence) -> str:
    rows = [[row.field, row.amazon, row.x3, row.verdict.value, row.points] for row in evidence.rows]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def mark(tables: Tables, kind: Kind, keys: Sequence[Key], mark: Mark, value: str) -> Done:
    """Gives records a mark as one step; "" takes it away."""
    title = keys[0].code if len(keys) == 1 else f"{len(keys)} records"
    step = tables.steps.begin(
        "mark", who=who(), kind=kind.value, title=title, count=len(keys), reason=f"{mark.value}={value}"
    )
    tables.marks.put(kind, [(key, value) for key in keys], mark, who=who(), step=step)
    return Done(kind, tuple(keys), step=step, count=len(keys), title=title)


def undo(tables: Tables) -> Done | None:
    """Takes this person's last step back; None where there is none left."""
    while (step := tables.steps.to_undo(who())) is not None:
        by = tables.steps.begin("undo", who=who(), kind=step.kind, title=step.title, of=step.id)
        done = _take_back(tables, step, step.id, by)
        if done.keys:
            tables.steps.note_undone(step.id, by=by)
            return done
        # Everything in it was taken back one by one: nothing to see, so the step before it is meant.
        tables.steps.skip(step.id, by=by)
    return None


def redo(tables: Tables) -> Done | None:
    """Brings back what this person's last undo took; None where there is none left."""
    step = tables.steps.to_redo(who())
    if step is None or step.undone_by is None:
        return None
    by = tables.steps.begin("redo", who=who(), kind=step.kind, title=step.title, of=step.id)
    done = _take_back(tables, step, step.undone_by, by)
    tables.steps.note_undone(step.id, by=None)
    return done


def revert(tables: Tables, step_id: int) -> Done:
    """Takes one step back, whenever it was taken; later decisions keep standing."""
    step = tables.steps.get(step_id)
    if step is None:
        raise SettingFault(f"There is no step {step_id}.", field="id", advice="The log lists them.")
    by = tables.steps.begin("revert", who=who(), kind=step.kind, title=step.title, of=step.id)
    return _take_back(tables, step, step.id, by)


def revert_decision(tables: Tables, decision: int) -> Done:
    """Takes one decision back, be it one of thousands of its step."""
    found = tables.mappings.take_back([decision], who=who())
    return _done(tables, found, step=tables.mappings.step_of(found[0]) if found else 0, title="")


def _take_back(tables: Tables, step: Step, source: int, by: int) -> Done:
    """Reverts whatever `source` changed, in the step `by`."""
    found = tables.mappings.take_back_in(by, tables.mappings.of_step(source), who=who())
    marked = tables.marks.take_back(source, who=who(), by=by)
    done = _done(tables, found, step=by, title=step.title)
    if not marked:
        return done
    kinds = {kind for kind, _ in marked}
    keys = (*done.keys, *(key for _, key in marked))
    return Done(kinds.pop(), keys, step=by, decision=done.decision, count=len(keys), title=step.title)


def _done(tables: Tables, ids: Sequence[int], *, step: int, title: str) -> Done:
    keys = tables.mappings.keys_of(ids)
    kind = kind_of(keys[0][0]) if keys else Kind.ITEMS
    only = tuple(key for _, key in keys)
    return Done(kind, only, step=step, decision=min(ids, default=0), count=len(only), title=title)


def freed(tables: Tables, kind: Kind, keys: Iterable[Key]) -> tuple[str, ...]:
    """The references of orders that waited for these records."""
    waiting = tables.boards.waiting()
    if kind is Kind.ITEMS:
        subjects = [key.code for key in keys if key.code in waiting]
    elif kind is Kind.CUSTOMERS:
        subjects = [subject for key in keys for subject in waiting if _answers(key, subject)]
    else:
        return ()
    found: list[str] = []
    for subject in subjects:
        found += tables.exceptions.references(cause="mapping", subject=subject)
    return tuple(dict.fromkeys(found[:_MOST_FREED]))


def _answers(key: Key, subject: str) -> bool:
    if key.vat_number:
        return subject == key.vat_number
    marketplace, _, channel = subject.partition("/")
    return key.marketplace in ("", marketplace) and key.channel in ("", channel) and "/" in subject


def log(tables: Tables, *, limit: int) -> list[LogEntry]:
    """The last steps that stand, in words."""
    return [_entry(tables, step) for step in tables.steps.log(limit=limit).rows]


def _entry(tables: Tables, step: Step) -> LogEntry:
    kind = Kind(step.kind) if step.kind else None
    words, state = _told(tables, step)
    title = step.title if step.count == 1 else f"{step.count:,} {_NOUNS.get(kind, 'records')}"
    return LogEntry(step.id, step.at, step.who, kind, state, title, words, step.count, step.rule)


_NOUNS: Mapping[Kind | None, str] = {
    Kind.ITEMS: "SKUs",
    Kind.CUSTOMERS: "kinds of buyers",
    Kind.FEES: "groups",
}


def _told(tables: Tables, step: Step) -> tuple[str, RecordState]:
    if step.act == "mark":
        name, _, value = step.reason.partition("=")
        state = _MARK_STATES.get(Mark(name), RecordState.CANDIDATES)
        return (name.replace("_", " ").capitalize() if value else f"No longer {name}"), state
    decision = tables.mappings.first_of_step(step.id)
    if decision is None:
        return step.reason, RecordState.NOT_LOOKED_UP
    if step.count > 1:
        return step.rule or step.reason or step.title, RecordState.BY_RULE if step.rule else _state(decision)
    return words_of(decision), _state(decision)


def words_of(decision: Decision) -> str:
    """What was chosen, in a word or two."""
    pair = decision.pair
    if decision.judgement is Judgement.WITHDRAWN:
        return "Taken back"
    if decision.judgement is Judgement.REJECTED:
        return "No item" if isinstance(pair, ItemPair) else "No counterpart"
    if isinstance(pair, ItemPair):
        if pair.components:
            return f"{len(pair.components)} items"
        return pair.itmref if pair.pack_factor == 1 else f"{pair.itmref} x {pair.pack_factor.normalize():f}"
    return getattr(pair, "bpcnum", "") or getattr(pair, "target", "")


def _state(decision: Decision) -> RecordState:
    if decision.judgement is Judgement.REJECTED:
        return RecordState.REJECTED
    if decision.judgement is Judgement.WITHDRAWN:
        return RecordState.CANDIDATES
    if isinstance(decision.pair, ItemPair) and decision.pair.components:
        return RecordState.KIT
    return RecordState.BY_RULE if decision.rule else RecordState.ACCEPTED
