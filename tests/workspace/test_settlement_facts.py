"""Statements of banks and Amazon's own summaries, whatever their tables look like."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.settlement.making import PLAIN
from x3studio.domain.bookkeeping import BankLine
from x3studio.domain.errors import SettingFault
from x3studio.domain.settlements import Verdict
from x3studio.vault import MemoryVault
from x3studio.workspace import Workspace
from x3studio.workspace.settlement_facts import read_bank, read_summary


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Buchungstag;Verwendungszweck;Betrag;Währung\n19.06.2026;AMAZON PAYMENTS;1.234,50;EUR\n",
            BankLine(date(2026, 6, 19), Decimal("1234.50"), "EUR", "AMAZON PAYMENTS"),
        ),
        (
            'Date,Description,Amount\n06/19/2026,AMAZON,"1,234.50"\n',
            BankLine(date(2026, 6, 19), Decimal("1234.50"), "USD", "AMAZON"),
        ),
        (
            "Date\tDetails\tPaid in\tPaid out\n2026-06-19\tAmazon\t1234.50\t\n2026-06-20\tRent\t\t9\n",
            BankLine(date(2026, 6, 19), Decimal("1234.50"), "USD", "Amazon"),
        ),
    ],
)
def test_a_statement_is_read_whatever_its_columns_are_called(
    tmp_path: Path, text: str, expected: BankLine
) -> None:
    path = tmp_path / "bank.csv"
    path.write_text(text, encoding="utf-8")
    assert read_bank(path, currency="usd") == (expected,)


@pytest.mark.parametrize(
    ("text", "field", "words"),
    [
        ("Day,Amount\n2026-06-19,1.00\n", "currency", "which currency"),
        ("Day,Amount,Currency\n2026-06-19,1.00,EUR\nsoon,2.00,EUR\n", "file", "Row 3 of bank.csv has no day"),
        ("Day,Amount,Currency\n2026-06-19,much,EUR\n", "file", "no amount that can be read: 'much'"),
        ("Day,Sum\n2026-06-19,1.00\n", "file", "no column for amount"),
    ],
)
def test_a_statement_that_cannot_be_read_is_refused_whole(
    tmp_path: Path, text: str, field: str, words: str
) -> None:
    path = tmp_path / "bank.csv"
    path.write_text(text)
    with pytest.raises(SettingFault, match=words) as caught:
        read_bank(path)
    assert caught.value.field == field


async def test_a_deposit_is_found_and_amazons_summary_compared(tmp_path: Path) -> None:
    vault = MemoryVault({})
    vault.put("workspace", "key", "0" * 64)
    workspace = await Workspace.create(tmp_path / "w.x3studio", title="Facts", vault=vault)
    try:
        settlements = workspace.settlements
        file = tmp_path / "settlement.txt"
        file.write_text(PLAIN.text())
        (taken,) = await settlements.take([file])
        assert taken.entry is not None
        before = (await settlements.sheet(taken.entry)).proof
        assert before is not None and before.header.deposit is not None
        bank = tmp_path / "bank.csv"
        bank.write_text(f"Date,Amount,Currency\n{before.header.deposit:%Y-%m-%d},{before.header.total},USD\n")
        await settlements.add_bank_file(bank)
        triple, amount = before.groups[0].triples[0]
        summary = tmp_path / "summary.csv"
        for figure, expected in ((amount, Verdict.PASS), (amount + 1, Verdict.OPEN)):
            summary.write_text(
                f"Transaction type,Description,Amount\n"
                f"{triple.transaction_type},{triple.amount_description},{figure}\n"
            )
            await settlements.put_summary(taken.entry, read_summary(summary))
            after = (await settlements.sheet(taken.entry)).proof
            assert after is not None
            assert (after.check("B19").verdict, after.check("B23").verdict) == (Verdict.PASS, expected)
    finally:
        await workspace.close()
