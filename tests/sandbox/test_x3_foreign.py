"""The demo X3 against Sage's own material: the WSDL's interface, and sample payloads in both spellings."""

from datetime import UTC, datetime
from pathlib import Path
from xml.etree.ElementTree import Element

import httpx
import pytest
from defusedxml.ElementTree import fromstring

from tests.sandbox.demo import keys, soap
from x3studio.domain.catalogue import Customer, Item
from x3studio.sandbox.serve import Sandbox
from x3studio.sandbox.world import Site, WorldItem

WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
SCHEMA = "{http://www.w3.org/2001/XMLSchema}"


def interface(root: Element) -> dict[str, list[tuple[str, str]]]:
    """Messages with the names and local types of their parts."""
    return {
        message.get("name", ""): [
            (part.get("name", ""), part.get("type", "").rpartition(":")[2])
            for part in message.iter(f"{WSDL}part")
        ]
        for message in root.iter(f"{WSDL}message")
    }


def operations(root: Element) -> dict[str, str]:
    """Operations of the port with their parameter order."""
    port = next(root.iter(f"{WSDL}portType"))
    return {entry.get("name", ""): entry.get("parameterOrder", "") for entry in port}


def records(root: Element) -> dict[str, list[tuple[str, str]]]:
    """Complex types with their members."""
    return {
        kind.get("name", ""): [
            (member.get("name", ""), member.get("type", "").rpartition(":")[2])
            for member in kind.iter(f"{SCHEMA}element")
        ]
        for kind in root.iter(f"{SCHEMA}complexType")
    }


async def test_the_wsdl_offers_sages_interface(x3: httpx.AsyncClient, foreign_data: Path) -> None:
    path = "/soap-wsdl/syracuse/collaboration/syracuse/CAdxWebServiceXmlCC?wsdl"
    ours = fromstring((await x3.get(path)).content)
    sages = fromstring((foreign_data / "x3" / "CAdxWebServiceXmlCC.wsdl").read_bytes())
    assert interface(ours) == interface(sages)
    assert operations(ours) == operations(sages)
    assert records(ours) == records(sages)
    assert ours.get("targetNamespace") == sages.get("targetNamespace")


@pytest.fixture
def sages_world(sandbox: Sandbox) -> Sandbox:
    """The demo with the site, customer and items that Sage's samples name."""
    now = datetime(2026, 11, 1, tzinfo=UTC)
    sandbox.world.sites["PT032"] = Site("PT032", "Sample site", "PT", sells=True, stores=True)
    sandbox.world.put_customer(Customer("PT001", "Sample customer", currency="EUR"))
    for reference in ("FIN002", "FIN003", "FIN005"):
        sandbox.world.put_item(WorldItem(Item(reference, "Sample item", modified=now), brand=""))
    return sandbox


def sample(foreign_data: Path, name: str) -> str:
    return (foreign_data / "x3" / "payloads" / name).read_text(encoding="utf-8-sig")


async def saved(x3: httpx.AsyncClient, payload: str, public: str, number: str) -> str:
    result = await soap(x3, "save", f"<objectXml><![CDATA[{payload}]]></objectXml>", name=public)
    assert result.status == 1, result.messages
    return result.field(number)


async def test_xml_and_lenient_json_store_the_same_order(
    sages_world: Sandbox, x3: httpx.AsyncClient, foreign_data: Path
) -> None:
    stored = []
    for suffix, number in (("XML", "FROMXML"), ("JSON", "FROMJSON")):
        payload = sample(foreign_data, f"WSSOH_WS/WSSOH_WS_SAVE.{suffix}").replace("WSSOH", number)
        assert await saved(x3, payload, "YSOH", "SOHNUM") == number
        document = sages_world.world.documents.get("SOH", number, folder="BRKTST")
        assert document is not None
        stored.append(({**document.header, "SOHNUM": ""}, document.lines))
    assert stored[0] == stored[1]
    assert stored[0][0]["CUSORDREF"] == "CREATED BY WS"
    assert [line["ITMREF"] for line in stored[0][1]] == ["FIN003", "FIN002"]


async def test_xml_and_lenient_json_modify_alike(
    sages_world: Sandbox, x3: httpx.AsyncClient, foreign_data: Path
) -> None:
    ends = []
    for suffix, number in (("XML", "FROMXML"), ("JSON", "FROMJSON")):
        order = sample(foreign_data, "WSSOH_WS/WSSOH_WS_SAVE.XML").replace("WSSOH", number)
        await saved(x3, order, "YSOH", "SOHNUM")
        change = sample(foreign_data, f"WSSOH_WS/WSSOH_WS_MODIFY.{suffix}")
        inner = f"{keys(SOHNUM=number)}<objectXml><![CDATA[{change}]]></objectXml>"
        result = await soap(x3, "modify", inner)
        assert result.status == 1, result.messages
        document = sages_world.world.documents.get("SOH", number, folder="BRKTST")
        assert document is not None
        ends.append((document.reference, [(line["ITMREF"], line["QTY"]) for line in document.lines]))
    assert ends[0] == ends[1]
    assert ends[0][0] == "MODIFIED BY WS"


async def test_xml_and_lenient_json_store_the_same_item(
    sandbox: Sandbox, x3: httpx.AsyncClient, foreign_data: Path
) -> None:
    stored = []
    for suffix, reference in (("XML", "ITX"), ("JSON", "ITJ")):
        payload = sample(foreign_data, f"WSITM/WSITM_SAVE.{suffix}").replace("WSITM", reference)
        assert await saved(x3, payload, "YITM", "ITMREF") == reference
        document = sandbox.world.documents.get("ITM", reference, folder="BRKTST")
        assert document is not None
        # Sage's two samples differ in the category alone.
        stored.append(({**document.header, "ITMREF": "", "TCLCOD": ""}, document.lines))
    assert stored[0] == stored[1]
    assert stored[0][0]["VACITM"] == "NT"
    assert [line["PCU"] for line in stored[0][1]] == ["PAC", "PAL"]
