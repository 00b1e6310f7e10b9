"""Documents: one canonical text, one fingerprint, and no buyer in the journal."""

from hypothesis import given
from hypothesis import strategies as st

from x3studio.domain.documents import REDACTED, Document, DocumentKind, is_personal

texts = st.text(max_size=20)
fields = st.dictionaries(st.sampled_from(["SALFCY", "BPCORD", "BPDNAM", "ITMREF", "QTY"]), texts)


@given(header=fields, lines=st.lists(fields, max_size=3))
def test_the_canonical_text_brings_the_document_back(
    header: dict[str, str], lines: list[dict[str, str]]
) -> None:
    document = Document(DocumentKind.SALES_ORDER, "302-1", header, tuple(lines))
    again = Document.from_json(document.as_json())
    assert again.as_json() == document.as_json()
    assert again.fingerprint() == document.fingerprint()


def test_another_value_has_another_fingerprint() -> None:
    one = Document(DocumentKind.SALES_ORDER, "302-1", {"QTY": "1"})
    other = Document(DocumentKind.SALES_ORDER, "302-1", {"QTY": "2"})
    assert one.fingerprint() != other.fingerprint()


def test_a_buyer_is_struck_out_whatever_the_field_is_numbered() -> None:
    header = {
        "SALFCY": "HAM01",
        "BPDNAM": "Jana Roth",
        "BPDADDLIG_1": "Am Hof 3",
        "ADDLIG2": "",
        "TEL1": "040",
    }
    shown = Document(DocumentKind.SALES_ORDER, "302-1", header).redacted().header
    assert shown == {
        "SALFCY": "HAM01",
        "BPDNAM": REDACTED,
        "BPDADDLIG_1": REDACTED,
        "ADDLIG2": "",
        "TEL1": REDACTED,
    }
    assert is_personal("POSCOD") and not is_personal("ITMREF")
