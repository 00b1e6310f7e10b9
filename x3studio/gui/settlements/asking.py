"""Which files: the system's own dialogs, opened without waiting."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

SETTLEMENTS = "Settlements (*.txt *.tsv *.csv *.gz);;All files (*)"
TABLES = "Tables (*.csv *.txt *.tsv *.xlsx *.ods);;All files (*)"
PDF = "PDF (*.pdf)"
TEXT = "Settlement (*.txt)"


def ask_open(parent: QWidget, title: str, kinds: str, then: Callable[[Sequence[Path]], object]) -> None:
    """Asks for files that exist."""
    dialog = QFileDialog(parent.window(), title, "", kinds)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.filesSelected.connect(lambda names: then([Path(name) for name in names]))
    dialog.open()


def ask_save(
    parent: QWidget, title: str, name: str, kinds: str, then: Callable[[Path], object], *, suffix: str
) -> None:
    """Asks for a file to write."""
    dialog = QFileDialog(parent.window(), title, name, kinds)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(suffix)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(lambda path: then(Path(path)))
    dialog.open()
