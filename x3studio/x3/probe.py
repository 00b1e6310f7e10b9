"""The test of a connection, step by step and fit to be watched; nothing is saved and no document is written."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx

from x3studio.domain.connections import Ability, Dialect, ProbeStep, Profile, SignIn, Verdict, X3Connection
from x3studio.domain.documents import DocumentKind
from x3studio.domain.errors import ConnectionFault, CredentialFault, SettingFault, StudioError
from x3studio.x3 import faults
from x3studio.x3.auto import gateway_answers
from x3studio.x3.dialect import Recorder, X3Client
from x3studio.x3.gateway import GatewayClient
from x3studio.x3.graphql import GraphqlClient
from x3studio.x3.line import Line
from x3studio.x3.soap import SoapClient
from x3studio.x3.syracuse import SyracuseClient, endpoints

STEP_SECONDS = 60.0
_SOON = timedelta(days=30)
_UNHEARD_OF = "X3STUDIO-PROBE"
_NEEDED = frozenset({"host", "token", "dialect", "folder", "customers"})
"""Without these nothing that follows makes sense."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one step found out."""

    found: str
    verdict: Verdict = Verdict.PASS
    said: str = ""
    advice: str = ""
    field: str = ""
    offers: tuple[str, ...] = ()


@dataclass(slots=True)
class _Known:
    """What the steps tell each other."""

    facts: dict[str, str] = field(default_factory=dict)
    abilities: dict[str, Ability] = field(default_factory=dict)
    failed: bool = False
    stopped: bool = False
    reader: X3Client | None = None
    writer: X3Client | None = None
    dialect: str = ""


