"""Building what one run needs: the clients of its route and the flow between them."""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial

from x3studio.amazon import AmazonClient, AmazonSecrets
from x3studio.domain.connections import AmazonConnection, X3Connection
from x3studio.domain.errors import ConnectionFault, SettingFault
from x3studio.domain.monitor import Exchange
from x3studio.domain.runs import Load
from x3studio.shipped import shipped_text
from x3studio.store import Store
from x3studio.sync.context import Limits
from x3studio.sync.engine import Bound
from x3studio.sync.flows import FlowKind
from x3studio.sync.flows.surroundings import Surroundings
from x3studio.workspace.buckets import StoredBuckets
from x3studio.workspace.connecting import Connecting
from x3studio.workspace.routes import Route
from x3studio.x3 import Pool, X3Client, open_x3
from x3studio.x3.ledgers import read_ledger

Recorder = Callable[[Exchange], None]
Waiting = Callable[[str, datetime], None]
_log = logging.getLogger(__name__)
_PATIENCE = 90.0
SITE = "site"
"""The setting that holds the site's choices."""


async def x3_client(
    connection: X3Connection, connecting: Connecting, record: Recorder, *, pool: Pool | None = None
) -> X3Client:
    """A client for one folder, signed in with its first call."""
    secrets = await connecting.secrets_of(connection)
    return open_x3(connection, secrets, record=record, pool=pool)


async def amazon_client(
    connection: AmazonConnection,
    store: Store,
    connecting: Connecting,
    record: Recorder,
    waiting: Waiting,
) -> AmazonClient:
    """A client for one seller account, signed in with its first call."""
    secrets = await connecting.secrets_of(connection)
    return AmazonClient(
        connection,
        AmazonSecrets(**secrets),
        record=record,
        buckets=StoredBuckets(store),
        waiting=waiting,
    )


async def bind(
    kind: FlowKind,
    route: Route,
    *,
    store: Store,
    connecting: Connecting,
    record: Recorder,
    waiting: Waiting,
    wait_for_doubts: bool,
    as_of: int | None = None,
) -> Bound:
    """The flow with its clients. Whoever receives it closes flow and target."""
    pool = Pool(route.x3.slots)
    x3 = await x3_client(route.x3, connecting, record, pool=pool)
    amazon = await amazon_client(route.amazon, store, connecting, record, waiting)
    rules, site = await store.read(
        lambda tables: (
            tables.settings.get(f"rules/{kind.template}"),
            tables.settings.get(SITE),
        )
    )
    flow = kind.bind(
        Surroundings(
            store=store,
            amazon=amazon,
            x3=x3,
            account=route.x3.account,
            rules=rules or shipped_text(f"templates/{kind.template}.json"),
            site=site or _demo_site(route),
            as_of=as_of,
            read_ledger=partial(read_ledger_of, route.x3, store=store, connecting=connecting, record=record),
        )
    )
    limits = Limits(
        settle=route.x3.settle_seconds,
        slots=route.x3.slots,
        patience=_PATIENCE,
        wait_for_doubts=wait_for_doubts,
    )
    return Bound(
        flow=flow,
        target=getattr(flow, "target", x3),
        account=route.x3.account,
        limits=limits,
        load=partial(_load, pool, amazon),
    )


def _load(pool: Pool, amazon: AmazonClient) -> Load:
    operation, tokens, burst = amazon.scarcest()
    return Load(pool.used, pool.size, operation, tokens, burst)


async def read_ledger_of(
    connection: X3Connection, *, store: Store, connecting: Connecting, record: Recorder
) -> None:
    """Copies X3's accounts and periods; where X3 does not show them, the last copy stays."""
    secrets = await connecting.secrets_of(connection)
    try:
        accounts, periods = await read_ledger(connection, secrets, record=record)
    except (SettingFault, ConnectionFault) as fault:
        _log.info("X3's ledger was not read: %s", fault.title)
        return
    await store.write(lambda tables: tables.accounts.put_ledger(accounts, periods))


def _demo_site(route: Route) -> str:
    """The demo company's choices, which fit no real folder."""
    if not route.x3.on_this_machine:
        raise SettingFault(
            "This workspace does not say yet which X3 sites sell and ship.",
            field=SITE,
            advice="Enter them under Settings, or with 'x3studio site set FILE'.",
        )
    return shipped_text("templates/site.json")
