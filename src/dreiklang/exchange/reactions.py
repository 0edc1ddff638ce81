"""What was begun goes on: imports, their way back, disclosures, erasures. Each bears a second delivery."""

from __future__ import annotations

from itertools import islice

from dreiklang.exchange.commands.disclosing import make_disclosure
from dreiklang.exchange.commands.erasing import make_erasure
from dreiklang.exchange.commands.importing import finish_import, finish_taking_back, undo_lines, work_lines
from dreiklang.exchange.events import DisclosureAsked, ErasureAsked
from dreiklang.exchange.models import Disclosure, Erasure, Import, ImportLine
from dreiklang.exchange.queries.planning import planned_lines, table_of
from dreiklang.kernel.errors import WrongState
from dreiklang.kernel.journal import Line
from dreiklang.kernel.permissions import system

IMPORT = system("import")
BATCH = 25
#: So many lines are done while somebody waits; more go on by themselves.
AT_ONCE = 25


def read_in(run: Import) -> None:
    """Every line, some at a time: what is done stays done if the machine stops, and the rest goes on."""
    table = table_of(run)
    there = set(run.lines.values_list("line", flat=True))
    rows = [row for row in table.rows if row[0] not in there] if there else table.rows
    lines = planned_lines(run, rows, table)
    while batch := list(islice(lines, BATCH)):
        work_lines(run, batch, actor=IMPORT)
    try:
        finish_import(run, actor=IMPORT)
    except WrongState:
        return  # somebody else came to the end first


def undo(run: Import) -> None:
    """Every line back, the last one first."""
    waiting = run.lines.filter(outcome__in=[ImportLine.Outcome.MADE, ImportLine.Outcome.CHANGED])
    keys = list(waiting.order_by("-line").values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        undo_lines(run, keys[start : start + BATCH], actor=IMPORT)
    finish_taking_back(run, actor=IMPORT)


def go_on_with_import(line: Line) -> None:
    """Read a table in. What is written already is left alone."""
    if (run := Import.objects.filter(pk=line.event.subject_id, state=Import.State.RUNNING).first()) is not None:
        read_in(run)


def take_import_back(line: Line) -> None:
    """Undo an import. What is taken back already is left alone."""
    if (run := Import.objects.filter(pk=line.event.subject_id, state=Import.State.GOING_BACK).first()) is not None:
        undo(run)


def put_together(line: Line) -> None:
    """Put a disclosure together, once."""
    assert isinstance(line.event, DisclosureAsked)
    asked = Disclosure.objects.filter(pk=line.event.disclosure_id, made_at=None).first()
    if asked is not None:
        make_disclosure(asked, actor=system("disclosure"))


def erase(line: Line) -> None:
    """Erase whom somebody asked to be erased, once."""
    assert isinstance(line.event, ErasureAsked)
    asked = Erasure.objects.filter(pk=line.event.erasure_id, done_at=None).first()
    if asked is not None:
        make_erasure(asked, actor=system("erasure"))
