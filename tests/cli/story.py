"""The program as a foreign program meets it: processes, their exit codes and their two streams."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.crash.clients import Product
from tests.crash.served import Served
from x3studio.domain.connections import Dialect

ROOT = Path(__file__).parents[2]
KEY = "0123456789abcdef" * 4
_SECRETS = {
    "x3": ("client_id", "client_secret", "user", "password"),
    "amazon": ("client_id", "client_secret", "refresh_token"),
}
_PATIENCE = 60.0


@dataclass(frozen=True)
class Said:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Standard output as the one JSON document it has to be."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """Standard output as one JSON object a line."""
        return [json.loads(line) for line in self.out.splitlines()]

    def happened(self) -> "Said":
        """Itself, when the command ended well."""
        assert self.code == 0, self
        return self


@dataclass(frozen=True)
class Program:
    """The command line over one workspace, with a home and an environment of its own."""

    home: Path
    secrets: Mapping[str, str] = field(default_factory=dict)
    """Variables beside the workspace's key."""
    key: str = KEY

    @property
    def workspace(self) -> Path:
        return self.home / "books.x3studio"

    def environment(self, **changes: str) -> dict[str, str]:
        """What the process sees, and nothing of whoever runs the tests; an empty change takes one out."""
        given = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "PYTHONWARNINGS": "error",
            "X3STUDIO_VAULT": "memory",
            "X3STUDIO_SECRET_WORKSPACE_KEY": self.key,
            "X3STUDIO_WORKSPACE": str(self.workspace),
            **self.secrets,
            **changes,
        }
        return {name: value for name, value in given.items() if value}

    def __call__(self, *arguments: object, stdin: str = "", **changes: str) -> Said:
        """Runs one command to its end."""
        ended = subprocess.run(
            [sys.executable, "-m", "x3studio", *map(str, arguments)],
            cwd=ROOT,
            env=self.environment(**changes),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
        )
        assert "Traceback" not in ended.stderr, ended.stderr
        return Said(ended.returncode, ended.stdout, ended.stderr)

    @contextmanager
    def started(self, *arguments: object, **changes: str) -> "Iterator[subprocess.Popen[str]]":
        """A command that is still at work while the block runs; killed if it outlives the block."""
        process = subprocess.Popen(
            [sys.executable, "-m", "x3studio", *map(str, arguments)],
            cwd=ROOT,
            env=self.environment(**changes),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        with process:
            try:
                yield process
            finally:
                process.kill()

    def with_secrets(self, greeting: Mapping[str, Any], **names: str) -> "Program":
        """The same with the secrets of connections in the environment; `names` are x3=..., amazon=...."""
        given = {
            f"X3STUDIO_SECRET_{name.upper()}_{secret.upper()}": greeting[side][secret]
            for side, name in names.items()
            for secret in _SECRETS[side]
        }
        return Program(self.home, {**self.secrets, **given}, self.key)

    # -- the steps that most stories begin with ------------------------------------------------------

    def connect_x3(self, x3: Mapping[str, Any], *more: object, name: str = "x3", **changed: str) -> Said:
        """Connects to a demo X3; what `changed` names is said otherwise than the demo greets."""
        known = {**x3, **changed}
        names = [
            word
            for code, called in x3["public_names"].items()
            for word in ("--public-name", f"{code}={called}")
        ]
        return self(
            "connect", "x3", "--name", name,
            "--base-url", known["base_url"], "--token-url", known["token_url"],
            "--folder", known["folder"], "--pool", known["pool"], *names, "--settle", "0.5", "--slots", "8",
            "--secrets-from", "stdin", *more,
            stdin=json.dumps({secret: known[secret] for secret in _SECRETS["x3"]}),
        )  # fmt: skip

    def connect_amazon(
        self, amazon: Mapping[str, Any], *more: object, name: str = "amazon", **changed: str
    ) -> Said:
        """Connects to a demo Amazon."""
        known = {**amazon, **changed}
        return self(
            "connect", "amazon", "--name", name, "--region", "eu", "--base-url", known["base_url"],
            "--token-url", known["token_url"], "--seller-id", known["seller_id"],
            "--marketplace", *known["marketplaces"], "--secrets-from", "stdin", *more,
            stdin=json.dumps({secret: known[secret] for secret in _SECRETS["amazon"]}),
        )  # fmt: skip


def connected(home: Path, systems: Served, *, dialect: str = "gateway", mapped: bool = True) -> Program:
    """A workspace on the served systems, ready to run."""
    program = Program(home).with_secrets(systems.greeting, x3="x3", amazon="amazon")
    program("init").happened()
    program.connect_x3(systems.x3, "--dialect", dialect).happened()
    program.connect_amazon(systems.amazon).happened()
    if mapped:
        program("map", "import", systems.mappings).happened()
    return program


def prepared(home: Path, systems: Served, *, dialect: str = "gateway") -> Program:
    """The same without a single command: for tests about what comes after. Amazon's name is seller."""
    program = Program(home).with_secrets(systems.greeting, x3="x3", amazon="seller")
    Product(systems, program.workspace, KEY, Dialect(dialect)).prepare()
    return program


def documents(ledger: Path, *, kind: str = "SOH") -> list[str]:
    """The references of everything that X3 really created."""
    entries = [json.loads(line) for line in ledger.read_text(encoding="utf-8").splitlines()]
    return [entry["reference"] for entry in entries if entry["kind"] == kind]
