"""Asks where to, then writes the report or the project file; the page starts it, nothing else is shown."""

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from x3studio.gui.mapping.handover.page import handover_page
from x3studio.gui.page import Desk
from x3studio.gui.printing import write_pdf
from x3studio.gui.states import State, counted
from x3studio.gui.theme import Tone

_REPORT, _PROJECT = "Report (*.pdf)", "Project (*.x3bundle)"


class Giving(QObject):
    """The two ways a project leaves: on paper for those who sign, as a file for the next workspace."""

    def __init__(self, desk: Desk, parent: QWidget, domains: Mapping[str, str]) -> None:
        super().__init__(parent)
        self._desk, self._parent, self._domains = desk, parent, domains

    def ask_report(self) -> None:
        """Asks for the report's place."""
        self._ask("Handover report", _REPORT, "pdf", self.write_report)

    def ask_project(self) -> None:
        """Asks for the project file's place."""
        self._ask("Project file", _PROJECT, "x3bundle", self.write_project)

    def write_report(self, path: Path) -> None:
        """Gathers the figures and draws the pages."""
        self._desk.tasks.start(self._report(path), name=f"write {path.name}")

    def write_project(self, path: Path) -> None:
        """Writes decisions, rules and choices; no secret, no name, no buyer."""
        self._desk.tasks.start(self._project(path), name=f"write {path.name}")

    async def _report(self, path: Path) -> None:
        report = await self._desk.host.handover()
        html = handover_page(report, domains=self._domains)
        foot = f"{report.title}, project {report.kept.project[:16]}"
        pages = write_pdf(path, html, title=f"Handover of {report.title}", foot=foot)
        self._say(f"{counted(pages, 'page')} written to {path.name}")

    async def _project(self, path: Path) -> None:
        handed = await self._desk.host.bundles.hand_out(path)
        words = f"{counted(handed.decisions, 'decision')} written to {path.name}"
        if handed.kept_back:
            words += f"; {handed.kept_back:,} about single buyers stay here"
        self._say(words)

    def _ask(self, title: str, kinds: str, ending: str, done: Callable[[Path], None]) -> None:
        dialog = QFileDialog(self._parent.window(), title, "", kinds)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(ending)
        dialog.selectFile(f"{self._desk.host.title}.{ending}")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: done(Path(path)))
        dialog.open()

    def _say(self, words: str) -> None:
        self._desk.notify(State("circle-check", words, Tone.OK))
