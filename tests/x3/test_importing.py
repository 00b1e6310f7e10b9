"""AOWSIMPORT: what a public name may say, what a record may hold, and what counts as written."""

import json

import pytest

from x3studio.domain.documents import Document, DocumentKind, Found, Rejected, Taken, Unknown
from x3studio.domain.errors import Refused, SettingFault
from x3studio.x3.importing import described, import_template, judged, parameter
from x3studio.x3.soap_envelope import Message, Result

GAS = DocumentKind.JOURNAL


def journal(**line: str) -> Document:
    header = {"TYP": "AMZ", "FCY": "HAM01", "ACCDAT": "2026-10-31", "REFINT": "1-1"}
    return Document(GAS, "1-1", header, ({"LIN": "1", "ACC": "8410", **line},))


def test_a_published_name_is_no_import() -> None:
    assert import_template("YGAS", GAS) is None


def test_a_template_may_name_its_own_fields() -> None:
    template = import_template("AOWSIMPORT:ZGAS:H,TYP,REFINT:L,ACC", GAS)
    assert template is not None and (template.header, template.line) == (("H", "TYP", "REFINT"), ("L", "ACC"))
    sent = json.loads(parameter(journal(), template))["GRP1"]
    assert (sent["I_MODIMP"], sent["I_FILE"]) == ("ZGAS", "H;AMZ;1-1|L;8410|END")


@pytest.mark.parametrize("name", ["AOWSIMPORT", "AOWSIMPORT:", "AOWSIMPORT:Z:H,TYP", "AOWSIMPORT:Z:a:b:c"])
def test_half_a_template_is_a_setting_to_correct(name: str) -> None:
    with pytest.raises(SettingFault, match="template"):
        import_template(name, GAS)


def test_a_kind_without_a_usual_layout_must_name_its_fields() -> None:
    with pytest.raises(SettingFault):
        import_template("AOWSIMPORT:ZSOH", DocumentKind.SALES_ORDER)


def test_dates_lose_their_dashes_and_references_keep_theirs() -> None:
    template = import_template("AOWSIMPORT:YAMZGAS", GAS)
    assert template is not None
    record = json.loads(parameter(journal(), template))["GRP1"]["I_FILE"]
    assert ";20261031;" in record and ";1-1;" in record
    assert described(template, GAS).fields["ACCDAT"].kind == "date"


@pytest.mark.parametrize("sign", [";", "|", "\n"])
def test_a_sign_that_would_break_the_record_is_refused(sign: str) -> None:
    template = import_template("AOWSIMPORT:YAMZGAS", GAS)
    assert template is not None
    with pytest.raises(Refused) as caught:
        parameter(journal(DES=f"Fees{sign}others"), template)
    assert caught.value.subject == "DES"


@pytest.mark.parametrize(
    ("status", "words", "held", "expected"),
    [
        (1, (), 1, Taken),
        (0, ("[err] late words",), 1, Taken),
        (0, ("Period closed",), 0, Rejected),
        (1, (), 0, Unknown),
        (0, (), 0, Unknown),
        (1, (), 2, Unknown),
    ],
)
def test_what_x3_holds_counts_and_not_what_it_says(
    status: int, words: tuple[str, ...], held: int, expected: type
) -> None:
    result = Result(status, tuple(Message("3", text) for text in words), None)
    found = [Found(f"GEN{number}", "1-1", {}) for number in range(held)]
    assert isinstance(judged(result, found), expected)
