"""The SOAP dialect of the demo X3: refusals with status 200, messages behind multiRef, misleading words."""

import json

import httpx
import pytest
from defusedxml.ElementTree import fromstring

from tests.sandbox.demo import Result, envelope, keys, soap
from x3studio.sandbox.serve import Sandbox
from x3studio.sandbox.x3_soap import SOAP_PATH

PARAM = (
    '<PARAM><GRP ID="SOH0_1"><FLD NAME="SALFCY">HAM01</FLD><FLD NAM="SOHTYP" TYPE="Char">SON</FLD>'
    '<FLD NAME="BPCORD">AMZ-DE-FBM</FLD><FLD NAME="ORDDAT" TYPE="Date">20261120</FLD>'
    '<FLD NAME="CUSORDREF">S-1</FLD></GRP><GRP ID="SOH2_1"><FLD NAME="STOFCY">HAM01</FLD></GRP>'
    '<TAB ID="SOH4_1" DIM="1000" SIZE="1"><LIN NUM="1"><FLD NAME="NUMLIG">0</FLD>'
    '<FLD NAME="ITMREF">LIN-TM-GE</FLD><FLD NAME="QTY">2</FLD></LIN></TAB></PARAM>'
)


async def save(x3: httpx.AsyncClient, param: str = PARAM, **more: str) -> Result:
    return await soap(x3, "save", f"<objectXml><![CDATA[{param}]]></objectXml>", **more)


async def test_a_save_returns_the_whole_document(sandbox: Sandbox, x3: httpx.AsyncClient) -> None:
    result = await save(x3)
    assert (result.status, result.messages) == (1, [])
    number = result.field("SOHNUM")
    stored = sandbox.world.documents.get("SOH", number, folder="BRKTST")
    assert stored is not None
    assert stored.header["ORDDAT"] == "2026-11-20"
    assert result.field("ORDDAT") == "20261120"
    assert len(result.field("WW_MODSTAMP")) == 14
    assert sandbox.ledger.written == 1


async def test_a_refusal_is_status_0_with_nil_and_a_message_elsewhere(
    sandbox: Sandbox, x3: httpx.AsyncClient
) -> None:
    result = await save(x3, PARAM.replace("LIN-TM-GE", "NOPE"))
    assert result.status == 0
    assert result.text is None
    assert result.messages == [(3, "Product NOPE: Datensatz existiert nicht")]
    assert sandbox.ledger.written == 0


async def test_a_warning_has_type_2(x3: httpx.AsyncClient) -> None:
    result = await save(x3, PARAM.replace(">2<", ">99999<"))
    assert result.status == 1
    assert [kind for kind, _ in result.messages] == [2]


async def test_a_field_in_the_wrong_block_is_not_found(sandbox: Sandbox, x3: httpx.AsyncClient) -> None:
    wrong = PARAM.replace(
        '<GRP ID="SOH2_1">', '<GRP ID="SOH1_4"><FLD NAME="VACBPR">EU</FLD></GRP><GRP ID="SOH2_1">'
    )
    result = await save(x3, wrong)
    assert result.status == 0
    assert "[VACBPR]" in result.messages[0][1]
    sandbox.x3.desk.switches.groups = {"SOH4_1": "SOH4_2"}
    moved = await save(x3)
    assert moved.status == 0
    assert "[SOH4_1]" in moved.messages[0][1]
    assert (await save(x3, PARAM.replace("SOH4_1", "SOH4_2"))).status == 1


async def test_the_description_names_this_sites_blocks(sandbox: Sandbox, x3: httpx.AsyncClient) -> None:
    sandbox.x3.desk.switches.groups = {"SOH4_1": "SOH4_2"}
    result = await soap(x3, "getDescription", "")
    root = fromstring(result.text or "")
    table = root.find("TAB")
    assert table is not None
    assert (table.get("NAM"), table.get("DIM")) == ("SOH4_2", "1000")
    lengths = {field.get("NAM"): field.get("LEN") for field in root.iter("FLD")}
    assert lengths["CUSORDREF"] == "20"


async def test_read_modify_read(x3: httpx.AsyncClient) -> None:
    number = (await save(x3)).field("SOHNUM")
    change = '<PARAM><GRP ID="SOH0_1"><FLD NAME="CUSORDREF">S-2</FLD></GRP><TAB ID="SOH4_1">'
    change += '<LIN NUM="1"><FLD NAME="QTY">20</FLD></LIN><LIN NUM="2"><FLD NAME="NUMLIG">0</FLD>'
    change += '<FLD NAME="ITMREF">LIN-TM-GN</FLD><FLD NAME="QTY">1</FLD></LIN></TAB></PARAM>'
    inner = f"{keys(SOHNUM=number)}<objectXml><![CDATA[{change}]]></objectXml>"
    assert (await soap(x3, "modify", inner)).status == 1
    read = await soap(x3, "read", keys(SOHNUM=number))
    rows = list(fromstring(read.text or "").iter("LIN"))
    quantities = [f.text for row in rows for f in row if f.get("NAME") == "QTY"]
    assert quantities == ["20", "1"]
    found = await soap(x3, "query", keys(CUSORDREF="S-2") + "<listSize>5</listSize>")
    assert found.field("SOHNUM") == number
    gone = await soap(x3, "query", keys(CUSORDREF="S-1") + "<listSize>5</listSize>")
    assert (gone.status, gone.text) == (1, "<RESULT />")


