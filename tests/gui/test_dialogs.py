"""Every dialog of the program fits a window of 960 x 640: nothing is cut off, what is longer scrolls."""

import ast
import asyncio
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QTableView,
    QWidget,
)

from tests.screens import SCENES
from x3studio import gui
from x3studio.domain.connections import AmazonConnection, X3Connection
from x3studio.domain.errors import VaultFault
from x3studio.domain.mappings import ItemPair
from x3studio.domain.settlements import Account, Check, Triple, Verdict
from x3studio.domain.workbench import Kind
from x3studio.gui import passphrase
from x3studio.gui.exceptions import dialogs as exceptions
from x3studio.gui.home import handover
from x3studio.gui.home.data import Note
from x3studio.gui.mapping import asking, offers
from x3studio.gui.mapping.page import MappingPage
from x3studio.gui.mapping.unifying import UnifyDialog
from x3studio.gui.routes import ask_route
from x3studio.gui.runs import pausing
from x3studio.gui.runs.page import RunsPage
from x3studio.gui.settlements import dialogs as settlements
from x3studio.gui.settlements.groups import GroupRow
from x3studio.gui.shell import keys
from x3studio.gui.widgets.dialog import Dialog, confirm
from x3studio.gui.widgets.label import Label
from x3studio.gui.window import Window
from x3studio.workspace.routes import Route, routes_between

from .catalogue import catalogue
from .conftest import dialog_over, settled

Drive = Callable[[Any], Any]
Act = Callable[[Window], Any]
SIZE = (960, 640)
_LONG = "What X3 said is long: " + "the folder BRKTST does not know the site that the settings name; " * 4
_NOW = datetime.now(UTC)
_CHECK = Check("B12", Verdict.OPEN, _LONG)
OWN: dict[str, str | Act] = {
    "AccountDialog": lambda window: settlements.AccountDialog(
        window.desk.theme, window.page, _group(), "Advertising in every marketplace and channel", ()
    ).ask(),
    "AddingDialog": "settlements-adding",
    "ChoiceDialog": "site-choice",
    "DecisionsDialog": "settlements-decisions",
    "DeferredDialog": "settlements-held-back",
    "FamilyDialog": "mapping-family",
    "FourEyes": "mapping-four-eyes",
    "KeysDialog": "mapping-keys",
    "KitDialog": "mapping-kit",
    "PackDialog": "mapping-factor",
    "PostingDialog": "settlements-posting",
    "Renewal": "connections-renew",
    "RepairDialog": "settlements-repair",
    "ReplayDialog": "exceptions-replay",
    "SecondLook": "mapping-second-look",
    "SummaryDialog": "settlements-summary",
    "UnifyDialog": lambda window: UnifyDialog(
        window.desk, window.page, _pairs(), here="", domains={"A13V1IB3VIYZZH": "amazon.fr"}
    ).ask(),
}
"""By the class of the dialog: a scene, or what opens it."""
PLAIN: dict[str, str | Act] = {
    "exceptions.dialogs.ask_name": lambda window: exceptions.ask_name(window.desk.theme, window.page),
    "exceptions.dialogs.ask_note": lambda window: exceptions.ask_note(
        window.desk.theme, window.page, [_LONG]
    ),
    "home.handover.ask_note": lambda window: handover.ask_note(window.desk.theme, window.page),
    "home.handover.earlier_dialog": lambda window: handover.earlier_dialog(
        window.desk.theme, window.page, [Note(_LONG, "Nele", _NOW)] * 9, now=_NOW
    ).ask(),
    "mapping.asking.ask_choice": lambda window: asking.ask_choice(
        window.desk, window.page, "Lot, serial number or expiry", offers.LOTS, fact=_LONG
    ),
    "mapping.asking.ask_target": lambda window: asking.ask_target(window.desk, window.page, Kind.ITEMS),
    "mapping.asking.ask_text": lambda window: asking.ask_text(
        window.desk, window.page, "Request", caption="What is needed", action="Request", help_=_LONG
    ),
    "mapping.comparing.show_comparison": "mapping-compared",
    "mapping.importing.ask": lambda window: _import(window),
    "passphrase.ask_passphrase": lambda window: passphrase.ask_passphrase(
        window.desk.theme, window.page, VaultFault(_LONG, advice=_LONG), new=True
    ),
    "routes.ask_route": lambda window: ask_route(
        window.desk.theme, window.desk.memory, window.page, _routes(), title="Run of orders", action="Run now"
    ),
    "runs.page._ask_launch": lambda window: _launch(window),
    "runs.pausing.ask_reason": lambda window: pausing.ask_reason(window.desk.theme, window.page, 4812),
    "settlements.dialogs.ask_explanation": lambda window: settlements.ask_explanation(
        window.desk.theme, window.page, _CHECK, who="Nele", before=""
    ),
    "settlements.dialogs.ask_owner": lambda window: settlements.ask_owner(
        window.desk.theme, window.page, _CHECK, who="Nele"
    ),
    "settlements.dialogs.ask_place": lambda window: settlements.ask_place(
        window.desk.theme, window.page, ["amazon.de", "amazon.co.uk"], now="amazon.de"
    ),
    "shell.keys.help_dialog": lambda window: keys.help_dialog(
        window.desk.theme, window.page, "Mapping", window.page.keys()
    ).ask(),
    "shell.news._block": "trouble",
    "shell.news._crash": lambda window: _crash(window),
    "widgets.dialog.confirm": lambda window: confirm(
        window.desk.theme, window.page, _LONG[:120], fact=_LONG, action="Take it back", safety="One step"
    ),
}
"""By the function that makes a dialog of no class of its own."""


