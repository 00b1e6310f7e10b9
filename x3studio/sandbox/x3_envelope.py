"""SOAP around the demo X3's results: rpc/encoded envelopes, messages behind multiRef, as Axis writes them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError, SubElement, register_namespace, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

WSS = "http://www.adonix.com/WSS"
SOAPENV = "http://schemas.xmlsoap.org/soap/envelope/"
SOAPENC = "http://schemas.xmlsoap.org/soap/encoding/"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
_TYPE = f"{{{XSI}}}type"
for _prefix, _uri in (("soapenv", SOAPENV), ("soapenc", SOAPENC), ("wss", WSS), ("xsi", XSI)):
    register_namespace(_prefix, _uri)

TECHNICAL = (
    "busy",
    "changeLanguage",
    "changeUserId",
    "flushAdx",
    "loadWebsDuration",
    "nbDistributionCycle",
    "poolDistribDuration",
    "poolEntryIdx",
    "poolExecDuration",
    "poolRequestDuration",
    "poolWaitDuration",
    "processReport",
    "processReportSize",
    "reloadWebs",
    "resumitAfterDBOpen",
    "rowInDistribStack",
    "totalDuration",
    "traceRequest",
    "traceRequestSize",
)
"""The members of technicalInfos, in the WSDL's order."""
FLAGS = frozenset({"busy", "changeLanguage", "changeUserId", "flushAdx", "reloadWebs", "resumitAfterDBOpen"})
TEXTS = frozenset({"processReport", "traceRequest"})


@dataclass(frozen=True, slots=True)
class Call:
    """One SOAP call: `keys` are the objectKeys, `texts` the plain parameters by name."""

    operation: str
    language: str
    pool: str
    config: Mapping[str, str]
    texts: Mapping[str, str]
    keys: Mapping[str, str]

    @property
    def wants_json(self) -> bool:
        """Whether resultXml shall hold JSON."""
        return self.config.get("adxwss.optreturn", "XML").upper() == "JSON"


@dataclass(frozen=True, slots=True)
class Reply:
    """CAdxResultXml: `status` 1 or 0, the result (None is nil), and messages as (type, text)."""

    status: int
    result: str | None = None
    messages: Sequence[tuple[int, str]] = ()
    milliseconds: float = 0.0
    technical: Mapping[str, str] = field(default_factory=dict)


class NoEnvelope(Exception):
    """The body is no SOAP call."""


def read_call(body: bytes) -> Call:
    """The call in an envelope, whatever prefixes it uses; NoEnvelope for anything else."""
    try:
        root = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, LookupError, ValueError) as fault:
        raise NoEnvelope(str(fault)) from fault
    envelope = root.find(f"{{{SOAPENV}}}Body")
    if envelope is None or len(envelope) == 0:
        raise NoEnvelope("no body")
    operation = envelope[0]
    texts, keys, context = {}, {}, {}
    for part in operation:
        name = _local(part)
        if name == "callContext":
            context = {_local(child): (child.text or "").strip() for child in part}
        elif name == "objectKeys":
            keys = dict(_pairs(part))
        else:
            texts[name] = part.text or ""
    settings = context.get("requestConfig", "").split("&")
    return Call(
        operation=_local(operation),
        language=context.get("codeLang", ""),
        pool=context.get("poolAlias", ""),
        config=dict(setting.split("=", 1) for setting in settings if "=" in setting),
        texts=texts,
        keys=keys,
    )


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _pairs(part: Element) -> Iterator[tuple[str, str]]:
    for entry in part:
        members = {_local(child): (child.text or "").strip() for child in entry}
        if members.get("key"):
            yield members["key"], members.get("value", "")


def write_reply(operation: str, reply: Reply) -> bytes:
    """The envelope of an answer; messages stand outside and are pointed to, resultXml None is nil."""
    envelope = Element(f"{{{SOAPENV}}}Envelope", {"xmlns:xsd": "http://www.w3.org/2001/XMLSchema"})
    body = SubElement(envelope, f"{{{SOAPENV}}}Body")
    response = SubElement(body, f"{{{WSS}}}{operation}Response", {f"{{{SOAPENV}}}encodingStyle": SOAPENC})
    result = SubElement(response, f"{operation}Return", {_TYPE: "wss:CAdxResultXml"})
    array = {_TYPE: "soapenc:Array", f"{{{SOAPENC}}}arrayType": f"wss:CAdxMessage[{len(reply.messages)}]"}
    messages = SubElement(result, "messages", array)
    for number in range(len(reply.messages)):
        SubElement(messages, "messages", href=f"#id{number}")
    if reply.result is None:
        SubElement(result, "resultXml", {f"{{{XSI}}}nil": "true"})
    else:
        SubElement(result, "resultXml", {_TYPE: "xsd:string"}).text = reply.result
    SubElement(result, "status", {_TYPE: "xsd:int"}).text = str(reply.status)
    _technical(result, reply)
    for number, (kind, text) in enumerate(reply.messages):
        attributes = {"id": f"id{number}", f"{{{SOAPENC}}}root": "0", _TYPE: "wss:CAdxMessage"}
        message = SubElement(body, "multiRef", attributes)
        SubElement(message, "message", {_TYPE: "xsd:string"}).text = text
        SubElement(message, "type", {_TYPE: "xsd:string"}).text = str(kind)
    written: bytes = tostring(envelope, encoding="utf-8", xml_declaration=True)
    return written


def _technical(parent: Element, reply: Reply) -> None:
    values = {
        "poolEntryIdx": "1",
        "nbDistributionCycle": "-1",
        "poolExecDuration": f"{reply.milliseconds:.1f}",
        "totalDuration": f"{reply.milliseconds:.1f}",
        **reply.technical,
    }
    infos = SubElement(parent, "technicalInfos", {_TYPE: "wss:CAdxTechnicalInfos"})
    for name in TECHNICAL:
        default = "false" if name in FLAGS else "" if name in TEXTS else "0"
        SubElement(infos, name).text = values.get(name, default)


def write_fault(code: str, text: str) -> bytes:
    """A SOAP fault."""
    envelope = Element(f"{{{SOAPENV}}}Envelope")
    fault = SubElement(SubElement(envelope, f"{{{SOAPENV}}}Body"), f"{{{SOAPENV}}}Fault")
    SubElement(fault, "faultcode").text = f"soapenv:{code}"
    SubElement(fault, "faultstring").text = text
    written: bytes = tostring(envelope, encoding="utf-8", xml_declaration=True)
    return written
