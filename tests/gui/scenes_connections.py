"""What the connections page looks like on its way: forms, a test with a failure, what came of one."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from x3studio.domain.connections import Ability, Dialect, ProbeStep, Profile, SignIn, Verdict, X3Connection
from x3studio.domain.monitor import Direction, Exchange, System
from x3studio.gui.connections.draft import Draft
from x3studio.gui.connections.fields import Side
from x3studio.gui.connections.page import ConnectionsPage
from x3studio.gui.connections.renew import Renewal
from x3studio.gui.connections.words import At
from x3studio.gui.host import Connection
from x3studio.gui.window import Window
from x3studio.store import Store
from x3studio.workspace import Probe

from .scenes import X3

SITE = replace(X3, sign_in=SignIn.BASIC, dialect=Dialect.SOAP, pool="STUDIO", public_names={"SOH": "YSOH"})
_SELLS = "The account sells in Amazon.de, Amazon.fr, Amazon.it, Amazon.es, Amazon.nl."
_WORDS = "Record does not exist"


def step(
    key: str, title: str, verdict: Verdict, found: str = "", ms: int = 0, **more: str | tuple[str, ...]
) -> ProbeStep:
    """A step as a probe tells it."""
    return ProbeStep(key, title, verdict, found=found, milliseconds=ms, **more)  # type: ignore[arg-type]


STEPS: Sequence[ProbeStep] = (
    step(
        "host",
        "Host answers",
        Verdict.PASS,
        "x3.brandel.example, TLSv1.3, certificate by DigiCert, valid until 4 Mar 2027",
        38,
    ),
    step("token", "Sign-in", Verdict.PASS, "X3 accepts the user and password.", 204),
    step("dialect", "Dialect", Verdict.PASS, "Spoken is SOAP.", 2),
    step("folder", "Folder", Verdict.PASS, 'BRKTST, "Brandel Kontor - Test"', 61),
    step("customers", "Test read of BPCUSTOMER", Verdict.PASS, "100 customers on the first page.", 140),
    step("items", "Test read of ITMMASTER", Verdict.PASS, "100 items on the first page.", 180),
    step(
        "pool",
        "Web service pool and published objects",
        Verdict.FAIL,
        "No connection pool answers under the name STUDIO.",
        10_000,
        said=_WORDS,
        advice="Ask your X3 administrator whether the pool is running. "
        "Have it started, or take one of the two that answered.",
        field="pool",
        offers=("BRKWS", "BRKWS2"),
    ),
    step("orders", "Sales orders can be created", Verdict.TESTING),
)


class Scripted(Probe):
    """A test that tells given steps, then ends, or waits to be cancelled."""

    def __init__(
        self,
        connection: Connection,
        store: Store,
        steps: Sequence[ProbeStep],
        *,
        profile: Profile | None = None,
        secrets: Mapping[str, str] | None = None,
        waits: bool = False,
    ) -> None:
        super().__init__(connection, secrets or {}, store=store)
        self._told, self._found, self._waits = steps, profile, waits

    async def steps(self) -> AsyncIterator[ProbeStep]:
        for told in self._told:
            yield told
        if self._waits:
            await asyncio.Event().wait()
        self.profile = self._found


def passed(connection: X3Connection = X3) -> Profile:
    """What a finished test of the site found."""
    abilities = (
        Ability("read_customers", "Read customers", True),
        Ability("read_items", "Read items", True),
        Ability("create_orders", "Create sales orders", True),
        Ability("find_by_reference", "Find documents by reference", True),
        Ability("post_journals", "Post journals", False, "GAS is not published in the pool BRKWS."),
        Ability("graphql", "GraphQL", None, "Not offered."),
    )
    facts = {
        "TLS": "TLSv1.3",
        "Certificate": "DigiCert, until 4 Mar 2027",
        "Dialect": "SOAP",
        "Folder": f"{connection.folder}, Brandel Kontor - Test",
        "Pool": "BRKWS",
    }
    return Profile("soap", facts, abilities, datetime.now(UTC))


PASSED = (
    *(one for one in STEPS[:6]),
    step("pool", "Web service pool and published objects", Verdict.PASS, "The pool BRKWS answers.", 320),
    step("orders", "Sales orders can be created", Verdict.PASS, "SOH has 47 fields, up to 1000 lines.", 90),
    step("reference", "Orders are found by reference", Verdict.PASS, "A look-up answers.", 120),
    step(
        "journals",
        "Journals can be posted",
        Verdict.WARN,
        "GAS is not published in the pool BRKWS.",
        61,
        said="Record does not exist",
        advice="Publish GAS in GESAWE, then test again. Orders do not need it.",
    ),
    step("graphql", "GraphQL", Verdict.SKIPPED, "Not offered.", 12),
)


def page_of(window: Window) -> ConnectionsPage:
    """The page, shown."""
    window.go("connections")
    assert isinstance(window.page, ConnectionsPage)
    return window.page


async def _read(window: Window) -> ConnectionsPage:
    page = page_of(window)
    await page.refresh()
    return page


async def summary(window: Window) -> None:
    """A tested connection with all that it can do."""
    store = window.desk.host.store
    await store.write(lambda tables: tables.connections.save(SITE, profile=passed()))
    await _read(window)


async def first(window: Window) -> None:
    """The four inputs, two of them wrong."""
    page = await _read(window)
    page.list.adding.emit(Side.X3)
    wizard = page.wizards[Side.X3]
    wizard.first.fields["base_url"].show_text("http://x3.brandel.example:8124")
    wizard.first.fields["folder"].show_text("BRKTST")
    wizard.first.fields["client_id"].show_text("x3studio-brandel")
    wizard.press_forward()


async def options(window: Window) -> None:
    """What some sites need."""
    page = await _read(window)
    page.list.adding.emit(Side.X3)
    page.wizards[Side.X3].first.fields["folder"].show_text("BRKTST")
    page.wizards[Side.X3].foot.options.click()


async def failed(window: Window) -> None:
    """A test under way: one step failed and says what would work."""
    page = await _read(window)
    page.list.choose(X3.name)
    page._change(check=False)
    wizard = page.wizards[Side.X3]
    wizard.begin(Draft.of(SITE), taken=())
    wizard.run(_opened(Scripted(SITE, window.desk.host.store, STEPS, waits=True)))
    await asyncio.sleep(0.1)


async def finish(window: Window) -> None:
    """A test that came through."""
    page = await _read(window)
    page.list.adding.emit(Side.X3)
    wizard = page.wizards[Side.X3]
    wizard.begin(Draft.of(SITE), taken=())
    wizard._draft = replace(wizard.draft, saved=None)
    wizard.run(_opened(Scripted(SITE, window.desk.host.store, PASSED, profile=passed())))
    await asyncio.sleep(0.1)
    wizard.press_forward()
    assert wizard.at is At.FINISH


async def account(window: Window) -> None:
    """Which marketplaces of the seller: Amazon has said where the account sells."""
    page = await _read(window)
    page.list.adding.emit(Side.AMAZON)
    wizard = page.wizards[Side.AMAZON]
    wizard._looking = True
    connection = wizard.draft.connection(name="Amazon EU 2")
    steps = (
        step("host", "Endpoint answers", Verdict.PASS, "Answers within 41 ms.", 41),
        step("token", "Sign-in is accepted", Verdict.PASS, "Amazon gave an access token.", 180),
        step("account", "Account sells in these marketplaces", Verdict.PASS, _SELLS, 210),
    )
    probe = Scripted(connection, window.desk.host.store, steps)
    places = ("A1PA6795UKMFR9", "A13V1IB3VIYZZH", "APJ6JRA9NG5V4", "A1RKKUPIHCS9HS", "A1805IZSGTT6HS")
    rows = [{"marketplace": {"id": id}, "participation": {"isParticipating": True}} for id in places]
    answer = json.dumps({"payload": rows})
    probe.exchanges.append(
        Exchange("", "getMarketplaceParticipations", System.AMAZON, Direction.IN, "200", answer=answer)
    )
    wizard.run(_opened(probe))


async def renew(window: Window) -> None:
    """The field for a new secret."""
    page = await _read(window)
    page.show_record("Amazon UK")
    for _turn in range(200):
        await asyncio.sleep(0.01)
        if window.findChildren(Renewal):
            return


async def _opened(probe: Probe) -> Probe:
    return probe


CONNECTIONS = {
    "connections-summary": summary,
    "connections-first": first,
    "connections-options": options,
    "connections-failed": failed,
    "connections-finish": finish,
    "connections-account": account,
    "connections-renew": renew,
}
"""By name, for tests/screens.py."""
