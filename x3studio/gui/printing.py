"""Rich text on paper: pages of A4 as PDF, each with its number and a line that says what it belongs to."""

from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFont, QPageLayout, QPageSize, QPainter, QPdfWriter, QTextDocument

from x3studio import __version__
from x3studio.domain.errors import StudioError
from x3studio.gui.typography import SANS

_DPI = 300
_MARGINS = QMarginsF(18, 16, 18, 14)
_FOOT = 0.3
"""Inches at the foot of each page."""


def write_pdf(path: Path, html: str, *, title: str, foot: str) -> int:
    """Writes the pages and returns how many. StudioError where the file cannot be written."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    pages = _draw(buffer, html, title=title, foot=foot)
    try:
        path.write_bytes(buffer.data().data())
    except OSError as fault:
        raise StudioError(
            f"The file {path.name} could not be written.",
            advice="Choose another folder, or close the program that has it open.",
            said=str(fault.strerror or fault),
        ) from fault
    return pages


def _draw(target: QIODevice, html: str, *, title: str, foot: str) -> int:
    writer = QPdfWriter(target)
    writer.setResolution(_DPI)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(_MARGINS, QPageLayout.Unit.Millimeter)
    writer.setTitle(title)
    writer.setCreator(f"X3 Studio {__version__}")
    document = _document(html, writer)
    wide, high = document.pageSize().width(), document.pageSize().height()
    pages = document.pageCount()
    painter = QPainter(writer)
    for page in range(pages):
        if page:
            writer.newPage()
        painter.save()
        painter.translate(0, -page * high)
        document.drawContents(painter, QRectF(0, page * high, wide, high))
        painter.restore()
        _draw_foot(painter, QRectF(0, high, wide, _FOOT * _DPI), foot, f"{page + 1} of {pages}")
    painter.end()
    return pages


def _document(html: str, writer: QPdfWriter) -> QTextDocument:
    document = QTextDocument()
    document.documentLayout().setPaintDevice(writer)
    font = QFont(list(SANS))
    font.setPointSizeF(8.5)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    font.setFeature(QFont.Tag("tnum"), 1)
    document.setDefaultFont(font)
    document.setDocumentMargin(0)
    document.setHtml(html)
    area = writer.pageLayout().paintRectPixels(_DPI)
    document.setPageSize(QSizeF(area.width(), area.height() - _FOOT * _DPI))
    return document


def _draw_foot(painter: QPainter, area: QRectF, left: str, right: str) -> None:
    font = QFont(list(SANS))
    font.setPointSizeF(7)
    painter.setFont(font)
    painter.setPen(Qt.GlobalColor.darkGray)
    low = Qt.AlignmentFlag.AlignBottom
    painter.drawText(area, Qt.AlignmentFlag.AlignLeft | low, left)
    painter.drawText(area, Qt.AlignmentFlag.AlignRight | low, right)
