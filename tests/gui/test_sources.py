"""What the sources themselves promise: no nested loops, every icon shipped and none for nothing."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import x3studio.gui
from x3studio.shipped import shipped, shipped_text

GUI = Path(x3studio.gui.__file__).parent
SOURCES = sorted(GUI.rglob("*.py"))
_NAMING = {"State", "Figure", "Hit", "picture", "Picture", "show_icon", "set_icon", "Entry", "icon"}


def words_in(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def icons_in(tree: ast.AST) -> Iterator[str]:
    """The icons that calls name; for State(...) and the like only what stands in the icon's place."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = getattr(call.func, "id", getattr(call.func, "attr", ""))
        place = {"Entry": 2, "picture": 2, "Picture": 1}.get(name, 0)
        if name in _NAMING and len(call.args) > place:
            yield from words_in(call.args[place])
        for keyword in call.keywords:
            if keyword.arg == "icon":
                yield from words_in(keyword.value)


def test_every_named_icon_is_shipped() -> None:
    there = {path.stem for path in shipped("icons").glob("*.svg")}
    named = {name for source in SOURCES for name in icons_in(ast.parse(source.read_text("utf-8")))} - {""}
    missing = {name for name in named if name not in there and " " not in name}
    assert missing == set()


def test_no_icon_is_shipped_for_nothing() -> None:
    there = {path.stem for path in shipped("icons").glob("*.svg")}
    said = {word for source in SOURCES for word in words_in(ast.parse(source.read_text("utf-8")))}
    assert there - said == set()


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(GUI)))
def test_no_second_event_loop(source: Path) -> None:
    """exec(), processEvents() and Qt's asking shortcuts lose the running task."""
    calls = [node for node in ast.walk(ast.parse(source.read_text("utf-8"))) if isinstance(node, ast.Call)]
    names = {node.func.attr for node in calls if isinstance(node.func, ast.Attribute)}
    assert not names & {
        "exec",
        "exec_",
        "processEvents",
        "question",
        "getSaveFileName",
        "getOpenFileName",
        "getText",
    }


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(GUI)))
def test_qasync_stays_in_one_file_and_colours_in_data(source: Path) -> None:
    text = source.read_text("utf-8")
    assert ("import qasync" in text) == (source.name == "app.py")
    assert "QSortFilterProxyModel" not in text
    if source.name != "theme.py":
        assert 'QColor("#' not in text


@pytest.mark.parametrize("name", ["inter", "jetbrains-mono", "lucide"])
def test_licences_are_shipped(name: str) -> None:
    licence = shipped_text(f"third_party/{name}/LICENSE.txt")
    assert "Copyright" in licence
    assert ("ISC License" if name == "lucide" else "SIL OPEN FONT LICENSE") in licence
