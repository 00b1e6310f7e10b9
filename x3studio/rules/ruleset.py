"""A rule set document, read strictly and made ready to run: states, guards, header fields, line fields."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from x3studio.domain.documents import DocumentKind
from x3studio.rules.fields import FieldRule, read_field
from x3studio.rules.guards import Guard, read_guard
from x3studio.rules.paths import LINE_PATHS, ORDER_PATHS, Getter, getter, personal
from x3studio.rules.reading import Node, read_json

FORMAT = 1
CANNOT_CHANGE = ("truncate", "upper", "lower", "replace", "prefix", "digits", "plain_letters", "concat")
"""Rules that must not touch the reference: a changed one would not be found again."""


@dataclass(frozen=True, slots=True)
class States:
    """Which states of a record are due, wait, or are never written, each with the words for it."""

    read: Getter
    due: Mapping[str, str]
    wait: Mapping[str, str]
    never: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Everything needed to turn one kind of record into one kind of X3 document.

    `reference_field` carries our reference; `quantity_field` and `price_field` are the line fields by
    which the document's total is proven. `own_business` says that a business buyer with a VAT number needs
    a customer of its own. `lengths` are defaults where X3's own are not known.
    """

    name: str
    version: str
    kind: DocumentKind
    reference_field: str
    reference: Getter
    states: States
    header: tuple[FieldRule, ...]
    lines: tuple[FieldRule, ...]
    guards: tuple[Guard, ...]
    lengths: Mapping[str, int]
    most_lines: int
    quantity_field: str
    price_field: str
    own_business: bool

    @property
    def paths(self) -> frozenset[str]:
        """Every place of the record that an active rule reads."""
        read = {guard.path for guard in self.guards}
        return frozenset(read.union(*(rule.paths for rule in (*self.header, *self.lines))))

    @property
    def personal_paths(self) -> frozenset[str]:
        """Those of them that hold personal data."""
        return frozenset(path for path in self.paths if personal(path))


def parse_ruleset(text: str) -> RuleSet:
    """The rule set of a JSON text; raises SettingFault whose `field` is the offending path."""
    root = read_json(text, what="The rule set")
    if root.whole("format", 0) != FORMAT:
        root.at("format").fault(f"this version reads format {FORMAT}.", advice="Update the program.")
    kind = root.choice("kind", tuple(DocumentKind))
    reference, proof = root.at("reference"), root.at("proof")
    tables = {name: _entries(node) for name, node in _tables(root)}
    header = _fields(root, "header", ORDER_PATHS, tables)
    lines = _fields(root, "lines", {**ORDER_PATHS, **LINE_PATHS}, tables)
    business = root.choice("business_buyers", ("own", "generic"), "own")
    ruleset = RuleSet(
        name=root.text("name"),
        version=root.text("version"),
        kind=DocumentKind(kind),
        reference_field=reference.text("field"),
        reference=getter(reference.choice("from", tuple(ORDER_PATHS))),
        states=_states(root.at("states")),
        header=header,
        lines=lines,
        guards=_guards(root),
        lengths=_lengths(root),
        most_lines=root.whole("most_lines", 0),
        quantity_field=proof.text("quantity"),
        price_field=proof.text("price"),
        own_business=business == "own",
    )
    for node in (reference, proof, root):
        node.finish()
    _check(ruleset, root)
    return ruleset


def _tables(root: Node) -> Iterator[tuple[str, Node]]:
    if root.has("tables"):
        yield from root.at("tables").entries()


def _entries(node: Node) -> Mapping[str, str]:
    return MappingProxyType({key: value.plain() for key, value in node.entries()})


def _fields(
    root: Node, key: str, known: Mapping[str, str], tables: Mapping[str, Mapping[str, str]]
) -> tuple[FieldRule, ...]:
    """The fields in force; those switched off are read too, so that switching one on cannot break."""
    read = [(read_field(node, known=known, tables=tables), node) for node in root.at(key).items()]
    return tuple(rule for rule, node in read if node.flag("active", default=True))


def _guards(root: Node) -> tuple[Guard, ...]:
    read = [(read_guard(node), node) for node in root.at("guards").items()]
    return tuple(guard for guard, node in read if node.flag("active", default=True))


def _lengths(root: Node) -> Mapping[str, int]:
    if not root.has("lengths"):
        return {}
    node = root.at("lengths")
    return MappingProxyType({name: node.whole(name, 0) for name, _ in node.entries()})


def _states(node: Node) -> States:
    parts = {key: node.table(key) for key in ("due", "wait", "never")}
    seen: dict[str, str] = {}
    for key, table in parts.items():
        for state in table:
            if state in seen:
                node.at(key).fault(f"{state} is already under {seen[state]}.", advice="Keep one of them.")
            seen[state] = key
    path = node.choice("path", tuple(ORDER_PATHS), "order.status")
    node.finish()
    return States(getter(path), parts["due"], parts["wait"], parts["never"])


def _check(ruleset: RuleSet, root: Node) -> None:
    for key, rules in (("header", ruleset.header), ("lines", ruleset.lines)):
        names = [rule.field for rule in rules]
        for rule in rules:
            if names.count(rule.field) > 1:
                root.at(key).fault(f"{rule.field} is mapped twice.", advice="Keep one of them.")
    carriers = [rule for rule in ruleset.header if rule.field == ruleset.reference_field]
    if not carriers:
        root.at("reference").fault(
            f"no header field {ruleset.reference_field} is mapped.", advice="Add it under header."
        )
    changing = [step for step in carriers[0].steps if step.name in CANNOT_CHANGE]
    if changing:
        root.fault(
            f"{changing[0].ref}: the reference must reach X3 unchanged.",
            advice=f"Remove the rule {changing[0].name}.",
        )
    lines = {rule.field: rule for rule in ruleset.lines}
    for key, field, path in (
        ("quantity", ruleset.quantity_field, "article.quantity"),
        ("price", ruleset.price_field, "article.price"),
    ):
        if field not in lines or path not in lines[field].paths:
            root.at("proof").at(key).fault(
                f"{field} must be a line field taken from {path}, for the total is proven by it."
            )
