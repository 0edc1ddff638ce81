"""What reading a table in would do, line by line, before anything is written; and again while it is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from dreiklang.exchange.models import Import
from dreiklang.exchange.queries.planning_organizations import OrganizationLines
from dreiklang.exchange.queries.planning_tickets import TicketLines
from dreiklang.exchange.queries.sentences import sentence_of
from dreiklang.exchange.rules import columns, tables
from dreiklang.exchange.rules.planned import Planned
from dreiklang.kernel import files
from dreiklang.kernel.errors import Invalid
from dreiklang.tickets.models import OwnField

PLANNERS: dict[Any, type[TicketLines] | type[OrganizationLines]] = {
    Import.Kind.TICKETS: TicketLines,
    Import.Kind.ORGANIZATIONS: OrganizationLines,
}
KNOWN = {Import.Kind.TICKETS: columns.TICKETS, Import.Kind.ORGANIZATIONS: columns.ORGANIZATIONS}
SHOWN = 300


@dataclass
class Preview:
    """How many lines would become something, how many are refused, and the first of each; refused ones first."""

    made: int = 0
    refused: int = 0
    lines: list[Planned] = field(default_factory=list)
    persons: int = 0

    @property
    def more(self) -> int:
        """How many lines are not shown."""
        return self.made + self.refused - len(self.lines)


def table_of(run: Import) -> tables.Table:
    """The table of an import. Raises Invalid at ``file``."""
    return read(files.read(run.file.sha256))


def read(content: bytes) -> tables.Table:
    """A table. Raises Invalid at ``file`` if it cannot be read as a whole."""
    try:
        return tables.read_table(content)
    except tables.BadTable as bad:
        raise Invalid({"file": [sentence_of(bad)]}, code=f"table_{bad.code}") from bad


def fields_of(kind: str) -> list[str]:
    """What a column of such a table may mean; own fields of the desk too."""
    known = list(KNOWN[Import.Kind(kind)])
    if kind == Import.Kind.TICKETS:
        own = OwnField.objects.filter(deleted_at=None).order_by("position", "id").values_list("key", flat=True)
        known += [f"{columns.OWN_FIELD}{key}" for key in own]
    return known


def guessed_mapping(kind: str, headings: Sequence[str]) -> list[str]:
    """What each column probably means: as it was said in the last imports, else by its usual names."""
    remembered: dict[str, str] = {}
    offered = {*fields_of(kind), columns.NOTHING}
    former = Import.objects.filter(kind=kind).exclude(begun_at=None).order_by("-id")[:20]
    for run in former:
        for heading, meaning in zip(run.headings, run.mapping, strict=False):
            if meaning in offered:
                remembered.setdefault(columns.folded(heading), meaning)
    return columns.guessed(headings, KNOWN[Import.Kind(kind)], remembered)


def refuse_bad_mapping(kind: str, mapping: Sequence[str], headings: Sequence[str]) -> None:
    """Raises Invalid at ``column-<n>`` or ``mapping``."""
    offered = {*fields_of(kind), columns.NOTHING}
    problems: dict[str, list[str]] = {}
    seen: dict[str, int] = {}
    for place, meaning in enumerate(mapping):
        if meaning not in offered:
            problems[f"column-{place}"] = [_("This is not known here.")]
        elif meaning and meaning in seen:
            problems[f"column-{place}"] = [_("“%(column)s” says this already.") % {"column": headings[seen[meaning]]}]
        else:
            seen.setdefault(meaning, place)
    if missing := [needed for needed in columns.NEEDED[kind] if needed not in seen]:
        sentence = _("Which column is the subject?") if missing[0] == "subject" else _("Which column is the name?")
        problems["mapping"] = [sentence]
    if problems:
        raise Invalid(problems)


def planned_lines(run: Import, rows: Iterable[tuple[int, list[str]]], table: tables.Table) -> Iterator[Planned]:
    """What becomes of some rows. The table is needed whole, because lines are compared with each other."""
    planner = PLANNERS[Import.Kind(run.kind)](run, [_cells(run, row) for _line, row in table.rows])
    for line, row in rows:
        cells = _cells(run, row)
        planned = planner.plan(line, cells)
        if len(row) > len(run.headings) and any(cell.strip() for cell in row[len(run.headings) :]):
            planned.errors.append(_("The line has more cells than the heading."))
        yield planned


def _cells(run: Import, row: list[str]) -> dict[str, str]:
    pairs = zip(run.mapping, row, strict=False)
    return {meaning: cell.strip().replace("\x00", "") for meaning, cell in pairs if meaning}


def preview_of(run: Import) -> Preview:
    """What would become of every line. Nothing is written."""
    found, table = Preview(), table_of(run)
    fine: list[Planned] = []
    new_persons: set[Any] = set()
    for planned in planned_lines(run, table.rows, table):
        if planned.errors:
            found.refused += 1
            if len(found.lines) < SHOWN:
                found.lines.append(planned)
        else:
            found.made += 1
            if planned.makes_person:
                new_persons.add(planned.makes_person)
            if len(fine) < SHOWN:
                fine.append(planned)
    found.lines += fine[: SHOWN - len(found.lines)]
    found.persons = len(new_persons)
    return found
