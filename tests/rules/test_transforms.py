"""Every transform, run the way a rule set runs it: through a field and with its trace."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.rules.company import DE, SHIPPED, SITE, an_address, order, translated, with_header
from x3studio.domain.errors import Refused
from x3studio.domain.orders import Address
from x3studio.rules import text
from x3studio.rules.trace import Translation
from x3studio.rules.transforms import TRANSFORMS, Scene, Told, vat_number
from x3studio.rules.values import as_text, plain

FAMILY = "👨‍👩‍👧"
HOSTILE = [
    "Kern & Söhne <Versand>",
    'Lena "Leni" Groß',
    "René d'Été",
    "漢字 太郎",
    "O'Brien; DROP TABLE",
    "=SUMME(A1:A9)",
]


def scene(length: int = 0, *, private: bool = False, **scope: Any) -> Scene:
    return Scene(scope, SITE, "FIELD", length, DE, "FBM", private)


def run(name: str, value: Any, room: int = 0, **arguments: Any) -> str:
    made = TRANSFORMS[name].call(value, scene(room), **arguments)
    return as_text(made.value if isinstance(made, Told) else made)


def field(rule: object, *, source: str = "order.order_id", name: str = "PJT", **changes: Any) -> Translation:
    return translated(order(**changes), with_header({"field": name, "from": source, "rules": [rule]}))


@pytest.mark.parametrize(
    ("name", "value", "arguments", "expected"),
    [
        ("clean", "  a\t b\u00a0c\n", {}, "a b c"),
        ("clean", "a\x00b\u202ec\u200bd", {}, "abcd"),
        ("clean", "e\u0301", {}, "é"),
        ("clean", FAMILY, {}, FAMILY),
        ("clean", "\ud800x", {}, "x"),
        ("trim", "  a b ", {}, "a b"),
        ("upper", "straße é", {}, "STRASSE É"),
        ("lower", "ÀB", {}, "àb"),
        ("plain_letters", "Çédille Straße Ångström", {}, "Cedille Strasse Angstrom"),
        ("replace", "a-b-c", {"old": "-", "new": "/"}, "a/b/c"),
        ("prefix", "1", {"text": "AMZ"}, "AMZ1"),
        ("default", "", {"text": "x"}, "x"),
        ("default", None, {"text": "x"}, "x"),
        ("default", "y", {"text": "x"}, "y"),
        ("default", 0, {"text": "x"}, "0"),
        ("default_setting", "", {"setting": "default_unit"}, "UN"),
        ("default_setting", "BOX", {"setting": "default_unit"}, "BOX"),
        ("concat", "a", {"paths": (None, "", "b", Decimal("1.50")), "separator": "-"}, "a-b-1.5"),
        ("date", datetime(2026, 11, 19, 23, 30, tzinfo=UTC), {}, "2026-11-20"),
        ("date", datetime(2026, 11, 19, 23, 30), {}, "2026-11-19"),  # noqa: DTZ001
        ("date", date(2026, 2, 28), {}, "2026-02-28"),
        ("date", "2026-11-19T10:00:00Z", {}, "2026-11-19"),
        ("date", "", {}, ""),
        ("decimal", Decimal("1.23456789"), {"places": 5}, "1.23457"),
        ("decimal", Decimal("1E+3"), {}, "1000"),
        ("decimal", Decimal("3"), {"least": 2}, "3.00"),
        ("decimal", Decimal("3.5"), {"least": 2}, "3.50"),
        ("decimal", "2.50", {}, "2.5"),
        ("decimal", None, {}, ""),
        ("lookup", "FR", {"table": {"FR": "France"}}, "France"),
        ("lookup", "XX", {"table": {"FR": "France"}, "missing": "keep"}, "XX"),
        ("lookup", "XX", {"table": {"FR": "France"}, "missing": "empty"}, ""),
        ("map", "SHIPPED", {"table": {"SHIPPED": "3"}}, "3"),
        ("digits", "+49 (0)30 555-0001", {}, "+490305550001"),
        ("digits", "030/555", {}, "030555"),
        ("digits", "+", {}, ""),
        ("postcode", "sw1a1aa", {"country": "GB"}, "SW1A 1AA"),
        ("postcode", "1234ab", {"country": "NL"}, "1234 AB"),
        ("postcode", "12345", {"country": "PL"}, "12-345"),
        ("postcode", "1000001", {"country": "JP"}, "100-0001"),
        ("postcode", "981011234", {"country": "US"}, "98101-1234"),
        ("postcode", "FR-75011", {"country": "FR"}, "75011"),
        ("postcode", "F-75011", {"country": "FR"}, "75011"),
        ("postcode", "75 011", {"country": ""}, "75 011"),
        ("vat", "de 136.695-976", {}, "DE136695976"),
        ("vat", "gb 123", {}, "GB123"),
        ("yes_no", True, {}, "2"),
        ("yes_no", "no", {}, "1"),
        ("yes_no", None, {}, "1"),
    ],
)
def test_a_transform(name: str, value: Any, arguments: dict[str, Any], expected: str) -> None:
    assert run(name, value, **arguments) == expected


def test_every_transform_is_tried_here_and_described() -> None:
    tried = {"truncate", "address_line"}
    marks = getattr(test_a_transform, "pytestmark")[0].args[1]  # noqa: B009  # mypy does not know it
    tried |= {row[0] for row in marks}
    assert tried == set(TRANSFORMS)
    assert all(rule.words.endswith(".") for rule in TRANSFORMS.values())


@pytest.mark.parametrize(
    ("value", "length", "expected"),
    [
        ("short", 10, "short"),
        ("exactly", 7, "exactly"),
        ("a longer sentence", 12, "a longer"),
        ("unbreakablewordhere", 7, "unbreak"),
        ("far away x", 3, "far"),
        (f"ab{FAMILY}cd", 4, "ab"),
        (f"ab{FAMILY}cd", 7, f"ab{FAMILY}"),
        ("e\u0301e\u0301", 3, "e\u0301"),
        ("🇩🇪🇫🇷", 3, "🇩🇪"),
        ("漢字太郎", 2, "漢字"),
        ("anything", 0, "anything"),
    ],
)
def test_cutting_spares_words_and_whole_characters(value: str, length: int, expected: str) -> None:
    assert run("truncate", value, length) == expected


def test_cutting_says_what_it_cut_and_may_be_told_a_length() -> None:
    made = field({"rule": "truncate", "length": 3})
    assert made.document.header["PJT"] == "302"
    assert made.of("PJT")[-1].words == "Cut from 19 to 3 characters."
    assert run("truncate", "abcdef", 20, length=3) == "abc"


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_arrive_as_they_are(name: str) -> None:
    rules = with_header({"field": "BPDNAM", "from": "order.ship_to.name", "rules": ["clean", "truncate"]})
    made = translated(order(ship_to=an_address(name=name)), rules)
    assert made.document.header["BPDNAM"] == name
    assert name in made.document.from_json(made.document.as_json()).header["BPDNAM"]


@pytest.mark.parametrize("rule", ["date", {"rule": "decimal"}])
def test_what_is_no_date_or_number_is_refused(rule: object) -> None:
    with pytest.raises(Refused) as caught:
        field(rule)
    assert (caught.value.subject, caught.value.cause) == ("PJT", "value")
    assert '"302-1234567-7654321"' in caught.value.title


def test_a_value_outside_its_table_is_refused() -> None:
    with pytest.raises(Refused, match="is not in its table"):
        field({"rule": "map", "table": {"a": "b"}})


def test_a_refusal_never_repeats_personal_data() -> None:
    rules = with_header(
        {"field": "BPDCTY", "from": "order.ship_to.city", "rules": [{"rule": "map", "table": {"a": "b"}}]}
    )
    with pytest.raises(Refused) as caught:
        translated(order(ship_to=an_address(city="Secretville")), rules)
    assert "Secretville" not in str(caught.value)


def test_transforms_of_text_pass_over_empty_values() -> None:
    rules = with_header({"field": "PJT", "from": "order.vat_number", "rules": ["vat", "upper"]})
    made = translated(order(), rules)
    assert "PJT" not in made.document.header
    assert [step.rule for step in made.of("PJT")] == ["taken"]


def test_the_vat_transform_says_whether_the_number_is_valid() -> None:
    good, bad = vat("DE136695976"), vat("DE136695977")
    assert good.words.startswith("A valid") and bad.words.startswith("Not a valid")
    assert vat_number("de 1-2.3") == "DE123"


def vat(number: str) -> Told:
    made = TRANSFORMS["vat"].call(number, scene())
    assert isinstance(made, Told)
    return made


def test_an_address_is_laid_out_line_by_line() -> None:
    lines = [
        {"field": f"BPDADDLIG{n}", "from": "order.ship_to", "rules": [{"rule": "address_line", "number": n}]}
        for n in (1, 2, 3)
    ]
    rules = with_header(*lines)
    long = Address(
        company="Kern und Söhne " * 4, line1="Am Alten Markt 12", line2="Hof", line3="Tor 3 <links>"
    )
    header = translated(order(ship_to=long), rules).document.header
    assert all(len(header[f"BPDADDLIG{n}"]) <= 50 for n in (1, 2))
    assert header["BPDADDLIG2"].endswith("Am Alten Markt 12 Hof Tor 3 <links>")
    assert "BPDADDLIG3" not in header
    tight = translated(order(ship_to=long), rules, lengths={f"BPDADDLIG{n}": 20 for n in (1, 2, 3)})
    assert "No room for" in tight.of("BPDADDLIG3")[-1].words


def test_lengths_of_the_site_go_before_those_of_the_rule_set() -> None:
    rules = with_header({"field": "PJT", "from": "order.order_id", "rules": ["truncate"]})
    assert translated(order(), rules).document.header["PJT"] == "302-1234567-7654321"
    assert translated(order(), rules, lengths={"PJT": 5}).document.header["PJT"] == "302-1"


def test_a_value_longer_than_x3_takes_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        translated(order(), lengths={"CUSORDREF": 10})
    assert caught.value.subject == "CUSORDREF"
    assert "holds 10 characters" in caught.value.title and "19" in caught.value.title


def test_empty_values_are_left_out_sent_or_refused_as_told() -> None:
    assert "PJT" not in translated(order(), with_header({"field": "PJT", "value": ""})).document.header
    sent = with_header({"field": "PJT", "from": "order.vat_number", "empty": "send"})
    assert translated(order(), sent).document.header["PJT"] == ""
    needed = with_header({"field": "PJT", "from": "order.vat_number", "empty": "refuse"})
    with pytest.raises(Refused) as caught:
        translated(order(), needed)
    assert (caught.value.cause, caught.value.subject) == ("missing", "PJT")


def test_numbers_and_other_values_as_text() -> None:
    assert [plain(Decimal(n)) for n in ("0.00", "-0", "1E+2", "1.50", "100", "0.00001")] == [
        "0", "0", "100", "1.5", "100", "0.00001",
    ]  # fmt: skip
    assert [as_text(v) for v in (None, True, False, 7, Decimal("2.0"), {"a": "x", "b": "", "c": "y"})] == [
        "", "yes", "no", "7", "2", "x, y",
    ]  # fmt: skip
    assert as_text(datetime(2026, 1, 2, tzinfo=UTC)) == as_text(date(2026, 1, 2)) == "2026-01-02"


def test_laying_out_keeps_lines_that_fit_and_breaks_words_that_do_not() -> None:
    assert text.lay_out(["a", "", "b"], lines=3, length=5).lines == ("a", "b", "")
    assert text.lay_out(["abcdefgh"], lines=3, length=3).lines == ("abc", "def", "gh")
    assert text.lay_out(["a", "b", "c", "d"], lines=2, length=0).lines == ("a", "b c d")
    assert text.lay_out(["aa", "bb", "cc"], lines=2, length=2) == text.Lines(("aa", "bb"), "cc")


def test_the_shipped_rule_set_has_no_personal_field_active() -> None:
    assert not any(rule.private for rule in (*SHIPPED.header, *SHIPPED.lines))
