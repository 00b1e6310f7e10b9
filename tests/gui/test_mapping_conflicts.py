"""What a conflict offers, taken by a click: each button does what it says, and one undo takes it back."""

from dataclasses import replace
from decimal import Decimal

from x3studio.domain.workbench import ConflictCode, Key, Kind, Mark
from x3studio.gui.mapping.pack import PackDialog, nearest_whole
from x3studio.gui.mapping.unifying import UnifyDialog
from x3studio.gui.widgets.inputs import Input
from x3studio.gui.widgets.table.view import Table
from x3studio.rules.site import parse_site
from x3studio.workspace.workbench.values import Choice

from .workbench_hands import Consultant, Drive, Opened, at_work

SKU, HERE, THERE, FRANCE = "BR-BATT-AA", "BRA-BA-AA", "BRA-KL-PK", "A13V1IB3VIYZZH"


async def targets(hands: Consultant) -> dict[str, str]:
    """What stands for the SKU, by marketplace."""
    pairs = await hands.host.store.read(lambda tables: tables.mappings.items_for([SKU]))
    return {pair.marketplace: pair.itmref for pair in pairs.values()}


def speaks(hands: Consultant, code: ConflictCode, key: Key) -> bool:
    """Whether the list shows this conflict for a record."""
    deck = hands.page.session.deck
    return bool(int(deck.conflicts[deck.row_of(key)]) & code.bit)


async def differs(hands: Consultant) -> None:
    """One SKU, two items."""
    bench = hands.host.workbench
    await bench.decide([Choice(Kind.ITEMS, Key(SKU), HERE), Choice(Kind.ITEMS, Key(SKU, FRANCE), THERE)])
    await hands.page.session.reopen()
    await hands.presses("Ctrl+4")
    await hands.goes_to(SKU)
    assert speaks(hands, ConflictCode.CROSS_MKT, Key(SKU, FRANCE))
    await hands.press("Make it one, or say why", within=hands.page.focus)


