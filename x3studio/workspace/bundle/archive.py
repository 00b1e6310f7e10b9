"""A project in one file: named members with their hashes, read within bounds and never unpacked to disk."""

import hashlib
import json
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from x3studio.domain.errors import SettingFault
from x3studio.workspace.whole_file import whole_file

FORMAT = 1
MANIFEST = "manifest.json"
_MOST_MEMBERS = 64
_MOST_BYTES = 200_000_000
_BLOCK = 1 << 20
_EARLIEST = (1980, 1, 1, 0, 0, 0)
_BROKEN = (OSError, EOFError, BadZipFile, zlib.error, ValueError, KeyError, TypeError, RuntimeError)
"""What zipfile and json raise for files that are damaged, encrypted or no archive at all."""


def write(path: Path, members: Mapping[str, bytes], *, facts: Mapping[str, Any]) -> str:
    """Writes the members under a manifest, all or nothing; returns the hash of the whole.

    Equal members make equal files, byte by byte. Raises SettingFault where it cannot.
    """
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in sorted(members.items())}
    whole = fingerprint(hashes)
    manifest = {"format": FORMAT, **facts, "members": hashes, "project": whole}
    with whole_file(path) as unfinished, ZipFile(unfinished, "w", ZIP_DEFLATED) as archive:
        _add(archive, MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1).encode())
        for name, data in sorted(members.items()):
            _add(archive, name, data)
    return whole


def read(path: Path) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The manifest's facts and the members it names; whatever else the file holds is not looked at.

    Raises SettingFault for what is no bundle, is damaged, larger than any project, or of a newer program.
    """
    try:
        with ZipFile(path) as archive:
            manifest = json.loads(_member(archive, MANIFEST, room=_BLOCK))
            if not isinstance(manifest, dict):
                raise TypeError("its manifest is no list of facts")
            if int(manifest["format"]) > FORMAT:
                raise _newer(path)
            hashes = manifest["members"]
            if len(hashes) > _MOST_MEMBERS:
                raise ValueError(f"it names more than {_MOST_MEMBERS} members")
            members: dict[str, bytes] = {}
            room = _MOST_BYTES
            for name, digest in hashes.items():
                data = members[name] = _member(archive, name, room=room)
                room -= len(data)
                if hashlib.sha256(data).hexdigest() != digest:
                    raise ValueError(f"{name} is not what the manifest says")
    except _BROKEN as fault:
        raise SettingFault(
            f"{path.name} cannot be read as a project bundle.",
            field="file",
            advice="Ask for the file again; nothing was taken over.",
            said=str(fault.args[0]) if fault.args else type(fault).__name__,
        ) from fault
    return manifest, members


def fingerprint(hashes: Mapping[str, str]) -> str:
    """One SHA-256 over the members' names and hashes, in hex."""
    return hashlib.sha256(json.dumps(dict(sorted(hashes.items()))).encode()).hexdigest()


def _add(archive: ZipFile, name: str, data: bytes) -> None:
    entry = ZipInfo(name, date_time=_EARLIEST)
    entry.compress_type = ZIP_DEFLATED
    archive.writestr(entry, data)


def _member(archive: ZipFile, name: str, *, room: int) -> bytes:
    """A member's bytes, read as long as there is room: its own word for its size is not believed."""
    pieces: list[bytes] = []
    with archive.open(name) as stream:
        while piece := stream.read(_BLOCK):
            room -= len(piece)
            if room < 0:
                raise ValueError(f"{name} is larger than any project")
            pieces.append(piece)
    return b"".join(pieces)


def _newer(path: Path) -> SettingFault:
    return SettingFault(
        f"{path.name} was written by a newer X3 Studio.",
        field="file",
        advice="Install the version it was written with, or a later one.",
    )
