"""One target field of a rule set: where its value comes from and which transforms it passes, ready to run."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from x3studio.domain.errors import Refused
from x3studio.rules.paths import Getter, getter, personal
from x3studio.rules.reading import Node
from x3studio.rules.trace import Origins, TraceStep
from x3studio.rules.transforms import TRANSFORMS, Path, Scene, Table, Told, Transform
from x3studio.rules.values import as_text

EMPTY = ("omit", "send", "refuse")
"""What happens to a field whose value is empty."""

_MISSINGS = ("refuse", "keep", "empty")


class Step(NamedTuple):
    """A transform with its arguments bound."""

    name: str
    words: str
    ref: str
    call: Callable[[Any, Scene], Any]
    wants_text: bool


@dataclass(frozen=True, slots=True)
class FieldRule:
    """How one X3 field gets its value.

    `sources` are tried in order until one is not empty; `constant` and `setting` stand instead of them.
    `paths` are all places of the record it reads, arguments of transforms included.
    """

    field: str
    ref: str
    sources: tuple[tuple[str, Getter], ...]
    constant: str | None
    setting: str
    steps: tuple[Step, ...]
    empty: str
    paths: frozenset[str]
    why: str

    @property
    def private(self) -> bool:
        """Whether personal data may get into this field."""
        return any(personal(path) for path in self.paths)

    def run(self, scene: Scene, *, line: int, origins: Origins, trace: list[TraceStep]) -> str:
        """The field's value; appends every step to the trace. Raises Refused."""
        field = self.field
        value, first = self._take(scene, line, origins)
        trace.append(first)
        before = first.after
        for name, words, ref, call, wants_text in self.steps:
            if wants_text:
                value = before
                if not value:
                    continue
            value = call(value, scene)
            if type(value) is Told:
                value, words = value
            after = value if type(value) is str else as_text(value)
            trace.append(TraceStep(field, line, first.source, before, name, words, after, ref))
            before = after
        if scene.length and len(before) > scene.length:
            raise Refused(
                f"{field} holds {scene.length} characters in X3; its value has {len(before)}.",
                advice=f"Add the rule truncate to {field}, or map something shorter.",
                subject=field,
            )
        if not before and self.empty == "refuse":
            source = first.source or "its source"
            raise Refused(
                f"{field} would be empty: {source} gives nothing.",
                advice=f"Fill {source}, or give {field} a default in the rule set.",
                cause="missing",
                subject=field,
            )
        return before

    def _take(self, scene: Scene, line: int, origins: Origins) -> tuple[Any, TraceStep]:
        if self.constant is not None:
            words, text = "Always the same.", self.constant
            return text, TraceStep(self.field, line, "", text, "constant", words, text, self.ref)
        if self.setting:
            text = scene.site.value(self.setting, scene.marketplace, scene.channel)
            words, source = "The site's setting.", f"setting {self.setting}"
            return text, TraceStep(self.field, line, source, text, "setting", words, text, self.ref)
        value: Any = None
        path = ""
        for path, get in self.sources:  # noqa: B007  # the last path tried is the one to name
            value = get(scene.scope)
            if value is not None and value != "":
                break
        text = as_text(value)
        origin = origins.get(path)
        if origin is not None:
            source, before, rule, words = origin
            return value, TraceStep(self.field, line, source, before, rule, words, text, self.ref)
        return value, TraceStep(self.field, line, path, text, "taken", "Taken as it is.", text, self.ref)


