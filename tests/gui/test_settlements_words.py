"""Settlements in words, the chain as cards and ladder, and the dialogs that need no workspace."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget

from x3studio.domain.bookkeeping import AccountRule, Explanation, PlannedPart, Posting, Taken, Took
from x3studio.domain.chain import Announced, Chain, Entry, Gap, LadderStep, SettlementState
from x3studio.domain.errors import StudioError
from x3studio.domain.settlements import Account, Check, Role, Triple, Verdict
from x3studio.domain.sheets import Anomaly, FeeChange, Loss
from x3studio.gui.faults import Door
from x3studio.gui.memory import Memory
from x3studio.gui.page import Desk
from x3studio.gui.settlements.adding import AddingDialog
from x3studio.gui.settlements.chain import cards, chain_words, chains, ladder, spoken
from x3studio.gui.settlements.dialogs import rule_of
from x3studio.gui.settlements.fees import findings
from x3studio.gui.settlements.posting import PostingDialog
from x3studio.gui.settlements.words import (
    check_figure,
    clock_state,
    consequence,
    entry_state,
    figure,
    in_order,
    length,
    money,
    period,
    proof_state,
    rounded,
    spaced,
    standing,
)
from x3studio.gui.tasks import Tasks
from x3studio.gui.theme import Theme
from x3studio.gui.widgets.banner import Banner
from x3studio.gui.widgets.chips import Tag
from x3studio.gui.widgets.label import Label

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
SELLING = Triple("Order", "ItemFees", "Commission")


def entry(place: int, *, gap: int = 0, **changed: object) -> Entry:
    end = NOW - timedelta(days=4 + 14 * (3 - place))
    given: dict[str, object] = {
        "id": place,
        "settlement_id": f"2156730000{place}",
        "seller": "A1",
        "marketplace": "amazon.de",
        "currency": "EUR",
        "start": end - timedelta(days=14 - gap),
        "end": end,
        "deposit": None,
        "total": Decimal(24_000 + place),
        "rows": 9,
        "state": SettlementState.POSTED,
        "archived_at": NOW,
        "file_name": "f.txt",
        "by_hand": False,
        "digest": "d",
    }
    return Entry(**{**given, **changed})  # type: ignore[arg-type]


def test_amounts_and_dates_as_people_write_them() -> None:
    assert figure(Decimal("47902.8"), "EUR") == "47,902.80" and figure(Decimal("-12.4"), "EUR") == "−12.40"
    assert figure(Decimal("1141.0000"), "JPY") == "1,141" and figure(Decimal("0.125"), "EUR") == "0.125"
    assert money(Decimal("12"), "CHF") == "CHF 12.00" and money(Decimal("-3"), "EUR") == "€ −3.00"
    assert rounded(Decimal("-3207.66")) == "−3,208" and rounded(Decimal("0.4")) == "0"
    start, end = datetime(2026, 10, 26, 12, tzinfo=UTC), datetime(2026, 11, 9, 12, tzinfo=UTC)
    assert period(start, end, now=NOW) == "26 Oct to 9 Nov"
    assert period(start, end, now=NOW + timedelta(days=90)) == "26 Oct to 9 Nov 2026"
    assert [length(each) for each in (86_400, 14 * 86_400, 129_600, -7200, 90, 40)] == [
        "1 day",
        "14 days",
        "1.5 days",
        "2 h",
        "2 min",
        "40 s",
    ]


@pytest.mark.parametrize(
    ("amazon", "apart"),
    [
        ("FBAPerUnitFulfillmentFee", "FBA per unit fulfillment fee"),
        ("Principal", "Principal"),
        ("Previous Reserve Amount Balance", "Previous reserve amount balance"),
        ("MarketplaceFacilitatorVAT-Principal", "Marketplace facilitator VAT-Principal"),
        ("", ""),
    ],
)
def test_amazons_words_are_taken_apart(amazon: str, apart: str) -> None:
    assert spaced(amazon) == apart


def test_checks_that_need_somebody_come_first() -> None:
    checks = [
        Check("B1", Verdict.PASS, "one", figure="9 rows"),
        Check("B2", Verdict.FAIL, "off", figure="12.4"),
        Check("B12", Verdict.WARN, "gap Explained by Nele on 2026-11-01: migration."),
        Check("B19", Verdict.OPEN, "less"),
        Check("B20", Verdict.FAIL, "differs"),
        Check("B22", Verdict.NOT_APPLICABLE, "later"),
    ]
    said = {"B12": Explanation("B12", "migration", "Nele", NOW)}
    assert [check.id for check in in_order(checks, said)] == ["B2", "B20", "B19", "B1", "B12", "B22"]
    assert proof_state(checks, said).word == "1 blocking"
    assert proof_state(checks[2:], said).word == "1 failed" and proof_state(checks[3:4], {}).word == "1 open"
    assert proof_state(checks[:1], {}).word == "Proven"
    assert (
        standing(checks[2], said["B12"]).word == "Explained" and standing(checks[2], None).word == "Warning"
    )
    assert consequence(checks[2], said["B12"]) == "Nele, 27 Nov 2026: migration"
    owned = Explanation("B19", "", "", NOW, "Jonas")
    assert consequence(checks[3], owned).endswith("Jonas looks after it.")
    assert consequence(checks[1], None) == "It blocks posting." and consequence(checks[0], None) == ""
    assert "not done" in consequence(checks[4], None)
    assert check_figure(checks[1], "EUR") == "12.40" and check_figure(checks[0], "EUR") == "9 rows"
    assert check_figure(checks[3], "EUR") is None


def test_states_of_a_settlement() -> None:
    words = [
        entry_state(entry(1, state=SettlementState.POSTED)).word,
        entry_state(entry(1, state=SettlementState.POSTED, open=2)).word,
        entry_state(entry(1, state=SettlementState.READY, open=1)).word,
        entry_state(entry(1, state=SettlementState.BLOCKED, blocking=3)).word,
        entry_state(entry(1, state=SettlementState.QUARANTINED)).word,
    ]
    assert words == ["Posted, proven", "Posted, 2 open", "Ready, 1 open", "Blocked by 3", "Quarantined"]
    old = Announced("r", "d", "Amazon EU", NOW - timedelta(days=85))
    new = Announced("q", "d", "Amazon EU", NOW - timedelta(days=3))
    assert clock_state([], NOW).tone == "ok"
    assert clock_state([old, new], NOW).word == "Archive clock: 5 days left, 2 settlements not archived"
    assert (clock_state([old], NOW).tone, clock_state([new], NOW).tone) == ("bad", "idle")


def test_the_chain_becomes_cards_with_what_is_missing_between_them() -> None:
    entries = (entry(1), entry(2, gap=3), entry(3, by_hand=True), entry(9, marketplace="amazon.fr"))
    waiting = Announced("r", "d", "Amazon EU", NOW - timedelta(days=30))
    steps = tuple(
        LadderStep(
            place,
            f"{place}",
            NOW,
            Decimal(9),
            Decimal(0),
            Decimal(9 * place),
            Decimal(0),
            {Role.CROSS_DEBT: Decimal(5)},
        )
        for place in (1, 2, 3)
    )
    known = Chain(entries, (waiting,), (Gap(1, 2, 3 * 86_400), Gap(2, 3, -7200)), steps)
    keys = chains(known)
    key = ("A1", "amazon.de", "EUR")
    assert set(keys) == {key, ("A1", "amazon.fr", "EUR")} and chain_words(key, keys) == "amazon.de, EUR"
    assert chain_words(key, [key, ("A2", "amazon.de", "EUR")]) == "amazon.de, EUR, A1"
    shown = cards(known, key, NOW)
    assert [card.key for card in shown] == ["1", "report:r", "2", "3", "expected"]
    assert [card.gap for card in shown] == ["", "", "3 days missing", "2 h twice", ""]
    assert shown[2].gap_start == entries[0].end and shown[3].aside == "by hand"
    assert (shown[1].amount, shown[1].aside) == ("at Amazon", "60 d left")
    assert shown[-1].amount == "≈ € 24,002.00" and shown[-1].state.word.startswith("Open until")
    assert spoken(shown) == "3 archived settlements; 3 days missing, 2 h twice"
    late = cards(known, key, NOW + timedelta(days=20))[-1]
    assert late.state.word.startswith("Due since")
    view = ladder(known, key, NOW)
    assert view is not None and [rise.balance for rise in view.rises] == [9, 18, 27]
    assert view.rests == (("Cross-debt", Decimal(5)),) and len(view.others) == 1
    assert ladder(Chain(entries, (), (), ()), key, NOW) is None


def test_an_account_rule_is_read_from_what_was_typed() -> None:
    base = AccountRule("sales", Account(""))
    made = rule_of(" 440010 ", "V19", "CHN = FBA, BUS=AMZDE", rule=base)
    assert made is not None
    assert made.account == Account("440010", "V19", (("BUS", "AMZDE"), ("CHN", "FBA")))
    assert rule_of("1", "", "", rule=base) is not None
    assert [rule_of("1", "", wrong, rule=base) for wrong in ("AMZDE", "=X", "BUS=")] == [None, None, None]


def test_findings_are_put_in_order_of_the_money() -> None:
    unusual = Anomaly("Commission", "SKU1", SELLING, "why", Decimal("-20"), Decimal(1), Decimal(2), 4)
    change = FeeChange("FBAFee", "SKU2", NOW.date(), Decimal("-3.05"), Decimal("-3.20"), 40)
    loss = Loss("SKU3", Decimal("98"), Decimal("-121.40"), 12)
    found = findings([unusual], [change], [loss], "EUR")
    assert [each.state.word for each in found] == ["Sold at a loss", "Unusual", "Fee changed"]
    assert [each.stake for each in found] == [Decimal("23.40"), Decimal(20), Decimal("6.00")]
    assert found[2].reason == "−3.05 a unit before, −3.20 since 27 Nov 2026; 40 units here"
    assert found[1].triples == frozenset({SELLING}) and found[0].text == "SKU3"


@pytest.fixture
def desk(theme: Theme, memory: Memory, door: Door) -> Callable[[], Desk]:
    def made() -> Desk:
        return Desk(
            host=None,  # type: ignore[arg-type]
            theme=theme,
            tasks=Tasks(door.take),
            door=door,
            memory=memory,
            who="Nele",
            go=lambda _page, _record: False,
            has_page=lambda _page: False,
            notify=lambda _state: None,
        )

    return made


def words(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(Label) if not label.isHidden()]


def test_a_live_folder_is_posted_to_only_once_its_name_is_typed(desk: Callable[[], Desk]) -> None:
    part = PlannedPart("2026-11", "2026-11-23", "R-1", 12, Decimal("42129.74"))
    live = Posting("X3", "BRKPRD", False, "HAM01", "AMZ", "AMZ", "summary", (part,), ())
    parent = QWidget()
    dialog = PostingDialog(desk(), parent, live, title="Post", currency="EUR")
    asked: list[bool] = []
    dialog.confirmed.connect(lambda: asked.append(True))
    assert not dialog.post.isEnabled()
    assert [tag.text() for tag in dialog.findChildren(Tag)] == ["LIVE"]
    dialog.typed.setText("BRKTST")
    assert not dialog.post.isEnabled()
    dialog.typed.setText("BRKPRD")
    dialog.post.click()
    dialog.post.click()
    assert asked == [True] and dialog.asked
    dialog.say_run(12)
    assert "Run 12" in dialog.run.text()
    dialog.show_failed(StudioError("X3 refused it.", advice="Open the period.", said="Période fermée"))
    assert dialog.findChildren(Banner) and "Open the period. Période fermée" in words(dialog)
    dialog.show_posted(live, Check("B20", Verdict.OPEN, "not yet"))
    assert "Posted, not yet proven" in words(dialog)
    parent.deleteLater()


def test_adding_shows_how_far_each_file_is_and_stops_when_it_is_closed(desk: Callable[[], Desk]) -> None:
    parent = QWidget()
    paths = [Path("a.txt"), Path("b.txt")]
    dialog = AddingDialog(desk(), parent, paths)
    stopped: list[bool] = []
    dialog.stopped.connect(lambda: stopped.append(True))
    dialog.say(0, 50, 200)
    assert [row.state.word for row in dialog.rows.snapshot()] == ["Reading, 25%", "Queued"]
    dialog.show_refused(paths[1], StudioError("This is a PDF.", advice="Take the text."))
    dialog.done(0)
    assert stopped == [True]
    dialog.show_cancelled()
    assert dialog.first_archived is None
    again = AddingDialog(desk(), parent, paths)
    again.show_cancelled()
    assert {row.state.word for row in again.rows.snapshot()} == {"Cancelled"}
    again.done(0)
    full = AddingDialog(desk(), parent, paths[:1])
    full.show_taken([Taken("a.txt", Took.REISSUED, 7, "It has other figures.", "Decide which holds.", 12)])
    assert full.first_archived == 7 and "Look at line 12." in full.advice.text()
    parent.deleteLater()
