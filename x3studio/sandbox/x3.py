"""The demo X3: four tongues over one desk, as Sage serves them side by side on one Syracuse server.

Paths (base URL = the X3 port):
    POST /oauth2/token                                              client credentials -> 300 s token
    /api/v1/...                                                     gateway (x3_gateway.py)
    /api1/x3/erp/FOLDER/..., /api1/syracuse/collaboration/...       REST (x3_syracuse.py)
    /soap-generic/syracuse/collaboration/syracuse/CAdxWebServiceXmlCC     SOAP (x3_soap.py)
    /soap-wsdl/syracuse/collaboration/syracuse/CAdxWebServiceXmlCC?wsdl   its WSDL
    POST /xtrem/api                                                 GraphQL (x3_graphql.py)
Any of a token, a signed token and a password opens each of them.
"""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from x3studio.sandbox.credentials import X3Credentials, x3_credentials
from x3studio.sandbox.faults import ASGIApp, FaultLayer, Faults, Scope
from x3studio.sandbox.ledger import Ledger
from x3studio.sandbox.world import World
from x3studio.sandbox.x3_auth import TOKEN_PATH, Door
from x3studio.sandbox.x3_desk import Desk, Switches
from x3studio.sandbox.x3_gateway import Gateway
from x3studio.sandbox.x3_graphql import GraphQL
from x3studio.sandbox.x3_soap import SOAP_PATH, Soap
from x3studio.sandbox.x3_syracuse import Syracuse
from x3studio.sandbox.x3_wire import answer

_SOAP_WRITES = (b":save", b"<save", b":modify", b"<modify", b":run", b"<run")


class X3:
    """The demo X3. `app` is the ASGI application with faults, `desk` what it keeps, `door` who may enter."""

    def __init__(
        self,
        world: World,
        *,
        faults: Faults | None = None,
        ledger: Ledger | None = None,
        credentials: X3Credentials | None = None,
        switches: Switches | None = None,
    ) -> None:
        self.desk = Desk(
            world=world,
            ledger=ledger or Ledger(),
            credentials=credentials or x3_credentials(world.seed),
            switches=switches or Switches(),
        )
        self.door = Door(self.desk)
        routes = [
            Route(TOKEN_PATH, self.door.token, methods=["POST"]),
            *Gateway(self.desk, self.door).routes(),
            *Soap(self.desk, self.door).routes(),
            *Syracuse(self.desk, self.door).routes(),
            *GraphQL(self.desk, self.door).routes(),
        ]
        inner = Starlette(routes=routes, exception_handlers={404: _unknown, 405: _unknown})
        self.app: ASGIApp = FaultLayer(
            inner,
            faults=faults or Faults(seed=world.seed),
            system="x3",
            token_paths=(TOKEN_PATH,),
            is_write=is_write,
        )


def is_write(scope: Scope, body: bytes) -> bool:
    """Whether a request may create or change something: only those can be committed late."""
    if scope["method"] not in ("POST", "PUT"):
        return False
    path: str = scope["path"]
    if path == SOAP_PATH:
        return any(word in body for word in _SOAP_WRITES)
    return path.startswith(("/api/v1/", "/api1/"))


async def _unknown(request: Request, fault: Exception) -> Response:
    said = {"$severity": "error", "$message": f"{request.method} {request.url.path}: unknown"}
    return answer({"$diagnoses": [said]}, status=getattr(fault, "status_code", 404))