async def test_a_closed_order_is_left_alone(sandbox: Sandbox, x3: httpx.AsyncClient) -> None:
    number = (await save(x3)).field("SOHNUM")
    stored = sandbox.world.documents.get("SOH", number, folder="BRKTST")
    assert stored is not None
    stored.header["ORDSTA"] = "2"
    change = '<PARAM><GRP ID="SOH0_1"><FLD NAME="CUSORDREF">S-3</FLD></GRP></PARAM>'
    result = await soap(x3, "modify", f"{keys(SOHNUM=number)}<objectXml><![CDATA[{change}]]></objectXml>")
    assert result.status == 0
    assert stored.reference == "S-1"


async def test_queries_take_patterns(sandbox: Sandbox, x3: httpx.AsyncClient) -> None:
    async def listed(value: str, size: int = 100) -> list[str]:
        result = await soap(x3, "query", keys(ITMREF=value) + f"<listSize>{size}</listSize>", name="YITM")
        rows = fromstring(result.text or "").iter("FLD")
        return [field.text or "" for field in rows if field.get("NAME") == "ITMREF"]

    everything = sandbox.world.item_keys
    assert await listed("*") == everything
    assert await listed("*", size=3) == everything[:3]
    assert await listed("LIN-*") == [key for key in everything if key.startswith("LIN-")]
    assert await listed("&gt;LIN-TM-GE") == [key for key in everything if key > "LIN-TM-GE"]
    assert await listed("&gt;=LIN-TM-GE") == [key for key in everything if key >= "LIN-TM-GE"]
    assert await listed("&lt;&gt;LIN-TM-GE") == [key for key in everything if key != "LIN-TM-GE"]
    assert await listed("LIN-TM-GE") == ["LIN-TM-GE"]
    assert await listed("NOPE") == []


async def test_json_is_returned_where_asked_for(x3: httpx.AsyncClient) -> None:
    config = "adxwss.optreturn=JSON&amp;adxwss.beautify=true"
    saved = json.loads((await save(x3, config=config)).text or "")
    assert saved["SOH4_1"][0]["QTY"] == "2"
    one = await soap(x3, "query", keys(CUSORDREF="S-1"), config=config)
    assert json.loads(one.text or "")["SOHNUM"] == saved["SOH0_1"]["SOHNUM"]
    await save(x3)
    two = await soap(x3, "query", keys(CUSORDREF="S-1"), config=config)
    assert len(json.loads(two.text or "")) == 2


async def test_fields_right_under_param_are_taken(x3: httpx.AsyncClient) -> None:
    loose = '<PARAM><FLD NAME="BPCNAM">Direkt &amp; Co</FLD><FLD NAME="CRY">DE</FLD>'
    loose += '<FLD NAME="CUR">EUR</FLD></PARAM>'
    result = await save(x3, loose, name="YBPC")
    assert result.status == 1
    assert result.field("BPCNAM") == "Direkt & Co"
    assert result.field("BPCNUM")


@pytest.mark.parametrize(
    ("name", "pool", "words"),
    [("YSOH", "studio", "Record does not exist"), ("SORDER", "STUDIO", "Unknown web service (0)")],
)
async def test_wrong_settings_are_answered_with_200(
    x3: httpx.AsyncClient, name: str, pool: str, words: str
) -> None:
    result = await save(x3, name=name, pool=pool)
    assert (result.status, result.messages) == (0, [(3, words)])


async def test_a_pool_leads_to_its_folder(sandbox: Sandbox, x3: httpx.AsyncClient) -> None:
    number = (await save(x3, pool="STUDIO_BRKPRD")).field("SOHNUM")
    assert sandbox.world.documents.get("SOH", number, folder="BRKPRD") is not None


async def test_an_import_template_is_unknown_here(x3: httpx.AsyncClient) -> None:
    given = (
        '{"GRP1":{"I_MODIMP":"GAS","I_AOWSTA":"NO","I_EXEC":"REALTIME","I_RECORDSEP":"|","I_FILE":"END",}}'
    )
    result = await soap(x3, "run", f"<inputXml>{given}</inputXml>", name="AOWSIMPORT")
    assert result.status == 0
    assert "GAS" in result.messages[0][1]
    assert (await soap(x3, "run", "<inputXml/>", name="YOTHER")).messages == [(3, "Unknown web service (0)")]


async def test_an_operation_that_is_not_published_says_so(x3: httpx.AsyncClient) -> None:
    assert (await soap(x3, "delete", keys(SOHNUM="1"))).status == 0


async def test_without_a_soapaction_or_without_children_it_is_500(
    sandbox: Sandbox, x3: httpx.AsyncClient
) -> None:
    content = envelope("getDescription", "")
    answer = await x3.post(SOAP_PATH, content=content)
    assert answer.status_code == 500
    assert answer.json()["$diagnoses"][0]["$message"] == "Header 'soapAction' is missing."
    sandbox.x3.desk.switches.children = 0
    answer = await x3.post(SOAP_PATH, content=content, headers={"SOAPAction": ""})
    assert answer.status_code == 500
    assert answer.json()["$diagnoses"][0]["$message"] == "No Web services accepted"


@pytest.mark.parametrize("content", [b"", b"<a/>", b"{}", b"<!DOCTYPE x [<!ENTITY y 'z'>]><x>&y;</x>"])
async def test_garbage_is_a_soap_fault(x3: httpx.AsyncClient, content: bytes) -> None:
    answer = await x3.post(SOAP_PATH, content=content, headers={"SOAPAction": ""})
    assert answer.status_code == 500
    assert next(fromstring(answer.content).iter("faultcode")).text == "soapenv:Client"


@pytest.mark.parametrize("param", ["", "<PARAM>", "{", "[1]", "<!DOCTYPE x><PARAM/>"])
async def test_an_unreadable_document_is_refused(x3: httpx.AsyncClient, param: str) -> None:
    assert (await save(x3, param)).status == 0
