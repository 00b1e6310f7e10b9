"""The accounts a person mapped to groups, read from a small CSV: group, account, tax code."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from x3studio.domain.errors import SettingFault
from x3studio.domain.settlements import CLEARING, ROLLOVER, Account, Group
from x3studio.settlement.vocabulary import starting_groups

_SIZE = 1 << 20
_OWN = {CLEARING: CLEARING, ROLLOVER: ROLLOVER, "roll-over": ROLLOVER, "deposit": CLEARING}


def read_accounts(path: Path, *, groups: Mapping[str, Group] | None = None) -> dict[str, Account]:
    """Accounts by group id, "clearing" and "rollover" included; groups are named by id or title.

    Commas, semicolons or tabs; a first row of column names is optional.
    Errors: SettingFault (field "accounts") for an unreadable file, an unknown group or a group named twice.
    """
    names = _names(groups or starting_groups())
    found: dict[str, Account] = {}
    for number, row in _rows(path):
        name = row[0].strip()
        group = names.get(name.casefold())
        if group is None:
            raise _fault(
                f"Line {number} of {path.name} names the group {name!r}, which does not exist.",
                "Use the names that settlement show prints, or clearing and rollover.",
            )
        if group in found:
            raise _fault(
                f"Line {number} of {path.name} maps {name!r} again.", "Keep one line for each group."
            )
        account = row[1].strip() if len(row) > 1 else ""
        if account:
            found[group] = Account(account, row[2].strip() if len(row) > 2 else "")
    return found


def _names(groups: Mapping[str, Group]) -> dict[str, str]:
    by_title = {group.title.casefold(): group.id for group in groups.values()}
    return {**by_title, **{group.casefold(): group for group in groups}, **_OWN}


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    try:
        with path.open("rb") as file:
            raw = file.read(_SIZE + 1)
    except OSError as fault:
        raise _fault(
            f"The accounts file {path.name} cannot be read: {fault.strerror or fault}.", "Check the path."
        ) from fault
    if len(raw) > _SIZE:
        raise _fault(f"The accounts file {path.name} is too large.", "It needs one line for each group.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        rows = [(reader.line_num, row) for row in reader if row and row[0].strip()]
    except csv.Error as fault:
        raise _fault(f"The accounts file {path.name} is no CSV: {fault}.", "Save it as CSV again.") from fault
    if rows and rows[0][1][0].strip().casefold() == "group":
        del rows[0]
    return rows


def _fault(title: str, advice: str) -> SettingFault:
    return SettingFault(title, field="accounts", advice=advice)
