"""Clients of Sage X3: open one by its connection; a new dialect is one file and one line in DIALECTS."""

from collections.abc import Callable, Mapping

import httpx

from x3studio.domain.connections import Dialect, X3Connection
from x3studio.x3.auto import AutoClient
from x3studio.x3.dialect import Field, ObjectDescription, Recorder, Sending, X3Client
from x3studio.x3.gateway import GatewayClient
from x3studio.x3.graphql import GraphqlClient
from x3studio.x3.line import Line
from x3studio.x3.pool import Pool
from x3studio.x3.probe import Probe, probe
from x3studio.x3.soap import SoapClient
from x3studio.x3.syracuse import SyracuseClient

DIALECTS: Mapping[Dialect, Callable[[Line], X3Client]] = {
    Dialect.GATEWAY: GatewayClient,
    Dialect.SYRACUSE: SyracuseClient,
    Dialect.SOAP: SoapClient,
    Dialect.GRAPHQL: GraphqlClient,
    Dialect.AUTO: AutoClient,
}


def open_x3(
    connection: X3Connection,
    secrets: Mapping[str, str],
    *,
    record: Recorder,
    transport: httpx.AsyncBaseTransport | None = None,
    pool: Pool | None = None,
) -> X3Client:
    """A client of one X3 folder; close it with `aclose`.

    `secrets` holds client_id and client_secret, or user and password. Raises SettingFault for an unusable
    address or CA file and CredentialFault for a missing secret. `transport` replaces the network (an ASGI
    application in tests), `pool` the sessions it holds (one of its own by default). Nothing is sent before
    the first call.
    """
    line = Line(connection, secrets, record=record, transport=transport, pool=pool)
    return DIALECTS[connection.dialect](line)


__all__ = [
    "DIALECTS",
    "Field",
    "ObjectDescription",
    "Pool",
    "Probe",
    "Recorder",
    "Sending",
    "X3Client",
    "open_x3",
    "probe",
]
