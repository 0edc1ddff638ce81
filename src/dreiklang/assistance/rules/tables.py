"""A table of texts from anywhere: CSV as spreadsheets, other desks and scripts write it.

Comma, semicolon, tab or bar; UTF-8 with or without a mark, UTF-16 with one, else Windows' western letters; packed by
gzip or not. What cannot be read is said with its line.
"""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

#: Bytes of a table, unpacked.
LARGEST: Final = 1 << 29
DELIMITERS: Final = (",", ";", "\t", "|")
#: A field over more lines than this is a quote that nobody closed.
LONGEST_FIELD: Final = 20_000
_COMPRESSED = b"\x1f\x8b"


class BadTable(ValueError):
    """The table cannot be used; the message says what is wrong and in which line."""


@dataclass(frozen=True)
class Table:
    """Texts and labels, row by row, with the line each began in. A label is "" where the cell is empty."""

    texts: list[str]
    labels: list[str]
    lines: list[int]


def read(raw: bytes, *, text_columns: Sequence[str], label_column: str) -> Table:
    """The rows of a table; several text columns are put one after the other. Raises BadTable."""
    text = _decoded(_unpacked(raw)).replace("\0", " ")
    if not text.strip():
        raise BadTable("the file is empty")
    delimiter, header = _header(text, [*text_columns, label_column])
    texts, labels, lines = [], [], []
    wanted, label_at = [header.index(name) for name in text_columns], header.index(label_column)
    for line, row in _rows(text, delimiter, len(header)):
        texts.append("\n".join(part for index in wanted if (part := row[index].strip())))
        labels.append(row[label_at].strip())
        lines.append(line)
    if not texts:
        raise BadTable("there is a header, but no row below it")
    return Table(texts, labels, lines)


def _unpacked(raw: bytes) -> bytes:
    if not raw.startswith(_COMPRESSED):
        return raw
    try:
        with gzip.open(io.BytesIO(raw)) as packed:
            content = packed.read(LARGEST + 1)
    except (OSError, EOFError, zlib.error) as wrong:
        raise BadTable(f"damaged gzip: {wrong}") from wrong
    if len(content) > LARGEST:
        raise BadTable(f"more than {LARGEST >> 20} MiB when unpacked")
    return content


def _decoded(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return raw.decode("utf-16")
        except UnicodeDecodeError as wrong:
            raise BadTable(f"not UTF-16 at byte {wrong.start}") from wrong
    if raw[:4096].count(0) > 40:
        raise BadTable("this is no text: many bytes are zero")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _header(text: str, wanted: Sequence[str]) -> tuple[str, list[str]]:
    """The delimiter with which the wanted columns are there, and the header's names."""
    found: dict[str, list[str]] = {}
    for delimiter in DELIMITERS:
        for _line, row in _rows(text, delimiter, 0):
            found[delimiter] = [name.strip() for name in row]
            break
    best = max(found, key=lambda d: (sum(name in found[d] for name in wanted), len(found[d])))
    header = found[best]
    for name in wanted:
        if name not in header:
            named = ", ".join(header[:20]) + (", …" if len(header) > 20 else "")
            raise BadTable(f"line 1: there is no column '{name}'; there are: {named}")
        if header.count(name) > 1:
            raise BadTable(f"line 1: the column '{name}' is there {header.count(name)} times")
    return best, header


def _rows(text: str, delimiter: str, width: int) -> Iterator[tuple[int, list[str]]]:
    """Each row after the header with the line it began in; with ``width`` 0 the header itself. Empty lines are none."""
    csv.field_size_limit(LARGEST)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    line, is_header = 1, True
    try:
        for row in reader:
            began, line = line, reader.line_num + 1
            if not any(cell.strip() for cell in row):
                continue
            if is_header and width:
                is_header = False
                continue
            if line - began > LONGEST_FIELD:
                raise BadTable(f"line {began}: a quotation mark is opened here and not closed")
            if width:
                _refuse_ragged(row, width, began, line)
            yield began, row
    except csv.Error as wrong:
        raise BadTable(f"line {line}: {wrong}") from wrong


def _refuse_ragged(row: list[str], width: int, began: int, after: int) -> None:
    """A row with fewer or more cells than the header has its text or its label in the wrong place."""
    while len(row) > width and not row[-1].strip():
        row.pop()
    if len(row) == width:
        return
    if len(row) < width and after - began > 1:
        raise BadTable(f"line {began}: a quotation mark is opened here and not closed")
    raise BadTable(f"line {began}: {len(row)} fields, but the header has {width}")
