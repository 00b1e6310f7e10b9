"""The settings page: what is changed is kept, what cannot stand is said where it is typed."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QWidget

from x3studio.domain.errors import SettingFault
from x3studio.domain.runs import RunState
from x3studio.gui.settings import data
from x3studio.gui.settings.choice import ChoiceDialog
from x3studio.gui.settings.page import SettingsPage
from x3studio.gui.settings.words import in_words, joined_place, split_place
from x3studio.gui.widgets.buttons import Button
from x3studio.gui.widgets.chips import StateLabel
from x3studio.gui.widgets.inputs import Choice
from x3studio.gui.widgets.label import Label
from x3studio.gui.window import Window
from x3studio.rules.rates import Rate
from x3studio.rules.site import parse_site
from x3studio.shipped import shipped_text
from x3studio.workspace.retention import Keeping
from x3studio.workspace.scheduling import plans_in

from .conftest import active, dialog_over, settled
from .scenes import FLOW

Drive = Callable[[Any], Any]
Opened = Callable[..., AbstractAsyncContextManager[Window]]
FR, DE = "A13V1IB3VIYZZH", "A1PA6795UKMFR9"
EXAMPLE = shipped_text("templates/site.json")


async def shown(window: Window) -> SettingsPage:
    """The page, read, with the keyboard."""
    await active(window)
    window.go("settings")
    await settled(window.tasks)
    assert isinstance(window.page, SettingsPage)
    return window.page


async def again(window: Window) -> None:
    """After a change in the store."""
    await settled(window.tasks)
    window.refresh_all()
    await settled(window.tasks)


def button(holder: QWidget, name: str) -> QAbstractButton:
    """By its spoken name or its words."""
    return next(
        one for one in holder.findChildren(QAbstractButton) if name in (one.accessibleName(), one.text())
    )


def retype(field: QLineEdit, text: str) -> None:
    """As a person does: everything chosen, then typed over."""
    field.setFocus(Qt.FocusReason.TabFocusReason)
    field.selectAll()
    QTest.keyClicks(field, text)


def said(holder: QWidget) -> set[str]:
    """The words that can be seen."""
    labels = [*holder.findChildren(StateLabel), *holder.findChildren(Label)]
    return {label.text() for label in labels if label.isVisible()}


def test_a_schedule_is_set_by_keys_and_survives_leaving_the_field(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened(filled=False) as window:
            page, store = await shown(window), window.desk.host.store
            flow = next(iter(page.schedules.ways.values()))
            retype(flow.minutes, "20")
            flow.check.setFocus(Qt.FocusReason.TabFocusReason)
            QTest.keyClick(flow.check, Qt.Key.Key_Space)
            await again(window)
            plan = (await store.read(plans_in))[0]
            assert (plan.every_minutes, plan.missed) == (20, "once") and plan.last is not None
            flow.minutes.setFocus(Qt.FocusReason.TabFocusReason)
            QTest.keyClick(flow.minutes, Qt.Key.Key_Tab)
            await again(window)
            assert (await store.read(plans_in))[0] == plan
            flow.missed.setFocus(Qt.FocusReason.TabFocusReason)
            QTest.keyClick(flow.missed, Qt.Key.Key_Down)
            flow.missed.activated.emit(flow.missed.currentIndex())
            await again(window)
            assert (await store.read(plans_in))[0].missed == "skip"
            retype(flow.minutes, "0")
            QTest.keyClick(flow.minutes, Qt.Key.Key_Return)
            assert "Enter 1 to 10,080 minutes, a week." in said(flow)
            assert (await store.read(plans_in))[0].every_minutes == 20
            QTest.keyClick(flow.check, Qt.Key.Key_Space)

    drive(scene())


def test_with_several_connections_each_way_has_its_own_schedule(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened() as window:
            page, store = await shown(window), window.desk.host.store
            ways = page.schedules.ways
            names = [route for flow, route in ways if flow == FLOW]
            assert len(names) == len(set(names)) == 2
            other = ways[FLOW, names[1]]
            assert other.check.text() == f"Orders to X3, {names[1].replace('>', ' to ')} runs by itself"
            retype(other.minutes, "20")
            other.check.setFocus(Qt.FocusReason.TabFocusReason)
            QTest.keyClick(other.check, Qt.Key.Key_Space)
            await again(window)
            kept = {
                plan.route: plan.every_minutes for plan in await store.read(plans_in) if plan.flow == FLOW
            }
            assert kept[names[1]] == 20 and kept[names[0]] != 20

    drive(scene())


def test_a_site_choice_gets_an_exception_and_faults_are_said_in_place(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened(filled=False) as window:
            page, store = await shown(window), window.desk.host.store
            assert "These are the example's choices" in said(page.site)
            QTest.keyClick(button(page.site, "Change sales site"), Qt.Key.Key_Space)
            dialog = await dialog_over(window)
            assert isinstance(dialog, ChoiceDialog)
            save = button(dialog, "Save")
            assert dialog.table == {FR: "STR02", "*": "HAM01"} and save.isEnabled()
            QTest.mouseClick(button(dialog, "Add an exception"), Qt.MouseButton.LeftButton)
            assert not save.isEnabled()
            market = [one for one in dialog.findChildren(Choice) if one.accessibleName() == "Marketplace"][-1]
            market.setFocus(Qt.FocusReason.TabFocusReason)
            market.choose(FR)
            assert "The same place is given twice." in said(dialog) and not save.isEnabled()
            market.choose(DE)
            entered = dialog.findChildren(QLineEdit)
            retype(entered[-1], "BER09")
            assert save.isEnabled()
            QTest.mouseClick(save, Qt.MouseButton.LeftButton)
            await again(window)
            kept = parse_site(await store.read(lambda tables: tables.settings.get("site")))
            assert kept.value("sales_site", DE) == "BER09" and kept.value("sales_site", "X") == "HAM01"
            assert kept.value("stock_site", DE, "FBA") == "AMZFB"
            assert "These are the example's choices" not in said(page.site)

    drive(scene())


def test_a_wrong_time_zone_cannot_be_saved(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened() as window:
            page = await shown(window)
            QTest.keyClick(button(page.site, "Change time zone"), Qt.Key.Key_Space)
            dialog = await dialog_over(window)
            (field,) = dialog.findChildren(QLineEdit)
            retype(field, "Europe/Atlantis")
            assert any("is not a time zone" in words for words in said(dialog))
            assert not button(dialog, "Save").isEnabled()
            retype(field, "Europe/Paris")
            assert button(dialog, "Save").isEnabled()
            QTest.keyClick(dialog, Qt.Key.Key_Escape)
            await settled(window.tasks)

    drive(scene())


def test_the_examples_choices_can_be_taken_as_they_are(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened(filled=False) as window:
            page = await shown(window)
            QTest.mouseClick(button(page.site, "They fit"), Qt.MouseButton.LeftButton)
            await again(window)
            assert await window.desk.host.store.read(lambda tables: tables.settings.get("site")) == EXAMPLE

    drive(scene())


def test_a_site_that_cannot_be_read_says_why(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened() as window:
            await window.desk.host.store.write(lambda tables: tables.settings.set("site", "{"))
            page = await shown(window)
            assert any("not valid JSON" in words for words in said(page.site))

    drive(scene())


def test_rates_are_added_and_deleted(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened(filled=False) as window:
            page, store = await shown(window), window.desk.host.store
            entry = page.rates.inputs
            for key, text in (("base", "usd"), ("quote", "EUR"), ("day", "2026-11-20"), ("value", "0,9214")):
                retype(entry[key], text)
            QTest.keyClick(entry["value"], Qt.Key.Key_Return)
            assert "Say whose rate it is: documents carry it." in said(page.rates)
            assert entry["source"].property("error") == "true"
            assert window.focusWidget() is entry["source"]
            QTest.keyClicks(entry["source"], "ECB")
            QTest.keyClick(entry["source"], Qt.Key.Key_Return)
            await again(window)
            known = (await data.load(store)).rates
            assert known == [Rate("USD", "EUR", date(2026, 11, 20), Decimal("0.9214"), "ECB")]
            for key, text in (("base", "USD"), ("quote", "EUR"), ("value", "1")):
                retype(entry[key], text)
            QTest.keyClick(entry["value"], Qt.Key.Key_Return)
            assert "USD to EUR of that day is known. Delete it first." in said(page.rates)
            page.rates.table.choose(("USD", "EUR", date(2026, 11, 20)))
            page.rates.table.setFocus(Qt.FocusReason.TabFocusReason)
            QTest.keyClick(page.rates.table, Qt.Key.Key_Delete)
            await again(window)
            assert (await data.load(store)).rates == []
            assert "No exchange rates" in said(page.rates)

    drive(scene())


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("base", "EURO", "A currency has three letters, such as USD."),
        ("quote", "USD", "Enter two different currencies."),
        ("day", "20.11.2026", "Enter a day such as 2026-11-20."),
        ("value", "0", "Enter how many EUR one USD is worth, such as 0.9214."),
        ("value", "NaN", "Enter how many EUR one USD is worth, such as 0.9214."),
    ],
)
def test_a_wrong_rate_is_said(drive: Drive, opened: Opened, field: str, text: str, words: str) -> None:
    async def scene() -> None:
        async with opened(filled=False) as window:
            page = await shown(window)
            good = {"base": "USD", "quote": "EUR", "day": "2026-11-20", "value": "0.92", "source": "ECB"}
            for key, value in {**good, field: text}.items():
                retype(page.rates.inputs[key], value)
            QTest.mouseClick(page.rates.add_button, Qt.MouseButton.LeftButton)
            assert words in said(page.rates)
            assert page.rates.inputs[field].property("error") == "true"

    drive(scene())


def test_personal_data_is_erased_after_a_yes(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened() as window:
            page, store = await shown(window), window.desk.host.store
            assert not page.personal.erase.isEnabled()
            old = int((datetime.now(UTC) - timedelta(days=12)).timestamp() * 1_000_000)

            def age(tables: Any) -> None:
                tables.runs.move(2, RunState.CANCELLED)
                tables.conn.execute("UPDATE outbox SET changed_at = ? WHERE id <= 5", [old])

            await store.write(age)
            await again(window)
            retype(page.personal.buyers, "31")
            QTest.keyClick(page.personal.buyers, Qt.Key.Key_Return)
            assert "Enter 1 to 30 days." in said(page.personal)
            retype(page.personal.buyers, "10")
            QTest.keyClick(page.personal.buyers, Qt.Key.Key_Return)
            await again(window)
            assert (await data.load(store)).keeping == Keeping(10, 90)
            for answer, left in (("Cancel", 31), ("Erase", 26)):
                page.personal.erase.setFocus(Qt.FocusReason.TabFocusReason)
                QTest.keyClick(page.personal.erase, Qt.Key.Key_Space)
                dialog = await dialog_over(window)
                assert any("10 days ago" in label.text() for label in dialog.findChildren(Label))
                assert dialog.focusWidget() is button(dialog, "Cancel")
                QTest.mouseClick(button(dialog, answer), Qt.MouseButton.LeftButton)
                await again(window)
                assert await store.read(with_source) == left
            told = [toast.state.word for toast in window.news.toasts.shown]
            assert "Erased: 0 exchanges, buyers' data of 5 orders, 0 backups" in told
            proof = next(words for words in said(page.personal) if "checked, nothing older is left" in words)
            assert proof.startswith("Today ") and "Nele: " in proof and "buyers' data of 5 orders" in proof

    drive(scene())


def with_source(tables: Any) -> int:
    """How many of the first run's orders still hold what Amazon told."""
    asked = "SELECT COUNT(*) FROM outbox WHERE id <= 31 AND source <> ''"
    return int(tables.conn.execute(asked).fetchone()[0])


