"""The printed proof sheet: what it says in words, and that it becomes pages of PDF."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication

from x3studio.domain.bookkeeping import Explanation, PlannedPart, Posting
from x3studio.domain.chain import Entry, SettlementState
from x3studio.domain.errors import StudioError
from x3studio.domain.settlements import Check, Proof, Verdict
from x3studio.domain.sheets import Sheet
from x3studio.gui.printing import write_pdf
from x3studio.settlement.book import Book
from x3studio.settlement.picture import bars, branches
from x3studio.settlement.printing import proof_html
from x3studio.settlement.proof import prove
from x3studio.settlement.reading import read_settlement

from .settlement_files import chain

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)


def proven(folder: Path) -> Proof:
    proof = prove(read_settlement(chain(folder, now=NOW)[2], zone="Europe/Berlin"))
    open_ = Check("B19", Verdict.OPEN, "The bank shows 12.40 EUR less.", line=None, figure="12.40 less")
    checks = [open_ if check.id == "B19" else check for check in proof.checks]
    return replace(proof, checks=tuple(checks))


def sheet(folder: Path) -> Sheet:
    proof = proven(folder)
    header = proof.header
    entry = Entry(
        id=3,
        settlement_id=header.settlement_id,
        seller="A1",
        marketplace="amazon.de",
        currency="EUR",
        start=header.start,
        end=header.end,
        deposit=header.deposit,
        total=header.total,
        rows=proof.rows,
        state=SettlementState.POSTED,
        archived_at=NOW,
        file_name="21567300003.txt",
        by_hand=True,
        digest="ab" * 32,
        numbers=("AMZ1", "AMZ2"),
    )
    parts = tuple(
        PlannedPart(part.month, "2026-11-09", f"REF-{place}", len(part.lines), Decimal(1), f"AMZ{place + 1}")
        for place, part in enumerate(proof.parts)
    )
    posting = Posting(
        "Brandel test", "BRKTST", True, "HAM01", "AMZ", "AMZ", "summary", parts, (), "Nele", NOW
    )
    return Sheet(
        entry,
        proof,
        bars(proof),
        branches(proof, Book.of_groups({})),
        {"B19": Explanation("B19", "Bank charge & fee <12.40>", "Nele Harms", NOW)},
        posting,
        NOW,
        "cd" * 32,
    )


def words(html: str) -> str:
    document = QTextDocument()
    document.setHtml(html)
    return document.toPlainText()


def test_every_check_stands_there_with_figure_verdict_and_explanation(
    app: QApplication, tmp_path: Path
) -> None:
    made = sheet(tmp_path)
    text = words(proof_html(made, title="Brandel Kontor GmbH"))
    assert made.proof is not None
    for check in made.proof.checks:
        assert check.title in text and check.detail.partition(" Explained")[0] in text
    assert "“Bank charge & fee <12.40>” Nele Harms, 27 Nov 2026" in text and "Explained" in text
    assert "AMZ1, AMZ2 in BRKTST, a test folder" in text and "Nele, 27 Nov 2026" in text
    assert "cd" * 32 in text and "ab" * 32 in text and "added by hand" in text
    assert "Journal of October 2026, REF-0, AMZ1" in text and "Journal of November 2026" in text
    assert text.count("Together") == 1 + len(made.proof.parts)


def test_a_sheet_nobody_posted_or_explained_says_so(app: QApplication, tmp_path: Path) -> None:
    given = {"B19": Explanation("B19", "", "", NOW, "Jonas Frey")}
    made = replace(sheet(tmp_path), posting=None, explanations=given)
    text = words(proof_html(made, title="B"))
    assert "not posted" in text and "With Jonas Frey." in text and "1 open" in text
    unread = replace(made, proof=None, entry=replace(made.entry, why="Its tail is lost."))
    assert "Its tail is lost." in words(proof_html(unread, title="B"))


def test_it_becomes_numbered_pages_of_pdf(app: QApplication, tmp_path: Path) -> None:
    target = tmp_path / "proof.pdf"
    pages = write_pdf(target, proof_html(sheet(tmp_path), title="B"), title="Proof", foot="sheet cdcd")
    data = target.read_bytes()
    assert data.startswith(b"%PDF-") and pages >= 2
    assert data.count(b"/Type /Page\n") == pages or data.count(b"/Type/Page") >= pages
    with pytest.raises(StudioError):
        write_pdf(tmp_path / "no" / "such" / "folder.pdf", "<p>x</p>", title="", foot="")
