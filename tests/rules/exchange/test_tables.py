"""Tables as they really come: encodings, separators, what breaks them; what columns and cells mean."""

from __future__ import annotations

import csv
import io
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreiklang.exchange.rules import archive, columns, tables

ROWS = [
    ["Betreff", "Beschreibung"],
    ["Drucker druckt nicht", "Etiketten; Gerät ä"],
    ["=1+1", 'Er sagt "nein"\nund geht'],
]


def written(rows: list[list[str]], separator: str = ";", encoding: str = "utf-8", mark: bytes = b"") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator).writerows(rows)
    return mark + out.getvalue().encode(encoding)


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("cp1252", b""), ("utf-16-le", b"\xff\xfe"),
     ("utf-16-be", b"\xfe\xff"), ("utf-16-le", b"")],
)  # fmt: skip
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_a_table_is_the_same_in_every_writing(encoding: str, mark: bytes, separator: str) -> None:
    table = tables.read_table(written(ROWS, separator, encoding, mark))
    assert (table.headings, [row for _line, row in table.rows]) == (ROWS[0], ROWS[1:])
    assert [line for line, _row in table.rows] == [2, 3]


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1), min_size=2, max_size=2)))
def test_whatever_was_written_is_read(rows: list[list[str]]) -> None:
    whole = [["a", "b"], *(row for row in rows if any(cell.strip() for cell in row))]
    if len(whole) > 1:
        assert [row for _line, row in tables.read_table(written(whole)).rows] == whole[1:]


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "empty"), (b"a;b\r\n", "empty"), (b'a;b\n"x;1\n', "broken"), (b"\x00\x01\x02PK\x00", "no_text"),
     (b'a;b\n"' + b"x" * 200_000 + b'";1\n', "cell_too_long"),
     (";".join("a" * 300).encode() + b"\nx\n", "too_many_columns")],
)  # fmt: skip
def test_what_cannot_be_read_says_why(content: bytes, code: str) -> None:
    with pytest.raises(tables.BadTable) as bad:
        tables.read_table(content)
    assert bad.value.code == code


def test_more_lines_than_are_read_are_refused() -> None:
    with pytest.raises(tables.BadTable, match="too_many"):
        tables.read_table(b"a\n" + b"x\n" * (tables.MOST_LINES + 1))


def test_columns_are_guessed_once_each_and_as_was_said_the_last_time() -> None:
    headings = ["Ticket#", "Betreff", "Titel", "Erstellt am", "Queue"]
    assert columns.guessed(headings, columns.TICKETS, {}) == ["reference", "subject", "", "opened_at", "category"]
    assert columns.guessed(headings, columns.TICKETS, {"queue": "team"})[-1] == "team"
    assert columns.guessed(headings, columns.TICKETS, {"queue": ""})[-1] == ""


@pytest.mark.parametrize(
    ("cell", "at"),
    [("17.03.2024 14:05", datetime(2024, 3, 17, 14, 5)), ("2024-03-17", datetime(2024, 3, 17)),  # noqa: DTZ001
     ("2024-03-17 14:05:09", datetime(2024, 3, 17, 14, 5, 9)), ("", None)],  # noqa: DTZ001
)  # fmt: skip
def test_moments_are_understood(cell: str, at: datetime | None) -> None:
    assert columns.moment(cell) == at


@pytest.mark.parametrize("cell", ["03/04/2024", "30.02.2024", "gestern", "2024-13-01", "17.03.2024 25:00"])
def test_moments_that_could_mean_two_things_are_not(cell: str) -> None:
    with pytest.raises(columns.NotUnderstood):
        columns.moment(cell)


def test_words_of_other_desks_are_understood() -> None:
    assert [columns.degree(cell) for cell in ("3 normal", "hoch", "1", "", "Low")] == [2, 1, 1, 0, 3]
    assert [columns.has_ended(cell) for cell in ("closed successful", "Gelöst", "in_progress", "")] == [
        True,
        True,
        False,
        False,
    ]
    with pytest.raises(columns.NotUnderstood):
        columns.has_ended("halb")


@pytest.mark.parametrize("cell", ["=HYPERLINK(1)", "+49", "-1", "@x", "\t=1"])
def test_no_cell_given_out_is_a_formula(cell: str) -> None:
    assert archive.harmless(cell) == f"'{cell}"


@given(st.lists(st.text(max_size=40), max_size=20))
def test_names_of_files_leave_no_folder_and_are_never_shared(names: list[str]) -> None:
    taken: set[str] = set()
    made = [archive.safe_name(name, taken) for name in names]
    assert len({name.casefold() for name in made}) == len(made)
    assert all(name and "/" not in name and "\\" not in name and not name.startswith(".") for name in made)
