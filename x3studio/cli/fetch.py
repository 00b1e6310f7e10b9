"""Filling the local masters, from the connections or from a file."""

import argparse
from datetime import datetime
from pathlib import Path
from typing import Any

from x3studio.cli import output
from x3studio.cli.arguments import Commands, json_argument, within, workspace_argument
from x3studio.cli.output import Exit
from x3studio.workspace import FETCHABLE, Workspace

_FROM_FILES = ("items", "customers", "listings", "sales")


def add_parser(commands: Commands) -> None:
    """Adds `fetch`."""
    parser = commands.add_parser(
        "fetch", help="read items, customers, listings, sales ... into the workspace"
    )
    parser.add_argument("kind", choices=FETCHABLE)
    parser.add_argument("--full", action="store_true", help="everything, not only what changed")
    parser.add_argument(
        "--report", action="store_true", help="listings by Amazon's report: quick, less of each"
    )
    parser.add_argument("--file", type=Path, help=f"read a CSV or Excel file of {', '.join(_FROM_FILES)}")
    parser.add_argument("--look", action="store_true", help="only say what the file seems to be")
    parser.add_argument(
        "--role", action="append", default=[], metavar="FIELD=COLUMN", help="which column of the file is what"
    )
    parser.add_argument("--decimal-mark", choices=(".", ","), help="of the file's numbers")
    parser.add_argument("--marketplace", default="", help="of rows that name none")
    workspace_argument(parser)
    json_argument(parser)
    parser.set_defaults(verb=fetch, parser=parser)


def fetch(parsed: argparse.Namespace) -> int:
    """Reads what has changed since the last time, or takes a file over."""
    if parsed.file is not None:
        if parsed.kind not in _FROM_FILES:
            parsed.parser.error(f"{parsed.kind} cannot come from a file; {', '.join(_FROM_FILES)} can")
        return within(parsed, lambda workspace: _from_file(workspace, parsed))
    if parsed.look or parsed.role or parsed.decimal_mark:
        parsed.parser.error("--look, --role and --decimal-mark go with --file")
    return within(parsed, lambda workspace: _from_connection(workspace, parsed))


async def _from_connection(workspace: Workspace, parsed: argparse.Namespace) -> int:
    def waiting(operation: str, until: datetime) -> None:
        output.say(f"Amazon lets {operation} go on at {until.astimezone():%H:%M:%S}")

    fetched = await workspace.masters.fetch(
        parsed.kind,
        full=parsed.full,
        by_report=parsed.report,
        progress=lambda read: output.say(f"{read} rows of {parsed.kind} read"),
        waiting=waiting,
    )
    await workspace.masters_came()
    for name in fetched.hidden:
        output.say(f"{name} is not published by this X3")
    if parsed.json:
        output.result(
            {
                "kind": parsed.kind,
                "read": fetched.rows,
                "beside": fetched.beside,
                "removed": fetched.removed,
                "not_published": list(fetched.hidden),
            }
        )
    else:
        print(f"{fetched.rows} {parsed.kind} read.")
    return Exit.DONE


async def _from_file(workspace: Workspace, parsed: argparse.Namespace) -> int:
    roles = dict(_role(text, parsed) for text in parsed.role)
    found = (await workspace.masters.sniff(parsed.file, parsed.kind)).with_columns(roles)
    if parsed.decimal_mark:
        found = found.with_decimal_mark(parsed.decimal_mark)
    columns = {field: found.header[place] for field, place in found.columns.items()}
    form = f"{found.encoding}, delimiter {found.delimiter!r}, " if found.encoding else ""
    output.say(f"{found.path.name}: {form}decimal mark {found.decimal_mark!r}")
    output.say("columns: " + ", ".join(f"{field} = {name}" for field, name in columns.items()))
    shown: dict[str, Any] = {
        "kind": parsed.kind,
        "file": str(found.path),
        "encoding": found.encoding,
        "delimiter": found.delimiter,
        "decimal_mark": found.decimal_mark,
        "columns": columns,
    }
    damages, rows = found.damages, None
    if not parsed.look:
        taken = await workspace.masters.take_over(
            found,
            marketplace=parsed.marketplace,
            progress=lambda read: output.say(f"{read} rows of {parsed.file.name} read"),
        )
        await workspace.masters_came()
        damages, rows = taken.damages, taken.rows
        shown |= {"read": taken.rows, "removed": taken.removed}
    for damage in damages:
        output.say(f"{damage.count} {damage.words} ({'; '.join(damage.examples)})")
    if parsed.json:
        shown["damages"] = [
            {"code": it.code, "words": it.words, "rows": it.count, "examples": list(it.examples)}
            for it in damages
        ]
        output.result(shown)
    elif rows is not None:
        print(f"{rows} {parsed.kind} read.")
    return Exit.DONE


def _role(text: str, parsed: argparse.Namespace) -> tuple[str, str]:
    field, equals, column = text.partition("=")
    if not equals:
        parsed.parser.error(f"{text!r} is no FIELD=COLUMN")
    return field.strip(), column.strip()
