"""Focus mode on a real store, by real keys: each judgement is saved before the next record is seen."""

import pytest

from x3studio.domain.mappings import ItemPair, Judgement
from x3studio.domain.workbench import Key, Kind, RecordState
from x3studio.gui.mapping.cards import CandidateCard
from x3studio.gui.mapping.record import ConflictBar
from x3studio.gui.widgets.banner import Banner

from .workbench_hands import Drive, Opened, at_work


def test_it_opens_on_what_waits_with_the_evidence_of_the_first(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            page, deck = hands.page, hands.page.session.deck
            worths = [int(deck.worths[row]) for row in page.queue.rows.snapshot()]
            assert worths == sorted(worths, reverse=True) and len(worths) > 30
            assert all(hands.state(code).is_open for code in hands.codes())
            assert hands.code == hands.codes()[0]
            assert page.queue.table.hasFocus()
            await hands.presses("Down", "Down")
            assert hands.code == hands.codes()[2]
            evidence = page.session.evidence
            assert evidence is not None and evidence.key.code == hands.code
            cards = [card for card in page.candidates.findChildren(CandidateCard) if card.isVisible()]
            assert len(cards) >= 3
            assert [card.candidate for card in cards] == list(evidence.candidates[: len(cards)])
            rows = page.focus.evidence.rows.snapshot()
            assert [row.field for row in rows] == [row.field for row in evidence.rows]
            first = evidence.candidates[0]
            assert sum(points for _word, points in first.waterfall) == round((first.confidence or 0) * 100)

    drive(scene())


def test_enter_saves_before_the_next_record_is_seen_and_leaves_the_row_in_sight(
    drive: Drive, opened: Opened
) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            page = hands.page
            await hands.goes_to("BR-BATT-AA")
            await hands.presses("Ctrl+1")
            await hands.goes_to("BR-BATT-AA")
            codes, best = hands.codes(), hands.page.session.evidence.candidates[0].target  # type: ignore[union-attr]
            saved: list[object] = []
            revision = await hands.host.store.read(lambda tables: tables.mappings.revision())
            page.session.picked.connect(lambda: saved.append(hands.state("BR-BATT-AA")))
            await hands.presses("Return")
            after = await hands.host.store.read(lambda tables: tables.mappings.revision())
            assert saved == [RecordState.ACCEPTED] and after > revision
            pair = await hands.stands("BR-BATT-AA")
            assert pair is not None and pair.itmref == best
            assert hands.codes() == codes, "an accepted row stays until the user moves"
            assert hands.code == codes[codes.index("BR-BATT-AA") + 1]
            place = codes.index("BR-BATT-AA") + 1
            assert page.accessibleDescription() == f"Accepted {best}, {place} of {len(codes)}"
            assert "BR-BATT-AA" in [entry.title for entry in page.log._shown or ()]

    drive(scene())


def test_what_was_decided_leaves_once_the_user_goes_elsewhere(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            first = hands.code
            await hands.presses("X")
            assert first in hands.codes()
            await hands.presses("Down")
            here = hands.code
            table = hands.page.queue.table
            before = table.rowViewportPosition(table.currentIndex().row())
            await hands.until(lambda: None if hands.page.session._settling.isActive() else True, "settled")
            await hands.at_rest()
            assert first not in hands.codes() and hands.code == here
            assert abs(table.rowViewportPosition(table.currentIndex().row()) - before) <= 28

    drive(scene())


@pytest.mark.parametrize(
    ("key", "state", "judgements"),
    [
        ("X", RecordState.REJECTED, [Judgement.REJECTED]),
        ("Space", RecordState.UNSURE, []),
        ("2", RecordState.ACCEPTED, [Judgement.ACCEPTED]),
    ],
)
def test_one_key_one_judgement(
    drive: Drive, opened: Opened, key: str, state: RecordState, judgements: list[Judgement]
) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            await hands.goes_to("BR-BATT-AA")
            evidence = hands.page.session.evidence
            assert evidence is not None
            second = evidence.candidates[1].target if len(evidence.candidates) > 1 else ""
            await hands.presses(key)
            assert hands.state("BR-BATT-AA") is state
            assert await hands.judged("BR-BATT-AA") == judgements
            if key == "2":
                pair = await hands.stands("BR-BATT-AA")
                assert second and pair is not None and pair.itmref == second

    drive(scene())


def test_keys_that_come_quickly_are_carried_out_one_after_the_other(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            codes = hands.codes()[:6]
            # Not waiting for anything in between.
            await hands.keys("X", "X", "X", "Space", "X", "X")
            await hands.at_rest()
            states = [hands.state(code) for code in codes]
            no = RecordState.REJECTED
            assert states == [no, no, no, RecordState.UNSURE, no, no]

    drive(scene())


def test_undo_and_redo_go_through_the_steps_and_show_the_record(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            first, second, *_ = hands.codes()
            await hands.presses("X", "X")
            await hands.presses("Ctrl+Z")
            assert hands.state(second).is_open and hands.code == second
            await hands.presses("Ctrl+Z")
            assert hands.state(first).is_open and hands.code == first
            await hands.presses("Ctrl+Y")
            assert hands.state(first) is RecordState.REJECTED
            assert hands.state(second).is_open

    drive(scene())


def test_any_decision_of_the_log_is_reverted_alone(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            first, second, *_ = hands.codes()
            await hands.presses("X", "X")
            await hands.reads("Last 10")
            await hands.until(lambda: len(hands.page.log._shown or ()) >= 2 or None, "two entries")
            button = await hands.button_spoken(f"Revert {first}", within=hands.page.log)
            await hands.click(button)
            await hands.at_rest()
            assert hands.state(first).is_open
            assert hands.state(second) is RecordState.REJECTED

    drive(scene())


def test_letters_rest_while_something_is_typed(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            first = hands.code
            await hands.presses("Ctrl+F")
            assert hands.page.facets.text.hasFocus()
            await hands.type("xpk 1")
            await hands.at_rest()
            assert hands.page.facets.text.text() == "xpk 1"
            assert hands.state(first).is_open
            # Ctrl+Z is the editor's own while it has something to undo.
            await hands.presses("Ctrl+Z")
            assert hands.page.facets.text.text() == "" and hands.state(first).is_open

    drive(scene())


def test_a_pack_conflict_is_accepted_with_the_factor_all_signs_agree_on(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            await hands.goes_to("BR-BATT-AA-24")
            bars = [bar for bar in hands.page.focus.findChildren(ConflictBar) if bar.isVisible()]
            assert bars and bars[0].accessibleName().startswith("PACK, block")
            await hands.button("Accept as pack of 24", within=hands.page.candidates)
            await hands.presses("P")
            pair = await hands.stands("BR-BATT-AA-24")
            assert pair is not None and pair.pack_factor == 24

    drive(scene())


def test_what_blocks_is_said_before_it_is_accepted_all_the_same(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            await hands.goes_to("BR-KITTEL")
            await hands.presses("Return")
            assert await hands.stands("BR-KITTEL") is None and hands.code == "BR-KITTEL"
            assert "PARENT" in hands.page.accessibleDescription()
            await hands.button("Accept anyway", within=hands.page.candidates)
            await hands.presses("Down", "Up")
            await hands.presses("Return")
            assert await hands.stands("BR-KITTEL") is None, "going away disarms it"
            await hands.presses("Return")
            assert await hands.stands("BR-KITTEL") is not None

    drive(scene())


def test_orders_that_waited_can_be_replayed(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            await hands.goes_to("BR-PACK-50-6")
            await hands.reads("orders wait")
            deck = hands.page.session.deck
            waiting = int(deck.waiting[deck.codes.index("BR-PACK-50-6")])
            await hands.presses("Return")
            await hands.reads(f"{waiting} orders waited for BR-PACK-50-6")
            await hands.press(f"Replay {waiting}")
            await hands.at_rest()
            replays = [call for call in hands.host.asked if call[0] == "replay"]
            assert len(replays) == 1 and len(replays[0][1]) == waiting  # type: ignore[arg-type]
            assert not [banner for banner in hands.page.findChildren(Banner) if banner.isVisible()]
            await hands.goes_to("SET-HEFTEN")
            await hands.presses("X", "Ctrl+Z")
            assert not [banner for banner in hands.page.findChildren(Banner) if banner.isVisible()]

    drive(scene())


def test_customers_and_codes_use_the_same_page(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            page = hands.page
            await page.open_kind(Kind.CUSTOMERS)
            await hands.at_rest()
            await hands.presses("Ctrl+4")
            assert page.session.deck.kind.value == Kind.CUSTOMERS and hands.codes()
            assert not page.candidates.buttons["kit"].isVisible()
            await page.open_kind(Kind.MARKETPLACES)
            await hands.at_rest()
            assert page.session.deck.kind is Kind.MARKETPLACES
            assert page.facets.kind.current_key() == Kind.MARKETPLACES
            shown = [
                column.key
                for place, column in enumerate(page.queue.rows.columns)
                if not page.queue.table.isColumnHidden(place)
            ]
            assert "worth" not in shown and "units" not in shown

    drive(scene())


def test_an_exception_opens_the_sku_or_the_buyers_it_waits_for(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            hands.window.go("home")
            hands.window.go("mapping", "LT-GELB-6ER")
            await hands.at_rest()
            assert hands.code == "LT-GELB-6ER"
            hands.window.go("mapping", "A1PA6795UKMFR9/FBM")
            await hands.at_rest()
            assert hands.page.session.deck.kind is Kind.CUSTOMERS
            assert hands.page.session.key == Key("", "A1PA6795UKMFR9", "FBM")
            hands.window.go("mapping", "NO-SUCH-SKU")
            await hands.reads("NO-SUCH-SKU is not known here yet")

    drive(scene())


def test_back_and_forth_between_records_and_conflicts(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            first = hands.code
            await hands.presses("J", "J")
            third = hands.code
            assert third == hands.codes()[2]
            await hands.presses("I")
            await hands.presses("Alt+Left")
            assert hands.code == third
            await hands.presses("]")
            deck = hands.page.session.deck
            assert deck.conflicts[deck.codes.index(hands.code)]
            await hands.presses("Alt+Left", "Alt+Left", "Alt+Left")
            assert hands.code == first

    drive(scene())


def test_blind_hides_every_score(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            await hands.goes_to("BR-BATT-AA")
            await hands.presses("B")
            cards = [card for card in hands.page.candidates.findChildren(CandidateCard) if card.isVisible()]
            assert cards and all("%" not in card.accessibleName() for card in cards)
            assert not hands.page.candidates.reasons.isVisible()
            table = hands.page.queue.table
            place = [column.key for column in table.rows.columns].index("standing")
            assert table.isColumnHidden(place)
            compared = hands.page.focus.evidence.rows
            assert {compared.row_at(row).points for row in range(compared.rowCount())} == {None}
            await hands.presses("B")
            assert hands.page.candidates.reasons.isVisible()
            assert not table.isColumnHidden(place)

    drive(scene())


def test_flag_and_comment_stay_with_the_record(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            code = hands.code
            await hands.presses("F")
            deck = hands.page.session.deck
            assert hands.code == code and deck.flagged[deck.codes.index(code)]
            await hands.keys("C")
            await hands.dialog()
            await hands.type("ask purchasing")
            await hands.keys("Return")
            await hands.closed()
            await hands.at_rest()
            evidence = hands.page.session.evidence
            assert evidence is not None and dict(evidence.marks)["comment"] == "ask purchasing"

    drive(scene())


def test_a_decision_taken_elsewhere_is_shown(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            first = hands.code
            key = hands.key_of(first)
            other = hands.host.workspace.mapping
            await other.decide(ItemPair(key.code, "", marketplace=key.marketplace), Judgement.REJECTED)
            await hands.page.refresh()
            await hands.at_rest()
            assert hands.state(first) is RecordState.REJECTED and hands.code == first

    drive(scene())


def test_an_empty_workspace_says_what_to_do(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened, catalogued=False, filled=False) as hands:
            await hands.reads("No SKU is known yet")
            await hands.button("Fetch masters", within=hands.page.queue)
            assert hands.code == ""
            # Nothing in hand: keys that decide do nothing.
            await hands.presses("Return", "X", "Space")
            assert not (hands.page.log._shown or ())

    drive(scene())
