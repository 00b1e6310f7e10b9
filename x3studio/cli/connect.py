"""Connecting and checking: the test runs first, and only what passed it is saved."""

import argparse
from collections.abc import AsyncIterator

from x3studio.cli import output
from x3studio.cli.arguments import (
    Commands,
    Misused,
    above_zero,
    connection_name,
    json_argument,
    read_secrets,
    seconds,
    within,
    workspace_argument,
)
from x3studio.cli.output import Exit
from x3studio.domain.connections import (
    AmazonConnection,
    Dialect,
    Environment,
    ProbeStep,
    Profile,
    SignIn,
    Verdict,
    X3Connection,
)
from x3studio.domain.errors import SettingFault
from x3studio.workspace import AMAZON_SECRETS, X3_SECRETS, Workspace

_SECRETS = {*X3_SECRETS, *AMAZON_SECRETS}
_PLACES = {"base_url", "token_url", "ca_file"}
_MARKS = {Verdict.PASS: "pass", Verdict.FAIL: "FAIL", Verdict.WARN: "warn", Verdict.SKIPPED: "skip"}


def add_parser(commands: Commands) -> None:
    """Adds `connect x3`, `connect amazon` and `check`."""
    connect = commands.add_parser("connect", help="save a connection after its test succeeded")
    systems = connect.add_subparsers(title="systems", metavar="SYSTEM", required=True)
    _x3_arguments(systems.add_parser("x3", help="a folder of Sage X3"))
    _amazon_arguments(systems.add_parser("amazon", help="a seller account in one region"))
    check_parser = commands.add_parser("check", help="test the connections and print what they can do")
    check_parser.add_argument("name", nargs="?", help="one connection; default: all")
    workspace_argument(check_parser)
    json_argument(check_parser)
    check_parser.set_defaults(verb=check)


def connect_x3(parsed: argparse.Namespace) -> int:
    """Tests and saves a connection to one X3 folder."""
    connection = X3Connection(
        name=parsed.name,
        base_url=parsed.base_url,
        folder=parsed.folder,
        dialect=Dialect(parsed.dialect),
        sign_in=SignIn(parsed.auth),
        subject=parsed.subject,
        audience=parsed.audience,
        pool=parsed.pool,
        public_names=_pairs(parsed.public_name, "public-name"),
        environment=Environment(parsed.environment),
        token_url=parsed.token_url,
        ca_file=parsed.ca,
        settle_seconds=parsed.settle,
        slots=parsed.slots,
        reference_fields=_pairs(parsed.reference_field, "reference-field"),
    )
    secrets = read_secrets(parsed.secrets_from, X3_SECRETS, connection=parsed.name)
    return within(parsed, lambda workspace: _test_and_save(workspace, connection, secrets, parsed))


def connect_amazon(parsed: argparse.Namespace) -> int:
    """Tests and saves a connection to one seller account."""
    connection = AmazonConnection(
        name=parsed.name,
        region=parsed.region,
        seller_id=parsed.seller_id,
        marketplaces=tuple(parsed.marketplace),
        base_url=parsed.base_url,
        token_url=parsed.token_url,
    )
    secrets = read_secrets(parsed.secrets_from, AMAZON_SECRETS, connection=parsed.name)
    return within(parsed, lambda workspace: _test_and_save(workspace, connection, secrets, parsed))


def check(parsed: argparse.Namespace) -> int:
    """Probes saved connections again, notes how they fare and prints what they can do."""

    async def work(workspace: Workspace) -> int:
        saved = await workspace.connecting.all()
        names = [entry.connection.name for entry in saved if parsed.name in (None, entry.connection.name)]
        if not names:
            raise SettingFault(
                f"No connection is called {parsed.name}." if parsed.name else "No connection is saved yet.",
                field="name",
                advice="Connect first: x3studio connect x3 … or x3studio connect amazon …",
            )
        tested = [await _check(workspace, name, quiet=parsed.json) for name in names]
        if parsed.json:
            output.result([report for report, _ in tested])
        return max(code for _, code in tested)

    return within(parsed, work)


async def _check(workspace: Workspace, name: str, *, quiet: bool) -> tuple[dict[str, object], Exit]:
    probe = await workspace.connecting.check(name)
    if not quiet:
        output.say(f"{name}:")
    steps = await _show_steps(probe.steps(), quiet=quiet)
    await workspace.connecting.note_test(probe)
    profile = probe.profile
    if not quiet:
        _print_profile(name, profile)
    report = {"name": name, "ok": profile is not None, "steps": steps, **_profile(profile)}
    return report, _code(steps) if profile is None else Exit.DONE


async def _test_and_save(
    workspace: Workspace,
    connection: X3Connection | AmazonConnection,
    secrets: dict[str, str],
    parsed: argparse.Namespace,
) -> int:
    probe = workspace.connecting.probe(connection, secrets)
    steps = await _show_steps(probe.steps(), quiet=parsed.json)
    profile = probe.profile
    if profile is not None:
        await workspace.connecting.save(probe)
    if parsed.json:
        report = {"name": connection.name, "saved": profile is not None, "steps": steps}
        output.result({**report, **_profile(profile)})
    elif profile is None:
        output.say(f"{connection.name} was not saved: its test failed.")
    else:
        _print_profile(connection.name, profile)
        output.say(f"Saved {connection.name}.")
    return _code(steps) if profile is None else Exit.DONE


