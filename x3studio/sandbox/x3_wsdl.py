"""The WSDL of the demo's SOAP service: the interface Sage publishes (names, parts, encoding), written anew.

It says nothing about the site's objects; those are known by public name and getDescription alone.
"""

from collections.abc import Mapping
from functools import cache
from xml.etree.ElementTree import Element, SubElement, tostring

from x3studio.sandbox.x3_envelope import FLAGS, SOAPENC, TECHNICAL, TEXTS, WSS

_WSDL = "http://schemas.xmlsoap.org/wsdl/"
_SOAP = "http://schemas.xmlsoap.org/wsdl/soap/"
_XSD = "http://www.w3.org/2001/XMLSchema"
_PORT = "CAdxWebServiceXmlCC"

_PARTS: Mapping[str, str] = {
    "callContext": "wss:CAdxCallContext",
    "publicName": "xsd:string",
    "inputXml": "xsd:string",
    "objectXml": "xsd:string",
    "objectKeys": "wss:ArrayOfCAdxParamKeyValue",
    "listSize": "xsd:int",
    "actionCode": "xsd:string",
    "blocKey": "xsd:string",
    "lineKey": "xsd:string",
    "lineXml": "xsd:string",
    "lineKeys": "wss:ArrayOf_xsd_string",
}
OPERATIONS: Mapping[str, tuple[str, ...]] = {
    "run": ("inputXml",),
    "save": ("objectXml",),
    "delete": ("objectKeys",),
    "read": ("objectKeys",),
    "query": ("objectKeys", "listSize"),
    "getDescription": (),
    "modify": ("objectKeys", "objectXml"),
    "actionObject": ("actionCode", "objectXml"),
    "actionObjectKeys": ("actionCode", "objectKeys"),
    "getDataXmlSchema": (),
    "insertLines": ("objectKeys", "blocKey", "lineKey", "lineXml"),
    "deleteLines": ("objectKeys", "blocKey", "lineKeys"),
}
"""Operations and their parts after callContext and publicName."""

_RECORDS: Mapping[str, Mapping[str, str]] = {
    "CAdxCallContext": dict.fromkeys(
        ("codeLang", "codeUser", "password", "poolAlias", "poolId", "requestConfig"), "xsd:string"
    ),
    "CAdxMessage": {"message": "xsd:string", "type": "xsd:string"},
    "CAdxParamKeyValue": {"key": "xsd:string", "value": "xsd:string"},
    "CAdxTechnicalInfos": {
        name: "xsd:boolean"
        if name in FLAGS
        else "xsd:string"
        if name in TEXTS
        else "xsd:double"
        if name.endswith("Duration")
        else "xsd:int"
        for name in TECHNICAL
    },
    "CAdxResultXml": {
        "messages": "wss:ArrayOfCAdxMessage",
        "resultXml": "xsd:string",
        "status": "xsd:int",
        "technicalInfos": "wss:CAdxTechnicalInfos",
    },
}
_ARRAYS: Mapping[str, str] = {
    "ArrayOfCAdxMessage": "wss:CAdxMessage[]",
    "ArrayOfCAdxParamKeyValue": "wss:CAdxParamKeyValue[]",
    "ArrayOf_xsd_string": "xsd:string[]",
}


@cache
def wsdl(address: str) -> bytes:
    """The document for a service at `address`."""
    root = Element(
        "wsdl:definitions",
        {
            "targetNamespace": WSS,
            "xmlns:wsdl": _WSDL,
            "xmlns:soap": _SOAP,
            "xmlns:soapenc": SOAPENC,
            "xmlns:xsd": _XSD,
            "xmlns:wss": WSS,
        },
    )
    _types(SubElement(root, "wsdl:types"))
    for operation, parts in OPERATIONS.items():
        request = SubElement(root, "wsdl:message", name=f"{operation}Request")
        for part in ("callContext", "publicName", *parts):
            SubElement(request, "wsdl:part", name=part, type=_PARTS[part])
        response = SubElement(root, "wsdl:message", name=f"{operation}Response")
        SubElement(response, "wsdl:part", name=f"{operation}Return", type="wss:CAdxResultXml")
    _ports(root)
    _binding(root)
    service = SubElement(root, "wsdl:service", name=f"{_PORT}Service")
    port = SubElement(service, "wsdl:port", name=_PORT, binding=f"wss:{_PORT}SoapBinding")
    SubElement(port, "soap:address", location=address)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _types(parent: Element) -> None:
    schema = SubElement(parent, "xsd:schema", targetNamespace=WSS)
    SubElement(schema, "xsd:import", namespace=SOAPENC)
    for name, members in _RECORDS.items():
        sequence = SubElement(SubElement(schema, "xsd:complexType", name=name), "xsd:sequence")
        for member, kind in members.items():
            nothing = {} if kind in ("xsd:int", "xsd:double", "xsd:boolean") else {"nillable": "true"}
            SubElement(sequence, "xsd:element", {"name": member, "type": kind, **nothing})
    for name, content in _ARRAYS.items():
        complex_type = SubElement(schema, "xsd:complexType", name=name)
        restriction = SubElement(
            SubElement(complex_type, "xsd:complexContent"), "xsd:restriction", base="soapenc:Array"
        )
        SubElement(restriction, "xsd:attribute", {"ref": "soapenc:arrayType", "wsdl:arrayType": content})


def _ports(root: Element) -> None:
    port = SubElement(root, "wsdl:portType", name=_PORT)
    for operation, parts in OPERATIONS.items():
        order = " ".join(("callContext", "publicName", *parts))
        entry = SubElement(port, "wsdl:operation", name=operation, parameterOrder=order)
        for direction, suffix in (("input", "Request"), ("output", "Response")):
            name = f"{operation}{suffix}"
            SubElement(entry, f"wsdl:{direction}", name=name, message=f"wss:{name}")


def _binding(root: Element) -> None:
    binding = SubElement(root, "wsdl:binding", name=f"{_PORT}SoapBinding", type=f"wss:{_PORT}")
    SubElement(binding, "soap:binding", style="rpc", transport="http://schemas.xmlsoap.org/soap/http")
    for operation in OPERATIONS:
        entry = SubElement(binding, "wsdl:operation", name=operation)
        SubElement(entry, "soap:operation", soapAction="")
        for direction, suffix in (("input", "Request"), ("output", "Response")):
            wrapped = SubElement(entry, f"wsdl:{direction}", name=f"{operation}{suffix}")
            SubElement(wrapped, "soap:body", use="encoded", namespace=WSS, encodingStyle=SOAPENC)