class Probe:
    """An async iterator of steps: each first as TESTING, then with its verdict. `profile` is set at the end.

    `profile` stays None unless every step has passed, warned or been skipped.
    """

    def __init__(
        self,
        connection: X3Connection,
        secrets: Mapping[str, str],
        *,
        record: Recorder,
        transport: httpx.AsyncBaseTransport | None = None,
        seconds: float = STEP_SECONDS,
    ) -> None:
        self.profile: Profile | None = None
        self._connection, self._secrets = connection, secrets
        self._record, self._transport, self._seconds = record, transport, seconds
        self._line: Line | None = None
        self._known = _Known()
        self._steps = self._run()

    def __aiter__(self) -> "Probe":
        return self

    async def __anext__(self) -> ProbeStep:
        return await anext(self._steps)

    async def aclose(self) -> None:
        """Ends the test early."""
        await self._steps.aclose()

    async def _run(self) -> AsyncGenerator[ProbeStep, None]:
        try:
            for key, title, work in self._plan():
                yield ProbeStep(key, title, Verdict.TESTING)
                yield await self._take(key, title, work)
            if not self._known.failed:
                self.profile = Profile(
                    dialect=self._known.dialect,
                    facts=self._known.facts,
                    abilities=tuple(self._known.abilities.values()),
                    checked_at=datetime.now(UTC),
                )
        finally:
            if self._line is not None:
                await self._line.aclose()

    def _plan(self) -> Sequence[tuple[str, str, Callable[[], Awaitable[Finding]]]]:
        return (
            ("host", "Host answers", self._host),
            ("token", "Sign-in", self._sign_in),
            ("dialect", "Dialect", self._dialect),
            ("folder", "Folder", self._folder),
            ("customers", "Test read of BPCUSTOMER", self._customers),
            ("items", "Test read of ITMMASTER", self._items),
            ("pool", "Web service pool and published objects", self._pool),
            ("orders", "Sales orders can be created", self._orders),
            ("reference", "Orders are found by reference", self._reference),
            ("journals", "Journals can be posted", self._journals),
            ("graphql", "GraphQL", self._graphql),
        )

    async def _take(self, key: str, title: str, work: Callable[[], Awaitable[Finding]]) -> ProbeStep:
        if self._known.stopped:
            return ProbeStep(key, title, Verdict.SKIPPED, found="Not tested: an earlier step failed.")
        began = time.monotonic()
        try:
            async with asyncio.timeout(self._seconds):
                finding = await work()
        except StudioError as fault:
            finding = self._failed(fault)
        except TimeoutError:
            finding = self._failed(
                ConnectionFault(
                    f"No answer within {self._seconds:.0f} seconds.",
                    advice="X3 may be busy: test again later.",
                )
            )
        if finding.verdict is Verdict.FAIL:
            self._known.failed = True
            self._known.stopped = key in _NEEDED
        return ProbeStep(
            key=key,
            title=title,
            verdict=finding.verdict,
            found=finding.found,
            said=finding.said,
            advice=finding.advice,
            field=finding.field,
            offers=finding.offers,
            milliseconds=round((time.monotonic() - began) * 1000),
        )

    def _failed(self, fault: StudioError, *, verdict: Verdict = Verdict.FAIL) -> Finding:
        usual = "password" if self._connection.sign_in is SignIn.BASIC else "client_secret"
        blamed = {SettingFault: "", CredentialFault: usual, ConnectionFault: "base_url"}
        default = next((name for kind, name in blamed.items() if isinstance(fault, kind)), "")
        offers = fault.context.get("offers", "")
        return Finding(
            found=fault.title,
            verdict=verdict,
            said=fault.said,
            advice=fault.advice,
            field=getattr(fault, "field", "") or fault.context.get("field", default),
            offers=tuple(offers.split(", ")) if offers else (),
        )

    @property
    def line(self) -> Line:
        """The line, opened at the first step so that a bad address or a missing secret is a finding of it."""
        if self._line is None:
            self._line = Line(self._connection, self._secrets, record=self._record, transport=self._transport)
        return self._line

    async def _host(self) -> Finding:
        certificate = await self.line.knock()
        host = self.line.base.host
        if certificate is None:
            return Finding(f"{host} answers.")
        until = f"{certificate.until:%-d %b %Y}" if certificate.until else "an unknown day"
        self._known.facts |= {
            "TLS": certificate.version,
            "Certificate": f"{certificate.issuer}, until {until}",
        }
        found = f"{host}, {certificate.version}, certificate by {certificate.issuer}, valid until {until}"
        if certificate.until and certificate.until - datetime.now(UTC) < _SOON:
            return Finding(found, Verdict.WARN, advice="The certificate runs out soon: have it renewed.")
        return Finding(found)

    async def _sign_in(self) -> Finding:
        await self.line.credential.authorization()
        # Only a signed call shows whether X3 accepts the token; what it answers otherwise is told later.
        try:
            await gateway_answers(self.line)
        except ConnectionFault as fault:
            return self._failed(fault)
        kinds = {
            SignIn.OAUTH: "OAuth token by client credentials",
            SignIn.JWT: "token of a connected application",
            SignIn.BASIC: "user and password",
        }
        return Finding(f"X3 accepts the {kinds[self._connection.sign_in]}.")

    async def _dialect(self) -> Finding:
        chosen, line, known = self._connection.dialect, self.line, self._known
        if chosen is Dialect.AUTO:
            chosen = Dialect.GATEWAY if await gateway_answers(line) else Dialect.AUTO
        if chosen is Dialect.GATEWAY:
            known.reader = known.writer = GatewayClient(line)
        elif chosen is Dialect.SYRACUSE:
            known.reader = known.writer = SyracuseClient(line)
        elif chosen is Dialect.SOAP:
            known.reader = known.writer = SoapClient(line)
        elif chosen is Dialect.GRAPHQL:
            known.reader, known.writer = GraphqlClient(line), None
        else:
            known.reader, known.writer = SyracuseClient(line), SoapClient(line)
        words = {
            Dialect.GATEWAY: "REST gateway",
            Dialect.SYRACUSE: "Syracuse REST",
            Dialect.SOAP: "SOAP",
            Dialect.GRAPHQL: "GraphQL, for reading",
            Dialect.AUTO: "Syracuse REST to read, SOAP to write",
        }
        known.dialect = chosen.value
        known.facts["Dialect"] = words[chosen]
        return Finding(f"Spoken is {words[chosen]}.")

    async def _folder(self) -> Finding:
        folder = self._connection.folder
        try:
            listed = await (
                self._known.reader.folders()
                if isinstance(self._known.reader, GatewayClient)
                else endpoints(self.line)
            )
        except SettingFault:
            return Finding("X3 does not list its folders to this user.", Verdict.SKIPPED)
        names = dict(listed)
        if folder not in names:
            return self._failed(faults.unknown_folder(folder, names))
        self._known.facts["Folder"] = ", ".join(part for part in (folder, names[folder]) if part)
        return Finding(f'{folder}, "{names[folder]}"' if names[folder] else folder)

    async def _customers(self) -> Finding:
        return await self._read("read_customers", "Read customers", "customers")

    async def _items(self) -> Finding:
        return await self._read("read_items", "Read items", "items")

    async def _read(self, key: str, title: str, what: str) -> Finding:
        reader = self._reader()
        source = reader.customers() if what == "customers" else reader.items()
        self._able(key, title, False, "The test read failed.")
        page: Sequence[object] = await anext(source, ())
        self._able(key, title, True)
        if not page:
            return Finding(f"X3 answers, but shows no {what}.", Verdict.WARN, advice="Check the folder.")
        return Finding(f"{len(page)} {what} on the first page.")

    async def _pool(self) -> Finding:
        """A wrong pool answers 200 with misleading words, so the published names are described, all of them."""
        soap = self._known.writer if isinstance(self._known.writer, SoapClient) else SoapClient(self.line)
        needed = soap is self._known.writer
        names = self._connection.public_names
        if not needed and not (self._connection.pool and names):
            return Finding("Not needed by this dialect.", Verdict.SKIPPED)
        described, refused = list[str](), list[SettingFault]()
        for code in names:
            try:
                await soap.describe(DocumentKind(code))
                described.append(f"{code}={names[code]}")
            except ValueError:
                refused.append(_no_object(code))
            except SettingFault as fault:
                refused.append(fault)
        trouble = Verdict.FAIL if needed else Verdict.WARN
        if not names:
            return Finding("No published name is set.", trouble, field="public_name", advice="Set SOH=NAME.")
        if not described:
            return self._failed(refused[0], verdict=trouble)
        if refused:
            vital = needed and not any(name.startswith("SOH=") for name in described)
            said = self._failed(refused[0], verdict=Verdict.FAIL if vital else Verdict.WARN)
            return Finding(
                said.found, said.verdict, said.said, said.advice, "public_name", offers=tuple(described)
            )
        self._known.facts["Pool"] = self._connection.pool
        return Finding(f"The pool {self._connection.pool} answers; published: {', '.join(described)}.")

    async def _orders(self) -> Finding:
        return await self._describe("create_orders", "Create sales orders", DocumentKind.SALES_ORDER)

    async def _journals(self) -> Finding:
        finding = await self._describe("post_journals", "Post journals", DocumentKind.JOURNAL)
        return Finding(finding.found, finding.verdict, finding.said, finding.advice, finding.field)

    async def _describe(self, key: str, title: str, kind: DocumentKind) -> Finding:
        writer = self._known.writer
        if writer is None:
            self._able(key, title, False, "GraphQL only reads.")
            return Finding("GraphQL only reads.", Verdict.SKIPPED)
        try:
            described = await writer.describe(kind)
        except SettingFault as fault:
            self._able(key, title, False, fault.title)
            return self._failed(fault, verdict=Verdict.WARN)
        if isinstance(writer, SyracuseClient) and not writer.can_write(kind):
            why = f"X3 has no writable representation of {kind.value}."
            self._able(key, title, False, why)
            return Finding(why, Verdict.WARN, field="public_name", advice="Let SOAP write, or name one.")
        self._able(key, title, True)
        lines = f", up to {described.most_lines} lines" if described.most_lines else ""
        return Finding(f"{kind.value} has {len(described.fields)} fields{lines}. No document was written.")

    async def _reference(self) -> Finding:
        key, title = "find_by_reference", "Find documents by reference"
        if self._known.writer is None:
            self._able(key, title, False, "GraphQL only reads masters.")
            return Finding("GraphQL only reads masters.", Verdict.SKIPPED)
        try:
            held = await self._known.writer.find(DocumentKind.SALES_ORDER, [_UNHEARD_OF])
        except SettingFault as fault:
            self._able(key, title, False, fault.title)
            return self._failed(fault, verdict=Verdict.WARN)
        self._able(key, title, True)
        return Finding(f"A look-up answers ({len(held[_UNHEARD_OF])} found for {_UNHEARD_OF}).")

    async def _graphql(self) -> Finding:
        needed = self._connection.dialect is Dialect.GRAPHQL
        client = GraphqlClient(self.line)
        try:
            with self.line.call("describe") as call:
                root = await client.root(call)
                call.outcome = "read"
        except (SettingFault, ConnectionFault) as fault:
            self._able("graphql", "GraphQL", False, fault.title)
            return (
                self._failed(fault) if needed else Finding("Not offered.", Verdict.SKIPPED, said=fault.said)
            )
        self._able("graphql", "GraphQL", True)
        self._known.facts["GraphQL root"] = root
        return Finding(f"Master data under {root}.")

    def _reader(self) -> X3Client:
        if self._known.reader is None:
            raise RuntimeError("the dialect is chosen before anything is read")
        return self._known.reader

    def _able(self, key: str, title: str, usable: bool, why: str = "") -> None:
        self._known.abilities[key] = Ability(key, title, usable, why)


def _no_object(code: str) -> SettingFault:
    return SettingFault(
        f"{code} is no object that X3 Studio writes.",
        field="public_name",
        advice=f"Known are {', '.join(DocumentKind)}.",
    )


def probe(
    connection: X3Connection,
    secrets: Mapping[str, str],
    *,
    record: Recorder = lambda _: None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Probe:
    """Tests a connection: iterate over the steps, then read `.profile` (None where a step failed)."""
    return Probe(connection, secrets, record=record, transport=transport)
