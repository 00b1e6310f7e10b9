"""Rows and columns without Qt's traps: named stretches, labels that do not drift, no default margins."""

from collections.abc import Iterable

from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLayout, QSizePolicy, QVBoxLayout, QWidget

from x3studio.gui.widgets.label import Label

Margins = tuple[int, int, int, int]


class Stretch:
    """Takes the spare room of its row or column."""


STRETCH = Stretch()
Part = QWidget | QLayout | Stretch | int
"""What a row holds; a number is a gap in pixels."""


def row(*parts: Part, gap: int = 8, margins: Margins = (0, 0, 0, 0)) -> QHBoxLayout:
    """Parts beside each other; plain labels keep their own width. Margins: left, top, right, bottom."""
    layout = QHBoxLayout()
    for part in parts:
        if isinstance(part, Label) and part.keeps_width:
            part.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
    _fill(layout, parts, gap=gap, margins=margins)
    return layout


def column(*parts: Part, gap: int = 8, margins: Margins = (0, 0, 0, 0)) -> QVBoxLayout:
    """Parts below each other."""
    layout = QVBoxLayout()
    _fill(layout, parts, gap=gap, margins=margins)
    return layout


def boxed(layout: QLayout, *, surface: str = "", parent: QWidget | None = None) -> QWidget:
    """A widget around a layout; `surface` names its ground (window, surface, zebra, sunken)."""
    holder = QWidget(parent)
    if surface:
        holder.setProperty("surface", surface)
    holder.setLayout(layout)
    return holder


def clear(layout: QLayout) -> None:
    """Takes everything out and lets the widgets go."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            clear(inner)


def _fill(layout: QBoxLayout, parts: Iterable[Part], *, gap: int, margins: Margins) -> None:
    layout.setSpacing(gap)
    layout.setContentsMargins(*margins)
    for part in parts:
        if isinstance(part, Stretch):
            layout.addStretch(1)
        elif isinstance(part, int):
            layout.addSpacing(part)
        elif isinstance(part, QWidget):
            layout.addWidget(part)
        else:
            layout.addLayout(part)
