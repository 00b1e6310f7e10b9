"""The workbench's service over a real file: decks, evidence, two windows, matching, drift, bulk."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from x3studio.domain.catalogue import Customer, Item, ItemStatus, Listing
from x3studio.domain.errors import SettingFault
from x3studio.domain.mappings import Component, ItemPair, Judgement
from x3studio.domain.money import Money
from x3studio.domain.monitor import ExceptionCase
from x3studio.domain.workbench import Confidence, ConflictCode, Key, Kind, Mark, RecordState
from x3studio.matching import Cancelled
from x3studio.store import Store, Tables
from x3studio.workbench import Facet, Filter, Tie
from x3studio.workspace.workbench import decks
from x3studio.workspace.workbench.service import Workbench
from x3studio.workspace.workbench.values import Bulk, BulkAction, Choice

KEY = bytes(range(32))
DE, FR = "A1PA6795UKMFR9", "A13V1IB3VIYZZH"
ITEMS = Kind.ITEMS
PEN, SIX, ORDNER, GONE = Key("PEN"), Key("PEN-6PK"), Key("ORDNER"), Key("GONE")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bench.x3studio"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[Store]:
    async with Store.create(path, key=KEY) as opened:
        await opened.write(_fill)
        yield opened


@pytest.fixture
def bench(store: Store) -> Workbench:
    return Workbench(store)


def _fill(tables: Tables) -> None:
    tables.masters.put_items(
        [
            Item(
                "ITM1",
                "Lindner Textmarker gelb",
                ean="4006381333931",
                price=Decimal("3.99"),
                search_key="LINDNER",
            ),
            Item("ITM2", "Ordner A4 breit blau", ean="4006381333948", price=Decimal("2.50")),
            Item("ITM3", "Kugelschreiber schwarz", price=Decimal("1.10")),
        ]
    )
    tables.masters.put_customers(
        [Customer("C1", "Amazon DE FBM", country="DE", currency="EUR", tax_rule="DE")]
    )
    tables.masters.put_listings(
        [
            _listing("PEN", "Lindner Textmarker gelb", ean="4006381333931", price="3.99"),
            _listing("PEN-6PK", "Lindner Textmarker gelb, 6er Pack", price="23.94", by_amazon=True),
            _listing("PEN-12PK", "Lindner Textmarker gelb, 12er Pack", price="47.88"),
            _listing("X-6PK", "Irgendetwas ganz anderes"),
            _listing("ORDNER", "Ordner A4 breit blau", ean="4006381333948", price="2.99"),
        ]
    )
    tables.exceptions.open(ExceptionCase("orders", "ORDER-1", "mapping", "t", "a", "f", subject="GONE"))


def _listing(sku: str, title: str, *, ean: str = "", price: str = "9.00", by_amazon: bool = False) -> Listing:
    return Listing(
        sku,
        f"B0{sku}",
        title,
        DE,
        fulfilled_by_amazon=by_amazon,
        status="BUYABLE",
        brand="Lindner",
        ean=ean,
        price=Money(Decimal(price), "EUR"),
        quantity=10,
    )


def state(bench_deck: object, key: Key) -> RecordState:
    return bench_deck.state(bench_deck.row_of(key))  # type: ignore[attr-defined,no-any-return]


async def test_what_nobody_looked_up_is_not_without_candidate(bench: Workbench) -> None:
    deck = await bench.deck(ITEMS)
    assert state(deck, PEN) is RecordState.NOT_LOOKED_UP
    evidence = await bench.evidence(ITEMS, PEN)
    assert (evidence.looked_up, evidence.candidates, evidence.chosen) == (False, (), -1)
    await bench.match(ITEMS)
    deck = await bench.deck(ITEMS)
    assert state(deck, PEN) is RecordState.SUGGESTED
    assert (await bench.evidence(ITEMS, PEN)).looked_up


async def test_matching_finds_explains_and_blocks(bench: Workbench) -> None:
    told: list[str] = []
    assert await bench.match(ITEMS, progress=lambda done, total, words: told.append(words)) == 5
    assert told[-1] == "done"
    deck = await bench.deck(ITEMS)
    pen, six = await bench.evidence(ITEMS, PEN), await bench.evidence(ITEMS, SIX)
    assert pen.candidates[0].target == "ITM1"
    assert pen.candidates[0].band is Confidence.CERTAIN
    assert pen.candidates[0].waterfall
    assert {row.field for row in pen.rows} >= {"EAN", "Title", "Price", "Pack", "Unit", "Status"}
    assert state(deck, SIX) is RecordState.BLOCKED
    assert six.conflicts[0].code is ConflictCode.PACK
    assert six.pack == 6
    assert six.candidates[0].band <= Confidence.WEAK
    assert six.similar.words == "1 more SKUs end in -6PK"


async def test_a_cancelled_search_changes_nothing(bench: Workbench, store: Store) -> None:
    await bench.deck(ITEMS)
    with pytest.raises(Cancelled):
        await bench.match(ITEMS, cancelled=lambda: True)
    assert state(await bench.deck(ITEMS), PEN) is RecordState.NOT_LOOKED_UP
    assert await store.read(lambda t: t.lookups.last_run(ITEMS)) is None


async def test_new_decisions_refine_the_ranking_without_a_new_search(bench: Workbench) -> None:
    assert await bench.refine(ITEMS) == ()
    await bench.match(ITEMS)
    await bench.decide([Choice(ITEMS, SIX, "ITM3", pack=Decimal(6))])
    changed = await bench.refine(ITEMS)
    assert SIX in changed
    evidence = await bench.evidence(ITEMS, SIX)
    assert evidence.candidates[0].target == "ITM3"
    assert await bench.refine(ITEMS) == ()


async def test_reworded_listings_and_items_are_to_be_looked_up_again(bench: Workbench, store: Store) -> None:
    await bench.match(ITEMS)
    await store.write(lambda t: t.masters.put_listings([_listing("PEN", "Etwas Neues")]))
    deck = await bench.deck(ITEMS)
    assert state(deck, PEN) is RecordState.NOT_LOOKED_UP
    assert state(deck, ORDNER) is RecordState.SUGGESTED
    await store.write(lambda t: t.masters.put_items([Item("ITM2", "Ordner A4 schmal")]))
    assert state(await bench.deck(ITEMS), ORDNER) is RecordState.NOT_LOOKED_UP


async def test_a_decision_frees_orders_and_keeps_what_was_on_the_table(bench: Workbench) -> None:
    await bench.match(ITEMS)
    await bench.evidence(ITEMS, PEN)
    done = await bench.decide([Choice(ITEMS, PEN, "ITM1")], reason="same pen")
    table = await bench.on_the_table(done.decision)
    assert table is not None
    assert table.candidates[0].target == "ITM1"
    assert ("EAN", "4006381333931", "4006381333931", "equal") in {row[:4] for row in table.evidence}
    assert table.model
    freed = await bench.decide([Choice(ITEMS, GONE, "ITM3")])
    assert freed.freed == ("ORDER-1",)


async def test_two_windows_see_each_others_decisions(path: Path, store: Store) -> None:
    async with Store.open(path, key=KEY) as other:
        here, there = Workbench(store), Workbench(other)
        mine, theirs = await here.deck(ITEMS), await there.deck(ITEMS)
        await here.decide([Choice(ITEMS, PEN, "ITM1")])
        assert state(theirs, PEN) is RecordState.NOT_LOOKED_UP
        assert await there.changes(ITEMS) == (PEN,)
        assert state(theirs, PEN) is RecordState.ACCEPTED
        await there.mark(ITEMS, [ORDNER], Mark.UNSURE)
        assert await here.changes(ITEMS) == (ORDNER,)
        assert state(mine, ORDNER) is RecordState.UNSURE
        # Both decide the same record: the later decision stands, the earlier one stays in its history.
        await there.decide([Choice(ITEMS, PEN, "ITM3")])
        await here.changes(ITEMS)
        assert mine.targets[mine.row_of(PEN)] == "ITM3"
        assert [pair.itmref for pair in _pairs(await here.history(ITEMS, PEN))] == ["ITM3", "ITM1"]


def _pairs(decisions: object) -> list[ItemPair]:
    return [it.pair for it in decisions]  # type: ignore[attr-defined]


async def test_marks_are_states_that_one_undo_takes_back(bench: Workbench) -> None:
    deck = await bench.deck(ITEMS)
    await bench.mark(ITEMS, [PEN], Mark.EXCLUDED)
    assert state(deck, PEN) is RecordState.EXCLUDED
    await bench.mark(ITEMS, [PEN], Mark.FLAG)
    await bench.mark(ITEMS, [PEN], Mark.OWNER, "Ines")
    assert deck.record(deck.row_of(PEN)).owner == "Ines"
    view = deck.view(Filter(chosen={Facet.OWNER: frozenset({"Ines"})}))
    assert [deck.key(int(row)) for row in view.rows] == [PEN]
    for _ in range(3):
        assert await bench.undo() is not None
    assert state(deck, PEN) is RecordState.NOT_LOOKED_UP
    assert await bench.undo() is None
    assert (await bench.redo()) is not None
    assert state(deck, PEN) is RecordState.EXCLUDED


async def test_a_tag_makes_a_family_that_is_mapped_in_one_action(bench: Workbench) -> None:
    await bench.mark(ITEMS, [PEN, SIX], Mark.LINK, "markers")
    family = await bench.family(PEN)
    assert family is not None and (family.tie, family.name) == (Tie.TAG, "markers")
    assert [member.key for member in family.members] == [PEN, SIX]
    deck = await bench.deck(ITEMS)
    assert deck.view().facets[Facet.FAMILY]["markers"] == 2
    plan = await bench.plan(ITEMS, Bulk(BulkAction.TARGET, "ITM1"), [each.key for each in family.members])
    await bench.carry_out(plan)
    assert {deck.targets[deck.row_of(key)] for key in (PEN, SIX)} == {"ITM1"}
    assert ConflictCode.N_TO_1 in {each.code for each in (await bench.evidence(ITEMS, PEN)).conflicts}
    await bench.mark(ITEMS, [PEN, SIX], Mark.SHARE, "one marker, two packs")
    assert ConflictCode.N_TO_1 not in {each.code for each in (await bench.evidence(ITEMS, PEN)).conflicts}


async def test_the_log_speaks(bench: Workbench) -> None:
    await bench.decide([Choice(ITEMS, PEN, "ITM1")])
    await bench.decide([Choice(ITEMS, SIX, "ITM1", pack=Decimal(6))])
    await bench.decide([Choice(ITEMS, ORDNER, judgement=Judgement.REJECTED)])
    await bench.save_kit(GONE, [Component("ITM1", Decimal(2)), Component("ITM2", Decimal(1))])
    await bench.mark(ITEMS, [PEN], Mark.UNSURE)
    told = [(entry.title, entry.words, entry.state) for entry in await bench.log()]
    assert told == [
        ("PEN", "Unsure", RecordState.UNSURE),
        ("GONE", "2 items", RecordState.KIT),
        ("ORDNER", "No item", RecordState.REJECTED),
        ("PEN-6PK", "ITM1 x 6", RecordState.ACCEPTED),
        ("PEN", "ITM1", RecordState.ACCEPTED),
    ]
    kit = await bench.kit_of(GONE)
    assert (kit.source, [int(part.quantity) for part in kit.parts]) == ("decided", [2, 1])
    preview = await bench.kit_preview(PEN, [Component("ITM1", Decimal(1)), Component("NOPE", Decimal(1))])
    assert (sum(preview.shares), preview.words) == (Decimal("3.99"), ("NOPE is not in X3.",))


async def test_time_travel(bench: Workbench, store: Store) -> None:
    await bench.decide([Choice(ITEMS, PEN, "ITM1")])
    between = datetime.now(UTC)
    await bench.decide([Choice(ITEMS, PEN, "ITM2")])
    await bench.decide([Choice(ITEMS, ORDNER, "ITM2")])
    then = await bench.as_of(between)
    assert {key: it.pair for key, it in then.items()} == {PEN: ItemPair("PEN", "ITM1")}
    now = await bench.as_of(datetime.now(UTC))
    assert {key.code: _pairs([it])[0].itmref for key, it in now.items()} == {"PEN": "ITM2", "ORDNER": "ITM2"}


async def test_drift_reopens_only_what_broke_and_says_why(bench: Workbench, store: Store) -> None:
    await bench.decide([Choice(ITEMS, PEN, "ITM1")])
    await bench.decide([Choice(ITEMS, ORDNER, "ITM2")])
    calm = await bench.recheck(ITEMS)
    assert (calm.checked, calm.reopened) == (2, ())
    await store.write(
        lambda t: t.masters.put_items([Item("ITM2", "Ordner A4 breit blau", status=ItemStatus.OBSOLETE)])
    )
    found = await bench.recheck(ITEMS)
    assert [(each.key, each.code) for each in found.reopened] == [(ORDNER, ConflictCode.INACTIVE)]
    deck = await bench.deck(ITEMS)
    assert (state(deck, PEN), state(deck, ORDNER)) == (RecordState.ACCEPTED, RecordState.REOPENED)
    assert "obsolete" in (await bench.evidence(ITEMS, ORDNER)).reopened
    assert (await bench.recheck(ITEMS)).reopened == ()
    await store.write(lambda t: t.masters.put_items([Item("ITM2", "Ordner A4 breit blau")]))
    assert (await bench.recheck(ITEMS)).settled == (ORDNER,)
    assert state(await bench.deck(ITEMS), ORDNER) is RecordState.ACCEPTED


async def test_the_sentinel_waits_for_the_night(bench: Workbench) -> None:
    noon = datetime.now().astimezone().replace(hour=12, minute=0)
    assert not await bench.checks.is_due(now=noon)
    assert not await bench.checks.is_due(now=noon + timedelta(hours=9))
    assert not await bench.checks.is_due(now=noon + timedelta(hours=14))
    assert await bench.checks.is_due(now=noon + timedelta(hours=24 + 14))
    assert await bench.checks.is_due(now=noon + timedelta(hours=45))
    assert [found.checked for found in await bench.checks.nightly()] == [0, 0]


async def test_an_item_that_vanished_meanwhile_is_a_conflict_and_nothing_is_lost(
    bench: Workbench, store: Store
) -> None:
    await bench.decide([Choice(ITEMS, PEN, "ITM1")])
    await store.write(lambda t: t.masters.remove("items", "itmref = ?", ("ITM1",)))
    evidence = await bench.evidence(ITEMS, PEN)
    assert evidence.standing == "ITM1"
    assert evidence.conflicts[0].code is ConflictCode.VANISHED
    assert [each.code for each in (await bench.recheck(ITEMS)).reopened] == [ConflictCode.VANISHED]
    late = await bench.decide([Choice(ITEMS, ORDNER, "NEVER-THERE")])
    assert late.decision
    assert (await bench.evidence(ITEMS, ORDNER)).conflicts[0].code is ConflictCode.VANISHED


async def test_what_a_person_knew_does_not_reopen_the_decision(bench: Workbench, store: Store) -> None:
    await bench.match(ITEMS)
    evidence = await bench.evidence(ITEMS, SIX)
    assert evidence.conflicts[0].code is ConflictCode.PACK
    await bench.decide([Choice(ITEMS, SIX, "ITM1", pack=Decimal(1))])
    assert (await bench.recheck(ITEMS)).reopened == ()


async def test_bulk_is_planned_shown_carried_out_and_undone_as_one(bench: Workbench) -> None:
    await bench.match(ITEMS)
    deck = await bench.deck(ITEMS)
    plan = await bench.plan(ITEMS, Bulk(BulkAction.ACCEPT), [PEN, SIX, Key("PEN-12PK"), ORDNER])
    assert {choice.key for choice in plan.choices} == {PEN, ORDNER}
    assert plan.conflicts_left_out == 2
    assert plan.worth == 3990 + 2990
    assert len(plan.sample) == 1
    done = await bench.carry_out(plan)
    assert (done.count, state(deck, PEN)) == (2, RecordState.BY_RULE)
    (entry, *_) = await bench.log()
    assert (entry.title, entry.words) == ("2 SKUs", "R-1")
    assert [rule.name for rule in await bench.rules()] == ["R-1"]
    assert len(await bench.checks.to_judge(ITEMS)) == 1
    await bench.undo()
    assert state(deck, PEN) is RecordState.SUGGESTED


async def test_a_deck_that_followed_thousands_is_as_one_loaded_anew(
    bench: Workbench, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decks, "_MANY_CHANGES", 0)
    await bench.match(ITEMS)
    deck = await bench.deck(ITEMS)
    keys = [deck.key(row) for row in range(deck.count)]
    await bench.mark(ITEMS, [PEN], Mark.FLAG)
    every = [Choice(ITEMS, key, deck.targets[deck.row_of(key)] or "ITM3", Decimal(6)) for key in keys]
    acts = (
        lambda: bench.decide(every),
        bench.undo,
        bench.redo,
        lambda: bench.decide([Choice(ITEMS, key, "ITM2") for key in keys[1:]], rule="r"),
        lambda: bench.decide([Choice(ITEMS, key, judgement=Judgement.REJECTED) for key in keys[:3]]),
        bench.undo,
        lambda: bench.decide(every),
        bench.undo,
    )
    for act in acts:
        assert await act() is not None
        followed, fresh = await bench.deck(ITEMS), await Workbench(store).deck(ITEMS)
        assert followed is deck
        for row in range(fresh.count):
            assert deck.record(deck.row_of(fresh.key(row))) == fresh.record(row)


async def test_a_pattern_rule_sets_the_factor(bench: Workbench) -> None:
    await bench.match(ITEMS)
    deck = await bench.deck(ITEMS)
    keys = [deck.key(row) for row in range(deck.count)]
    plan = await bench.plan(ITEMS, Bulk(BulkAction.RULE, "suffix:-6PK=6"), keys)
    assert {choice.key.code: choice.pack for choice in plan.choices}["PEN-6PK"] == 6
    with pytest.raises(SettingFault):
        await bench.plan(ITEMS, Bulk(BulkAction.RULE, "whatever"), keys)


async def test_decisions_teach_pattern_rules(bench: Workbench) -> None:
    choices = [Choice(ITEMS, Key(f"T{number}-6PK"), "ITM1", pack=Decimal(6)) for number in range(5)]
    await bench.decide([*choices, Choice(ITEMS, Key("U-6PK"), "ITM3"), Choice(ITEMS, PEN, "ITM1")])
    (rule,) = await bench.learned_rules()
    assert (rule.text, rule.agree, rule.differ) == ("suffix:-6PK=6", 5, 1)
    assert rule.words == "A SKU that ends in -6PK holds 6"


async def test_no_quantity_is_sent_for_what_amazon_stocks_not_even_in_bulk(bench: Workbench) -> None:
    await bench.deck(ITEMS)
    plan = await bench.plan(ITEMS, Bulk(BulkAction.PUSH, "on"), [PEN, SIX])
    assert plan.keys == (PEN,)
    assert dict(plan.left_out) == {"stocked by Amazon": 1}
    assert (await bench.mark(ITEMS, [SIX], Mark.PUSH, "on")).keys == ()
    assert (await bench.mark(ITEMS, [PEN, SIX], Mark.PUSH, "on")).keys == (PEN,)


async def test_rules_decide_alone_only_when_enough_was_judged(bench: Workbench, store: Store) -> None:
    await bench.match(ITEMS)
    closed = await bench.lane(ITEMS)
    assert (closed.open, closed.ready) == (False, 2)
    with pytest.raises(SettingFault):
        await bench.plan_lane(ITEMS)
    await store.write(_judged_right)
    lane = await bench.lane(ITEMS)
    assert lane.open
    plan = await bench.plan_lane(ITEMS)
    assert ({choice.key for choice in plan.choices}, len(plan.sample)) == ({PEN, ORDNER}, 1)
    assert "auto" in plan.rule


def _judged_right(tables: Tables) -> None:
    """Seven hundred certain candidates that people accepted."""
    pairs = [(ItemPair(f"OLD-{number}", "ITM3"), Judgement.ACCEPTED) for number in range(700)]
    for decision in tables.mappings.record(pairs, who="Ines"):
        tables.conn.execute(
            "INSERT INTO provenance (decision, model, shown, evidence) VALUES (?, 'm', ?, '[]')",
            (decision.id, '[["ITM3",3,null,null,"",[],[]]]'),
        )


async def test_a_blind_second_look_tells_how_often_people_agree(bench: Workbench) -> None:
    await bench.decide([Choice(ITEMS, PEN, "ITM1"), Choice(ITEMS, ORDNER, "ITM2")])
    assert await bench.checks.ask_again(ITEMS) == 2
    assert await bench.checks.ask_again(ITEMS) == 0
    looks = await bench.checks.to_judge(ITEMS)
    assert [await bench.checks.judge(look, Choice(ITEMS, look.key, "ITM1")) for look in looks].count(
        True
    ) == 1
    told = await bench.checks.agreement(ITEMS)
    assert (told.judged, told.agreed, told.open, told.rate) == (2, 1, 0, 0.5)


async def test_four_eyes_are_two_people(bench: Workbench, store: Store) -> None:
    done = await bench.decide([Choice(ITEMS, PEN, "ITM1")])
    other = await store.write(
        lambda t: t.mappings.decide(ItemPair("PEN-12PK", "ITM1", Decimal(12)), Judgement.ACCEPTED, who="Ines")
    )
    deck = await bench.deck(ITEMS)
    await bench.changes(ITEMS)
    waiting = {each.decision for each in await bench.checks.unseconded(deck)}
    assert other.id in waiting
    with pytest.raises(SettingFault):
        await bench.checks.approve(done.decision)
    await bench.checks.approve(other.id)
    assert other.id not in {each.decision for each in await bench.checks.unseconded(deck)}


async def test_buyers_and_codes_are_mapped_in_the_same_way(bench: Workbench, store: Store) -> None:
    buyers, code = Key("", DE, "FBM"), Key("DHL")
    assert await bench.match(Kind.CUSTOMERS) == 2
    deck = await bench.deck(Kind.CUSTOMERS)
    assert state(deck, buyers) is RecordState.SUGGESTED
    evidence = await bench.evidence(Kind.CUSTOMERS, buyers)
    assert evidence.candidates[0].target == "C1"
    await bench.decide([Choice(Kind.CUSTOMERS, buyers, "C1")])
    assert state(deck, buyers) is RecordState.ACCEPTED
    assert [pair.bpcnum for pair in await store.read(lambda t: t.mappings.customers())] == ["C1"]
    carriers = await bench.deck(Kind.CARRIERS)
    await bench.decide([Choice(Kind.CARRIERS, code, "DHLDE", details=(("mode", "1"),))])
    assert carriers.targets[carriers.row_of(code)] == "DHLDE"
    (pair,) = await store.read(lambda t: t.mappings.codes(Kind.CARRIERS))
    assert (pair.code, pair.target, pair.details) == ("DHL", "DHLDE", (("mode", "1"),))
    await bench.undo()
    assert state(carriers, code) is not RecordState.ACCEPTED


async def test_an_account_that_is_decided_is_what_settlements_read(bench: Workbench, store: Store) -> None:
    deck = await bench.deck(Kind.FEES)
    key = deck.key(0)
    choice = Choice(Kind.FEES, key, "708500", details=(("tax_code", "V19"), ("CCE", "HAM")))
    await bench.decide([choice])
    (rule,) = await store.read(lambda t: t.accounts.rules())
    assert (rule.group, rule.account.code, rule.account.tax_code) == (key.code, "708500", "V19")
    assert rule.account.dimensions == (("CCE", "HAM"),)
    assert state(await bench.deck(Kind.FEES), key) is RecordState.ACCEPTED
    await bench.undo()
    assert await store.read(lambda t: t.accounts.rules()) == []
    await bench.redo()
    assert len(await store.read(lambda t: t.accounts.rules())) == 1


async def test_what_depends_on_a_record_is_told(bench: Workbench) -> None:
    told = await bench.impact(ITEMS, GONE)
    assert (told.waiting_orders, told.words) == (1, "1 waiting orders")
    assert (await bench.impact(ITEMS, ORDNER)).words == "nothing depends on it yet"


@pytest.mark.parametrize(
    "choice",
    [
        Choice(ITEMS, PEN),
        Choice(ITEMS, PEN, " "),
        Choice(ITEMS, PEN, "ITM1", pack=Decimal(0)),
        Choice(ITEMS, PEN, "ITM1", pack=Decimal("NaN")),
        Choice(ITEMS, PEN, components=(Component("ITM1", Decimal(-1)),)),
        Choice(ITEMS, PEN, components=(Component("", Decimal(1)),)),
    ],
)
async def test_a_choice_that_says_nothing_is_refused_whole(bench: Workbench, choice: Choice) -> None:
    with pytest.raises(SettingFault):
        await bench.decide([Choice(ITEMS, ORDNER, "ITM2"), choice])
    assert await bench.log() == []


async def test_a_duplicate_sku_in_one_step_stands_as_its_last_choice(bench: Workbench) -> None:
    deck = await bench.deck(ITEMS)
    await bench.decide([Choice(ITEMS, PEN, "ITM1"), Choice(ITEMS, PEN, "ITM2")])
    assert deck.targets[deck.row_of(PEN)] == "ITM2"
    await bench.undo()
    assert state(deck, PEN) is RecordState.NOT_LOOKED_UP


async def test_a_mapping_for_one_marketplace_that_is_taken_back_leaves_no_record(bench: Workbench) -> None:
    before = await bench.deck(ITEMS)
    count, alone = before.count, Key("PEN", FR)
    await bench.decide([Choice(ITEMS, alone, "ITM2")])
    deck = await bench.deck(ITEMS)
    assert deck.count == count + 1 and state(deck, alone) is RecordState.ACCEPTED
    await bench.undo()
    deck = await bench.deck(ITEMS)
    assert deck.count == count and deck.row_of(alone) < 0
    await bench.redo()
    assert state(await bench.deck(ITEMS), alone) is RecordState.ACCEPTED
