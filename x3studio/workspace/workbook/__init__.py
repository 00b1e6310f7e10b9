"""A workbook that travels to the customer and back: locked cells, a seal per row, and nothing that runs."""

from x3studio.workspace.workbook.reading import read
from x3studio.workspace.workbook.shape import Homecoming, OutRow
from x3studio.workspace.workbook.writing import write

__all__ = ["Homecoming", "OutRow", "read", "write"]
