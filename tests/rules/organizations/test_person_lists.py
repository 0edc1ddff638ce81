"""Lists of persons as spreadsheets save them."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreiklang.organizations.rules import BadList, read_list

HEAD = "name;mail;phone;organisation;site;function;language;vip"


def test_a_line_becomes_a_person():
    (one,) = read_list(f"{HEAD}\nRita Weber;rita@k.de, r2@k.de;07071 1;klinik;Haus 2;Pflege;de;ja\n".encode())
    assert (one.line, one.name, one.mails, one.phones) == (2, "Rita Weber", ("rita@k.de", "r2@k.de"), ("07071 1",))
    assert (one.organization, one.site, one.function, one.language, one.is_vip) == (
        "klinik", "Haus 2", "Pflege", "de", True,
    )  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_encodings_delimiters_and_line_ends_are_recognised(encoding, delimiter, newline):
    text = newline.join([delimiter.join(["Name", "E-Mail", "Standort"]), delimiter.join(["Jörg", "j@k.de", "Köln"])])
    (one,) = read_list(text.encode(encoding))
    assert (one.name, one.mails, one.site) == ("Jörg", ("j@k.de",), "Köln")


def test_lines_count_as_in_an_editor_even_after_cells_of_several_lines():
    listed = read_list(b'name,function\n\nA,"one\ntwo"\n,x\nB,y\n')
    assert [(one.line, one.name) for one in listed] == [(3, "A"), (5, ""), (6, "B")]
    assert listed[1].errors == (("name", "missing"),)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"), (b"name;mail\n", "empty"), (b"mail\na@b.de", "no_name_column"),
        (b"name;colour\nA;red", "unknown_column"), (b"name;mail;email\nA;b;c", "column_twice"),
        (b'name\n"A', "broken"), (b"\x89PNG\r\n\x1a\n\x00\x00", "no_text"), (b"name\n" + b"A\n" * 20_001, "too_many"),
        (b"name\n" + b" " * 10_500_000, "too_large"),
    ],
)  # fmt: skip
def test_a_list_that_is_none_says_why(content, code):
    with pytest.raises(BadList) as bad:
        read_list(content)
    assert bad.value.code == code


def test_wrong_cells_are_named_by_column():
    (one,) = read_list(b"name,language,vip\nA,fr,perhaps,more")
    assert set(one.errors) == {("language", "unknown"), ("vip", "unknown"), ("", "too_many_cells")}


@given(st.binary(max_size=500))
def test_any_bytes_are_read_or_refused(content):
    with contextlib.suppress(BadList):
        read_list(content)


@given(st.text(max_size=200))
def test_any_text_below_a_heading_is_read_or_refused(text):
    with contextlib.suppress(BadList):
        read_list(("name;mail;vip\n" + text).encode("utf-8", "surrogatepass"))