def test_first_steps_lead_to_the_sites_choices(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened(filled=False) as window:
            await active(window)
            window.resize(960, 540)
            go = button(window.page, "Open settings")
            QTest.keyClick(go, Qt.Key.Key_Space)
            await settled(window.tasks)
            focused = window.focusWidget()
            assert isinstance(focused, Button) and focused.accessibleName() == "Change sales site"
            assert not focused.visibleRegion().isEmpty()

    drive(scene())


def test_choices_in_words(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened() as window:
            markets = window.desk.host.marketplaces()
            tables = parse_site(EXAMPLE).tables
            told = in_words("stock_site", tables["stock_site"], markets)
            assert told == "HAM01; shipped by Amazon: AMZFB; amazon.fr, own shipping: STR02"
            assert in_words("convert_to", {"*": ""}, markets) == "each stays in its own currency"
            assert in_words("price_type", {"*": "inc"}, markets) == "with tax"
            assert in_words("tax_rule", {}, markets) == "the customer's own"
            assert in_words("items.discount", {"*": ""}, markets) == "none"

    drive(scene())


@pytest.mark.parametrize("key", ["*", "FBA", FR, f"{FR}/FBM"])
def test_places_go_into_two_lists_and_back(key: str) -> None:
    assert joined_place(*(split_place(key) if key != "*" else ("", ""))) == key


def test_a_changed_choice_keeps_everything_else() -> None:
    changed = data.with_choice(EXAMPLE, "stock_site", {"*": "LEE03", "FBA": "AMZFB"})
    assert '"why": "FBA stock is kept' in changed
    before, after = parse_site(EXAMPLE).tables, parse_site(changed).tables
    assert {name: table for name, table in after.items() if before[name] != table} == {
        "stock_site": {"*": "LEE03", "FBA": "AMZFB"}
    }
    nested = parse_site(data.with_choice(EXAMPLE, "items.shipping", {"*": "FRACHT"})).tables
    assert nested["items.shipping"] == {"*": "FRACHT"} and nested["items.gift_wrap"] == {"*": "PORTO"}
    with pytest.raises(SettingFault, match="not a number of days"):
        data.with_choice(EXAMPLE, "rate_days", {"*": "week"})
