"""Tables: 200,000 rows, pages, order, the place under the eye, copies and exports, keys and spoken words."""

import asyncio
import csv
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from x3studio.gui.memory import Memory
from x3studio.gui.states import RECORD, State
from x3studio.gui.tasks import Tasks
from x3studio.gui.theme import Theme, Tone
from x3studio.gui.widgets.table.columns import Column, Kind, Share
from x3studio.gui.widgets.table.export import harmless
from x3studio.gui.widgets.table.loaded import LoadedRows, arranged
from x3studio.gui.widgets.table.paged import PagedRows
from x3studio.gui.widgets.table.view import Table

from .conftest import settled
from .test_tasks import unexpected

Drive = Callable[[Any], Any]
MANY = 200_000


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    title: str
    revenue: Decimal | None
    state: State


COLUMNS: tuple[Column[Row], ...] = (
    Column("chosen", "", lambda _row: "", kind=Kind.CHECK, width=40),
    Column("sku", "SKU", lambda row: f"BR-{row.number:06}", width=110, sort=lambda row: row.number),
    Column("title", "Amazon title", lambda row: row.title, stretch=True, sort=lambda row: row.title),
    Column("revenue", "€ 90 d", lambda row: row.revenue, kind=Kind.NUMBER, sort=lambda row: row.revenue),
    Column("state", "Status", lambda row: row.state, kind=Kind.STATE),
    Column("two", "Both", lambda row: (row.title, "below"), kind=Kind.TWO_LINE),
    Column("share", "Share", lambda row: Share(0.4, "40 %"), kind=Kind.BAR),
    Column("flags", "Flags", lambda row: (row.state,), kind=Kind.ICONS),
)


def rows(count: int) -> list[Row]:
    states = list(RECORD.values())
    return [
        Row(
            n,
            f"Lindner Textmarker {n * 7919 % count:06}",
            None if n % 50 == 0 else Decimal(n * 31 % 9973),
            states[n % 12],
        )
        for n in range(count)
    ]


@dataclass(frozen=True, slots=True)
class Slice:
    rows: tuple[Row, ...]
    next: int | None


async def loaded(theme: Theme, count: int, **more: Any) -> tuple[LoadedRows[Row], Table[Row]]:
    tasks = Tasks(unexpected)
    model = LoadedRows(
        COLUMNS,
        key=lambda row: row.number,
        tasks=tasks,
        tint=lambda row: Tone.BAD if row.number == 3 else None,
    )
    table = Table(theme, model, name="Queue", tasks=tasks, **more)
    table.resize(900, 400)
    table.show()
    await model.set_rows(rows(count))
    return model, table


