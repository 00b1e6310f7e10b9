"""The handover report on paper: every part is there, no buyer is named, and nothing written runs."""

from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication

from x3studio.domain.mappings import CodePair, CustomerPair
from x3studio.domain.workbench import ConflictCode, Kind, RecordState
from x3studio.gui.mapping.handover.page import MEANINGS, handover_page
from x3studio.gui.printing import write_pdf
from x3studio.store.judged import Decider
from x3studio.store.rules import Rule
from x3studio.workbench.coverage import Bar, Coverage
from x3studio.workspace.handover import Handover, Kept, OpenRecord, Risk, RuleUse, SecondLooks

AT = datetime(2026, 5, 4, 8, tzinfo=UTC)
DE = "A1PA6795UKMFR9"


def report(count: int = 3) -> Handover:
    return Handover(
        title="Hartmann <Büro> & Söhne",
        at=AT,
        coverage=Coverage(Bar(200, 100, 42), Bar(0, 0, 0), Bar(125_318_000, 8, 9), "EUR", False, 58, 14),
        states=((RecordState.ACCEPTED, 142), (RecordState.UNSURE, 58)),
        risks=(Risk(ConflictCode.PACK, 7, 123_456),),
        open=tuple(OpenRecord(f"HB-{n}", "<b>Stift</b>", RecordState.UNSURE, 4, 99) for n in range(count)),
        open_count=58,
        kept=Kept(
            folders=(("HARTST", "test"),),
            marketplaces=(DE,),
            customers=(CustomerPair("BPC1", DE, "FBM"), CustomerPair("BPC2", vat_number="DE123456789")),
            codes=(CodePair(Kind.CARRIERS, "DHL", "YDHL"),),
            accounts=(),
            rules=(RuleUse(Rule(4, Kind.ITEMS, "suffix:-12PK=12", "Ends in -12PK", True, "ines", AT), 31),),
            deciders=(Decider("ines", 142, 3, AT, AT),),
            looks=SecondLooks(20, 19, 2),
            project="ab" * 32,
        ),
    )


def said(html: str) -> str:
    document = QTextDocument()
    document.setHtml(html)
    return document.toPlainText()


def test_everything_is_said_and_no_buyer_is_named(app: QApplication) -> None:
    text = said(handover_page(report(), domains={DE: "amazon.de"}))
    for words in (
        *("Hartmann <Büro> & Söhne", "HARTST (TEST)", "amazon.de", "71.0%", "none known", "19 of 20"),
        *("PACK", "1,234.56", "<b>Stift</b>", "And 55 more", "BPC1", "YDHL"),
        *("R-4", "31", "ines", "ab" * 32, "Consultant, date"),
    ):
        assert words in text, words
    assert "DE123456789" not in text
    assert "BPC2" not in text


def test_every_conflict_has_a_meaning() -> None:
    assert MEANINGS.keys() == set(ConflictCode)


def test_long_reports_take_several_pages(app: QApplication, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    assert write_pdf(path, handover_page(report(120), domains={}), title="t", foot="f") >= 3
    assert path.read_bytes().startswith(b"%PDF-")
