"""What is unusual in a settlement against its own history, by fee and SKU: in words, with the money."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from scipy.stats import median_abs_deviation

from x3studio.domain.bookkeeping import FeeSum
from x3studio.domain.money import minor_unit
from x3studio.domain.settlements import Triple
from x3studio.domain.sheets import Anomaly, FeeChange, Loss
from x3studio.settlement.figures import figure
from x3studio.settlement.vocabulary import Vocabulary

_ZERO = Decimal(0)
_FEWEST = 3
"""Settlements of history below which nothing is called usual."""
_FAR = 3.5
"""Robust deviations from the median (Iglewicz and Hoaglin, How to detect and handle outliers, 1993)."""
_SCALE = "normal"
_NOTICEABLE = 0.03
"""The share by which a value must differ at all: cents are rounded, and prices end in 99."""
_SALES = "sales"
_SHARE, _UNIT, _WHOLE = "share", "unit", "whole"

Key = tuple[str, Triple]


@dataclass(frozen=True, slots=True)
class _Measured:
    """One fee of one SKU in one settlement, for each unit sold and as a share of what was sold."""

    entry: int
    lines: int
    units: int
    amount: Decimal
    sold: Decimal

    def measure(self, by: str) -> float | None:
        """The value that is compared; None where nothing was sold."""
        basis = self.basis(by)
        return float(self.amount / basis) if basis else None

    def basis(self, by: str) -> Decimal:
        """What the amount is divided by: sales, units, or nothing."""
        return {_SHARE: self.sold, _UNIT: Decimal(self.units), _WHOLE: Decimal(1)}[by]


def anomalies(
    fees: Sequence[FeeSum], *, entry: int, vocabulary: Vocabulary, currency: str
) -> tuple[Anomaly, ...]:
    """Fees of settlement `entry` that lie far from their usual, the most money first; `fees` hold its chain.

    A fee is measured for each unit and as its share of the sales: only what is unusual by both is told, so
    that neither a new price nor an order of many pieces looks like one.
    """
    found = []
    for key, series in _by_fee(fees, vocabulary).items():
        now = next((each for each in series if each.entry == entry), None)
        before = [each for each in series if each.entry != entry]
        if now is None or len(before) < _FEWEST:
            continue
        anomaly = _judged(key, now, before, currency)
        if anomaly is not None:
            found.append(anomaly)
    return tuple(sorted(found, key=lambda each: -abs(each.stake)))


def _by_fee(fees: Iterable[FeeSum], vocabulary: Vocabulary) -> dict[Key, list[_Measured]]:
    """Each fee of each SKU over the settlements, oldest first, with the SKU's sales beside it."""
    sold: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    units: dict[tuple[int, str], int] = defaultdict(int)
    sums: dict[tuple[int, Key], tuple[int, Decimal]] = {}
    for fee in fees:
        group = vocabulary.group_of(fee.triple)
        if group is None:
            continue
        if group.step == _SALES:
            sold[fee.entry, fee.sku] += fee.amount
            units[fee.entry, fee.sku] += fee.units
        if group.kind == "expense":
            place = (fee.entry, (fee.sku, fee.triple))
            lines, amount = sums.get(place, (0, _ZERO))
            sums[place] = (lines + fee.lines, amount + fee.amount)
    series: dict[Key, list[_Measured]] = defaultdict(list)
    for (entry, key), (lines, amount) in sums.items():
        mine = (entry, key[0])
        series[key].append(_Measured(entry, lines, units[mine] or lines, amount, sold[mine]))
    return series


def _judged(key: Key, now: _Measured, before: Sequence[_Measured], currency: str) -> Anomaly | None:
    # What an account pays as a whole, such as advertising, follows no sale: its sum must be unusual too.
    measures = (_SHARE, _UNIT) if key[0] else (_SHARE, _UNIT, _WHOLE)
    views = [view for by in measures if (view := _View.of(now, before, by)) is not None]
    if not views or not all(view.unusual for view in views):
        return None
    view = min(views, key=lambda each: each.unrest)
    unit = minor_unit(currency)
    expected = (Decimal(repr(view.usual)) * now.basis(view.by)).quantize(unit)
    if abs(now.amount - expected) <= unit * now.lines:  # no more than rounding of each line
        return None
    sku, triple = key
    return Anomaly(
        fee=triple.amount_description or triple.amount_type,
        sku=sku,
        triple=triple,
        reason=_words(key, now, view, len(before), currency),
        stake=now.amount - expected,
        usual=expected,
        now=now.amount,
        rows=now.lines,
    )


