"""The report of a test, to be sent to whoever can help: settings and findings, never a secret."""

import platform
from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from x3studio import __version__
from x3studio.domain.connections import ProbeStep, X3Connection
from x3studio.gui.host import Connection
from x3studio.gui.states import VERDICT

_STRUCK = "[left out]"
_LEAST = 4
"""Shorter than that nothing is struck: two letters would be found in every word."""


def report(connection: Connection, steps: Sequence[ProbeStep], *, secrets: Collection[str]) -> str:
    """Plain text. What the other side says is searched for the secrets, should it have repeated one."""
    lines = [
        f"X3 Studio {__version__}, Python {platform.python_version()}, {platform.platform()}",
        f"Test of {connection.name}, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        *_settings(connection),
        "",
    ]
    for step in steps:
        took = f" ({step.milliseconds} ms)" if step.milliseconds else ""
        lines.append(f"{VERDICT[step.verdict].word:8} {step.title}: {step.found or '-'}{took}")
        lines += [f"         said: {line}" for line in step.said.splitlines()]
        lines += [f"         advice: {step.advice}"] if step.advice else []
        lines += [f"         known: {', '.join(step.offers)}"] if step.offers else []
    text = "\n".join(lines) + "\n"
    for secret in sorted((value for value in secrets if len(value) >= _LEAST), key=len, reverse=True):
        text = text.replace(secret, _STRUCK)
    return text


def _settings(connection: Connection) -> list[str]:
    if not isinstance(connection, X3Connection):
        return [
            f"Amazon, region {connection.region}, marketplaces {', '.join(connection.marketplaces) or '-'}",
            f"Endpoint {connection.base_url or 'of the region'}",
        ]
    names = ", ".join(f"{code}={name}" for code, name in connection.public_names.items())
    return [
        f"X3 {connection.base_url}, folder {connection.folder}",
        f"Dialect {connection.dialect.value}, sign-in {connection.sign_in.value}",
        f"Pool {connection.pool or '-'}, published names {names or '-'}",
    ]
