"""What each step of a connection test asks X3, and what its answer means."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from x3studio.domain.connections import Ability, Dialect, SignIn, Verdict, X3Connection
from x3studio.domain.documents import DocumentKind
from x3studio.domain.errors import ConnectionFault, CredentialFault, SettingFault, StudioError
from x3studio.x3 import faults
from x3studio.x3.auto import gateway_answers
from x3studio.x3.dialect import Rows, X3Client
from x3studio.x3.gateway import GatewayClient
from x3studio.x3.graphql import GraphqlClient
from x3studio.x3.line import Line
from x3studio.x3.master_tables import CUSTOMERS, ITEMS
from x3studio.x3.soap import SoapClient
from x3studio.x3.syracuse import SyracuseClient
from x3studio.x3.syracuse_wire import endpoints

_SOON = timedelta(days=30)
_UNHEARD_OF = "X3STUDIO-PROBE"
_WORDS: Mapping[Dialect, str] = {
    Dialect.GATEWAY: "REST gateway",
    Dialect.SYRACUSE: "Syracuse REST",
    Dialect.SOAP: "SOAP",
    Dialect.GRAPHQL: "GraphQL, for reading",
    Dialect.AUTO: "Syracuse REST to read, SOAP to write",
}
_BOTH: Mapping[Dialect, Callable[[Line], X3Client]] = {
    Dialect.GATEWAY: GatewayClient,
    Dialect.SYRACUSE: SyracuseClient,
    Dialect.SOAP: SoapClient,
}
_SIGN_INS: Mapping[SignIn, str] = {
    SignIn.OAUTH: "OAuth token by client credentials",
    SignIn.JWT: "token of a connected application",
    SignIn.BASIC: "user and password",
}
Work = Callable[[], Awaitable["Finding"]]

AGAIN = AsyncRetrying(
    stop=stop_after_attempt(4),
    wait=wait_random_exponential(multiplier=0.2, max=1.0),
    retry=retry_if_exception_type(ConnectionFault),
    reraise=True,
)
"""One lost answer is no finding: every step only reads and may be asked again."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one step found out."""

    found: str
    verdict: Verdict = Verdict.PASS
    said: str = ""
    advice: str = ""
    field: str = ""
    offers: tuple[str, ...] = ()