def test_two_hundred_thousand_rows(drive: Drive, theme: Theme) -> None:
    async def scene() -> None:
        model, table = await loaded(theme, MANY)
        assert model.rowCount() == MANY
        table.choose(150_000)
        current = table.current()
        assert current is not None and current.number == 150_000

        await model.keep(lambda row: "0042" in row.title)
        assert {row.title[-6:] for row in model.snapshot()} == {
            f"{n:06}" for n in range(MANY) if "0042" in f"Lindner Textmarker {n:06}"
        }
        await model.keep(None)

        model.sorted_by, model.descending = "revenue", True
        turns = await turned(model.arrange())
        values = [row.revenue for row in model.snapshot()]
        known = [value for value in values if value is not None]
        assert known == sorted(known, reverse=True)
        assert values[len(known) :] == [None] * (MANY // 50)
        assert turns > 1, "the window stood still until everything was sorted"

        for step in range(60):
            table.verticalScrollBar().setValue(step * 40_000)
            table.viewport().repaint()
        table.close()

    drive(scene())


async def turned(work: Any) -> int:
    """How often the loop could turn while work went on."""
    turns, done = 0, asyncio.Event()

    async def tick() -> None:
        nonlocal turns
        while not done.is_set():
            await asyncio.sleep(0)
            turns += 1

    ticking = asyncio.ensure_future(tick())
    await work
    done.set()
    await ticking
    return turns


def test_sorting_keeps_the_current_row_under_the_eye(drive: Drive, theme: Theme) -> None:
    async def scene() -> None:
        model, table = await loaded(theme, 5_000)
        table.choose(2_500)
        place = table.visualRect(table.currentIndex()).top()
        heard: list[Row] = []
        table.chosen.connect(heard.append)
        model.sorted_by = "title"
        await model.arrange()
        current = table.current()
        assert current is not None and current.number == 2_500
        assert table.visualRect(table.currentIndex()).top() == place
        assert [row.number for row in table.selected()] == [2_500]
        assert heard == []
        table.close()

    drive(scene())


def test_the_newest_filter_wins(drive: Drive, theme: Theme) -> None:
    async def scene() -> None:
        model, table = await loaded(theme, 20_000)
        await asyncio.gather(
            model.keep(lambda row: row.number < 10),
            model.keep(lambda row: row.number < 20),
            model.keep(lambda row: row.number < 5),
        )
        assert model.rowCount() == 5
        table.close()

    drive(scene())


@pytest.mark.parametrize("descending", [False, True])
def test_order_is_stable_and_missing_comes_last(descending: bool) -> None:
    given = [("b", 1), ("a", 2), (None, 3), ("b", 4), ("a", 5)]
    order = arranged(given, None, lambda pair: pair[0], descending=descending)
    assert [given[place][1] for place in order] == ([1, 4, 2, 5, 3] if descending else [2, 5, 1, 4, 3])


def test_pages_come_before_they_are_seen(drive: Drive, theme: Theme) -> None:
    async def scene() -> None:
        everything, asked = rows(1_000), list[int | None]()

        async def fetch(cursor: int | None) -> Slice:
            asked.append(cursor)
            start = cursor or 0
            await asyncio.sleep(0)
            return Slice(tuple(everything[start : start + 200]), start + 200 if start + 200 < 1_000 else None)

        tasks = Tasks(unexpected)
        model = PagedRows(COLUMNS, key=lambda row: row.number, fetch=fetch, tasks=tasks)
        table = Table(theme, model, name="History", tasks=tasks)
        table.resize(900, 400)
        table.show()
        await model.reload()
        assert (model.rowCount(), asked) == (200, [None])
        for _page in range(6):
            table.verticalScrollBar().setValue(table.verticalScrollBar().maximum())
            await settled(tasks, standing=0)
            table.updateGeometries()
        assert model.rowCount() == 1_000 and model.complete
        assert asked == [None, 200, 400, 600, 800]

        table.choose(777)
        place = table.visualRect(table.currentIndex()).top()
        everything.insert(0, Row(5_000, "new", None, RECORD["kit"]))
        await model.reload()
        current = table.current()
        assert current is not None and current.number == 777
        assert table.visualRect(table.currentIndex()).top() == place
        table.close()

    drive(scene())


def test_keys_checks_and_spoken_cells(drive: Drive, theme: Theme) -> None:
    async def scene() -> None:
        model, table = await loaded(theme, 50, several=True)
        table.setFocus(Qt.FocusReason.TabFocusReason)
        table.choose(0)
        opened: list[Row] = []
        table.opened.connect(opened.append)
        QTest.keyClick(table, Qt.Key.Key_Down)
        QTest.keyClick(table, Qt.Key.Key_Space)
        assert model.checked == {1}
        QTest.keyClick(table, Qt.Key.Key_Return)
        assert [row.number for row in opened] == [1]
        QTest.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
        QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
        lines = QGuiApplication.clipboard().text().splitlines()
        assert lines[0].split("\t")[:3] == ["SKU", "Amazon title", "€ 90 d"]
        assert [line.split("\t")[0] for line in lines[1:]] == ["BR-000001", "BR-000002"]
        spoken = [model.data(model.index(0, place), Qt.ItemDataRole.AccessibleTextRole) for place in range(8)]
        assert spoken[:5] == [
            "not chosen",
            "SKU: BR-000000",
            "Amazon title: Lindner Textmarker 000000",
            "€ 90 d: –",
            "Status: Not looked up",
        ]
        header = table.horizontalHeader()
        centre = QPoint(header.sectionViewportPosition(0) + 20, 14)
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=centre)
        assert len(model.checked) == 50
        at = QPoint(header.sectionViewportPosition(3) + 20, 14)
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)
        assert (model.sorted_by, model.descending) == ("revenue", True)
        table.grab()
        table.close()

    drive(scene())


def test_export_is_harmless_and_complete(drive: Drive, theme: Theme, tmp_path: Path) -> None:
    async def scene() -> None:
        model, table = await loaded(theme, 300)
        await model.set_rows([Row(1, "=cmd|' /C calc'!A0", Decimal("-4.50"), RECORD["kit"]), *rows(300)[2:]])
        written: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        table.exported.connect(lambda _path, count: written.set_result(count))
        table.export(tmp_path / "queue.csv")
        assert await written == 299
        with (tmp_path / "queue.csv").open(encoding="utf-8-sig", newline="") as file:
            lines = list(csv.reader(file))
        assert lines[0][:3] == ["SKU", "Amazon title", "€ 90 d"]
        assert lines[1][1:3] == ["'=cmd|' /C calc'!A0", "-4.50"]
        assert len(lines) == 300
        table.close()

    drive(scene())


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM", "'@SUM"),
        ("-4.50", "-4.50"),
        ("+49 30", "'+49 30"),
        ("a=b", "a=b"),
        ("\tx", "'\tx"),
    ],
)
def test_formulas_are_defused(cell: str, written: str) -> None:
    assert harmless(cell) == written


def test_widths_are_remembered(drive: Drive, theme: Theme, memory: Memory) -> None:
    async def scene() -> None:
        _model, table = await loaded(theme, 5, memory=memory)
        table.setColumnWidth(1, 177)
        table.close()
        _again, other = await loaded(theme, 5, memory=memory)
        assert other.columnWidth(1) == 177
        other.close()

    drive(scene())