def _group() -> GroupRow:
    leaf = Triple("ServiceFee", "Cost of Advertising", "TransactionTotalAmount")
    account = Account("623100", "V19", (("CCE", "AMZDE"),))
    return GroupRow(
        "advertising",
        "advertising",
        "Advertising",
        0,
        None,
        account,
        False,
        12,
        Decimal("-84.20"),
        "EUR",
        frozenset({leaf}),
        "amazon.de",
        "FBA",
    )


def _pairs() -> list[ItemPair]:
    return [
        ItemPair("A-SKU-OF-MANY-LETTERS", f"ITM{place:017}", marketplace=f"M{place}") for place in range(12)
    ]


def _routes() -> list[Route]:
    x3 = X3Connection(name="BRKTST, a folder of a long name", base_url="https://x3.example", folder="BRKTST")
    sellers = [AmazonConnection(name, "eu", "A2SELLER", ("A1PA6795UKMFR9",)) for name in ("Amazon EU", "UK")]
    return routes_between([x3, *sellers])


async def _crash(window: Window) -> None:
    window.desk.door.crashed.emit("Traceback\n" + "  File x3studio, in a line of some length\n" * 60)


async def _launch(window: Window) -> None:
    window.go("runs")
    assert isinstance(window.page, RunsPage)
    await window.page._ask_launch()


async def _import(window: Window) -> None:
    """A sheet in which somebody has changed everything that is decided."""
    await catalogue(window.desk.host.store)
    window.go("mapping")
    page = window.page
    assert isinstance(page, MappingPage)
    path = Path(window.desk.host.path).parent / "items.csv"
    items = await window.desk.host.store.read(lambda tables: tables.masters.items_page(limit=60).rows)
    codes = ["BR-ECO-SET", "X0009-NEU", "BR-BATT-AA", "BR-KITTEL-WS-M"]
    lines = [f"{code};{item.itmref};1" for code, item in zip(codes, items, strict=False)]
    path.write_text("\n".join(["sku;itmref;pack_factor", *lines]))
    page.files.import_file(path, Kind.ITEMS)


def classes() -> Iterator[str]:
    """Every class of dialog in the program."""
    for module in pkgutil.walk_packages(gui.__path__, f"{gui.__name__}."):
        for name, value in vars(importlib.import_module(module.name)).items():
            if inspect.isclass(value) and issubclass(value, Dialog) and value.__module__ == module.name:
                yield name


def makers() -> Iterator[str]:
    """Every function that makes a plain dialog: "mapping.asking.ask_text"."""
    root = Path(gui.__path__[0])
    for file in root.rglob("*.py"):
        place = ".".join(file.relative_to(root).with_suffix("").parts)
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and any(
                isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Dialog"
                for call in ast.walk(node)
            ):
                yield f"{place}.{node.name}"


def test_every_dialog_is_looked_at_here() -> None:
    assert set(classes()) - {"Dialog"} == set(OWN)
    assert set(makers()) == set(PLAIN)


@pytest.mark.parametrize("name", [*OWN, *PLAIN])
def test_a_dialog_fits_a_small_window(drive: Drive, opened: Callable[..., Any], name: str) -> None:
    wanted = {**OWN, **PLAIN}[name]

    async def scene() -> None:
        async with opened() as window:
            window.resize(*SIZE)
            if isinstance(wanted, str):
                await SCENES[wanted](window)
            else:
                if name.startswith("mapping"):
                    window.go("mapping")
                window.tasks.start(wanted(window), name=name)
            dialog = await dialog_over(window)
            for _look in range(20):
                # What it shows may have to be read first, and finds its place a moment later.
                await asyncio.sleep(0.1)
                if not list(faults(window, dialog)):
                    break
            assert name in PLAIN or type(dialog).__name__ == name
            assert (window.width(), window.height()) == SIZE
            assert list(faults(window, dialog)) == []
            dialog.reject()
            await settled(window.tasks)

    drive(scene())


def faults(window: Window, dialog: Dialog) -> Iterator[str]:
    """What lies outside of the window or of the dialog, and words that have less room than they need."""
    ground = QRect(window.mapToGlobal(QPoint(0, 0)), window.size())
    frame = _place(dialog._frame)
    if not ground.contains(frame):
        yield f"{frame} leaves the window {ground}"
    for part in dialog._frame.findChildren(QWidget):
        if not part.isVisible() or isinstance(part.parentWidget(), QTableView | QComboBox | QLineEdit):
            continue
        if isinstance(part, QAbstractButton | Label | QLineEdit | QPlainTextEdit | QComboBox | QTableView):
            yield from _fault(part, frame)


def _fault(part: QWidget, frame: QRect) -> Iterator[str]:
    area, wanted = _place(part), part.minimumSizeHint()
    called = f"{type(part).__name__} {part.accessibleName() or getattr(part, 'text', str)()!r}"
    if area.left() < frame.left() or area.right() > frame.right():
        yield f"{called} is cut at the side"
    if isinstance(part, QAbstractButton) or (isinstance(part, Label) and part.keeps_width):
        short = part.sizeHint().width() - part.width()
        if short > 0:
            yield f"{called} lacks {short} px"
    if part.height() < wanted.height() and not isinstance(part, QTableView):
        yield f"{called} is {part.height()} px high and needs {wanted.height()}"
    if (area.bottom() > frame.bottom() or area.top() < frame.top()) and not _scrolls(part):
        yield f"{called} is cut below or above, and nothing scrolls"


def _scrolls(part: QWidget) -> bool:
    """Whether some ground it lies on can be scrolled to it."""
    above = part.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea) and above.verticalScrollBar().maximum() > 0:
            return True
        above = above.parentWidget()
    return False


def _place(part: QWidget) -> QRect:
    return QRect(part.mapToGlobal(QPoint(0, 0)), part.size())
