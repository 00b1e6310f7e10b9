"""A machine that answers from a table and remembers every command it was given."""

import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from installer.errand import Outcome
from installer.needs import Need
from installer.system import Machine
from installer.voice import Voice

GOOD = Outcome(0, "")


def quiet() -> tuple[Voice, io.StringIO]:
    """A voice whose clock stands still, and what it wrote."""
    heard = io.StringIO()
    return Voice(heard, clock=lambda: 0.0), heard


@dataclass
class Commands:
    """An errand that runs nothing: answers by a word of the command, and makes the interpreter of a venv."""

    answers: Mapping[str, Outcome] = field(default_factory=dict)
    given: list[tuple[str, ...]] = field(default_factory=list)

    def __call__(self, command: Sequence[str], doing: str) -> Outcome:
        assert doing
        self.given.append(tuple(command))
        answer = next((outcome for word, outcome in self.answers.items() if word in command), GOOD)
        if "venv" in command and answer.code == 0:
            binary = Path(command[-1], "bin")
            binary.mkdir(parents=True)
            (binary / "python").touch()
        return answer


@dataclass
class Bench:
    """Builds a Machine: what is there, whether apt works, and which right we have."""

    there: set[str]
    brings: Mapping[str, Collection[str]] = field(default_factory=dict)
    right: tuple[str, ...] | None = ()
    apt: bool = True
    lists: bool = True
    sudo: bool = False
    failures: int = 0
    given: list[tuple[str, ...]] = field(default_factory=list)

    def machine(self) -> Machine:
        """The machine of this bench."""
        return Machine(
            present=self._present,
            has_apt=self.apt,
            has_lists=self.lists,
            has_sudo=self.sudo,
            prefix=lambda: self.right,
            run=self._run,
        )

    def _present(self, need: Need) -> bool:
        return need.name in self.there

    def _run(self, command: Sequence[str], doing: str) -> Outcome:
        assert doing
        self.given.append(tuple(command))
        if "install" not in command:
            return GOOD
        if self.failures:
            self.failures -= 1
            return Outcome(100, "E: Unable to fetch some archives")
        for package in command:
            self.there.update(self.brings.get(package, ()))
        return GOOD
