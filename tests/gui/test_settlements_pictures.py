"""Waterfall, ladder, time line and period cards: what they say, what keys and clicks do, and real pixels."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from x3studio.gui.settlements.cards import Card, PeriodStrip
from x3studio.gui.settlements.pictures import in_two
from x3studio.gui.states import State
from x3studio.gui.theme import Theme, Tone
from x3studio.gui.widgets.ladder import Ladder, Rise
from x3studio.gui.widgets.periods import Periods, Piece
from x3studio.gui.widgets.waterfall import Step, Waterfall, spans

NOW = datetime(2026, 11, 27, 7, 42, tzinfo=UTC)
LEFT = Qt.MouseButton.LeftButton


def step(key: str, value: str, *, whole: bool = False) -> Step:
    amount = Decimal(value)
    tone = Tone.LIVE if whole else Tone.OK if amount > 0 else Tone.BAD
    return Step(key, key.capitalize(), amount, value, tone, whole=whole)


STEPS = (step("sales", "100"), step("fees", "-30"), step("reserve", "-5"), step("bank", "65", whole=True))


def shown(widget: QWidget, width: int, height: int) -> QImage:
    widget.resize(width, height)
    widget.show()
    return widget.grab().toImage()


def colours(image: QImage, area: tuple[int, int, int, int]) -> set[str]:
    left, top, right, bottom = area
    return {image.pixelColor(x, y).name() for x in range(left, right) for y in range(top, bottom)}


def test_bars_start_where_the_one_before_ended_and_whole_ones_at_zero() -> None:
    assert [(int(span.start), int(span.end)) for span in spans(STEPS)] == [
        (0, 100),
        (100, 70),
        (70, 65),
        (0, 65),
    ]
    owed = (step("fees", "-10"), step("bank", "-10", whole=True))
    assert [(int(span.top), int(span.bottom)) for span in spans(owed)] == [(0, -10), (0, -10)]


def test_the_waterfall_is_drawn_in_its_tones_and_to_scale(theme: Theme) -> None:
    chart = Waterfall(theme, name="Deposit")
    chart.show_steps(STEPS, spoken="Sales 100, bank 65")
    image = shown(chart, 480, 220)
    sales, fees, bank = chart.bar("sales"), chart.bar("fees"), chart.bar("bank")
    for bar, tone in ((sales, theme.tokens.ok), (fees, theme.tokens.bad), (bank, theme.tokens.live)):
        assert image.pixelColor(bar.center().toPoint()) == QColor(tone.fill)
    assert fees.top() == pytest.approx(sales.top()) and fees.height() / sales.height() == pytest.approx(
        0.3, abs=0.01
    )
    assert bank.bottom() == pytest.approx(sales.bottom())
    assert chart.accessibleDescription() == "Sales 100, bank 65"
    chart.close()


def test_a_settlement_that_owes_is_drawn_below_its_ground_line(theme: Theme) -> None:
    chart = Waterfall(theme, name="Deposit")
    chart.show_steps((step("fees", "-10"), step("bank", "-10", whole=True)), spoken="")
    shown(chart, 400, 200)
    assert chart.bar("fees").top() == chart.bar("bank").top() and chart.bar("bank").height() > 100
    chart.show_steps((step("bank", "0", whole=True),), spoken="")
    assert chart.bar("bank").height() >= 2
    chart.close()


def test_every_bar_opens_by_click_and_by_key(theme: Theme) -> None:
    chart = Waterfall(theme, name="Deposit")
    opened: list[str] = []
    chart.opened.connect(opened.append)
    chart.show_steps(STEPS, spoken="")
    shown(chart, 480, 220)
    # Anywhere in its column: a thin bar is as easy to hit as a high one.
    QTest.mouseClick(chart, LEFT, pos=QPoint(round(chart.bar("reserve").center().x()), 200))
    assert opened == ["reserve"] and chart.current == "reserve"
    chart.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(chart, Qt.Key.Key_Home)
    QTest.keyClick(chart, Qt.Key.Key_Right)
    QTest.keyClick(chart, Qt.Key.Key_Return)
    assert opened == ["reserve", "fees"] and chart.accessibleDescription() == "Fees: -30"
    chart.show_steps(STEPS[:2], spoken="two")
    assert chart.current == "fees"
    chart.choose("")
    assert chart.current == ""
    chart.close()


def test_words_of_a_bar_break_evenly() -> None:
    assert [in_two(words) for words in ("Sales", "Selling fees", "FBA, storage", "Tax in", "Promotions")] == [
        "Sales",
        "Selling\nfees",
        "FBA,\nstorage",
        "Tax in",
        "Promotions",
    ]


def test_the_ladder_shows_each_step_and_the_fall_that_is_due(theme: Theme) -> None:
    ladder = Ladder(theme, name="Reserve ladder")
    rises = [Rise("14 Sep", Decimal(612)), Rise("28 Sep", Decimal(0)), Rise("12 Oct", Decimal(905))]
    ladder.show_rises(rises, due="26 Oct", spoken="last 905")
    image = shown(ladder, 300, 200)
    assert theme.tokens.live.fill.name() in colours(image, (40, 5, 295, 178))
    assert ladder.accessibleDescription() == "last 905"
    quiet = [Rise("14 Sep", Decimal(0))]
    ladder.show_rises(quiet, due="28 Sep", others=[(Tone.BAD, [Decimal(-40)])], spoken="")
    image = shown(ladder, 300, 200)
    assert theme.tokens.bad.fill.name() in colours(image, (40, 5, 295, 178))
    ladder.close()


def piece(key: str, day: int, *, hollow: bool = False) -> Piece:
    start = NOW + timedelta(days=day)
    return Piece(key, start, start + timedelta(days=14), Tone.OK, f"from day {day}", hollow=hollow)


def test_the_time_line_is_to_scale_and_a_click_chooses(theme: Theme) -> None:
    line = Periods(theme, name="Time line")
    chosen: list[str] = []
    line.chosen.connect(chosen.append)
    line.show_pieces([piece("1", 0), piece("2", 28), piece("next", 42, hollow=True)], current="2", spoken="")
    shown(line, 600, 30)
    first, second = line.place("1"), line.place("2")
    assert second.left() - first.right() == pytest.approx(first.width(), abs=3)
    QTest.mouseClick(line, LEFT, pos=second.center().toPoint())
    QTest.mouseClick(line, LEFT, pos=QPoint(round((first.right() + second.left()) / 2), 8))
    assert chosen == ["2"]
    line.show_pieces([], current="", spoken="")
    line.grab()
    line.close()


def card(number: int, *, gap: str = "") -> Card:
    start = NOW + timedelta(days=14 * number)
    return Card(
        key=f"{number}",
        period=f"Period {number}",
        amount=f"€ {number}.00",
        state=State("circle-check", "Posted, proven", Tone.OK),
        aside="",
        spoken=f"Settlement {number}",
        entry=number,
        start=start,
        end=start + timedelta(days=14),
        gap=gap,
        gap_start=start - timedelta(days=3) if gap else None,
    )


def faces(strip: PeriodStrip) -> list[str]:
    return [face.card.period for face in strip._faces if face.isVisible() and face.card is not None]


def test_the_newest_cards_are_shown_and_arrows_lead_to_the_others(theme: Theme) -> None:
    holder = QWidget()
    strip = PeriodStrip(theme)
    strip.setParent(holder)
    chosen: list[str] = []
    strip.chosen.connect(chosen.append)
    strip.show_cards(
        [card(n, gap="3 days missing" if n == 11 else "") for n in range(12)], current="11", spoken="12"
    )
    strip.resize(1284, 120)
    holder.show()
    assert faces(strip)[-1] == "Period 11" and 4 <= len(faces(strip)) <= 6
    assert [gap.accessibleName() for gap in strip._gaps if gap.isVisible()] == ["3 days missing"]
    assert strip.earlier.isVisible() and not strip.later.isVisible()
    QTest.mouseClick(strip.earlier, LEFT)
    assert faces(strip)[-1] != "Period 11" and strip.later.isVisible()
    strip.choose("2")
    assert "Period 2" in faces(strip)
    QTest.mouseClick(next(face for face in strip._faces if face.isChecked()), LEFT)
    QTest.keyClick(strip, Qt.Key.Key_Right)
    strip.step(-1)
    assert chosen == ["2", "3", "1"]
    QTest.mouseClick(strip.line, LEFT, pos=strip.line.place("gap:11").center().toPoint())
    assert chosen[-1] == "gap:11"
    strip.resize(430, 120)
    assert len(faces(strip)) == 1
    strip.show_cards([], current="", spoken="")
    assert faces(strip) == []
    holder.close()
