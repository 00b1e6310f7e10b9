"""The window as a foreign client of the accessibility bus has it: every control named, the first job done."""

import csv
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.access.session import Reader, desktop, missing
from tests.cli.story import Program
from tests.crash.served import Served, served

pytestmark = [
    pytest.mark.skipif(bool(missing()), reason=missing() or "nothing lacks"),
    pytest.mark.timeout(300),
]

SKU, ITEM = "LT-GELB-6ER", "LIN-TM-GE"
CONTROLS = frozenset(
    {"push button", "toggle button", "check box", "radio button", "combo box", "text", "password text"}
    | {"table", "tree table", "list", "list item", "menu item", "spin button", "link", "page tab", "slider"}
)
PLAIN = frozenset({"label", "filler", "panel", "frame", "layered pane", "scroll pane", "viewport"})
Tree = list[Mapping[str, Any]]
_PATIENCE = 60.0


@pytest.fixture(scope="module")
def systems(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("systems"), orders=40, faults={"rate_limits": False}) as running:
        yield running


def _unnamed(tree: Tree) -> list[Mapping[str, Any]]:
    """Controls, and whatever else takes the keyboard, that a screen reader could only call by their role."""
    return [each for each in tree if not each["name"] and (each["role"] in CONTROLS or each["focusable"])]


def _until(reader: Reader, settled: Callable[[Tree], bool]) -> Tree:
    """The tree once it is as it should be."""
    end = time.monotonic() + _PATIENCE
    while True:
        tree: Tree = reader("tree")
        if settled(tree):
            return tree
        assert time.monotonic() < end, [f"{each['role']} {each['name']}" for each in tree]
        time.sleep(0.3)


def _on(reader: Reader, page: str) -> Tree:
    """Goes to a page by the rail and reads it once its title stands in the top bar."""
    reader("press", name=page, role="radio button", starts=True)
    return _until(reader, lambda tree: {"role": "label", "name": page}.items() <= _title(tree).items())


def _title(tree: Tree) -> Mapping[str, Any]:
    """The last label of the top bar: where one stands."""
    names = [place for place, each in enumerate(tree) if each["name"] == "Top bar"]
    below = tree[names[0] + 1 :] if names else []
    labels = [each for each in below[:8] if each["role"] == "label" and each["name"]]
    return labels[-1] if labels else {}


def test_every_control_of_every_page_has_a_name(tmp_path: Path) -> None:
    with desktop(tmp_path, "demo") as reader:
        reader("reads", text="First steps", seconds=_PATIENCE)
        # The rail names the pages: a new one is read with the others.
        rail = [each["name"] for each in reader("tree") if each["role"] == "radio button"]
        assert {"Home", "Mapping", "Runs", "Exceptions", "Connections", "Settings"} <= set(rail)
        for page in rail:
            tree = _on(reader, page)
            assert _unnamed(tree) == [], page
            assert {each["role"] for each in tree} - PLAIN, page


def test_the_first_job_is_done_through_the_bus_alone(systems: Served, tmp_path: Path) -> None:
    program = _prepared(systems, tmp_path)
    given = {name: text for name, text in program.environment().items() if name.startswith("X3STUDIO_")}
    with desktop(tmp_path, **given) as reader:
        reader("reads", text="First steps", seconds=_PATIENCE)
        _connects(reader, systems.x3)
        _on(reader, "Home")
        reader("press", name="Read now", role="push button")
        reader("reads", text="4 of 7 done", seconds=_PATIENCE)
        _on(reader, "Runs")
        reader("press", name="Run now", role="push button")
        reader("reads", text="Done with 1 exception", seconds=_PATIENCE)
        _on(reader, "Exceptions")
        reader("reads", text=f"No X3 item stands for the SKU {SKU}.")
        assert _unnamed(reader("tree")) == []
        _maps(reader)
        reader("press", name="Replay 1", role="push button")
        _on(reader, "Runs")
        reader("reads", text="replay of 1", seconds=_PATIENCE)
        # The numbers of the first run stand on this page already: the replay is over once nothing is open.
        _on(reader, "Exceptions")
        reader("reads", text="No exceptions", seconds=_PATIENCE)
        _on(reader, "Runs")
        number = reader("reads", text="X3 number: S", seconds=_PATIENCE)
    refused = {case["reference"] for case in program("exceptions", "--all", "--json").document}
    assert len(refused) == 1 and program("exceptions", "--json").document == []
    created = [line for line in systems.ledger.read_text(encoding="utf-8").splitlines() if '"SOH"' in line]
    assert number.removeprefix("X3 number: ") in "".join(created)
    assert all(sum(f'"{each}"' in line for line in created) == 1 for each in refused)


def _prepared(systems: Served, home: Path) -> Program:
    """A workspace with Amazon connected and all but one SKU mapped; X3 is connected in the window."""
    program = Program(home).with_secrets(systems.greeting, amazon="amazon")
    program("init").happened()
    program.connect_amazon(systems.amazon).happened()
    with systems.mappings.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file) if SKU not in row]
    part = home / "mapping.csv"
    with part.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    program("map", "import", part).happened()
    return program


def _connects(reader: Reader, x3: Mapping[str, Any]) -> None:
    reader("press", name="Connect X3", role="push button")
    for name, key in (("Host", "base_url"), ("Folder", "folder"), ("Client id", "client_id")):
        reader("fill", name=name, role="text", text=x3[key])
    reader("fill", name="Client secret", role="text", text="a wrong one")
    reader("press", name="Test connection", role="push button")
    reader("reads", text="Unknown client or wrong secret.", seconds=_PATIENCE)
    reader("fill", name="Client secret", role="text", text=x3["client_secret"])
    reader("press", name="Test", role="push button", starts=True)
    reader("press", name="Next", role="push button", seconds=_PATIENCE)
    assert _unnamed(reader("tree")) == []
    reader("press", name="Save", role="push button")
    reader("reads", text=f"X3 {x3['folder']} connected", seconds=_PATIENCE)


def _maps(reader: Reader) -> None:
    reader("press", name="Open mapping on 1 SKU", role="push button")
    reader("press", name="Match now", role="push button")
    name = next(
        each["name"]
        for each in _until(reader, lambda tree: any(f" {ITEM}," in each["name"] for each in tree))
        if f" {ITEM}," in each["name"]
    )
    reader("press", name=name)
    assert _unnamed(reader("tree")) == []
    reader("press", name="Accept", role="push button", starts=True)