class Steps:
    """The steps in their order. They tell each other what they found through `facts` and `abilities`."""

    def __init__(self, connection: X3Connection, *, open_line: Callable[[], Line]) -> None:
        self.facts: dict[str, str] = {}
        self.abilities: dict[str, Ability] = {}
        self.dialect = ""
        self._connection = connection
        self._open_line = open_line
        self._opened: Line | None = None
        self._reader: X3Client | None = None
        self._writer: X3Client | None = None

    def plan(self) -> Sequence[tuple[str, str, Work]]:
        """Key, title and work of each step."""
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

    def failed(self, fault: StudioError, *, verdict: Verdict = Verdict.FAIL) -> Finding:
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
    def _line(self) -> Line:
        """Opened by the first step, so that a bad address or a missing secret is a finding of it."""
        if self._opened is None:
            self._opened = self._open_line()
        return self._opened

    async def aclose(self) -> None:
        """Closes the line, where one was opened."""
        if self._opened is not None:
            await self._opened.aclose()

    async def _host(self) -> Finding:
        certificate = await self._line.knock()
        host = self._line.base.host
        if certificate is None:
            return Finding(f"{host} answers.")
        until = (
            f"{certificate.until.day} {certificate.until:%b %Y}" if certificate.until else "an unknown day"
        )
        self.facts |= {
            "TLS": certificate.version,
            "Certificate": f"{certificate.issuer}, until {until}",
        }
        found = f"{host}, {certificate.version}, certificate by {certificate.issuer}, valid until {until}"
        if certificate.until and certificate.until - datetime.now(UTC) < _SOON:
            return Finding(found, Verdict.WARN, advice="The certificate runs out soon: have it renewed.")
        return Finding(found)

    async def _sign_in(self) -> Finding:
        await self._line.credential.authorization()
        # Only a signed call shows whether X3 accepts the token; what it answers otherwise is told later.
        try:
            await AGAIN(gateway_answers, self._line)
        except ConnectionFault as fault:
            return self.failed(fault)
        return Finding(f"X3 accepts the {_SIGN_INS[self._connection.sign_in]}.")

    async def _dialect(self) -> Finding:
        chosen, line = self._connection.dialect, self._line
        if chosen is Dialect.AUTO and await gateway_answers(line):
            chosen = Dialect.GATEWAY
        if chosen is Dialect.GRAPHQL:
            self._reader = GraphqlClient(line)
        elif chosen is Dialect.AUTO:
            self._reader, self._writer = SyracuseClient(line), SoapClient(line)
        else:
            self._reader = self._writer = _BOTH[chosen](line)
        self.dialect = chosen.value
        self.facts["Dialect"] = _WORDS[chosen]
        return Finding(f"Spoken is {_WORDS[chosen]}.")

    async def _folder(self) -> Finding:
        folder = self._connection.folder
        try:
            listed = await (
                self._reader.folders() if isinstance(self._reader, GatewayClient) else endpoints(self._line)
            )
        except SettingFault:
            return Finding("X3 does not list its folders to this user.", Verdict.SKIPPED)
        names = dict(listed)
        if folder not in names:
            return self.failed(faults.unknown_folder(folder, names))
        self.facts["Folder"] = ", ".join(part for part in (folder, names[folder]) if part)
        return Finding(f'{folder}, "{names[folder]}"' if names[folder] else folder)

    async def _customers(self) -> Finding:
        return await self._read("read_customers", "Read customers", "customers")

    async def _items(self) -> Finding:
        return await self._read("read_items", "Read items", "items")

    async def _read(self, key: str, title: str, what: str) -> Finding:
        reader = self._chosen_reader()
        source = reader.table(CUSTOMERS if what == "customers" else ITEMS)
        self._able(key, title, False, "The test read failed.")
        # An empty tuple as default breaks anext() of CPython up to 3.13.
        first: Rows | None = await anext(source, None)
        page = first.rows if first else ()
        self._able(key, title, True)
        if not page:
            return Finding(f"X3 answers, but shows no {what}.", Verdict.WARN, advice="Check the folder.")
        return Finding(f"{len(page)} {what} on the first page.")

    async def _pool(self) -> Finding:
        """A wrong pool answers 200 with misleading words, so every published name is described."""
        soap = self._writer if isinstance(self._writer, SoapClient) else SoapClient(self._line)
        needed = soap is self._writer
        names = self._connection.public_names
        if not needed and not (self._connection.pool and names):
            return Finding("Not needed by this dialect.", Verdict.SKIPPED)
        described, refused = list[str](), list[SettingFault]()
        for code in names:
            try:
                await AGAIN(soap.describe, DocumentKind(code))
                described.append(f"{code}={names[code]}")
            except ValueError:
                refused.append(_no_object(code))
            except SettingFault as fault:
                refused.append(fault)
            except ConnectionFault as fault:
                return self._no_children(fault, verdict=Verdict.FAIL if needed else Verdict.WARN)
        trouble = Verdict.FAIL if needed else Verdict.WARN
        if not names:
            return Finding("No published name is set.", trouble, field="public_name", advice="Set SOH=NAME.")
        if not described:
            return self.failed(refused[0], verdict=trouble)
        if refused:
            vital = needed and not any(name.startswith("SOH=") for name in described)
            said = self.failed(refused[0], verdict=Verdict.FAIL if vital else Verdict.WARN)
            return Finding(
                said.found, said.verdict, said.said, said.advice, "public_name", offers=tuple(described)
            )
        self.facts["Pool"] = self._connection.pool
        return Finding(f"The pool {self._connection.pool} answers; published: {', '.join(described)}.")

    def _no_children(self, fault: ConnectionFault, *, verdict: Verdict) -> Finding:
        """HTTP 500 is how a Syracuse server without web service children answers every call (online help)."""
        if fault.context.get("http") != "500":
            return self.failed(fault, verdict=verdict)
        advice = "In Syracuse, set the number of web service children above 0, and start the pool."
        return Finding("X3 runs no web services.", verdict, said=fault.said, advice=advice, field="pool")

    async def _orders(self) -> Finding:
        return await self._describe("create_orders", "Create sales orders", DocumentKind.SALES_ORDER)

    async def _journals(self) -> Finding:
        finding = await self._describe("post_journals", "Post journals", DocumentKind.JOURNAL)
        return Finding(finding.found, finding.verdict, finding.said, finding.advice, finding.field)

    async def _describe(self, key: str, title: str, kind: DocumentKind) -> Finding:
        writer = self._writer
        if writer is None:
            self._able(key, title, False, "GraphQL only reads.")
            return Finding("GraphQL only reads.", Verdict.SKIPPED)
        try:
            described = await writer.describe(kind)
        except SettingFault as fault:
            self._able(key, title, False, fault.title)
            return self.failed(fault, verdict=Verdict.WARN)
        if isinstance(writer, SyracuseClient) and not writer.can_write(kind):
            why = f"X3 has no writable representation of {kind.value}."
            self._able(key, title, False, why)
            return Finding(why, Verdict.WARN, field="public_name", advice="Let SOAP write, or name one.")
        self._able(key, title, True)
        lines = f", up to {described.most_lines} lines" if described.most_lines else ""
        return Finding(f"{kind.value} has {len(described.fields)} fields{lines}. No document was written.")

    async def _reference(self) -> Finding:
        key, title = "find_by_reference", "Find documents by reference"
        if self._writer is None:
            self._able(key, title, False, "GraphQL only reads masters.")
            return Finding("GraphQL only reads masters.", Verdict.SKIPPED)
        try:
            held = await self._writer.find(DocumentKind.SALES_ORDER, [_UNHEARD_OF])
        except SettingFault as fault:
            self._able(key, title, False, fault.title)
            return self.failed(fault, verdict=Verdict.WARN)
        self._able(key, title, True)
        return Finding(f"A look-up answers ({len(held[_UNHEARD_OF])} found for {_UNHEARD_OF}).")

    async def _graphql(self) -> Finding:
        needed = self._connection.dialect is Dialect.GRAPHQL
        client = GraphqlClient(self._line)
        try:
            root: str = await AGAIN(client.root)
        except (SettingFault, ConnectionFault) as fault:
            self._able("graphql", "GraphQL", False, fault.title)
            return self.failed(fault) if needed else Finding("Not offered.", Verdict.SKIPPED, said=fault.said)
        self._able("graphql", "GraphQL", True)
        self.facts["GraphQL root"] = root
        return Finding(f"Master data under {root}.")

    def _chosen_reader(self) -> X3Client:
        if self._reader is None:
            raise RuntimeError("the dialect is chosen before anything is read")
        return self._reader

    def _able(self, key: str, title: str, usable: bool, why: str = "") -> None:
        self.abilities[key] = Ability(key, title, usable, why)


def _no_object(code: str) -> SettingFault:
    return SettingFault(
        f"{code} is no object that X3 Studio writes.",
        field="public_name",
        advice=f"Known are {', '.join(DocumentKind)}.",
    )
