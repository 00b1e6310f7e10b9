"""The connections page over real demo systems: typed by key, tested on a loopback port, saved only then."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget

from x3studio.domain.connections import AmazonConnection, Dialect, Verdict, X3Connection
from x3studio.gui.connections.cards import ConnectionCard
from x3studio.gui.connections.draft import Draft
from x3studio.gui.connections.failure import Failure
from x3studio.gui.connections.fields import Side
from x3studio.gui.connections.page import ConnectionsPage
from x3studio.gui.connections.renew import Renewal
from x3studio.gui.connections.wizard import Wizard
from x3studio.gui.connections.words import At
from x3studio.gui.widgets.banner import Banner
from x3studio.gui.widgets.buttons import Button
from x3studio.gui.widgets.checks import Check
from x3studio.gui.widgets.inputs import Choice, Input
from x3studio.gui.window import Window

from .conftest import active, dialog_over, settled
from .scenes import X3, FakeHost
from .scenes_connections import STEPS, Scripted, page_of

Drive = Callable[[Any], Any]
Opened = Callable[..., AbstractAsyncContextManager[Window]]
_LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Any]]:
    """The demo systems in a process of their own, and what a person needs to reach them."""
    pairs = tmp_path_factory.mktemp("demo") / "mapping.csv"
    command = [sys.executable, "-m", "x3studio", "sandbox", "--orders", "12", "--mappings", str(pairs)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield json.loads(server.stdout.readline())
        server.terminate()


async def new(window: Window, side: Side) -> tuple[ConnectionsPage, Wizard]:
    """The wizard for a new connection, opened as a person does."""
    page = page_of(window)
    await settled(window.tasks)
    await active(window)
    page.list.adding.emit(side)
    return page, page.wizards[side]


def fill(form: QWidget, values: Mapping[str, str]) -> None:
    """Types into the inputs of a form, by real keys."""
    for key, text in values.items():
        editor = form.fields[key].editor  # type: ignore[attr-defined]
        if isinstance(editor, Choice):
            editor.choose(text)
        else:
            editor.clear()
            QTest.keyClicks(editor, text)


def four(demo: Mapping[str, Any], **other: str) -> dict[str, str]:
    """The four inputs of the demo X3."""
    x3 = demo["x3"]
    return {key: x3[key] for key in ("base_url", "folder", "client_id", "client_secret")} | other


def click(button: QWidget) -> None:
    QTest.mouseClick(button, _LEFT)


def failure(wizard: Wizard) -> Failure:
    """The opened step."""
    found = [one for one in wizard.findChildren(Failure) if one.isVisible()]
    assert len(found) == 1
    return found[0]


def button(parent: QWidget, text: str) -> Button:
    return next(one for one in parent.findChildren(Button) if one.words() == text and one.isVisible())


def banners(page: ConnectionsPage) -> list[Banner]:
    return [one for one in page.findChildren(Banner) if one.isVisible()]


def page_at(wizard: Wizard) -> At:
    return wizard.at


def shown_inputs(wizard: Wizard) -> list[str]:
    kinds = (QLineEdit, Choice)
    return [
        one.accessibleName()
        for one in wizard.findChildren(QWidget)
        if isinstance(one, kinds) and one.isVisible()
    ]


@pytest.mark.parametrize(
    ("side", "inputs"),
    [
        (Side.X3, ["Host", "Folder", "Client id", "Client secret"]),
        (Side.AMAZON, ["Region", "Refresh token", "Client id", "Client secret"]),
    ],
)
def test_the_first_page_asks_for_exactly_four_things(
    drive: Drive, opened: Opened, side: Side, inputs: list[str]
) -> None:
    async def scene() -> None:
        async with opened() as window:
            _page, wizard = await new(window, side)
            assert shown_inputs(wizard) == inputs

    drive(scene())


def test_what_is_wrong_is_said_in_place_and_nothing_is_sent(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened() as window:
            _page, wizard = await new(window, Side.X3)
            fill(wizard.first, {"base_url": "http://x3.brandel.example:8124", "folder": "BRKTST"})
            QTest.keyClick(wizard.first.fields["folder"].editor, Qt.Key.Key_Return)
            assert wizard.at is At.FIRST and not wizard.running
            said = {key: field.editor.accessibleDescription() for key, field in wizard.first.fields.items()}
            assert said["base_url"].startswith("Use https")
            assert said["client_id"] == said["client_secret"] == "This is needed."
            assert window.focusWidget() is wizard.first.fields["base_url"].editor
            fill(wizard.first, {"client_id": "x"})
            assert wizard.first.fields["client_id"].editor.accessibleDescription() != "This is needed."

    drive(scene())


def test_x3_is_connected_with_four_inputs_and_saved_after_its_test(
    drive: Drive, opened: Opened, demo: Mapping[str, Any]
) -> None:
    async def scene() -> None:
        async with opened(filled=False) as window:
            page, wizard = await new(window, Side.X3)
            store = window.desk.host.store
            fill(wizard.first, four(demo))
            QTest.keyClick(wizard.first.fields["client_secret"].editor, Qt.Key.Key_Return)
            assert wizard.running and page_at(wizard) is At.TEST
            await settled(window.tasks)
            assert {step.verdict for step in wizard.steps} == {Verdict.PASS, Verdict.SKIPPED}
            assert await store.read(lambda tables: tables.connections.all()) == []
            assert window.focusWidget() is wizard.foot.forward
            QTest.keyClick(wizard.foot.forward, Qt.Key.Key_Return)
            assert page_at(wizard) is At.FINISH
            fill_name = wizard.finish.name
            fill_name.selectAll()
            QTest.keyClicks(fill_name, "Brandel test")
            wizard.finish.settle.selectAll()
            QTest.keyClicks(wizard.finish.settle, "5")
            wizard.finish.slots.choose("4")
            QTest.keyClick(fill_name, Qt.Key.Key_Return)
            await settled(window.tasks)
            (saved,) = await store.read(lambda tables: tables.connections.all())
            assert isinstance(saved.connection, X3Connection) and saved.state == "ok"
            assert saved.connection.name == "Brandel test"
            assert saved.connection.dialect is Dialect.GATEWAY
            assert (saved.connection.settle_seconds, saved.connection.slots) == (300.0, 4)
            assert page.list.cards["Brandel test"].isChecked()
            host = window.desk.host
            assert isinstance(host, FakeHost)
            kept = await host.workspace.connecting.secrets_of(saved.connection)
            assert kept["client_secret"] == demo["x3"]["client_secret"]
            texts = [one.text() for one in page.findChildren(QLineEdit) if one.isVisible()]
            assert demo["x3"]["client_secret"] not in texts

    drive(scene())


def test_an_unknown_folder_is_chosen_from_those_x3_has(
    drive: Drive, opened: Opened, demo: Mapping[str, Any]
) -> None:
    async def scene() -> None:
        async with opened(filled=False) as window:
            _page, wizard = await new(window, Side.X3)
            fill(wizard.first, four(demo, folder="BRKTSD"))
            click(wizard.foot.forward)
            await settled(window.tasks)
            opened_step = failure(wizard)
            offers = opened_step.findChild(Choice)
            assert offers is not None and offers is window.focusWidget()
            assert {offers.itemText(place) for place in range(offers.count())} >= {"BRKTST", "BRKPRD"}
            assert wizard.foot.forward.words() == "Test again" and wizard.profile is None
            offers.choose("BRKTST")
            click(button(opened_step, "Use this folder"))
            await settled(window.tasks)
            assert wizard.profile is not None
            assert wizard.first.fields["folder"].text == "BRKTST"

    drive(scene())


def test_a_refused_secret_is_pasted_where_it_failed(
    drive: Drive, opened: Opened, demo: Mapping[str, Any]
) -> None:
    async def scene() -> None:
        async with opened(filled=False) as window:
            _page, wizard = await new(window, Side.X3)
            fill(wizard.first, four(demo, client_secret="an-old-secret"))
            click(wizard.foot.forward)
            await settled(window.tasks)
            field = failure(wizard).findChild(Input)
            assert field is not None and field.echoMode() is QLineEdit.EchoMode.Password
            click(wizard.copy)
            report = QGuiApplication.clipboard().text()
            assert "Unknown client or wrong secret." in report and "an-old-secret" not in report
            QTest.keyClicks(field, demo["x3"]["client_secret"])
            QTest.keyClick(field, Qt.Key.Key_Return)
            await settled(window.tasks)
            assert wizard.profile is not None

    drive(scene())


def test_a_cancelled_test_says_so_and_saves_nothing(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened(filled=False) as window:
            _page, wizard = await new(window, Side.X3)
            probe = Scripted(X3, window.desk.host.store, STEPS, waits=True)
            wizard.run(_ready(probe))
            failing = asyncio.Event()
            wizard.test.moved.connect(lambda: failing.set() if _failed(wizard) else None)
            async with asyncio.timeout(45):
                await failing.wait()
            assert wizard.foot.cancel_test.isVisible() and not wizard.foot.forward.isEnabled()
            click(wizard.foot.cancel_test)
            await settled(window.tasks)
            assert not wizard.running and wizard.profile is None
            assert not any(step.verdict is Verdict.TESTING for step in wizard.steps)
            assert await window.desk.host.store.read(lambda tables: tables.connections.all()) == []

    drive(scene())


def _failed(wizard: Wizard) -> bool:
    return any(step.verdict is Verdict.FAIL for step in wizard.steps)


async def _ready(probe: Scripted) -> Scripted:
    return probe


def test_options_show_what_the_sign_in_needs(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened() as window:
            _page, wizard = await new(window, Side.X3)
            click(wizard.foot.options)
            fields = wizard.more.fields
            assert fields["token_url"].isVisible() and not fields["subject"].isVisible()
            fill(wizard.more, {"sign_in": "jwt"})
            assert fields["subject"].isVisible() and not fields["token_url"].isVisible()
            fill(wizard.more, {"sign_in": "basic", "public_name": "SOH"})
            assert fields["user"].isVisible() and fields["password"].isVisible()
            fill(wizard.first, {"base_url": "https://x3.example.com", "folder": "SEED"})
            click(wizard.foot.forward)
            assert wizard.at is At.MORE
            assert fields["user"].editor.accessibleDescription() == "This is needed."
            assert "SOH=NAME" in fields["public_name"].editor.accessibleDescription()

    drive(scene())


def test_amazon_tells_its_marketplaces_and_is_saved(
    drive: Drive, opened: Opened, demo: Mapping[str, Any]
) -> None:
    async def scene() -> None:
        async with opened(filled=False) as window:
            _page, wizard = await new(window, Side.AMAZON)
            given = demo["amazon"]
            secrets = ("refresh_token", "client_id", "client_secret")
            fill(wizard.first, {key: given[key] for key in secrets})
            click(wizard.foot.options)
            fill(wizard.more, {key: given[key] for key in ("base_url", "token_url")})
            click(wizard.foot.forward)
            await settled(window.tasks)
            assert wizard.at is At.ACCOUNT
            places = {one.text(): one for one in wizard.account.findChildren(Check) if one.isVisible()}
            assert set(places) == {"amazon.de", "amazon.fr", "amazon.co.uk"}
            assert all(one.isChecked() for one in places.values())
            places["amazon.fr"].click()
            click(wizard.foot.forward)
            assert wizard.at is At.ACCOUNT
            seller = next(one for one in wizard.account.findChildren(Input))
            QTest.keyClicks(seller, given["seller_id"])
            QTest.keyClick(seller, Qt.Key.Key_Return)
            await settled(window.tasks)
            assert wizard.profile is not None, list(wizard.steps)
            click(wizard.foot.forward)
            click(wizard.foot.forward)
            await settled(window.tasks)
            saved = await window.desk.host.store.read(lambda tables: tables.connections.get("Amazon EU"))
            assert saved is not None and isinstance(saved.connection, AmazonConnection)
            assert set(saved.connection.marketplaces) == {"A1PA6795UKMFR9", "A1F83G8C2ARO7P"}

    drive(scene())


async def connected(window: Window, demo: Mapping[str, Any]) -> ConnectionsPage:
    """A workspace with the demo X3 connected, its sign-in refused since."""
    page, wizard = await new(window, Side.X3)
    fill(wizard.first, four(demo))
    click(wizard.foot.forward)
    await settled(window.tasks)
    click(wizard.foot.forward)
    click(wizard.foot.forward)
    await settled(window.tasks)
    return page


def test_a_new_secret_is_pasted_tested_and_flows_resume(
    drive: Drive, opened: Opened, demo: Mapping[str, Any]
) -> None:
    async def scene() -> None:
        async with opened(filled=False) as window:
            page = await connected(window, demo)
            host, name = window.desk.host, "X3 BRKTST"
            assert isinstance(host, FakeHost)
            said = "Unknown client"
            await host.store.write(lambda tables: tables.connections.set_state(name, "expired", said=said))
            await page.refresh()
            banner = banners(page)[0]
            click(button(banner, "Paste new secret"))
            dialog = await dialog_over(window)
            assert isinstance(dialog, Renewal)
            click(dialog.go)
            assert dialog.secret.accessibleDescription() == "Paste the new secret first."
            QTest.keyClicks(dialog.secret, "still-wrong")
            click(dialog.go)
            await settled(window.tasks, standing=2)
            assert dialog.isVisible() and "refused" in dialog.secret.accessibleDescription()
            dialog.secret.clear()
            QTest.keyClicks(dialog.secret, demo["x3"]["client_secret"])
            QTest.keyClick(dialog.secret, Qt.Key.Key_Return)
            await settled(window.tasks)
            assert ("resume", name) in host.asked
            saved = await host.store.read(lambda tables: tables.connections.get(name))
            assert saved is not None and saved.state == "ok"
            assert not banners(page)

    drive(scene())


def test_later_hides_the_banner_until_the_next_refusal(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened() as window:
            page = page_of(window)
            await settled(window.tasks)
            banner = banners(page)[0]
            click(button(banner, "Later"))
            await page.refresh()
            assert not banners(page)
            store = window.desk.host.store
            for state in ("ok", "expired"):
                await store.write(lambda tables: tables.connections.set_state("Amazon UK", state))  # noqa: B023
            await page.refresh()
            assert banners(page)

    drive(scene())


def test_edited_settings_keep_the_secrets(drive: Drive, opened: Opened, demo: Mapping[str, Any]) -> None:
    async def scene() -> None:
        async with opened(filled=False) as window:
            page = await connected(window, demo)
            click(page.summary.edit)
            wizard = page.wizards[Side.X3]
            secret = wizard.first.fields["client_secret"].editor
            assert (
                isinstance(secret, Input) and secret.text() == "" and "Saved in" in secret.placeholderText()
            )
            fill(wizard.first, {"folder": "BRKPRD"})
            click(wizard.foot.forward)
            await settled(window.tasks)
            assert wizard.profile is not None
            click(wizard.foot.forward)
            assert not wizard.finish.name.isVisible()
            click(wizard.foot.forward)
            await settled(window.tasks)
            host = window.desk.host
            (saved,) = await host.store.read(lambda tables: tables.connections.all())
            assert isinstance(saved.connection, X3Connection) and saved.connection.folder == "BRKPRD"
            assert isinstance(host, FakeHost)
            kept = await host.workspace.connecting.secrets_of(saved.connection)
            assert kept["client_secret"] == demo["x3"]["client_secret"]

    drive(scene())


def test_a_saved_connection_is_tested_again_and_its_fall_is_noted(
    drive: Drive, opened: Opened, demo: Mapping[str, Any]
) -> None:
    async def scene() -> None:
        async with opened(filled=False) as window:
            page = await connected(window, demo)
            host, name = window.desk.host, "X3 BRKTST"
            assert isinstance(host, FakeHost)
            click(page.summary.test)
            await settled(window.tasks)
            assert page.wizards[Side.X3].foot.forward.words() == "Done"
            click(page.wizards[Side.X3].foot.forward)
            await settled(window.tasks)
            assert page.summary.isVisible()
            host.workspace.connecting._vault.put(name, "client_secret", "gone")
            click(page.summary.test)
            await settled(window.tasks)
            saved = await host.store.read(lambda tables: tables.connections.get(name))
            assert saved is not None and saved.state == "expired"
            assert saved.said == "Unknown client or wrong secret."

    drive(scene())


def test_deleting_asks_first(drive: Drive, opened: Opened, demo: Mapping[str, Any]) -> None:
    async def scene() -> None:
        async with opened(filled=False) as window:
            page = await connected(window, demo)
            store = window.desk.host.store
            click(page.summary.delete)
            QTest.keyClick(await dialog_over(window), Qt.Key.Key_Escape)
            await settled(window.tasks)
            assert await store.read(lambda tables: tables.connections.get("X3 BRKTST"))
            click(page.summary.delete)
            click(button(await dialog_over(window), "Delete X3 BRKTST"))
            await settled(window.tasks)
            assert await store.read(lambda tables: tables.connections.all()) == []
            assert page._pane.isVisible()

    drive(scene())


def test_arrows_walk_the_cards_and_a_record_opens_its_connection(drive: Drive, opened: Opened) -> None:
    async def scene() -> None:
        async with opened() as window:
            page = page_of(window)
            await settled(window.tasks)
            await active(window)
            first = page.list.cards[X3.name]
            first.setFocus(Qt.FocusReason.TabFocusReason)
            QTest.keyClick(first, Qt.Key.Key_Down)
            second = window.focusWidget()
            assert isinstance(second, ConnectionCard) and second.name == "Amazon EU" and second.isChecked()
            assert "LIVE" in second.accessibleName() and "Connected" in second.accessibleName()
            window.go("connections", "Amazon UK")
            assert isinstance(await dialog_over(window), Renewal)

    drive(scene())


def test_both_sides_of_a_saved_connection_make_the_same_connection_again() -> None:
    saved = X3Connection("a", "https://x3.example.com", "SEED", pool="P", public_names={"SOH": "YSOH"})
    assert Draft.of(saved).connection(name="a") == saved
    seller = AmazonConnection("b", "na", "A1", ("ATVPDKIKX0DER",), base_url="http://127.0.0.1:9")
    assert Draft.of(seller).connection(name="b") == seller
