"""Schedules, and the unattended runner that keeps them."""

import argparse
import asyncio

from x3studio.cli import output
from x3studio.cli.arguments import (
    Commands,
    flow_name,
    json_argument,
    within,
    workspace_argument,
    zero_or_more,
)
from x3studio.cli.output import Exit
from x3studio.cli.run import outcome
from x3studio.domain.errors import StudioError
from x3studio.domain.runs import Run
from x3studio.sync.schedule import Plan
from x3studio.workspace import Workspace, flow_names


def add_parser(commands: Commands) -> None:
    """Adds `schedule show|set|serve`."""
    verbs = commands.add_parser("schedule", help="when flows run by themselves").add_subparsers(
        title="verbs", metavar="VERB", required=True
    )
    showing = verbs.add_parser("show", help="the schedule of each flow")
    showing.set_defaults(verb=show)
    setting = verbs.add_parser("set", help="run a flow every so many minutes; 0 switches it off")
    setting.add_argument("flow", type=flow_name, metavar="FLOW", help=", ".join(flow_names()))
    setting.add_argument("--every", type=zero_or_more, required=True, metavar="MINUTES")
    setting.add_argument(
        "--missed", choices=("once", "skip"), default="once", help="what becomes of runs missed meanwhile"
    )
    setting.add_argument("--route", metavar="AMAZON>X3", help="which connections, where several would do")
    setting.set_defaults(verb=set_schedule)
    serving = verbs.add_parser("serve", help="keep the schedules until told to end")
    serving.set_defaults(verb=serve)
    for parser in (showing, setting, serving):
        workspace_argument(parser)
        json_argument(parser)


def show(parsed: argparse.Namespace) -> int:
    """Prints the schedules."""

    async def work(workspace: Workspace) -> int:
        plans = await workspace.scheduling.plans()
        if parsed.json:
            output.result([_as_dict(plan) for plan in plans])
        else:
            output.table(
                ("Flow", "Route", "Every minutes", "Missed runs", "Next"),
                [
                    (plan.flow, plan.route, plan.every_minutes or "off", plan.missed, _when(plan))
                    for plan in plans
                ],
            )
        return Exit.DONE

    return within(parsed, work)


def set_schedule(parsed: argparse.Namespace) -> int:
    """Changes one schedule."""

    async def work(workspace: Workspace) -> int:
        plan = await workspace.scheduling.set(
            parsed.flow, every_minutes=parsed.every, missed=parsed.missed, route=parsed.route
        )
        if parsed.json:
            output.result(_as_dict(plan))
        elif plan.every_minutes:
            print(f"{plan.flow} runs every {plan.every_minutes} minutes while the runner serves.")
        else:
            print(f"{plan.flow} runs only when asked to.")
        return Exit.DONE

    return within(parsed, work)


def _as_dict(plan: Plan) -> dict[str, object]:
    return {
        "flow": plan.flow,
        "route": plan.route,
        "every_minutes": plan.every_minutes,
        "missed": plan.missed,
        "next": plan.due,
    }


def _when(plan: Plan) -> str:
    return f"{plan.due.astimezone():%Y-%m-%d %H:%M}" if plan.due else ""


def serve(parsed: argparse.Namespace) -> int:
    """Runs what is due, until it is told to end; being told so is how it ends well."""

    def report(run: Run) -> None:
        if parsed.json:
            output.line(outcome(run))
        else:
            output.say(f"Run {run.id} of {run.flow}: {run.state}. {run.reason}")

    def failed(fault: StudioError, what: str) -> None:
        output.say(f"Could not {what}; it is tried again at its next time.")
        output.complain(fault)

    async def work(workspace: Workspace) -> int:
        # Personal data that is due is erased beside them.
        output.say("Keeping the schedules. Ctrl+C ends.")
        try:
            await asyncio.gather(
                workspace.scheduling.keep(report, failed=failed), workspace.retention.keep(failed=failed)
            )
        except asyncio.CancelledError:
            output.say("Ended as asked. What is due meanwhile is caught up when it serves again.")
        return Exit.DONE

    return within(parsed, work)
