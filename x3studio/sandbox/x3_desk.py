"""Where every dialect of the demo X3 ends: documents are checked, completed, numbered, kept and recorded."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import cast

from x3studio.sandbox.credentials import X3Credentials
from x3studio.sandbox.documents import StoredDocument
from x3studio.sandbox.ledger import Kind, Ledger
from x3studio.sandbox.world import World
from x3studio.sandbox.x3_masters import customer_fields, customer_from, item_fields, item_from, text
from x3studio.sandbox.x3_objects import ObjectSpec, objects
from x3studio.sandbox.x3_rules import Finding, Inspector
from x3studio.sandbox.x3_words import say

PUBLIC_NAMES: Mapping[str, str] = {
    "SOH": "YSOH",
    "SDH": "YSDH",
    "SRH": "YSRH",
    "SIH": "YSIH",
    "GAS": "YGAS",
    "BPC": "YBPC",
    "ITM": "YITM",
}
"""Names under which this site published its objects for SOAP."""


@dataclass(slots=True)
class Switches:
    """What a demo or a test may turn at run time; every one is read at each request.

    `unique_reference`: X3 refuses a second document with a reference and names the first.
    `children`: web-service children; 0 answers SOAP with HTTP 500 "No Web services accepted".
    `groups`: SOAP block ids of this site, by the id in the seed file, such as {"SOH4_1": "SOH4_2"}.
    `graphql_root`: "x3" (2023 R2 and later) or "xtremX3" (before). `graphql_denied`: nodes without rights.
    `page`: the most rows a REST query gives at once, whatever count it asks for.
    `hidden`: classes of REST that this site does not show.
    """

    unique_reference: bool = False
    children: int = 2
    pool: str = "STUDIO"
    public_names: dict[str, str] = field(default_factory=lambda: dict(PUBLIC_NAMES))
    groups: dict[str, str] = field(default_factory=dict)
    graphql_root: str = "x3"
    graphql_denied: frozenset[str] = frozenset()
    closed_before: date | None = None
    token_seconds: int = 300
    page: int = 1000
    hidden: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a write: the document, or None where the findings hold an error."""

    document: StoredDocument | None
    findings: tuple[Finding, ...] = ()


