"""Lists of services as spreadsheets save them: CSV with or without BOM, parted by semicolon, comma or tab."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from dreiklang.assets.rules.impact import ESSENTIAL, IMPORTANT, ORDINARY

#: Columns as they may be headed, in English and German → what they mean.
COLUMNS: Final = {
    "name": "name", "service": "name", "dienst": "name",
    "criticality": "criticality", "kritikalität": "criticality", "kritikalitaet": "criticality",
    "customer": "customer", "organisation": "customer", "organization": "customer", "auftraggeber": "customer",
    "people": "people", "personen": "people",
    "cost per hour": "cost", "kosten je stunde": "cost", "kosten pro stunde": "cost",
    "calendar": "calendar", "kalender": "calendar", "servicezeit": "calendar",
    "note": "note", "notiz": "note",
}  # fmt: skip
CRITICALITIES: Final = {
    "1": ESSENTIAL, "essential": ESSENTIAL, "unverzichtbar": ESSENTIAL, "essenziell": ESSENTIAL,
    "2": IMPORTANT, "important": IMPORTANT, "wichtig": IMPORTANT,
    "3": ORDINARY, "ordinary": ORDINARY, "normal": ORDINARY, "gewöhnlich": ORDINARY, "": 0,
}  # fmt: skip
MOST_BYTES: Final = 5 * 1024 * 1024
MOST_LINES: Final = 5_000
MOST_PEOPLE: Final = 10_000_000


class BadList(Exception):
    """The list as a whole cannot be read. ``code`` says why; ``what`` names the column or number meant."""

    def __init__(self, code: str, what: str = "") -> None:
        super().__init__(code, what)
        self.code = code
        self.what = what


@dataclass(frozen=True)
class ListedService:
    """One line: a service, or one more customer of it. None stands for an empty cell; ``errors`` name columns."""

    line: int
    name: str
    criticality: int | None
    customer: str
    people: int | None
    hourly_cost: Decimal | None
    calendar: str
    note: str
    errors: tuple[str, ...] = ()


def read_services(content: bytes) -> list[ListedService]:
    """The services of a list. Raises BadList if it has no usable heading, is empty, too large or no text."""
    if len(content) > MOST_BYTES:
        raise BadList("too_large")
    text = _decoded(content)
    heading = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(";,\t", key=heading.count)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        rows = [(reader.line_num, row) for row in reader]
    except csv.Error as broken:
        raise BadList("broken") from broken
    rows = [(number, row) for number, row in rows if any(cell.strip() for cell in row)]
    if len(rows) < 2:
        raise BadList("empty")
    if len(rows) > MOST_LINES + 1:
        raise BadList("too_many", str(MOST_LINES))
    columns = _columns(rows[0][1])
    return [_listed(number, dict(zip(columns, row, strict=False))) for number, row in rows[1:]]


def money_from(text: str) -> Decimal | None:
    """An amount as people write it: ``1.250,50``, ``1,250.50``, ``1250``. None if it is none or below zero.

    Of point and comma the last one parts the cents, unless three digits follow and it stands alone: ``1.250`` is
    one thousand two hundred and fifty.
    """
    bare = text.replace("€", "").replace("EUR", "").replace("\u00a0", "").replace(" ", "").replace("'", "").strip()
    last = max(bare.rfind("."), bare.rfind(","))
    if last >= 0:
        sign, other = bare[last], "," if bare[last] == "." else "."
        is_grouping = len(bare) - last == 4 and (other not in bare or bare.count(sign) > 1)
        whole = bare.replace(other, "")
        bare = whole.replace(sign, "") if is_grouping else whole.replace(sign, ".")
    try:
        amount = Decimal(bare)
    except InvalidOperation:
        return None
    return amount.quantize(Decimal("0.01")) if amount.is_finite() and 0 <= amount < 10**10 else None


def _decoded(content: bytes) -> str:
    encodings = ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise BadList("no_text")


def _columns(heading: list[str]) -> list[str]:
    columns: list[str] = []
    for cell in heading:
        name = COLUMNS.get(" ".join(cell.lower().split()))
        if name is None:
            raise BadList("unknown_column", cell.strip()[:40])
        if name in columns:
            raise BadList("column_twice", cell.strip()[:40])
        columns.append(name)
    if "name" not in columns:
        raise BadList("no_name_column")
    return columns


def _listed(line: int, cells: dict[str, str]) -> ListedService:
    errors: list[str] = []
    name = " ".join(cells.get("name", "").split())
    if not 1 <= len(name) <= 200:
        errors.append("name")
    criticality = CRITICALITIES.get(cells.get("criticality", "").strip().lower())
    if criticality is None:
        errors.append("criticality")
    people: int | None = None
    if told := cells.get("people", "").strip():
        plain = told.replace(".", "").replace("\u00a0", "").replace(" ", "")
        people = int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 9 else -1
        if not 0 <= people <= MOST_PEOPLE:
            errors.append("people")
    cost: Decimal | None = None
    if told := cells.get("cost", "").strip():
        cost = money_from(told)
        if cost is None:
            errors.append("cost")
    customer = " ".join(cells.get("customer", "").split())
    if people is not None and not customer:
        errors.append("customer")
    return ListedService(
        line, name, criticality or None, customer, people, cost, " ".join(cells.get("calendar", "").split()),
        cells.get("note", "").strip()[:10_000], tuple(errors),
    )  # fmt: skip
