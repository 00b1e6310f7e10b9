"""The Excel menu: out to the customer, back from the customer, and the report that ends the project."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMenu

from x3studio.domain.workbench import Kind
from x3studio.gui.mapping import importing
from x3studio.gui.mapping.handover.giving import Giving
from x3studio.gui.page import Desk
from x3studio.gui.states import State, counted
from x3studio.gui.theme import Tone
from x3studio.gui.widgets.buttons import Button, Look

if TYPE_CHECKING:
    from x3studio.gui.mapping.page import MappingPage


class Files(QObject):
    """Asks for files and hands them to the workspace."""

    def __init__(self, desk: Desk, page: "MappingPage") -> None:
        super().__init__(page)
        self._desk, self._page = desk, page
        self.domains = {place.id: place.domain.removeprefix("www.") for place in desk.host.marketplaces()}
        self.giving = Giving(desk, page, self.domains)

    def button(self) -> Button:
        """Opens the menu; each view has one of its own."""
        menu = QMenu()
        page = self._page
        for words, act in (
            ("Export ...", lambda: page.open_workbook_export()),
            ("Import a returned file ...", lambda: page.open_workbook_import()),
            ("", None),
            ("Export this list as CSV ...", self._export_shown),
            ("", None),
            ("Handover report ...", lambda: page.open_handover()),
            ("Project file ...", self.giving.ask_project),
        ):
            if act is None:
                menu.addSeparator()
                continue
            action = QAction(words, menu)
            action.triggered.connect(lambda _on=False, act=act: act())
            menu.addAction(action)
        return Button(self._desk.theme, "Excel", look=Look.GHOST, icon="file-spreadsheet", menu=menu)

    @property
    def _kind(self) -> Kind:
        return self._page.session.deck.kind

    def export(self) -> None:
        """Asks where to, then writes a workbook that the customer answers (or, as CSV, what stands)."""
        dialog = self._dialog(f"Export {self._kind.value}", QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("xlsx")
        dialog.selectFile(f"{self._kind.value}.xlsx")
        dialog.fileSelected.connect(lambda path: self.export_file(Path(path), self._kind))
        dialog.open()

    def ask_import(self) -> None:
        """Asks for a file, shows what it would change, and takes it over where that is confirmed."""
        dialog = self._dialog(f"Import {self._kind.value}", QFileDialog.AcceptMode.AcceptOpen)
        dialog.fileSelected.connect(lambda path: self.import_file(Path(path), self._kind))
        dialog.open()

    def import_file(self, path: Path, kind: Kind) -> None:
        """Shows what a file would change, and takes it over where that is confirmed."""
        self._desk.tasks.start(self._import(path, kind), name=f"import {path.name}")

    def export_file(self, path: Path, kind: Kind) -> None:
        """Writes the file."""
        self._desk.tasks.start(
            self._desk.host.round_trip.hand_out(path, kind),
            name=f"export {path.name}",
            done=lambda count: self._say(f"{counted(count, 'row')} written to {path.name}"),
        )

    def hand_over(self) -> None:
        """Asks where the report goes, then writes it."""
        self.giving.ask_report()

    async def _import(self, path: Path, kind: Kind) -> None:
        round_trip = self._desk.host.round_trip
        answers = await round_trip.look(path, kind)
        theirs = await importing.ask(self._desk, self._page, path, answers, self.domains)
        if theirs is None:
            return
        taken = sum(done.count for done in await round_trip.take_over(answers, theirs=theirs))
        self._say(f"{counted(taken, 'decision')} imported from {path.name}")
        await self._page.refresh()

    def _export_shown(self) -> None:
        page = self._page
        table = page.grid.table if page.grid.isVisible() else page.queue.table
        table.ask_export()

    def _dialog(self, title: str, mode: QFileDialog.AcceptMode) -> QFileDialog:
        dialog = QFileDialog(self._page.window(), title, "", importing.FILES)
        dialog.setAcceptMode(mode)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog

    def _say(self, words: str, tone: Tone = Tone.OK) -> None:
        self._desk.notify(State("circle-check" if tone is Tone.OK else "info", words, tone))
