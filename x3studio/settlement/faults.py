"""Why a file is refused, one class for each thing that can be wrong with it.

SettlementRefused(title, advice, line)
    Unreadable          cannot be opened, inflated or decoded
        TooLarge        inflates beyond every bound
        Truncated       ends before its own end
    OtherReport         not a settlement at all
    NothingInside       columns only, or a summary without lines
    NoSummary           no line that says what Amazon pays
    ColumnsMissing      a column without which nothing can be proven
    SeveralSettlements  files that were joined
    SpreadsheetDamage   a spreadsheet rewrote numbers or dates
    ColumnsShifted      a cell stands in its neighbour's column
    MixedMarks          decimal points and decimal commas in one file
    BadAmount           a cell that is no amount
    BadDate             a cell that is no date, or dates of several kinds
"""

from x3studio.domain.settlements import SettlementRefused


class Unreadable(SettlementRefused):
    """The bytes cannot be opened, inflated or decoded."""


class TooLarge(Unreadable):
    """More than any settlement holds; nothing beyond the bound was read."""


class Truncated(Unreadable):
    """The file ends before it should."""


class OtherReport(SettlementRefused):
    """A file of another kind."""


class NothingInside(SettlementRefused):
    """No amounts to prove."""


class NoSummary(SettlementRefused):
    """No line with a total: there is nothing to prove the lines against."""


class ColumnsMissing(SettlementRefused):
    """A column without which nothing can be proven."""


class SeveralSettlements(SettlementRefused):
    """More than one settlement in a file."""


class SpreadsheetDamage(SettlementRefused):
    """A spreadsheet rewrote what stood there; the original digits are gone."""


class ColumnsShifted(SettlementRefused):
    """A tab too many or too few moved the cells of a line."""


class MixedMarks(SettlementRefused):
    """Some amounts can only be read with a decimal point, others only with a decimal comma."""


class BadAmount(SettlementRefused):
    """A cell in an amount's place that is no amount."""


class BadDate(SettlementRefused):
    """A cell in a date's place that is no date, or dates that follow no common order."""
