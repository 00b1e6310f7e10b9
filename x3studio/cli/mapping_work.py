"""The workbench's verbs from the command line: decide, undo, redo, look up, re-check, log."""

import argparse
from collections.abc import Callable, Coroutine
from typing import Any

from x3studio.cli import output
from x3studio.cli.arguments import within
from x3studio.cli.output import Exit
from x3studio.domain.errors import SettingFault
from x3studio.domain.workbench import Key, Kind
from x3studio.workspace import Workspace
from x3studio.workspace.workbench.values import Choice, Done

_VAT = "vat:"


def add_verbs(add: Callable[..., argparse.ArgumentParser]) -> tuple[argparse.ArgumentParser, ...]:
    """Adds what needs the workbench; `add` makes a verb."""
    undoing = add("undo", help="take back the last step, or one decision by its ID")
    undoing.add_argument("id", nargs="?", type=int)
    undoing.set_defaults(verb=undo)
    redoing = add("redo", help="bring back what the last undo took")
    redoing.set_defaults(verb=redo)
    looking = add("look-up", help="search the fetched masters for candidates")
    checking = add("recheck", help="reopen decisions that the masters no longer bear out")
    logging = add("log", help="the last steps; each can be undone by itself with 'revert'")
    logging.add_argument("--limit", type=int, default=20, metavar="N")
    logging.set_defaults(verb=log)
    reverting = add("revert", help="take back one step of the log, however long ago")
    reverting.add_argument("step", type=int)
    reverting.set_defaults(verb=revert)
    for parser, verb in ((looking, look_up), (checking, recheck)):
        parser.add_argument("--kind", choices=("items", "customers"), default="items")
        parser.set_defaults(verb=verb)
    return undoing, redoing, looking, checking, logging, reverting


def key_of(kind: Kind, text: str, marketplace: str) -> Key:
    """The record that a person names: a SKU or code; of buyers MARKETPLACE/CHANNEL or vat:NUMBER."""
    if kind is not Kind.CUSTOMERS:
        return Key(text, marketplace)
    if text.casefold().startswith(_VAT):
        return Key("", marketplace, "", text[len(_VAT) :])
    place, _, channel = text.partition("/")
    return Key("", place, channel)


def decide(parsed: argparse.Namespace, choice: Choice) -> int:
    """Records one decision and says its number."""

    async def work(workspace: Workspace) -> int:
        done = await workspace.workbench.decide([choice])
        if parsed.json:
            output.result(_told(done) | {"judgement": choice.judgement.value})
        else:
            print(f"Decision {done.decision} is saved.")
            if done.freed:
                print(f"{len(done.freed)} orders waited for it: x3studio replay takes them up.")
        return Exit.DONE

    return within(parsed, work)


def undo(parsed: argparse.Namespace) -> int:
    """Takes back this person's last step, or one decision; what stood before it stands again."""

    async def work(workspace: Workspace) -> Done | None:
        if parsed.id is None:
            return await workspace.workbench.undo()
        if not await workspace.workbench.knows(parsed.id):
            raise SettingFault(
                f"There is no decision {parsed.id}.",
                field="id",
                advice="Without a number the last step is meant.",
            )
        return await workspace.workbench.revert_decision(parsed.id)

    return _taken(parsed, work, nothing="There is nothing to take back.")


def redo(parsed: argparse.Namespace) -> int:
    """Brings back what the last undo took."""
    return _taken(
        parsed, lambda workspace: workspace.workbench.redo(), nothing="There is nothing to bring back."
    )


def revert(parsed: argparse.Namespace) -> int:
    """Takes one step of the log back."""
    return _taken(
        parsed,
        lambda workspace: workspace.workbench.revert(parsed.step),
        nothing="It does not count any more.",
    )


def look_up(parsed: argparse.Namespace) -> int:
    """Searches the masters for every record."""

    async def work(workspace: Workspace) -> int:
        count = await workspace.workbench.match(Kind(parsed.kind), progress=_progress)
        output.end_progress()
        deck = await workspace.workbench.deck(Kind(parsed.kind))
        told: dict[str, int] = {}
        for row in range(deck.count):
            word = deck.state(row).word
            told[word] = told.get(word, 0) + 1
        if parsed.json:
            output.result({"looked_up": count, "states": told})
        else:
            print(f"{count:,} records looked up.")
            output.table(("State", "Records"), sorted(told.items()))
        return Exit.DONE

    return within(parsed, work)


def recheck(parsed: argparse.Namespace) -> int:
    """Compares every decision with the masters; reopened ones need a person."""

    async def work(workspace: Workspace) -> int:
        found = await workspace.workbench.recheck(Kind(parsed.kind), progress=_progress)
        output.end_progress()
        reopened = [
            {
                "key": " ".join(filter(None, each.key)),
                "decision": each.decision,
                "conflict": each.code.value,
                "reason": each.reason,
            }
            for each in found.reopened
        ]
        if parsed.json:
            output.result({"checked": found.checked, "reopened": reopened, "settled": len(found.settled)})
        else:
            print(f"{found.checked:,} decisions checked, {len(reopened):,} reopened.")
            for each in reopened:
                print(f"{each['key']}: {each['reason']}")
        return Exit.NEEDS_PERSON if reopened else Exit.DONE

    return within(parsed, work)


def log(parsed: argparse.Namespace) -> int:
    """Lists the last steps that stand."""

    async def work(workspace: Workspace) -> int:
        entries = await workspace.workbench.log(parsed.limit)
        if parsed.json:
            output.result(
                [
                    {
                        "step": entry.id,
                        "at": entry.at.isoformat(),
                        "who": entry.who,
                        "kind": entry.kind.value if entry.kind else "",
                        "title": entry.title,
                        "words": entry.words,
                        "count": entry.count,
                        "rule": entry.rule,
                    }
                    for entry in entries
                ]
            )
            return Exit.DONE
        rows = [
            (entry.id, f"{entry.at:%d %b %H:%M}", entry.who, entry.title, entry.words) for entry in entries
        ]
        output.table(("Step", "At", "Who", "Records", "Chosen"), rows)
        return Exit.DONE

    return within(parsed, work)


def _taken(
    parsed: argparse.Namespace,
    act: Callable[[Workspace], Coroutine[Any, Any, Done | None]],
    *,
    nothing: str,
) -> int:
    async def work(workspace: Workspace) -> int:
        done = await act(workspace)
        if done is None or not done.keys:
            raise SettingFault(nothing, field="id", advice="x3studio map log lists what stands.")
        if parsed.json:
            output.result(_told(done) | {"judgement": await workspace.workbench.judgement(done.decision)})
        else:
            many = f"{done.count:,} records" if done.count > 1 else " ".join(filter(None, done.keys[0]))
            print(f"{many}: done, recorded as step {done.step}.")
        return Exit.DONE

    return within(parsed, work)


def _told(done: Done) -> dict[str, object]:
    return {"id": done.decision, "step": done.step, "count": done.count, "freed": list(done.freed)}


def _progress(done: int, total: int, words: str) -> None:
    output.progress(words, done=done, of=total)