def test_one_item_everywhere_is_previewed_and_one_step(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            await differs(hands)
            dialog = await hands.dialog()
            assert isinstance(dialog, UnifyDialog)
            after = {pair.marketplace: then for pair, then in dialog.rows.snapshot()}
            assert after == {"": HERE, FRANCE: HERE}
            await hands.press(f"{THERE} everywhere", within=dialog)
            after = {pair.marketplace: then for pair, then in dialog.rows.snapshot()}
            assert after == {"": THERE, FRANCE: THERE}
            await hands.press("Use it everywhere", within=dialog)
            await hands.closed()
            await hands.at_rest()
            assert await targets(hands) == {"": THERE, FRANCE: THERE}
            assert not speaks(hands, ConflictCode.CROSS_MKT, Key(SKU, FRANCE))
            await hands.presses("Ctrl+Z")
            assert await targets(hands) == {"": HERE, FRANCE: THERE}

    drive(scene())


def test_a_difference_is_declared_with_its_reason(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            await differs(hands)
            dialog = await hands.dialog()
            assert isinstance(dialog, UnifyDialog)
            await hands.press("They differ on purpose", within=dialog)
            assert not dialog.save.isEnabled(), "a reason is needed"
            await hands.fill(await hands.named(Input, "Why they differ"), "Another plug")
            await hands.press("Declare", within=dialog)
            await hands.closed()
            await hands.at_rest()
            assert await targets(hands) == {"": HERE, FRANCE: THERE}
            evidence = hands.page.session.evidence
            assert evidence is not None and dict(evidence.marks)[Mark.APART] == "Another plug"
            assert all(finding.code is not ConflictCode.CROSS_MKT for finding in evidence.conflicts)
            assert not speaks(hands, ConflictCode.CROSS_MKT, Key(SKU))
            await hands.presses("Ctrl+Z")
            assert speaks(hands, ConflictCode.CROSS_MKT, Key(SKU))

    drive(scene())


def test_several_skus_for_one_item_need_a_reason(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            both = [Choice(Kind.ITEMS, Key(code), HERE) for code in (SKU, "BR-ECO-SET")]
            await hands.host.workbench.decide(both)
            await hands.page.session.reopen()
            await hands.presses("Ctrl+4")
            await hands.goes_to(SKU)
            assert speaks(hands, ConflictCode.N_TO_1, Key(SKU))
            await hands.press("Give the reason", within=hands.page.focus)
            dialog = await hands.dialog()
            await hands.press("The same article, listed a second time", within=dialog)
            await hands.press("Declare", within=dialog)
            await hands.closed()
            await hands.at_rest()
            evidence = hands.page.session.evidence
            assert evidence is not None and dict(evidence.marks)[Mark.SHARE] == "relist"
            assert not speaks(hands, ConflictCode.N_TO_1, Key(SKU))

    drive(scene())


def test_a_factor_is_set_that_moves_whole_units(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            items = await hands.host.store.read(lambda tables: tables.masters.items_by_ref([HERE]))
            # One sales unit holds two and a half stock units: one of them cannot be moved.
            odd = replace(items[HERE], sales_unit="KAR", sales_to_stock=Decimal("2.5"))
            await hands.host.store.write(lambda tables: tables.masters.put_items([odd]))
            await hands.host.workbench.decide([Choice(Kind.ITEMS, Key(SKU), HERE)])
            await hands.page.session.reopen()
            await hands.presses("Ctrl+4")
            await hands.goes_to(SKU)
            await hands.press("Set a whole factor", within=hands.page.focus)
            dialog = await hands.dialog()
            assert isinstance(dialog, PackDialog)
            await hands.reads("Sales unit: 1 KAR = 2.5")
            assert dialog.factor == Decimal("1.2")
            await hands.keys("Ctrl+A")
            await hands.type("3")
            assert not dialog.save.isEnabled()
            await hands.reads("Moves 7.5")
            await hands.keys("Ctrl+A")
            await hands.type("2")
            await hands.press("Accept with this factor", within=dialog)
            await hands.closed()
            await hands.at_rest()
            pair = await hands.stands(SKU)
            assert pair is not None and pair.pack_factor == 2
            for coefficient in ("2.5", "0.3", "12", "0.333"):
                item = replace(odd, sales_to_stock=Decimal(coefficient))
                units = nearest_whole(Decimal(1), item) * item.sales_to_stock
                assert units > 0 and units == units.to_integral_value(), coefficient

    drive(scene())


def test_how_lots_are_assigned_is_chosen_for_the_site(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            items = await hands.host.store.read(lambda tables: tables.masters.items_by_ref([HERE]))
            await hands.host.store.write(
                lambda tables: tables.masters.put_items([replace(items[HERE], by_lot=True)])
            )
            await hands.host.workbench.decide([Choice(Kind.ITEMS, Key(SKU), HERE)])
            await hands.page.session.reopen()
            await hands.presses("Ctrl+4")
            await hands.goes_to(SKU)
            before = await hands.host.store.read(lambda tables: parse_site(tables.settings.get("site")))
            await hands.press("Say how they are assigned", within=hands.page.focus)
            dialog = await hands.dialog()
            await hands.press("Save for every item", within=dialog)
            await hands.closed()
            await hands.at_rest()
            after = await hands.host.store.read(lambda tables: parse_site(tables.settings.get("site")))
            assert after.value("lots") == "by the rule of the item in X3" and not before.value("lots")
            assert {**after.tables, "lots": {}} == {**before.tables, "lots": {}}
            evidence = hands.page.session.evidence
            assert evidence is not None
            assert all(finding.code is not ConflictCode.LOTSER for finding in evidence.conflicts)

    drive(scene())


def test_offers_that_share_an_ean_are_shown_side_by_side(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with at_work(opened) as hands:
            page, deck = hands.page, hands.page.session.deck
            shared = ConflictCode.EAN_SHARED
            for row in range(deck.count):
                evidence = await page.session.bench.evidence(Kind.ITEMS, deck.key(row))
                found = next((one for one in evidence.conflicts if one.code is shared), None)
                if found is not None and found.words.startswith("The ASINs"):
                    break
            assert found is not None and found.offer is not None
            await hands.goes_to(deck.codes[row])
            page.acting.offers.take(found.offer)
            dialog = await hands.dialog()
            table = await hands.named(Table, "Side by side")
            rows = table.rows.snapshot()
            assert deck.codes[row] in {sku for sku, _title, _target in rows}
            asins = {title.partition(" ")[0] for _sku, title, _target in rows}
            assert asins == {*found.offer.others, deck.subtitles[row]}
            assert all(target for _sku, _title, target in rows)
            await hands.press("Close", within=dialog)
            await hands.closed()

    drive(scene())
