"""Brings what the operating system lacks: installs only what is missing, or says what to type."""

import importlib
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from installer.errand import Errand
from installer.needs import Kind, Need
from installer.voice import Stop, Voice

BUILD_PACKAGES = {"_ctypes": "libffi-dev", "_ssl": "libssl-dev", "_sqlite3": "libsqlite3-dev"}
PACKAGE_LISTS = Path("/var/lib/apt/lists")
INSTALL = ("apt-get", "install", "-y", "--no-install-recommends")
WAIT_FOR_OTHERS = ("-o", "DPkg::Lock::Timeout=120")


def is_present(need: Need) -> bool:
    """Probe one need on this machine."""
    if need.kind is Kind.PROGRAM:
        return (
            shutil.which(need.name, path=os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin"]))
            is not None
        )
    if need.kind is Kind.FILE:
        return Path(need.name).is_file()
    try:
        if need.kind is Kind.LIBRARY:
            # Imported here: a Python without it must live to say so.
            import ctypes

            ctypes.CDLL(need.name)
        else:
            importlib.import_module(need.name)
    except (ImportError, OSError):
        return False
    return True


@dataclass(frozen=True, slots=True)
class Machine:
    """The edges of the system step.

    `prefix` gives the words before an administrator's command, None without that right; `has_lists` tells
    whether apt-get knows any package yet.
    """

    present: Callable[[Need], bool]
    has_apt: bool
    has_lists: bool
    has_sudo: bool
    prefix: Callable[[], tuple[str, ...] | None]
    run: Errand


def this_machine(run: Errand) -> Machine:
    """The machine we run on."""
    sudo = shutil.which("sudo")

    def prefix() -> tuple[str, ...] | None:
        if os.geteuid() == 0:
            return ()
        if sudo and run((sudo, "-n", "true"), "asking for the administrator's right").code == 0:
            return (sudo, "-n")
        return None

    return Machine(
        present=is_present,
        has_apt=shutil.which("apt-get") is not None,
        has_lists=any(PACKAGE_LISTS.glob("*_Packages*")),
        has_sudo=sudo is not None,
        prefix=prefix,
        run=run,
    )


def provide(needs: Sequence[Need], *, machine: Machine, voice: Voice) -> None:
    """Install the packages of all missing needs; Stop where a required one stays missing."""
    missing = [need for need in needs if not machine.present(need)]
    if not missing:
        return
    _refuse_what_no_package_brings(missing)
    packages = sorted({need.package for need in missing})
    required = [need for need in missing if need.required]
    prefix = machine.prefix() if machine.has_apt else None
    if prefix is None:
        if required:
            raise _not_allowed(required, packages=packages, machine=machine)
        voice.say(f"Some tests will be skipped; they need: {' '.join(packages)}")
        return
    voice.say(f"Installing what this system lacks: {' '.join(packages)}")
    failure = _install(packages, prefix=prefix, machine=machine)
    importlib.invalidate_caches()
    still = [need for need in required if not machine.present(need)]
    if still:
        raise Stop(
            f"The system packages could not be installed; still missing: {_names(still)}.\n{failure}",
            advice=f"Check the network connection. By hand it is:\n    {typed(packages, machine=machine)}",
        )
    if failure:
        voice.say("Some tests will be skipped: their system packages could not be installed.")


def typed(packages: Sequence[str], *, machine: Machine) -> str:
    """The one line an administrator types; where the package lists are absent it fetches them first."""
    sudo = ("sudo",) if machine.has_sudo else ()
    install = " ".join((*sudo, *INSTALL, *packages))
    return install if machine.has_lists else " ".join((*sudo, "apt-get", "update", "&&", install))


def _install(packages: Sequence[str], *, prefix: Sequence[str], machine: Machine) -> str:
    """Install, with fresh package lists where they are absent or old; return the last words of a failure."""
    update = (*prefix, "apt-get", "update")
    install = (*prefix, *INSTALL, *WAIT_FOR_OTHERS, *packages)
    if not machine.has_lists:
        machine.run(update, "fetching the package lists")
    outcome = machine.run(install, "installing system packages")
    if outcome.code and machine.has_lists:
        machine.run(update, "fetching the package lists")
        outcome = machine.run(install, "installing system packages")
    return outcome.last_words if outcome.code else ""


def _refuse_what_no_package_brings(missing: Sequence[Need]) -> None:
    own = [need for need in missing if not need.package]
    if not own:
        return
    sources = " ".join(BUILD_PACKAGES[need.name] for need in own if need.name in BUILD_PACKAGES)
    raise Stop(
        f"This Python was built without {_names(own)}.",
        advice="Start with the system's own python3"
        + (
            f", or install {sources} and build this Python again."
            if sources
            else ", or build this Python again."
        ),
    )


def _not_allowed(required: Sequence[Need], *, packages: Sequence[str], machine: Machine) -> Stop:
    title = f"This system lacks {_names(required)}."
    if not machine.has_apt:
        return Stop(
            title,
            advice=f"Install them with this system's own tool; in Debian they are: {' '.join(packages)}",
        )
    line = typed(packages, machine=machine)
    return Stop(title, advice=f"Ask an administrator to type this one line, then start again:\n    {line}")


def _names(needs: Sequence[Need]) -> str:
    return ", ".join(need.name for need in needs)
