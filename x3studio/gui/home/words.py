"""The morning's facts in words: figures for the cards, next steps, the lines of a flow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from x3studio.domain.monitor import CaseState
from x3studio.domain.outbox import OutboxRecord, Stage
from x3studio.domain.runs import FINAL, Run, RunState
from x3studio.gui.home import settlements
from x3studio.gui.home.data import HomeData
from x3studio.gui.states import CHECKED, LATE, NOT_SET_UP, STAGE, State, clock, counted
from x3studio.gui.theme import Tone
from x3studio.gui.widgets.numbers import Figure
from x3studio.store import SavedConnection
from x3studio.sync.schedule import Plan

_UNPROVEN = State("circle-dot", "Written, not read back", Tone.LIVE)
_MOST_SETTLEMENTS = 2
_SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$"}


@dataclass(frozen=True, slots=True)
class NextStep:
    """Something only a person can do; `page` and `record` say where."""

    state: State
    title: str
    detail: str
    action: str
    page: str
    record: str = ""


def figures(data: HomeData) -> tuple[Figure, ...]:
    """The five numbers, in the order of the page."""
    return (
        _orders(data),
        _exceptions(data),
        Figure("scale", "Stock differences", "–", NOT_SET_UP, "No flow compares stock yet"),
        settlements.figure(data.settlements, data.at),
        _credentials(data),
    )


def next_steps(data: HomeData) -> list[NextStep]:
    """What waits for a person, most pressing first."""
    steps = [step for saved in data.connections if (step := _connection_step(saved)) is not None]
    if data.start.delivered:
        # Before that the first steps say so.
        for side, key, there in (
            ("Sage X3", "new:x3", data.start.x3),
            ("Amazon", "new:amazon", data.start.amazon),
        ):
            if not there:
                state = State("plug", "Not connected", Tone.IDLE)
                steps.append(
                    NextStep(
                        state, f"Connect {side}", "Its flows stand still.", "Connect", "connections", key
                    )
                )
    for state, title, detail, action, record in settlements.waiting(data.settlements)[:_MOST_SETTLEMENTS]:
        steps.append(NextStep(state, title, detail, action, "settlements", record))
    unmapped = data.unmapped
    if unmapped.orders:
        skus = counted(unmapped.skus, "SKU") if unmapped.skus else "the SKUs"
        title = f"Map {skus}, then replay {counted(unmapped.orders, 'waiting order')}"
        detail = f"Cause: no X3 item for SKU{_worth(unmapped.worth)}"
        warn = State("triangle-alert", "Unmapped", Tone.WARN)
        steps.append(NextStep(warn, title, detail, "Open workbench", "mapping"))
    if unmapped.buyers:
        title = f"Choose X3 customers, then replay {counted(unmapped.buyers, 'waiting order')}"
        state = State("triangle-alert", "Unmapped", Tone.WARN)
        detail = "Cause: no X3 customer for the buyer or the marketplace"
        steps.append(NextStep(state, title, detail, "Open cause", "exceptions"))
    for group in data.groups:
        if group.cause != "mapping":
            detail = (
                f"{counted(group.count, 'record')}{_worth(group.worth)}, since {day(group.first_at, data.at)}"
            )
            state = State("circle-dot", "Open", Tone.BAD)
            steps.append(NextStep(state, group.title, detail, "Open cause", "exceptions", group.fingerprint))
    return steps


def flow_lines(run: Run | None, *, subtitle: str, now: datetime, plan: Plan | None = None) -> tuple[str, str]:
    """Two lines below a flow's state: what came of it, and when it ran and runs next."""
    next_ = f" · {next_run(plan, now=now)}" if plan is not None and plan.due is not None else ""
    if run is None:
        return subtitle, f"It has not run yet{next_}"
    counts = run.counts
    parts = [f"{counts.read:,} read", f"{counts.confirmed:,} confirmed by read-back"]
    if counts.in_doubt:
        parts.append(f"{counts.in_doubt:,} in doubt")
    first = run.reason or ", ".join(parts)
    began = run.started_at or run.queued_at
    second = f"Run {run.id:,}, {day(began, now)} {clock(began)} by {run.started_by}"
    if run.state in FINAL and run.ended_at and run.started_at:
        second += f" · took {span(run.ended_at - run.started_at)}"
    elif run.state is RunState.QUEUED:
        second += " · waits for its turn"
    return first, ("Dry run · " if run.dry_run else "") + second + next_


def next_run(plan: Plan, *, now: datetime) -> str:
    """ "next 07:45", "next 22 Nov 06:00", "due now", "no schedule"."""
    if plan.due is None:
        return "no schedule"
    if plan.due <= now:
        return "due now"
    named = day(plan.due, now)
    return f"next {'' if named == 'today' else named + ' '}{clock(plan.due)}"