def read_field(node: Node, *, known: Mapping[str, str], tables: Mapping[str, Mapping[str, str]]) -> FieldRule:
    """One entry of `header` or `lines`; `known` are the paths it may address."""
    node.object("a field")
    given = [key for key in ("from", "value", "setting") if node.has(key)]
    if len(given) != 1:
        node.fault('a field needs one of "from", "value" and "setting".')
    sources: list[tuple[str, Getter]] = []
    if given == ["from"]:
        for path in node.texts("from"):
            _check_path(node.at("from"), path, known)
            sources.append((path, getter(path)))
        if not sources:
            node.at("from").fault("this names no path.")
    paths = {path for path, _ in sources}
    steps = []
    if node.has("rules"):
        for part in node.at("rules").items():
            steps.append(_read_step(part, known, tables, paths))
    rule = FieldRule(
        field=node.text("field"),
        ref=node.path,
        sources=tuple(sources),
        constant=node.text("value", "") if given == ["value"] else None,
        setting=node.text("setting") if given == ["setting"] else "",
        steps=tuple(steps),
        empty=node.choice("empty", EMPTY, EMPTY[0]),
        paths=frozenset(paths),
        why=node.text("why", ""),
    )
    node.flag("active", default=True)
    node.finish()
    return rule


def _check_path(node: Node, path: str, known: Mapping[str, str]) -> None:
    if path not in known:
        near = [name for name in known if name.split(".")[-1] == path.split(".")[-1]]
        offer = f"Did you mean {' or '.join(near)}?" if near else "See the list of paths in the guide."
        node.fault(f'"{path}" is not part of the record here.', advice=offer)


def _read_step(
    node: Node, known: Mapping[str, str], tables: Mapping[str, Mapping[str, str]], paths: set[str]
) -> Step:
    name = node.plain() if isinstance(node.raw, str) else node.object("a rule").text("rule")
    rule = TRANSFORMS.get(name)
    if rule is None:
        node.fault(f'there is no rule "{name}".', advice=f"There are: {', '.join(sorted(TRANSFORMS))}.")
    fixed: dict[str, Any] = {}
    moving: dict[str, Getter | tuple[Getter, ...]] = {}
    for key, takes in rule.takes.items():
        given = not isinstance(node.raw, str) and node.has(key)
        if not given and takes.default is inspect.Parameter.empty:
            node.fault(f'the rule "{name}" needs "{key}".')
        if given or takes.annotation in (Path, tuple[Path, ...]):
            _read_argument(node, key, takes, tables, fixed, moving, given=given)
    for read in _paths_of(node, rule):
        _check_path(node, read, known)
        paths.add(read)
    if not isinstance(node.raw, str):
        node.finish()
    return Step(name, rule.words, node.path, _bind(rule, fixed, moving), rule.wants_text)


def _read_argument(
    node: Node,
    key: str,
    takes: inspect.Parameter,
    tables: Mapping[str, Mapping[str, str]],
    fixed: dict[str, Any],
    moving: dict[str, Getter | tuple[Getter, ...]],
    *,
    given: bool,
) -> None:
    kind = takes.annotation
    if kind is Path:
        moving[key] = getter(node.text(key) if given else takes.default)
    elif kind == tuple[Path, ...]:
        moving[key] = tuple(getter(path) for path in node.texts(key))
    elif kind is Table:
        name = node.text(key)
        if name not in tables:
            node.at(key).fault(f'there is no table "{name}".', advice=f"There are: {', '.join(tables)}.")
        fixed[key] = tables[name]
    elif kind is int:
        fixed[key] = node.whole(key, 0)
    elif kind is str:
        fixed[key] = node.choice(key, _MISSINGS) if key == "missing" else node.text(key, "")
    else:
        fixed[key] = node.table(key)


def _paths_of(node: Node, rule: Transform) -> list[str]:
    found: list[str] = []
    for key, takes in rule.takes.items():
        if takes.annotation is Path:
            given = not isinstance(node.raw, str) and node.has(key)
            found.append(node.text(key) if given else str(takes.default))
        elif takes.annotation == tuple[Path, ...]:
            found.extend(node.texts(key))
    return found


def _bind(
    rule: Transform, fixed: Mapping[str, Any], moving: Mapping[str, Getter | tuple[Getter, ...]]
) -> Callable[[Any, Scene], Any]:
    call = partial(rule.call, **fixed) if fixed else rule.call
    if not moving:
        return call

    def with_paths(value: Any, scene: Scene) -> Any:
        found = {
            key: tuple(get(scene.scope) for get in read) if isinstance(read, tuple) else read(scene.scope)
            for key, read in moving.items()
        }
        return call(value, scene, **found)

    return with_paths
