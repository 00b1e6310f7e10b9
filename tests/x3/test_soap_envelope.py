"""SOAP answers as Axis writes them: multiRef, nil, faults, and rubbish."""

import pytest
from defusedxml.ElementTree import fromstring

from x3studio.domain.errors import ConnectionFault
from x3studio.x3.soap_envelope import Context, Message, envelope, read_result
from x3studio.x3.soap_xml import local

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>'
)
TAIL = "</soapenv:Body></soapenv:Envelope>"


def answer(content: str, extra: str = "", *, operation: str = "save") -> bytes:
    return (
        f'{HEAD}<ns1:{operation}Response xmlns:ns1="http://www.adonix.com/WSS"><{operation}Return>{content}'
        f"</{operation}Return></ns1:{operation}Response>{extra}{TAIL}"
    ).encode()


def test_messages_behind_multiref_and_a_nil_result() -> None:
    result = read_result(
        answer(
            '<messages><messages href="#id0"/><messages href="#id1"/></messages><resultXml xsi:nil="true"/>'
            '<status xsi:type="xsd:int">0</status>'
            "<technicalInfos><totalDuration>16866.0</totalDuration></technicalInfos>",
            '<multiRef id="id0"><type>3</type><message>Déjà enregistré &amp; refusé</message></multiRef>'
            '<multiRef id="id1"><type>1</type><message href="#id2"/></multiRef>'
            '<multiRef id="id2">voilà</multiRef>',
        ),
        operation="save",
    )
    assert result.status == 0
    assert result.xml is None
    assert result.messages == (Message("3", "Déjà enregistré & refusé"), Message("1", "voilà"))
    assert result.messages[0].error
    assert not result.messages[1].error
    assert result.technical == {"totalDuration": "16866.0"}


def test_a_result_in_cdata_and_a_return_behind_multiref() -> None:
    body = (
        f'{HEAD}<ns1:saveResponse xmlns:ns1="http://www.adonix.com/WSS"><saveReturn href="#id0"/>'
        "</ns1:saveResponse>"
        '<multiRef id="id0"><messages/><resultXml><![CDATA[<RESULT><GRP ID="A"/></RESULT>]]></resultXml>'
        f"<status>1</status></multiRef>{TAIL}"
    )
    result = read_result(body.encode(), operation="save")
    assert (result.status, result.xml, result.messages) == (1, '<RESULT><GRP ID="A"/></RESULT>', ())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>502</body></html>",
        f"{HEAD}{TAIL}".encode(),
        f"{HEAD}<soapenv:Fault><faultstring>boom</faultstring></soapenv:Fault>{TAIL}".encode(),
        answer("<status>1</status>", operation="query"),
        answer('<messages href="#id9"/><status>0</status>'),
        answer('<messages href="#a"/><status>0</status>', '<x id="a" href="#b"/><x id="b" href="#a"/>'),
        answer("<status>1</status>")[:-30],
    ],
)
def test_what_is_no_answer_is_a_fault_and_proves_nothing(body: bytes) -> None:
    with pytest.raises(ConnectionFault) as caught:
        read_result(body, operation="save")
    assert not caught.value.unsent


def test_a_status_that_is_neither_one_nor_zero_is_none() -> None:
    assert read_result(answer("<status>7</status>"), operation="save").status is None


def test_an_envelope_carries_every_part_and_escapes_them() -> None:
    odd = 'A&B <C> "D" 漢 ]]>'
    body = envelope(
        "save",
        context=Context(language="FRA", pool="STUDIO"),
        public_name="YSOH",
        keys=[("CUSORDREF", odd)],
        size=5,
        document=("objectXml", f"<PARAM>{odd}</PARAM>"),
    )
    found = {local(node): node.text for node in fromstring(body).iter()}
    assert found["codeLang"] == "FRA"
    assert found["poolAlias"] == "STUDIO"
    assert found["publicName"] == "YSOH"
    assert found["value"] == odd
    assert found["listSize"] == "5"
    assert found["objectXml"] == f"<PARAM>{odd}</PARAM>"
