"""The SOAP call around a PARAM and the answer around a RESULT: rpc/encoded, with Axis' multiRef indirection.

Namespaces, operations and parameter names are those of Sage's CAdxWebServiceXmlCC.wsdl.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, SubElement, tostring

from x3studio.x3 import faults
from x3studio.x3.soap_xml import element, local

PATH = "soap-generic/syracuse/collaboration/syracuse/CAdxWebServiceXmlCC"
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_ENCODING = "http://schemas.xmlsoap.org/soap/encoding/"
_WSS = "http://www.adonix.com/WSS"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_XSD = "http://www.w3.org/2001/XMLSchema"
_ERROR_TYPES = frozenset({"3", "4"})
"""CAdxMessage types: 1 information, 2 warning, 3 error (recorded answers), 4 fatal (assumed)."""
_MOST_HOPS = 8


@dataclass(frozen=True, slots=True)
class Message:
    """A CAdxMessage: its type as X3 numbers it, and its words."""

    type: str
    text: str

    @property
    def error(self) -> bool:
        """Whether X3 means it as an error."""
        return self.type in _ERROR_TYPES


@dataclass(frozen=True, slots=True)
class Result:
    """A CAdxResultXml: `status` 1 or 0 (None where the answer named none), `xml` None where it was nil."""

    status: int | None
    messages: tuple[Message, ...]
    xml: str | None
    technical: Mapping[str, str] = field(default_factory=dict)

    @property
    def said(self) -> str:
        """All messages in one line."""
        return "; ".join(message.text for message in self.messages if message.text)


@dataclass(frozen=True, slots=True)
class Context:
    """Who is speaking: the language of X3's messages and the pool's alias."""

    language: str
    pool: str
    config: str = "adxwss.optreturn=XML"


Keys = Sequence[tuple[str, str]]


def envelope(
    operation: str,
    *,
    context: Context,
    public_name: str,
    keys: Keys | None = None,
    size: int | None = None,
    document: tuple[str, str] | None = None,
) -> bytes:
    """A call: `keys` become objectKeys, `size` listSize, `document` is (objectXml or inputXml, its text)."""
    root = Element(
        "soapenv:Envelope",
        {"xmlns:soapenv": _SOAP, "xmlns:xsi": _XSI, "xmlns:xsd": _XSD, "xmlns:wss": _WSS},
    )
    SubElement(root, "soapenv:Header")
    call = SubElement(
        SubElement(root, "soapenv:Body"), f"wss:{operation}", {"soapenv:encodingStyle": _ENCODING}
    )
    about = SubElement(call, "callContext", {"xsi:type": "wss:CAdxCallContext"})
    _text(about, "codeLang", context.language)
    _text(about, "poolAlias", context.pool)
    _text(about, "poolId", "")
    _text(about, "requestConfig", context.config)
    _text(call, "publicName", public_name)
    if keys is not None:
        _keys(call, keys)
    if size is not None:
        SubElement(call, "listSize", {"xsi:type": "xsd:int"}).text = str(size)
    if document is not None:
        _text(call, document[0], document[1])
    written = '<?xml version="1.0" encoding="UTF-8"?>' + tostring(root, encoding="unicode")
    return written.encode()


def _keys(call: Element, keys: Keys) -> None:
    array = SubElement(
        call,
        "objectKeys",
        {
            "xmlns:soapenc": _ENCODING,
            "xsi:type": "wss:ArrayOfCAdxParamKeyValue",
            "soapenc:arrayType": f"wss:CAdxParamKeyValue[{len(keys)}]",
        },
    )
    for key, value in keys:
        pair = SubElement(array, "keys", {"xsi:type": "wss:CAdxParamKeyValue"})
        _text(pair, "key", key)
        _text(pair, "value", value)


def _text(parent: Element, name: str, value: str) -> None:
    SubElement(parent, name, {"xsi:type": "xsd:string"}).text = value


def read_result(body: bytes, *, operation: str) -> Result:
    """The result in an answer; raises ConnectionFault for a SOAP fault and for anything else that is none."""
    root = element(body)
    content = next((child for child in root if local(child) == "Body"), None)
    if local(root) != "Envelope" or content is None:
        raise faults.garbled("it is no SOAP envelope")
    refs = {child.get("id", ""): child for child in content.iter() if child.get("id")}
    fault = next((child for child in content if local(child) == "Fault"), None)
    if fault is not None:
        raise faults.garbled("it is a SOAP fault", said=_value(fault, "faultstring", refs) or "")
    answer = next((child for child in content if local(child) == f"{operation}Response"), None)
    carried = None if answer is None else _child(answer, f"{operation}Return", refs)
    if carried is None:
        raise faults.garbled(f"it does not answer {operation}")
    return _result(carried, refs)


def _result(carried: Element, refs: Mapping[str, Element]) -> Result:
    technical = _child(carried, "technicalInfos", refs)
    return Result(
        status=_status(_value(carried, "status", refs)),
        messages=tuple(_messages(_child(carried, "messages", refs), refs)),
        xml=_value(carried, "resultXml", refs),
        technical={local(info): (info.text or "").strip() for info in technical or ()},
    )


def _messages(array: Element | None, refs: Mapping[str, Element]) -> Iterator[Message]:
    for child in array if array is not None else ():
        message = _follow(child, refs)
        yield Message(
            type=(_value(message, "type", refs) or "").strip(), text=_value(message, "message", refs) or ""
        )


def _child(parent: Element, name: str, refs: Mapping[str, Element]) -> Element | None:
    """A child by its local name, behind whatever references; None where it is absent or nil."""
    found = next((child for child in parent if local(child) == name), None)
    if found is None:
        return None
    target = _follow(found, refs)
    nil = target.get(f"{{{_XSI}}}nil", target.get("nil", ""))
    return None if nil in ("true", "1") else target


def _follow(start: Element, refs: Mapping[str, Element]) -> Element:
    """What a href points to, through a bounded number of hops (a circle is garbage)."""
    target = start
    for _ in range(_MOST_HOPS):
        href = target.get("href", "")
        if not href:
            return target
        if href.removeprefix("#") not in refs:
            raise faults.garbled("it refers to a part that is missing")
        target = refs[href.removeprefix("#")]
    raise faults.garbled("its references run in a circle")


def _value(parent: Element, name: str, refs: Mapping[str, Element]) -> str | None:
    found = _child(parent, name, refs)
    return None if found is None else "".join(found.itertext())


def _status(text: str | None) -> int | None:
    cleaned = (text or "").strip()
    return int(cleaned) if cleaned in ("0", "1") else None
