"""A foreign client of the accessibility bus: it knows AT-SPI's protocol and nothing of the program it reads.

Run by the system's Python with the address of a session bus in its surroundings; takes one JSON request a
line and answers with one JSON line. Nothing of the product or of its tests is imported here.
"""

import json
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any

from gi.repository import Gio, GLib

ACCESSIBLE, ACTION = (f"org.a11y.atspi.{name}" for name in ("Accessible", "Action"))
EDITABLE, COMPONENT = (f"org.a11y.atspi.{name}" for name in ("EditableText", "Component"))
PROPERTIES = "org.freedesktop.DBus.Properties"
REGISTRY, ROOT = "org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root"
SHOWING, ENABLED, FOCUSABLE = 25, 8, 11
"""Bits of AtspiStateType (atspi-constants.h)."""
LONG = ("table", "tree table", "list", "tree", "combo box")
MOST_OF_A_LONG_ONE = 60
CALL_MS = 10_000


class Bus:
    """The accessibility bus, which the session bus leads to."""

    def __init__(self) -> None:
        session = Gio.bus_get_sync(Gio.BusType.SESSION)
        found = session.call_sync(
            "org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress", None, None, 0, CALL_MS, None
        )
        flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
        self.bus = Gio.DBusConnection.new_for_address_sync(found.unpack()[0], flags)

    def call(self, node: Sequence[str], interface: str, method: str, arguments: Any = None) -> Any:
        """The answer of one method, unpacked."""
        name, path = node
        answer = self.bus.call_sync(name, path, interface, method, arguments, None, 0, CALL_MS, None)
        return answer.unpack() if answer is not None else ()

    def property(self, node: Sequence[str], interface: str, name: str) -> Any:
        """One property."""
        return self.call(node, PROPERTIES, "Get", GLib.Variant("(ss)", (interface, name)))[0]


class Node:
    """One accessible object."""

    def __init__(self, bus: Bus, where: Sequence[str]) -> None:
        self.bus, self.where = bus, tuple(where)

    def children(self) -> list["Node"]:
        return [Node(self.bus, each) for each in self.bus.call(self.where, ACCESSIBLE, "GetChildren")[0]]

    @property
    def name(self) -> str:
        return str(self.bus.property(self.where, ACCESSIBLE, "Name"))

    @property
    def description(self) -> str:
        return str(self.bus.property(self.where, ACCESSIBLE, "Description"))

    @property
    def role(self) -> str:
        return str(self.bus.call(self.where, ACCESSIBLE, "GetRoleName")[0])

    @property
    def states(self) -> int:
        low, high = self.bus.call(self.where, ACCESSIBLE, "GetState")[0]
        return int(low) | int(high) << 32

    def has(self, state: int) -> bool:
        return bool(self.states >> state & 1)

    def act(self) -> None:
        """Does the first thing one can do with it: press, toggle, open."""
        self.bus.call(self.where, ACTION, "DoAction", GLib.Variant("(i)", (0,)))

    def type(self, text: str) -> None:
        self.bus.call(self.where, COMPONENT, "GrabFocus")
        self.bus.call(self.where, EDITABLE, "SetTextContents", GLib.Variant("(s)", (text,)))

    def walk(self, depth: int = 0) -> Iterator[tuple["Node", int]]:
        """This object and everything below that is shown, in the order of the tree."""
        yield self, depth
        if depth > 40:
            return
        below = self.children()
        for child in below[:MOST_OF_A_LONG_ONE] if self.role in LONG else below:
            try:
                if child.has(SHOWING):
                    yield from child.walk(depth + 1)
            except GLib.Error:
                # It went away while the tree was read.
                continue


class Reader:
    """What a person with a screen reader does: reads, looks for a name, presses, types."""

    def __init__(self) -> None:
        self.bus = Bus()

    def windows(self) -> list[Node]:
        root = Node(self.bus, (REGISTRY, ROOT))
        found = [window for program in root.children() for window in program.children()]
        return [window for window in found if window.has(SHOWING)]

    def everything(self) -> Iterator[tuple[Node, int]]:
        for window in self.windows():
            yield from window.walk()

    def tree(self) -> list[dict[str, Any]]:
        """Every object shown: role, name, description, whether it is on, depth."""
        told = []
        for node, depth in self.everything():
            try:
                told.append(
                    {
                        "role": node.role,
                        "name": node.name,
                        "about": node.description,
                        "on": node.has(ENABLED),
                        "focusable": node.has(FOCUSABLE),
                        "depth": depth,
                    }
                )
            except GLib.Error:
                continue
        return told

    def find(self, *, name: str, role: str = "", starts: bool = False, seconds: float = 20.0) -> Node:
        """The first object of that name and role, waited for."""
        end = time.monotonic() + seconds
        while True:
            try:
                for node, _ in self.everything():
                    said = node.name
                    fits = said.startswith(name) if starts else said == name
                    if fits and (not role or node.role == role) and node.has(ENABLED):
                        return node
            except GLib.Error:
                pass
            if time.monotonic() > end:
                raise LookupError(f"never came: {role or 'anything'} {name!r}")
            time.sleep(0.2)

    def press(self, **wanted: Any) -> str:
        node = self.find(**wanted)
        node.act()
        return node.name

    def fill(self, *, text: str, **wanted: Any) -> str:
        self.find(**wanted).type(text)
        return text

    def reads(self, *, text: str, seconds: float = 20.0) -> str:
        """Waits until some object's name or text holds these words; gives it whole."""
        end = time.monotonic() + seconds
        while True:
            try:
                for node, _ in self.everything():
                    said = node.name
                    if text in said:
                        return said
            except GLib.Error:
                pass
            if time.monotonic() > end:
                raise LookupError(f"never read: {text!r}")
            time.sleep(0.2)


def main() -> None:
    reader = Reader()
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = {"told": getattr(reader, request.pop("do"))(**request)}
        except (LookupError, GLib.Error) as fault:
            answer = {"fault": str(fault)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
