"""PARAM and RESULT against Sage's own payload pairs, and against what Sage never sent but somebody will."""

from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring

from x3studio.domain.errors import ConnectionFault
from x3studio.x3.soap_xml import (
    Block,
    Group,
    Table,
    from_json,
    header,
    lenient_json,
    param_xml,
    parse,
    rows,
    to_json,
)

AGREEING = (
    "WSSOH_WS/WSSOH_WS_SAVE",
    "WSSOH_WS/WSSOH_WS_MODIFY",
    "WSSOH_WS/WSSOH_WS_ACTIONOBJECT",
    "WSITM/WSITM_ACTIONOBJECT",
    "WSITM/WSITM_INSERTLINES",
)
"""Sage's pairs whose XML and JSON say the same; in the others Sage's values differ."""
SAME_SHAPE = ("WSITM/WSITM_SAVE", "WSITM/WSITM_MODIFY")


def payload(foreign_data: Path, name: str) -> tuple[str, str]:
    folder = foreign_data / "x3" / "payloads"
    return (folder / f"{name}.XML").read_text("utf-8"), (folder / f"{name}.JSON").read_text("utf-8")


def tree(node: Element, *, decorated: bool = False, values: bool = True) -> tuple[object, ...]:
    """An element as nested tuples; types, menus and dimensions (unknown to JSON) may be left out."""
    plain = {key: value for key, value in node.attrib.items() if not key.startswith("MENU")}
    if not decorated:
        plain = {key: value for key, value in plain.items() if key not in ("TYPE", "DIM")}
    text = (node.text or "").strip() if values and not len(node) else ""
    return (
        node.tag,
        tuple(sorted(plain.items())),
        text,
        tuple(tree(child, decorated=decorated, values=values) for child in node),
    )


@pytest.mark.parametrize("name", AGREEING)
def test_the_json_twin_serialises_to_sages_xml(foreign_data: Path, name: str) -> None:
    xml, twin = payload(foreign_data, name)
    written = fromstring(param_xml(from_json(lenient_json(twin))))
    assert tree(written) == tree(fromstring(xml))


@pytest.mark.parametrize("name", AGREEING)
def test_sages_xml_reads_as_the_json_twin(foreign_data: Path, name: str) -> None:
    xml, twin = payload(foreign_data, name)
    assert to_json(parse(xml)) == lenient_json(twin)


@pytest.mark.parametrize("name", SAME_SHAPE)
def test_pairs_with_other_values_have_the_same_shape(foreign_data: Path, name: str) -> None:
    xml, twin = payload(foreign_data, name)
    written = fromstring(param_xml(from_json(lenient_json(twin))))
    assert tree(written, values=False) == tree(fromstring(xml), values=False)


@pytest.mark.parametrize("name", [*AGREEING, *SAME_SHAPE])
def test_types_and_dimensions_come_back_where_they_are_known(foreign_data: Path, name: str) -> None:
    xml, _ = payload(foreign_data, name)
    sage = fromstring(xml)
    types = {
        (block.get("ID", ""), field.get("NAME", "")): field.get("TYPE", "")
        for block in sage
        for field in block.iter()
        if field.get("TYPE")
    }
    again = fromstring(param_xml(parse(xml), types=types))
    assert tree(again, decorated=True) == tree(sage, decorated=True)


ODD = "Müller & Söhne <GmbH> \"漢字\" 'é' ]]> 100% \t;"


def test_odd_characters_survive_both_ways() -> None:
    blocks: tuple[Block, ...] = (
        Group("SOH0_1", {"BPCNAM": ODD, "REP": (ODD, "")}),
        Table("SOH4_1", ({"ITMDES": ODD},), dim=1000),
    )
    assert parse(param_xml(blocks)) == blocks


def test_nam_is_read_like_name() -> None:
    blocks = parse('<PARAM><GRP NAM="GRP1"><FLD NAM="I_MODIMP">BPC</FLD></GRP></PARAM>')
    assert blocks == (Group("GRP1", {"I_MODIMP": "BPC"}),)


@pytest.mark.parametrize(
    "answer",
    [
        '<RESULT><LIN NUM="1"><FLD NAME="SOHNUM">A1</FLD></LIN>'
        '<LIN NUM="2"><FLD NAME="SOHNUM">A2</FLD></LIN></RESULT>',
        '[{"SOHNUM":"A1"},{"SOHNUM":"A2"},]',
    ],
)
def test_bare_rows_of_a_query_in_both_shapes(answer: str) -> None:
    assert [row["SOHNUM"] for row in rows(parse(answer))] == ["A1", "A2"]


def test_a_single_hit_in_json_is_an_object() -> None:
    assert list(rows(parse('{"SOHNUM":"A1","CUSORDREF":"R"}'))) == [{"SOHNUM": "A1", "CUSORDREF": "R"}]


def test_an_empty_query_has_no_rows_in_either_shape() -> None:
    assert list(rows(parse("<RESULT/>"))) == []
    assert list(rows(parse("[]"))) == []


def test_the_json_result_of_a_save_has_a_header() -> None:
    assert header(
        parse('{"SOH0_1":{"SOHNUM":"A1"},"SOH4_1":[{"ITMREF":"X"}],"ADXTEC":{"WW_MODUSER":"U"}}')
    ) == {
        "SOHNUM": "A1",
        "WW_MODUSER": "U",
    }


def test_a_comma_inside_a_text_is_no_trailing_comma() -> None:
    assert lenient_json('{"a":"x,}","b":["\\",]",],}') == {"a": "x,}", "b": ['",]']}


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "no xml",
        "<RESULT><GRP ID='A'>",
        "{",
        "[1,2]",
        "[" * 100_000,
        '<!DOCTYPE r [<!ENTITY a "b">]><RESULT>&a;</RESULT>',
        "<RESULT><GRP><FLD NAME='A'>1</FLD></GRP></RESULT>",
    ],
)
def test_what_nobody_can_read_is_a_fault(answer: str) -> None:
    with pytest.raises(ConnectionFault) as caught:
        parse(answer)
    assert not caught.value.unsent
