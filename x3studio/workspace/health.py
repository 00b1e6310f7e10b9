"""The state of the machine, the workspace and its connections, fit to be shown and to be sent to support."""

import platform
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from x3studio import __version__
from x3studio.domain.connections import Verdict
from x3studio.domain.errors import StudioError, VaultFault
from x3studio.store import Tables
from x3studio.vault import open_vault
from x3studio.workspace.retention import erasures_in, keeping_in
from x3studio.workspace.workspace import Workspace

_PACKAGES = ("PySide6-Essentials", "httpx", "sqlcipher3-wheels", "sqlite-utils", "keyring")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. It never holds a secret or a buyer's data."""

    what: str
    good: bool
    found: str
    advice: str = ""


def machine() -> list[Finding]:
    """What the program runs on."""
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return [
        Finding("Program", True, f"X3 Studio {__version__}"),
        Finding("System", True, f"{platform.system()} {platform.release()}, {platform.machine()}"),
        Finding("Python", (3, 11) <= sys.version_info[:2] <= (3, 13), platform.python_version()),
        Finding("Packages", True, packages),
        _keyring(),
    ]


def _keyring() -> Finding:
    try:
        vault = open_vault("health")
    except VaultFault as fault:
        return Finding("Secrets", False, fault.title, fault.advice)
    return Finding("Secrets", True, f"kept in {vault.kind}")


def unopened(fault: StudioError) -> Finding:
    """A workspace that could not be opened, and why."""
    words = " ".join(part for part in (fault.title, fault.said) if part)
    return Finding("Workspace file", False, words, fault.advice)


async def examine(workspace: Workspace) -> AsyncIterator[Finding]:
    """Looks at the file, the clock and each connection."""
    complaints = await workspace.store.integrity()
    yield Finding(
        "Workspace file",
        not complaints,
        "; ".join(complaints) or f"sound, {workspace.path.stat().st_size:,} bytes",
        "Restore the newest backup beside the file." if complaints else "",
    )
    yield await workspace.store.read(_personal_data)
    zone = time.strftime("%Z %z")
    yield Finding("Clock", time.time() > 1_700_000_000, f"{time.strftime('%Y-%m-%d %H:%M')} {zone}")
    for saved in await workspace.connecting.all():
        async for finding in _connection(workspace, saved.connection.name):
            yield finding


def _personal_data(tables: Tables) -> Finding:
    """Whether anything is kept beyond its time, and when it was erased last."""
    before = datetime.now(UTC) - timedelta(days=keeping_in(tables).buyers_days)
    left, moving = tables.outbox.holding(before=before)
    last = next(iter(erasures_in(tables)), None)
    told = f"erased last {last.at:%Y-%m-%d %H:%M} UTC" if last else "nothing was erased yet"
    going = f", {moving} on their way" if moving else ""
    return Finding(
        "Personal data",
        not left,
        f"{left} records beyond their time{going}; {told}",
        "Run 'x3studio erase', or leave the window or 'x3studio schedule serve' open." if left else "",
    )


async def _connection(workspace: Workspace, name: str) -> AsyncIterator[Finding]:
    try:
        probe = await workspace.connecting.check(name)
        async for step in probe.steps():
            if step.verdict not in (Verdict.TESTING, Verdict.WAITING):
                good = step.verdict is not Verdict.FAIL
                words = " ".join(part for part in (step.found, step.said) if part)
                yield Finding(f"{name}: {step.title}", good, words, step.advice)
    except StudioError as fault:
        yield Finding(name, False, fault.title, fault.advice)


def as_text(findings: list[Finding]) -> str:
    """The findings for people."""
    lines = []
    for finding in findings:
        lines.append(f"{'ok ' if finding.good else 'BAD'}  {finding.what}: {finding.found}")
        if finding.advice:
            lines.append(f"       {finding.advice}")
    return "\n".join(lines) + "\n"


def write_bundle(path: Path, findings: list[Finding]) -> None:
    """The support bundle: these findings as text, nothing else. Raises StudioError where it cannot."""
    try:
        path.write_text(as_text(findings), encoding="utf-8")
    except OSError as fault:
        raise StudioError(
            f"{path} cannot be written.", advice="Choose another place.", said=fault.strerror or ""
        ) from fault
