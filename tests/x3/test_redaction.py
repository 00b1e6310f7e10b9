"""Canaries: what names a person or opens a door never reaches the recorder, even from broken text."""

import base64
import json
from urllib.parse import quote

import pytest

from x3studio.domain.documents import Document, DocumentKind
from x3studio.x3.redaction import MOST_CHARACTERS, is_personal, personal_values, redact, secret_values
from x3studio.x3.soap_xml import Group, param_xml

CANARY = 'Zoë O\'Kanaria & <Söhne> "x"'


@pytest.mark.parametrize(
    "name",
    [
        "BPDNAM",
        "BPDADDLIG1",
        "BPAADDLIG_0",
        "BPCNAM",
        "BPRNAM",
        "TEL1",
        "WEB1",
        "CTY",
        "POSCOD",
        "BPDCTY",
        "ADDLIG3",
        "BPINAM",
        "companyName1",
        "EECNUM",
        "CNTNAM",
        "SAT",
    ],
)
def test_fields_that_name_a_person(name: str) -> None:
    assert is_personal(name)


@pytest.mark.parametrize(
    "name", ["ITMREF", "CUSORDREF", "BPCORD", "SOHNUM", "QTY", "BPCNUM", "CUR", "ITMDES1", "STA"]
)
def test_fields_that_do_not(name: str) -> None:
    assert not is_personal(name)


@pytest.mark.parametrize("ascii_only", [True, False])
def test_json_loses_personal_fields_and_keeps_the_rest(ascii_only: bool) -> None:
    text = json.dumps(
        {"CUSORDREF": "R-1", "BPDNAM": CANARY, "BPRNAM": [CANARY, "Kanaria"], "lines": [{"ITMREF": "I-1"}]},
        ensure_ascii=ascii_only,
    )
    struck = redact(text)
    assert "anaria" not in struck
    assert {"CUSORDREF": "R-1", "lines": [{"ITMREF": "I-1"}]}.items() <= json.loads(struck).items()


@pytest.mark.parametrize("cut", [0, 1, 7, 15])
def test_cut_json_loses_them_too(cut: int) -> None:
    text = json.dumps({"CUSORDREF": "R-1", "BPDNAM": "Kanaria Kanaria Kanaria"})
    assert "Kanaria" not in redact(text[: len(text) - cut])


def test_xml_plain_escaped_and_cut() -> None:
    text = param_xml(
        [Group("SOH1_6", {"BPDNAM": "Kanaria", "CUSORDREF": "R-1", "BPRNAM": ("Kanaria", "K2")})]
    )
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for shape in (text, escaped, text[: text.index("Kanaria") + 4], escaped[: escaped.index("Kanaria") + 4]):
        assert "Kan" not in redact(shape)
    assert "R-1" in redact(text)


def test_values_are_struck_wherever_and_however_they_are_echoed() -> None:
    document = Document(DocumentKind.SALES_ORDER, "R-1", {"BPDNAM": CANARY, "CUSORDREF": "R-1"})
    values = personal_values(document)
    for echo in (
        f"Name {CANARY} is too long",
        json.dumps(f"Name {CANARY}"),
        f"<message>{param_xml([Group('A', {'X': CANARY})])}</message>",
        f"?q={quote(CANARY, safe='')}",
    ):
        assert "Kanaria" not in redact(echo, values=values)


def test_secrets_in_every_shape() -> None:
    secrets = {"user": "STUDIO", "password": "p&ss wörd", "client_secret": "s3cr3t/+", "client_id": "me"}
    values = secret_values(secrets)
    basic = base64.b64encode("STUDIO:p&ss wörd".encode()).decode()
    coded = base64.b64encode(b"s3cr3t/+").decode()
    text = f"a s3cr3t/+ b {quote('s3cr3t/+', safe='')} c {basic} d p&amp;ss wörd e {coded}"
    struck = redact(text, values=values)
    for secret in ("s3cr3t", basic, "wörd", coded):
        assert secret not in struck


def test_what_is_kept_is_bounded() -> None:
    assert len(redact("x" * (MOST_CHARACTERS * 3))) < MOST_CHARACTERS + 40


@pytest.mark.parametrize("where", range(MOST_CHARACTERS - 8, MOST_CHARACTERS + 3_010, 7))
def test_a_bound_never_cuts_a_value_into_view(where: int) -> None:
    text = "x" * where + "Kanaria Vogel" + "y" * 10_000
    assert "Kan" not in redact(text, values={"Kanaria Vogel"})
