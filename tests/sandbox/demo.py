"""What the tests of the demo X3 send: one good order, SOAP calls, and clients that are signed in."""

from typing import Any
from xml.etree.ElementTree import Element

import httpx
from defusedxml.ElementTree import fromstring

from x3studio.sandbox.serve import Sandbox
from x3studio.sandbox.x3_soap import SOAP_PATH

XSI_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
ORDERS = "/api/v1/sales/salesOrders"


def signed_in(sandbox: Sandbox, *, base_url: str = "", **headers: str) -> httpx.AsyncClient:
    """A client with Basic sign-in and the test folder; in process, or on the port of `base_url`."""
    known = sandbox.x3_credentials
    return httpx.AsyncClient(
        base_url=base_url or known.audience,
        transport=None if base_url else httpx.ASGITransport(sandbox.x3_app),
        auth=(known.user, known.password),
        headers={"X-Sage-Folder": sandbox.world.test_folder, **headers},
    )


def order(reference: str = "305-1", **changes: Any) -> dict[str, Any]:
    """An order that this X3 takes, as the gateway wants it."""
    return {
        "SALFCY": "HAM01",
        "SOHTYP": "SON",
        "BPCORD": "AMZ-DE-FBM",
        "ORDDAT": "2026-11-20",
        "CUR": "EUR",
        "STOFCY": "HAM01",
        "CUSORDREF": reference,
        "lines": [{"ITMREF": "LIN-TM-GE", "SAU": "UN", "QTY": "6", "GROPRI": "3.99"}],
        **changes,
    }


def envelope(
    operation: str, inner: str, *, name: str = "YSOH", pool: str = "STUDIO", config: str = ""
) -> str:
    """A SOAP call as Sage's tester writes it."""
    return (
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
        'xmlns:wss="http://www.adonix.com/WSS"><soapenv:Header/><soapenv:Body>'
        f"<wss:{operation}><callContext><codeLang>GER</codeLang><poolAlias>{pool}</poolAlias>"
        f"<requestConfig>{config}</requestConfig></callContext><publicName>{name}</publicName>"
        f"{inner}</wss:{operation}></soapenv:Body></soapenv:Envelope>"
    )


def keys(**wanted: str) -> str:
    """objectKeys."""
    pairs = "".join(
        f"<CAdxParamKeyValue><key>{key}</key><value>{value}</value></CAdxParamKeyValue>"
        for key, value in wanted.items()
    )
    return f"<objectKeys>{pairs}</objectKeys>"


class Result:
    """A CAdxResultXml: status, result text or None, and the messages behind their multiRef."""

    def __init__(self, answer: httpx.Response) -> None:
        assert answer.status_code == 200, answer.text
        self.root: Element = fromstring(answer.content)
        self.status = int(self._one("status").text or "")
        result = self._one("resultXml")
        self.text = None if result.get(XSI_NIL) == "true" else result.text or ""
        refs = {ref.get("id", ""): ref for ref in self.root.iter("multiRef")}
        pointed = [refs[child.get("href", "").lstrip("#")] for child in self._one("messages")]
        self.messages = [(int(ref.findtext("type") or ""), ref.findtext("message") or "") for ref in pointed]

    def _one(self, name: str) -> Element:
        return next(self.root.iter(name))

    def field(self, name: str) -> str:
        """The first value of a field of the RESULT."""
        found = fromstring(self.text or "").iter("FLD")
        return next((field.text or "" for field in found if field.get("NAME") == name), "")


async def soap(client: httpx.AsyncClient, operation: str, inner: str, **more: str) -> Result:
    """Calls and reads one operation."""
    headers = {"SOAPAction": '""', "Content-Type": "text/xml; charset=utf-8"}
    content = envelope(operation, inner, **more)
    return Result(await client.post(SOAP_PATH, content=content.encode(), headers=headers))
