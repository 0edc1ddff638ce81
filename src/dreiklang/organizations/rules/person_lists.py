"""Lists of persons as spreadsheets save them: CSV with or without BOM, parted by semicolon, comma or tab."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import Final

from dreiklang.organizations.rules.names import tidy

#: Columns as they may be headed, in English and German → what they mean.
COLUMNS: Final = {
    "name": "name",
    "mail": "mail", "email": "mail", "e-mail": "mail", "mailadresse": "mail", "e-mail-adresse": "mail",
    "phone": "phone", "telephone": "phone", "telefon": "phone", "telefonnummer": "phone",
    "organisation": "organization", "organization": "organization", "firma": "organization",
    "auftraggeber": "organization", "customer": "organization",
    "site": "site", "standort": "site",
    "function": "function", "funktion": "function",
    "language": "language", "sprache": "language",
    "vip": "vip",
}  # fmt: skip
YES: Final = frozenset({"1", "yes", "y", "true", "x", "ja", "j", "wahr"})
NO: Final = frozenset({"", "0", "no", "n", "false", "nein", "falsch"})
LANGUAGES: Final = {"": "", "de": "de", "en": "en", "deutsch": "de", "german": "de", "englisch": "en", "english": "en"}
MOST_BYTES: Final = 10 * 1024 * 1024
MOST_LINES: Final = 20_000


class BadList(Exception):
    """The list as a whole cannot be read. ``code`` says why; ``what`` names the column or number meant."""

    def __init__(self, code: str, what: str = "") -> None:
        super().__init__(code, what)
        self.code = code
        self.what = what


@dataclass(frozen=True)
class ListedPerson:
    """One line of the list. ``line`` counts from 1, the heading is line 1; ``errors`` are codes by column."""

    line: int
    name: str
    mails: tuple[str, ...]
    phones: tuple[str, ...]
    organization: str
    site: str
    function: str
    language: str
    is_vip: bool | None
    columns: frozenset[str]
    errors: tuple[tuple[str, str], ...] = ()


def read_list(content: bytes) -> list[ListedPerson]:
    """The persons of a list. Raises BadList if it has no usable heading, is empty, too large or no text."""
    if len(content) > MOST_BYTES:
        raise BadList("too_large")
    text = _decoded(content)
    heading = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(";,\t", key=heading.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as broken:
        raise BadList("broken") from broken
    numbered = [(number, row) for number, row in _with_lines(rows) if any(cell.strip() for cell in row)]
    if not numbered:
        raise BadList("empty")
    columns = _columns(numbered[0][1])
    if len(numbered) == 1:
        raise BadList("empty")
    if len(numbered) > MOST_LINES:
        raise BadList("too_many", str(MOST_LINES))
    return [_listed(number, row, columns) for number, row in numbered[1:]]


def _decoded(content: bytes) -> str:
    """UTF-8 with or without BOM, UTF-16 with BOM, else what Windows spreadsheets save in Western Europe."""
    has_wide_bom = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    encodings = ("utf-16",) if has_wide_bom else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text
    raise BadList("no_text")


def _with_lines(rows: list[list[str]]) -> list[tuple[int, list[str]]]:
    """Rows with the line of the file they begin on, as an editor shows it: a quoted cell may hold several lines."""
    numbered, line = [], 1
    for row in rows:
        numbered.append((line, row))
        line += 1 + sum(cell.count("\n") for cell in row)
    return numbered


def _columns(heading: list[str]) -> list[str]:
    columns = []
    for cell in heading:
        name = COLUMNS.get(cell.strip().lower())
        if name is None:
            raise BadList("unknown_column", cell.strip()[:40])
        if name in columns:
            raise BadList("column_twice", cell.strip()[:40])
        columns.append(name)
    if "name" not in columns:
        raise BadList("no_name_column")
    return columns


def _listed(line: int, row: list[str], columns: list[str]) -> ListedPerson:
    cells = dict(zip(columns, row, strict=False))
    errors: list[tuple[str, str]] = []
    if len(row) > len(columns) and any(cell.strip() for cell in row[len(columns) :]):
        errors.append(("", "too_many_cells"))
    name = tidy(cells.get("name", ""), 201)
    if not name:
        errors.append(("name", "missing"))
    language = LANGUAGES.get(cells.get("language", "").strip().lower())
    if language is None:
        errors.append(("language", "unknown"))
    vip = cells.get("vip", "").strip().lower()
    if vip not in YES | NO:
        errors.append(("vip", "unknown"))
    return ListedPerson(
        line=line,
        name=name,
        mails=tuple(part for part in re.split(r"[\s,;|]+", cells.get("mail", "")) if part),
        phones=tuple(part.strip() for part in re.split(r"[,;|\n]+", cells.get("phone", "")) if part.strip()),
        organization=tidy(cells.get("organization", ""), 201),
        site=tidy(cells.get("site", ""), 201),
        function=tidy(cells.get("function", ""), 201),
        language=language or "",
        is_vip=vip in YES if "vip" in columns else None,
        columns=frozenset(columns),
        errors=tuple(errors),
    )
