"""CSV files as customers send them: any encoding, any delimiter, and what is wrong said plainly."""

from pathlib import Path

import pytest

from x3studio.domain.errors import SettingFault
from x3studio.matching import Role, guess_roles, read_table
from x3studio.matching.reading import read_decisions

ROWS = [("id", "title", "ean"), ("1", "Größe 5, grün", "4006381333931"), ("2", "stylo élégant", "")]


def _write(path: Path, *, encoding: str, delimiter: str) -> Path:
    lines = [delimiter.join(f'"{cell}"' if delimiter in cell else cell for cell in row) for row in ROWS]
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_encoding_and_delimiter_gives_the_same_table(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    table = read_table(_write(tmp_path / "a.csv", encoding=encoding, delimiter=delimiter), field="source")
    assert table.ids == ["1", "2"]
    assert table.frame["title"].tolist() == ["Größe 5, grün", "stylo élégant"]
    assert table.frame["ean"].tolist() == ["4006381333931", ""]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"id,title\n", "no rows"),
        (b"id,title\n1,a\n1,b\n", "not unique"),
        (b"id,title\n,a\n2,b\n", "have no id"),
        (b"PK\x03\x04\x00\x00", "no text file"),
        (b"id,title\n1,a\n2,b,c,d\n", "cannot be read as a table"),
        (b"id,title,ean\n1,Pen, red, 10 pack\n2,Hammer\n", "Row 1 below the header"),
        (b"id,title,ean\n1,Pen,,\n2,Hammer, red, heavy\n", "Row 2 below the header"),
        (b"id,title\n1,Pen, red, 10 pack\n", "Row 1 below the header"),
        (b"id,title\n1," + b"x" * 140_000 + b"\n2,b\n", "too long to be read"),
    ],
)
def test_what_is_wrong_is_said_with_advice(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(SettingFault) as caught:
        read_table(path, field="source")
    assert said in str(caught.value)
    assert caught.value.advice


def test_delimiters_at_the_ends_of_rows_are_no_column(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id;index;name\n007;a;red pen;\n008;b;blue pen;\n009;c;ink\n", encoding="utf-8")
    frame = read_table(path, field="source").frame
    assert list(frame.columns) == ["id", "index", "name"]
    assert frame.to_numpy().tolist() == [
        ["007", "a", "red pen"],
        ["008", "b", "blue pen"],
        ["009", "c", "ink"],
    ]


def test_decisions_with_a_quote_left_open_are_refused_plainly(tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    path.write_text('source_id,target_id,judgement\n1,"' + "2," * 80_000, encoding="utf-8")
    with pytest.raises(SettingFault, match="too long to be read"):
        read_decisions(path)


def test_numbers_stay_the_texts_they_were(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("sku,name,ean\n007,NULL,0036000291452\n", encoding="utf-8")
    table = read_table(path, field="source")
    assert table.frame.iloc[0].tolist() == ["007", "NULL", "0036000291452"]


def test_an_unknown_key_names_the_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("sku,name\n1,a\n", encoding="utf-8")
    with pytest.raises(SettingFault) as caught:
        read_table(path, field="source", id_column="itmref")
    assert "sku, name" in caught.value.advice


def test_a_file_without_a_header_keeps_its_first_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("17;Ordner rot breit;3,99\n18;Stift blau fein;1,20\n", encoding="utf-8")
    table = read_table(path, field="source")
    assert table.ids == ["17", "18"]
    assert list(table.frame.columns) == ["column 1", "column 2", "column 3"]
    assert guess_roles(table)["column 2"] is Role.TITLE


def test_a_year_among_the_names_is_still_a_header(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("sku,name,2024\nA1,red pen,many\nA2,blue pen,few\n", encoding="utf-8")
    assert list(read_table(path, field="source").frame.columns) == ["sku", "name", "2024"]
