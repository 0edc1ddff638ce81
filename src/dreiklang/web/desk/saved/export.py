"""A view as a list to take along: CSV, streamed row by row, only what the reader sees, and no cell a formula (P36)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.text import slugify
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from dreiklang.kernel import clock
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets.queries.views import Reading, readings_of, view_of
from dreiklang.tickets.rules.views import OWN_FIELD
from dreiklang.web.desk.saved import words
from dreiklang.web.desk.saved.table import ALWAYS, NEEDED, Own, own_of
from dreiklang.web.routing import actor_of, policy

#: A cell that begins so is read as a formula by spreadsheets.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
AT_ONCE = 500


@require_GET
@policy("desk")
def csv_file(request: HttpRequest, view_id: int) -> StreamingHttpResponse:
    """The whole view as CSV, with a byte order mark so that spreadsheets read its umlauts."""
    actor = actor_of(request)
    reading = readings_of([view_of(view_id, actor=actor)], actor=actor)[0]
    response = StreamingHttpResponse(
        lines(reading, actor, get_language() or "en"), content_type="text/csv; charset=utf-8"
    )
    day = timezone.localtime(clock.now()).date().isoformat()
    name = slugify(reading.view.name_in(get_language() or "en")) or "view"
    response["Content-Disposition"] = f'attachment; filename="{name}-{day}.csv"'
    return response


def lines(reading: Reading, actor: Actor, language: str) -> Iterator[str]:
    """The head and a line for each ticket, in the order of the view; page by page, so that memory stays small.

    The page that asked has gone when this runs: the language is put on for each part anew.
    """
    columns = [column for column in reading.view.columns if column != "staff"]
    with translation.override(language):
        head = "\ufeff" + _line([name for _key, name in words.labels_of(columns, own_of(columns, [], actor).labels)])
    yield head
    keyset = reading.keyset
    names = dict.fromkeys((*ALWAYS, *(n for c in columns for n in NEEDED.get(c, ())), *keyset.columns))
    after = ""
    while True:
        found = keyset.after(reading.found, after) if after else reading.found
        rows = list(keyset.ordered(found).values_list(*names, named=True)[:AT_ONCE])
        with translation.override(language):
            own = own_of(columns, [row.id for row in rows], actor)
            part = "".join(_line([safe_cell(value_of(column, row, own)) for column in columns]) for row in rows)
        yield part
        if len(rows) < AT_ONCE:
            return
        after = keyset.cursor([getattr(rows[-1], name) for name in keyset.columns])


def _line(cells: Sequence[Any]) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerow(cells)
    return out.getvalue()


def safe_cell(value: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe before what would begin one (OWASP)."""
    return f"'{value}" if value.startswith(FORMULA_SIGNS) else value


def value_of(column: str, row: Any, own: Own) -> str:
    """A column of a ticket as plain text."""
    if column.startswith(OWN_FIELD):
        return own.shown(row.id, column)
    moments = {
        "created": "opened_at", "updated": "changed_at", "due": "next_promise_at", "returns": "returns_at",
        "resolved": "resolved_at", "said": "last_word_at",
    }  # fmt: skip
    if column in moments:
        return _moment(getattr(row, moments[column]))
    plain = {"number": "number", "subject": "subject", "level": "level", "priority": "priority",
             "team": "team__name", "assignee": "assignee__name", "requester": "requester__name",
             "customer": "customer__name"}  # fmt: skip
    if column in plain:
        value = getattr(row, plain[column])
        return "" if value is None else str(value)
    if column == "category":
        names = row.category__names or {}
        return str(names.get((get_language() or "en")[:2]) or row.category__name or "")
    said = {"state": words.state_words, "kind": words.kind_words, "channel": words.channel_words}.get(column)
    return said(getattr(row, column)) if said else ""


def _moment(at: datetime | None) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M") if at else ""