def document_state(record: OutboxRecord) -> State:
    """How far a record has come; one that X3 took counts as proven only once it was read back."""
    if record.stage is not Stage.DONE:
        return STAGE[record.stage]
    return STAGE[Stage.DONE].saying("Confirmed") if record.confirmed else _UNPROVEN


def minutes_to_x3(record: OutboxRecord) -> str | None:
    """Minutes from the moment an order was read until X3 held it, read back where that is done."""
    if record.stage is not Stage.DONE or record.seen_at is None or record.changed_at is None:
        return None
    return f"{(record.changed_at - record.seen_at).total_seconds() / 60:,.1f}"


def span(length: timedelta) -> str:
    """ "41 s", "52 min", "3 h", "2 days"."""
    seconds = max(int(length.total_seconds()), 0)
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min"
    if seconds < 48 * 3600:
        return f"{seconds // 3600} h"
    return f"{seconds // 86400} days"


def day(at: datetime, now: datetime) -> str:
    """ "today", "yesterday", or "19 Nov", in the reader's own time zone."""
    here, today = at.astimezone(), now.astimezone().date()
    if here.date() == today:
        return "today"
    if here.date() == today - timedelta(days=1):
        return "yesterday"
    return f"{here.day} {here:%b}"


def greeting(now: datetime, who: str) -> str:
    """By the reader's own clock."""
    hour = now.astimezone().hour
    part = "morning" if 4 <= hour < 12 else "afternoon" if 12 <= hour < 18 else "evening"
    return f"Good {part}, {who}"


def _orders(data: HomeData) -> Figure:
    waiting = data.waiting
    figure = f"{waiting.count:,}"
    if waiting.oldest is None:
        return Figure(
            "shopping-cart", "Orders waiting over 30 min", figure, CHECKED, f"none, checked {clock(data.at)}"
        )
    note = f"oldest has waited {span(data.at - waiting.oldest)}"
    return Figure("shopping-cart", "Orders waiting over 30 min", figure, LATE, note)


def _exceptions(data: HomeData) -> Figure:
    number, fresh = data.unsolved, data.cases.get(CaseState.NEW, 0)
    if not number:
        return Figure("triangle-alert", "Exceptions", "0", CHECKED, f"none open, checked {clock(data.at)}")
    state = State("circle-x", f"{fresh:,} new", Tone.BAD) if fresh else State("clock", "Open", Tone.WARN)
    oldest = min((group.first_at for group in data.groups), default=data.at)
    largest = max((group.count for group in data.groups), default=0)
    share = f"{largest:,} of one cause, " if largest > 1 else ""
    return Figure(
        "triangle-alert", "Exceptions", f"{number:,}", state, f"{share}oldest {span(data.at - oldest)}"
    )


def _credentials(data: HomeData) -> Figure:
    expired = [saved for saved in data.connections if saved.state == "expired"]
    away = [saved for saved in data.connections if saved.state == "unreachable"]
    if not data.connections:
        return Figure("key-round", "Credentials", "–", NOT_SET_UP, "No connection yet")
    if expired:
        first = expired[0]
        note = f"{first.connection.name} expired {day(first.since, data.at)}"
        return Figure(
            "key-round", "Credentials", f"{len(expired)}", State("circle-x", "Expired", Tone.BAD), note
        )
    if away:
        note = f"{away[0].connection.name} not reachable since {clock(away[0].since)}"
        return Figure("key-round", "Credentials", "0", State("cloud-off", "Unreachable", Tone.BAD), note)
    untested = sum(saved.state == "untested" for saved in data.connections)
    if untested:
        state = State("circle-dashed", "Not tested", Tone.IDLE)
        return Figure(
            "key-round", "Credentials", "0", state, f"{counted(untested, 'connection')} not tested yet"
        )
    number = counted(len(data.connections), "connection")
    return Figure("key-round", "Credentials", "0", CHECKED, f"{number} signed in")


def _connection_step(saved: SavedConnection) -> NextStep | None:
    name = saved.connection.name
    if saved.state == "expired":
        state = State("key-round", "Expired", Tone.BAD)
        detail = f"Its flows have been paused since {_since(saved)}"
        return NextStep(
            state, f"Paste the new client secret for {name}", detail, "Open form", "connections", name
        )
    if saved.state == "unreachable":
        state = State("cloud-off", "Not reachable", Tone.BAD)
        detail = f"No answer since {_since(saved)}; its flows try again by themselves"
        return NextStep(
            state, f"See why {name} does not answer", detail, "Open connection", "connections", name
        )
    return None


def _since(saved: SavedConnection) -> str:
    here = saved.since.astimezone()
    return f"{here.day} {here:%b, %H:%M}"


def _worth(worth: Mapping[str, Decimal]) -> str:
    amounts: Sequence[str] = [
        f"{_SYMBOLS.get(currency, currency)} {amount:,.2f}" for currency, amount in worth.items() if amount
    ]
    return f", worth {' and '.join(amounts)}" if amounts else ""