@dataclass(frozen=True, slots=True)
class _View:
    """A fee's history by one measure: its median, its robust spread, and the value now."""

    by: str
    usual: float
    spread: float
    value: float

    @classmethod
    def of(cls, now: _Measured, before: Sequence[_Measured], by: str) -> "_View | None":
        """The view, None where too little is known by this measure."""
        value = now.measure(by)
        history = [each for each in (old.measure(by) for old in before) if each is not None]
        if value is None or len(history) < _FEWEST:
            return None
        spread = float(median_abs_deviation(history, scale=_SCALE))
        return cls(by, float(np.median(history)), spread, value)

    @property
    def unusual(self) -> bool:
        """Far from the median by its own spread, and noticeably."""
        apart = abs(self.value - self.usual)
        return apart > max(_NOTICEABLE * abs(self.usual), _FAR * self.spread)

    @property
    def unrest(self) -> float:
        """The spread as a share of the median."""
        return self.spread / abs(self.usual) if self.usual else float("inf")


def _words(key: Key, now: _Measured, view: _View, settlements: int, currency: str) -> str:
    sku, triple = key
    what = f"{triple.amount_description or triple.amount_type}{f' of {sku}' if sku else ''}"
    usual, value = abs(view.usual), abs(view.value)
    if view.by == _SHARE:
        then, today = f"{usual:.1%} of its sales", f"{value:.1%}"
    else:
        unit = minor_unit(currency)
        basis = " a unit" if view.by == _UNIT else ""
        then = f"{figure(Decimal(repr(usual)).quantize(unit), currency)} {currency}{basis}"
        today = figure(Decimal(repr(value)).quantize(unit), currency)
    ratio = f"{value / usual:.1f} times as much" if usual and value > usual else "less than usual"
    return f"{what} was {then} in {settlements} settlements, now {today} over {now.lines} lines: {ratio}."


def fee_changes(
    fees: Sequence[FeeSum], *, entry: int, vocabulary: Vocabulary, currency: str
) -> tuple[FeeChange, ...]:
    """Fees that were the same for each unit in every settlement before, and are another since this one."""
    since = {fee.entry: fee.at for fee in fees}.get(entry)
    found = []
    for (sku, triple), series in _by_fee(fees, vocabulary).items():
        now = next((each for each in series if each.entry == entry), None)
        before = [each for each in series if each.entry != entry]
        if now is None or len(before) < 2 or not now.units:
            continue
        unit = minor_unit(currency)
        old = {(each.amount / each.units).quantize(unit) for each in before if each.units}
        new = (now.amount / now.units).quantize(unit)
        view = _View.of(now, before, _SHARE)
        if len(old) == 1 and abs(new - min(old)) > unit and (view is None or view.unusual):
            found.append(
                FeeChange(
                    triple.amount_description,
                    sku,
                    since.date() if since else None,
                    old.pop(),
                    new,
                    now.units,
                )
            )
    return tuple(sorted(found, key=lambda each: -abs(each.stake)))


def losses(fees: Sequence[FeeSum], *, entry: int, vocabulary: Vocabulary) -> tuple[Loss, ...]:
    """SKUs whose sales in this settlement brought less than Amazon took, the worst first."""
    sold: dict[str, Decimal] = defaultdict(Decimal)
    taken: dict[str, Decimal] = defaultdict(Decimal)
    lines: dict[str, int] = defaultdict(int)
    for fee in fees:
        mine = fee.sku and fee.entry == entry
        group = vocabulary.group_of(fee.triple) if mine else None
        if group is None or group.kind not in ("income", "expense"):
            continue
        if group.kind == "income":
            sold[fee.sku] += fee.amount
        else:
            taken[fee.sku] += fee.amount
        if group.step == _SALES:
            lines[fee.sku] += fee.lines
    found = (Loss(sku, sold[sku], taken[sku], lines[sku]) for sku in {**sold, **taken} if lines[sku])
    return tuple(sorted((each for each in found if each.result < 0), key=lambda each: each.result))