async def _show_steps(steps: AsyncIterator[ProbeStep], *, quiet: bool) -> list[dict[str, object]]:
    shown: list[dict[str, object]] = []
    async for step in steps:
        if step.verdict in (Verdict.TESTING, Verdict.WAITING):
            continue
        shown.append(
            {
                "key": step.key,
                "title": step.title,
                "verdict": step.verdict.value,
                "found": step.found,
                "said": step.said,
                "advice": step.advice,
                "field": step.field,
                "offers": step.offers,
                "ms": step.milliseconds,
            }
        )
        if quiet:
            continue
        took = f" ({step.milliseconds} ms)" if step.verdict is not Verdict.SKIPPED else ""
        output.say(f"{_MARKS[step.verdict]}  {step.title}: {step.found}{took}")
        for words in (f"it said: {step.said}" if step.said else "", step.advice, ", ".join(step.offers)):
            if words:
                output.say(f"      {words}")
    return shown


def _code(steps: list[dict[str, object]]) -> Exit:
    """The exit code of a failed test: a person is needed where the credential failed, not the way to it."""
    failed = [step for step in steps if step["verdict"] == Verdict.FAIL.value]
    credential = any(
        step["field"] in _SECRETS or (step["key"] == "token" and step["field"] not in _PLACES)
        for step in failed
    )
    return Exit.NEEDS_PERSON if credential else Exit.FAILED


def _profile(profile: Profile | None) -> dict[str, object]:
    if profile is None:
        return {}
    return {
        "dialect": profile.dialect,
        "facts": dict(profile.facts),
        "abilities": [
            {"key": ability.key, "title": ability.title, "usable": ability.usable, "why": ability.why}
            for ability in profile.abilities
        ],
    }


def _print_profile(name: str, profile: Profile | None) -> None:
    if profile is None:
        print(f"{name}: the test failed")
        return
    print(f"{name}: {profile.dialect}")
    for title, fact in profile.facts.items():
        print(f"  {title}: {fact}")
    words = {True: "can", False: "cannot", None: "not tested"}
    for ability in profile.abilities:
        print(f"  {words[ability.usable]}: {ability.title}" + (f" ({ability.why})" if ability.why else ""))


def _pairs(given: list[str], option: str) -> dict[str, str]:
    pairs = {}
    for text in given:
        code, separator, name = text.partition("=")
        if not (separator and code and name):
            raise Misused(
                f"--{option} {text!r} is not of the form SOH=NAME.", field=option, advice="Write SOH=YSOH."
            )
        pairs[code] = name
    return pairs


def _common(parser: argparse.ArgumentParser) -> None:
    workspace_argument(parser)
    json_argument(parser)
    parser.add_argument(
        "--name", type=connection_name, required=True, help="how the connection is called here"
    )
    parser.add_argument("--token-url", default="", help="where tokens are had, if not in the usual place")
    parser.add_argument("--secrets-from", choices=("env", "stdin"), help="default: asked for at the terminal")


def _x3_arguments(parser: argparse.ArgumentParser) -> None:
    _common(parser)
    parser.add_argument("--base-url", required=True, help="https://host:port")
    parser.add_argument("--folder", required=True, help="the folder (dossier), such as SEED")
    parser.add_argument("--dialect", choices=[d.value for d in Dialect], default="auto")
    parser.add_argument("--auth", choices=[s.value for s in SignIn], default="oauth")
    parser.add_argument("--subject", default="", help="JWT: the user the connected application may act as")
    parser.add_argument("--audience", default="", help="JWT: the registered URL, to the byte")
    parser.add_argument("--pool", default="", help="SOAP: alias of the connection pool")
    parser.add_argument("--public-name", action="append", default=[], metavar="SOH=NAME")
    parser.add_argument("--reference-field", action="append", default=[], metavar="SOH=FIELD")
    parser.add_argument("--environment", choices=[e.value for e in Environment], default="test")
    parser.add_argument("--ca", default="", metavar="FILE", help="the company's own certificate authority")
    parser.add_argument(
        "--settle", type=seconds, default=900.0, metavar="SECONDS", help="how long a doubtful write rests"
    )
    parser.add_argument(
        "--slots", type=above_zero, default=2, help="how many calls at a time (X3's pool size)"
    )
    parser.set_defaults(verb=connect_x3)


def _amazon_arguments(parser: argparse.ArgumentParser) -> None:
    _common(parser)
    parser.add_argument("--region", choices=("na", "eu", "fe"), required=True)
    parser.add_argument("--base-url", default="", help="default: Amazon's endpoint of the region")
    parser.add_argument("--seller-id", required=True)
    parser.add_argument("--marketplace", nargs="+", required=True, metavar="M", help="marketplace ids")
    parser.set_defaults(verb=connect_amazon)