@dataclass(slots=True)
class Desk:
    """One demo X3: its world, its switches, and the ledger that tells the truth."""

    world: World
    ledger: Ledger
    credentials: X3Credentials
    switches: Switches = field(default_factory=Switches)

    def create(
        self,
        code: str,
        header: Mapping[str, str],
        lines: Sequence[Mapping[str, str]],
        *,
        folder: str,
        language: str = "ENG",
    ) -> Outcome:
        """Creates a document of object `code`; field names are X3's, dates ISO. Commits at once."""
        spec = objects()[code]
        findings = self._inspector(language).check(spec, header, lines)
        findings += self._clash(spec, header, folder, language)
        if any(finding.severity == "error" for finding in findings):
            return Outcome(None, tuple(findings))
        document = self._complete(spec, header, lines, folder)
        self.world.documents.add(document)
        self._master(code, document.header)
        self.ledger.add("x3", cast(Kind, code), document.number, document.reference)
        return Outcome(document, tuple(findings))

    def modify(
        self,
        code: str,
        number: str,
        header: Mapping[str, str],
        lines: Sequence[Mapping[str, str]] = (),
        *,
        folder: str,
        language: str = "ENG",
    ) -> Outcome:
        """Changes the given fields; line n changes the n-th line, NUMLIG 0 appends one."""
        spec = objects()[code]
        document = self.read(code, number, folder=folder)
        if document is None:
            words = say("unknown record", language, title=spec.title, value=number)
            return Outcome(None, (Finding(words, spec.number),))
        findings = self._modify_findings(spec, document, header, lines, language)
        if findings:
            return Outcome(None, tuple(findings))
        document.header.update(_labels_gone(spec, header))
        for index, line in enumerate(lines):
            if index < len(document.lines) and line.get("NUMLIG") != "0":
                document.lines[index].update(line)
            else:
                document.lines.append(dict(line))
        document.modified = datetime.now(UTC)
        reference = document.header.get(spec.reference, "")
        if code not in ("BPC", "ITM") and reference != document.reference:
            self.world.documents.rename(document, reference)
        self._master(code, {**document.header, spec.number: number})
        return Outcome(document)

    def read(self, code: str, number: str, *, folder: str) -> StoredDocument | None:
        """The document with that number; masters of the seed are shown as documents too."""
        found = self.world.documents.get(code, number, folder=folder)
        if code == "ITM" and number in self.world.items:
            entry = self.world.items[number]
            fields = {name: str(value) for name, value in item_fields(entry).items()}
            kept = {**(found.header if found else {}), **fields, "DES1AXX": fields["ITMDES1"]}
            return StoredDocument(code, number, number, folder, kept, found.lines if found else [])
        if code == "BPC" and number in self.world.customers:
            shown = customer_fields(self.world, self.world.customers[number])
            kept = {**(found.header if found else {}), **{name: str(value) for name, value in shown.items()}}
            return StoredDocument(code, number, number, folder, kept, found.lines if found else [])
        return found

    def ship(self, number: str, *, folder: str, carrier: str, tracking: str) -> Outcome:
        """The warehouse ships a whole sales order: a validated delivery with its tracking number."""
        order = self.world.documents.get("SOH", number, folder=folder)
        if order is None:
            words = say("unknown record", "ENG", title="Order", value=number)
            return Outcome(None, (Finding(words, "SOHNUM"),))
        header = {
            "STOFCY": order.header["STOFCY"],
            "SDHTYP": "SDN",
            "SALFCY": order.header["SALFCY"],
            "BPCORD": order.header["BPCORD"],
            "YAMZREF": order.reference,
            "SOHNUM": number,
            "SHIDAT": datetime.now(UTC).date().isoformat(),
            "BPTNUM": carrier,
            "XTRACK": tracking,
            "CFMFLG": "2",
        }
        lines = [
            {"ITMREF": line["ITMREF"], "SAU": line["SAU"], "QTY": line["QTY"], "XSOHNUM": number}
            for line in order.lines
        ]
        outcome = self.create("SDH", header, lines, folder=folder)
        if outcome.document is not None:
            order.header["DLVSTA"] = "3"
            order.modified = datetime.now(UTC)
        return outcome

    def _inspector(self, language: str) -> Inspector:
        return Inspector(self.world, language, self.switches.closed_before)

    def _modify_findings(
        self,
        spec: ObjectSpec,
        document: StoredDocument,
        header: Mapping[str, str],
        lines: Sequence[Mapping[str, str]],
        language: str,
    ) -> list[Finding]:
        if document.header.get("ORDSTA") == "2":
            return [Finding(say("closed order", language, value=document.number))]
        inspector = self._inspector(language)
        findings = inspector.check_partly(spec.fields, header, line=0)
        for index, line in enumerate(lines, 1):
            findings += inspector.check_partly(spec.line_fields, line, line=index)
        return findings

    def _clash(
        self, spec: ObjectSpec, header: Mapping[str, str], folder: str, language: str
    ) -> list[Finding]:
        number = header.get(spec.number, "")
        if number and self.read(spec.code, number, folder=folder) is not None:
            return [Finding(say("exists", language, title=spec.title, value=number), spec.number)]
        reference = header.get(spec.reference, "")
        if self.switches.unique_reference and reference:
            earlier = self.world.documents.by_reference(spec.code, reference, folder=folder)
            if earlier:
                words = say("registered", language, value=reference, number=earlier[0].number)
                return [Finding(words, spec.reference)]
        return []

    def _complete(
        self, spec: ObjectSpec, header: Mapping[str, str], lines: Sequence[Mapping[str, str]], folder: str
    ) -> StoredDocument:
        kept = _labels_gone(spec, header)
        rows = [_labels_gone(spec, line) for line in lines]
        number = kept.get(spec.number) or self.world.documents.next_number(
            spec.code, folder=folder, site=kept.get(spec.site, "")
        )
        kept[spec.number] = number
        if spec.code == "SOH":
            self._complete_order(kept, rows)
        return StoredDocument(spec.code, number, kept.get(spec.reference, ""), folder, kept, rows)

    def _complete_order(self, header: dict[str, str], lines: list[dict[str, str]]) -> None:
        """What X3 fills in by itself: site, currency, terms, line numbers, units, prices, the net total."""
        customer = self.world.customers[header["BPCORD"]]
        for name, value in (
            ("STOFCY", header["SALFCY"]),
            ("ORDDAT", datetime.now(UTC).date().isoformat()),
            ("CUR", customer.currency),
            ("BPCNAM", customer.name),
            ("VACBPR", customer.tax_rule),
            ("PTE", customer.payment_terms),
        ):
            header[name] = header.get(name) or value
        total = Decimal(0)
        for index, line in enumerate(lines, 1):
            item = self.world.items[line["ITMREF"]].item
            line["SOPLIN"] = str(index * 1000)
            line["SAU"] = line.get("SAU") or item.sales_unit
            line["GROPRI"] = line.get("GROPRI") or text(item.price)
            line["ITMDES1"] = line.get("ITMDES1") or item.description
            total += Decimal(line["QTY"]) * Decimal(line["GROPRI"] or 0)
        header |= {"ORDNOT": f"{total:.2f}", "ORDSTA": "1", "DLVSTA": "1", "INVSTA": "1"}

    def _master(self, code: str, header: Mapping[str, str]) -> None:
        if code == "ITM":
            self.world.put_item(item_from(header, self.world.items.get(header["ITMREF"])))
        elif code == "BPC":
            self.world.put_customer(customer_from(header, self.world.customers.get(header["BPCNUM"])))


def _labels_gone(spec: ObjectSpec, values: Mapping[str, str]) -> dict[str, str]:
    """Without the Z fields, which only carry another field's label.

    Names and values recur in every document: shared, a hundred thousand of them take half the memory.
    """
    known = spec.fields.keys() | spec.line_fields.keys()
    return {sys.intern(name): sys.intern(value) for name, value in values.items() if name in known}
