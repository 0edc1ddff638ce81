"""A table of text: CSV in the encodings and with the separators of spreadsheets. Nothing in it is ever run. Pure."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Final

MOST_BYTES: Final = 60 * 1024 * 1024
MOST_LINES: Final = 100_000
MOST_COLUMNS: Final = 200
LONGEST_CELL: Final = 100_000
SEPARATORS: Final = ";,\t|"


class BadTable(Exception):
    """The file as a whole cannot be read. ``code`` says why; ``what`` names the column, line or number meant."""

    def __init__(self, code: str, what: str = "") -> None:
        super().__init__(code, what)
        self.code, self.what = code, what


@dataclass(frozen=True)
class Table:
    """Headings and rows, each row with the line of the file it begins on; the heading is line 1."""

    headings: list[str]
    rows: list[tuple[int, list[str]]]
    encoding: str
    separator: str


def read_table(content: bytes) -> Table:
    """The table in a file. Raises BadTable."""
    if len(content) > MOST_BYTES:
        raise BadTable("too_large")
    text, encoding = decoded(content)
    heading = text.lstrip("\r\n").split("\n", 1)[0]
    separator = max(SEPARATORS, key=heading.count)
    former = csv.field_size_limit(LONGEST_CELL)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as broken:
        raise BadTable("cell_too_long" if "field larger" in str(broken) else "broken") from broken
    finally:
        csv.field_size_limit(former)
    numbered = [(line, row) for line, row in _with_lines(rows) if any(cell.strip() for cell in row)]
    if len(numbered) < 2:
        raise BadTable("empty")
    if len(numbered) - 1 > MOST_LINES:
        raise BadTable("too_many", f"{MOST_LINES:,}")
    headings = [" ".join(cell.split())[:100] for cell in numbered[0][1]]
    if len(headings) > MOST_COLUMNS:
        raise BadTable("too_many_columns", str(MOST_COLUMNS))
    return Table(headings, numbered[1:], encoding, separator)


def decoded(content: bytes) -> tuple[str, str]:
    """Text and encoding: UTF-8 or UTF-16 with or without a mark, else what Windows saves in Western Europe."""
    for encoding in _likely(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text.lstrip("\ufeff"), encoding
    raise BadTable("no_text")


def _likely(content: bytes) -> tuple[str, ...]:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return ("utf-16",)
    head = content[:400]
    if head[1::2].count(0) > len(head) // 4:
        return ("utf-16-le",)
    if head[0::2].count(0) > len(head) // 4:
        return ("utf-16-be",)
    return ("utf-8", "cp1252")


def _with_lines(rows: list[list[str]]) -> list[tuple[int, list[str]]]:
    """Rows with the line they begin on, as an editor shows it: a quoted cell may hold several lines."""
    numbered, line = [], 1
    for row in rows:
        numbered.append((line, row))
        line += 1 + sum(cell.count("\n") for cell in row)
    return numbered
